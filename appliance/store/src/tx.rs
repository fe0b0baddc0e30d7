//! One use case's changes in the making.
//!
//! A closure over [`Tx`] decides inside and is re-runnable: time, ids and nonces are given to it, and it has no other
//! source. It never awaits, opens a file or calls out. What it wrote is dropped unless it answers `Ok`.

use std::cell::RefCell;

use jiff::Timestamp;
use kuvert_domain::id::{Id, MessageId};
use rand_chacha::{
    ChaCha20Rng,
    rand_core::{Rng, SeedableRng},
};

use crate::{
    audit::Emitted,
    engine::{EngineError, RowIter, Rows, overlay::Overlay},
    epoch::Epoch,
    error::StoreError,
    key_space::{Key, Scan},
    purge::{Closed, EpochState},
    reading::{Reading, wrap_key},
    record::Record,
    vault::{
        DataKey, Vault,
        cipher::{Cipher, Under, seal_record},
    },
    view::View,
};

/// A transaction that a use case works in.
pub struct Tx<'g> {
    layer: Layer<'g>,
    vault: &'g Vault,
    now: Timestamp,
    chance: ChaCha20Rng,
    /// Epochs that were found open in this use case.
    open: Vec<Epoch>,
    emitted: Vec<Emitted>,
}

/// What an accepted use case leaves to the commit.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Changes {
    pub(crate) overlay: Overlay,
    pub(crate) emitted: Vec<Emitted>,
}

/// A use case's own changes over the group's rows. Remembers the medium's fault, which a closure cannot swallow.
struct Layer<'g> {
    base: &'g dyn Rows,
    overlay: Overlay,
    fault: RefCell<Option<EngineError>>,
}

impl Layer<'_> {
    fn noting<T>(&self, result: Result<T, EngineError>) -> Result<T, EngineError> {
        if let Err(error) = &result {
            self.fault.borrow_mut().get_or_insert_with(|| error.clone());
        }
        result
    }
}

impl Rows for Layer<'_> {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, EngineError> {
        self.noting(self.overlay.get(self.base, key))
    }

    fn range<'a>(&'a self, scan: &'a Scan) -> Result<RowIter<'a>, EngineError> {
        let rows = self.noting(self.overlay.range(self.base, scan))?;
        Ok(Box::new(rows.map(|row| self.noting(row))))
    }
}

impl Reading for Tx<'_> {
    fn view(&self) -> View<'_> {
        View { rows: &self.layer, vault: self.vault, now: self.now }
    }
}

impl<'g> Tx<'g> {
    pub(crate) fn new(base: &'g dyn Rows, vault: &'g Vault, now: Timestamp, seed: [u8; 32]) -> Self {
        Self {
            layer: Layer { base, overlay: Overlay::default(), fault: RefCell::default() },
            vault,
            now,
            chance: ChaCha20Rng::from_seed(seed),
            open: Vec::new(),
            emitted: Vec::new(),
        }
    }

    /// Writes one record, sealed under an epoch that has a key and is open.
    pub fn put<R: Record>(&mut self, key: &Key, record: &R, epoch: &Epoch) -> Result<(), StoreError> {
        self.require_open(epoch)?;
        let held = self.vault.key(epoch).ok_or(StoreError::NoKey(*epoch))?;
        let nonce = self.random();
        let value = seal_record(&held.cipher, Under::Epoch(*epoch), nonce, key, record)?;
        self.layer.overlay.insert(key.as_bytes().to_vec(), value);
        Ok(())
    }

    /// Writes one record, sealed under a data key.
    pub fn put_under<R: Record>(
        &mut self,
        key: &Key,
        record: &R,
        data_key: &DataKey,
    ) -> Result<(), StoreError> {
        let cipher = Cipher::new(data_key.expose())?;
        let nonce = self.random();
        let value = seal_record(&cipher, Under::DataKey, nonce, key, record)?;
        self.layer.overlay.insert(key.as_bytes().to_vec(), value);
        Ok(())
    }

    /// Writes a row that says everything by its key, for listings. It has no value.
    pub fn mark(&mut self, key: &Key) {
        self.layer.overlay.insert(key.as_bytes().to_vec(), Vec::new());
    }

    /// Removes one row, if it is there.
    pub fn delete(&mut self, key: &Key) {
        self.layer.overlay.remove(key.as_bytes().to_vec());
    }

    /// A new random id.
    pub fn fresh<I: Id>(&mut self) -> I {
        I::from_bytes(self.random())
    }

    /// Unpredictable bytes, the same on every run of this use case.
    pub fn random<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        self.chance.fill_bytes(&mut bytes);
        bytes
    }

    /// A new key for one message or file.
    pub fn new_data_key(&mut self) -> DataKey {
        DataKey::from_bytes(self.random())
    }

    /// Wraps a message's data key for an epoch's holder.
    pub fn wrap(&mut self, data_key: &DataKey, epoch: &Epoch, message: &MessageId) -> Result<(), StoreError> {
        self.put(&wrap_key(epoch, message), data_key, epoch)
    }

    /// Takes a message's data key from an epoch's holder.
    pub fn drop_wrap(&mut self, epoch: &Epoch, message: &MessageId) {
        self.delete(&wrap_key(epoch, message));
    }

    /// Moves a message's data key to another epoch; answers whether there was one to move.
    pub fn rewrap(&mut self, from: &Epoch, to: &Epoch, message: &MessageId) -> Result<bool, StoreError> {
        let Some(data_key) = self.unwrap_key(from, message)? else { return Ok(false) };
        self.wrap(&data_key, to, message)?;
        self.drop_wrap(from, message);
        Ok(true)
    }

    /// Makes sure that rows may be sealed under this epoch, and notes its first use.
    pub(crate) fn require_open(&mut self, epoch: &Epoch) -> Result<(), StoreError> {
        if *epoch == Epoch::OWN || self.open.contains(epoch) {
            return Ok(());
        }
        let key = EpochState::key(epoch);
        match self.get::<EpochState>(&key)? {
            Some(EpochState::Open) => {}
            Some(EpochState::Closing) => return Err(StoreError::EpochClosed(*epoch)),
            None if self.has(&Closed::key(epoch))? => return Err(StoreError::EpochClosed(*epoch)),
            None if self.vault.key(epoch).is_none() => return Err(StoreError::NoKey(*epoch)),
            None => self.put_own(&key, &EpochState::Open)?,
        }
        self.open.push(*epoch);
        Ok(())
    }

    /// Writes one of the store's own rows.
    pub(crate) fn put_own<R: Record>(&mut self, key: &Key, record: &R) -> Result<(), StoreError> {
        self.put(key, record, &Epoch::OWN)
    }

    /// Forgets that the epoch was found open.
    pub(crate) fn forget_open(&mut self, epoch: &Epoch) {
        self.open.retain(|open| open != epoch);
    }

    pub(crate) const fn vault(&self) -> &'g Vault {
        self.vault
    }

    pub(crate) fn push_emitted(&mut self, emitted: Emitted) {
        self.emitted.push(emitted);
    }

    /// The medium's fault, if there was one.
    pub(crate) fn fault(&self) -> Option<EngineError> {
        self.layer.fault.borrow().clone()
    }

    pub(crate) fn into_changes(self) -> Changes {
        Changes { overlay: self.layer.overlay, emitted: self.emitted }
    }
}
