//! Messages: everything about one message in one row, under a key of its own.
//!
//! Two clocks: the message's data key is wrapped once per holder, so the resident's wrap can end on its day while the
//! authority's goes on. Without any wrap the row is noise.

use jiff::{Timestamp, civil::Date};
use kuvert_domain::{
    id::{AddressId, AuthorityId, FileId, MailboxId, MessageId, MunicipalityId, PersonId, ThreadId},
    invitation::Invitation,
    text::{Body, DisplayName, FileName, Subject},
};
use serde::{Deserialize, Serialize};

use super::{shape, thread::Way};
use crate::{DataKey, Key, Kind, Record};

/// One message. Put it under its data key, never under an epoch.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Message {
    /// The mailbox at the municipality's end.
    #[serde(with = "shape")]
    pub mailbox: MailboxId,
    /// Its authority.
    #[serde(with = "shape")]
    pub authority: AuthorityId,
    /// The thread.
    #[serde(with = "shape")]
    pub thread: ThreadId,
    /// The resident.
    #[serde(with = "shape")]
    pub person: PersonId,
    /// The address its notice went to.
    #[serde(with = "shape")]
    pub address: Option<AddressId>,
    /// What its link and code are made of, for a message to the resident.
    #[serde(with = "shape")]
    pub invitation: Option<Invitation>,
    /// Which way it went.
    pub way: Way,
    /// When it was sent.
    #[serde(with = "shape")]
    pub sent: Timestamp,
    /// The last day on which the resident can read it.
    #[serde(with = "shape")]
    pub last_day: Date,
    /// Who wrote it: the member of staff or the resident.
    #[serde(with = "shape")]
    pub author: DisplayName,
    /// The subject.
    #[serde(with = "shape")]
    pub subject: Subject,
    /// The text.
    #[serde(with = "shape")]
    pub body: Body,
    /// The files.
    pub files: Vec<File>,
}

/// A file: its content is a blob under the key that is kept here.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct File {
    /// The file, which is also the blob's name.
    #[serde(with = "shape")]
    pub id: FileId,
    /// Its name.
    #[serde(with = "shape")]
    pub name: FileName,
    /// Its size in bytes.
    pub bytes: u64,
    /// Its SHA-256.
    pub sha256: [u8; 32],
    /// The key of its blob.
    pub key: DataKey,
}

impl Message {
    /// The row of one message.
    #[must_use]
    pub fn key(municipality: MunicipalityId, message: MessageId) -> Key {
        Key::new(Kind::Message).id(&municipality).id(&message)
    }
}

impl Record for Message {
    const KIND: Kind = Kind::Message;
    const VERSION: u8 = 1;
}
