//! The blind index: how a number, an address or a code finds its row without being readable.
//!
//! Rows lie under a keyed digest; the key belongs to one municipality and is replaced monthly, so that freed pages
//! cannot be matched with live ones. A row keeps, sealed, what it was indexed by: that is how it moves to the next key.
//! Which things are indexed, and for how long, is the caller's matter.

use jiff::{SignedDuration, Timestamp};
use kuvert_domain::id::MunicipalityId;
use serde::{Deserialize, Serialize};
use zeroize::Zeroize;

use crate::{
    epoch::{Epoch, Holder},
    error::StoreError,
    key_space::{Key, Kind, Scan},
    reading::Reading,
    record::Record,
    tx::Tx,
    vault::cipher::Under,
    view::View,
};

const INDEXES: [Kind; 3] = [Kind::NumberIndex, Kind::AddressIndex, Kind::CodeIndex];

/// How long one index key is written with.
const MONTH: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Which generations of a municipality's index are alive. Two are during a rotation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct IndexState {
    pub(crate) oldest: u16,
    pub(crate) current: u16,
    since_ms: i64,
}

impl Record for IndexState {
    const KIND: Kind = Kind::IndexState;
    const VERSION: u8 = 1;
}

/// How far a rotation has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rotation {
    /// The key is younger than a month.
    NotDue,
    /// So many rows moved; there may be more.
    Moved(usize),
    /// Everything moved and the old key is destroyed.
    Done,
}

/// An indexed record, with what it is found by.
#[derive(Debug, Serialize, Deserialize)]
struct Indexed {
    plain: Vec<u8>,
    version: u8,
    record: Vec<u8>,
}

impl Record for Indexed {
    const KIND: Kind = Kind::NumberIndex;
    const VERSION: u8 = 1;
}

impl Drop for Indexed {
    fn drop(&mut self) {
        self.plain.zeroize();
        self.record.zeroize();
    }
}

/// The epoch whose key makes the digests of one generation.
pub(crate) const fn index_epoch(municipality: MunicipalityId, generation: u16) -> Epoch {
    Epoch::standing(municipality, Holder::Index).generation(generation)
}

pub(crate) fn state_key(municipality: MunicipalityId) -> Key {
    Key::new(Kind::IndexState).id(&municipality)
}

impl View<'_> {
    /// The municipality's index as it stands.
    pub(crate) fn index_state(&self, municipality: MunicipalityId) -> Result<IndexState, StoreError> {
        let unprepared = StoreError::NoKey(index_epoch(municipality, 0));
        self.get::<IndexState>(&state_key(municipality))?.ok_or(unprepared)
    }

    /// Where something lies in the index of one generation.
    fn index_row(
        &self,
        kind: Kind,
        municipality: MunicipalityId,
        generation: u16,
        plain: &[u8],
    ) -> Result<Key, StoreError> {
        let epoch = index_epoch(municipality, generation);
        let held = self.vault.key(&epoch).ok_or(StoreError::NoKey(epoch))?;
        let digest = held.digest(b"blind index", &[&[kind as u8], plain]);
        Ok(generation_prefix(kind, municipality, generation).bytes(&digest))
    }

    /// The newest row of something, in whichever living generation it lies.
    fn index_find(
        &self,
        kind: Kind,
        municipality: MunicipalityId,
        plain: &[u8],
    ) -> Result<Option<(Key, Indexed)>, StoreError> {
        let state = self.index_state(municipality)?;
        for generation in (state.oldest..=state.current).rev() {
            let key = self.index_row(kind, municipality, generation, plain)?;
            if let Some(found) = self.get::<Indexed>(&key)? {
                return Ok(Some((key, found)));
            }
        }
        Ok(None)
    }
}

/// Finds an indexed record by what it was indexed by, such as a number's digits.
pub(crate) fn find<R: Record>(
    view: &View<'_>,
    municipality: MunicipalityId,
    plain: &[u8],
) -> Result<Option<R>, StoreError> {
    match view.index_find(R::KIND, municipality, plain)? {
        Some((_, found)) => Ok(Some(R::decode(found.version, &found.record)?)),
        None => Ok(None),
    }
}

