//! Which versions of plugins made false claims, and where: what it takes to shut one away for everybody.
//!
//! Security: one municipality's provider, or whoever holds it, must not take a plugin from all the others. So it takes
//! false claims in two municipalities, unless only one uses the plugin. It is a state of this process; what is shut away is
//! written down in the sandbox's table.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use jiff::{SignedDuration, Timestamp};
use kuvert_domain::id::MunicipalityId;

/// Logins with false claims until something is done about it.
const LOGINS: usize = 2;
/// How long a false claim is held against a version.
const FORGOTTEN: SignedDuration = SignedDuration::from_hours(24);

/// False claims by version.
#[derive(Debug, Default)]
pub(crate) struct Lies(Mutex<HashMap<String, Vec<Lie>>>);

#[derive(Debug)]
struct Lie {
    at: Timestamp,
    municipality: MunicipalityId,
    login: String,
}

/// What a false claim leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Once may be an accident.
    Wait,
    /// The method rests in the municipality where it happened.
    Rest,
    /// The version is shut away for everybody.
    ShutAway,
}

impl Lies {
    /// A login of this municipality ended in a false claim of this version. `alone`: no other one uses the plugin.
    pub(crate) fn told(
        &self,
        version: &str,
        (municipality, alone): (MunicipalityId, bool),
        login: &str,
        now: Timestamp,
    ) -> Verdict {
        let mut versions = self.versions();
        let lies = versions.entry(version.to_owned()).or_default();
        lies.retain(|lie| now.duration_since(lie.at).abs() < FORGOTTEN && lie.login != login);
        lies.push(Lie { at: now, municipality, login: login.to_owned() });
        let elsewhere = lies.iter().any(|lie| lie.municipality != municipality);
        match lies.len() {
            count if count < LOGINS => Verdict::Wait,
            _ if elsewhere || alone => Verdict::ShutAway,
            _ => Verdict::Rest,
        }
    }

    /// A version is shut away, and that is written down. Its claims are counted anew: an administrator may let it in again,
    /// and it may lie again.
    pub(crate) fn settled(&self, version: &str) {
        self.versions().remove(version);
    }

    fn versions(&self) -> MutexGuard<'_, HashMap<String, Vec<Lie>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VERSION: &str = "oidc 1.0.0 abc";

    fn at(hour: i64) -> Timestamp {
        Timestamp::from_second(1_795_262_400 + hour * 3600).unwrap()
    }

    fn granby() -> MunicipalityId {
        MunicipalityId::from_bytes([1; 16])
    }

    fn havnby() -> MunicipalityId {
        MunicipalityId::from_bytes([2; 16])
    }

    #[test]
    fn one_municipality_of_several_shuts_nothing_away() {
        let lies = Lies::default();
        let told = |place: MunicipalityId, login: &str| lies.told(VERSION, (place, false), login, at(0));
        assert_eq!(told(granby(), "a"), Verdict::Wait);
        assert_eq!(told(granby(), "a"), Verdict::Wait, "the same login");
        for login in ["b", "c", "d"] {
            assert_eq!(told(granby(), login), Verdict::Rest);
        }
        assert_eq!(
            lies.told("oidc 1.1.0 def", (havnby(), false), "e", at(0)),
            Verdict::Wait,
            "another version"
        );
        assert_eq!(told(havnby(), "f"), Verdict::ShutAway);
        assert_eq!(told(granby(), "g"), Verdict::ShutAway, "until it is written down");
        lies.settled(VERSION);
        assert_eq!(told(granby(), "h"), Verdict::Wait, "counted anew");
    }

    #[test]
    fn where_there_is_one_municipality_its_word_is_enough() {
        let lies = Lies::default();
        assert_eq!(lies.told(VERSION, (granby(), true), "a", at(0)), Verdict::Wait);
        assert_eq!(lies.told(VERSION, (granby(), true), "b", at(1)), Verdict::ShutAway);
    }

    #[test]
    fn a_day_later_it_is_forgotten() {
        let lies = Lies::default();
        assert_eq!(lies.told(VERSION, (granby(), false), "a", at(0)), Verdict::Wait);
        assert_eq!(lies.told(VERSION, (havnby(), false), "b", at(24)), Verdict::Wait);
        assert_eq!(lies.told(VERSION, (granby(), false), "c", at(25)), Verdict::ShutAway);
    }
}
