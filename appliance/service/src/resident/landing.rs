//! Coming by link or code, and the two checks when that fails (P4, P5).
//!
//! Security: expired, deleted and invented invitations take the same path, write the same rows and show the same page.

use jiff::{SignedDuration, Timestamp};
use kuvert_domain::{
    checks::{Invited, TwoChecks, judge},
    directory::Municipality,
    help_code::HelpCode,
    id::{MessageId, PersonId},
    invitation::{Code, Reference},
};
use kuvert_store::{
    AuditEntry, Reading as _, Tx,
    records::{self, FailedLanding, Help, InvitationEntry, NoticeMark, Person, Session, Thread},
};

use super::Resident;
use crate::{ServiceError, core::today, epochs, people, posting};

/// How many wrong codes a person may type within [`WRONG_CODES_LAST`].
const MAX_WRONG_CODES: u8 = 10;
/// How long wrong codes count.
const WRONG_CODES_LAST: SignedDuration = SignedDuration::from_hours(1);

/// What a person brings.
#[derive(Debug, Clone)]
pub enum Proof {
    /// Whatever stood after `/m/` in the address.
    Link(String),
    /// Whatever was typed as a code.
    Code(String),
}

/// Where that leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Landing {
    /// The message opens, and the address is confirmed for this person.
    Open(MessageId),
    /// The page of the two checks.
    Checks,
}

/// The page of the two checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChecksView {
    /// The two rows.
    pub checks: TwoChecks,
    /// What to read to the contact centre.
    pub help_code: HelpCode,
    /// Whether "not for me" is on offer.
    pub can_disown: bool,
    /// Whether this person has said so.
    pub disowned: bool,
}

impl Resident {
    /// Comes by a link or a code.
    pub async fn land(&self, proof: Proof) -> Result<Landing, ServiceError> {
        let (id, person, session) = (self.municipality_id(), self.person(), self.session_id());
        let core = std::sync::Arc::clone(&self.core);
        self.core
            .write(id, move |tx| {
                let municipality = core.municipality(id)?;
                let mut row = own(tx, municipality, session)?;
                let typed = matches!(proof, Proof::Code(_));
                if typed && wrong_codes(tx, municipality, person)? >= MAX_WRONG_CODES {
                    return Err(ServiceError::TryLater { after: None });
                }
                let landing = land(tx, municipality, &mut row, person, &proof)?;
                if typed && landing == Landing::Checks {
                    note_wrong_code(tx, municipality, person)?;
                }
                keep(tx, municipality, session, &row)?;
                Ok(landing)
            })
            .await
    }

    /// What the last landing of this session showed, if it failed.
    pub async fn checks(&self) -> Result<Option<ChecksView>, ServiceError> {
        let key = Session::key(self.municipality_id(), self.session_id());
        let row = self.core.read(move |view| Ok(view.get::<Session>(&key)?)).await?;
        Ok(row.and_then(|row| row.checks).map(|failed| view(&failed)))
    }

    /// Says that the e-mail is for somebody else: its address is paused and its sender sees it. Only for somebody who came
    /// by a valid invitation of another person.
    pub async fn not_mine(&self) -> Result<(), ServiceError> {
        let (id, person, session) = (self.municipality_id(), self.person(), self.session_id());
        let core = std::sync::Arc::clone(&self.core);
        self.core
            .write(id, move |tx| {
                let municipality = core.municipality(id)?;
                let mut row = own(tx, municipality, session)?;
                let failed = row.checks.as_mut().ok_or(ServiceError::NotFound)?;
                let invited = failed.invited.ok_or(ServiceError::NotFound)?;
                failed.disowned = true;
                let now = tx.now();
                people::change_pair(tx, municipality, invited.person, invited.address, |pair| {
                    pair.paused = Some(now);
                })?;
                tell_sender(tx, municipality, &invited, now)?;
                let entry =
                    AuditEntry::new(id, "invitation.disowned").actor(&person).object(&invited.message);
                tx.emit(entry)?;
                keep(tx, municipality, session, &row)
            })
            .await
    }
}

/// Judges what a person brought. The caller stores the session's row.
pub(crate) fn land(
    tx: &mut Tx<'_>,
    municipality: &Municipality,
    session: &mut Session,
    person: PersonId,
    proof: &Proof,
) -> Result<Landing, ServiceError> {
    let found = brought(tx, municipality, proof)?;
    let invited = match &found {
        None => Invited::No,
        Some(entry) if entry.person == person => Invited::ToThisPerson,
        Some(_) => Invited::ToSomebodyElse,
    };
    if let (Ok(()), Some(entry)) = (judge(invited), &found) {
        confirm(tx, municipality, entry)?;
        session.checks = None;
        return Ok(Landing::Open(entry.message));
    }
    let invited = found.map(|entry| records::Invited {
        mailbox: entry.mailbox,
        thread: entry.thread,
        message: entry.message,
        person: entry.person,
        address: entry.address,
    });
    fail(tx, municipality, session, invited)?;
    Ok(Landing::Checks)
}

