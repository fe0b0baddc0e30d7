//! The vault: epoch keys ready for use, and everything derived from them.
//!
//! It seals and opens values ([`cipher`]) and makes keyed digests. It never writes a row and never decides which epoch
//! a row belongs to.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, RwLock},
};

use aws_lc_rs::hmac;
use kuvert_domain::{clock::Entropy, secret::Secret};

use crate::{
    cabinet::{Cabinet, KeyBytes},
    epoch::Epoch,
    error::StoreError,
    vault::cipher::Cipher,
};

pub(crate) mod cipher;
mod data_key;

pub use data_key::DataKey;

/// One epoch's key, scheduled once and shared.
pub(crate) struct EpochKey {
    /// Seals and opens values.
    pub(crate) cipher: Cipher,
    /// Makes keyed digests: a key of its own, derived from the epoch's.
    mac: hmac::Key,
}

impl EpochKey {
    fn new(key: &KeyBytes) -> Result<Self, StoreError> {
        let root = hmac::Key::new(hmac::HMAC_SHA256, key.expose());
        let derived = hmac::sign(&root, b"kuvert keyed digests 1");
        let mac = hmac::Key::new(hmac::HMAC_SHA256, derived.as_ref());
        Ok(Self { cipher: Cipher::new(key.expose())?, mac })
    }

    /// A keyed digest of parts whose lengths are part of what is digested.
    pub(crate) fn digest(&self, purpose: &[u8], parts: &[&[u8]]) -> [u8; 32] {
        let mut context = hmac::Context::with_key(&self.mac);
        for part in std::iter::once(&purpose).chain(parts) {
            context.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            context.update(part);
        }
        let mut digest = [0; 32];
        for (target, source) in digest.iter_mut().zip(context.sign().as_ref()) {
            *target = *source;
        }
        digest
    }
}

/// Epoch keys in use, backed by the cabinet.
pub(crate) struct Vault {
    cabinet: Box<dyn Cabinet>,
    keys: RwLock<HashMap<Epoch, Arc<EpochKey>>>,
    own: Arc<EpochKey>,
    changing: Mutex<()>,
    entropy: Arc<dyn Entropy>,
}

impl Vault {
    /// Loads every key of the cabinet; makes the store's own key if there is none.
    pub(crate) fn open(cabinet: Box<dyn Cabinet>, entropy: Arc<dyn Entropy>) -> Result<Self, StoreError> {
        if cabinet.get(&Epoch::OWN)?.is_none() {
            cabinet.create(&[(Epoch::OWN, fresh_key(entropy.as_ref()))])?;
        }
        let mut keys = HashMap::new();
        for epoch in cabinet.epochs() {
            if let Some(key) = cabinet.get(&epoch)? {
                keys.insert(epoch, Arc::new(EpochKey::new(&key)?));
            }
        }
        let own = keys.get(&Epoch::OWN).cloned().ok_or(StoreError::NoKey(Epoch::OWN))?;
        Ok(Self { cabinet, keys: RwLock::new(keys), own, changing: Mutex::new(()), entropy })
    }

    /// The key of an epoch, if it has been made and not destroyed.
    pub(crate) fn key(&self, epoch: &Epoch) -> Option<Arc<EpochKey>> {
        self.keys.read().unwrap_or_else(PoisonError::into_inner).get(epoch).cloned()
    }

    /// The store's own key.
    pub(crate) fn own(&self) -> &EpochKey {
        &self.own
    }

    /// Those of the epochs that have no key.
    pub(crate) fn without_key(&self, epochs: &[Epoch]) -> Vec<Epoch> {
        let keys = self.keys.read().unwrap_or_else(PoisonError::into_inner);
        let mut missing: Vec<_> = epochs.iter().filter(|epoch| !keys.contains_key(epoch)).copied().collect();
        missing.sort_unstable();
        missing.dedup();
        missing
    }

    /// Every epoch that has a key.
    pub(crate) fn epochs(&self) -> Vec<Epoch> {
        self.keys.read().unwrap_or_else(PoisonError::into_inner).keys().copied().collect()
    }

    /// Makes keys for those epochs that have none; they are durable when this returns. Blocks on the disk.
    pub(crate) fn create(&self, epochs: &[Epoch]) -> Result<(), StoreError> {
        let _one_at_a_time = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let missing = self.without_key(epochs);
        if missing.is_empty() {
            return Ok(());
        }
        let made: Vec<_> =
            missing.into_iter().map(|epoch| (epoch, fresh_key(self.entropy.as_ref()))).collect();
        self.cabinet.create(&made)?;
        let mut ready = Vec::with_capacity(made.len());
        for (epoch, key) in &made {
            ready.push((*epoch, Arc::new(EpochKey::new(key)?)));
        }
        self.keys.write().unwrap_or_else(PoisonError::into_inner).extend(ready);
        Ok(())
    }

    /// Destroys keys. Blocks on the disk. The caller has made sure that nothing needs them.
    pub(crate) fn destroy(&self, epochs: &[Epoch]) -> Result<(), StoreError> {
        if epochs.is_empty() {
            return Ok(());
        }
        let _one_at_a_time = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        self.cabinet.destroy(epochs)?;
        self.keys.write().unwrap_or_else(PoisonError::into_inner).retain(|epoch, _| !epochs.contains(epoch));
        Ok(())
    }

    /// Twelve unpredictable bytes for one sealing.
    pub(crate) fn nonce(&self) -> [u8; 12] {
        let mut nonce = [0; 12];
        self.entropy.fill(&mut nonce);
        nonce
    }

    /// A key for one message or file.
    pub(crate) fn data_key(&self) -> DataKey {
        let mut bytes = [0; 32];
        self.entropy.fill(&mut bytes);
        DataKey::from_bytes(bytes)
    }
}

/// What one run of one use case draws its nonces and ids from. Security: never used for two commits, which would seal
/// two values under one nonce.
pub(crate) fn fresh_seed(entropy: &dyn Entropy) -> [u8; 32] {
    let mut seed = [0; 32];
    entropy.fill(&mut seed);
    seed
}

fn fresh_key(entropy: &dyn Entropy) -> KeyBytes {
    let mut bytes = [0; 32];
    entropy.fill(&mut bytes);
    Secret::new(bytes)
}
