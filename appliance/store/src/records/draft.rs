//! Drafts: what somebody is still writing, under a key prefix of the author alone (P6).
//!
//! A sent draft stays until its day with nothing but the receipt in it, so that pressing Send twice sends once.

use jiff::{Timestamp, civil::Date};
use kuvert_domain::{
    id::{AuthorityId, DraftId, MailboxId, MessageId, MunicipalityId, PersonId, StaffId, ThreadId},
    language::Language,
};
use serde::{Deserialize, Serialize};

use super::{message::File, shape};
use crate::{Key, Kind, Record};

/// Somebody's draft.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Draft {
    /// The mailbox at the municipality's end.
    #[serde(with = "shape")]
    pub mailbox: MailboxId,
    /// Its authority.
    #[serde(with = "shape")]
    pub authority: AuthorityId,
    /// The thread it continues.
    #[serde(with = "shape")]
    pub thread: Option<ThreadId>,
    /// The message a resident answers.
    #[serde(with = "shape")]
    pub answers: Option<MessageId>,
    /// The recipient's number as typed.
    pub number: String,
    /// The recipient's address as typed.
    pub address: String,
    /// The notice's language.
    #[serde(with = "shape")]
    pub language: Option<Language>,
    /// The case number as typed.
    pub case_number: String,
    /// The subject as typed.
    pub subject: String,
    /// The text as typed.
    pub body: String,
    /// The files.
    pub files: Vec<File>,
    /// When it was last saved.
    #[serde(with = "shape")]
    pub saved: Timestamp,
    /// Set once it has been sent.
    #[serde(with = "shape")]
    pub sent: Option<MessageId>,
    /// The day on which it goes.
    #[serde(with = "shape")]
    pub day: Date,
}

/// Whose draft: the one part of the key that decides who can find it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Author {
    /// A resident's.
    Resident(PersonId),
    /// A member of staff's.
    Staff(StaffId),
}

impl Draft {
    /// The row of one draft.
    #[must_use]
    pub fn key(municipality: MunicipalityId, author: Author, draft: DraftId) -> Key {
        Self::of(municipality, author).id(&draft)
    }

    /// All drafts of one author.
    #[must_use]
    pub fn of(municipality: MunicipalityId, author: Author) -> Key {
        match author {
            Author::Resident(person) => Self::all(municipality).bytes(&[0]).id(&person),
            Author::Staff(staff) => Self::all(municipality).bytes(&[1]).id(&staff),
        }
    }

    /// All drafts of a municipality.
    #[must_use]
    pub fn all(municipality: MunicipalityId) -> Key {
        Key::new(Kind::Draft).id(&municipality)
    }
}

impl Record for Draft {
    const KIND: Kind = Kind::Draft;
    const VERSION: u8 = 1;
}
