//! Who is signed in, and until when.
//!
//! A session is the only key to [`Resident`](crate::Resident) and [`Staff`](crate::Staff): it cannot be made outside
//! this crate, and each kind opens only its own verbs.

use jiff::{SignedDuration, Timestamp};
use kuvert_domain::{
    id::{MailboxId, MunicipalityId, PersonId, SessionId, StaffId},
    language::Language,
    text::DisplayName,
};
use kuvert_store::records;

use crate::token::{SessionToken, equal};

/// Somebody signed in.
#[derive(Debug, Clone)]
pub enum Session {
    /// A resident.
    Resident(ResidentSession),
    /// A member of staff.
    Staff(StaffSession),
}

/// A resident signed in.
#[derive(Debug, Clone)]
pub struct ResidentSession {
    pub(crate) badge: Badge,
    pub(crate) person: PersonId,
}

/// A member of staff signed in.
#[derive(Debug, Clone)]
pub struct StaffSession {
    pub(crate) badge: Badge,
    pub(crate) staff: StaffId,
    pub(crate) mailboxes: Vec<MailboxId>,
}

/// When a session ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionTimes {
    /// Without another request.
    pub idle_ends: Timestamp,
    /// Whatever happens.
    pub ends: Timestamp,
}

/// What both kinds of session have.
#[derive(Clone)]
pub(crate) struct Badge {
    pub(crate) id: SessionId,
    pub(crate) municipality: MunicipalityId,
    pub(crate) name: DisplayName,
    pub(crate) language: Option<Language>,
    pub(crate) times: SessionTimes,
    csrf: String,
}

/// How long sessions last.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// Without a request.
    pub(crate) idle: SignedDuration,
    /// At most.
    pub(crate) absolute: SignedDuration,
}

/// Residents: 15 minutes idle, one hour in all.
pub(crate) const RESIDENT: Limits =
    Limits { idle: SignedDuration::from_mins(15), absolute: SignedDuration::from_hours(1) };
/// Staff: an hour idle, a working day in all.
pub(crate) const STAFF: Limits =
    Limits { idle: SignedDuration::from_hours(1), absolute: SignedDuration::from_hours(8) };

impl Session {
    /// Takes a stored session for the holder of its token.
    pub(crate) fn new(token: &SessionToken, municipality: MunicipalityId, row: &records::Session) -> Self {
        let badge = Badge {
            id: token.id(),
            municipality,
            name: row.name.clone(),
            language: row.language,
            times: times(row),
            csrf: token.csrf(),
        };
        match &row.holder {
            records::SessionHolder::Resident { person } => {
                Self::Resident(ResidentSession { badge, person: *person })
            }
            records::SessionHolder::Staff { staff, mailboxes } => {
                Self::Staff(StaffSession { badge, staff: *staff, mailboxes: mailboxes.clone() })
            }
        }
    }

    fn badge(&self) -> &Badge {
        match self {
            Self::Resident(session) => &session.badge,
            Self::Staff(session) => &session.badge,
        }
    }
}

/// When a stored session ends.
pub(crate) fn times(row: &records::Session) -> SessionTimes {
    let idle_ends = row.last_seen.saturating_add(limits(&row.holder).idle).unwrap_or(row.ends);
    SessionTimes { idle_ends: idle_ends.min(row.ends), ends: row.ends }
}

/// How long sessions of this kind last.
pub(crate) const fn limits(holder: &records::SessionHolder) -> Limits {
    match holder {
        records::SessionHolder::Resident { .. } => RESIDENT,
        records::SessionHolder::Staff { .. } => STAFF,
    }
}

macro_rules! badges {
    ($($name:ident)+) => {$(
        impl $name {
            /// The session's id, for logs.
            #[must_use]
            pub fn id(&self) -> SessionId {
                self.badge().id
            }

            /// The municipality it is bound to.
            #[must_use]
            pub fn municipality(&self) -> MunicipalityId {
                self.badge().municipality
            }

            /// The person's own name, as the sign-in method gave it.
            #[must_use]
            pub fn name(&self) -> &DisplayName {
                &self.badge().name
            }

            /// The language this person chose, if any.
            #[must_use]
            pub fn language(&self) -> Option<Language> {
                self.badge().language
            }

            /// When it ends.
            #[must_use]
            pub fn times(&self) -> SessionTimes {
                self.badge().times
            }

            /// What each form must carry.
            #[must_use]
            pub fn csrf(&self) -> &str {
                &self.badge().csrf
            }

            /// Whether a form carried it; compared in constant time.
            #[must_use]
            pub fn csrf_matches(&self, given: &str) -> bool {
                equal(self.badge().csrf.as_bytes(), given.as_bytes())
            }
        }
    )+};
}

impl ResidentSession {
    const fn badge(&self) -> &Badge {
        &self.badge
    }
}

impl StaffSession {
    const fn badge(&self) -> &Badge {
        &self.badge
    }
}

badges! { Session ResidentSession StaffSession }

impl std::fmt::Debug for Badge {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Badge").field("id", &self.id).finish_non_exhaustive()
    }
}
