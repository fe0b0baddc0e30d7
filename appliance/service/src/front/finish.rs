//! The end of a login: a session, and the first landing.
//!
//! Security: a repeated finish within a minute (phones come back twice) gets a new token and revokes the one nobody
//! used; later, or when it was used, the login is spent.

use jiff::SignedDuration;
use kuvert_domain::{directory::Municipality, id::MunicipalityId};
use kuvert_store::{
    AuditEntry, Reading as _, Tx,
    records::{self, Identity, Issued, Landed, LoginStage, SessionHolder},
};

use super::{Arrival, Device, Front, SignedIn, follow};
use crate::{
    Conflict, LoginCookie, ServiceError, Session, SessionToken,
    core::today,
    epochs, people,
    resident::landing,
    session::{RESIDENT, STAFF},
    token::equal,
};

/// How long a spent login may be finished again, as long as nobody used what it gave.
const REPEAT: SignedDuration = SignedDuration::from_secs(60);

impl Front {
    /// Makes a session of a login that is done, and lands where the person wanted to go.
    pub async fn finish(&self, cookie: &LoginCookie) -> Result<SignedIn, ServiceError> {
        let (key, epoch) = self.place_of(cookie.id())?;
        let hash = cookie.hash();
        let core = std::sync::Arc::clone(&self.core);
        let id = self.municipality;
        let (token, row, login) = self
            .core
            .write(id, move |tx| {
                let municipality = core.municipality(id)?;
                let login: Option<records::Login> = tx.get(&key)?;
                let mut login =
                    login.filter(|row| equal(&row.cookie_hash, &hash)).ok_or(ServiceError::NotFound)?;
                let needs_return = login.needs_return();
                let wrong_step = ServiceError::Conflict(Conflict::WrongStep);
                let LoginStage::Approved { identity, issued, parting } = &mut login.stage else {
                    return Err(wrong_step);
                };
                if needs_return || tx.now() >= login.ends {
                    return Err(wrong_step);
                }
                let first = match issued.take() {
                    None => tx.now(),
                    Some(earlier) => {
                        revoke_unused(tx, id, &earlier)?;
                        earlier.first
                    }
                };
                let token = SessionToken::from_bytes(tx.random());
                let mut row = session(tx, municipality, &token, identity)?;
                // It stays with the login, too: a browser that comes back twice gets a second session of it.
                row.parting = (!parting.is_empty())
                    .then(|| records::Parting { method: login.method.clone(), transaction: parting.clone() });
                let landed = arrive(tx, municipality, &mut row, &login.destination)?;
                *issued = Some(Issued { session: token.id(), first, landed });
                let sessions = epochs::sessions(id, today(municipality, tx.now()));
                tx.put(&records::Session::key(id, token.id()), &row, &sessions)?;
                tx.put(&key, &login, &epoch)?;
                Ok((token, row, login))
            })
            .await?;
        let session = Session::new(&token, id, &row);
        let arrival = arrival(&login).ok_or(ServiceError::NotFound)?;
        let device = if login.this_device { Device::This } else { Device::Other };
        Ok(SignedIn { token, session, arrival, method: login.method, device })
    }

    /// Where a login has led already, for another page of the browser that holds the session it gave. Nothing is made and
    /// nothing is revoked; `None` when this session is not that login's, or has ended.
    pub async fn already_in(
        &self,
        cookie: &LoginCookie,
        held: &SessionToken,
    ) -> Result<Option<Arrival>, ServiceError> {
        let Some(login) = follow::find(self, cookie).await? else {
            return Ok(None);
        };
        let LoginStage::Approved { issued: Some(issued), .. } = &login.stage else {
            return Ok(None);
        };
        if issued.session != held.id() || self.session(held).await?.is_none() {
            return Ok(None);
        }
        Ok(arrival(&login))
    }
}

/// Where a finished login led.
fn arrival(login: &records::Login) -> Option<Arrival> {
    let LoginStage::Approved { issued: Some(issued), .. } = &login.stage else {
        return None;
    };
    Some(match &issued.landed {
        Landed::Inbox => Arrival::Inbox,
        Landed::Message(id) => Arrival::Message(*id),
        Landed::Checks => Arrival::Checks,
        Landed::Page(path) => Arrival::Page(path.clone()),
        Landed::Staff => Arrival::Staff,
    })
}

fn revoke_unused(
    tx: &mut Tx<'_>,
    municipality: MunicipalityId,
    earlier: &Issued,
) -> Result<(), ServiceError> {
    let key = records::Session::key(municipality, earlier.session);
    let unused = tx.get::<records::Session>(&key)?.is_some_and(|session| !session.used);
    if !unused || tx.now().duration_since(earlier.first) > REPEAT {
        return Err(ServiceError::NotFound);
    }
    tx.delete(&key);
    Ok(())
}

fn session(
    tx: &mut Tx<'_>,
    municipality: &Municipality,
    token: &SessionToken,
    identity: &Identity,
) -> Result<records::Session, ServiceError> {
    let now = tx.now();
    let (holder, name, language, limits) = match identity {
        Identity::Resident { number, name } => {
            let (person, row) = people::signed_in(tx, municipality, number, name)?;
            tx.emit(AuditEntry::new(municipality.id, "session.begun").actor(&person).object(&token.id()))?;
            (SessionHolder::Resident { person }, name.clone(), row.language, RESIDENT)
        }
        Identity::Staff { staff, name, mailboxes } => {
            tx.emit(AuditEntry::new(municipality.id, "session.begun").actor(staff).object(&token.id()))?;
            let holder = SessionHolder::Staff { staff: *staff, mailboxes: mailboxes.clone() };
            (holder, name.clone(), None, STAFF)
        }
    };
    Ok(records::Session {
        token_hash: token.hash(),
        holder,
        name,
        language,
        used: false,
        last_seen: now,
        ends: now.saturating_add(limits.absolute).unwrap_or(now),
        checks: None,
        seen: Vec::new(),
        parting: None,
    })
}

/// Lands where the person wanted to go. A resident who comes without a link sees the inbox once any address is
/// confirmed, and the two checks before that.
fn arrive(
    tx: &mut Tx<'_>,
    municipality: &Municipality,
    session: &mut records::Session,
    destination: &records::Destination,
) -> Result<Landed, ServiceError> {
    let SessionHolder::Resident { person } = session.holder else {
        return Ok(match destination {
            records::Destination::Page(path) => Landed::Page(path.clone()),
            records::Destination::Home | records::Destination::Link(_) => Landed::Staff,
        });
    };
    match destination {
        records::Destination::Link(text) => {
            let landing =
                landing::land(tx, municipality, session, person, &landing::Proof::Link(text.clone()))?;
            Ok(match landing {
                landing::Landing::Open(message) => Landed::Message(message),
                landing::Landing::Checks => Landed::Checks,
            })
        }
        _ if !people::is_known(tx, municipality.id, person)? => {
            landing::fail(tx, municipality, session, None)?;
            Ok(Landed::Checks)
        }
        records::Destination::Page(path) => Ok(Landed::Page(path.clone())),
        records::Destination::Home => Ok(Landed::Inbox),
    }
}
