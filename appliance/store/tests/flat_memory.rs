//! Attachments pass with flat memory. A binary of its own: nothing else may grow beside it.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{fs, sync::Arc};

use bytes::Bytes;
use futures_util::{StreamExt, future::join_all, stream};
use jiff::Timestamp;
use kuvert_domain::{
    clock::{Clock, Entropy},
    id::{AuthorityId, FileId, MunicipalityId},
};
use kuvert_store::{DataKey, Place, Store};

const PIECE: usize = 16 * 1024;
const PIECES: usize = 20 * 64;
const FILE_BYTES: u64 = 20 << 20;

struct Still;

impl Clock for Still {
    fn now(&self) -> Timestamp {
        Timestamp::UNIX_EPOCH
    }
}

impl Entropy for Still {
    fn fill(&self, buffer: &mut [u8]) {
        aws_lc_rs::rand::fill(buffer).unwrap();
    }
}

/// The most resident memory so far, in KiB, where the system tells it.
fn peak_kib() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

/// What twenty uploads may add to the process.
const KEPT_KIB: u64 = 16 * 1024;

fn place(file: FileId) -> Place {
    let (municipality, authority) = (MunicipalityId::from_bytes([1; 16]), AuthorityId::from_bytes([2; 16]));
    Place { municipality, authority, file }
}

async fn upload(store: &Store) -> (DataKey, Place) {
    let (key, place) = (store.new_data_key(), place(store.fresh()));
    let source = stream::repeat_with(|| Ok(Bytes::from(vec![0x5a; PIECE]))).take(PIECES);
    let stored = store.blobs().put(&key, place, source, FILE_BYTES).await.unwrap();
    assert_eq!(stored.bytes, FILE_BYTES);
    (key, place)
}

async fn download(store: &Store, (key, place): (DataKey, Place)) {
    let mut parts = Box::pin(store.blobs().open(&key, place).await.unwrap());
    let mut bytes = 0;
    while let Some(part) = parts.next().await {
        let part = part.unwrap();
        assert!(part.iter().all(|byte| *byte == 0x5a));
        bytes += u64::try_from(part.len()).unwrap();
    }
    assert_eq!(bytes, FILE_BYTES);
}

#[tokio::test]
async fn twenty_uploads_and_downloads_at_once_take_less_than_one_file() {
    let store = Store::in_memory(Arc::new(Still), Arc::new(Still)).unwrap();
    let before = peak_kib();
    let files = join_all((0..20).map(|_| upload(&store))).await;
    let uploaded = peak_kib();
    join_all(files.into_iter().map(|file| download(&store, file))).await;
    if let (Some(before), Some(uploaded), Some(after)) = (before, uploaded, peak_kib()) {
        assert!(uploaded - before <= KEPT_KIB, "uploads: {before} KiB grew to {uploaded} KiB");
        // Both together, since freed memory may stay with the process.
        assert!(after - before <= 2 * KEPT_KIB, "downloads: {before} KiB grew to {after} KiB");
    }
}
