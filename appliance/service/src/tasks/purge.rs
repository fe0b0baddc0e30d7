//! The purge: what must be gone today goes, row by row and then key by key (P6, P29).
//!
//! Two clocks. The resident's access ends on its day whatever the authority has decided. The authority's copy goes with
//! it only where the authority decided that it may; else its key moves on to a later day and it is judged again then.

mod copy;
mod resident;

use std::sync::Arc;

use kuvert_domain::{
    directory::Municipality,
    id::{FileId, MessageId, MunicipalityId},
};
use kuvert_store::{Epoch, Holder, Reading as _, StoreError};

use super::Tasks;
use crate::{ServiceError, core::today, epochs, files};

/// How many messages one transaction takes.
const BATCH: usize = 50;

/// What a purge did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PurgeReport {
    /// Messages that residents can no longer open.
    pub ended: usize,
    /// Messages whose last copy is gone.
    pub destroyed: usize,
    /// Copies that may not go yet and were moved to a later day.
    pub postponed: usize,
    /// Files removed.
    pub files: usize,
    /// Keys destroyed.
    pub epochs: usize,
    /// Municipalities where nothing was done because the clock jumped.
    pub held: usize,
}

impl Tasks {
    /// Purges what is due in every municipality. What cannot be purged is reported at the end and holds up nothing else.
    pub async fn purge(&self) -> Result<PurgeReport, ServiceError> {
        let _turn = self.core.purging.lock().await;
        let mut report = PurgeReport::default();
        let mut first = None;
        for municipality in &self.core.directory.municipalities {
            if !self.trusts_clock(municipality).await? {
                report.held += 1;
                continue;
            }
            let (id, day) = (municipality.id, today(municipality, self.core.now()));
            let mut due = self.core.read(move |view| Ok(view.epochs_due(id, day)?)).await?;
            // The resident's first: a copy is never gone before the access to it.
            due.sort_by_key(|epoch| (epoch.day, epoch.holder != Holder::Resident));
            for epoch in due {
                if let Err(error) = self.purge_epoch(municipality, epoch, &mut report).await {
                    tracing::error!(%epoch, %error, "not purged");
                    first.get_or_insert(error);
                }
            }
        }
        first.map_or(Ok(report), Err)
    }

    async fn purge_epoch(
        &self,
        municipality: &Municipality,
        epoch: Epoch,
        report: &mut PurgeReport,
    ) -> Result<(), ServiceError> {
        let messages = self.core.read(move |view| Ok(view.wraps(&epoch, usize::MAX)?)).await?;
        for batch in messages.chunks(BATCH) {
            match epoch.holder {
                Holder::Resident => report.ended += self.end_access(municipality.id, epoch, batch).await?,
                Holder::Authority => self.judge_copies(municipality, epoch, batch, report).await?,
                _ => {}
            }
        }
        self.destroy(municipality.id, epoch).await?;
        report.epochs += 1;
        Ok(())
    }

    async fn end_access(
        &self,
        id: MunicipalityId,
        epoch: Epoch,
        messages: &[MessageId],
    ) -> Result<usize, ServiceError> {
        let (core, messages) = (Arc::clone(&self.core), messages.to_vec());
        self.core
            .write(id, move |tx| {
                for message in &messages {
                    resident::end(tx, core.municipality(id)?, &epoch, *message)?;
                }
                Ok(messages.len())
            })
            .await
    }

    async fn judge_copies(
        &self,
        municipality: &Municipality,
        epoch: Epoch,
        messages: &[MessageId],
        report: &mut PurgeReport,
    ) -> Result<(), ServiceError> {
        let id = municipality.id;
        let Some(authority) = epoch.authority else { return Ok(()) };
        let later = epochs::copy(id, authority, epochs::postponed(today(municipality, self.core.now())));
        self.core.store.prepare(&[later]).await?;
        let (core, messages) = (Arc::clone(&self.core), messages.to_vec());
        let judged = self.core.write(id, move |tx| {
            let municipality = core.municipality(id)?;
            messages.iter().map(|it| copy::judge(tx, municipality, &epoch, &later, *it)).collect()
        });
        let fates: Vec<copy::Fate> = judged.await?;
        for fate in &fates {
            match fate {
                copy::Fate::Destroyed(gone) => {
                    report.destroyed += 1;
                    report.files += gone.len();
                    self.discard(gone).await;
                }
                copy::Fate::Postponed => report.postponed += 1,
                copy::Fate::Stuck => {}
            }
        }
        Ok(())
    }

    async fn discard(&self, gone: &[FileId]) {
        for file in gone {
            files::discard(&self.core, *file).await;
        }
    }

    /// Destroys a key whose rows are gone or have lost their sense.
    async fn destroy(&self, id: MunicipalityId, epoch: Epoch) -> Result<(), ServiceError> {
        self.core.write(id, move |tx| Ok(tx.close_epoch(&epoch)?)).await?;
        Ok(self.core.store.destroy_epochs(vec![epoch]).await?)
    }
}

/// A row that does not open stops only itself: it is logged and taken as absent.
fn if_it_opens<T>(found: Result<Option<T>, StoreError>, message: MessageId) -> Result<Option<T>, StoreError> {
    match found {
        Err(error @ (StoreError::Damaged(_) | StoreError::Malformed(_))) => {
            tracing::error!(message.id = %message, %error, "a row does not open");
            Ok(None)
        }
        found => found,
    }
}
