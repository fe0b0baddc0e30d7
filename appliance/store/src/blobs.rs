//! Attachments: each an encrypted file of its own, streamed in and out with flat memory.
//!
//! A file is `magic (8)` and then chunks of `nonce (12) | ciphertext (≤ 64 KiB) | tag (16)`, each chunk bound to its
//! place ([`Place`]), its index and whether it is the last. Written once: temporary, fsync, rename, fsync folder; the
//! caller commits the reference afterwards and deletes only after a commit. Resuming, types and viruses are not its
//! matter.

use std::{
    collections::{HashMap, HashSet},
    io,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use jiff::{SignedDuration, Timestamp};
use kuvert_domain::{
    clock::{Clock, Entropy},
    id::{AuthorityId, FileId, MunicipalityId},
};
use thiserror::Error;

use crate::error::StoreError;

mod chunk;
mod download;
mod folder;
mod upload;

/// How long a finished upload is safe from the sweep although nothing references it yet.
const UNCLAIMED: SignedDuration = SignedDuration::from_hours(24);

/// Where a file belongs. It is bound into every chunk, so that a file moved elsewhere does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Place {
    /// The municipality.
    pub municipality: MunicipalityId,
    /// The authority.
    pub authority: AuthorityId,
    /// The file.
    pub file: FileId,
}

/// A file that lies durably on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Which file.
    pub file: FileId,
    /// How many bytes it has, unencrypted.
    pub bytes: u64,
    /// SHA-256 of those bytes.
    pub sha256: [u8; 32],
}

/// A file that was not stored or cannot be read.
#[derive(Debug, Error)]
pub enum BlobError {
    /// More bytes came than are allowed; nothing was kept.
    #[error("the file is larger than {limit} bytes")]
    TooLarge {
        /// How many are.
        limit: u64,
    },
    /// The sender's stream failed; nothing was kept.
    #[error("the upload broke off")]
    BrokenOff(#[source] io::Error),
    /// A file that should be there is not. This must alarm.
    #[error("file {0} is missing")]
    Missing(FileId),
    /// A file was changed, cut, moved, or the key is another's.
    #[error("file {0} does not open")]
    Damaged(FileId),
    /// There is no space left.
    #[error("the disk is full")]
    Full,
    /// The medium failed.
    #[error("file storage: {0}")]
    Io(#[source] io::Error),
}

impl From<io::Error> for BlobError {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::StorageFull { Self::Full } else { Self::Io(error) }
    }
}

/// The attachments of one data directory. Cheap to clone.
#[derive(Clone)]
pub struct Blobs(Arc<Shelf>);

struct Shelf {
    root: PathBuf,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    /// Uploads that this process finished lately: the sweep leaves them alone, their reference may be under way.
    recent: Mutex<HashMap<FileId, Timestamp>>,
    /// Tests only: removes the directory at the end.
    _temporary: Option<folder::Temporary>,
}

impl Blobs {
    /// Opens the folder; leftovers of uploads that a crash interrupted are removed.
    pub(crate) fn at(
        root: &std::path::Path,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, StoreError> {
        Self::on_shelf(root.to_owned(), clock, entropy, None)
    }

    /// A folder that is removed when the last handle goes.
    pub(crate) fn temporary(clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Result<Self, StoreError> {
        let temporary = folder::Temporary::new(entropy.as_ref());
        Self::on_shelf(temporary.path().to_owned(), clock, entropy, Some(temporary))
    }

    fn on_shelf(
        root: PathBuf,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
        temporary: Option<folder::Temporary>,
    ) -> Result<Self, StoreError> {
        folder::prepare(&root).map_err(|error| StoreError::Directory(error.to_string().into()))?;
        let recent = Mutex::default();
        Ok(Self(Arc::new(Shelf { root, clock, entropy, recent, _temporary: temporary })))
    }

    /// How many bytes the service may still write to the file system that holds the files. One quick system call.
    pub fn free_bytes(&self) -> Result<u64, BlobError> {
        let space = rustix::fs::statvfs(&self.0.root).map_err(io::Error::from)?;
        Ok(space.f_bavail.saturating_mul(space.f_frsize))
    }

    /// Removes a file; an absent one is no error. Call it after the commit that removed the reference.
    pub async fn delete(&self, file: FileId) -> Result<(), BlobError> {
        let blobs = Arc::clone(&self.0);
        on_pool(move || folder::remove(&blobs.root, &file)).await
    }

    /// Removes files that nothing references and that were not just uploaded; answers how many. A referenced file that
    /// is not there is logged as an error and reported.
    pub async fn sweep(&self, referenced: HashSet<FileId>) -> Result<Swept, BlobError> {
        let blobs = Arc::clone(&self.0);
        on_pool(move || {
            let present = folder::list(&blobs.root)?;
            let missing: Vec<_> =
                referenced.iter().filter(|file| !present.contains(*file)).copied().collect();
            for file in &missing {
                tracing::error!(file.id = %file, "a referenced file is missing");
            }
            let mut removed = 0;
            for file in present.iter().filter(|file| !referenced.contains(*file) && !blobs.is_recent(file)) {
                folder::remove(&blobs.root, file)?;
                removed += 1;
            }
            Ok(Swept { removed, missing })
        })
        .await
    }
}

/// What a sweep found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Swept {
    /// How many unreferenced files were removed.
    pub removed: usize,
    /// Referenced files that are not there.
    pub missing: Vec<FileId>,
}

impl Shelf {
    fn note_upload(&self, file: FileId) {
        let now = self.clock.now();
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        recent.retain(|_, at| now.duration_since(*at) < UNCLAIMED);
        recent.insert(file, now);
    }

    fn is_recent(&self, file: &FileId) -> bool {
        let recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        recent.get(file).is_some_and(|at| self.clock.now().duration_since(*at) < UNCLAIMED)
    }
}

async fn on_pool<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, BlobError> + Send + 'static,
) -> Result<T, BlobError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(_panic) => Err(BlobError::Io(io::Error::other("the file's worker panicked"))),
    }
}
