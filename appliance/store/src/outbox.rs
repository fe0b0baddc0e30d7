//! The outbox: work that was promised in the same transaction as the change it follows from.
//!
//! A job lies under the time at which it is due; a lease moves it to the time at which the lease ends, so that work
//! whose owner died comes back by itself. What a job means is the service's matter; it must be safe to do twice.

use jiff::Timestamp;
use kuvert_domain::id::{JobId, MunicipalityId};
use serde::{Deserialize, Serialize};

use crate::{
    epoch::Epoch,
    error::StoreError,
    key_space::{Key, Kind, Scan},
    reading::{Reading, bytes_of},
    record::Record,
    tx::Tx,
    vault::cipher::Under,
};

/// A piece of work to be queued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// For whom it is done.
    pub municipality: MunicipalityId,
    /// What sort of work it is, in the service's numbering.
    pub topic: u8,
    /// What the work needs to know, encoded by the service; sealed here.
    pub payload: Vec<u8>,
    /// Not before this moment.
    pub due: Timestamp,
    /// Under what the payload is sealed. When its key is gone the job vanishes.
    pub epoch: Epoch,
}

/// The right to do one job until the lease ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Lease {
    /// The job. It stays the same over all attempts.
    pub job: JobId,
    until: Timestamp,
    owner: u64,
}

/// A leased job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leased {
    /// Shown again to complete or postpone the job.
    pub lease: Lease,
    /// For whom it is done.
    pub municipality: MunicipalityId,
    /// What sort of work it is.
    pub topic: u8,
    /// What the work needs to know.
    pub payload: Vec<u8>,
    /// The how manieth attempt this is, from 1.
    pub attempt: u32,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Waiting {
    municipality: [u8; 16],
    topic: u8,
    attempts: u32,
    owner: Option<u64>,
    payload: Vec<u8>,
}

impl Record for Waiting {
    const KIND: Kind = Kind::Outbox;
    const VERSION: u8 = 1;
}

fn row(due: Timestamp, job: &JobId) -> Key {
    Key::new(Kind::Outbox).time(due).id(job)
}

impl Tx<'_> {
    /// Promises a job: it exists exactly if this use case is committed.
    pub fn queue(&mut self, job: Job) -> Result<JobId, StoreError> {
        let id = self.fresh();
        let waiting = Waiting {
            municipality: bytes_of(&job.municipality),
            topic: job.topic,
            attempts: 0,
            owner: None,
            payload: job.payload,
        };
        self.put(&row(job.due, &id), &waiting, &job.epoch)?;
        Ok(id)
    }

    /// Takes up to `n` due jobs until a moment, oldest first. Jobs whose key is gone are dropped on the way.
    pub fn lease(&mut self, owner: u64, until: Timestamp, n: usize) -> Result<Vec<Leased>, StoreError> {
        let all = Key::new(Kind::Outbox);
        let due = Scan::prefix(&all).through(&all.clone().time(self.now())).limit(n);
        let mut leased = Vec::new();
        for key in self.keys(&due)? {
            let damaged = || StoreError::Damaged(Kind::Outbox as u8);
            let mut parts = key.parts();
            let job = parts.time().and_then(|_| parts.id::<JobId>()).ok_or_else(damaged)?;
            let (waiting, epoch) = (self.get::<Waiting>(&key)?, self.epoch_of(&key)?);
            self.delete(&key);
            let Some(mut waiting) = waiting else { continue };
            waiting.attempts = waiting.attempts.saturating_add(1);
            waiting.owner = Some(owner);
            match self.put(&row(until, &job), &waiting, &epoch) {
                Ok(()) => {}
                Err(StoreError::EpochClosed(_) | StoreError::NoKey(_)) => continue,
                Err(error) => return Err(error),
            }
            leased.push(Leased {
                lease: Lease { job, until, owner },
                municipality: MunicipalityId::from_bytes(waiting.municipality),
                topic: waiting.topic,
                payload: waiting.payload,
                attempt: waiting.attempts,
            });
        }
        Ok(leased)
    }

    /// Strikes a job out. Answers `false`, and changes nothing, when the lease had ended and another took the job.
    pub fn complete(&mut self, lease: &Lease) -> Result<bool, StoreError> {
        let held = self.held(lease)?;
        if held.is_some() {
            self.delete(&row(lease.until, &lease.job));
        }
        Ok(held.is_some())
    }

    /// Puts a job back for later. Answers `false` as [`Tx::complete`] does.
    pub fn retry_at(&mut self, lease: &Lease, due: Timestamp) -> Result<bool, StoreError> {
        let key = row(lease.until, &lease.job);
        let Some(mut waiting) = self.held(lease)? else { return Ok(false) };
        let epoch = self.epoch_of(&key)?;
        waiting.owner = None;
        self.delete(&key);
        self.put(&row(due, &lease.job), &waiting, &epoch)?;
        Ok(true)
    }

    fn held(&self, lease: &Lease) -> Result<Option<Waiting>, StoreError> {
        let waiting = self.get::<Waiting>(&row(lease.until, &lease.job))?;
        Ok(waiting.filter(|waiting| waiting.owner == Some(lease.owner)))
    }

    /// Under which epoch a row lies.
    fn epoch_of(&self, key: &Key) -> Result<Epoch, StoreError> {
        let value = self.view().rows.get(key.as_bytes())?.unwrap_or_default();
        match Under::of(&value) {
            Some(Under::Epoch(epoch)) => Ok(epoch),
            _ => Err(StoreError::Damaged(key.kind_byte())),
        }
    }
}
