//! The shape that every kept entity has: a kind, a version and an encoding.
//!
//! Sealing is not a record's matter: the store seals what a record encodes under the epoch that the caller names.

use serde::{Serialize, de::DeserializeOwned};
use thiserror::Error;

use crate::key_space::Kind;

/// A row that opened but does not decode as what it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("a row of kind {kind} in version {version} does not decode")]
pub struct Malformed {
    /// The kind's byte.
    pub kind: u8,
    /// The version that the row says it has.
    pub version: u8,
}

/// An entity as it is kept.
///
/// Invariant: a version once released is decoded for ever; a change of shape raises `VERSION` and overrides
/// [`Record::decode`] to bring older versions up.
pub trait Record: Serialize + DeserializeOwned {
    /// Where rows of this entity lie in the key space.
    const KIND: Kind;
    /// The version that is written now.
    const VERSION: u8;

    /// Brings a row's bytes, written in `version`, into today's shape.
    fn decode(version: u8, bytes: &[u8]) -> Result<Self, Malformed> {
        if version == Self::VERSION {
            postcard::from_bytes(bytes).map_err(|_| Self::malformed(version))
        } else {
            Err(Self::malformed(version))
        }
    }

    /// The error for a row of this entity.
    #[must_use]
    fn malformed(version: u8) -> Malformed {
        Malformed { kind: Self::KIND as u8, version }
    }
}
