//! The page on which a resident writes, and the pieces that the staff's page shares.
//!
//! One form, posted as `multipart/form-data` to where it stands, so that everything works without a script. The script
//! posts the same form for autosave, takes the answer page and swaps the marked regions; it knows no second protocol.

use serde::Serialize;

use super::{Fault, Moment, Page};

/// A reply that is being written.
///
/// Fields: `csrf`, `subject`, `text`, `files` (several), `action` = `save` | `attach` | `detach:<file id>` | `send` |
/// `close` | `delete`. One file by script: `csrf` and `files` to `/draft/<id>/file`.
#[derive(Debug, Clone, Serialize)]
pub struct Draft {
    /// The draft's id.
    pub id: String,
    /// The unit it goes to; cannot be changed.
    pub to: String,
    /// The subject.
    pub subject: String,
    /// The text.
    pub text: String,
    /// The files so far.
    pub files: Vec<DraftFile>,
    /// How much may be attached.
    pub limits: Limits,
    /// The message that is answered, shown folded; stored as a reference.
    pub quote: Option<Quote>,
    /// When it was saved last.
    pub saved: Option<Moment>,
    /// What must be mended.
    pub faults: Vec<Fault>,
    /// The message that is answered, e.g. `/message/<id>`; the inbox when there is none.
    pub back: String,
}

impl Page for Draft {
    const TEMPLATE: &'static str = "draft.html";
}

/// A file that lies in a draft.
#[derive(Debug, Clone, Serialize)]
pub struct DraftFile {
    /// The file's id, for `action=detach:<id>`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its size.
    pub bytes: u64,
}

/// How much may be attached to one message.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Limits {
    /// Files.
    pub max_files: u32,
    /// Bytes a file.
    pub max_bytes: u64,
}

/// The message that is answered.
#[derive(Debug, Clone, Serialize)]
pub struct Quote {
    /// Who wrote it.
    pub who: String,
    /// When.
    pub at: Moment,
    /// What.
    pub text: String,
}
