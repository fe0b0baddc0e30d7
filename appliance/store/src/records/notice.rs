//! The work of sending one notice, as it waits in the outbox: ids, and nothing that a notice says.

use kuvert_domain::{
    id::{MailboxId, MessageId, MunicipalityId, ThreadId},
    language::Language,
};
use serde::{Deserialize, Serialize};

use super::shape;
use crate::{Kind, StoreError};

/// One notice to be sent.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct NoticeJob {
    /// The municipality that sends it.
    #[serde(with = "shape")]
    pub municipality: MunicipalityId,
    /// The mailbox, to find the thread.
    #[serde(with = "shape")]
    pub mailbox: MailboxId,
    /// The thread, to note how the notice fares.
    #[serde(with = "shape")]
    pub thread: ThreadId,
    /// The message it is about.
    #[serde(with = "shape")]
    pub message: MessageId,
    /// Its language.
    #[serde(with = "shape")]
    pub language: Language,
}

impl NoticeJob {
    /// What kind of work it is, among all that waits in the outbox.
    pub const TOPIC: u8 = 1;

    /// The payload for the outbox.
    pub fn encode(&self) -> Result<Vec<u8>, StoreError> {
        postcard::to_stdvec(self).map_err(|_| malformed())
    }

    /// The work behind a payload.
    pub fn decode(payload: &[u8]) -> Result<Self, StoreError> {
        postcard::from_bytes(payload).map_err(|_| malformed())
    }
}

fn malformed() -> StoreError {
    StoreError::Malformed(crate::Malformed { kind: Kind::Outbox as u8, version: NoticeJob::TOPIC })
}
