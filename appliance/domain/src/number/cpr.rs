//! CPR: `DDMMYYSSSS`. The seventh digit and the year give the century; the modulus-11 check is no rule since 2007.

use jiff::civil::Date;

use super::{Number, NumberFault, NumberKind, TestNumbers, digits, pair};

/// What is added to the day in a replacement number.
const REPLACEMENT: i8 = 60;

pub(super) fn parse(text: &str, today: Date, tests: TestNumbers) -> Result<Number, NumberFault> {
    let digits = digits(text, &['-'])?;
    if digits.len() != 10 {
        return Err(NumberFault::Malformed);
    }
    let (day, month) = (pair(&digits, 0)?, pair(&digits, 2)?);
    let year = year(&digits)?;
    let kind = if day > REPLACEMENT { NumberKind::ReplacementCpr } else { NumberKind::Cpr };
    if kind == NumberKind::ReplacementCpr && tests == TestNumbers::Refused {
        return Err(NumberFault::TestNumber);
    }
    let day = if kind == NumberKind::ReplacementCpr { day - REPLACEMENT } else { day };
    let born = Date::new(year, month, day).map_err(|_| NumberFault::NoSuchDate)?;
    if born > today {
        return Err(NumberFault::Future);
    }
    Ok(Number { digits, kind, born: Some(born) })
}

/// The full year of birth (CPR-kontoret, table of the seventh digit).
fn year(digits: &str) -> Result<i16, NumberFault> {
    let short = i16::from(pair(digits, 4)?);
    let seventh = digits.as_bytes().get(6).copied().unwrap_or_default();
    Ok(match (seventh, short) {
        (b'0'..=b'3', _) | (b'4' | b'9', 37..) => 1900 + short,
        (b'4' | b'9', _) | (_, ..=57) => 2000 + short,
        _ => 1800 + short,
    })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    const TODAY: Date = date(2026, 11, 21);

    #[test]
    fn the_seventh_digit_gives_the_century() {
        for (text, year) in [
            ("610101-0001", 1901),
            ("610199-3999", 1999),
            ("610136-4000", 2036),
            ("610137-4000", 1937),
            ("610120-9000", 2020),
            ("610157-5000", 2057),
            ("610158-8000", 1858),
        ] {
            assert_eq!(year_of(text), year, "{text}");
        }
    }

    fn year_of(text: &str) -> i16 {
        year(&digits(text, &['-']).unwrap()).unwrap()
    }

    #[test]
    fn replacement_numbers_are_for_tests() {
        assert_eq!(parse("610180-1234", TODAY, TestNumbers::Refused), Err(NumberFault::TestNumber));
        let number = parse("610180-1234", TODAY, TestNumbers::Allowed).unwrap();
        assert_eq!(
            (number.kind(), number.birth_date()),
            (NumberKind::ReplacementCpr, Some(date(1980, 1, 1)))
        );
        assert_eq!(number.written(), "610180-1234");
    }

    #[test]
    fn no_check_digit_is_asked_for() {
        // Every serial of one day is read, whatever modulus 11 says of it.
        for serial in 0..100 {
            assert!(parse(&format!("610165-{serial:04}"), TODAY, TestNumbers::Allowed).is_ok());
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (text, fault) in [
            ("613280-1234", NumberFault::NoSuchDate),
            ("920180-1234", NumberFault::NoSuchDate),
            ("610180-123", NumberFault::Malformed),
            ("61O180-1234", NumberFault::Malformed),
            ("610136-4000", NumberFault::Future),
        ] {
            assert_eq!(parse(text, TODAY, TestNumbers::Allowed), Err(fault), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,16}") {
            let _ = parse(&text, TODAY, TestNumbers::Allowed);
        }
    }
}
