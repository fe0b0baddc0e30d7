//! The life of an epoch: open, closing, closed; and what a start finds of it.
//!
//! Order, each step durable before the next: rows are removed or re-wrapped, a commit marks the epoch *closing* (it
//! takes nothing new), a read finds no wrap left, the cabinet destroys the key, a commit leaves the deletion record.
//! Which messages are due is the service's matter.

use std::sync::Arc;

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use kuvert_domain::{clock::Entropy, id::MunicipalityId};
use serde::{Deserialize, Serialize};

use crate::{
    engine::Engine,
    epoch::{Epoch, day_bytes},
    error::StoreError,
    key_space::{Key, Kind, Scan},
    reading::Reading,
    record::Record,
    tx::Tx,
    vault::{Vault, fresh_seed},
    view::View,
    writer,
};

/// How many wraps a restart removes at a time.
const BATCH: usize = 256;

/// Whether an epoch takes new rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum EpochState {
    /// Rows may be sealed under it.
    Open,
    /// It takes nothing new; its key is about to be destroyed.
    Closing,
}

impl Record for EpochState {
    const KIND: Kind = Kind::Epoch;
    const VERSION: u8 = 1;
}

impl EpochState {
    pub(crate) fn key(epoch: &Epoch) -> Key {
        Key::new(Kind::Epoch).epoch(epoch)
    }
}

/// The deletion record of an epoch's key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Closed {
    at_ms: i64,
}

impl Record for Closed {
    const KIND: Kind = Kind::ClosedEpoch;
    const VERSION: u8 = 1;
}

impl Closed {
    pub(crate) fn key(epoch: &Epoch) -> Key {
        Key::new(Kind::ClosedEpoch).epoch(epoch)
    }
}

/// What a start had to finish.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Start {
    /// Epochs whose destruction a crash had interrupted and which are closed now.
    pub finished: usize,
    /// Keys that had come back although their deletion record says that they were destroyed.
    pub destroyed_again: usize,
}

impl Tx<'_> {
    /// Marks an epoch *closing*: from this commit on nothing new is sealed under it.
    pub fn close_epoch(&mut self, epoch: &Epoch) -> Result<(), StoreError> {
        if self.has(&Closed::key(epoch))? {
            return Ok(());
        }
        self.forget_open(epoch);
        self.put_own(&EpochState::key(epoch), &EpochState::Closing)
    }

    /// Leaves the deletion record of an epoch whose key has been destroyed.
    fn epoch_destroyed(&mut self, epoch: &Epoch) -> Result<(), StoreError> {
        if self.has(&Closed::key(epoch))? {
            return Ok(());
        }
        let at_ms = self.now().as_millisecond();
        self.delete(&EpochState::key(epoch));
        self.put_own(&Closed::key(epoch), &Closed { at_ms })
    }
}

