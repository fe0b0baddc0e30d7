//! Sending: what was typed is judged once more, then everything commits together (P21, P22, P23).

use kuvert_domain::{
    address::{AddressFault, EmailAddress},
    directory::Municipality,
    id::{AddressId, DraftId, MessageId, PersonId, ThreadId},
    limits::{MAX_BODY_CHARS, MAX_CASE_NUMBER_CHARS, MAX_SUBJECT_CHARS},
    number::NumberFault,
    text::{Body, CaseNumber, DisplayName, Subject, TextFault},
};
use kuvert_store::{
    Reading as _, Tx,
    records::{Author, Draft, NumberEntry, Pair, Person},
};

use super::{Desk, Staff, check};
use crate::{
    Conflict, Field, FieldFault, Problem, Receipt, ServiceError, drafts, files, letters, people, posting,
};

impl Staff {
    /// Sends a draft as it was last saved. Sending it again answers the same receipt.
    pub async fn send(&self, draft: DraftId) -> Result<Receipt, ServiceError> {
        files::require_space(&self.core)?;
        let (desk, name) = (self.desk(), self.session.badge.name.clone());
        self.core.write(desk.id, move |tx| send(tx, &desk, &name, draft)).await
    }
}

fn send(tx: &mut Tx<'_>, desk: &Desk, name: &DisplayName, id: DraftId) -> Result<Receipt, ServiceError> {
    let municipality = desk.municipality()?;
    let author = Author::Staff(desk.staff);
    let draft = tx.get::<Draft>(&Draft::key(desk.id, author, id))?.ok_or(ServiceError::NotFound)?;
    let (mailbox, thread, message) = match (draft.sent, draft.thread) {
        (Some(message), Some(thread)) => (draft.mailbox, thread, message),
        _ => post(tx, desk, municipality, name, id, draft)?,
    };
    let key = kuvert_store::records::Thread::key(desk.id, desk.mailbox(mailbox)?, thread);
    let row = tx.get::<kuvert_store::records::Thread>(&key)?.ok_or(ServiceError::NotFound)?;
    let entry = row.entry(message).ok_or(ServiceError::NotFound)?;
    let sent = letters::copy(tx, municipality, &row, entry)?.ok_or(ServiceError::NotFound)?;
    Ok(posting::receipt(municipality, message, &sent, tx.now()))
}

fn post(
    tx: &mut Tx<'_>,
    desk: &Desk,
    municipality: &Municipality,
    name: &DisplayName,
    id: DraftId,
    mut draft: Draft,
) -> Result<(kuvert_domain::id::MailboxId, ThreadId, MessageId), ServiceError> {
    let Some((authority, mailbox)) = municipality.mailbox(desk.mailbox(draft.mailbox)?) else {
        return Err(ServiceError::Conflict(Conflict::Closed));
    };
    let ready = judge(tx, municipality, desk, &draft)?;
    let person_row = tx.get::<Person>(&Person::key(desk.id, ready.person))?;
    let spoken = draft.language.or(person_row.and_then(|it| it.language));
    let letter = posting::Letter {
        mailbox: mailbox.id,
        authority: authority.id,
        thread: draft.thread,
        person: ready.person,
        author: name.clone(),
        subject: ready.subject,
        body: ready.body,
        files: std::mem::take(&mut draft.files),
        registration: mailbox.default_registration.clone(),
        side: posting::Side::Unit {
            staff: desk.staff,
            address: ready.address,
            case_number: ready.case_number,
            language: spoken.unwrap_or(municipality.language()),
        },
    };
    let posted = posting::post(tx, municipality, letter)?;
    let spent = Draft {
        thread: Some(posted.thread),
        sent: Some(posted.message),
        number: String::new(),
        address: String::new(),
        case_number: String::new(),
        subject: String::new(),
        body: String::new(),
        ..draft
    };
    let mailbox = spent.mailbox;
    drafts::put(tx, municipality, Author::Staff(desk.staff), id, spent)?;
    Ok((mailbox, posted.thread, posted.message))
}

/// Everything that a send needs, parsed.
struct Ready {
    person: PersonId,
    address: AddressId,
    subject: Subject,
    body: Body,
    case_number: Option<CaseNumber>,
}

