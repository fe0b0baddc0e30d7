//! The languages that every text exists in.

use std::str::FromStr;

use thiserror::Error;

/// Swedish, Danish or English. Chosen by the person, else the browser, else the municipality.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Language {
    /// Svenska.
    Sv,
    /// Dansk.
    Da,
    /// English.
    En,
}

/// A tag of a language that Kuvert has no texts for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not one of sv, da, en")]
pub struct UnknownLanguage;

impl Language {
    /// Every language, in the order in which a person is offered them.
    pub const ALL: [Self; 3] = [Self::Sv, Self::Da, Self::En];

    /// The BCP 47 tag, as in `<html lang>` and in the names of locale folders.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Sv => "sv",
            Self::Da => "da",
            Self::En => "en",
        }
    }

    /// The language's own name for itself.
    #[must_use]
    pub const fn endonym(self) -> &'static str {
        match self {
            Self::Sv => "Svenska",
            Self::Da => "Dansk",
            Self::En => "English",
        }
    }

    /// Picks the best of `offered` from an `Accept-Language` header (RFC 9110, 12.5.4); `None` when it names none.
    ///
    /// Norwegian readers get Danish, which they read more easily than English or Swedish.
    #[must_use]
    pub fn from_accept_language(header: &str, offered: &[Self]) -> Option<Self> {
        let mut wanted: Vec<(f32, usize, Self)> = header
            .split(',')
            .take(16)
            .enumerate()
            .filter_map(|(place, item)| {
                let mut parts = item.split(';');
                let language = Self::from_range(parts.next()?.trim())?;
                let quality =
                    parts.find_map(|p| p.trim().strip_prefix("q=")).map_or(Some(1.0), |q| q.parse().ok())?;
                (quality > 0.0 && offered.contains(&language)).then_some((quality, place, language))
            })
            .collect();
        wanted.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        wanted.first().map(|(_, _, language)| *language)
    }

    fn from_range(range: &str) -> Option<Self> {
        match range.split('-').next()?.to_ascii_lowercase().as_str() {
            "sv" => Some(Self::Sv),
            "da" | "nb" | "no" | "nn" => Some(Self::Da),
            "en" => Some(Self::En),
            _ => None,
        }
    }
}

impl FromStr for Language {
    type Err = UnknownLanguage;

    fn from_str(tag: &str) -> Result<Self, UnknownLanguage> {
        Self::ALL.into_iter().find(|l| l.tag() == tag).ok_or(UnknownLanguage)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_browser_is_heard() {
        for (header, expected) in [
            ("sv-SE,sv;q=0.9,en;q=0.8", Some(Language::Sv)),
            ("en;q=0.5, da", Some(Language::Da)),
            ("nb-NO", Some(Language::Da)),
            ("fi, en;q=0.1", Some(Language::En)),
            ("sv;q=0", None),
            ("*", None),
            ("", None),
            ("sv;q=oops", None),
        ] {
            assert_eq!(Language::from_accept_language(header, &Language::ALL), expected, "{header}");
        }
        assert_eq!(Language::from_accept_language("sv, en;q=0.2", &[Language::En]), Some(Language::En));
    }
}