impl View<'_> {
    /// When an epoch's key was destroyed, if it was.
    pub fn destroyed_at(&self, epoch: &Epoch) -> Result<Option<Timestamp>, StoreError> {
        let closed = self.get::<Closed>(&Closed::key(epoch))?;
        Ok(closed.and_then(|closed| Timestamp::from_millisecond(closed.at_ms).ok()))
    }

    /// Epochs of a municipality whose day has come and whose key still exists, oldest first; keys that were made ahead
    /// and never used among them.
    pub fn epochs_due(&self, municipality: MunicipalityId, today: Date) -> Result<Vec<Epoch>, StoreError> {
        let used =
            Scan::prefix(&Key::new(Kind::Epoch)).through(&Key::new(Kind::Epoch).bytes(&day_bytes(today)));
        let mut due = Vec::new();
        for key in self.keys(&used)? {
            due.push(key.parts().epoch().ok_or(StoreError::Damaged(Kind::Epoch as u8))?);
        }
        due.extend(self.vault.epochs().into_iter().filter(|epoch| epoch.is_due(today)));
        due.retain(|epoch| epoch.municipality == municipality);
        due.sort_unstable();
        due.dedup();
        Ok(due)
    }

    /// The lowest generation of an epoch that is neither closing nor closed.
    pub fn open_generation(&self, epoch: &Epoch) -> Result<Epoch, StoreError> {
        let mut candidate = *epoch;
        loop {
            if !self.is_ended(&candidate)? {
                return Ok(candidate);
            }
            let next = candidate.generation.checked_add(1).ok_or(StoreError::EpochClosed(candidate))?;
            candidate = candidate.generation(next);
        }
    }

    /// Makes sure that a key may be made for an epoch.
    pub(crate) fn require_usable(&self, epoch: &Epoch) -> Result<(), StoreError> {
        let closing = self.get::<EpochState>(&EpochState::key(epoch))? == Some(EpochState::Closing);
        if closing || self.has(&Closed::key(epoch))? {
            return Err(StoreError::EpochClosed(*epoch));
        }
        Ok(())
    }

    /// Whether an epoch's key is gone for good, or about to be: its rows count as absent.
    pub(crate) fn is_ended(&self, epoch: &Epoch) -> Result<bool, StoreError> {
        match self.require_usable(epoch) {
            Ok(()) => Ok(false),
            Err(StoreError::EpochClosed(_)) => Ok(true),
            Err(error) => Err(error),
        }
    }

    /// Whether an epoch is still to be destroyed; an error unless it may be: closing, and without a wrap.
    pub(crate) fn needs_destroying(&self, epoch: &Epoch) -> Result<bool, StoreError> {
        if self.has(&Closed::key(epoch))? {
            return Ok(false);
        }
        let state = self.get::<EpochState>(&EpochState::key(epoch))?;
        if state != Some(EpochState::Closing) || !self.wraps(epoch, 1)?.is_empty() {
            return Err(StoreError::StillWrapped(*epoch));
        }
        Ok(true)
    }
}

/// Writes the deletion records of epochs whose keys have just been destroyed.
pub(crate) fn record_destroyed(tx: &mut Tx<'_>, epochs: &[Epoch]) -> Result<(), StoreError> {
    epochs.iter().try_for_each(|epoch| tx.epoch_destroyed(epoch))
}

/// Compares rows and keys at start: finishes destructions that a crash interrupted, or refuses to start when a key is
/// missing whose day has not passed.
pub(crate) fn settle(
    engine: &Arc<dyn Engine>,
    vault: &Vault,
    now: Timestamp,
    entropy: &dyn Entropy,
) -> Result<Start, StoreError> {
    let today = now.to_zoned(TimeZone::UTC).date();
    let mut interrupted = Vec::new();
    let mut returned = Vec::new();
    writer::look(engine.as_ref(), vault, now, |view| {
        for (key, state) in view.list::<EpochState>(&Scan::prefix(&Key::new(Kind::Epoch)))? {
            let epoch = key.parts().epoch().ok_or(StoreError::Damaged(Kind::Epoch as u8))?;
            let emptied = state == EpochState::Closing && view.wraps(&epoch, 1)?.is_empty();
            match vault.key(&epoch) {
                Some(_) if emptied => interrupted.push(epoch),
                Some(_) => {}
                None if emptied || epoch.is_due(today) => interrupted.push(epoch),
                None => return Err(StoreError::KeyMissing(epoch)),
            }
        }
        for epoch in vault.epochs() {
            if view.has(&Closed::key(&epoch))? {
                returned.push(epoch);
            }
        }
        Ok(())
    })?;
    vault.destroy(&[interrupted.as_slice(), &returned].concat())?;
    for epoch in &interrupted {
        finish(engine, vault, now, entropy, epoch)?;
    }
    Ok(Start { finished: interrupted.len(), destroyed_again: returned.len() })
}

/// Removes what wraps an epoch without a key still has, in batches, then leaves its deletion record.
fn finish(
    engine: &Arc<dyn Engine>,
    vault: &Vault,
    now: Timestamp,
    entropy: &dyn Entropy,
    epoch: &Epoch,
) -> Result<(), StoreError> {
    loop {
        let done = writer::run_now(engine.as_ref(), vault, now, fresh_seed(entropy), |tx| {
            let wraps = tx.wraps(epoch, BATCH)?;
            for message in &wraps {
                tx.drop_wrap(epoch, message);
            }
            let done = wraps.len() < BATCH;
            if done {
                tx.epoch_destroyed(epoch)?;
            }
            Ok(done)
        })?;
        if done {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests;
