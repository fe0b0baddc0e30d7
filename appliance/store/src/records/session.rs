//! Signed-in sessions. The token itself is nowhere; the row is found by its hash.

use jiff::Timestamp;
use kuvert_domain::{
    help_code::HelpCode,
    id::{AddressId, MailboxId, MessageId, MunicipalityId, PersonId, SessionId, StaffId, ThreadId},
    language::Language,
    text::DisplayName,
};
use serde::{Deserialize, Serialize};

use super::shape;
use crate::{Key, Kind, Record};

/// A signed-in session.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Session {
    /// SHA-256 of the token.
    pub token_hash: [u8; 32],
    /// Whose it is.
    pub holder: SessionHolder,
    /// The name to greet with.
    #[serde(with = "shape")]
    pub name: DisplayName,
    /// The language chosen.
    #[serde(with = "shape")]
    pub language: Option<Language>,
    /// Whether the token has come back at least once.
    pub used: bool,
    /// The last request, to the minute.
    #[serde(with = "shape")]
    pub last_seen: Timestamp,
    /// When it is over in any case.
    #[serde(with = "shape")]
    pub ends: Timestamp,
    /// What the last landing showed, if it failed.
    pub checks: Option<FailedLanding>,
    /// Messages that were opened in this session: each is audited once.
    #[serde(with = "shape")]
    pub seen: Vec<MessageId>,
    /// What ends the provider's own session too, where it has one.
    pub parting: Option<Parting>,
}

/// What is left of the sign-in that made a session.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Parting {
    /// The method's id.
    pub method: String,
    /// The sandbox's own words.
    pub transaction: Vec<u8>,
}

/// Whose a session is.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum SessionHolder {
    /// A resident's.
    Resident {
        /// Who.
        #[serde(with = "shape")]
        person: PersonId,
    },
    /// A member of staff's.
    Staff {
        /// Who.
        #[serde(with = "shape")]
        staff: StaffId,
        /// The mailboxes that the role map gave at sign-in.
        #[serde(with = "shape")]
        mailboxes: Vec<MailboxId>,
    },
}

/// A landing that failed (P5).
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct FailedLanding {
    /// Whose valid invitation was brought by another person; none when there was no valid invitation.
    pub invited: Option<Invited>,
    /// What to read to the contact centre.
    #[serde(with = "shape")]
    pub help_code: HelpCode,
    /// Whether this person said that the message is not for them.
    pub disowned: bool,
}

/// What a valid invitation led to.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Invited {
    /// The mailbox that sent it.
    #[serde(with = "shape")]
    pub mailbox: MailboxId,
    /// Its thread.
    #[serde(with = "shape")]
    pub thread: ThreadId,
    /// The message.
    #[serde(with = "shape")]
    pub message: MessageId,
    /// The person it was sent to.
    #[serde(with = "shape")]
    pub person: PersonId,
    /// The address it was sent to.
    #[serde(with = "shape")]
    pub address: AddressId,
}

/// What the contact centre may see of a failed landing: the two checks, never a person or a unit.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Help {
    /// When.
    #[serde(with = "shape")]
    pub at: Timestamp,
    /// The message, where a valid invitation was brought by another person.
    #[serde(with = "shape")]
    pub message: Option<MessageId>,
}

impl Session {
    /// The row of one session.
    #[must_use]
    pub fn key(municipality: MunicipalityId, session: SessionId) -> Key {
        Self::all(municipality).id(&session)
    }

    /// All sessions of a municipality.
    #[must_use]
    pub fn all(municipality: MunicipalityId) -> Key {
        Key::new(Kind::Session).id(&municipality)
    }
}

impl Help {
    /// The row of one help code.
    #[must_use]
    pub fn key(municipality: MunicipalityId, code: HelpCode) -> Key {
        Self::all(municipality).bytes(code.as_bytes())
    }

    /// All help codes of a municipality.
    #[must_use]
    pub fn all(municipality: MunicipalityId) -> Key {
        Key::new(Kind::Help).id(&municipality)
    }
}

impl Record for Session {
    const KIND: Kind = Kind::Session;
    const VERSION: u8 = 1;
}

impl Record for Help {
    const KIND: Kind = Kind::Help;
    const VERSION: u8 = 1;
}