impl Tx<'_> {
    /// Indexes a record by something secret: a number's digits, an address, a code. It replaces what was indexed by
    /// the same. `R::KIND` must be one of the index kinds.
    pub fn index<R: Record>(
        &mut self,
        municipality: MunicipalityId,
        plain: &[u8],
        record: &R,
        epoch: &Epoch,
    ) -> Result<(), StoreError> {
        let malformed = || StoreError::Malformed(R::malformed(R::VERSION));
        if !INDEXES.contains(&R::KIND) {
            return Err(malformed());
        }
        self.unindex::<R>(municipality, plain)?;
        let state = self.view().index_state(municipality)?;
        let key = self.view().index_row(R::KIND, municipality, state.current, plain)?;
        let encoded = postcard::to_stdvec(record).map_err(|_| malformed())?;
        let row = Indexed { plain: plain.to_vec(), version: R::VERSION, record: encoded };
        self.put(&key, &row, epoch)
    }

    /// Removes what was indexed by this, from every living generation.
    pub fn unindex<R: Record>(
        &mut self,
        municipality: MunicipalityId,
        plain: &[u8],
    ) -> Result<(), StoreError> {
        let state = self.view().index_state(municipality)?;
        for generation in state.oldest..=state.current {
            let key = self.view().index_row(R::KIND, municipality, generation, plain)?;
            if self.has(&key)? {
                self.delete(&key);
            }
        }
        Ok(())
    }

    /// Notes a municipality's first index key. From then on a start without it is refused.
    pub(crate) fn begin_index(&mut self, municipality: MunicipalityId) -> Result<(), StoreError> {
        let key = state_key(municipality);
        if self.has(&key)? {
            return Ok(());
        }
        self.require_open(&index_epoch(municipality, 0))?;
        let since_ms = self.now().as_millisecond();
        self.put_own(&key, &IndexState { oldest: 0, current: 0, since_ms })
    }

    /// Begins to write with the next key, once it exists.
    pub(crate) fn advance_index(&mut self, municipality: MunicipalityId) -> Result<(), StoreError> {
        let mut state = self.view().index_state(municipality)?;
        let next = state.next().ok_or(StoreError::EpochClosed(index_epoch(municipality, state.current)))?;
        if state.oldest == state.current {
            self.require_open(&index_epoch(municipality, next))?;
            state = IndexState { current: next, since_ms: self.now().as_millisecond(), ..state };
            self.put_own(&state_key(municipality), &state)?;
        }
        Ok(())
    }

    /// Moves up to `n` rows from the oldest key to the current one. When none is left the oldest epoch is marked
    /// closing and forgotten.
    pub(crate) fn move_index(&mut self, municipality: MunicipalityId, n: usize) -> Result<usize, StoreError> {
        let state = self.view().index_state(municipality)?;
        if state.oldest == state.current {
            return Ok(0);
        }
        let mut moved = 0;
        for kind in INDEXES {
            let old = Scan::prefix(&generation_prefix(kind, municipality, state.oldest));
            for key in self.keys(&old.limit(n - moved))? {
                self.move_row(kind, municipality, state.current, &key)?;
                moved += 1;
            }
        }
        if moved == 0 {
            self.put_own(&state_key(municipality), &IndexState { oldest: state.current, ..state })?;
            self.close_epoch(&index_epoch(municipality, state.oldest))?;
        }
        Ok(moved)
    }

    fn move_row(
        &mut self,
        kind: Kind,
        municipality: MunicipalityId,
        generation: u16,
        key: &Key,
    ) -> Result<(), StoreError> {
        let value = self.view().rows.get(key.as_bytes())?.unwrap_or_default();
        let row = self.get::<Indexed>(key)?;
        self.delete(key);
        let (Some(row), Some(Under::Epoch(epoch))) = (row, Under::of(&value)) else { return Ok(()) };
        let target = self.view().index_row(kind, municipality, generation, &row.plain)?;
        match self.put(&target, &row, &epoch) {
            Err(StoreError::EpochClosed(_)) => Ok(()),
            result => result,
        }
    }
}

impl IndexState {
    /// The generation that follows.
    pub(crate) fn next(&self) -> Option<u16> {
        self.current.checked_add(1)
    }

    /// Whether a rotation is under way or due.
    pub(crate) fn wants_rotation(&self, now: Timestamp) -> bool {
        let since = Timestamp::from_millisecond(self.since_ms).unwrap_or(Timestamp::UNIX_EPOCH);
        self.oldest != self.current || now.duration_since(since) >= MONTH
    }
}

fn generation_prefix(kind: Kind, municipality: MunicipalityId, generation: u16) -> Key {
    Key::new(kind).id(&municipality).bytes(&generation.to_be_bytes())
}
