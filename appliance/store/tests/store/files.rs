//! Attachments: out as they went in, or not at all.

use std::{collections::HashSet, fs, io, path::PathBuf, time::Duration};

use bytes::Bytes;
use futures_util::{FutureExt, Stream, StreamExt, TryStreamExt, stream};
use kuvert_domain::id::{AuthorityId, FileId};
use kuvert_store::{BlobError, Blobs, DataKey, Place, Store};

use crate::fixture::{Disk, GRANBY, SetClock, in_memory};

const CHUNK: usize = 64 * 1024;
const LIMIT: u64 = 64 << 20;

fn place(file: FileId) -> Place {
    Place { municipality: GRANBY, authority: AuthorityId::from_bytes([5; 16]), file }
}

/// Bytes that differ from place to place, so that a chunk in the wrong place shows.
fn content(length: usize) -> Vec<u8> {
    (0..length).map(|at| u8::try_from((at / 7 + at / CHUNK) % 251).unwrap()).collect()
}

fn pieces(content: &[u8], size: usize) -> impl Stream<Item = io::Result<Bytes>> + Send + use<> {
    let pieces: Vec<_> = content.chunks(size.max(1)).map(|piece| Ok(Bytes::copy_from_slice(piece))).collect();
    stream::iter(pieces)
}

async fn read(blobs: &Blobs, key: &DataKey, place: Place) -> Result<Vec<u8>, BlobError> {
    let parts: Vec<Bytes> = blobs.open(key, place).await?.try_collect().await?;
    Ok(parts.concat())
}

async fn put(store: &Store, content: &[u8]) -> (DataKey, Place) {
    let (key, place) = (store.new_data_key(), place(store.fresh()));
    let stored = store.blobs().put(&key, place, pieces(content, 10_000), LIMIT).await.unwrap();
    assert_eq!(stored.bytes, u64::try_from(content.len()).unwrap());
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, content);
    assert_eq!(stored.sha256.as_slice(), digest.as_ref());
    (key, place)
}

fn on_disk(disk: &Disk, file: FileId) -> PathBuf {
    disk.path().join("files").join(format!("{:02x}", file.as_bytes()[0])).join(file.to_string())
}

fn incoming(disk: &Disk) -> usize {
    fs::read_dir(disk.path().join("files/incoming")).unwrap().count()
}

#[tokio::test]
async fn every_length_comes_back_whole() {
    let store = in_memory(&SetClock::new()).await;
    for length in [0, 1, 9_999, CHUNK - 1, CHUNK, CHUNK + 1, 4 * CHUNK, 4 * CHUNK + 1, 9 * CHUNK - 1] {
        let content = content(length);
        let (key, place) = put(&store, &content).await;
        assert_eq!(read(store.blobs(), &key, place).await.unwrap(), content, "{length} bytes");
    }
}

