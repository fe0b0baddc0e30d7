//! Numbers that identify people: personnummer, samordningsnummer, CPR.
//!
//! A [`Number`] is well formed and in its one canonical form, so that two of them compare. Whether a person has it is
//! for the e-ID to say. Rules: Skatteverket, *Personnummer och samordningsnummer*; CPR-kontoret, *Personnummeret i CPR*.

mod cpr;
mod swedish;
#[cfg(test)]
mod tests;

use std::fmt;

use jiff::civil::Date;
use thiserror::Error;
use zeroize::Zeroize;

use crate::country::Country;

/// Why a text is not a number. Staff see it beside the field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum NumberFault {
    /// Nothing was written.
    #[error("empty")]
    Empty,
    /// Too few or too many digits, or other characters.
    #[error("not written as a number of this country")]
    Malformed,
    /// The digits hold no date.
    #[error("the date does not exist")]
    NoSuchDate,
    /// The check digit does not fit: a digit is wrong.
    #[error("the check digit does not fit")]
    CheckDigit,
    /// The date of birth has not come yet.
    #[error("the date of birth is in the future")]
    Future,
    /// A number made for tests, where tests are not allowed.
    #[error("a number made for tests")]
    TestNumber,
}

/// Whether numbers made for tests are taken: Danish replacement numbers with 60 added to the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TestNumbers {
    /// As in production.
    Refused,
    /// As in demos and tests.
    Allowed,
}

/// What sort of number it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NumberKind {
    /// Swedish personal identity number.
    Personnummer,
    /// Swedish coordination number: 60 is added to the day.
    Samordningsnummer,
    /// Danish personal number.
    Cpr,
    /// Danish replacement number (*erstatnings-CPR*), taken in tests only.
    ReplacementCpr,
}

/// A well-formed number in canonical form: 12 digits for Sweden, 10 for Denmark.
///
/// Security: personal data of the protected sort. `Debug` prints the type's name only.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Number {
    digits: String,
    kind: NumberKind,
    born: Option<Date>,
}

impl Number {
    /// Reads a number as people write it: with or without century, separator and spaces. `today` decides the century of
    /// a ten-digit Swedish number and refuses future dates.
    pub fn parse(country: Country, text: &str, today: Date, tests: TestNumbers) -> Result<Self, NumberFault> {
        if text.trim().is_empty() {
            return Err(NumberFault::Empty);
        }
        match country {
            Country::Sweden => swedish::parse(text, today),
            Country::Denmark => cpr::parse(text, today, tests),
        }
    }

    /// The canonical digits.
    #[must_use]
    pub fn digits(&self) -> &str {
        &self.digits
    }

    /// What sort of number it is.
    #[must_use]
    pub const fn kind(&self) -> NumberKind {
        self.kind
    }

    /// The country that issued it.
    #[must_use]
    pub const fn country(&self) -> Country {
        match self.kind {
            NumberKind::Personnummer | NumberKind::Samordningsnummer => Country::Sweden,
            NumberKind::Cpr | NumberKind::ReplacementCpr => Country::Denmark,
        }
    }

    /// The date of birth it holds, if it holds one: coordination numbers of people whose date is unknown don't.
    #[must_use]
    pub const fn birth_date(&self) -> Option<Date> {
        self.born
    }

    /// The age in whole years on that day, if the date of birth is known.
    #[must_use]
    pub fn age_on(&self, day: Date) -> Option<u8> {
        let born = self.born?;
        let had_birthday = (day.month(), day.day()) >= (born.month(), born.day());
        let years = day.year() - born.year() - i16::from(!had_birthday);
        u8::try_from(years).ok()
    }

    /// The number as it is written for people: `19990807-2391`, `070899-2391`.
    #[must_use]
    pub fn written(&self) -> String {
        let (date, serial) =
            self.digits.split_at_checked(self.digits.len().saturating_sub(4)).unwrap_or((&self.digits, ""));
        format!("{date}-{serial}")
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Number(…)")
    }
}

impl Drop for Number {
    fn drop(&mut self) {
        self.digits.zeroize();
    }
}

/// The digits of a text that otherwise holds only the given separators.
fn digits(text: &str, separators: &[char]) -> Result<String, NumberFault> {
    let digits: String = text.chars().filter(|c| !c.is_whitespace() && !separators.contains(c)).collect();
    if digits.chars().all(|c| c.is_ascii_digit()) { Ok(digits) } else { Err(NumberFault::Malformed) }
}

/// Whether the last digit fits the others by the Luhn rule, with weights 2, 1, 2, 1 … from the left.
pub(crate) fn passes_luhn(ten: &str) -> bool {
    let sum: u32 = ten
        .chars()
        .filter_map(|c| c.to_digit(10))
        .zip([2, 1].into_iter().cycle())
        .map(|(digit, weight)| digit * weight)
        .map(|product| product / 10 + product % 10)
        .sum();
    sum.is_multiple_of(10)
}

/// Two digits as a number.
fn pair(digits: &str, at: usize) -> Result<i8, NumberFault> {
    digits.get(at..at + 2).and_then(|two| two.parse().ok()).ok_or(NumberFault::Malformed)
}
