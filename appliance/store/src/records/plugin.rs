//! How far the journal of the plugins has been copied into the audit chain.

use kuvert_domain::id::MunicipalityId;
use serde::{Deserialize, Serialize};

use crate::{Key, Kind, Record};

/// The number of the last line that was copied.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub struct PluginMark {
    /// 0 when none was.
    pub copied: u64,
}

impl PluginMark {
    /// The row of one municipality.
    #[must_use]
    pub fn key(municipality: MunicipalityId) -> Key {
        Key::new(Kind::Plugins).id(&municipality)
    }
}

impl Record for PluginMark {
    const KIND: Kind = Kind::Plugins;
    const VERSION: u8 = 1;
}
