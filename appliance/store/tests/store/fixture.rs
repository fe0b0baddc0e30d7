//! Stores to test with: on disk and in memory, with a clock that is set and records that say little.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use kuvert_domain::{
    clock::{Clock, Entropy},
    id::{MunicipalityId, PersonId},
    secret::Secret,
};
use kuvert_store::{Epoch, Holder, Key, Kind, Record, Store, StoreError, StoreSettings};
use serde::{Deserialize, Serialize};
use tempfile::TempDir;

pub(crate) const GRANBY: MunicipalityId = MunicipalityId::from_bytes([0x61; 16]);
pub(crate) const ROOT_KEY: [u8; 32] = [0x42; 32];

/// A clock that stands still until it is moved.
pub(crate) struct SetClock(AtomicI64);

impl SetClock {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self(AtomicI64::new(1_795_000_000_000)))
    }

    pub(crate) fn advance_hours(&self, hours: i64) {
        self.0.fetch_add(hours * 3_600_000, Ordering::SeqCst);
    }

    pub(crate) fn today(&self) -> Date {
        self.now().to_zoned(TimeZone::UTC).date()
    }

    pub(crate) fn in_days(&self, days: i32) -> Date {
        self.today().saturating_add(jiff::Span::new().days(days))
    }
}

impl Clock for SetClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(self.0.load(Ordering::SeqCst)).unwrap()
    }
}

pub(crate) struct Chance;

impl Entropy for Chance {
    fn fill(&self, buffer: &mut [u8]) {
        aws_lc_rs::rand::fill(buffer).unwrap();
    }
}

/// A data directory that can be opened again and again.
pub(crate) struct Disk {
    pub(crate) dir: TempDir,
    pub(crate) clock: Arc<SetClock>,
}

impl Disk {
    pub(crate) fn new() -> Self {
        Self { dir: tempfile::tempdir().unwrap(), clock: SetClock::new() }
    }

    pub(crate) fn try_open(&self) -> Result<Store, StoreError> {
        self.open_with(ROOT_KEY)
    }

    pub(crate) fn open_with(&self, root_key: [u8; 32]) -> Result<Store, StoreError> {
        Store::open(StoreSettings {
            data_dir: self.dir.path().to_owned(),
            root_key: Secret::new(root_key),
            cache_bytes: 8 << 20,
            clock: self.clock.clone(),
            entropy: Arc::new(Chance),
        })
    }

    pub(crate) async fn open(&self) -> Store {
        let store = self.try_open().unwrap();
        store.enroll(GRANBY).await.unwrap();
        store
    }

    pub(crate) fn path(&self) -> &Path {
        self.dir.path()
    }
}

pub(crate) async fn in_memory(clock: &Arc<SetClock>) -> Store {
    let store = Store::in_memory(clock.clone(), Arc::new(Chance)).unwrap();
    store.enroll(GRANBY).await.unwrap();
    store
}

/// A store of each engine, with its clock and whatever keeps it alive.
pub(crate) async fn both() -> Vec<(Store, Arc<SetClock>, Option<Disk>)> {
    let clock = SetClock::new();
    let memory = in_memory(&clock).await;
    let disk = Disk::new();
    let file = disk.open().await;
    vec![(memory, clock, None), (file, disk.clock.clone(), Some(disk))]
}

/// A record with a few words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Note(pub(crate) String);

impl Record for Note {
    const KIND: Kind = Kind::Person;
    const VERSION: u8 = 1;
}

/// What an index row says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Entry(pub(crate) [u8; 16]);

impl Record for Entry {
    const KIND: Kind = Kind::NumberIndex;
    const VERSION: u8 = 1;
}

pub(crate) fn note(text: &str) -> Note {
    Note(text.to_owned())
}

pub(crate) fn person(number: u8) -> Key {
    Key::new(Kind::Person).id(&GRANBY).id(&PersonId::from_bytes([number; 16]))
}

/// An epoch for rows that need no day.
pub(crate) fn standing() -> Epoch {
    Epoch::standing(GRANBY, Holder::Directory)
}
