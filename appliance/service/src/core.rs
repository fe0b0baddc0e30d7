//! What all handles share: store, sandbox, directory, clock and chance.
//!
//! It offers transactions in which every key a use case may need has been made beforehand, and no use case itself.

use std::sync::Arc;

use jiff::{Timestamp, civil::Date};
use kuvert_bundle::Registry;
use kuvert_domain::{
    clock::{Clock, Entropy},
    directory::{Authority, Directory, Mailbox, Municipality},
    id::{MailboxId, MunicipalityId, StaffId},
    retention::{days_left, local_day},
};
use kuvert_sandbox::Sandbox;
use kuvert_store::{Store, StoreError, Tx, View};
use tokio::sync::Mutex;

use crate::{
    ClockJumps, Readable, ServiceError, Unit,
    aside::Aside,
    calling::{Health, Lies},
    epochs,
};

/// The shared parts of every handle.
pub(crate) struct Core {
    pub(crate) store: Store,
    pub(crate) sandbox: Sandbox,
    /// What is installed.
    pub(crate) registry: Registry,
    /// What was installed when the audit chain was last told.
    pub(crate) plugins_told: Mutex<String>,
    pub(crate) health: Health,
    pub(crate) lies: Lies,
    /// Steps of logins, and what providers are told.
    pub(crate) aside: Aside,
    pub(crate) directory: Directory,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) clock_jumps: ClockJumps,
    /// Purge and sweep take turns: two at once would find each other's keys and files half gone.
    pub(crate) purging: Mutex<()>,
}

impl Core {
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Unpredictable bytes, for what exists before its use case.
    pub(crate) fn draw<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.entropy.fill(&mut bytes);
        bytes
    }

    pub(crate) fn municipality(&self, id: MunicipalityId) -> Result<&Municipality, ServiceError> {
        self.directory.by_id(id).ok_or(ServiceError::NotFound)
    }

    /// A member of staff's lasting id: from the provider's own lasting name, which is not kept.
    pub(crate) fn staff_id(&self, municipality: &Municipality, method: &str, subject: &str) -> StaffId {
        self.store.unit_id(&format!("staff:{}:{method}:{subject}", municipality.slug))
    }

    /// Runs one use case of a municipality as one transaction.
    pub(crate) async fn write<T, F>(
        &self,
        municipality: MunicipalityId,
        closure: F,
    ) -> Result<T, ServiceError>
    where
        F: Fn(&mut Tx<'_>) -> Result<T, ServiceError> + Send + 'static,
        T: Send + 'static,
    {
        let epochs = epochs::of_today(self.municipality(municipality)?, self.now());
        self.store.prepare(&epochs).await?;
        self.store.write(closure).await
    }

    /// Reads one snapshot.
    pub(crate) async fn read<T, F>(&self, closure: F) -> Result<T, ServiceError>
    where
        F: FnOnce(&View<'_>) -> Result<T, ServiceError> + Send + 'static,
        T: Send + 'static,
    {
        self.store.read(closure).await
    }
}

impl From<StoreError> for ServiceError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::TryLater | StoreError::Closed(_) => Self::TryLater { after: None },
            other => Self::Broken(other.to_string()),
        }
    }
}

/// The municipality's calendar day.
pub(crate) fn today(municipality: &Municipality, now: Timestamp) -> Date {
    local_day(now, &municipality.time_zone)
}

/// How long something can still be read.
pub(crate) fn readable(municipality: &Municipality, last_day: Date, now: Timestamp) -> Readable {
    Readable { last_day, days_left: days_left(last_day, today(municipality, now)) }
}

/// A mailbox with its authority; `NotFound` when the configuration has dropped it.
pub(crate) fn place(
    municipality: &Municipality,
    mailbox: MailboxId,
) -> Result<(&Authority, &Mailbox), ServiceError> {
    municipality.mailbox(mailbox).ok_or(ServiceError::NotFound)
}

/// A mailbox as people see it. One that the configuration has dropped keeps its messages and loses its name.
pub(crate) fn unit(municipality: &Municipality, mailbox: MailboxId) -> Unit {
    municipality.mailbox(mailbox).map_or_else(
        || Unit { mailbox, name: municipality.name.clone(), authority: municipality.name.clone() },
        |(authority, found)| Unit { mailbox, name: found.name.clone(), authority: authority.name.clone() },
    )
}
