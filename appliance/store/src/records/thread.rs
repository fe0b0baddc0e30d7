//! Threads: the authority's side of an exchange, listed by mailbox.
//!
//! A thread's row knows its messages by id and time. What they say is in the messages, each under its own key.

use jiff::{Timestamp, civil::Date};
use kuvert_domain::{
    id::{AddressId, AuthorityId, MailboxId, MessageId, MunicipalityId, PersonId, StaffId, ThreadId},
    registration::Registration,
    text::CaseNumber,
};
use serde::{Deserialize, Serialize};

use super::shape;
use crate::{Key, Kind, Record};

/// An exchange between a mailbox and a person.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Thread {
    /// The mailbox's authority.
    #[serde(with = "shape")]
    pub authority: AuthorityId,
    /// The resident.
    #[serde(with = "shape")]
    pub person: PersonId,
    /// The address its notices go to.
    #[serde(with = "shape")]
    pub address: Option<AddressId>,
    /// Whether the resident wrote first: such a thread needs no invitation.
    pub began_by_person: bool,
    /// The case it belongs to.
    #[serde(with = "shape")]
    pub case_number: Option<CaseNumber>,
    /// Its messages, oldest first. Those that were purged are gone from here too.
    pub entries: Vec<ThreadEntry>,
}

/// One message of a thread, as far as the thread must know it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ThreadEntry {
    /// The message.
    #[serde(with = "shape")]
    pub message: MessageId,
    /// Which way it went.
    pub way: Way,
    /// Who wrote it, if staff.
    #[serde(with = "shape")]
    pub author: Option<StaffId>,
    /// When it was sent.
    #[serde(with = "shape")]
    pub sent: Timestamp,
    /// When the other side first opened it.
    #[serde(with = "shape")]
    pub opened: Option<Timestamp>,
    /// How many files it carries.
    pub files: u16,
    /// The last day on which the resident can read it.
    #[serde(with = "shape")]
    pub last_day: Date,
    /// Whether the resident's access has ended.
    pub ended: bool,
    /// The day on which the authority's copy is judged, and goes if it may.
    #[serde(with = "shape")]
    pub copy_day: Date,
    /// What the authority decided about its copy.
    #[serde(with = "shape")]
    pub registration: Registration,
    /// What has become of the notice, for a message to the resident.
    pub notice: Option<NoticeMark>,
}

/// Which way a message went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Way {
    /// From the mailbox to the resident.
    Out,
    /// From the resident to the mailbox.
    In,
}

/// What has become of a notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum NoticeMark {
    /// It waits.
    Queued,
    /// A mail server took it.
    HandedOver(#[serde(with = "shape")] Timestamp),
    /// It was refused and is tried again.
    Delayed(#[serde(with = "shape")] Timestamp),
    /// It was refused for good.
    Refused(#[serde(with = "shape")] Timestamp),
    /// Somebody who got it said it is not meant for them.
    NotTheirs(#[serde(with = "shape")] Timestamp),
}

impl Thread {
    /// The row of one thread.
    #[must_use]
    pub fn key(municipality: MunicipalityId, mailbox: MailboxId, thread: ThreadId) -> Key {
        Self::of(municipality, mailbox).id(&thread)
    }

    /// All threads of a mailbox.
    #[must_use]
    pub fn of(municipality: MunicipalityId, mailbox: MailboxId) -> Key {
        Key::new(Kind::Thread).id(&municipality).id(&mailbox)
    }

    /// The entry of one message.
    #[must_use]
    pub fn entry(&self, message: MessageId) -> Option<&ThreadEntry> {
        self.entries.iter().find(|entry| entry.message == message)
    }

    /// The entry of one message, to change it.
    pub fn entry_mut(&mut self, message: MessageId) -> Option<&mut ThreadEntry> {
        self.entries.iter_mut().find(|entry| entry.message == message)
    }
}

impl Record for Thread {
    const KIND: Kind = Kind::Thread;
    const VERSION: u8 = 1;
}
