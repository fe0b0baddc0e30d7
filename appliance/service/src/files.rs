//! Files on their way in and out, chunk by chunk.
//!
//! What may come in is decided here, by name *and* by the first bytes. Virus scanning and what browsers do with a file are
//! not its matter.

mod kinds;

use std::io;

use bytes::{Bytes, BytesMut};
use futures_util::{Stream, StreamExt as _, TryStreamExt as _, stream};
use kuvert_domain::{
    directory::Municipality,
    id::{AuthorityId, FileId},
    limits::MAX_FILE_BYTES,
    text::FileName,
};
use kuvert_store::{BlobError, Place, records};

use crate::{Download, Field, Problem, ServiceError, core::Core};

pub use kinds::KNOWN as FILE_TYPES;

/// How many bytes are looked at before a file is taken for what it says it is.
const HEAD: usize = 8 * 1024;

/// Below this much free space nothing new comes in, so that signing in and reading go on.
const KEPT_FREE: u64 = 1_000_000_000;

/// Refuses new work while the disk is nearly full.
pub(crate) fn require_space(core: &Core) -> Result<(), ServiceError> {
    let free = core.store.blobs().free_bytes()?;
    if free < KEPT_FREE {
        tracing::error!(free_bytes = free, "the disk is nearly full: nothing new is taken in");
        return Err(ServiceError::TryLater { after: None });
    }
    Ok(())
}

/// Stores a file that nothing references yet. The caller commits the reference, or calls [`discard`].
pub(crate) async fn take_in<S>(
    core: &Core,
    municipality: &Municipality,
    authority: AuthorityId,
    name: &str,
    content: S,
) -> Result<records::File, ServiceError>
where
    S: Stream<Item = io::Result<Bytes>> + Send + Unpin,
{
    let Ok(name) = FileName::parse(name) else {
        return Err(ServiceError::invalid(Field::File(None), Problem::Malformed));
    };
    let fault = |problem| ServiceError::invalid(Field::File(Some(name.clone())), problem);
    if !kinds::is_allowed_name(&name) {
        return Err(fault(Problem::TypeNotAllowed));
    }
    let (head, rest) = split_head(content).await.map_err(|error| broken_off(&error))?;
    if head.is_empty() {
        return Err(fault(Problem::Empty));
    }
    if !kinds::is_what_it_says(&name, &head) {
        return Err(fault(Problem::TypeNotAllowed));
    }
    let key = core.store.new_data_key();
    let id: FileId = core.store.fresh();
    let place = Place { municipality: municipality.id, authority, file: id };
    let whole = stream::iter([Ok(head)]).chain(rest);
    match core.store.blobs().put(&key, place, whole, MAX_FILE_BYTES).await {
        Ok(stored) => {
            Ok(records::File { id, name: name.clone(), bytes: stored.bytes, sha256: stored.sha256, key })
        }
        Err(BlobError::TooLarge { limit }) => Err(fault(Problem::TooLarge { limit })),
        Err(error) => Err(error.into()),
    }
}

/// Removes a file that nothing references any more. What cannot be removed now is left to the sweep.
pub(crate) async fn discard(core: &Core, file: FileId) {
    if let Err(error) = core.store.blobs().delete(file).await {
        tracing::warn!(file.id = %file, %error, "file left to the sweep");
    }
}

/// Opens a stored file.
pub(crate) async fn hand_out(
    core: &Core,
    municipality: &Municipality,
    authority: AuthorityId,
    file: records::File,
) -> Result<Download, ServiceError> {
    let place = Place { municipality: municipality.id, authority, file: file.id };
    let content = core.store.blobs().open(&file.key, place).await?;
    Ok(Download { name: file.name, bytes: file.bytes, stream: Box::pin(content.map_err(ServiceError::from)) })
}

impl From<BlobError> for ServiceError {
    fn from(error: BlobError) -> Self {
        match error {
            BlobError::Full => Self::TryLater { after: None },
            BlobError::BrokenOff(error) => broken_off(&error),
            other => Self::Broken(other.to_string()),
        }
    }
}

/// The sender went away or sent nonsense: nobody is left to be told.
fn broken_off(error: &io::Error) -> ServiceError {
    tracing::debug!(%error, "upload broke off");
    ServiceError::TryLater { after: None }
}

async fn split_head<S>(mut content: S) -> io::Result<(Bytes, impl Stream<Item = io::Result<Bytes>> + Send)>
where
    S: Stream<Item = io::Result<Bytes>> + Send + Unpin,
{
    let mut head = BytesMut::new();
    while head.len() < HEAD {
        match content.next().await {
            Some(chunk) => head.extend_from_slice(&chunk?),
            None => break,
        }
    }
    Ok((head.freeze(), content))
}
