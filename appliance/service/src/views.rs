//! What people are shown: plain data that the server turns into pages.
//!
//! No markup, no formatted dates and no keys of texts beyond the codes named here.

use std::pin::Pin;

use bytes::Bytes;
use futures_util::Stream;
use jiff::{Timestamp, civil::Date};
use kuvert_domain::{
    id::{DraftId, FileId, MailboxId, MessageId, ThreadId},
    language::Language,
    registration::Registration,
    text::{Body, DisplayName, FileName, Subject},
};

use crate::ServiceError;

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

/// A mailbox a member of staff works in.
#[derive(Debug, Clone)]
pub struct MailboxRow {
    /// The mailbox.
    pub unit: Unit,
    /// Threads with something unopened in it.
    pub unread: usize,
    /// All its threads.
    pub threads: usize,
}

/// A resident as staff see them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonCard {
    /// The name from the person's own e-ID; none before the first login.
    pub name: Option<DisplayName>,
    /// The number as people write it. Security: personal data; never logged.
    pub number: String,
    /// The addresses used in this conversation's authority, masked ("a…@example.org").
    pub address: Option<String>,
    /// Whether the pair of number and address is confirmed.
    pub confirmed: bool,
}

/// Which threads of a mailbox to list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ThreadFilter {
    /// All of them.
    #[default]
    All,
    /// Those with a resident's message nobody has opened.
    Unread,
    /// Those whose last word is a resident's.
    Waiting,
    /// Those with a message whose registration is undecided.
    Undecided,
}

/// A row of a mailbox.
#[derive(Debug, Clone)]
pub struct ThreadRow {
    /// The thread.
    pub id: ThreadId,
    /// The resident.
    pub person: PersonCard,
    /// The latest message's subject.
    pub subject: Subject,
    /// The first words of the latest message.
    pub preview: String,
    /// When the latest message was sent.
    pub last: Timestamp,
    /// Which way it went.
    pub last_direction: Direction,
    /// Whether something in it is unopened by the unit.
    pub unread: bool,
    /// When the resident first opened the unit's latest message.
    pub opened: Option<Timestamp>,
    /// What has become of the latest notice; `NotTheirs` and `Refused` are tasks for the unit.
    pub notice: Option<NoticeState>,
    /// Whether any message carries files.
    pub files: bool,
    /// How many messages it has.
    pub messages: usize,
    /// The latest message's registration.
    pub registration: Registration,
    /// Whether the resident's access to the latest message has ended.
    pub ended: bool,
}

/// A thread as staff read it.
#[derive(Debug, Clone)]
pub struct ThreadView {
    /// The thread.
    pub id: ThreadId,
    /// The mailbox it is in.
    pub unit: Unit,
    /// The resident.
    pub person: PersonCard,
    /// Its case number, if one was given.
    pub case_number: Option<String>,
    /// The subject of the latest message.
    pub subject: Subject,
    /// Its messages, newest first.
    pub messages: Vec<StaffMessage>,
}

/// A message as staff read it.
#[derive(Debug, Clone)]
pub struct StaffMessage {
    /// The message.
    pub id: MessageId,
    /// Which way it went.
    pub direction: Direction,
    /// The member of staff who wrote it, or the resident's name.
    pub author: Option<DisplayName>,
    /// The subject.
    pub subject: Subject,
    /// The text.
    pub body: Body,
    /// When it was sent.
    pub sent: Timestamp,
    /// The eye: when the other side first opened it.
    pub opened: Option<Timestamp>,
    /// Its files.
    pub files: Vec<FileView>,
    /// What has become of the notice; none for a message from a resident.
    pub notice: Option<NoticeState>,
    /// Its registration.
    pub registration: Registration,
    /// How long the resident can read it; days left is 0 once that has ended.
    pub readable: Readable,
    /// Whether the resident's access has ended.
    pub ended: bool,
}

/// What has become of a notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoticeState {
    /// It waits for the mail server.
    Queued,
    /// The recipient's mail server took it.
    HandedOver {
        /// When.
        at: Timestamp,
    },
    /// It has been refused so far and is tried again.
    Delayed {
        /// When it was last tried.
        at: Timestamp,
    },
    /// The mail server refused it for good.
    Refused {
        /// When.
        at: Timestamp,
    },
    /// Somebody who got it said it is not meant for them.
    NotTheirs {
        /// When.
        at: Timestamp,
    },
}

/// What a member of staff types about the recipient; kept as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recipient {
    /// The number.
    pub number: String,
    /// The e-mail address.
    pub address: String,
    /// The language of the notice; none means the municipality's first.
    pub language: Option<Language>,
}

/// What a member of staff types.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StaffDraftText {
    /// The recipient; fixed in a reply, whatever stands here.
    pub recipient: Recipient,
    /// The subject line.
    pub subject: String,
    /// The text.
    pub body: String,
    /// The case number, if any.
    pub case_number: String,
}

/// A member of staff's draft.
#[derive(Debug, Clone)]
pub struct StaffDraftView {
    /// The draft.
    pub id: DraftId,
    /// The mailbox it is sent from.
    pub from: Unit,
    /// The thread it continues, with its recipient fixed.
    pub thread: Option<(ThreadId, PersonCard)>,
    /// What was typed so far.
    pub text: StaffDraftText,
    /// Its files.
    pub files: Vec<FileView>,
    /// When it was last saved.
    pub saved: Timestamp,
    /// What is known about the recipient now.
    pub check: Check,
    /// The exchange it continues, newest first.
    pub earlier: Vec<EarlierView>,
}

/// What is known about a recipient (P22). Never a date, a unit or a name of anyone else.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Check {
    /// The lines, most basic first.
    pub lines: Vec<CheckLine>,
    /// The masked address the notice would go to; none while something blocks.
    pub reach: Option<String>,
}

impl Check {
    /// Whether a line forbids sending.
    #[must_use]
    pub fn blocks(&self) -> bool {
        self.reach.is_none() || self.lines.iter().any(|line| line.weight() == Weight::Stop)
    }
}

/// One line about a recipient. `texts.md` 10 has the words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckLine {
    /// The number is well formed.
    NumberOk,
    /// The number is not well formed.
    NumberBad,
    /// No number was typed yet.
    NumberMissing,
    /// Under 18: it goes to the child.
    Minor,
    /// Under 15: better to write to the guardians.
    Guardians,
    /// The address is well formed (its domain is not asked).
    AddressOk,
    /// The address is not well formed.
    AddressBad,
    /// Neither an address was typed nor one is confirmed.
    AddressMissing,
    /// Number and address are confirmed together.
    PairYes,
    /// Number and address are not confirmed together yet.
    PairNo,
    /// The recipient has confirmed another address.
    PairDifferent,
    /// The address is used for another recipient.
    AddressUsed,
    /// The subject holds an identity number.
    NumberInSubject,
    /// A file's name holds an identity number.
    NumberInFileName,
}

/// How heavily a line weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// As it should be.
    Good,
    /// Worth a second look.
    Look,
    /// Nothing can be sent like this.
    Stop,
}

impl CheckLine {
    /// How heavily it weighs.
    #[must_use]
    pub const fn weight(self) -> Weight {
        match self {
            Self::NumberOk | Self::AddressOk | Self::PairYes => Weight::Good,
            Self::NumberBad | Self::NumberMissing | Self::AddressBad | Self::AddressMissing => Weight::Stop,
            Self::Minor
            | Self::Guardians
            | Self::PairNo
            | Self::PairDifferent
            | Self::AddressUsed
            | Self::NumberInSubject
            | Self::NumberInFileName => Weight::Look,
        }
    }
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
