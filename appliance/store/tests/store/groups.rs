//! One use case is one transaction: all of it, or nothing; many share a commit.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use futures_util::FutureExt;
use kuvert_store::{Key, Kind, Reading, Scan, Store, StoreError};

use crate::fixture::{Disk, GRANBY, SetClock, both, in_memory, note, person, standing};

#[derive(Debug, PartialEq, Eq)]
enum Refusal {
    Taken,
    Store(StoreError),
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

async fn people(store: &Store) -> usize {
    let all = Scan::prefix(&Key::new(Kind::Person).id(&GRANBY));
    store.read(move |view| view.keys(&all)).await.map(|keys: Vec<Key>| keys.len()).unwrap()
}

#[tokio::test]
async fn what_was_answered_can_be_read() {
    for (store, ..) in both().await {
        store.prepare(&[standing()]).await.unwrap();
        let written: Result<u32, StoreError> = store
            .write(|tx| {
                tx.put(&person(1), &note("Astrid"), &standing())?;
                assert_eq!(tx.get(&person(1))?, Some(note("Astrid")), "own changes are visible");
                Ok(7)
            })
            .await;
        assert_eq!(written, Ok(7));
        let read = store.read(|view| view.get(&person(1))).await;
        assert_eq!(read, Ok::<_, StoreError>(Some(note("Astrid"))));
    }
}

#[tokio::test]
async fn a_refused_use_case_leaves_nothing() {
    for (store, ..) in both().await {
        store.prepare(&[standing()]).await.unwrap();
        let refused: Result<(), Refusal> = store
            .write(|tx| {
                tx.put(&person(1), &note("Astrid"), &standing())?;
                tx.delete(&person(2));
                Err(Refusal::Taken)
            })
            .await;
        assert_eq!(refused, Err(Refusal::Taken));
        assert_eq!(people(&store).await, 0);
    }
}

#[tokio::test]
async fn a_panicking_use_case_leaves_nothing_and_harms_nobody() {
    for (store, ..) in both().await {
        store.prepare(&[standing()]).await.unwrap();
        let panicking = store.write(|tx| -> Result<(), StoreError> {
            tx.put(&person(1), &note("Astrid"), &standing())?;
            panic!("on purpose")
        });
        let healthy = store.write(|tx| tx.put(&person(2), &note("Bo"), &standing()));
        let (panicked, healthy) = tokio::join!(panicking, healthy);
        assert_eq!(panicked, Err(StoreError::Panicked));
        assert_eq!(healthy, Ok(()));
        assert_eq!(people(&store).await, 1);
    }
}

#[tokio::test]
async fn a_use_case_that_cannot_be_rerun_is_found_in_memory() {
    let store = in_memory(&SetClock::new()).await;
    store.prepare(&[standing()]).await.unwrap();
    let runs = Arc::new(AtomicUsize::new(0));
    let result: Result<(), StoreError> = store
        .write(move |tx| {
            let run = u8::try_from(runs.fetch_add(1, Ordering::SeqCst)).unwrap();
            tx.put(&person(run), &note("different each time"), &standing())
        })
        .await;
    assert_eq!(result, Err(StoreError::NotRerunnable));
    assert_eq!(people(&store).await, 0);
}

#[tokio::test]
async fn later_use_cases_of_a_group_see_earlier_ones() {
    for (store, ..) in both().await {
        store.prepare(&[standing()]).await.unwrap();
        let counting = (0..200).map(|_| {
            store.write(|tx| -> Result<(), StoreError> {
                let count = tx.get::<crate::fixture::Note>(&person(9))?.map_or(0, |note| note.0.len());
                tx.put(&person(9), &note(&"x".repeat(count + 1)), &standing())
            })
        });
        for result in futures_util::future::join_all(counting).await {
            result.unwrap();
        }
        let read = store.read(|view| view.get(&person(9))).await;
        assert_eq!(read, Ok::<_, StoreError>(Some(note(&"x".repeat(200)))));
    }
}

#[tokio::test]
async fn a_restart_keeps_everything() {
    let disk = Disk::new();
    let store = disk.open().await;
    store.prepare(&[standing()]).await.unwrap();
    for number in 0..50 {
        store.write(move |tx| tx.put(&person(number), &note("kept"), &standing())).await.unwrap();
    }
    drop(store);
    let store = disk.open().await;
    assert_eq!(people(&store).await, 50);
    assert_eq!(store.start().finished, 0);
    let unit: kuvert_domain::id::MailboxId = store.unit_id("granby/social/hemtjanst");
    drop(store);
    assert_eq!(disk.open().await.unit_id::<kuvert_domain::id::MailboxId>("granby/social/hemtjanst"), unit);
}

#[tokio::test]
async fn a_caller_who_leaves_does_not_stop_the_commit() {
    let disk = Disk::new();
    let store = disk.open().await;
    store.prepare(&[standing()]).await.unwrap();
    let mut leaving = Box::pin(store.write(|tx| tx.put(&person(1), &note("kept"), &standing())));
    assert!((&mut leaving).now_or_never().is_none());
    drop(leaving);
    store.write(|_| Ok::<_, StoreError>(())).await.unwrap();
    drop(store);
    assert_eq!(people(&disk.open().await).await, 1);
}
