//! E-mail addresses, as far as a notice needs them.
//!
//! Whether a mailbox exists is for the mail server to say; here only shapes that no mail server takes are refused.

use std::fmt;

use thiserror::Error;
use zeroize::Zeroize;

/// Why a text is not an e-mail address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum AddressFault {
    /// Nothing was written.
    #[error("empty")]
    Empty,
    /// It has no shape of `local@domain.tld`.
    #[error("not an e-mail address")]
    Malformed,
    /// It is longer than the 254 characters of RFC 5321.
    #[error("too long")]
    TooLong,
}

/// An e-mail address: `local@domain`, the domain in lower case. Prints only its type's name in `Debug`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EmailAddress {
    written: String,
    at: usize,
}

impl EmailAddress {
    /// Reads an address: the dot-atom form of RFC 5321, internationalised letters allowed, no quoted strings, no address literals.
    pub fn parse(text: &str) -> Result<Self, AddressFault> {
        let text = text.trim();
        if text.is_empty() {
            return Err(AddressFault::Empty);
        }
        if text.len() > 254 {
            return Err(AddressFault::TooLong);
        }
        let (local, domain) = text.rsplit_once('@').ok_or(AddressFault::Malformed)?;
        if !is_local_part(local) || !is_domain(domain) {
            return Err(AddressFault::Malformed);
        }
        Ok(Self { written: format!("{local}@{}", domain.to_lowercase()), at: local.len() })
    }

    /// The whole address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.written
    }

    /// The part after the `@`.
    #[must_use]
    pub fn domain(&self) -> &str {
        self.written.get(self.at + 1..).unwrap_or_default()
    }

    /// The form in which two spellings of one mailbox compare equal: no provider in use tells capitals apart.
    #[must_use]
    pub fn comparable(&self) -> String {
        self.written.to_lowercase()
    }

    /// What may be shown to someone who already typed it: `a…@example.org`.
    #[must_use]
    pub fn masked(&self) -> String {
        let first: String = self.written.chars().take(1).collect();
        format!("{first}…@{}", self.domain())
    }
}

impl fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EmailAddress(…)")
    }
}

impl Drop for EmailAddress {
    fn drop(&mut self) {
        self.written.zeroize();
    }
}

fn is_local_part(local: &str) -> bool {
    let atom = |c: char| c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c);
    !local.is_empty()
        && local.len() <= 64
        && local.split('.').all(|part| !part.is_empty() && part.chars().all(atom))
}

fn is_domain(domain: &str) -> bool {
    let label = |part: &str| {
        !part.is_empty()
            && part.len() <= 63
            && !part.starts_with('-')
            && !part.ends_with('-')
            && part.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    let top_level = domain.rsplit('.').next().unwrap_or_default();
    domain.contains('.') && domain.split('.').all(label) && !top_level.chars().all(|c| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_people_have_are_taken() {
        for text in
            ["astrid@example.org", " a.b+kommun@EXAMPLE.org ", "åsa@exämple.se", "o'neill@sub.example.co.uk"]
        {
            assert!(EmailAddress::parse(text).is_ok(), "{text}");
        }
        assert_eq!(EmailAddress::parse("Astrid@EXAMPLE.org").unwrap().as_str(), "Astrid@example.org");
    }

    #[test]
    fn what_no_server_takes_is_refused() {
        for text in [
            "astrid",
            "@example.org",
            "a@",
            "a@localhost",
            "a@127.0.0.1",
            "a b@example.org",
            "a@exa mple.org",
            "a..b@example.org",
            "a@-example.org",
            "a@example.org\r\nBcc: x@y.z",
            "\"a\"@example.org",
            "a@[1.2.3.4]",
            "a,b@example.org",
            "<a@example.org>",
        ] {
            assert_eq!(EmailAddress::parse(text), Err(AddressFault::Malformed), "{text}");
        }
        assert_eq!(EmailAddress::parse("  "), Err(AddressFault::Empty));
        assert_eq!(
            EmailAddress::parse(&format!("{}@example.org", "a".repeat(300))),
            Err(AddressFault::TooLong)
        );
    }

    #[test]
    fn the_mask_shows_one_letter() {
        assert_eq!(EmailAddress::parse("astrid@example.org").unwrap().masked(), "a…@example.org");
    }
}
