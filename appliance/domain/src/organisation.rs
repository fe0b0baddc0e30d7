//! Numbers that identify organisations: organisationsnummer, CVR.
//!
//! An [`OrganisationNumber`] is well formed and in its one canonical form, so that two of them compare. Whether the
//! organisation exists is for a register or an e-ID to say. Rules: Skatteverket's *organisationsnummer*, and the modulus
//! of <https://erhvervsstyrelsen.dk/modulus_11>. Danish P-numbers are no organisations: they name places of work, and
//! some were issued with faulty check digits.

use std::fmt;

use thiserror::Error;

use crate::{country::Country, number::passes_luhn};

/// What stands before an organisationsnummer where twelve digits are asked for, in place of a century.
const TWELVE_DIGITS: &str = "16";

/// The weights of a CVR's eight digits.
const CVR_WEIGHTS: [u32; 8] = [2, 7, 6, 5, 4, 3, 2, 1];

/// Why a text is not an organisation's number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum OrganisationFault {
    /// Nothing was written.
    #[error("empty")]
    Empty,
    /// Too few or too many digits, or other characters.
    #[error("not written as an organisation's number of this country")]
    Malformed,
    /// The third digit says that it is a person's: sole traders in Sweden have no number of their own.
    #[error("the number of a person, not of an organisation")]
    Personal,
    /// The check digit does not fit: a digit is wrong.
    #[error("the check digit does not fit")]
    CheckDigit,
}

/// A well-formed number in canonical form: 10 digits for Sweden, 8 for Denmark.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OrganisationNumber {
    country: Country,
    digits: String,
}

impl OrganisationNumber {
    /// Reads a number as people and providers write it: with or without separator and spaces, in Sweden with `16` in
    /// front, in Denmark with `DK`.
    pub fn parse(country: Country, text: &str) -> Result<Self, OrganisationFault> {
        let plain: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        if plain.is_empty() {
            return Err(OrganisationFault::Empty);
        }
        let digits = match country {
            Country::Sweden => organisationsnummer(&plain)?,
            Country::Denmark => cvr(&plain)?,
        };
        Ok(Self { country, digits })
    }

    /// The country that issued it.
    #[must_use]
    pub const fn country(&self) -> Country {
        self.country
    }

    /// The canonical digits.
    #[must_use]
    pub fn digits(&self) -> &str {
        &self.digits
    }

    /// The number as it is written for people: `212000-0142`, `13748136`.
    #[must_use]
    pub fn written(&self) -> String {
        match (self.country, self.digits.split_at_checked(6)) {
            (Country::Sweden, Some((group, serial))) => format!("{group}-{serial}"),
            _ => self.digits.clone(),
        }
    }
}

/// Security: a sole trader's firm may be known by its owner, so this too prints only its type's name.
impl fmt::Debug for OrganisationNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OrganisationNumber(…)")
    }
}

fn organisationsnummer(plain: &str) -> Result<String, OrganisationFault> {
    let digits = plain.replacen('-', "", 1);
    let ten = match digits.len() {
        12 => digits.strip_prefix(TWELVE_DIGITS).ok_or(OrganisationFault::Personal)?,
        _ => &digits,
    };
    if ten.len() != 10 || !is_digits(ten) {
        return Err(OrganisationFault::Malformed);
    }
    // A person's number has a month there, which begins with 0 or 1.
    if ten.as_bytes().get(2).is_none_or(|third| *third < b'2') {
        return Err(OrganisationFault::Personal);
    }
    if passes_luhn(ten) { Ok(ten.to_owned()) } else { Err(OrganisationFault::CheckDigit) }
}

