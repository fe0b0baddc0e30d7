//! Persons and pairs: found by number and address, kept while they are used, never merged (P4, P19).
//!
//! Whether a pair opens a message is decided where messages are opened; here pairs are only kept.

use jiff::{Timestamp, civil::Date};
use kuvert_domain::{
    address::EmailAddress,
    directory::Municipality,
    id::{AddressId, MunicipalityId, PersonId},
    number::Number,
    text::DisplayName,
};
use kuvert_store::{
    Reading, Scan, Tx,
    records::{AddressEntry, NumberEntry, Pair, Person},
};

use crate::{ServiceError, core::today, epochs};

/// The person with this number, made if there is none yet, and kept for another year.
pub(crate) fn addressed(
    tx: &mut Tx<'_>,
    municipality: &Municipality,
    number: &Number,
) -> Result<PersonId, ServiceError> {
    keep(tx, municipality, number, |person| person.addressed = true).map(|(id, _)| id)
}

/// The person with this number, with the name that the e-ID gave. Of somebody nobody wrote to nothing outlives the session.
pub(crate) fn signed_in(
    tx: &mut Tx<'_>,
    municipality: &Municipality,
    number: &Number,
    name: &DisplayName,
) -> Result<(PersonId, Person), ServiceError> {
    keep(tx, municipality, number, |person| person.name = Some(name.clone()))
}

/// Changes a person who exists.
pub(crate) fn change(
    tx: &mut Tx<'_>,
    municipality: &Municipality,
    person: PersonId,
    edit: impl Fn(&mut Person),
) -> Result<(), ServiceError> {
    match tx.get::<Person>(&Person::key(municipality.id, person))? {
        Some(row) => keep(tx, municipality, &row.number, edit).map(drop),
        None => Ok(()),
    }
}

fn keep(
    tx: &mut Tx<'_>,
    municipality: &Municipality,
    number: &Number,
    edit: impl Fn(&mut Person),
) -> Result<(PersonId, Person), ServiceError> {
    let (id, now) = (municipality.id, tx.now());
    let found = tx.find::<NumberEntry>(id, number.digits().as_bytes())?;
    let kept = match found {
        Some(entry) => tx.get::<Person>(&Person::key(id, entry.person))?.map(|row| (entry.person, row)),
        None => None,
    };
    let before = kept.as_ref().map(|(_, row)| row.clone());
    let (person, mut row) = kept.unwrap_or_else(|| (tx.fresh(), stranger(number, now)));
    edit(&mut row);
    let today = today(municipality, now);
    let epoch = if row.addressed { epochs::persons(id, today) } else { epochs::sessions(id, today) };
    let fresh = before
        .as_ref()
        .is_some_and(|before| before.addressed && same_month(municipality, before.last_used, now));
    if !fresh {
        row.last_used = now;
        tx.index(id, number.digits().as_bytes(), &NumberEntry { person }, &epoch)?;
    }
    if before.as_ref() != Some(&row) {
        tx.put(&Person::key(id, person), &row, &epoch)?;
    }
    Ok((person, row))
}

fn stranger(number: &Number, now: Timestamp) -> Person {
    Person {
        number: number.clone(),
        name: None,
        language: None,
        last_used: now,
        addressed: false,
        wrong_codes: 0,
        wrong_since: None,
    }
}

/// The pair of a person and an address, made if there is none yet, and kept for another year. Writing to a paused
/// address takes it up again: the sender has checked it.
pub(crate) fn paired(
    tx: &mut Tx<'_>,
    municipality: &Municipality,
    person: PersonId,
    email: &EmailAddress,
) -> Result<(AddressId, Pair), ServiceError> {
    let (id, now) = (municipality.id, tx.now());
    let epoch = epochs::pairs(id, today(municipality, now));
    let plain = email.comparable();
    let found = tx.find::<AddressEntry>(id, plain.as_bytes())?;
    let mut entry = match found {
        Some(entry) => entry,
        None => AddressEntry { address: tx.fresh(), persons: Vec::new() },
    };
    let key = Pair::key(id, person, entry.address);
    let pair = tx.get::<Pair>(&key)?;
    let fresh = pair.as_ref().is_some_and(|pair| same_month(municipality, pair.last_used, now));
    let resumed = pair.as_ref().is_some_and(|pair| pair.paused.is_some());
    let mut pair =
        pair.unwrap_or_else(|| Pair { email: email.clone(), confirmed: None, paused: None, last_used: now });
    if !fresh {
        pair.last_used = now;
        if !entry.persons.contains(&person) {
            entry.persons.push(person);
        }
        tx.index(id, plain.as_bytes(), &entry, &epoch)?;
    }
    if resumed || !fresh {
        pair.paused = None;
        tx.put(&key, &pair, &epoch)?;
    }
    Ok((entry.address, pair))
}

/// Changes a pair that exists.
pub(crate) fn change_pair(
    tx: &mut Tx<'_>,
    municipality: &Municipality,
    person: PersonId,
    address: AddressId,
    edit: impl Fn(&mut Pair),
) -> Result<(), ServiceError> {
    let key = Pair::key(municipality.id, person, address);
    if let Some(mut pair) = tx.get::<Pair>(&key)? {
        edit(&mut pair);
        let kept_from = today(municipality, pair.last_used);
        tx.put(&key, &pair, &epochs::pairs(municipality.id, kept_from))?;
    }
    Ok(())
}

/// All pairs of a person.
pub(crate) fn pairs(
    view: &impl Reading,
    municipality: MunicipalityId,
    person: PersonId,
) -> Result<Vec<(AddressId, Pair)>, ServiceError> {
    let rows = view.list::<Pair>(&Scan::prefix(&Pair::of(municipality, person)))?;
    let address = |key: &kuvert_store::Key| {
        let mut parts = key.parts();
        parts
            .id::<MunicipalityId>()
            .and_then(|_| parts.id::<PersonId>())
            .and_then(|_| parts.id::<AddressId>())
    };
    Ok(rows.into_iter().filter_map(|(key, pair)| Some((address(&key)?, pair))).collect())
}

/// Whether this person has confirmed this address.
pub(crate) fn is_confirmed(
    view: &impl Reading,
    municipality: MunicipalityId,
    person: PersonId,
    address: AddressId,
) -> Result<bool, ServiceError> {
    let pair = view.get::<Pair>(&Pair::key(municipality, person, address))?;
    Ok(pair.is_some_and(|pair| pair.confirmed.is_some()))
}

/// Whether this person has confirmed any address.
pub(crate) fn is_known(
    view: &impl Reading,
    municipality: MunicipalityId,
    person: PersonId,
) -> Result<bool, ServiceError> {
    Ok(pairs(view, municipality, person)?.iter().any(|(_, pair)| pair.confirmed.is_some()))
}

/// Whether both moments lie in one month: then the key over the row is still this month's.
fn same_month(municipality: &Municipality, then: Timestamp, now: Timestamp) -> bool {
    let month = |at: Timestamp| -> Date { today(municipality, at).first_of_month() };
    month(then) == month(now)
}
