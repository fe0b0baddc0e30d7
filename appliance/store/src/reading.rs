//! What can be read, alike inside a use case ([`Tx`](crate::Tx), own changes included) and from a snapshot ([`View`]).
//!
//! A row whose epoch has been closed reads as absent: its key is gone, whether or not the row still lies there.

use jiff::Timestamp;
use kuvert_domain::id::{Id, MessageId, MunicipalityId};

use crate::{
    engine::Row,
    epoch::Epoch,
    error::StoreError,
    index,
    key_space::{Key, Kind, Scan},
    record::Record,
    vault::{
        DataKey,
        cipher::{Cipher, Under, open_record},
    },
    view::View,
};

/// Reads rows.
pub trait Reading {
    /// The snapshot beneath.
    fn view(&self) -> View<'_>;

    /// The moment at which this use case or view began.
    fn now(&self) -> Timestamp {
        self.view().now
    }

    /// One record that was put under an epoch.
    fn get<R: Record>(&self, key: &Key) -> Result<Option<R>, StoreError> {
        let view = self.view();
        match view.rows.get(key.as_bytes())? {
            Some(value) => view.open(key, value),
            None => Ok(None),
        }
    }

    /// One record that was put under a data key.
    fn get_under<R: Record>(&self, key: &Key, data_key: &DataKey) -> Result<Option<R>, StoreError> {
        let Some(value) = self.view().rows.get(key.as_bytes())? else { return Ok(None) };
        if Under::of(&value) != Some(Under::DataKey) {
            return Err(StoreError::Damaged(key.kind_byte()));
        }
        let cipher = Cipher::new(data_key.expose())?;
        open_record(&cipher, Under::DataKey, key, value).map(Some)
    }

    /// Whether a row lies at this key, readable or not.
    fn has(&self, key: &Key) -> Result<bool, StoreError> {
        Ok(self.view().rows.get(key.as_bytes())?.is_some())
    }

    /// Records in the order of their keys; those whose epoch is closed are left out.
    fn list<R: Record>(&self, scan: &Scan) -> Result<Vec<(Key, R)>, StoreError> {
        let view = self.view();
        let mut found = Vec::new();
        if scan.limit == 0 {
            return Ok(found);
        }
        for row in view.rows.range(scan)? {
            let (key, value) = row?;
            let key = Key::from_row(key);
            if let Some(record) = view.open(&key, value)? {
                found.push((key, record));
                if found.len() >= scan.limit {
                    break;
                }
            }
        }
        Ok(found)
    }

    /// Keys alone, in order.
    fn keys(&self, scan: &Scan) -> Result<Vec<Key>, StoreError> {
        let view = self.view();
        let rows = view.rows.range(scan)?.take(scan.limit);
        rows.map(|row| row.map(|(key, _): Row| Key::from_row(key)).map_err(StoreError::from)).collect()
    }

    /// The data key of a message, as this epoch's holder may have it.
    fn unwrap_key(&self, epoch: &Epoch, message: &MessageId) -> Result<Option<DataKey>, StoreError> {
        self.get(&wrap_key(epoch, message))
    }

    /// Messages whose data key is still wrapped for this epoch.
    fn wraps(&self, epoch: &Epoch, limit: usize) -> Result<Vec<MessageId>, StoreError> {
        let keys = self.keys(&Scan::prefix(&Key::new(Kind::Wrap).epoch(epoch)).limit(limit))?;
        let message = |key: &Key| {
            let mut parts = key.parts();
            parts.epoch()?;
            parts.id()
        };
        keys.iter().map(|key| message(key).ok_or(StoreError::Damaged(Kind::Wrap as u8))).collect()
    }

    /// The record that was indexed by this (a number's digits, an address, a code), if there is one.
    fn find<R: Record>(&self, municipality: MunicipalityId, plain: &[u8]) -> Result<Option<R>, StoreError> {
        index::find(&self.view(), municipality, plain)
    }

    /// A keyed digest for row keys of things that are found by a secret, such as session tokens. `purpose` separates
    /// uses. It never changes; what must become unfindable belongs into the blind index.
    fn digest(&self, purpose: &str, secret: &[u8]) -> [u8; 32] {
        self.view().vault.own().digest(b"row key", &[purpose.as_bytes(), secret])
    }
}

/// Where a message's data key is wrapped for an epoch.
pub(crate) fn wrap_key(epoch: &Epoch, message: &MessageId) -> Key {
    Key::new(Kind::Wrap).epoch(epoch).id(message)
}

impl Record for DataKey {
    const KIND: Kind = Kind::Wrap;
    const VERSION: u8 = 1;
}

impl View<'_> {
    /// Opens a value under the epoch that it names itself.
    fn open<R: Record>(&self, key: &Key, value: Vec<u8>) -> Result<Option<R>, StoreError> {
        let Some(under @ Under::Epoch(epoch)) = Under::of(&value) else {
            return Err(StoreError::Damaged(key.kind_byte()));
        };
        match self.vault.key(&epoch) {
            Some(held) => open_record(&held.cipher, under, key, value).map(Some),
            // Closing counts too: the key goes before its deletion record is committed.
            None if self.is_ended(&epoch)? => Ok(None),
            None => Err(StoreError::KeyMissing(epoch)),
        }
    }
}

/// Bytes of an id, for records.
pub(crate) fn bytes_of<I: Id>(id: &I) -> [u8; 16] {
    *id.as_bytes()
}
