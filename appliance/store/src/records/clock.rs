//! When the purge last ran, to notice a clock that jumps.

use jiff::Timestamp;
use kuvert_domain::id::MunicipalityId;
use serde::{Deserialize, Serialize};

use super::shape;
use crate::{Key, Kind, Record};

/// The clock as the purge last saw it.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct ClockMark {
    /// When it last ran.
    #[serde(with = "shape")]
    pub seen: Timestamp,
    /// Set when the purge is held: the clock must be confirmed first.
    pub held: bool,
}

impl ClockMark {
    /// The row of one municipality.
    #[must_use]
    pub fn key(municipality: MunicipalityId) -> Key {
        Key::new(Kind::Clock).id(&municipality)
    }
}

impl Record for ClockMark {
    const KIND: Kind = Kind::Clock;
    const VERSION: u8 = 1;
}
