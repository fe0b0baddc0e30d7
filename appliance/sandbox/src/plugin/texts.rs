//! The texts of a bundle, in the languages that Kuvert has.
//!
//! Fluent does the work; a text is plain text, and whoever shows it escapes it.

use std::{borrow::Cow, collections::BTreeMap, fmt};

use fluent_bundle::{FluentArgs, FluentResource, concurrent::FluentBundle};
use kuvert_bundle::Bundle;
use kuvert_domain::language::Language;

use crate::{Fault, FaultCode, Limits};

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

    /// Whether there is such a text in any case.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.locales.get(&Language::En).is_some_and(|texts| texts.has_message(key))
    }

    /// The text in that language, else in English, else the key.
    pub(crate) fn format<'a>(
        &self,
        language: Language,
        key: &str,
        args: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> String {
        let args: FluentArgs<'_> =
            args.into_iter().map(|(name, value)| (Cow::from(name), Cow::from(value))).collect();
        let found = [language, Language::En].into_iter().find_map(|language| {
            let texts = self.locales.get(&language)?;
            let pattern = texts.get_message(key)?.value()?;
            Some(texts.format_pattern(pattern, Some(&args), &mut Vec::new()).into_owned())
        });
        let mut text = found.unwrap_or_else(|| key.to_owned());
        while text.len() > self.most {
            text.pop();
        }
        text
    }
}

impl fmt::Debug for Texts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.locales.keys()).finish()
    }
}
