//! What a person must mend in a form, from the service's words to the page's.

use kuvert_domain::limits::{MAX_FILE_BYTES, MAX_FILES};
use kuvert_service::{Field, FieldFault, FileView, Problem};

use super::{
    view::{
        Fault, FaultKind, File,
        draft::{DraftFile, Limits},
    },
    who::small,
};

/// How much may be attached.
pub(super) fn limits() -> Limits {
    Limits { max_files: small(MAX_FILES), max_bytes: MAX_FILE_BYTES }
}

/// The faults as the page shows them.
pub(super) fn faults(found: &[FieldFault]) -> Vec<Fault> {
    found.iter().map(fault).collect()
}

/// The files of a draft.
pub(super) fn draft_files(files: &[FileView]) -> Vec<DraftFile> {
    let shown = |file: &FileView| DraftFile {
        id: file.id.to_string(),
        name: file.name.as_str().to_owned(),
        bytes: file.bytes,
    };
    files.iter().map(shown).collect()
}

/// Files to fetch, below this address.
pub(super) fn files(files: &[FileView], below: &str) -> Vec<File> {
    let shown = |file: &FileView| File {
        href: format!("{below}/{}", file.id),
        name: file.name.as_str().to_owned(),
        bytes: file.bytes,
    };
    files.iter().map(shown).collect()
}

fn fault(found: &FieldFault) -> Fault {
    let (field, kind) = match (&found.field, found.problem) {
        (Field::Number, Problem::Missing | Problem::Empty) => ("number", FaultKind::NumberMissing),
        (Field::Number, _) => ("number", FaultKind::NumberBad),
        (Field::Address, Problem::Missing | Problem::Empty) => ("address", FaultKind::AddressMissing),
        (Field::Address, _) => ("address", FaultKind::AddressBad),
        (Field::Subject, Problem::TooLong { .. }) => ("subject", FaultKind::SubjectTooLong),
        (Field::Subject, _) => ("subject", FaultKind::SubjectMissing),
        (Field::Body, Problem::TooLong { .. }) => ("text", FaultKind::TextTooLong),
        (Field::Body, Problem::Malformed) => ("text", FaultKind::TextBroken),
        (Field::Body, _) => ("text", FaultKind::TextMissing),
        (Field::CaseNumber, Problem::Missing | Problem::Empty) => ("case", FaultKind::CaseMissing),
        (Field::CaseNumber, _) => ("case", FaultKind::CaseBad),
        (Field::File(_), problem) => ("files", file_fault(problem)),
    };
    let file = match &found.field {
        Field::File(Some(name)) => Some(name.as_str().to_owned()),
        _ => None,
    };
    Fault { field, kind, file }
}

const fn file_fault(problem: Problem) -> FaultKind {
    match problem {
        Problem::TooLarge { .. } => FaultKind::FileTooLarge,
        Problem::TooMany { .. } => FaultKind::FileTooMany,
        Problem::TypeNotAllowed => FaultKind::FileType,
        Problem::Missing | Problem::Empty => FaultKind::FileEmpty,
        Problem::Malformed | Problem::TooLong { .. } => FaultKind::FileName,
    }
}
