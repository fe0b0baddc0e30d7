//! A store whose medium fails: closed with a clear error, open again only after a full disk.

use std::sync::{
    Arc,
    atomic::{AtomicI64, AtomicU8, Ordering},
};

use kuvert_domain::clock::Entropy;

use super::*;
use crate::{
    cabinet::memory::MemoryCabinet,
    engine::{Group, memory::Memory},
    key_space::{Key, Kind},
    reading::Reading,
};

const WORKS: u8 = 0;
const FULL: u8 = 1;
const BROKEN: u8 = 2;

/// An engine whose commits fail on command, and whose disk stays as it is.
#[derive(Default)]
struct Flaky {
    rows: Memory,
    state: AtomicU8,
}

impl Engine for Flaky {
    fn read(&self, look: &mut dyn FnMut(&dyn Rows)) -> Result<(), EngineError> {
        self.rows.read(look)
    }

    fn commit(
        &self,
        fill: &mut dyn FnMut(&mut dyn Group) -> Result<bool, EngineError>,
    ) -> Result<(), EngineError> {
        let state = self.state.load(Ordering::SeqCst);
        self.rows.commit(&mut |group| {
            let wanted = fill(group)?;
            if state == WORKS {
                Ok(wanted)
            } else {
                Err(EngineError { full: state == FULL, detail: "no".into() })
            }
        })
    }

    fn reopen(&self) -> Result<(), EngineError> {
        match self.state.load(Ordering::SeqCst) {
            WORKS => Ok(()),
            _ => Err(EngineError { full: true, detail: "still full".into() }),
        }
    }

    fn proves_reruns(&self) -> bool {
        false
    }
}

struct Stub(AtomicI64);

impl Clock for Stub {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(self.0.load(Ordering::SeqCst)).unwrap()
    }
}

impl Entropy for Stub {
    fn fill(&self, buffer: &mut [u8]) {
        buffer.fill(1);
    }
}

struct Bed {
    engine: Arc<Flaky>,
    clock: Arc<Stub>,
    health: Arc<Health>,
    writer: Writer,
}

impl Bed {
    fn new() -> Self {
        let engine = Arc::new(Flaky::default());
        let clock = Arc::new(Stub(AtomicI64::new(1_000)));
        let health = Arc::new(Health::default());
        let vault = Vault::open(Box::new(MemoryCabinet::default()), clock.clone()).unwrap();
        let writer =
            Writer::start(engine.clone(), Arc::new(vault), clock.clone(), Arc::clone(&health)).unwrap();
        Self { engine, clock, health, writer }
    }

    async fn mark(&self, number: u8) -> Result<bool, StoreError> {
        let key = Key::new(Kind::Person).bytes(&[number]);
        let marking = move |tx: &mut Tx<'_>| {
            let known = tx.has(&key)?;
            tx.mark(&key);
            Ok(known)
        };
        self.writer.write([0; 32], marking).await
    }
}

#[tokio::test]
async fn a_full_disk_closes_the_store_until_there_is_room() {
    let bed = Bed::new();
    assert_eq!(bed.mark(1).await, Ok(false));
    bed.engine.state.store(FULL, Ordering::SeqCst);
    assert_eq!(bed.mark(2).await, Err(StoreError::Closed("no".into())));
    assert!(bed.health.check().is_err(), "reads are refused too");
    bed.clock.0.fetch_add(2, Ordering::SeqCst);
    assert_eq!(bed.mark(2).await, Err(StoreError::Closed("still full".into())));

    bed.engine.state.store(WORKS, Ordering::SeqCst);
    assert_eq!(bed.mark(2).await, Err(StoreError::Closed("no".into())), "not before the next try is due");
    bed.clock.0.fetch_add(2, Ordering::SeqCst);
    assert_eq!(bed.mark(2).await, Ok(false), "the failed write left nothing");
    assert_eq!(bed.mark(1).await, Ok(true), "the acknowledged one stayed");
    assert!(bed.health.check().is_ok());
}

#[tokio::test]
async fn any_other_fault_closes_the_store_for_good() {
    let bed = Bed::new();
    bed.engine.state.store(BROKEN, Ordering::SeqCst);
    assert!(bed.mark(1).await.is_err());
    bed.engine.state.store(WORKS, Ordering::SeqCst);
    bed.clock.0.fetch_add(60, Ordering::SeqCst);
    assert_eq!(bed.mark(1).await, Err(StoreError::Closed("no".into())));
}

#[tokio::test]
async fn a_full_queue_says_try_later() {
    let bed = Bed::new();
    let (release, held) = std::sync::mpsc::channel::<()>();
    let held = Mutex::new(held);
    let blocking = bed.writer.write([0; 32], move |_| {
        let _released = held.lock().unwrap().recv();
        Ok::<_, StoreError>(())
    });
    let waiting: Vec<_> = (0..=QUEUE + GROUP_CLOSURES).map(|_| bed.mark(1)).collect();
    let all = async move {
        let (first, rest) = tokio::join!(blocking, async {
            let mut polled = futures_util::future::join_all(waiting);
            assert!(futures_util::FutureExt::now_or_never(&mut polled).is_none());
            drop(release);
            polled.await
        });
        first.unwrap();
        rest
    };
    let answers = all.await;
    assert!(answers.contains(&Err(StoreError::TryLater)));
    assert!(answers.iter().filter(|answer| answer.is_ok()).count() >= QUEUE - 1);
}