#[tokio::test]
async fn parts_are_given_out_exactly() {
    let store = in_memory(&SetClock::new()).await;
    let content = content(5 * CHUNK + 123);
    let (key, place) = put(&store, &content).await;
    let end = content.len();
    for (from, to) in
        [(0, 1), (CHUNK - 1, CHUNK + 1), (CHUNK, 2 * CHUNK), (17, end), (end - 1, end), (end, end)]
    {
        let range = u64::try_from(from).unwrap()..u64::try_from(to).unwrap();
        let parts = store.blobs().open_range(&key, place, range).await.unwrap();
        let parts: Vec<Bytes> = parts.try_collect().await.unwrap();
        assert_eq!(parts.concat(), content[from..to], "{from}..{to}");
    }
    let beyond = store.blobs().open_range(&key, place, 9 << 20..10 << 20).await.unwrap();
    assert!(beyond.try_collect::<Vec<_>>().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_file_opens_only_in_its_place_with_its_key() {
    let store = in_memory(&SetClock::new()).await;
    let (key, right) = put(&store, &content(1000)).await;
    let other_authority = Place { authority: AuthorityId::from_bytes([6; 16]), ..right };
    let damaged = |result| matches!(result, Err(BlobError::Damaged(file)) if file == right.file);
    assert!(damaged(read(store.blobs(), &key, other_authority).await));
    assert!(damaged(read(store.blobs(), &store.new_data_key(), right).await));
}

#[tokio::test]
async fn a_flipped_byte_a_cut_and_a_swap_are_found() {
    let disk = Disk::new();
    let store = disk.open().await;
    let (key, place) = put(&store, &content(3 * CHUNK)).await;
    let path = on_disk(&disk, place.file);
    let whole = fs::read(&path).unwrap();
    let sealed = CHUNK + 28;
    let mut spoilt: Vec<Vec<u8>> = [0, 8, 20, 30, 8 + sealed, whole.len() - 1]
        .into_iter()
        .map(|at| {
            let mut bytes = whole.clone();
            bytes[at] ^= 1;
            bytes
        })
        .collect();
    spoilt.extend(
        [0, 7, 8, 8 + sealed, 8 + 2 * sealed, whole.len() - 1].map(|length| whole[..length].to_vec()),
    );
    let (head, first, second) = (&whole[..8], &whole[8..8 + sealed], &whole[8 + sealed..8 + 2 * sealed]);
    spoilt.push([head, second, first, &whole[8 + 2 * sealed..]].concat());
    for bytes in spoilt {
        fs::write(&path, &bytes).unwrap();
        let result = read(store.blobs(), &key, place).await;
        assert!(matches!(result, Err(BlobError::Damaged(_))), "{} bytes", bytes.len());
    }
    fs::write(&path, whole).unwrap();
    assert_eq!(read(store.blobs(), &key, place).await.unwrap(), content(3 * CHUNK));
}

#[tokio::test]
async fn refused_broken_and_dropped_uploads_leave_nothing() {
    let disk = Disk::new();
    let store = disk.open().await;
    let (key, place) = (store.new_data_key(), place(store.fresh()));
    let content = content(12 * CHUNK);

    let large = store.blobs().put(&key, place, pieces(&content, CHUNK), 10 * 65_536).await;
    assert!(matches!(large, Err(BlobError::TooLarge { limit: 655_360 })));
    assert_eq!(incoming(&disk), 0);

    let breaking = pieces(&content, CHUNK).chain(stream::iter([Err(io::ErrorKind::ConnectionReset.into())]));
    let broken = store.blobs().put(&key, place, breaking, LIMIT).await;
    assert!(matches!(broken, Err(BlobError::BrokenOff(_))));
    assert_eq!(incoming(&disk), 0);

    let endless = pieces(&content, CHUNK).chain(stream::pending());
    let mut upload = Box::pin(store.blobs().put(&key, place, endless, LIMIT));
    while incoming(&disk) == 0 {
        assert!((&mut upload).now_or_never().is_none());
        tokio::task::yield_now().await;
    }
    drop(upload);
    // The write that is under way on the pool ends first, and takes the file with it.
    let gone = async {
        while incoming(&disk) > 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), gone).await.unwrap();
    assert!(matches!(read(store.blobs(), &key, place).await, Err(BlobError::Missing(_))));
}

#[tokio::test]
async fn a_file_is_written_once() {
    let store = in_memory(&SetClock::new()).await;
    let (key, place) = put(&store, b"first").await;
    let again = store.blobs().put(&key, place, pieces(b"second", 10), LIMIT).await;
    assert!(matches!(again, Err(BlobError::Io(_))));
    assert_eq!(read(store.blobs(), &key, place).await.unwrap(), b"first");
}

#[tokio::test]
async fn the_sweep_takes_what_nothing_references() {
    let disk = Disk::new();
    let store = disk.open().await;
    let (_, kept) = put(&store, b"kept").await;
    let (_, orphan) = put(&store, b"orphan").await;
    let lost: FileId = store.fresh();
    let referenced = HashSet::from([kept.file, lost]);

    let early = store.blobs().sweep(referenced.clone()).await.unwrap();
    assert_eq!((early.removed, early.missing), (0, vec![lost]), "fresh uploads are left alone");
    disk.clock.advance_hours(25);
    assert_eq!(store.blobs().sweep(referenced.clone()).await.unwrap().removed, 1);
    assert!(on_disk(&disk, kept.file).exists() && !on_disk(&disk, orphan.file).exists());

    store.blobs().delete(kept.file).await.unwrap();
    store.blobs().delete(kept.file).await.unwrap();
    assert!(!on_disk(&disk, kept.file).exists());
}

#[tokio::test]
async fn free_space_can_be_asked_for() {
    let store = in_memory(&SetClock::new()).await;
    assert!(store.blobs().free_bytes().unwrap() > 0);
}

#[tokio::test]
async fn leftovers_of_a_crash_go_at_start() {
    let disk = Disk::new();
    drop(disk.open().await);
    fs::write(disk.path().join("files/incoming/0123"), b"half").unwrap();
    let store = disk.open().await;
    assert_eq!(incoming(&disk), 0);
    drop(store);
}
