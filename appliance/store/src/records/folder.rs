//! A resident's folders, and the invitations that lead into them.
//!
//! Both lie under the resident's epoch of the message's day: when it is destroyed nothing says any more that this
//! person ever had a message.

use jiff::{Timestamp, civil::Date};
use kuvert_domain::{
    id::{AddressId, AuthorityId, MailboxId, MessageId, MunicipalityId, PersonId, ThreadId},
    invitation::Invitation,
};
use serde::{Deserialize, Serialize};

use super::{shape, thread::Way};
use crate::{Key, Kind, Record};

/// A message in a resident's inbox or among what the resident sent.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FolderEntry {
    /// Inbox (`Out`, seen from the municipality) or sent (`In`).
    pub way: Way,
    /// The thread.
    #[serde(with = "shape")]
    pub thread: ThreadId,
    /// The mailbox at the other end.
    #[serde(with = "shape")]
    pub mailbox: MailboxId,
    /// Its authority.
    #[serde(with = "shape")]
    pub authority: AuthorityId,
    /// The address its notice went to: the pair with it must be confirmed before anything shows (P4).
    #[serde(with = "shape")]
    pub address: Option<AddressId>,
    /// Whether the resident began the thread: then nothing needs confirming.
    pub began_by_person: bool,
    /// When it was sent.
    #[serde(with = "shape")]
    pub sent: Timestamp,
    /// When the receiver first opened it.
    #[serde(with = "shape")]
    pub opened: Option<Timestamp>,
    /// The last day on which it can be read.
    #[serde(with = "shape")]
    pub last_day: Date,
}

/// What the blind index of codes leads to.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct InvitationEntry {
    /// The whole secret, to compare a link with.
    #[serde(with = "shape")]
    pub secret: Invitation,
    /// The mailbox that sent it.
    #[serde(with = "shape")]
    pub mailbox: MailboxId,
    /// Its thread.
    #[serde(with = "shape")]
    pub thread: ThreadId,
    /// The message it opens.
    #[serde(with = "shape")]
    pub message: MessageId,
    /// The person it was sent to.
    #[serde(with = "shape")]
    pub person: PersonId,
    /// The address it was sent to.
    #[serde(with = "shape")]
    pub address: AddressId,
    /// The last day on which it works.
    #[serde(with = "shape")]
    pub last_day: Date,
}

impl FolderEntry {
    /// The row of one message in one person's folders.
    #[must_use]
    pub fn key(municipality: MunicipalityId, person: PersonId, message: MessageId) -> Key {
        Self::of(municipality, person).id(&message)
    }

    /// Everything in one person's folders.
    #[must_use]
    pub fn of(municipality: MunicipalityId, person: PersonId) -> Key {
        Key::new(Kind::Inbox).id(&municipality).id(&person)
    }
}

impl Record for FolderEntry {
    const KIND: Kind = Kind::Inbox;
    const VERSION: u8 = 1;
}

impl Record for InvitationEntry {
    const KIND: Kind = Kind::CodeIndex;
    const VERSION: u8 = 1;
}
