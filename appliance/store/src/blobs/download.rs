//! Giving a file out, as a stream, whole or in part.
//!
//! Every chunk is checked before a byte of it is given out; a damaged file ends the stream with an error.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    ops::Range,
    sync::Arc,
};

use aws_lc_rs::aead::NONCE_LEN;
use bytes::Bytes;
use futures_util::{Stream, StreamExt, TryStreamExt, stream};

use crate::{
    blobs::{
        BlobError, Blobs, Place,
        chunk::{Chunks, MAGIC, OVERHEAD_BYTES, PLAIN_BYTES, SEALED_BYTES},
        folder, on_pool,
    },
    vault::DataKey,
};

/// How many chunks come from the blocking pool at once.
const BATCH_CHUNKS: usize = 4;

impl Blobs {
    /// Opens a whole file.
    pub async fn open(
        &self,
        key: &DataKey,
        place: Place,
    ) -> Result<impl Stream<Item = Result<Bytes, BlobError>> + Send + use<>, BlobError> {
        self.open_range(key, place, 0..u64::MAX).await
    }

    /// Opens some bytes of a file; what lies behind its end is left out.
    pub async fn open_range(
        &self,
        key: &DataKey,
        place: Place,
        range: Range<u64>,
    ) -> Result<impl Stream<Item = Result<Bytes, BlobError>> + Send + use<>, BlobError> {
        let blobs = Arc::clone(&self.0);
        let chunks = Chunks::new(key, place).map_err(|_| BlobError::Damaged(place.file))?;
        let download = on_pool(move || {
            let path = folder::path(&blobs.root, &place.file);
            let file = File::open(path).map_err(|error| missing(place, error))?;
            Download::begin(file, chunks, place, range)
        })
        .await?;
        let parts = stream::try_unfold(download, |download| on_pool(move || download.batch()));
        Ok(parts.map_ok(|parts| stream::iter(parts).map(Ok)).try_flatten())
    }
}

struct Download {
    file: File,
    chunks: Chunks,
    place: Place,
    /// The next chunk to read.
    index: u64,
    /// How many chunks the file has.
    count: u64,
    /// The last chunk's size on disk.
    last_bytes: usize,
    /// What is still to be given out, in bytes of the unencrypted file.
    wanted: Range<u64>,
}

impl Download {
    fn begin(mut file: File, chunks: Chunks, place: Place, range: Range<u64>) -> Result<Self, BlobError> {
        let damaged = || BlobError::Damaged(place.file);
        let mut magic = [0; MAGIC.len()];
        file.read_exact(&mut magic).map_err(|_| damaged())?;
        let body = file.metadata()?.len().saturating_sub(size(MAGIC.len()));
        let count = body.div_ceil(size(SEALED_BYTES));
        let last = body - count.saturating_sub(1) * size(SEALED_BYTES);
        if &magic != MAGIC || count == 0 || last < size(OVERHEAD_BYTES) {
            return Err(damaged());
        }
        let bytes = body - count * size(OVERHEAD_BYTES);
        let wanted = range.start.min(bytes)..range.end.min(bytes);
        let index = if bytes == 0 { 0 } else { wanted.start / size(PLAIN_BYTES) };
        file.seek(SeekFrom::Start(size(MAGIC.len()) + index * size(SEALED_BYTES)))?;
        let last_bytes = usize::try_from(last).map_err(|_| damaged())?;
        Ok(Self { file, chunks, place, index, count, last_bytes, wanted })
    }

    /// The next chunks, and where to go on; `None` at the end.
    fn batch(mut self) -> Result<Option<(Vec<Bytes>, Self)>, BlobError> {
        let mut parts = Vec::with_capacity(BATCH_CHUNKS);
        while parts.len() < BATCH_CHUNKS && self.is_due() {
            parts.push(self.chunk()?);
        }
        Ok((!parts.is_empty()).then_some((parts, self)))
    }

    /// Whether a chunk holds something that is wanted. An empty file still has its one chunk checked.
    fn is_due(&self) -> bool {
        let wanted = self.wanted.start < self.wanted.end || (self.count == 1 && self.index == 0);
        wanted && self.index < self.count
    }

    /// Reads and opens one chunk in one buffer, of which the wanted part is given out as it lies.
    fn chunk(&mut self) -> Result<Bytes, BlobError> {
        let last = self.index + 1 == self.count;
        let mut sealed = vec![0; if last { self.last_bytes } else { SEALED_BYTES }];
        self.file.read_exact(&mut sealed)?;
        let plain = self.chunks.open(self.index, last, &mut sealed);
        let length = plain.map_err(|_| BlobError::Damaged(self.place.file))?.len();
        let start = self.index * size(PLAIN_BYTES);
        let within = |at: u64| usize::try_from(at.saturating_sub(start)).unwrap_or(length).min(length);
        let part = NONCE_LEN + within(self.wanted.start)..NONCE_LEN + within(self.wanted.end);
        self.index += 1;
        self.wanted.start = self.wanted.start.max(start + size(length)).min(self.wanted.end);
        Ok(Bytes::from(sealed).slice(part))
    }
}

fn missing(place: Place, error: io::Error) -> BlobError {
    if error.kind() == io::ErrorKind::NotFound {
        tracing::error!(file.id = %place.file, "a referenced file is missing");
        BlobError::Missing(place.file)
    } else {
        error.into()
    }
}

fn size(bytes: usize) -> u64 {
    u64::try_from(bytes).unwrap_or(u64::MAX)
}