fn cvr(plain: &str) -> Result<String, OrganisationFault> {
    let digits = plain.strip_prefix("DK").unwrap_or(plain);
    if digits.len() != CVR_WEIGHTS.len() || !is_digits(digits) {
        return Err(OrganisationFault::Malformed);
    }
    let sum: u32 = digits
        .chars()
        .filter_map(|c| c.to_digit(10))
        .zip(CVR_WEIGHTS)
        .map(|(digit, weight)| digit * weight)
        .sum();
    let passes = sum.is_multiple_of(11) && !digits.starts_with('0');
    if passes { Ok(digits.to_owned()) } else { Err(OrganisationFault::CheckDigit) }
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn swedish(text: &str) -> Result<String, OrganisationFault> {
        OrganisationNumber::parse(Country::Sweden, text).map(|number| number.digits().to_owned())
    }

    fn danish(text: &str) -> Result<String, OrganisationFault> {
        OrganisationNumber::parse(Country::Denmark, text).map(|number| number.digits().to_owned())
    }

    #[test]
    fn known_organisations_are_read_however_they_are_written() {
        for (text, expected) in [
            ("212000-0142", "2120000142"),
            ("2120001355", "2120001355"),
            (" 16 202100-2817 ", "2021002817"),
            ("162120000142", "2120000142"),
        ] {
            assert_eq!(swedish(text).as_deref(), Ok(expected), "{text}");
        }
        for text in ["13748136", "43950932", "16 66 28 79", "DK24256790"] {
            let digits: String = text.chars().filter(char::is_ascii_digit).collect();
            assert_eq!(danish(text), Ok(digits), "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (text, fault) in [
            (" ", OrganisationFault::Empty),
            ("212000-0143", OrganisationFault::CheckDigit),
            ("19990807-2391", OrganisationFault::Personal),
            ("990807-2391", OrganisationFault::Personal),
            ("212000-014", OrganisationFault::Malformed),
            ("212-000-0142", OrganisationFault::Malformed),
            ("21200O-0142", OrganisationFault::Malformed),
        ] {
            assert_eq!(swedish(text), Err(fault), "{text}");
        }
        for (text, fault) in [
            ("12345678", OrganisationFault::CheckDigit),
            ("10000000", OrganisationFault::CheckDigit),
            ("00000000", OrganisationFault::CheckDigit),
            ("1374813", OrganisationFault::Malformed),
            ("SE13748136", OrganisationFault::Malformed),
        ] {
            assert_eq!(danish(text), Err(fault), "{text}");
        }
    }

    #[test]
    fn it_is_written_for_people_but_not_for_logs() {
        let number = OrganisationNumber::parse(Country::Sweden, "2120000142").unwrap();
        assert_eq!((number.written().as_str(), number.country()), ("212000-0142", Country::Sweden));
        assert_eq!(format!("{number:?}"), "OrganisationNumber(…)");
        let number = OrganisationNumber::parse(Country::Denmark, "13748136").unwrap();
        assert_eq!((number.written().as_str(), number.country()), ("13748136", Country::Denmark));
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,16}") {
            let _ = (swedish(&text), danish(&text));
        }

        #[test]
        fn one_wrong_digit_never_passes_in_sweden(group in 1_u32..10, rest in 20_000_000_u32..100_000_000, place in 0_usize..10, by in 1_u8..10) {
            let nine = format!("{group}{rest:08}");
            prop_assume!(nine.as_bytes()[2] >= b'2');
            let full = (0..10).map(|k| format!("{nine}{k}")).find(|ten| passes_luhn(ten)).unwrap();
            prop_assert_eq!(swedish(&full), Ok(full.clone()));
            prop_assert_eq!(swedish(&format!("16{full}")), Ok(full.clone()));
            prop_assert!(swedish(&changed(&full, place, by)).is_err());
        }

        #[test]
        fn one_wrong_digit_never_passes_in_denmark(seven in 1_000_000_u32..10_000_000, place in 0_usize..8, by in 1_u8..10) {
            // A remainder of 1 would need a check digit of ten; such numbers were never issued.
            let full = (0..10).map(|k| format!("{seven}{k}")).find(|eight| danish(eight).is_ok());
            prop_assume!(full.is_some());
            prop_assert!(danish(&changed(&full.unwrap(), place, by)).is_err());
        }

        #[test]
        fn no_persons_number_is_an_organisations(year in 1900_i16..2026, month in 1_u8..13, day in 1_u8..29, serial in 0_u16..1000) {
            let eleven = format!("{year:04}{month:02}{day:02}{serial:03}");
            let full = (0..10).map(|k| format!("{eleven}{k}")).find(|twelve| passes_luhn(&twelve[2..])).unwrap();
            prop_assert_eq!(swedish(&full), Err(OrganisationFault::Personal));
            prop_assert_eq!(swedish(&full[2..]), Err(OrganisationFault::Personal));
        }
    }

    fn changed(digits: &str, place: usize, by: u8) -> String {
        let mut bytes = digits.as_bytes().to_vec();
        bytes[place] = b'0' + (bytes[place] - b'0' + by) % 10;
        String::from_utf8(bytes).unwrap()
    }
}
