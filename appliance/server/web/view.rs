//! What the pages show: one plain struct per page, filled by the handlers, drawn by the theme.
//!
//! A view holds values, never words: texts, dates and sizes are put into the visitor's language by the theme, so that one
//! handler serves every language. A view holds nothing that its page does not show; what is secret from the visitor never
//! gets here. Views know no domain record and no store: each conversion is written by hand in the handlers.
//!
//! This module deliberately does not render, and decides nothing.

pub mod draft;
pub mod frame;
pub mod letter;
pub mod problem;
pub mod resident;
pub mod signing_in;
pub mod staff;

use jiff::{Timestamp, civil::Date};
use serde::Serialize;

/// A view that is a whole page.
pub trait Page: Serialize {
    /// The template that draws it, as named below `templates/` of a theme.
    const TEMPLATE: &'static str;
}

/// A point in time; serialized as whole seconds since 1970, shown in the municipality's time zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Moment(i64);

impl Moment {
    /// The number of seconds since 1970 (UTC).
    #[must_use]
    pub fn seconds(self) -> i64 {
        self.0
    }
}

impl From<Timestamp> for Moment {
    fn from(at: Timestamp) -> Self {
        Self(at.as_second())
    }
}

/// A day of the calendar; serialized as `2026-12-20`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(Date);

impl From<Date> for Day {
    fn from(day: Date) -> Self {
        Self(day)
    }
}

impl Serialize for Day {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// A file that can be downloaded.
#[derive(Debug, Clone, Serialize)]
pub struct File {
    /// Where it is fetched, e.g. `/message/<id>/file/<fid>`.
    pub href: String,
    /// Its name, with extension.
    pub name: String,
    /// Its size.
    pub bytes: u64,
}

/// Something that must be mended in a form; stands in the summary on top and beside its field.
#[derive(Debug, Clone, Serialize)]
pub struct Fault {
    /// The field's `name`, which is also its `id`: `subject`, `text`, `files`, `number`, `address`, `code`, `case`.
    pub field: &'static str,
    /// What is wrong.
    pub kind: FaultKind,
    /// The file it is about, where it is about one.
    pub file: Option<String>,
}

impl Fault {
    /// A fault that is not about a file.
    #[must_use]
    pub fn new(field: &'static str, kind: FaultKind) -> Self {
        Self { field, kind, file: None }
    }
}

/// Every reason for which a form comes back; the text is `fault-<kind>` of the locales.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FaultKind {
    /// No subject.
    SubjectMissing,
    /// The subject is too long.
    SubjectTooLong,
    /// No text.
    TextMissing,
    /// The text is too long.
    TextTooLong,
    /// Control characters or the like where only text may stand.
    TextBroken,
    /// No identity number.
    NumberMissing,
    /// The identity number is not well formed.
    NumberBad,
    /// No e-mail address.
    AddressMissing,
    /// The e-mail address is not well formed.
    AddressBad,
    /// No code was typed.
    CodeMissing,
    /// The code is not well formed. Security: a well-formed code that opens nothing gives [`FaultKind::CodeNothing`].
    CodeBad,
    /// The code opens nothing for this person (expired, recalled, another person's, invented: all alike).
    CodeNothing,
    /// A case number is needed.
    CaseMissing,
    /// The case number cannot be a case number.
    CaseBad,
    /// A file is larger than allowed.
    FileTooLarge,
    /// A file's type is not allowed.
    FileType,
    /// A file is empty.
    FileEmpty,
    /// A file's name cannot be kept.
    FileName,
    /// There are more files than allowed.
    FileTooMany,
}

impl FaultKind {
    /// Every one of them; each has a text.
    pub const ALL: [Self; 19] = [
        Self::SubjectMissing,
        Self::SubjectTooLong,
        Self::TextMissing,
        Self::TextTooLong,
        Self::TextBroken,
        Self::NumberMissing,
        Self::NumberBad,
        Self::AddressMissing,
        Self::AddressBad,
        Self::CodeMissing,
        Self::CodeBad,
        Self::CodeNothing,
        Self::CaseMissing,
        Self::CaseBad,
        Self::FileTooLarge,
        Self::FileType,
        Self::FileEmpty,
        Self::FileName,
        Self::FileTooMany,
    ];
}
