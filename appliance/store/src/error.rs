//! What can go wrong in the store, sorted by what the caller can do about it.
//!
//! No variant carries a value of a row: an error may be logged as it stands.

use std::sync::Arc;

use thiserror::Error;

use crate::{epoch::Epoch, record::Malformed};

/// A store operation that did not happen.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum StoreError {
    /// The queue is full; the same call may succeed in a moment.
    #[error("the store is busy")]
    TryLater,
    /// A commit failed earlier, so the store refuses everything until it has been reopened. A write that was answered
    /// so is *not acknowledged*: whether it reached the disk is unknown.
    #[error("the store is closed: {0}")]
    Closed(Arc<str>),
    /// The closure panicked; nothing of it was kept.
    #[error("the use case panicked")]
    Panicked,
    /// The memory engine ran the closure twice and saw two different results.
    #[error("the use case is not re-runnable")]
    NotRerunnable,
    /// The epoch has no key yet: `Store::prepare` must be awaited before the write.
    #[error("epoch {0} has no key")]
    NoKey(Epoch),
    /// The epoch is closing or closed and takes nothing new: use its next generation.
    #[error("epoch {0} is closed")]
    EpochClosed(Epoch),
    /// The epoch is not marked closing, or still has a wrap, so its key may not be destroyed.
    #[error("epoch {0} is not closing or still wraps a key")]
    StillWrapped(Epoch),
    /// A key is missing whose day has not passed.
    #[error("the key of epoch {0} is missing although its day has not passed")]
    KeyMissing(Epoch),
    /// A row does not open under its key: it was changed, moved or damaged.
    #[error("a row of kind {0} does not open")]
    Damaged(u8),
    /// A row opened but does not decode.
    #[error(transparent)]
    Malformed(#[from] Malformed),
    /// The key cabinet cannot be read or written.
    #[error("key cabinet: {0}")]
    Cabinet(Arc<str>),
    /// The root key is not the one that this cabinet was made with.
    #[error("the root key does not open the key cabinet")]
    RootKey,
    /// The data directory or the database file cannot be used.
    #[error("data directory: {0}")]
    Directory(Arc<str>),
}
