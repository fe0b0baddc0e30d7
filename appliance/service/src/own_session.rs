//! What sessions of both kinds do to their own row: stay, change language, note what was opened, end.
//!
//! Whose session it is was settled when the handle was made.

use kuvert_domain::{
    directory::Municipality,
    id::{Id, MessageId, MunicipalityId, SessionId},
    language::Language,
};
use kuvert_store::{AuditEntry, Reading as _, Tx, records::Session};

use crate::{
    Parting, ServiceError, SessionTimes,
    core::{Core, today},
    epochs,
    session::times,
};

/// How many opened messages a session remembers; an older one may be audited once more.
const SEEN: usize = 500;

/// Chooses the session's language.
pub(crate) fn speak(
    tx: &mut Tx<'_>,
    municipality: &Municipality,
    session: SessionId,
    language: Language,
) -> Result<(), ServiceError> {
    change(tx, municipality, session, |row| row.language = Some(language)).map(drop)
}

/// Counts as a request.
pub(crate) async fn stay(
    core: &Core,
    municipality: MunicipalityId,
    session: SessionId,
) -> Result<SessionTimes, ServiceError> {
    let place = core.municipality(municipality)?.clone();
    core.write(municipality, move |tx| {
        let now = tx.now();
        let row = change(tx, &place, session, |row| row.last_seen = row.last_seen.max(now))?;
        Ok(times(&row))
    })
    .await
}

/// Ends the session. What comes back is for the provider, which is asked afterwards: our own session is over by then.
pub(crate) async fn log_out<I: Id>(
    core: &Core,
    municipality: MunicipalityId,
    session: SessionId,
    who: &I,
) -> Result<Option<Parting>, ServiceError> {
    let who = *who;
    core.write(municipality, move |tx| {
        let key = Session::key(municipality, session);
        let parting = tx.get::<Session>(&key)?.and_then(|row| row.parting);
        tx.delete(&key);
        tx.emit(AuditEntry::new(municipality, "session.ended").actor(&who).object(&session))?;
        Ok(parting.map(Parting))
    })
    .await
}

/// Notes that a message was opened in this session; answers whether it is the first time in it.
pub(crate) fn note_opened(
    tx: &mut Tx<'_>,
    municipality: &Municipality,
    session: SessionId,
    message: MessageId,
) -> Result<bool, ServiceError> {
    let key = Session::key(municipality.id, session);
    let mut row = tx.get::<Session>(&key)?.ok_or(ServiceError::NotFound)?;
    if row.seen.contains(&message) {
        return Ok(false);
    }
    if row.seen.len() >= SEEN {
        row.seen.remove(0);
    }
    row.seen.push(message);
    tx.put(&key, &row, &epochs::sessions(municipality.id, today(municipality, tx.now())))?;
    Ok(true)
}

fn change(
    tx: &mut Tx<'_>,
    municipality: &Municipality,
    session: SessionId,
    edit: impl Fn(&mut Session),
) -> Result<Session, ServiceError> {
    let key = Session::key(municipality.id, session);
    let mut row = tx.get::<Session>(&key)?.ok_or(ServiceError::NotFound)?;
    edit(&mut row);
    tx.put(&key, &row, &epochs::sessions(municipality.id, today(municipality, tx.now())))?;
    Ok(row)
}
