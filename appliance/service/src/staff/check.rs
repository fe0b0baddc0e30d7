//! Checking a recipient, as one types and again at sending (P22).
//!
//! Security: never a date, a unit or a name of anyone; what is said about other people is that an address is in use.

use jiff::Timestamp;
use kuvert_domain::{
    address::EmailAddress,
    directory::Municipality,
    id::PersonId,
    number::{Number, NumberFault},
};
use kuvert_store::{
    Reading,
    records::{AddressEntry, NumberEntry, Pair},
};

use super::Staff;
use crate::{Check, CheckLine, Recipient, ServiceError, core::today, people};

/// Under this age a message still goes to the child, and staff are told so.
const OF_AGE: u8 = 18;
/// Under this age the guardians are proposed.
const GUARDIANS: u8 = 15;

impl Staff {
    /// What is known about a recipient.
    pub async fn check_recipient(&self, recipient: &Recipient) -> Result<Check, ServiceError> {
        let (desk, recipient) = (self.desk(), recipient.clone());
        self.core.read(move |view| check(view, desk.municipality()?, &recipient)).await
    }
}

/// What is known about a recipient.
pub(super) fn check(
    view: &impl Reading,
    municipality: &Municipality,
    recipient: &Recipient,
) -> Result<Check, ServiceError> {
    let mut lines = Vec::new();
    let number = number(municipality, &recipient.number, view.now());
    number_lines(&number, municipality, view.now(), &mut lines);
    let person = match &number {
        Ok(number) => {
            view.find::<NumberEntry>(municipality.id, number.digits().as_bytes())?.map(|it| it.person)
        }
        Err(_) => None,
    };
    let known = match person {
        Some(person) => {
            people::pairs(view, municipality.id, person)?.into_iter().map(|(_, pair)| pair).collect()
        }
        None => Vec::new(),
    };
    let email = address_lines(view, municipality, &recipient.address, person, &known, &mut lines)?;
    let reach = email.filter(|_| number.is_ok()).map(|email| email.masked());
    Ok(Check { lines, reach })
}

/// A number as typed.
pub(super) fn number(
    municipality: &Municipality,
    typed: &str,
    now: Timestamp,
) -> Result<Number, NumberFault> {
    Number::parse(municipality.country, typed, today(municipality, now), municipality.test_numbers)
}

/// The address that this person confirmed last, if any.
pub(super) fn confirmed_address(pairs: &[Pair]) -> Option<&EmailAddress> {
    pairs
        .iter()
        .filter(|pair| pair.confirmed.is_some())
        .max_by_key(|pair| pair.confirmed)
        .map(|pair| &pair.email)
}

fn number_lines(
    number: &Result<Number, NumberFault>,
    municipality: &Municipality,
    now: Timestamp,
    lines: &mut Vec<CheckLine>,
) {
    match number {
        Err(NumberFault::Empty) => lines.push(CheckLine::NumberMissing),
        Err(_) => lines.push(CheckLine::NumberBad),
        Ok(number) => {
            lines.push(CheckLine::NumberOk);
            match number.age_on(today(municipality, now)) {
                Some(age) if age < GUARDIANS => lines.push(CheckLine::Guardians),
                Some(age) if age < OF_AGE => lines.push(CheckLine::Minor),
                _ => {}
            }
        }
    }
}

/// Judges the address, and answers the one that a notice would go to.
fn address_lines(
    view: &impl Reading,
    municipality: &Municipality,
    typed: &str,
    person: Option<PersonId>,
    known: &[Pair],
    lines: &mut Vec<CheckLine>,
) -> Result<Option<EmailAddress>, ServiceError> {
    if typed.trim().is_empty() {
        let confirmed = confirmed_address(known).cloned();
        lines.push(if confirmed.is_some() { CheckLine::PairYes } else { CheckLine::AddressMissing });
        return Ok(confirmed);
    }
    let Ok(email) = EmailAddress::parse(typed) else {
        lines.push(CheckLine::AddressBad);
        return Ok(None);
    };
    lines.push(CheckLine::AddressOk);
    let same = |pair: &&Pair| pair.email.comparable() == email.comparable();
    let pair = known.iter().find(same);
    lines.push(if pair.is_some_and(|pair| pair.confirmed.is_some()) {
        CheckLine::PairYes
    } else if confirmed_address(known).is_some() {
        CheckLine::PairDifferent
    } else {
        CheckLine::PairNo
    });
    let users = view.find::<AddressEntry>(municipality.id, email.comparable().as_bytes())?;
    if users.is_some_and(|users| users.persons.iter().any(|user| Some(*user) != person)) {
        lines.push(CheckLine::AddressUsed);
    }
    Ok(Some(email))
}
