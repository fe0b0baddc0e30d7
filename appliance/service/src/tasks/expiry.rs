//! Tidying: rows whose time is over and whose key will go on its own day.
//!
//! Nobody could use them any more; this only keeps the store small. Messages are the purge's matter.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use kuvert_domain::{
    directory::Municipality,
    id::{FileId, MunicipalityId},
};
use kuvert_store::{
    Key, Reading, Record, Rotation, Scan, Tx,
    records::{AddressEntry, Draft, Help, Login, NumberEntry, Pair, Person, Session},
};

use super::Tasks;
use crate::{ServiceError, core::today, files, session::times};

/// How many index rows one step of a rotation moves.
const STEP: usize = 200;
/// How long a person or a pair is kept without use.
const UNUSED: SignedDuration = SignedDuration::from_hours(24 * 366);
/// How long a help code is kept.
const HELP: SignedDuration = SignedDuration::from_hours(24 * 7);

/// What tidying removed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ExpiryReport {
    /// Sessions.
    pub sessions: usize,
    /// Sign-ins.
    pub logins: usize,
    /// Drafts.
    pub drafts: usize,
    /// Persons and pairs.
    pub persons: usize,
}

impl Tasks {
    /// Removes ended sessions and sign-ins, drafts whose day has come and persons nobody wrote to for a year.
    pub async fn expire(&self) -> Result<ExpiryReport, ServiceError> {
        let mut report = ExpiryReport::default();
        for municipality in &self.core.directory.municipalities {
            let (id, core) = (municipality.id, Arc::clone(&self.core));
            let (one, gone) = self.core.write(id, move |tx| expire(tx, core.municipality(id)?)).await?;
            report.sessions += one.sessions;
            report.logins += one.logins;
            report.drafts += one.drafts;
            report.persons += one.persons;
            for file in gone {
                files::discard(&self.core, file).await;
            }
        }
        Ok(report)
    }

    /// Takes every municipality's blind index to this month's key.
    pub async fn rotate_index(&self) -> Result<(), ServiceError> {
        for municipality in &self.core.directory.municipalities {
            while matches!(self.core.store.rotate_index(municipality.id, STEP).await?, Rotation::Moved(_)) {}
        }
        Ok(())
    }
}

fn expire(tx: &mut Tx<'_>, municipality: &Municipality) -> Result<(ExpiryReport, Vec<FileId>), ServiceError> {
    let (id, now) = (municipality.id, tx.now());
    let today = today(municipality, now);
    let sessions = remove::<Session>(tx, &Session::all(id), |it| now >= times(it).idle_ends)?;
    let logins = remove::<Login>(tx, &Login::all(id), |it| now >= it.ends)?;
    remove::<Help>(tx, &Help::all(id), |it| passed(it.at, now) > HELP)?;
    let mut gone = Vec::new();
    let mut drafts = 0;
    for (key, draft) in tx.list::<Draft>(&Scan::prefix(&Draft::all(id)))? {
        if draft.day <= today {
            gone.extend(draft.files.iter().map(|file| file.id));
            tx.delete(&key);
            drafts += 1;
        }
    }
    let persons = forget_people(tx, id, now)?;
    Ok((ExpiryReport { sessions: sessions.len(), logins: logins.len(), drafts, persons }, gone))
}

/// Forgets pairs and persons that nobody used for a year, and what finds them.
fn forget_people(tx: &mut Tx<'_>, id: MunicipalityId, now: Timestamp) -> Result<usize, ServiceError> {
    let pairs = remove::<Pair>(tx, &Pair::all(id), |it| passed(it.last_used, now) > UNUSED)?;
    for pair in &pairs {
        let plain = pair.email.comparable();
        if let Some(entry) = tx.find::<AddressEntry>(id, plain.as_bytes())? {
            let mut used = false;
            for person in &entry.persons {
                used |= tx.has(&Pair::key(id, *person, entry.address))?;
            }
            if !used {
                tx.unindex::<AddressEntry>(id, plain.as_bytes())?;
            }
        }
    }
    let persons = remove::<Person>(tx, &Person::all(id), |it| passed(it.last_used, now) > UNUSED)?;
    for person in &persons {
        tx.unindex::<NumberEntry>(id, person.number.digits().as_bytes())?;
    }
    Ok(pairs.len() + persons.len())
}

/// Removes the rows of a kind that are over, and answers them.
fn remove<R: Record>(tx: &mut Tx<'_>, all: &Key, over: impl Fn(&R) -> bool) -> Result<Vec<R>, ServiceError> {
    let mut removed = Vec::new();
    for (key, row) in tx.list::<R>(&Scan::prefix(all))? {
        if over(&row) {
            tx.delete(&key);
            removed.push(row);
        }
    }
    Ok(removed)
}

fn passed(then: Timestamp, now: Timestamp) -> SignedDuration {
    now.duration_since(then)
}
