//! Keys that come before their rows and go on their day; what a start makes of a crash in between.

use kuvert_domain::id::{AuthorityId, MessageId};
use kuvert_store::{Epoch, Holder, Key, Kind, Reading, Record, Store, StoreError};

use crate::fixture::{Disk, GRANBY, Note, both, note, person, standing};

const AUTHORITY: AuthorityId = AuthorityId::from_bytes([0x77; 16]);
const MESSAGE: MessageId = MessageId::from_bytes([0x33; 16]);

async fn wrap(store: &Store, epochs: Vec<Epoch>) {
    store.prepare(&epochs).await.unwrap();
    let key = store.new_data_key();
    let written: Result<(), StoreError> = store
        .write(move |tx| {
            epochs.iter().try_for_each(|epoch| tx.wrap(&key, epoch, &MESSAGE))?;
            tx.put_under(&person(1), &note("the letter"), &key)
        })
        .await;
    written.unwrap();
}

async fn letter(store: &Store, epoch: Epoch) -> Option<Note> {
    let read: Result<_, StoreError> = store
        .read(move |view| match view.unwrap_key(&epoch, &MESSAGE)? {
            Some(key) => view.get_under(&person(1), &key),
            None => Ok(None),
        })
        .await;
    read.unwrap()
}

async fn purge(store: &Store, epoch: Epoch) -> Result<(), StoreError> {
    store
        .write(move |tx| {
            tx.drop_wrap(&epoch, &MESSAGE);
            tx.close_epoch(&epoch)
        })
        .await?;
    store.destroy_epochs(vec![epoch]).await
}

#[tokio::test]
async fn nothing_is_sealed_before_its_key_exists() {
    for (store, ..) in both().await {
        let early = store.write(|tx| tx.put(&person(1), &note("early"), &standing())).await;
        assert_eq!(early, Err(StoreError::NoKey(standing())));
        store.prepare(&[standing(), standing()]).await.unwrap();
        store.prepare(&[standing()]).await.unwrap();
        assert_eq!(store.write(|tx| tx.put(&person(1), &note("late"), &standing())).await, Ok(()));
    }
}

#[tokio::test]
async fn each_holder_loses_access_on_its_own_day() {
    for (store, clock, _disk) in both().await {
        let resident = Epoch::on(clock.in_days(30), GRANBY, Holder::Resident).of(AUTHORITY);
        let authority = Epoch::on(clock.in_days(30), GRANBY, Holder::Authority).of(AUTHORITY);
        wrap(&store, vec![resident, authority]).await;

        let due = |store: &Store, today| {
            let store = store.clone();
            async move { store.read(move |view| view.epochs_due(GRANBY, today)).await.unwrap() }
        };
        assert_eq!(due(&store, clock.today()).await, [] as [Epoch; 0]);
        clock.advance_hours(24 * 30);
        let found: Vec<Epoch> = due(&store, clock.today()).await;
        assert_eq!(found, [resident, authority]);

        purge(&store, resident).await.unwrap();
        assert_eq!(letter(&store, resident).await, None);
        assert_eq!(letter(&store, authority).await, Some(note("the letter")));
        assert!(store.read(move |view| view.destroyed_at(&resident)).await.unwrap().is_some());
        assert_eq!(due(&store, clock.today()).await, [authority]);

        let later = Epoch::on(clock.in_days(30), GRANBY, Holder::Authority).of(AUTHORITY);
        store.prepare(&[later]).await.unwrap();
        let moved = store.write(move |tx| tx.rewrap(&authority, &later, &MESSAGE)).await;
        assert_eq!(moved, Ok::<_, StoreError>(true));
        purge(&store, authority).await.unwrap();
        assert_eq!(letter(&store, later).await, Some(note("the letter")));
    }
}

#[tokio::test]
async fn a_closing_epoch_takes_nothing_and_goes_only_when_empty() {
    for (store, clock, _disk) in both().await {
        let epoch = Epoch::on(clock.in_days(1), GRANBY, Holder::Resident).of(AUTHORITY);
        wrap(&store, vec![epoch]).await;
        assert_eq!(store.destroy_epochs(vec![epoch]).await, Err(StoreError::StillWrapped(epoch)));
        store.write(move |tx| tx.close_epoch(&epoch)).await.unwrap();
        assert_eq!(store.destroy_epochs(vec![epoch]).await, Err(StoreError::StillWrapped(epoch)));
        assert_eq!(letter(&store, epoch).await, Some(note("the letter")), "still readable while closing");

        let refused = store.write(move |tx| tx.put(&person(2), &note("late"), &epoch)).await;
        assert_eq!(refused, Err(StoreError::EpochClosed(epoch)));
        let (first, second) = tokio::join!(purge(&store, epoch), purge(&store, epoch));
        assert_eq!((first, second), (Ok(()), Ok(())), "safe to run twice, even at once");
        let refused = store.write(move |tx| tx.put(&person(2), &note("late"), &epoch)).await;
        assert_eq!(refused, Err(StoreError::EpochClosed(epoch)));
        assert_eq!(store.prepare(&[epoch]).await, Err(StoreError::EpochClosed(epoch)));
        let next = store.read(move |view| view.open_generation(&epoch)).await;
        assert_eq!(next, Ok::<_, StoreError>(epoch.generation(1)));
    }
}

