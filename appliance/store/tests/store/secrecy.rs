//! Nothing readable is ever written: canary words appear nowhere in the data directory.

use std::{fs, path::Path};

use bytes::Bytes;
use futures_util::stream;
use kuvert_domain::id::{AuthorityId, MessageId};
use kuvert_store::{AuditEntry, Epoch, Holder, Job, Place, Reading, StoreError};

use crate::fixture::{Disk, Entry, GRANBY, note, person};

const CANARY: &str = "kanariefågel-9f3b";
const DIGITS: &[u8] = b"199908072391";

/// Every byte of every file below a directory.
fn raw(path: &Path, out: &mut Vec<u8>) {
    for entry in fs::read_dir(path).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            raw(&path, out);
        } else {
            out.extend_from_slice(path.to_string_lossy().as_bytes());
            out.extend(fs::read(path).unwrap());
        }
    }
}

fn assert_silent(disk: &Disk, when: &str) {
    let mut bytes = Vec::new();
    raw(disk.path(), &mut bytes);
    for word in [CANARY.as_bytes(), DIGITS] {
        assert!(!bytes.windows(word.len()).any(|window| window == word), "a canary sings {when}");
    }
}

#[tokio::test]
async fn canaries_are_silent_before_and_after_the_purge() {
    let disk = Disk::new();
    let store = disk.open().await;
    let day = Epoch::on(disk.clock.in_days(1), GRANBY, Holder::Resident);
    let message = MessageId::from_bytes([1; 16]);
    store.prepare(&[day]).await.unwrap();

    let (key, file_key) = (store.new_data_key(), store.new_data_key());
    let authority = AuthorityId::from_bytes([5; 16]);
    let place = Place { municipality: GRANBY, authority, file: store.fresh() };
    let content = Bytes::from(CANARY.repeat(10_000));
    store.blobs().put(&file_key, place, stream::iter([Ok(content)]), 1 << 20).await.unwrap();
    let due = disk.clock.in_days(1).to_zoned(jiff::tz::TimeZone::UTC).unwrap().timestamp();
    let written: Result<(), StoreError> = store
        .write(move |tx| {
            tx.wrap(&key, &day, &message)?;
            tx.put_under(&person(1), &note(CANARY), &key)?;
            tx.put(&person(2), &note(CANARY), &day)?;
            tx.index(GRANBY, DIGITS, &Entry([1; 16]), &day)?;
            let payload = CANARY.as_bytes().to_vec();
            tx.queue(Job { municipality: GRANBY, topic: 1, payload: payload.clone(), due, epoch: day })?;
            tx.emit(AuditEntry::new(GRANBY, "message.sent").object(&message).details(day, payload))
        })
        .await;
    written.unwrap();
    assert_silent(&disk, "while live");

    store
        .write(move |tx| {
            tx.drop_wrap(&day, &message);
            tx.delete(&person(1));
            tx.close_epoch(&day)
        })
        .await
        .unwrap();
    store.destroy_epochs(vec![day]).await.unwrap();
    assert_silent(&disk, "after the purge");
    drop(store);
    assert_silent(&disk, "after the end");

    // The rows that were left behind are as good as gone, from the live file and from any copy of it.
    let store = disk.open().await;
    let left: Result<_, StoreError> = store
        .read(move |view| {
            assert!(view.has(&person(2))?);
            Ok((view.get::<crate::fixture::Note>(&person(2))?, view.find::<Entry>(GRANBY, DIGITS)?))
        })
        .await;
    assert_eq!(left, Ok((None, None)));
}
