//! Reading rows back: scans in both directions, versions, data keys, damage.

use kuvert_domain::id::PersonId;
use kuvert_store::{DataKey, Key, Kind, Reading, Scan, StoreError};

use crate::fixture::{GRANBY, Note, both, note, person, standing};

#[tokio::test]
async fn scans_page_in_both_directions_over_own_changes_too() {
    for (store, ..) in both().await {
        store.prepare(&[standing()]).await.unwrap();
        let fill = |tx: &mut kuvert_store::Tx<'_>| -> Result<(), StoreError> {
            (0..10).try_for_each(|number| tx.put(&person(number), &note(&number.to_string()), &standing()))
        };
        store.write(fill).await.unwrap();
        let paged: Result<(), StoreError> = store
            .write(|tx| {
                tx.delete(&person(3));
                tx.put(&person(4), &note("changed"), &standing())?;
                tx.put(&person(10), &note("new"), &standing())?;
                let all = Scan::prefix(&Key::new(Kind::Person).id(&GRANBY));
                let texts =
                    |rows: Vec<(Key, Note)>| rows.into_iter().map(|(_, note)| note.0).collect::<Vec<_>>();
                assert_eq!(texts(tx.list(&all.clone().after(&person(2)).limit(2))?), ["changed", "5"]);
                assert_eq!(texts(tx.list(&all.clone().reverse().limit(2))?), ["new", "9"]);
                assert_eq!(
                    texts(tx.list(&all.clone().reverse().after(&person(5)).limit(2))?),
                    ["changed", "2"]
                );
                assert_eq!(texts(tx.list(&all.clone().below(&person(2)))?), ["0", "1"]);
                assert_eq!(tx.keys(&all.clone().after(&person(200)))?, []);
                assert_eq!(tx.keys(&all.limit(0))?, []);
                Ok(())
            })
            .await;
        paged.unwrap();
    }
}

#[tokio::test]
async fn a_row_under_a_data_key_opens_with_it_alone() {
    for (store, ..) in both().await {
        let (right, wrong) = (store.new_data_key(), store.new_data_key());
        let sealing = right.clone();
        store.write(move |tx| tx.put_under(&person(1), &note("ours"), &sealing)).await.unwrap();
        let read = |key: DataKey| store.read(move |view| view.get_under::<Note>(&person(1), &key));
        assert_eq!(read(right).await, Ok::<_, StoreError>(Some(note("ours"))));
        assert_eq!(read(wrong).await, Err(StoreError::Damaged(Kind::Person as u8)));
        let plain = store.read(|view| view.get::<Note>(&person(1))).await;
        assert_eq!(plain, Err(StoreError::Damaged(Kind::Person as u8)), "no epoch opens it");
    }
}

#[tokio::test]
async fn marks_are_rows_without_a_value() {
    for (store, ..) in both().await {
        let mark = Key::new(Kind::Inbox).id(&GRANBY).id(&PersonId::from_bytes([1; 16]));
        let (put, look) = (mark.clone(), mark.clone());
        store
            .write(move |tx| {
                tx.mark(&put);
                Ok::<_, StoreError>(())
            })
            .await
            .unwrap();
        assert_eq!(store.read(move |view| view.has(&look)).await, Ok::<_, StoreError>(true));
    }
}
