//! How long a message can be read (P6): whole days in the municipality's own time zone.

use jiff::{Span, Timestamp, civil::Date, tz::TimeZone};

/// A retention period (sv *gallringsfrist*, da *slettefrist*) in days, 1 to 365.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Retention {
    days: u16,
}

impl Retention {
    /// Takes 1 to 365 days; anything else is no retention period.
    #[must_use]
    pub const fn of_days(days: u16) -> Option<Self> {
        if days >= 1 && days <= 365 { Some(Self { days }) } else { None }
    }

    /// The number of days, as the notice says it.
    #[must_use]
    pub const fn days(self) -> u16 {
        self.days
    }

    /// The last day on which a message sent at `sent` can be read, to its end, local time.
    #[must_use]
    pub fn last_day(self, sent: Timestamp, zone: &TimeZone) -> Date {
        local_day(sent, zone).saturating_add(Span::new().days(i64::from(self.days) - 1))
    }
}

/// The day of a moment, local time.
#[must_use]
pub fn local_day(moment: Timestamp, zone: &TimeZone) -> Date {
    zone.to_datetime(moment).date()
}

/// The day on which keys are destroyed: the one after the last day of reading.
#[must_use]
pub fn deletion_day(last_day: Date) -> Date {
    last_day.saturating_add(Span::new().days(1))
}

/// How many days are left counting today: 1 on the last day, 0 after it.
#[must_use]
pub fn days_left(last_day: Date, today: Date) -> u16 {
    let left = today.until(last_day).map_or(-1, |span| span.get_days()) + 1;
    u16::try_from(left.max(0)).unwrap_or(u16::MAX)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn stockholm() -> TimeZone {
        TimeZone::get("Europe/Stockholm").unwrap()
    }

    #[test]
    fn thirty_days_end_with_the_thirtieth_local_day() {
        let month = Retention::of_days(30).unwrap();
        let afternoon: Timestamp = "2026-11-21T13:05:00Z".parse().unwrap();
        assert_eq!(month.last_day(afternoon, &stockholm()), date(2026, 12, 20));
        assert_eq!(deletion_day(date(2026, 12, 20)), date(2026, 12, 21));
    }

    #[test]
    fn an_evening_in_utc_is_already_tomorrow_here() {
        let late: Timestamp = "2026-11-21T23:30:00Z".parse().unwrap();
        assert_eq!(Retention::of_days(1).unwrap().last_day(late, &stockholm()), date(2026, 11, 22));
    }

    #[test]
    fn days_left_count_today_and_cross_months() {
        assert_eq!(days_left(date(2026, 12, 20), date(2026, 11, 21)), 30);
        assert_eq!(days_left(date(2026, 12, 20), date(2026, 12, 20)), 1);
        assert_eq!(days_left(date(2026, 12, 20), date(2026, 12, 21)), 0);
        assert_eq!(days_left(date(2027, 11, 20), date(2026, 11, 21)), 365);
    }

    #[test]
    fn nonsense_periods_are_refused() {
        assert_eq!(Retention::of_days(0), None);
        assert_eq!(Retention::of_days(366), None);
    }
}
