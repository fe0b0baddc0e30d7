//! What people are shown: plain data that the server turns into pages.
//!
//! No markup, no formatted dates and no keys of texts beyond the codes named here.

mod check;
mod staff;

use std::pin::Pin;

use bytes::Bytes;
use futures_util::Stream;
use jiff::{Timestamp, civil::Date};
use kuvert_domain::{
    id::{DraftId, FileId, MailboxId, MessageId, ThreadId},
    text::{Body, FileName, Subject},
};

use crate::ServiceError;

pub use check::{Check, CheckLine, Weight};
pub use staff::{
    MailboxRow, NoticeState, PersonCard, Recipient, StaffDraftText, StaffDraftView, StaffMessage,
    ThreadFilter, ThreadRow, ThreadView,
};

/// A unit as residents know it: never an e-mail address, never an official's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// The mailbox.
    pub mailbox: MailboxId,
    /// The mailbox's name.
    pub name: String,
    /// Its authority's name.
    pub authority: String,
}

/// Which way a message went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From a unit to a resident.
    ToResident,
    /// From a resident to a unit.
    ToUnit,
}

/// How long a resident can read something here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Readable {
    /// The last whole day, in the municipality's time.
    pub last_day: Date,
    /// Whole days left after today; 0 on the last day.
    pub days_left: u16,
}

/// A row of a resident's inbox or of the folder of sent messages.
#[derive(Debug, Clone)]
pub struct Envelope {
    /// The message.
    pub id: MessageId,
    /// The unit at the other end.
    pub unit: Unit,
    /// The subject.
    pub subject: Subject,
    /// The first words of the text, on one line.
    pub preview: String,
    /// When it was sent.
    pub sent: Timestamp,
    /// When the other side (sent) or this person (inbox) first opened it.
    pub opened: Option<Timestamp>,
    /// How many files it carries.
    pub files: usize,
    /// How long it can be read.
    pub readable: Readable,
}

/// A file of a message or draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileView {
    /// The file.
    pub id: FileId,
    /// Its name.
    pub name: FileName,
    /// Its size in bytes.
    pub bytes: u64,
}

/// A message as a resident reads it.
#[derive(Debug, Clone)]
pub struct MessageView {
    /// The message.
    pub id: MessageId,
    /// Which way it went.
    pub direction: Direction,
    /// The unit at the other end.
    pub unit: Unit,
    /// The subject.
    pub subject: Subject,
    /// The text.
    pub body: Body,
    /// When it was sent.
    pub sent: Timestamp,
    /// When the receiver first opened it.
    pub opened: Option<Timestamp>,
    /// Its files.
    pub files: Vec<FileView>,
    /// How long it can be read.
    pub readable: Readable,
    /// Whether this person can answer it.
    pub can_reply: bool,
    /// The exchange before it, newest first. These are references: they vanish with their originals.
    pub earlier: Vec<EarlierView>,
}

/// A message of the exchange before another one.
#[derive(Debug, Clone)]
pub struct EarlierView {
    /// The message.
    pub id: MessageId,
    /// Which way it went.
    pub direction: Direction,
    /// The subject.
    pub subject: Subject,
    /// The text.
    pub body: Body,
    /// When it was sent.
    pub sent: Timestamp,
    /// When the receiver first opened it.
    pub opened: Option<Timestamp>,
    /// Its files.
    pub files: Vec<FileView>,
}

/// A row of the folder of drafts.
#[derive(Debug, Clone)]
pub struct DraftRow {
    /// The draft.
    pub id: DraftId,
    /// Who it is for, as far as it is known: a unit's name, or the number a member of staff has typed.
    pub to: String,
    /// The subject so far.
    pub subject: String,
    /// When it was last saved.
    pub saved: Timestamp,
    /// How many files it carries.
    pub files: usize,
}

/// What a person types; kept as typed, judged only when it is sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DraftText {
    /// The subject line. A resident's reply keeps the thread's subject whatever stands here.
    pub subject: String,
    /// The text.
    pub body: String,
}

/// A resident's draft.
#[derive(Debug, Clone)]
pub struct DraftView {
    /// The draft.
    pub id: DraftId,
    /// The unit it goes to, fixed.
    pub to: Unit,
    /// The message it answers.
    pub answers: MessageId,
    /// What was typed so far.
    pub text: DraftText,
    /// Its files.
    pub files: Vec<FileView>,
    /// When it was last saved.
    pub saved: Timestamp,
    /// The exchange it continues, newest first.
    pub earlier: Vec<EarlierView>,
}

/// Proof that a message was taken in; the same for each repetition of the same send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The message.
    pub message: MessageId,
    /// The thread it is part of.
    pub thread: ThreadId,
    /// A number that can be read aloud, "R-H4K9-TR2M".
    pub number: String,
    /// When it was durably stored.
    pub at: Timestamp,
    /// The unit that received (resident) or sent it (staff).
    pub unit: Unit,
    /// The subject it was sent with.
    pub subject: Subject,
    /// How many files went with it.
    pub files: usize,
    /// How long the resident can read it.
    pub readable: Readable,
}

/// Bytes of a file as they come off the disk.
pub type FileStream = Pin<Box<dyn Stream<Item = Result<Bytes, ServiceError>> + Send>>;

/// A file on its way to a person.
pub struct Download {
    /// Its name.
    pub name: FileName,
    /// Its size in bytes.
    pub bytes: u64,
    /// Its content, opened chunk by chunk.
    pub stream: FileStream,
}

impl std::fmt::Debug for Download {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Download").field("bytes", &self.bytes).finish_non_exhaustive()
    }
}
