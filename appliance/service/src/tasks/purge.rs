//! The purge: what must be gone today goes, row by row and then key by key (P6, P29).
//!
//! Two clocks. The resident's access ends on its day whatever the authority has decided. The authority's copy goes with
//! it only where the authority decided that it may; else its key moves on to a later day and it is judged again then.

mod copy;
mod resident;

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use kuvert_domain::{
    directory::Municipality,
    id::{FileId, MunicipalityId},
};
use kuvert_store::{Epoch, Holder, Reading as _, records::ClockMark};

use super::Tasks;
use crate::{ClockJumps, ServiceError, core::today, epochs, files};

/// How many messages one transaction takes.
const BATCH: usize = 50;
/// More than this between two runs, or any step back, and the clock must be confirmed first.
const JUMP: SignedDuration = SignedDuration::from_hours(24);
/// How far a nightly schedule may drift: a run a day later is no jump.
const SLACK: SignedDuration = SignedDuration::from_hours(2);

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
    /// Purges what is due in every municipality.
    pub async fn purge(&self) -> Result<PurgeReport, ServiceError> {
        let _turn = self.core.purging.lock().await;
        let mut report = PurgeReport::default();
        for municipality in &self.core.directory.municipalities {
            if self.trusts_clock(municipality).await? {
                self.purge_one(municipality, &mut report).await?;
            } else {
                tracing::warn!(municipality.slug = %municipality.slug, "the clock jumped: purge held until confirmed");
                report.held += 1;
            }
        }
        Ok(report)
    }

    /// Confirms that the clock is right after a jump; the next purge goes ahead.
    pub async fn confirm_clock(&self) -> Result<(), ServiceError> {
        for municipality in &self.core.directory.municipalities {
            self.mark_clock(municipality.id, self.core.now(), false).await?;
        }
        Ok(())
    }

    /// Whether the clock moved as clocks do since the last run; notes this run.
    async fn trusts_clock(&self, municipality: &Municipality) -> Result<bool, ServiceError> {
        let (id, now) = (municipality.id, self.core.now());
        let mark = self.core.read(move |view| Ok(view.get::<ClockMark>(&ClockMark::key(id))?)).await?;
        let jumped = mark.is_some_and(|mark| {
            let passed = now.duration_since(mark.seen);
            mark.held || passed > JUMP + SLACK || passed < -SLACK
        });
        let held = jumped && self.core.clock_jumps == ClockJumps::Hold;
        let seen = if held { mark.map_or(now, |mark| mark.seen) } else { now };
        self.mark_clock(id, seen, held).await?;
        Ok(!held)
    }

    async fn mark_clock(&self, id: MunicipalityId, seen: Timestamp, held: bool) -> Result<(), ServiceError> {
        self.core
            .write(id, move |tx| {
                Ok(tx.put(&ClockMark::key(id), &ClockMark { seen, held }, &epochs::standing(id))?)
            })
            .await
    }

    async fn purge_one(
        &self,
        municipality: &Municipality,
        report: &mut PurgeReport,
    ) -> Result<(), ServiceError> {
        let (id, day) = (municipality.id, today(municipality, self.core.now()));
        let mut due = self.core.read(move |view| Ok(view.epochs_due(id, day)?)).await?;
        // The resident's first: a copy is never gone before the access to it.
        due.sort_by_key(|epoch| (epoch.day, epoch.holder != Holder::Resident));
        for epoch in due {
            match epoch.holder {
                Holder::Resident => self.end_access(municipality, epoch, report).await?,
                Holder::Authority => self.judge_copies(municipality, epoch, report).await?,
                _ => {}
            }
            self.destroy(id, epoch).await?;
            report.epochs += 1;
        }
        Ok(())
    }

    async fn end_access(
        &self,
        municipality: &Municipality,
        epoch: Epoch,
        report: &mut PurgeReport,
    ) -> Result<(), ServiceError> {
        loop {
            let core = Arc::clone(&self.core);
            let id = municipality.id;
            let ended = self
                .core
                .write(id, move |tx| {
                    let messages = tx.wraps(&epoch, BATCH)?;
                    for message in &messages {
                        resident::end(tx, core.municipality(id)?, &epoch, *message)?;
                    }
                    Ok(messages.len())
                })
                .await?;
            report.ended += ended;
            if ended < BATCH {
                return Ok(());
            }
        }
    }

    async fn judge_copies(
        &self,
        municipality: &Municipality,
        epoch: Epoch,
        report: &mut PurgeReport,
    ) -> Result<(), ServiceError> {
        let id = municipality.id;
        let Some(authority) = epoch.authority else { return Ok(()) };
        let later = epochs::copy(id, authority, epochs::postponed(today(municipality, self.core.now())));
        loop {
            self.core.store.prepare(&[later]).await?;
            let core = Arc::clone(&self.core);
            let fates = self
                .core
                .write(id, move |tx| {
                    let messages = tx.wraps(&epoch, BATCH)?;
                    let municipality = core.municipality(id)?;
                    messages.iter().map(|it| copy::judge(tx, municipality, &epoch, &later, *it)).collect()
                })
                .await?;
            let fates: Vec<copy::Fate> = fates;
            for fate in &fates {
                match fate {
                    copy::Fate::Destroyed(gone) => {
                        report.destroyed += 1;
                        report.files += gone.len();
                        self.discard(gone).await;
                    }
                    copy::Fate::Postponed => report.postponed += 1,
                }
            }
            if fates.len() < BATCH {
                return Ok(());
            }
        }
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