#[tokio::test]
async fn rows_of_a_destroyed_epoch_read_as_absent() {
    for (store, clock, _disk) in both().await {
        let epoch = Epoch::on(clock.in_days(1), GRANBY, Holder::Logins);
        store.prepare(&[epoch]).await.unwrap();
        store.write(move |tx| tx.put(&person(1), &note("gone"), &epoch)).await.unwrap();
        purge(&store, epoch).await.unwrap();
        assert_eq!(store.read(|view| view.get::<Note>(&person(1))).await, Ok::<_, StoreError>(None));
        let all = kuvert_store::Scan::prefix(&Key::new(Kind::Person));
        assert_eq!(store.read(move |view| view.list::<Note>(&all)).await, Ok::<_, StoreError>(vec![]));
    }
}

#[tokio::test]
async fn another_root_key_opens_nothing() {
    let disk = Disk::new();
    drop(disk.open().await);
    assert_eq!(disk.open_with([9; 32]).err(), Some(StoreError::RootKey));
    drop(disk.open().await);
}

#[tokio::test]
async fn a_missing_cabinet_stops_the_start() {
    let disk = Disk::new();
    let store = disk.open().await;
    store.prepare(&[standing()]).await.unwrap();
    store.write(|tx| tx.put(&person(1), &note("lost"), &standing())).await.unwrap();
    drop(store);
    std::fs::remove_file(disk.path().join("keys")).unwrap();
    assert!(matches!(disk.try_open().err(), Some(StoreError::Cabinet(_))));
}

/// Puts back the cabinet as it was before `change`, and opens the store with it.
async fn with_cabinet_of_before(disk: &Disk, epoch: Epoch, wrapped: bool) -> Result<Store, StoreError> {
    let store = disk.open().await;
    let before = std::fs::read(disk.path().join("keys")).unwrap();
    wrap(&store, vec![epoch]).await;
    if !wrapped {
        store
            .write(move |tx| {
                tx.drop_wrap(&epoch, &MESSAGE);
                tx.close_epoch(&epoch)
            })
            .await
            .unwrap();
    }
    drop(store);
    std::fs::write(disk.path().join("keys"), before).unwrap();
    disk.try_open()
}

#[tokio::test]
async fn a_missing_key_whose_day_has_not_passed_stops_the_start() {
    let disk = Disk::new();
    let epoch = Epoch::on(disk.clock.in_days(5), GRANBY, Holder::Resident).of(AUTHORITY);
    let opened = with_cabinet_of_before(&disk, epoch, true).await;
    assert_eq!(opened.err(), Some(StoreError::KeyMissing(epoch)));
}

#[tokio::test]
async fn a_missing_key_whose_day_has_passed_finishes_the_purge() {
    let disk = Disk::new();
    let epoch = Epoch::on(disk.clock.today(), GRANBY, Holder::Resident).of(AUTHORITY);
    let store = with_cabinet_of_before(&disk, epoch, true).await.unwrap();
    assert_eq!(store.start().finished, 1);
    assert_eq!(letter(&store, epoch).await, None);
    assert!(store.read(move |view| view.destroyed_at(&epoch)).await.unwrap().is_some());
    assert_eq!(store.read(move |view| view.wraps(&epoch, 9)).await, Ok::<_, StoreError>(vec![]));
}

#[tokio::test]
async fn a_crash_between_destroying_and_recording_is_finished_at_start() {
    let disk = Disk::new();
    let epoch = Epoch::on(disk.clock.in_days(5), GRANBY, Holder::Resident).of(AUTHORITY);
    let store = with_cabinet_of_before(&disk, epoch, false).await.unwrap();
    assert_eq!(store.start().finished, 1);
    assert_eq!(store.prepare(&[epoch]).await, Err(StoreError::EpochClosed(epoch)));
}

#[tokio::test]
async fn a_key_that_comes_back_with_an_old_cabinet_is_destroyed_again() {
    let disk = Disk::new();
    let store = disk.open().await;
    let epoch = Epoch::on(disk.clock.in_days(5), GRANBY, Holder::Resident).of(AUTHORITY);
    wrap(&store, vec![epoch]).await;
    let before = std::fs::read(disk.path().join("keys")).unwrap();
    purge(&store, epoch).await.unwrap();
    drop(store);
    std::fs::write(disk.path().join("keys"), before).unwrap();
    let store = disk.try_open().unwrap();
    assert_eq!(store.start().destroyed_again, 1);
    assert_eq!(
        store.write(move |tx| tx.put(&person(2), &note("late"), &epoch)).await,
        Err(StoreError::EpochClosed(epoch))
    );
}

#[test]
fn records_know_their_kind() {
    assert_eq!(Note::malformed(3).to_string(), "a row of kind 32 in version 3 does not decode");
}

#[tokio::test]
async fn an_epoch_marked_closing_before_a_crash_is_destroyed_at_start() {
    let disk = Disk::new();
    let store = disk.open().await;
    let epoch = Epoch::on(disk.clock.in_days(5), GRANBY, Holder::Resident).of(AUTHORITY);
    wrap(&store, vec![epoch]).await;
    store
        .write(move |tx| {
            tx.drop_wrap(&epoch, &MESSAGE);
            tx.close_epoch(&epoch)
        })
        .await
        .unwrap();
    assert_eq!(store.start().finished, 0);
    drop(store);
    let store = disk.try_open().unwrap();
    assert_eq!(store.start().finished, 1);
    assert!(store.read(move |view| view.destroyed_at(&epoch)).await.unwrap().is_some());
}

#[tokio::test]
async fn an_older_cabinet_without_a_standing_key_stops_the_start() {
    let disk = Disk::new();
    let store = disk.try_open().unwrap();
    let before = std::fs::read(disk.path().join("keys")).unwrap();
    store.enroll(GRANBY).await.unwrap();
    drop(store);
    std::fs::write(disk.path().join("keys"), before).unwrap();
    assert!(matches!(disk.try_open().err(), Some(StoreError::KeyMissing(_))));
}
