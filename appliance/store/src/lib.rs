//! The store: the only room that knows tables, encodings, keys on disk and file formats.
//!
//! One ordered key-value table holds every row, sealed; [`blobs`] holds the attachments as encrypted files; the key
//! cabinet holds, outside the table, the keys that must be destroyed on their day. Use cases hand [`Store::write`] a
//! re-runnable closure over [`Tx`]; reads get a [`View`].
//!
//! It deliberately decides nothing: who may see what, when a message is due and which rows a send consists of are the
//! service's matters. It never sends, calls out or waits for time.

mod audit;
pub mod blobs;
mod cabinet;
mod engine;
mod epoch;
mod error;
mod index;
mod key_space;
mod outbox;
mod purge;
mod reading;
mod record;
pub mod records;
mod store;
mod tx;
mod vault;
mod writer;

pub use audit::{AuditEntry, AuditFault, AuditHead, AuditLine, AuditReport};
pub use blobs::{BlobError, Blobs, Place, Stored};
pub use epoch::{Day, Epoch, Holder};
pub use error::StoreError;
pub use index::Rotation;
pub use key_space::{Key, KeyReader, Kind, Scan};
pub use outbox::{Job, Lease, Leased};
pub use purge::Start;
pub use reading::Reading;
pub use record::{Malformed, Record};
pub use store::{Store, StoreSettings};
pub use tx::Tx;
pub use vault::DataKey;
pub use view::View;

mod view;
