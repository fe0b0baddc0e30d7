//! Which key lies over what, and when it must be gone: one clock and one owner for every class of rows.
//!
//! | class | key | must be gone |
//! |---|---|---|
//! | a resident's access to a message | authority × day, on residents' behalf | the day after its last day |
//! | the authority's copy | authority × day, on its own behalf | the same day, postponed while undecided |
//! | drafts | municipality × day | 30 days after the last save |
//! | persons, pairs | municipality × month, one each | after 12 whole months without use |
//! | sessions, and persons nobody wrote to | municipality × day | after two days |
//! | sign-ins | municipality × day | after two days |
//! | help codes | with the sign-ins of their last day | after eight days |
//! | details of plugin faults | with the sign-ins of their last day | after ninety days |
//!
//! Drafts share a key: that only their author finds one is the work of its row key, in which the author stands, and of the
//! verbs, which know no other way.

use jiff::{Span, Timestamp, civil::Date};
use kuvert_domain::{
    directory::Municipality,
    id::{AuthorityId, MunicipalityId},
    retention::deletion_day,
};
use kuvert_store::{Epoch, Holder};

use crate::core::today;

/// How many days an undecided copy is kept before it is judged again.
const POSTPONEMENT: i32 = 30;

/// The resident's access to messages that can be read until the end of `last_day`.
pub(crate) fn resident(municipality: MunicipalityId, authority: AuthorityId, last_day: Date) -> Epoch {
    Epoch::on(deletion_day(last_day), municipality, Holder::Resident).of(authority)
}

/// The authority's copies that are judged on `copy_day`.
pub(crate) fn copy(municipality: MunicipalityId, authority: AuthorityId, copy_day: Date) -> Epoch {
    Epoch::on(copy_day, municipality, Holder::Authority).of(authority)
}

/// Drafts saved today.
pub(crate) fn drafts(municipality: MunicipalityId, today: Date) -> Epoch {
    Epoch::on(after(today, 30), municipality, Holder::Drafts)
}

/// Persons and what finds them, used this month.
pub(crate) fn persons(municipality: MunicipalityId, today: Date) -> Epoch {
    Epoch::on(thirteen_months_on(today), municipality, Holder::Directory)
}

/// Pairs and addresses used this month.
pub(crate) fn pairs(municipality: MunicipalityId, today: Date) -> Epoch {
    Epoch::on(thirteen_months_on(today), municipality, Holder::Pairs)
}

/// Sessions begun today.
pub(crate) fn sessions(municipality: MunicipalityId, today: Date) -> Epoch {
    Epoch::on(after(today, 2), municipality, Holder::Sessions)
}

/// Sign-ins begun today.
pub(crate) fn logins(municipality: MunicipalityId, today: Date) -> Epoch {
    Epoch::on(after(today, 2), municipality, Holder::Logins)
}

/// Help codes shown today.
pub(crate) fn help(municipality: MunicipalityId, today: Date) -> Epoch {
    Epoch::on(after(today, 8), municipality, Holder::Logins)
}

/// What is known about faults of plugins today.
pub(crate) fn faults(municipality: MunicipalityId, today: Date) -> Epoch {
    Epoch::on(after(today, 90), municipality, Holder::Logins)
}

/// Notes without a day and without anybody's words.
pub(crate) const fn standing(municipality: MunicipalityId) -> Epoch {
    Epoch::standing(municipality, Holder::Directory)
}

/// The day on which a copy that may not go yet is judged again.
pub(crate) fn postponed(today: Date) -> Date {
    after(today, POSTPONEMENT)
}

/// Every key that a use case begun now may need, should it end after midnight.
pub(crate) fn of_today(municipality: &Municipality, now: Timestamp) -> Vec<Epoch> {
    let id = municipality.id;
    let first = today(municipality, now);
    let mut epochs = vec![standing(id)];
    for day in [first, after(first, 1)] {
        epochs.extend([
            drafts(id, day),
            persons(id, day),
            pairs(id, day),
            sessions(id, day),
            logins(id, day),
        ]);
        epochs.extend([help(id, day), faults(id, day)]);
        let last_day = after(day, i32::from(municipality.retention.days()) - 1);
        for authority in &municipality.authorities {
            epochs.push(resident(id, authority.id, last_day));
            epochs.push(copy(id, authority.id, deletion_day(last_day)));
        }
    }
    epochs
}

fn after(day: Date, days: i32) -> Date {
    day.saturating_add(Span::new().days(days))
}

fn thirteen_months_on(today: Date) -> Date {
    today.first_of_month().saturating_add(Span::new().months(13))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_person_is_kept_at_least_twelve_months_and_at_most_thirteen() {
        let municipality = MunicipalityId::from_bytes([1; 16]);
        let epoch = persons(municipality, date(2026, 11, 30));
        assert!(!epoch.is_due(date(2027, 11, 30)));
        assert!(epoch.is_due(date(2027, 12, 1)));
    }

    #[test]
    fn access_ends_on_the_day_after_the_last_one() {
        let (municipality, authority) =
            (MunicipalityId::from_bytes([1; 16]), AuthorityId::from_bytes([2; 16]));
        let epoch = resident(municipality, authority, date(2026, 12, 20));
        assert!(!epoch.is_due(date(2026, 12, 20)));
        assert!(epoch.is_due(date(2026, 12, 21)));
    }
}
