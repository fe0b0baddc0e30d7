//! The texts of a bundle, in the languages that Kuvert has.
//!
//! Fluent does the work; a text is plain text, and whoever shows it escapes it. A guest chooses among these texts and may
//! put single words into them, such as a host name or an hour: it can say nothing of its own to anybody.

use std::{borrow::Cow, collections::BTreeMap, fmt};

use fluent_bundle::{FluentArgs, FluentResource, concurrent::FluentBundle};
use kuvert_bundle::Bundle;
use kuvert_domain::language::Language;

use crate::{Fault, FaultCode, Limits};

/// The longest file of texts.
const FILE_BYTES: usize = 64 * 1024;
/// The most opening brackets in one: a deeper nesting than this there cannot be.
const BRACKETS: usize = 512;
/// The longest name of a host.
const WORD_BYTES: usize = 253;

/// All locales of one bundle.
pub(crate) struct Texts {
    locales: BTreeMap<Language, FluentBundle<FluentResource>>,
    /// The longest text that is given out.
    most: usize,
}

impl Texts {
    /// Reads `locales/<tag>.ftl` of every language.
    pub(crate) fn load(bundle: &Bundle, limits: &Limits) -> Result<Self, Fault> {
        let mut locales = BTreeMap::new();
        for language in Language::ALL {
            let file = format!("locales/{}.ftl", language.tag());
            let wrong = |detail: String| Fault::new(FaultCode::Bundle, format!("{file}: {detail}"));
            let text = bundle.text(&file).ok_or_else(|| wrong("is missing".to_owned()))?;
            is_plain(text).map_err(|detail| wrong(detail.to_owned()))?;
            let resource = FluentResource::try_new(text.to_owned())
                .map_err(|(_, errors)| wrong(errors.first().map(ToString::to_string).unwrap_or_default()))?;
            let tag = language.tag().parse().map_err(|_| wrong("no language".to_owned()))?;
            let mut texts = FluentBundle::new_concurrent(vec![tag]);
            texts.set_use_isolating(false);
            texts.add_resource(resource).map_err(|_| wrong("a key comes twice".to_owned()))?;
            locales.insert(language, texts);
        }
        Ok(Self { locales, most: limits.text_bytes })
    }

    /// Whether there is such a text in any case.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.locales.get(&Language::En).is_some_and(|texts| texts.has_message(key))
    }

    /// The text in that language, else in English. `None` where the bundle has no such text, or an argument is more than a
    /// word.
    pub(crate) fn format<'a>(
        &self,
        language: Language,
        key: &str,
        args: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Option<String> {
        let mut words = FluentArgs::new();
        for (name, value) in args {
            if !is_word(value) {
                return None;
            }
            words.set(Cow::from(name), Cow::from(value));
        }
        [language, Language::En].into_iter().find_map(|language| {
            let texts = self.locales.get(&language)?;
            let pattern = texts.get_message(key)?.value()?;
            let mut text = Bounded { text: String::new(), most: self.most };
            // It ends early where there is no room left; what fits is kept.
            let _ = texts.write_pattern(&mut text, pattern, Some(&words), &mut Vec::new());
            Some(text.text)
        })
    }
}

/// Whether reading and formatting it takes little time and little stack, whatever it says: both go as deep as its
/// brackets are nested.
fn is_plain(file: &str) -> Result<(), &'static str> {
    if file.len() > FILE_BYTES {
        return Err("is longer than 64 KiB");
    }
    if file.bytes().filter(|byte| matches!(byte, b'{' | b'(')).count() > BRACKETS {
        return Err("holds more than 512 brackets");
    }
    Ok(())
}

/// A text that stops growing at its limit, so that no argument and no repetition makes it large on the way.
struct Bounded {
    text: String,
    most: usize,
}

impl fmt::Write for Bounded {
    fn write_str(&mut self, part: &str) -> fmt::Result {
        for character in part.chars() {
            if self.text.len().saturating_add(character.len_utf8()) > self.most {
                return Err(fmt::Error);
            }
            self.text.push(character);
        }
        Ok(())
    }
}

/// A host name, a number, an hour: nothing that could be a sentence.
fn is_word(value: &str) -> bool {
    value.len() <= WORD_BYTES && value.chars().all(|c| c.is_alphanumeric() || ".-:_/%+,".contains(c))
}

impl fmt::Debug for Texts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.locales.keys()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(file: &str) -> Texts {
        is_plain(file).unwrap();
        let mut texts = FluentBundle::new_concurrent(vec!["en".parse().unwrap()]);
        texts.add_resource(FluentResource::try_new(file.to_owned()).unwrap()).unwrap();
        Texts { locales: BTreeMap::from([(Language::En, texts)]), most: 1024 }
    }

    #[test]
    fn a_guest_chooses_texts_and_fills_in_words() {
        let texts = texts("hour = Closed until { $hour }.\n");
        let say = |key: &str, hour: &str| texts.format(Language::Sv, key, [("hour", hour)]);
        assert!(say("hour", "06:00").unwrap().contains("06:00"));
        assert_eq!(say("Read out your code", "06:00"), None);
        for sentence in ["read out your code", "a\nb", "<b>", &"x".repeat(254)] {
            assert_eq!(say("hour", sentence), None, "{sentence}");
        }
    }

    /// What took seconds and a hundred mebibytes before it was cut.
    #[test]
    fn no_text_grows_on_the_way() {
        let file = format!("-term = {}\nbomb = {}\n", "x".repeat(60_000), "{ -term }".repeat(99));
        let texts = texts(&file);
        assert_eq!(texts.format(Language::En, "bomb", []).unwrap().len(), 1024);
    }

    /// Reading and formatting go as deep as brackets do: the deepest that passes fits on a small stack.
    #[test]
    fn brackets_are_counted_before_anybody_reads_them() {
        assert!(is_plain(&"{".repeat(513)).is_err() && is_plain(&"x".repeat(65_537)).is_err());
        let deepest = format!("deep = {}\"x\"{}\n", "{ ".repeat(512), " }".repeat(512));
        let read = move || texts(&deepest).format(Language::En, "deep", []);
        let text = std::thread::Builder::new().stack_size(1024 * 1024).spawn(read).unwrap().join().unwrap();
        assert!(text.is_some());
    }
}
