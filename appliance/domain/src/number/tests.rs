//! What holds for every number there can be, whichever country issued it.
//!
//! Numbers are made here from dates and serials; the ones that stand written out are official test numbers.

use jiff::{ToSpan as _, civil::Date, civil::date};
use proptest::prelude::*;

use super::*;

const TODAY: Date = date(2026, 11, 21);

#[test]
fn numbers_are_not_printed() {
    let number = swedish("19990807-2391", TODAY).unwrap();
    assert_eq!(format!("{number:?}"), "Number(…)");
    assert_eq!(number.written(), "19990807-2391");
}

#[test]
fn an_age_changes_on_the_birthday() {
    let number = swedish("199908072391", TODAY).unwrap();
    assert_eq!(number.age_on(date(2017, 8, 6)), Some(17));
    assert_eq!(number.age_on(date(2017, 8, 7)), Some(18));
    assert_eq!(number.age_on(date(1999, 8, 6)), None);
}

#[test]
fn numbers_that_only_a_clinic_or_a_register_made_up_are_refused() {
    for reserve in ["19990807T391", "990807-R391", "1999080723A1"] {
        assert_eq!(swedish(reserve, TODAY), Err(NumberFault::Malformed), "{reserve}");
    }
    for reserve in ["070899-AB12", "0708992ABC"] {
        assert_eq!(danish(reserve, TestNumbers::Allowed), Err(NumberFault::Malformed), "{reserve}");
    }
}

proptest! {
    /// The date, the separator and the day it is read together give the century back, at any age up to 199.
    #[test]
    fn the_short_form_means_the_same_person(born in any_day(), age in 0_i16..200, serial in 0_u16..1000, coordination: bool) {
        let read_on = Date::new(born.year() + age, 12, 31).unwrap();
        let full = swedish_digits(born, serial, coordination);
        let separator = if read_on.year() - born.year() >= 100 { '+' } else { '-' };
        let short = format!("{}{separator}{}", &full[2..8], &full[8..]);
        let number = swedish(&short, read_on).unwrap();
        prop_assert_eq!(number.digits(), &full);
        prop_assert_eq!(number.birth_date(), Some(born));
    }

    /// The `+` comes with the new year, not with the birthday.
    #[test]
    fn the_year_of_the_hundredth_birthday_begins_with_a_plus(born in any_day(), day in 0_i32..364, serial in 0_u16..1000) {
        let read_on = Date::new(born.year() + 100, 1, 1).unwrap() + day.days();
        let full = swedish_digits(born, serial, false);
        let short = format!("{}+{}", &full[2..8], &full[8..]);
        let number = swedish(&short, read_on).unwrap();
        prop_assert_eq!(number.digits(), &full);
    }

    /// Skatteverket has given people numbers without a month, without a day, and with days that a month does not have.
    #[test]
    fn every_coordination_number_is_read(year in 1900_i16..2026, month in 0_i8..13, day in 60_i8..92, serial in 0_u16..1000) {
        let full = with_check_digit(&format!("{year:04}{month:02}{day:02}{serial:03}"));
        let number = swedish(&full, TODAY).unwrap();
        prop_assert_eq!(number.kind(), NumberKind::Samordningsnummer);
        prop_assert_eq!(number.birth_date(), Date::new(year, month, day - 60).ok());
    }

    /// Only the date decides: numbers without a valid modulus 11 have been given to people since 2007.
    #[test]
    fn no_serial_of_a_danish_day_is_refused(born in any_day(), serial in 0_u16..10_000) {
        let digits = danish_digits(born, serial, 0);
        let read = danish(&digits, TestNumbers::Refused);
        let century = cpr_century(born.year() % 100, serial);
        let expected = Date::new(century + born.year() % 100, born.month(), born.day());
        match expected {
            Ok(meant) if meant <= TODAY => prop_assert_eq!(read.unwrap().birth_date(), Some(meant)),
            Ok(_) => prop_assert_eq!(read, Err(NumberFault::Future)),
            Err(_) => prop_assert_eq!(read, Err(NumberFault::NoSuchDate)),
        }
    }

    /// A replacement number is read as one in test mode and never outside it.
    #[test]
    fn replacement_numbers_are_for_tests(born in any_day(), serial in 0_u16..10_000) {
        let digits = danish_digits(born, serial, 60);
        prop_assert_eq!(danish(&digits, TestNumbers::Refused), Err(NumberFault::TestNumber));
        if let Ok(number) = danish(&digits, TestNumbers::Allowed) {
            prop_assert_eq!(number.kind(), NumberKind::ReplacementCpr);
            let plain = danish_digits(born, serial, 0);
            prop_assert_eq!(number.birth_date(), danish(&plain, TestNumbers::Refused).unwrap().birth_date());
        }
    }

    /// What is read has one form, and that form is read as itself: two ways to write a number are one number.
    #[test]
    fn a_canonical_number_is_read_as_itself(text in "[0-9 +-]{8,16}", country in prop_oneof![Just(Country::Sweden), Just(Country::Denmark)]) {
        if let Ok(number) = Number::parse(country, &text, TODAY, TestNumbers::Allowed) {
            for again in [number.digits().to_owned(), number.written()] {
                prop_assert_eq!(&Number::parse(country, &again, TODAY, TestNumbers::Allowed).unwrap(), &number);
            }
            prop_assert_eq!(number.country(), country);
        }
    }
}

fn swedish(text: &str, today: Date) -> Result<Number, NumberFault> {
    Number::parse(Country::Sweden, text, today, TestNumbers::Refused)
}

fn danish(text: &str, tests: TestNumbers) -> Result<Number, NumberFault> {
    Number::parse(Country::Denmark, text, TODAY, tests)
}

fn any_day() -> impl Strategy<Value = Date> {
    (0_i32..46_000).prop_map(|days| date(1900, 1, 1) + days.days())
}

fn swedish_digits(born: Date, serial: u16, coordination: bool) -> String {
    let day = born.day() + if coordination { 60 } else { 0 };
    with_check_digit(&format!("{:04}{:02}{day:02}{serial:03}", born.year(), born.month()))
}

fn with_check_digit(eleven: &str) -> String {
    (0..10).map(|k| format!("{eleven}{k}")).find(|full| passes_luhn(&full[2..])).unwrap()
}

fn danish_digits(born: Date, serial: u16, added: i8) -> String {
    format!("{:02}{:02}{:02}{serial:04}", born.day() + added, born.month(), born.year() % 100)
}

/// The table of CPR-kontoret, written out by its rows.
fn cpr_century(short: i16, serial: u16) -> i16 {
    match (serial / 1000, short) {
        (0..=3, _) | (4 | 9, 37..=99) => 1900,
        (4 | 9, _) | (5..=8, 0..=57) => 2000,
        _ => 1800,
    }
}
