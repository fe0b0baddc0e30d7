//! Taking a file in, as a stream.
//!
//! At most one batch of the sender's pieces and one chunk are held at a time. Whoever stops listening midway leaves nothing
//! behind.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::PathBuf,
    sync::Arc,
};

use aws_lc_rs::{
    aead::NONCE_LEN,
    digest::{Context, SHA256},
};
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

/// How many bytes go to the blocking pool at once, give or take a piece.
const BATCH_BYTES: usize = 2 * PLAIN_BYTES;

impl Blobs {
    /// Stores a stream as a file, sealed under `key` and bound to `place`, and answers when it is durable.
    ///
    /// More than `limit` bytes are refused as soon as they come. A failing stream, a refusal and a dropped future leave
    /// nothing on disk, as soon as the batch that is being written has ended.
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
        let blobs = Arc::clone(&self.0);
        let chunks = Chunks::new(key, place).map_err(|_| BlobError::Damaged(place.file))?;
        let mut upload = on_pool(move || Upload::begin(blobs, chunks, place)).await?;
        let mut pieces = Vec::new();
        let mut waiting = 0;
        pin_mut!(stream);
        while let Some(piece) = stream.next().await {
            let piece = piece.map_err(BlobError::BrokenOff)?;
            upload.bytes += u64::try_from(piece.len()).unwrap_or(u64::MAX);
            if upload.bytes > limit {
                return Err(BlobError::TooLarge { limit });
            }
            waiting += piece.len();
            pieces.push(piece);
            if waiting >= BATCH_BYTES {
                waiting = 0;
                (upload, pieces) = on_pool(move || upload.write(pieces)).await?;
            }
        }
        on_pool(move || upload.write(pieces)?.0.finish()).await
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
    /// The chunk that is being filled: room for its nonce, and plaintext behind it.
    chunk: Vec<u8>,
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
        let mut chunk = Vec::with_capacity(SEALED_BYTES);
        chunk.resize(NONCE_LEN, 0);
        let digest = Context::new(&SHA256);
        Ok(Self { shelf, chunks, place, path, file, digest, chunk, index: 0, bytes: 0 })
    }

    /// Takes pieces in, sealing and writing every chunk that has something behind it; gives the emptied list back.
    fn write(mut self, mut pieces: Vec<Bytes>) -> Result<(Self, Vec<Bytes>), BlobError> {
        for mut piece in pieces.drain(..) {
            while !piece.is_empty() {
                let room = NONCE_LEN + PLAIN_BYTES - self.chunk.len();
                if room == 0 {
                    // Only now is it sure that this chunk is not the last.
                    self.seal_chunk(false)?;
                    continue;
                }
                self.chunk.extend_from_slice(&piece.split_to(room.min(piece.len())));
            }
        }
        Ok((self, pieces))
    }

    fn seal_chunk(&mut self, last: bool) -> Result<(), BlobError> {
        let (nonce, plain) =
            self.chunk.split_first_chunk_mut::<NONCE_LEN>().ok_or(BlobError::Damaged(self.place.file))?;
        self.shelf.entropy.fill(nonce);
        self.digest.update(plain);
        let sealed = self.chunks.seal(self.index, last, &mut self.chunk);
        sealed.map_err(|_| BlobError::Damaged(self.place.file))?;
        self.file.write_all(&self.chunk)?;
        self.chunk.truncate(NONCE_LEN);
        self.index += 1;
        Ok(())
    }

    /// Seals the last chunk (an empty file has an empty one) and makes the file durable in its place.
    fn finish(mut self) -> Result<Stored, BlobError> {
        self.seal_chunk(true)?;
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
        self.chunk.zeroize();
        // After `finish` there is nothing at this path any more; a leftover is swept at the next start.
        let _gone = fs::remove_file(&self.path);
    }
}