/// Notes a failed landing, for the page and for the contact centre.
pub(crate) fn fail(
    tx: &mut Tx<'_>,
    municipality: &Municipality,
    session: &mut Session,
    invited: Option<records::Invited>,
) -> Result<(), ServiceError> {
    // One code for one visit: a person who is on the phone has already read it out.
    let known = session.checks.as_ref().map(|checks| checks.help_code);
    let help_code = known.unwrap_or_else(|| HelpCode::from_bytes(tx.random()));
    let help = Help { at: tx.now(), message: invited.map(|it| it.message) };
    let epoch = epochs::help(municipality.id, today(municipality, tx.now()));
    tx.put(&Help::key(municipality.id, help_code), &help, &epoch)?;
    session.checks = Some(FailedLanding { invited, help_code, disowned: false });
    Ok(())
}

/// The living invitation behind a link or a code. A link must match to its last bit, a code is a code.
fn brought(
    tx: &Tx<'_>,
    municipality: &Municipality,
    proof: &Proof,
) -> Result<Option<InvitationEntry>, ServiceError> {
    let reference = match proof {
        Proof::Link(text) => Some(text.parse().unwrap_or_else(|_| nonsense())),
        Proof::Code(_) => None,
    };
    let code: Code = match (&reference, proof) {
        (None, Proof::Code(text)) => text.parse().unwrap_or_else(|_| nonsense().code()),
        (Some(reference), _) => reference.code(),
        (None, Proof::Link(_)) => nonsense().code(),
    };
    let found = tx.find::<InvitationEntry>(municipality.id, code.as_bytes())?;
    let today = today(municipality, tx.now());
    Ok(found.filter(|entry| {
        let matches = reference.as_ref().is_none_or(|reference| reference.is_of(&entry.secret));
        matches && entry.last_day >= today
    }))
}

/// Looked up in place of what cannot be read, so that nonsense takes the same path.
fn nonsense() -> Reference {
    kuvert_domain::invitation::Invitation::from_bytes([0; 24]).reference()
}

fn confirm(
    tx: &mut Tx<'_>,
    municipality: &Municipality,
    entry: &InvitationEntry,
) -> Result<(), ServiceError> {
    let now = tx.now();
    if people::is_confirmed(tx, municipality.id, entry.person, entry.address)? {
        return Ok(());
    }
    people::change_pair(tx, municipality, entry.person, entry.address, |pair| {
        pair.confirmed = Some(now);
        pair.paused = None;
    })?;
    let audit =
        AuditEntry::new(municipality.id, "pair.confirmed").actor(&entry.person).object(&entry.address);
    Ok(tx.emit(audit)?)
}

fn tell_sender(
    tx: &mut Tx<'_>,
    municipality: &Municipality,
    invited: &records::Invited,
    now: Timestamp,
) -> Result<(), ServiceError> {
    let key = Thread::key(municipality.id, invited.mailbox, invited.thread);
    if let Some(mut thread) = tx.get::<Thread>(&key)? {
        if let Some(entry) = thread.entry_mut(invited.message) {
            entry.notice = Some(NoticeMark::NotTheirs(now));
        }
        posting::put_thread(tx, municipality, invited.mailbox, invited.thread, &thread)?;
    }
    Ok(())
}

fn view(failed: &FailedLanding) -> ChecksView {
    let invited = if failed.invited.is_some() { Invited::ToSomebodyElse } else { Invited::No };
    let checks = match judge(invited) {
        Err(checks) => checks,
        Ok(()) => TwoChecks {
            invited: kuvert_domain::checks::Check::No,
            identity: kuvert_domain::checks::Check::NotChecked,
        },
    };
    ChecksView {
        checks,
        help_code: failed.help_code,
        can_disown: failed.invited.is_some() && !failed.disowned,
        disowned: failed.disowned,
    }
}

/// How many wrong codes this person typed lately, in whatever session.
fn wrong_codes(tx: &Tx<'_>, municipality: &Municipality, person: PersonId) -> Result<u8, ServiceError> {
    let row = tx.get::<Person>(&Person::key(municipality.id, person))?;
    let now = tx.now();
    let recent =
        row.filter(|row| row.wrong_since.is_some_and(|at| now.duration_since(at) < WRONG_CODES_LAST));
    Ok(recent.map_or(0, |row| row.wrong_codes))
}

fn note_wrong_code(
    tx: &mut Tx<'_>,
    municipality: &Municipality,
    person: PersonId,
) -> Result<(), ServiceError> {
    let (so_far, now) = (wrong_codes(tx, municipality, person)?, tx.now());
    people::change(tx, municipality, person, |row| {
        row.wrong_codes = so_far.saturating_add(1);
        if so_far == 0 {
            row.wrong_since = Some(now);
        }
    })
}

fn own(
    tx: &Tx<'_>,
    municipality: &Municipality,
    session: kuvert_domain::id::SessionId,
) -> Result<Session, ServiceError> {
    tx.get::<Session>(&Session::key(municipality.id, session))?.ok_or(ServiceError::NotFound)
}

fn keep(
    tx: &mut Tx<'_>,
    municipality: &Municipality,
    session: kuvert_domain::id::SessionId,
    row: &Session,
) -> Result<(), ServiceError> {
    let epoch = epochs::sessions(municipality.id, today(municipality, tx.now()));
    Ok(tx.put(&Session::key(municipality.id, session), row, &epoch)?)
}
