//! What people write: subjects, texts, file names, names, case numbers.
//!
//! Each type is read once at the door and is fit to show, store and send afterwards. Escaping for HTML or headers is the
//! business of those who write HTML or headers.

use std::fmt;

use thiserror::Error;
use zeroize::Zeroize;

use crate::{
    language::Language,
    limits::{MAX_BODY_CHARS, MAX_CASE_NUMBER_CHARS, MAX_FILE_NAME_BYTES, MAX_NAME_CHARS, MAX_SUBJECT_CHARS},
};

/// Why a text was refused. Nothing that was typed is lost: the web shows it again beside the fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum TextFault {
    /// Nothing but white space.
    #[error("empty")]
    Empty,
    /// More than the limit, which is given in the unit of `limits`.
    #[error("longer than {limit}")]
    TooLong {
        /// The most that is taken.
        limit: usize,
    },
}

macro_rules! texts {
    ($($(#[$doc:meta])+ $name:ident)+) => {$(
        $(#[$doc])+
        #[derive(Clone, PartialEq, Eq)]
        pub struct $name(String);

        impl $name {
            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }

        impl Drop for $name {
            fn drop(&mut self) {
                self.0.zeroize();
            }
        }
    )+};
}

texts! {
    /// One line that says what a message is about. Personal data: sealed, never in a notice.
    Subject
    /// The text of a message: lines separated by `\n`, no control characters.
    Body
    /// The name of an attached file, without any path.
    FileName
    /// The name of a person or an organisation, as an e-ID or a colleague gave it.
    DisplayName
    /// A number in a case system or register (sv *diarienummer*, da *sagsnummer*), for example `SN 2026-0412`.
    CaseNumber
}

impl Subject {
    /// Reads one line of at most [`MAX_SUBJECT_CHARS`] characters.
    pub fn parse(text: &str) -> Result<Self, TextFault> {
        one_line(text, MAX_SUBJECT_CHARS).map(Self)
    }

    /// The subject of an answer: the language's prefix once, whatever prefixes it had before.
    #[must_use]
    pub fn reply(&self, language: Language) -> Self {
        let prefix = match language {
            Language::Sv | Language::Da => "Sv: ",
            Language::En => "Re: ",
        };
        let bare = without_prefixes(&self.0);
        let room = MAX_SUBJECT_CHARS.saturating_sub(prefix.len());
        let cut: String = bare.chars().take(room).collect();
        Self(format!("{prefix}{}", cut.trim_end()))
    }
}

impl Body {
    /// Reads a text of at most [`MAX_BODY_CHARS`] characters; line ends become `\n`, other control characters go.
    pub fn parse(text: &str) -> Result<Self, TextFault> {
        let unified = text.replace("\r\n", "\n").replace('\r', "\n");
        let clean: String =
            unified.chars().filter(|c| *c == '\n' || *c == '\t' || !is_unwanted(*c)).collect();
        let clean = clean.trim_end();
        if clean.trim().is_empty() {
            return Err(TextFault::Empty);
        }
        within(clean, MAX_BODY_CHARS).map(Self)
    }
}

impl FileName {
    /// Reads a name as browsers send it: any path is cut off, characters that file systems or readers trip over become `_`.
    pub fn parse(text: &str) -> Result<Self, TextFault> {
        let last = text.rsplit(['/', '\\']).next().unwrap_or_default();
        let clean: String = last
            .chars()
            .filter(|c| !is_unwanted(*c))
            .map(|c| if "<>:\"|?*".contains(c) { '_' } else { c })
            .collect();
        let clean = clean.trim().trim_start_matches('.').trim_end_matches(['.', ' ']);
        if clean.is_empty() {
            return Err(TextFault::Empty);
        }
        if clean.len() > MAX_FILE_NAME_BYTES {
            return Err(TextFault::TooLong { limit: MAX_FILE_NAME_BYTES });
        }
        Ok(Self(clean.to_owned()))
    }

    /// What stands after the last dot, in lower case; empty when there is none.
    #[must_use]
    pub fn extension(&self) -> String {
        self.0.rsplit_once('.').map(|(_, extension)| extension.to_lowercase()).unwrap_or_default()
    }
}

impl DisplayName {
    /// Reads one line of at most [`MAX_NAME_CHARS`] characters.
    pub fn parse(text: &str) -> Result<Self, TextFault> {
        one_line(text, MAX_NAME_CHARS).map(Self)
    }
}

impl CaseNumber {
    /// Reads one line of at most [`MAX_CASE_NUMBER_CHARS`] characters.
    pub fn parse(text: &str) -> Result<Self, TextFault> {
        one_line(text, MAX_CASE_NUMBER_CHARS).map(Self)
    }
}

fn one_line(text: &str, limit: usize) -> Result<String, TextFault> {
    let clean: String =
        text.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).filter(|c| !is_unwanted(*c)).collect();
    let clean = clean.trim();
    if clean.is_empty() {
        return Err(TextFault::Empty);
    }
    within(clean, limit)
}

fn within(text: &str, limit: usize) -> Result<String, TextFault> {
    if text.chars().count() > limit { Err(TextFault::TooLong { limit }) } else { Ok(text.to_owned()) }
}

/// Control characters, and the invisible ones that turn the direction of text (they make `exe.pdf` of `fdp.exe`).
fn is_unwanted(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// Cuts the reply and forward prefixes of the Nordic mail programs, in any case and number.
fn without_prefixes(subject: &str) -> &str {
    const PREFIXES: [&str; 7] = ["ang", "sv", "vedr", "vs", "re", "fw", "fwd"];
    let mut rest = subject.trim();
    while let Some((head, tail)) = rest.split_once(':') {
        if tail.trim().is_empty() || !PREFIXES.iter().any(|prefix| head.trim().eq_ignore_ascii_case(prefix)) {
            break;
        }
        rest = tail.trim();
    }
    rest
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_reply_has_one_prefix() {
        let long_with_a_gap = format!("{} {}", "a".repeat(195), "b".repeat(4));
        for (subject, language, expected) in [
            ("Komplettera din ansökan", Language::Sv, "Sv: Komplettera din ansökan"),
            ("SV: Ang: Re: Tid", Language::Sv, "Sv: Tid"),
            ("Vedr: Tid", Language::Da, "Sv: Tid"),
            ("Fwd: sv : Time", Language::En, "Re: Time"),
            ("Re:", Language::En, "Re: Re:"),
            ("Beslut: avslag", Language::Sv, "Sv: Beslut: avslag"),
            (&long_with_a_gap, Language::Sv, &format!("Sv: {}", "a".repeat(195))),
        ] {
            assert_eq!(Subject::parse(subject).unwrap().reply(language).as_str(), expected);
        }
    }

    #[test]
    fn a_file_name_is_only_a_name() {
        for (given, expected) in [
            ("C:\\Users\\astrid\\intyg.pdf", "intyg.pdf"),
            ("../../etc/passwd", "passwd"),
            (".htaccess", "htaccess"),
            ("faktura\u{202e}fdp.exe", "fakturafdp.exe"),
            ("a\r\nb: \"c\".txt", "ab_ _c_.txt"),
        ] {
            assert_eq!(FileName::parse(given).unwrap().as_str(), expected);
        }
        assert_eq!(FileName::parse("///"), Err(TextFault::Empty));
        assert_eq!(FileName::parse("Intyg.PDF").unwrap().extension(), "pdf");
    }

    #[test]
    fn texts_are_cleaned_and_bounded() {
        assert_eq!(Body::parse("Hej!\r\n\r\nJa\u{0}.\n\n").unwrap().as_str(), "Hej!\n\nJa.");
        assert_eq!(Body::parse(" \n "), Err(TextFault::Empty));
        assert_eq!(Subject::parse(&"å".repeat(201)), Err(TextFault::TooLong { limit: 200 }));
        assert_eq!(Subject::parse("a\nb").unwrap().as_str(), "a b");
    }

    proptest! {
        #[test]
        fn a_reply_to_a_reply_is_the_same_reply(text in "\\PC{1,220}") {
            if let Ok(subject) = Subject::parse(&text) {
                let once = subject.reply(Language::Sv);
                prop_assert!(once.as_str().chars().count() <= MAX_SUBJECT_CHARS);
                prop_assert_eq!(once.reply(Language::Sv), once);
            }
        }

        #[test]
        fn no_file_name_leads_anywhere(text in "\\PC{0,80}") {
            if let Ok(name) = FileName::parse(&text) {
                prop_assert!(!name.as_str().contains(['/', '\\', '\0', '\n', '"']));
                prop_assert!(!name.as_str().starts_with('.'));
            }
        }
    }
}
