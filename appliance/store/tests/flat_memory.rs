//! Attachments pass with flat memory. A binary of its own: nothing else may grow beside it.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{fs, sync::Arc};

use bytes::Bytes;
use futures_util::{StreamExt, future::join_all, stream};
use jiff::Timestamp;
use kuvert_domain::{
    clock::{Clock, Entropy},
    id::{AuthorityId, MunicipalityId},
};
use kuvert_store::{Place, Store};

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

#[tokio::test]
async fn twenty_uploads_of_twenty_megabytes_take_less_than_one_file() {
    let store = Store::in_memory(Arc::new(Still), Arc::new(Still)).unwrap();
    let before = peak_kib();
    let pass = || async {
        let (key, file) = (store.new_data_key(), store.fresh());
        let place = Place {
            municipality: MunicipalityId::from_bytes([1; 16]),
            authority: AuthorityId::from_bytes([2; 16]),
            file,
        };
        let source = stream::repeat_with(|| Ok(Bytes::from(vec![0x5a; PIECE]))).take(PIECES);
        let stored = store.blobs().put(&key, place, source, FILE_BYTES).await.unwrap();
        assert_eq!(stored.bytes, FILE_BYTES);
        let mut download = Box::pin(store.blobs().open(&key, place).await.unwrap());
        let mut bytes = 0;
        while let Some(part) = download.next().await {
            let part = part.unwrap();
            assert!(part.iter().all(|byte| *byte == 0x5a));
            bytes += u64::try_from(part.len()).unwrap();
        }
        assert_eq!(bytes, FILE_BYTES);
        store.blobs().delete(file).await.unwrap();
    };
    join_all((0..20).map(|_| pass())).await;
    if let (Some(before), Some(after)) = (before, peak_kib()) {
        assert!(after - before <= 16 * 1024, "{before} KiB grew to {after} KiB");
    }
}
