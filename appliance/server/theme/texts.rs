//! The texts of a theme in every language (Fluent), and how one is put together.
//!
//! A theme's own texts replace built-in ones of the same key; it cannot add keys, and a text that is missing in one
//! language stops the start. Numbers choose plural forms; everything else that is put into a text is put in as it is.

use std::{collections::BTreeSet, fmt};

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use kuvert_domain::language::Language;
use unic_langid::LanguageIdentifier;

use super::{ThemeError, files::Folder};

/// The texts of one theme.
pub(super) struct Library {
    shelves: Vec<(Language, FluentBundle<FluentResource>)>,
}

impl fmt::Debug for Library {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Library").finish_non_exhaustive()
    }
}

impl Library {
    /// Reads the built-in texts and lays the theme's own over them.
    pub(super) fn read(theme: &str, base: &Folder, own: Option<&Folder>) -> Result<Self, ThemeError> {
        let mut shelves = Vec::new();
        for language in Language::ALL {
            let tag: LanguageIdentifier =
                language.tag().parse().map_err(|e| malformed(theme, language.tag(), &e))?;
            let mut bundle = FluentBundle::new_concurrent(vec![tag]);
            // The marks that isolate directions would stand in mails and be copied with codes.
            bundle.set_use_isolating(false);
            let folder = format!("locales/{}/", language.tag());
            let mut keys = BTreeSet::new();
            for (file, resource) in resources(theme, base, &folder)? {
                keys.extend(keys_of(resource.source()).map(str::to_owned));
                bundle.add_resource(resource).map_err(|e| malformed(theme, &file, &format!("{e:?}")))?;
            }
            let replacements = own.map(|own| resources(theme, own, &folder)).transpose()?;
            for (file, resource) in replacements.unwrap_or_default() {
                if let Some(unknown) = keys_of(resource.source()).find(|key| !keys.contains(*key)) {
                    return Err(malformed(theme, &file, &format!("there is no text {unknown:?} to replace")));
                }
                bundle.add_resource_overriding(resource);
            }
            shelves.push((language, bundle));
        }
        Ok(Self { shelves })
    }

    /// One text in plain words, arguments as they are; the key itself where there is no such text.
    pub(super) fn say(&self, language: Language, key: &str, args: &[(&str, &str)]) -> String {
        let mut fluent = FluentArgs::new();
        for (name, value) in args {
            fluent.set(*name, FluentValue::from(*value));
        }
        self.format(language, key, &fluent).unwrap_or_else(|_| key.to_owned())
    }

    /// One text; an error names the key and what it lacks.
    pub(super) fn format(
        &self,
        language: Language,
        key: &str,
        args: &FluentArgs<'_>,
    ) -> Result<String, String> {
        let bundle = self
            .shelves
            .iter()
            .find_map(|(of, bundle)| (*of == language).then_some(bundle))
            .ok_or_else(|| format!("no texts in {language:?}"))?;
        let pattern = bundle
            .get_message(key)
            .and_then(|message| message.value())
            .ok_or_else(|| format!("no text {key:?}"))?;
        let mut errors = Vec::new();
        let text = bundle.format_pattern(pattern, Some(args), &mut errors).into_owned();
        match errors.first() {
            None => Ok(text),
            Some(error) => Err(format!("text {key:?}: {error}")),
        }
    }
}

fn resources(theme: &str, folder: &Folder, below: &str) -> Result<Vec<(String, FluentResource)>, ThemeError> {
    let mut found = Vec::new();
    for (name, _) in folder.below(below).filter(|(name, _)| name.strip_suffix(".ftl").is_some()) {
        let path = format!("{below}{name}");
        let source = folder.text(&path).ok_or_else(|| malformed(theme, &path, &"not UTF-8"))?;
        let resource = FluentResource::try_new(source.to_owned())
            .map_err(|(_, errors)| malformed(theme, &path, &format!("{errors:?}")))?;
        found.push((path, resource));
    }
    Ok(found)
}

/// The keys of a Fluent file: what stands before `=` at the beginning of a line.
fn keys_of(source: &str) -> impl Iterator<Item = &str> {
    source
        .lines()
        .filter(|line| line.starts_with(|first: char| first.is_ascii_alphabetic()))
        .filter_map(|line| line.split_once('=').map(|(key, _)| key.trim_end()))
}

fn malformed(theme: &str, file: &str, why: &dyn fmt::Display) -> ThemeError {
    ThemeError::Malformed { theme: theme.to_owned(), file: file.to_owned(), why: why.to_string() }
}

#[cfg(test)]
pub(super) fn keys_in(folder: &Folder, language: Language) -> BTreeSet<String> {
    let below = format!("locales/{}/", language.tag());
    let found = resources("default", folder, &below).expect("the locales are well formed");
    found.iter().flat_map(|(_, resource)| keys_of(resource.source())).map(str::to_owned).collect()
}
