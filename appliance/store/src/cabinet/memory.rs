//! The cabinet of the tests: keys that end with the process.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use crate::{
    cabinet::{Cabinet, KeyBytes},
    epoch::Epoch,
    error::StoreError,
};

/// Keys in memory.
#[derive(Default)]
pub(crate) struct MemoryCabinet(Mutex<BTreeMap<Epoch, KeyBytes>>);

impl MemoryCabinet {
    fn keys(&self) -> MutexGuard<'_, BTreeMap<Epoch, KeyBytes>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Cabinet for MemoryCabinet {
    fn create(&self, keys: &[(Epoch, KeyBytes)]) -> Result<(), StoreError> {
        self.keys().extend(keys.iter().cloned());
        Ok(())
    }

    fn get(&self, epoch: &Epoch) -> Result<Option<KeyBytes>, StoreError> {
        Ok(self.keys().get(epoch).cloned())
    }

    fn destroy(&self, epochs: &[Epoch]) -> Result<(), StoreError> {
        self.keys().retain(|epoch, _| !epochs.contains(epoch));
        Ok(())
    }

    fn epochs(&self) -> Vec<Epoch> {
        self.keys().keys().copied().collect()
    }
}
