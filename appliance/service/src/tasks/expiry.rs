//! Tidying: rows whose time is over and whose key will go on its own day.
//!
//! Nobody could use them any more; this only keeps the store small. Messages are the purge's matter. What is over is looked
//! for in a snapshot, so that the writer is only asked to remove what was found.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use kuvert_domain::{
    directory::Municipality,
    id::{FileId, MunicipalityId},
};
use kuvert_store::{
    Key, Reading, Record, Rotation, Scan, View,
    records::{AddressEntry, Draft, Help, Login, LoginStage, NumberEntry, Pair, Person, Session},
};

use super::Tasks;
use crate::{Front, ServiceError, core::today, files, session::times};

/// How many rows one transaction removes, and one step of a rotation moves.
const BATCH: usize = 200;
/// How long a person or a pair is kept after its noted use, which may be a month older than the true one.
const UNUSED: SignedDuration = SignedDuration::from_hours(24 * 400);
/// How long a help code is kept.
const HELP: SignedDuration = SignedDuration::from_hours(24 * 7);

/// What expired.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ExpiryReport {
    /// Sessions.
    pub sessions: usize,
    /// Sign-ins.
    pub logins: usize,
}

/// What the nightly tidying removed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Tidied {
    /// Drafts.
    pub(super) drafts: usize,
    /// Persons and pairs.
    pub(super) persons: usize,
}

impl Tasks {
    /// Removes ended sessions and sign-ins, tells the providers of orders that outlive theirs, and notes the clock while it goes evenly.
    pub async fn expire(&self) -> Result<ExpiryReport, ServiceError> {
        let mut report = ExpiryReport::default();
        for municipality in &self.core.directory.municipalities {
            let id = municipality.id;
            self.trusts_clock(municipality).await?;
            let sessions =
                self.remove::<Session>(id, Session::all(id), |it, now| now >= times(it).idle_ends).await?;
            let logins = self.remove::<Login>(id, Login::all(id), |it, now| now >= it.ends).await?;
            report.sessions += sessions.len();
            report.logins += logins.len();
            let front = Front::new(Arc::clone(&self.core), id);
            logins.into_iter().filter(may_outlive).for_each(|login| front.tell(login));
        }
        Ok(report)
    }

    /// Takes every municipality's blind index to this month's key.
    pub(super) async fn rotate_index(&self) -> Result<(), ServiceError> {
        for municipality in &self.core.directory.municipalities {
            while matches!(self.core.store.rotate_index(municipality.id, BATCH).await?, Rotation::Moved(_)) {}
        }
        Ok(())
    }

    /// Removes drafts whose day has come, old help codes, and persons nobody wrote to for a year; nothing where the clock
    /// jumped.
    pub(super) async fn tidy(&self) -> Result<Tidied, ServiceError> {
        let mut tidied = Tidied::default();
        for municipality in &self.core.directory.municipalities {
            let id = municipality.id;
            if !self.trusts_clock(municipality).await? {
                continue;
            }
            self.remove::<Help>(id, Help::all(id), |it, now| now.duration_since(it.at) > HELP).await?;
            let day = today(municipality, self.core.now());
            let drafts = self.remove::<Draft>(id, Draft::all(id), move |it, _| it.day <= day).await?;
            tidied.drafts += drafts.len();
            let gone: Vec<FileId> =
                drafts.iter().flat_map(|it| it.files.iter().map(|file| file.id)).collect();
            for file in gone {
                files::discard(&self.core, file).await;
            }
            tidied.persons += self.forget_people(municipality).await?;
        }
        Ok(tidied)
    }

    /// Forgets pairs and persons that nobody used for a year, and what finds them.
    async fn forget_people(&self, municipality: &Municipality) -> Result<usize, ServiceError> {
        let id = municipality.id;
        let pairs = self.remove::<Pair>(id, Pair::all(id), |it, now| unused(it.last_used, now)).await?;
        let persons = self.remove::<Person>(id, Person::all(id), |it, now| unused(it.last_used, now)).await?;
        let gone = pairs.len() + persons.len();
        if gone > 0 {
            self.core
                .write(id, move |tx| {
                    for person in &persons {
                        tx.unindex::<NumberEntry>(id, person.number.digits().as_bytes())?;
                    }
                    for pair in &pairs {
                        let plain = pair.email.comparable();
                        let entry = tx.find::<AddressEntry>(id, plain.as_bytes())?;
                        if entry.is_some_and(|entry| !is_used(tx, id, &entry)) {
                            tx.unindex::<AddressEntry>(id, plain.as_bytes())?;
                        }
                    }
                    Ok(())
                })
                .await?;
        }
        Ok(gone)
    }

    /// Removes the rows of a kind that are over, and answers those that could still be read. Rows whose key is gone are over.
    async fn remove<R: Record + Send + 'static>(
        &self,
        id: MunicipalityId,
        all: Key,
        over: impl Fn(&R, Timestamp) -> bool + Clone + Send + 'static,
    ) -> Result<Vec<R>, ServiceError> {
        let sought = over.clone();
        let keys = self.core.read(move |view| find::<R>(view, &all, &sought)).await?;
        let mut removed = Vec::new();
        for batch in keys.chunks(BATCH) {
            let (batch, over) = (batch.to_vec(), over.clone());
            let rows = self.core.write(id, move |tx| {
                let mut rows = Vec::new();
                for key in &batch {
                    match tx.get::<R>(key)? {
                        Some(row) if !over(&row, tx.now()) => {}
                        row => {
                            tx.delete(key);
                            rows.extend(row);
                        }
                    }
                }
                Ok(rows)
            });
            removed.extend(rows.await?);
        }
        Ok(removed)
    }
}

fn find<R: Record>(
    view: &View<'_>,
    all: &Key,
    over: &impl Fn(&R, Timestamp) -> bool,
) -> Result<Vec<Key>, ServiceError> {
    let mut found = Vec::new();
    for key in view.keys(&Scan::prefix(all))? {
        if view.get::<R>(&key)?.is_none_or(|row| over(&row, view.now())) {
            found.push(key);
        }
    }
    Ok(found)
}

/// Whether somebody still has a pair with this address. What cannot be read counts as used.
fn is_used(view: &impl Reading, id: MunicipalityId, entry: &AddressEntry) -> bool {
    entry.persons.iter().any(|person| view.has(&Pair::key(id, *person, entry.address)).unwrap_or(true))
}

/// Whether a login leaves an order behind whose own time may not be over yet.
fn may_outlive(login: &Login) -> bool {
    matches!(login.stage, LoginStage::Waiting { expires, .. } if expires >= login.ends)
}

fn unused(last_used: Timestamp, now: Timestamp) -> bool {
    now.duration_since(last_used) > UNUSED
}
