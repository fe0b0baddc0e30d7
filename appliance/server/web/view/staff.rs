//! The staff's pages: mailboxes and threads, a thread, writing.
//!
//! Staff see the number and the name of the person they write to; of the notice they see that it was handed over and
//! that the message was opened, nothing between.

use kuvert_domain::language::Language;
use serde::Serialize;

use super::{
    Day, Fault, File, Moment, Page,
    draft::{DraftFile, Limits, Quote},
};

/// What stands to the left on the staff's pages.
#[derive(Debug, Clone, Serialize)]
pub struct Desk {
    /// The mailboxes this person may open.
    pub mailboxes: Vec<MailboxLink>,
    /// This person's drafts, newest first.
    pub drafts: Vec<DraftLink>,
}

/// A mailbox in the list; leads to `/staff/mailbox/<id>`.
#[derive(Debug, Clone, Serialize)]
pub struct MailboxLink {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The authority it belongs to; shown as a heading above its mailboxes.
    pub authority: String,
    /// Threads with something unread.
    pub unread: u32,
}

/// A draft in the list; leads to `/staff/draft/<id>`.
#[derive(Debug, Clone, Serialize)]
pub struct DraftLink {
    /// Its id.
    pub id: String,
    /// The subject; may be empty.
    pub subject: String,
}

/// A mailbox with its threads. "Write" posts `mailbox` to `/staff/compose`.
#[derive(Debug, Clone, Serialize)]
pub struct Mailbox {
    /// The left column.
    pub desk: Desk,
    /// The mailbox shown.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Which threads are shown; the chips lead to `?show=<this>`.
    pub show: Show,
    /// The threads, newest first.
    pub threads: Vec<ThreadRow>,
}

impl Page for Mailbox {
    const TEMPLATE: &'static str = "staff_mailbox.html";
}

/// Which threads of a mailbox are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Show {
    /// All of them.
    All,
    /// Those with something unread.
    Unread,
    /// Those whose registration nobody has decided.
    Undecided,
}

/// A thread in the list; leads to `/staff/thread/<id>`.
#[derive(Debug, Clone, Serialize)]
pub struct ThreadRow {
    /// Its id.
    pub id: String,
    /// Who it is with: the name once the person has logged in, else the number.
    pub who: String,
    /// The subject of the newest message.
    pub subject: String,
    /// When the newest message was sent.
    pub at: Moment,
    /// Something in it has not been opened by staff.
    pub unread: bool,
    /// How many files in the newest message.
    pub files: u32,
    /// What happened last.
    pub latest: Latest,
    /// Its registration.
    pub registration: Registration,
}

/// What happened last in a thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Latest {
    /// The resident wrote.
    Incoming,
    /// We wrote; not opened yet.
    NotOpened,
    /// We wrote; the resident has opened it.
    Opened,
    /// We wrote; it was never opened and can no longer be read.
    NeverOpened,
}

/// Whether and how a thread is kept (sv registrering, da journalisering).
#[derive(Debug, Clone, Serialize)]
pub struct Registration {
    /// The state.
    pub state: RegistrationState,
    /// The case number, for registered and filed.
    pub case: Option<String>,
}

/// The four states; the text is `registration-<this>` of the locales.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RegistrationState {
    /// Nobody has decided.
    Undecided,
    /// Registered under a number.
    Registered,
    /// Filed in a case.
    Filed,
    /// Of minor importance.
    Minor,
}

/// A thread. "Reply" posts to `/staff/thread/<id>/reply`; the registration form posts `state` (`registered`, `filed`,
/// `minor`, `undecided`) and `case` to `/staff/thread/<id>/registration`.
#[derive(Debug, Clone, Serialize)]
pub struct Thread {
    /// The thread's id.
    pub id: String,
    /// The mailbox it lies in.
    pub mailbox_id: String,
    /// That mailbox's name.
    pub mailbox: String,
    /// The subject of its first message.
    pub subject: String,
    /// The person it is with.
    pub person: Person,
    /// The messages, newest first.
    pub entries: Vec<Entry>,
    /// How the newest message of ours fared.
    pub delivery: Option<Delivery>,
    /// How it is registered.
    pub registration: Registration,
    /// The last day on which the resident can read the newest message; none when that day has passed.
    pub last_day: Option<Day>,
    /// When the newest message was sent, right after Send: the page says so once.
    pub sent: Option<Moment>,
    /// What must be mended in the registration form.
    pub faults: Vec<Fault>,
}

impl Page for Thread {
    const TEMPLATE: &'static str = "staff_thread.html";
}

/// The person a thread is with.
#[derive(Debug, Clone, Serialize)]
pub struct Person {
    /// The name, once they have logged in.
    pub name: Option<String>,
    /// The number as written, e.g. `19990807-2391`.
    pub number: String,
    /// The address, masked: `a…@example.org`.
    pub address: Option<String>,
    /// Whether number and address have been confirmed together.
    pub confirmed: bool,
}

