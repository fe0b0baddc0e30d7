//! Sign-ins under way. A row lives minutes; its epoch goes the day after.

use jiff::Timestamp;
use kuvert_domain::{
    directory::Audience,
    id::{LoginId, MailboxId, MessageId, MunicipalityId, SessionId, StaffId},
    language::Language,
    number::Number,
    text::DisplayName,
};
use serde::{Deserialize, Serialize};

use super::shape;
use crate::{Key, Kind, Record};

/// A sign-in under way.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Login {
    /// SHA-256 of the browser's cookie.
    pub cookie_hash: [u8; 32],
    /// SHA-256 of the nonce in the app's way back.
    pub nonce_hash: [u8; 32],
    /// The method's id.
    pub method: String,
    /// Which door.
    #[serde(with = "shape")]
    pub audience: Audience,
    /// Whether the app is on the device that shows the page.
    pub this_device: bool,
    /// The language of the page.
    #[serde(with = "shape")]
    pub language: Language,
    /// Where to go afterwards.
    pub destination: Destination,
    /// When it began.
    #[serde(with = "shape")]
    pub began: Timestamp,
    /// When it is over in any case.
    #[serde(with = "shape")]
    pub ends: Timestamp,
    /// Whether the browser came back: through the app's way with the right nonce, or through the provider's callback.
    pub returned: bool,
    /// Rises with each step; a step made for an older turn does not count.
    pub turn: u32,
    /// Where it stands.
    pub stage: LoginStage,
}

/// Where a sign-in stands.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum LoginStage {
    /// The browser has been sent to the provider.
    Redirect {
        /// Where.
        url: String,
        /// The plugin's state.
        transaction: Vec<u8>,
    },
    /// The provider's answer is being fetched.
    Exchanging,
    /// Somebody does something in an app.
    Waiting {
        /// The plugin's state.
        transaction: Vec<u8>,
        /// No poll before this.
        #[serde(with = "shape")]
        next_poll: Timestamp,
        /// Milliseconds between polls.
        pause_ms: u32,
        /// When the provider's order runs out, so that the plugin must make a new one.
        #[serde(with = "shape")]
        expires: Timestamp,
        /// How many polls in a row the provider has not answered.
        unanswered: u32,
    },
    /// Somebody is who they are.
    Approved {
        /// Who.
        identity: Identity,
        /// The session made of it, if any.
        issued: Option<Issued>,
        /// What will end the provider's own session, in the sandbox's words; empty where there is none to end.
        parting: Vec<u8>,
    },
    /// Over.
    Failed {
        /// The key of the text.
        class: String,
        /// Whether trying again makes sense.
        retryable: bool,
        /// What joins the page to the log.
        reference: String,
        /// The provider's own words, in the language of the login; empty where it said none.
        message: String,
        /// The fault's code where the machinery failed and not the person; else empty.
        fault: String,
    },
    /// The person left the page; the order was cancelled, and coming back begins anew.
    Left,
}

/// Who signed in, after all checks.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Identity {
    /// A resident.
    Resident {
        /// The number from the e-ID.
        #[serde(with = "shape")]
        number: Number,
        /// The name from the e-ID.
        #[serde(with = "shape")]
        name: DisplayName,
    },
    /// A member of staff.
    Staff {
        /// Who.
        #[serde(with = "shape")]
        staff: StaffId,
        /// The name from the municipality's directory.
        #[serde(with = "shape")]
        name: DisplayName,
        /// What the role map gives.
        #[serde(with = "shape")]
        mailboxes: Vec<MailboxId>,
    },
}

/// A session made of a sign-in.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Issued {
    /// Which.
    #[serde(with = "shape")]
    pub session: SessionId,
    /// When the first one was made.
    #[serde(with = "shape")]
    pub first: Timestamp,
    /// Where it led, for the other page of the same browser.
    pub landed: Landed,
}

/// Where a sign-in led.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Landed {
    /// The inbox.
    Inbox,
    /// The message of the link.
    Message(#[serde(with = "shape")] MessageId),
    /// The page of the two checks.
    Checks,
    /// A page of ours.
    Page(String),
    /// The staff's first page.
    Staff,
}

/// Where to go after signing in.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Destination {
    /// The first page.
    Home,
    /// Whatever stood in a link.
    Link(String),
    /// A page of ours.
    Page(String),
}

impl Login {
    /// The row of one sign-in.
    #[must_use]
    pub fn key(municipality: MunicipalityId, login: LoginId) -> Key {
        Self::all(municipality).id(&login)
    }

    /// All sign-ins of a municipality.
    #[must_use]
    pub fn all(municipality: MunicipalityId) -> Key {
        Key::new(Kind::Login).id(&municipality)
    }

    /// Whether the browser must still come back with its nonce.
    #[must_use]
    pub const fn needs_return(&self) -> bool {
        self.this_device && !self.returned
    }
}

impl Record for Login {
    const KIND: Kind = Kind::Login;
    const VERSION: u8 = 1;
}
