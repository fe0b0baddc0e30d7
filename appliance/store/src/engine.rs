//! The ordered key-value transaction under everything, with two engines.
//!
//! [`mod@file`] keeps rows in a redb file, [`memory`] in a `BTreeMap` that doubles as the model. An engine knows bytes
//! only: nothing here seals, decodes or decides.

use std::sync::Arc;

use thiserror::Error;

use crate::{error::StoreError, key_space::Scan};

pub(crate) mod file;
pub(crate) mod memory;
pub(crate) mod overlay;
#[cfg(test)]
mod tests;

/// A key and its value.
pub(crate) type Row = (Vec<u8>, Vec<u8>);

/// Rows in the order of a scan.
pub(crate) type RowIter<'a> = Box<dyn Iterator<Item = Result<Row, EngineError>> + 'a>;

/// The medium failed, or cannot be reached.
#[derive(Debug, Clone, Error)]
#[error("{detail}")]
pub(crate) struct EngineError {
    /// Whether there was no space left, the one fault that can pass by itself.
    pub(crate) full: bool,
    /// What the medium said. Holds no row.
    pub(crate) detail: Arc<str>,
}

impl From<EngineError> for StoreError {
    fn from(error: EngineError) -> Self {
        Self::Closed(error.detail)
    }
}

/// Rows that can be looked at: a snapshot, or a group being written.
pub(crate) trait Rows {
    /// The value of one row.
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, EngineError>;
    /// Rows between two bounds, in the scan's direction. The scan's limit is the caller's to keep.
    fn range<'a>(&'a self, scan: &'a Scan) -> Result<RowIter<'a>, EngineError>;
}

/// A durable commit in the making.
pub(crate) trait Group: Rows {
    /// Writes one row.
    fn insert(&mut self, key: &[u8], value: &[u8]) -> Result<(), EngineError>;
    /// Removes one row.
    fn remove(&mut self, key: &[u8]) -> Result<(), EngineError>;
}

/// An ordered table of bytes that commits durably.
pub(crate) trait Engine: Send + Sync {
    /// Shows a snapshot.
    fn read(&self, look: &mut dyn FnMut(&dyn Rows)) -> Result<(), EngineError>;
    /// Makes one durable commit of what `fill` wrote. `fill` answers whether there is anything to commit; on an error
    /// nothing is kept.
    fn commit(
        &self,
        fill: &mut dyn FnMut(&mut dyn Group) -> Result<bool, EngineError>,
    ) -> Result<(), EngineError>;
    /// Opens the medium anew after a failed commit.
    fn reopen(&self) -> Result<(), EngineError>;
    /// Whether every closure is run twice to prove that it can be.
    fn proves_reruns(&self) -> bool;
}
