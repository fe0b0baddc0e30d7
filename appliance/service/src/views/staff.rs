//! What staff are shown.
//!
//! Personal data of residents is here on purpose; of colleagues there is only a name.

use jiff::Timestamp;
use kuvert_domain::{
    id::{DraftId, MessageId, ThreadId},
    language::Language,
    registration::Registration,
    text::{Body, DisplayName, Subject},
};

use super::{Check, Direction, EarlierView, FileView, Readable, Unit};

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
