//! The blind index: found by what it hides, in every phase of its rotation.

use kuvert_store::{Reading, Rotation, Store, StoreError};

use crate::fixture::{Entry, GRANBY, both, standing};

async fn find(store: &Store, digits: String) -> Option<Entry> {
    let found: Result<_, StoreError> = store.read(move |view| view.find(GRANBY, digits.as_bytes())).await;
    found.unwrap()
}

#[tokio::test]
async fn rows_are_found_replaced_and_removed() {
    for (store, ..) in both().await {
        store.prepare(&[standing()]).await.unwrap();
        store.write(|tx| tx.index(GRANBY, b"199908072391", &Entry([1; 16]), &standing())).await.unwrap();
        store.write(|tx| tx.index(GRANBY, b"199908072391", &Entry([2; 16]), &standing())).await.unwrap();
        assert_eq!(find(&store, "199908072391".into()).await, Some(Entry([2; 16])));
        assert_eq!(find(&store, "189001019802".into()).await, None);
        store.write(|tx| tx.unindex::<Entry>(GRANBY, b"199908072391")).await.unwrap();
        assert_eq!(find(&store, "199908072391".into()).await, None);
    }
}

#[tokio::test]
async fn a_rotation_moves_every_row_and_loses_none() {
    for (store, clock, _disk) in both().await {
        store.prepare(&[standing()]).await.unwrap();
        for number in 0..30_u8 {
            let digits = number.to_string();
            store
                .write(move |tx| tx.index(GRANBY, digits.as_bytes(), &Entry([number; 16]), &standing()))
                .await
                .unwrap();
        }
        assert_eq!(store.rotate_index(GRANBY, 8).await, Ok(Rotation::NotDue));
        clock.advance_hours(24 * 31);
        for turn in 0..2 {
            assert_eq!(store.rotate_index(GRANBY, 8).await, Ok(Rotation::Moved(8)), "turn {turn}");
            for number in 0..30_u8 {
                assert_eq!(find(&store, number.to_string()).await, Some(Entry([number; 16])));
            }
        }
        // Written and removed while two keys are alive.
        store.write(|tx| tx.index(GRANBY, b"29", &Entry([99; 16]), &standing())).await.unwrap();
        store.write(|tx| tx.unindex::<Entry>(GRANBY, b"28")).await.unwrap();
        while store.rotate_index(GRANBY, 8).await.unwrap() != Rotation::Done {}
        assert_eq!(store.rotate_index(GRANBY, 8).await, Ok(Rotation::NotDue));
        for number in 0..28_u8 {
            assert_eq!(find(&store, number.to_string()).await, Some(Entry([number; 16])));
        }
        assert_eq!(find(&store, "29".into()).await, Some(Entry([99; 16])));
        assert_eq!(find(&store, "28".into()).await, None);
    }
}

#[tokio::test]
async fn a_restart_in_the_middle_of_a_rotation_goes_on() {
    let disk = crate::fixture::Disk::new();
    let store = disk.open().await;
    store.prepare(&[standing()]).await.unwrap();
    for number in 0..10_u8 {
        let digits = number.to_string();
        store
            .write(move |tx| tx.index(GRANBY, digits.as_bytes(), &Entry([number; 16]), &standing()))
            .await
            .unwrap();
    }
    disk.clock.advance_hours(24 * 31);
    assert_eq!(store.rotate_index(GRANBY, 4).await, Ok(Rotation::Moved(4)));
    drop(store);
    let store = disk.open().await;
    while store.rotate_index(GRANBY, 4).await.unwrap() != Rotation::Done {}
    for number in 0..10_u8 {
        assert_eq!(find(&store, number.to_string()).await, Some(Entry([number; 16])));
    }
}
