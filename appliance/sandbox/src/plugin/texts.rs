//! The texts of a bundle, in the languages that Kuvert has.
//!
//! Fluent does the work; a text is plain text, and whoever shows it escapes it. A guest chooses among these texts and may
//! put single words into them, such as a host name or an hour: it can say nothing of its own to anybody.

use std::{borrow::Cow, collections::BTreeMap, fmt};

use fluent_bundle::{FluentArgs, FluentResource, concurrent::FluentBundle};
use kuvert_bundle::Bundle;
use kuvert_domain::language::Language;

use crate::{Fault, FaultCode, Limits};

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
        let mut text = [language, Language::En].into_iter().find_map(|language| {
            let texts = self.locales.get(&language)?;
            let pattern = texts.get_message(key)?.value()?;
            Some(texts.format_pattern(pattern, Some(&words), &mut Vec::new()).into_owned())
        })?;
        while text.len() > self.most {
            text.pop();
        }
        Some(text)
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
