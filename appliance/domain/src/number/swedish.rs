//! Personnummer and samordningsnummer: `YYYYMMDDNNNK`, where K makes the last ten digits pass the Luhn check.
//!
//! Numbers that the tax agency has set aside for tests look like any others and are read like them.

use jiff::civil::Date;

use super::{Number, NumberFault, NumberKind, digits, pair, passes_luhn};

/// What is added to the day in a coordination number.
const COORDINATION: i8 = 60;

pub(super) fn parse(text: &str, today: Date) -> Result<Number, NumberFault> {
    let hundred_or_more = text.trim().chars().rev().nth(4) == Some('+');
    let given = digits(text, &['-', '+'])?;
    let full = match given.len() {
        12 => given,
        10 => with_century(&given, today, hundred_or_more)?,
        _ => return Err(NumberFault::Malformed),
    };
    let (month, day) = (pair(&full, 4)?, pair(&full, 6)?);
    let year: i16 = full.get(..4).and_then(|y| y.parse().ok()).ok_or(NumberFault::Malformed)?;
    if !(1800..=2199).contains(&year) {
        return Err(NumberFault::NoSuchDate);
    }
    let kind = if day >= COORDINATION { NumberKind::Samordningsnummer } else { NumberKind::Personnummer };
    let born = match kind {
        NumberKind::Samordningsnummer => coordination_date(year, month, day)?,
        _ => Some(Date::new(year, month, day).map_err(|_| NumberFault::NoSuchDate)?),
    };
    if !passes_luhn(full.get(2..).unwrap_or_default()) {
        return Err(NumberFault::CheckDigit);
    }
    if born.is_some_and(|born| born > today) {
        return Err(NumberFault::Future);
    }
    Ok(Number { digits: full, kind, born })
}

/// The century that the short form leaves out: the newest that does not put the date in the future. A `+` stands there
/// from the first day of the calendar year in which the person turns a hundred, whenever the birthday is.
fn with_century(ten: &str, today: Date, hundred_or_more: bool) -> Result<String, NumberFault> {
    let (month, day) = (pair(ten, 2)?, pair(ten, 4)?);
    let day = if day >= COORDINATION { day - COORDINATION } else { day };
    let newest = today.year() / 100 * 100 + i16::from(pair(ten, 0)?);
    let years_too_many = if hundred_or_more {
        if newest > today.year() { 200 } else { 100 }
    } else if (newest, month, day) > (today.year(), today.month(), today.day()) {
        100
    } else {
        0
    };
    Ok(format!("{:02}{ten}", (newest - years_too_many) / 100))
}

/// The date behind a coordination number. Real people have month 00 or day 60 (unknown), and days 89–91 in short months.
fn coordination_date(year: i16, month: i8, day: i8) -> Result<Option<Date>, NumberFault> {
    if !(0..=12).contains(&month) || !(COORDINATION..=COORDINATION + 31).contains(&day) {
        return Err(NumberFault::NoSuchDate);
    }
    Ok(Date::new(year, month, day - COORDINATION).ok())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    const TODAY: Date = date(2026, 11, 21);

    fn canonical(text: &str) -> Result<String, NumberFault> {
        parse(text, TODAY).map(|number| number.digits().to_owned())
    }

    #[test]
    fn official_test_numbers_are_read_however_they_are_written() {
        for (text, expected) in [
            ("19990807-2391", "199908072391"),
            ("990807-2391", "199908072391"),
            (" 9908072391 ", "199908072391"),
            ("19 99 08 07 23 91", "199908072391"),
            ("18900101-9802", "189001019802"),
            ("18900102-9819", "189001029819"),
        ] {
            assert_eq!(canonical(text).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn a_plus_is_a_hundred_years() {
        // Luhn does not see the century: the same ten digits read with both separators.
        assert_eq!(canonical("140168-2396").as_deref(), Ok("201401682396"));
        assert_eq!(canonical("140168+2396").as_deref(), Ok("191401682396"));
    }

    #[test]
    fn coordination_numbers_may_lack_a_date() {
        let known = parse("19140168-2396", TODAY).unwrap();
        assert_eq!(
            (known.kind(), known.birth_date()),
            (NumberKind::Samordningsnummer, Some(date(1914, 1, 8)))
        );
        let unknown = with_check_digit("19700060239");
        assert_eq!(parse(&unknown, TODAY).unwrap().birth_date(), None);
        let short_month = with_check_digit("19700291239");
        assert_eq!(parse(&short_month, TODAY).unwrap().birth_date(), None);
        assert_eq!(canonical("701063-2391").as_deref(), Ok("197010632391"));
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (text, fault) in [
            ("19990807-2392", NumberFault::CheckDigit),
            ("19990230-2391", NumberFault::NoSuchDate),
            ("1999-0807", NumberFault::Malformed),
            ("1999080T2391", NumberFault::Malformed),
            ("99990807-2391", NumberFault::NoSuchDate),
        ] {
            assert_eq!(canonical(text), Err(fault), "{text}");
        }
        assert_eq!(canonical(&with_check_digit("20261122000")), Err(NumberFault::Future));
    }

    fn with_check_digit(eleven: &str) -> String {
        (0..10).map(|k| format!("{eleven}{k}")).find(|full| passes_luhn(&full[2..])).unwrap()
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,20}") {
            let _ = parse(&text, TODAY);
        }

        #[test]
        fn one_wrong_digit_never_passes(year in 1930_i16..2020, month in 1_i8..13, day in 1_i8..29, serial in 0_u16..1000, place in 2_usize..12, by in 1_u8..10) {
            let full = with_check_digit(&format!("{year:04}{month:02}{day:02}{serial:03}"));
            prop_assert_eq!(canonical(&full), Ok(full.clone()));
            let mut wrong = full.into_bytes();
            wrong[place] = b'0' + (wrong[place] - b'0' + by) % 10;
            prop_assert!(canonical(&String::from_utf8(wrong).unwrap()).is_err());
        }
    }
}