/// Judges every field, so that all faults show at once.
fn judge(
    tx: &mut Tx<'_>,
    municipality: &Municipality,
    desk: &Desk,
    draft: &Draft,
) -> Result<Ready, ServiceError> {
    let mut faults = Vec::new();
    let mut fault = |field, problem| faults.push(FieldFault::new(field, problem));
    let number = check::number(municipality, &draft.number, tx.now());
    let email =
        if draft.address.trim().is_empty() { None } else { Some(EmailAddress::parse(&draft.address)) };
    if draft.thread.is_none() {
        match &number {
            Err(NumberFault::Empty) => fault(Field::Number, Problem::Missing),
            Err(_) => fault(Field::Number, Problem::Malformed),
            Ok(_) => {}
        }
        match &email {
            Some(Err(AddressFault::TooLong)) => fault(Field::Address, Problem::TooLong { limit: 254 }),
            Some(Err(_)) => fault(Field::Address, Problem::Malformed),
            _ => {}
        }
    }
    let subject =
        Subject::parse(&draft.subject).map_err(|it| fault(Field::Subject, text(it, MAX_SUBJECT_CHARS)));
    let body = Body::parse(&draft.body).map_err(|it| fault(Field::Body, text(it, MAX_BODY_CHARS)));
    let case_number = if draft.case_number.trim().is_empty() {
        Ok(None)
    } else {
        let parsed = CaseNumber::parse(&draft.case_number);
        parsed.map(Some).map_err(|it| fault(Field::CaseNumber, text(it, MAX_CASE_NUMBER_CHARS)))
    };
    let (Ok(subject), Ok(body), Ok(case_number)) = (subject, body, case_number) else {
        return Err(ServiceError::Invalid(faults));
    };
    if !faults.is_empty() {
        return Err(ServiceError::Invalid(faults));
    }
    let (person, address) = match (draft.thread, number) {
        (Some(thread), _) => of_thread(tx, municipality, desk, thread)?,
        (None, Ok(number)) => {
            let email = match email {
                Some(Ok(email)) => Some(email),
                _ => known_address(tx, municipality, &number)?,
            };
            let email = email.ok_or_else(|| ServiceError::invalid(Field::Address, Problem::Missing))?;
            let person = people::addressed(tx, municipality, &number)?;
            (person, people::paired(tx, municipality, person, &email)?.0)
        }
        (None, Err(_)) => return Err(ServiceError::invalid(Field::Number, Problem::Malformed)),
    };
    Ok(Ready { person, address, subject, body, case_number })
}

/// A thread's own recipient: the person it is with, at the address it is written to.
fn of_thread(
    tx: &mut Tx<'_>,
    municipality: &Municipality,
    desk: &Desk,
    thread: ThreadId,
) -> Result<(PersonId, AddressId), ServiceError> {
    let missing = || ServiceError::invalid(Field::Address, Problem::Missing);
    let (_, row) = desk.thread(tx, thread)?;
    let address = row.address.ok_or_else(missing)?;
    let pair = tx.get::<Pair>(&Pair::key(desk.id, row.person, address))?.ok_or_else(missing)?;
    let person = tx.get::<Person>(&Person::key(desk.id, row.person))?.ok_or_else(missing)?;
    people::addressed(tx, municipality, &person.number)?;
    let (address, _) = people::paired(tx, municipality, row.person, &pair.email)?;
    Ok((row.person, address))
}

/// The address that a person has confirmed: a number alone is then enough.
fn known_address(
    tx: &Tx<'_>,
    municipality: &Municipality,
    number: &kuvert_domain::number::Number,
) -> Result<Option<EmailAddress>, ServiceError> {
    let Some(entry) = tx.find::<NumberEntry>(municipality.id, number.digits().as_bytes())? else {
        return Ok(None);
    };
    let pairs: Vec<Pair> =
        people::pairs(tx, municipality.id, entry.person)?.into_iter().map(|(_, pair)| pair).collect();
    Ok(check::confirmed_address(&pairs).cloned())
}

const fn text(fault: TextFault, limit: usize) -> Problem {
    match fault {
        TextFault::Empty => Problem::Missing,
        TextFault::TooLong { .. } => Problem::TooLong { limit },
    }
}
