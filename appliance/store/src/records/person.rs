//! Residents, and the proofs that they and their addresses belong together (P4).
//!
//! A person is known to one municipality only. Nothing here says what anybody wrote.

use jiff::Timestamp;
use kuvert_domain::{
    address::EmailAddress,
    id::{AddressId, MunicipalityId, PersonId},
    language::Language,
    number::Number,
    text::DisplayName,
};
use serde::{Deserialize, Serialize};

use super::shape;
use crate::{Key, Kind, Record};

/// A resident.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The number that the e-ID must show.
    #[serde(with = "shape")]
    pub number: Number,
    /// The name from the person's own e-ID; none before the first login.
    #[serde(with = "shape")]
    pub name: Option<DisplayName>,
    /// The language the person chose.
    #[serde(with = "shape")]
    pub language: Option<Language>,
    /// When the person was last noted as written to or logged in: at most a month before it truly was.
    #[serde(with = "shape")]
    pub last_used: Timestamp,
    /// Whether anybody here ever wrote to this person. Of one who merely logged in nothing is kept beyond the session.
    pub addressed: bool,
    /// Wrong codes typed since `wrong_since`.
    pub wrong_codes: u8,
    /// When the first of them was typed.
    #[serde(with = "shape")]
    pub wrong_since: Option<Timestamp>,
}

/// What the blind index of numbers leads to.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct NumberEntry {
    /// The person with that number.
    #[serde(with = "shape")]
    pub person: PersonId,
}

/// What the blind index of addresses leads to.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AddressEntry {
    /// The address's id.
    #[serde(with = "shape")]
    pub address: AddressId,
    /// Everybody it was ever used for here.
    #[serde(with = "shape")]
    pub persons: Vec<PersonId>,
}

/// A number and an address that were used together.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Pair {
    /// The address as it was written.
    #[serde(with = "shape")]
    pub email: EmailAddress,
    /// When this person came by an invitation sent to this address.
    #[serde(with = "shape")]
    pub confirmed: Option<Timestamp>,
    /// When somebody who got a notice there said it is not meant for them.
    #[serde(with = "shape")]
    pub paused: Option<Timestamp>,
    /// When it was last used; pairs go after twelve months without use.
    #[serde(with = "shape")]
    pub last_used: Timestamp,
}

impl Person {
    /// The row of one person.
    #[must_use]
    pub fn key(municipality: MunicipalityId, person: PersonId) -> Key {
        Key::new(Kind::Person).id(&municipality).id(&person)
    }

    /// All persons of a municipality.
    #[must_use]
    pub fn all(municipality: MunicipalityId) -> Key {
        Key::new(Kind::Person).id(&municipality)
    }
}

impl Pair {
    /// The row of one pair.
    #[must_use]
    pub fn key(municipality: MunicipalityId, person: PersonId, address: AddressId) -> Key {
        Self::of(municipality, person).id(&address)
    }

    /// All pairs of a municipality.
    #[must_use]
    pub fn all(municipality: MunicipalityId) -> Key {
        Key::new(Kind::Pair).id(&municipality)
    }

    /// All pairs of one person.
    #[must_use]
    pub fn of(municipality: MunicipalityId, person: PersonId) -> Key {
        Key::new(Kind::Pair).id(&municipality).id(&person)
    }
}

impl Record for Person {
    const KIND: Kind = Kind::Person;
    const VERSION: u8 = 1;
}

impl Record for NumberEntry {
    const KIND: Kind = Kind::NumberIndex;
    const VERSION: u8 = 1;
}

impl Record for AddressEntry {
    const KIND: Kind = Kind::AddressIndex;
    const VERSION: u8 = 1;
}

impl Record for Pair {
    const KIND: Kind = Kind::Pair;
    const VERSION: u8 = 1;
}