/// A message in a thread.
#[derive(Debug, Clone, Serialize)]
pub struct Entry {
    /// The resident wrote it.
    pub incoming: bool,
    /// Who wrote: the resident's name or number, or the mailbox's name.
    pub who: String,
    /// Which official wrote, for our own.
    pub official: Option<String>,
    /// The subject of this message.
    pub subject: String,
    /// When it was sent.
    pub at: Moment,
    /// The text.
    pub text: String,
    /// Its files.
    pub files: Vec<File>,
    /// When the recipient opened it.
    pub opened: Option<Moment>,
    /// The recipient can no longer read it.
    pub ended: bool,
}

/// How our newest message fared; what is not known is left out.
#[derive(Debug, Clone, Serialize)]
pub struct Delivery {
    /// The notice was queued.
    pub queued: Moment,
    /// The recipient's mail server (or the relay) took it.
    pub handed: Option<Moment>,
    /// The mail system has refused it for good.
    pub refused: Option<Moment>,
    /// Somebody who came by the link has said that the notice was for another person.
    pub disowned: Option<Moment>,
    /// The recipient opened the message.
    pub opened: Option<Moment>,
    /// The recipient can no longer read it.
    pub ended: bool,
}

/// A message that staff are writing.
///
/// Fields: `csrf`, `number`, `address`, `language`, `case`, `subject`, `text`, `files`, `action` as in
/// [`super::draft::Draft`] and `check`. In a reply `number` and `address` are fixed and not sent. The script
/// posts the form with `action=check` when a recipient field changes, and swaps the check lines and the band.
#[derive(Debug, Clone, Serialize)]
pub struct StaffDraft {
    /// The draft's id.
    pub id: String,
    /// The recipient of a reply: fixed. None while a new message is written.
    pub person: Option<Person>,
    /// The number as typed.
    pub number: String,
    /// The e-mail address as typed.
    pub address: String,
    /// The check lines (P22); empty until there is something to check.
    pub checks: Vec<Finding>,
    /// The language of the notice.
    #[serde(serialize_with = "super::frame::tag")]
    pub language: Language,
    /// The languages to choose from.
    #[serde(serialize_with = "super::frame::tags")]
    pub languages: Vec<Language>,
    /// The case number as typed; may be empty.
    pub case: String,
    /// The name of the mailbox that it is sent from.
    pub from: String,
    /// The subject.
    pub subject: String,
    /// The text.
    pub text: String,
    /// The files so far.
    pub files: Vec<DraftFile>,
    /// How much may be attached.
    pub limits: Limits,
    /// The message that is answered.
    pub quote: Option<Quote>,
    /// When it was saved last.
    pub saved: Option<Moment>,
    /// How it will reach the recipient, or why it cannot be sent yet.
    pub band: Band,
    /// What must be mended.
    pub faults: Vec<Fault>,
    /// Where "back" leads: the thread or the mailbox.
    pub back: String,
}

impl Page for StaffDraft {
    const TEMPLATE: &'static str = "staff_draft.html";
}

/// What was found about a recipient; each is one line. The text is `check-<this>` of the locales.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Finding {
    /// ✓ the number is well formed.
    NumberOk,
    /// ✗ it is not.
    NumberBad,
    /// ⚠ the recipient is under 18.
    Minor,
    /// ⚠ the recipient is under 15: write to the guardians.
    Guardians,
    /// ✓ the address is well formed.
    EmailWritten,
    /// ✗ the address is not well formed.
    EmailBad,
    /// ✓ number and address have been confirmed together.
    PairYes,
    /// – not yet: the first time, link or code is needed.
    PairNo,
    /// ⚠ the recipient has confirmed another address.
    PairDifferent,
    /// ⚠ the address is used for another recipient.
    AddressUsed,
    /// ⚠ an identity number stands in the subject; shown beside it, with "remove it".
    NumberInSubject,
    /// ⚠ an identity number stands in the name of a file; shown beside the files.
    NumberInFileName,
}

impl Finding {
    /// Every one of them; each has a text.
    pub const ALL: [Self; 12] = [
        Self::NumberOk,
        Self::NumberBad,
        Self::Minor,
        Self::Guardians,
        Self::EmailWritten,
        Self::EmailBad,
        Self::PairYes,
        Self::PairNo,
        Self::PairDifferent,
        Self::AddressUsed,
        Self::NumberInSubject,
        Self::NumberInFileName,
    ];
}

/// The band above Send: how the recipient will be reached, or what is missing. Send is disabled unless it is ready.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Band {
    /// Goes into the portal; notice to this (masked) address.
    Ready {
        /// The masked address, `a…@example.org`.
        address: String,
    },
    /// Can be sent, but something about the recipient should be looked at first (a ⚠ line).
    Doubtful {
        /// The masked address.
        address: String,
    },
    /// No recipient yet.
    NoRecipient,
    /// Something about the recipient must be mended (a ✗ line).
    Blocked,
}
