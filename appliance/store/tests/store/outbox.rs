//! Work that waits: promised with its change, leased, done once or again.

use jiff::{SignedDuration, Timestamp};
use kuvert_domain::clock::Clock;
use kuvert_store::{Epoch, Holder, Job, Leased, Store, StoreError};

use crate::fixture::{GRANBY, SetClock, both};

fn epoch() -> Epoch {
    Epoch::standing(GRANBY, Holder::Outbox)
}

fn after(clock: &SetClock, minutes: i64) -> Timestamp {
    clock.now() + SignedDuration::from_mins(minutes)
}

async fn queue(store: &Store, payload: &'static str, due: Timestamp) {
    store.prepare(&[epoch()]).await.unwrap();
    let job = Job { municipality: GRANBY, topic: 1, payload: payload.into(), due, epoch: epoch() };
    store.write(move |tx| tx.queue(job.clone())).await.unwrap();
}

async fn lease(store: &Store, owner: u64, until: Timestamp) -> Vec<Leased> {
    store.write(move |tx| tx.lease(owner, until, 10)).await.unwrap()
}

#[tokio::test]
async fn jobs_come_when_they_are_due_and_oldest_first() {
    for (store, clock, _disk) in both().await {
        queue(&store, "second", after(&clock, 0)).await;
        queue(&store, "first", after(&clock, -5)).await;
        queue(&store, "tomorrow", after(&clock, 24 * 60)).await;
        let leased = lease(&store, 1, after(&clock, 5)).await;
        let payloads: Vec<_> = leased.iter().map(|job| job.payload.as_slice()).collect();
        assert_eq!(payloads, [b"first".as_slice(), b"second"]);
        assert!(leased.iter().all(|job| job.attempt == 1 && job.topic == 1 && job.municipality == GRANBY));
        assert!(lease(&store, 2, after(&clock, 5)).await.is_empty(), "another finds nothing");
    }
}

#[tokio::test]
async fn a_job_whose_owner_died_comes_back_with_the_same_id() {
    for (store, clock, _disk) in both().await {
        queue(&store, "letter", clock.now()).await;
        let first = lease(&store, 1, after(&clock, 5)).await.remove(0);
        clock.advance_hours(1);
        let second = lease(&store, 2, after(&clock, 5)).await.remove(0);
        assert_eq!((second.lease.job, second.attempt), (first.lease.job, 2));
        let late = store.write(move |tx| tx.complete(&first.lease)).await;
        assert_eq!(late, Ok::<_, StoreError>(false), "the first owner has lost it");
        let done = store.write(move |tx| tx.complete(&second.lease)).await;
        assert_eq!(done, Ok::<_, StoreError>(true));
        let again = store.write(move |tx| tx.complete(&second.lease)).await;
        assert_eq!(again, Ok::<_, StoreError>(false));
        clock.advance_hours(1);
        assert!(lease(&store, 3, after(&clock, 5)).await.is_empty());
    }
}

#[tokio::test]
async fn a_postponed_job_waits_and_counts() {
    for (store, clock, _disk) in both().await {
        queue(&store, "letter", clock.now()).await;
        let first = lease(&store, 1, after(&clock, 5)).await.remove(0);
        let at = after(&clock, 60);
        assert_eq!(store.write(move |tx| tx.retry_at(&first.lease, at)).await, Ok::<_, StoreError>(true));
        assert!(lease(&store, 1, after(&clock, 5)).await.is_empty());
        clock.advance_hours(1);
        assert_eq!(lease(&store, 1, after(&clock, 5)).await.remove(0).attempt, 2);
    }
}

#[tokio::test]
async fn a_job_whose_key_is_gone_vanishes() {
    for (store, clock, _disk) in both().await {
        queue(&store, "letter", clock.now()).await;
        store.write(|tx| tx.close_epoch(&epoch())).await.unwrap();
        store.destroy_epochs(vec![epoch()]).await.unwrap();
        assert!(lease(&store, 1, after(&clock, 5)).await.is_empty());
    }
}
