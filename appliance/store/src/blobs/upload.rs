//! Taking a file in, as a stream.
//!
//! At most one batch of plaintext and one sealed chunk are held at a time. Whoever stops listening midway leaves nothing
//! behind.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::PathBuf,
    sync::Arc,
};

use aws_lc_rs::digest::{Context, SHA256};
use bytes::Bytes;
use futures_util::{Stream, StreamExt, pin_mut};
use zeroize::Zeroize;

use crate::{
    blobs::{
        BlobError, Blobs, Place, Shelf, Stored,
        chunk::{Chunks, MAGIC, PLAIN_BYTES, SEALED_BYTES},
        folder, on_pool,
    },
    vault::DataKey,
};

/// How many chunks go to the blocking pool at once.
const BATCH_CHUNKS: usize = 4;

impl Blobs {
    /// Stores a stream as a file, sealed under `key` and bound to `place`, and answers when it is durable.
    ///
    /// More than `limit` bytes are refused as soon as they come. A failing stream, a refusal and a dropped future leave
    /// nothing on disk.
    pub async fn put<S>(
        &self,
        key: &DataKey,
        place: Place,
        stream: S,
        limit: u64,
    ) -> Result<Stored, BlobError>
    where
        S: Stream<Item = io::Result<Bytes>> + Send,
    {
        let shelf = Arc::clone(&self.0);
        let chunks = Chunks::new(key, place).map_err(|_| BlobError::Damaged(place.file))?;
        let mut upload = on_pool(move || Upload::begin(shelf, chunks, place)).await?;
        let mut pending = Vec::with_capacity(BATCH_CHUNKS * PLAIN_BYTES);
        pin_mut!(stream);
        while let Some(piece) = stream.next().await {
            let mut piece = piece.map_err(BlobError::BrokenOff)?;
            upload.bytes += u64::try_from(piece.len()).unwrap_or(u64::MAX);
            if upload.bytes > limit {
                pending.zeroize();
                return Err(BlobError::TooLarge { limit });
            }
            while !piece.is_empty() {
                // Only a full batch with something behind it is surely not the file's end.
                if pending.len() == BATCH_CHUNKS * PLAIN_BYTES {
                    (upload, pending) = on_pool(move || upload.write(pending, false)).await?;
                }
                let room = BATCH_CHUNKS * PLAIN_BYTES - pending.len();
                pending.extend_from_slice(&piece.split_to(room.min(piece.len())));
            }
        }
        on_pool(move || upload.write(pending, true)?.0.finish()).await
    }
}

/// A file that is being written. Dropping it removes what there is.
struct Upload {
    shelf: Arc<Shelf>,
    chunks: Chunks,
    place: Place,
    path: PathBuf,
    file: File,
    digest: Context,
    sealed: Vec<u8>,
    index: u64,
    bytes: u64,
}

impl Upload {
    fn begin(shelf: Arc<Shelf>, chunks: Chunks, place: Place) -> Result<Self, BlobError> {
        let mut name = [0; 16];
        shelf.entropy.fill(&mut name);
        let path = folder::incoming(&shelf.root, u128::from_be_bytes(name));
        let mut file = File::create_new(&path)?;
        file.write_all(MAGIC)?;
        let sealed = Vec::with_capacity(SEALED_BYTES);
        let digest = Context::new(&SHA256);
        Ok(Self { shelf, chunks, place, path, file, digest, sealed, index: 0, bytes: 0 })
    }

    /// Seals and writes a batch; gives the emptied batch back.
    fn write(mut self, mut plain: Vec<u8>, is_end: bool) -> Result<(Self, Vec<u8>), BlobError> {
        self.digest.update(&plain);
        // An empty file has one empty chunk, so that its absence can be told from it.
        let count = plain.len().div_ceil(PLAIN_BYTES).max(usize::from(is_end));
        for number in 0..count {
            let start = number * PLAIN_BYTES;
            let chunk = plain.get(start..plain.len().min(start + PLAIN_BYTES)).unwrap_or_default();
            let mut nonce = [0; 12];
            self.shelf.entropy.fill(&mut nonce);
            let last = is_end && number + 1 == count;
            self.sealed.clear();
            self.chunks
                .seal(nonce, self.index, last, chunk, &mut self.sealed)
                .map_err(|_| BlobError::Damaged(self.place.file))?;
            self.file.write_all(&self.sealed)?;
            self.index += 1;
        }
        plain.zeroize();
        Ok((self, plain))
    }

    fn finish(self) -> Result<Stored, BlobError> {
        self.file.sync_all()?;
        self.shelf.note_upload(self.place.file);
        folder::admit(&self.shelf.root, &self.path, &self.place.file)?;
        let mut sha256 = [0; 32];
        for (target, source) in sha256.iter_mut().zip(self.digest.clone().finish().as_ref()) {
            *target = *source;
        }
        Ok(Stored { file: self.place.file, bytes: self.bytes, sha256 })
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        // After `finish` there is nothing at this path any more; a leftover is swept at the next start.
        let _gone = fs::remove_file(&self.path);
    }
}
