//! The key cabinet: where epoch keys live, apart from the rows that they seal.
//!
//! It exists so that a key can be destroyed for good. Rows are copy-on-write: a key deleted from the same file would
//! stay in a freed page. The cabinet decides nothing about days; [`crate::purge`] does.

use kuvert_domain::secret::Secret;

use crate::{epoch::Epoch, error::StoreError};

pub(crate) mod file;
pub(crate) mod memory;
#[cfg(test)]
mod tests;

/// A 256-bit key.
pub(crate) type KeyBytes = Secret<[u8; 32]>;

/// Holds epoch keys. Today a small file; a key service or another database later.
pub(crate) trait Cabinet: Send + Sync {
    /// Keeps new keys. Invariant: durable before it returns, so that no row is ever sealed under a key that could be
    /// lost with the power.
    fn create(&self, keys: &[(Epoch, KeyBytes)]) -> Result<(), StoreError>;
    /// One key, if it is there.
    fn get(&self, epoch: &Epoch) -> Result<Option<KeyBytes>, StoreError>;
    /// Destroys keys for good. Destroying an absent key is no error.
    fn destroy(&self, epochs: &[Epoch]) -> Result<(), StoreError>;
    /// Every epoch that has a key.
    fn epochs(&self) -> Vec<Epoch>;
}
