//! What the municipality has decided about its own copy of a message (P29).

use crate::text::CaseNumber;

/// The registration state (sv *registrering*, da *journalisering*), of messages in and out alike.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Registration {
    /// Nobody has decided. Law: it blocks the purge of the municipality's copy, never the end of the resident's access.
    #[default]
    Undecided,
    /// Registered under this number; the record lives in the registry, so the copy here goes on its day.
    Registered(CaseNumber),
    /// Filed in this case; the same holds.
    Filed(CaseNumber),
    /// Of minor importance (sv *av ringa betydelse*, da *ikke journaliseringspligtig*), by a named retention decision.
    MinorImportance,
}

impl Registration {
    /// Whether the municipality's copy may be purged on its day.
    ///
    /// Only minor importance allows it here: a registered or filed copy may go once it has been exported as a record,
    /// which this appliance can't tell yet, so it stays as if undecided.
    #[must_use]
    pub const fn allows_purge(&self) -> bool {
        matches!(self, Self::MinorImportance)
    }
}
