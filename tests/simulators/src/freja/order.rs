//! One authentication from its request to its result.
//!
//! Pure: it is told the time, and it knows no other authentication and no HTTP.

use std::fmt;

use super::Holder;
use super::request::Ask;

/// An authentication that nobody has approved by then is `EXPIRED`.
pub(crate) const LIFE_MS: u64 = 120_000;
/// A result can be asked for so long; Freja does not publish its own figure.
const KEEP_MS: u64 = 600_000;

/// The name of an authentication, as the relying party knows it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AuthRef(pub(crate) String);

impl AuthRef {
    /// The reference as the API writes it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AuthRef {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Where an authentication stands.
pub(crate) enum Stage {
    /// No app has it.
    Started,
    /// A person's app shows it; the address is where a link asked the app to lead back to.
    Delivered(Holder, Option<String>),
    /// The person said yes.
    Approved(Holder, u64),
    /// It ended otherwise: the status, and since when.
    Ended(&'static str, u64),
}

/// An authentication with its stage.
pub(crate) struct Order {
    pub(crate) ask: Ask,
    pub(crate) reference: String,
    /// Security: must never reach a browser. None for a code that stands still.
    pub(crate) secret: Option<String>,
    pub(crate) made_ms: u64,
    pub(crate) stage: Stage,
}

impl Order {
    /// Whole seconds since it began, as a changing code counts them.
    pub(crate) fn second(&self, now_ms: u64) -> u64 {
        now_ms.saturating_sub(self.made_ms) / 1000
    }

    pub(crate) fn is_live(&self) -> bool {
        matches!(self.stage, Stage::Started | Stage::Delivered(..))
    }

    pub(crate) fn is_untouched(&self) -> bool {
        matches!(self.stage, Stage::Started)
    }

    /// The person it is for, as far as Freja knows: by the app, or by the request.
    pub(crate) fn holder(&self) -> Option<&str> {
        match &self.stage {
            Stage::Delivered(holder, _) => Some(&holder.person.number),
            _ => self.ask.named.as_deref(),
        }
    }

    /// As results name it.
    pub(crate) fn status(&self) -> &'static str {
        match &self.stage {
            Stage::Started => "STARTED",
            Stage::Delivered(..) => "DELIVERED_TO_MOBILE",
            Stage::Approved(..) => "APPROVED",
            Stage::Ended(status, _) => status,
        }
    }

    /// Ends it without approval.
    pub(crate) fn end(&mut self, status: &'static str, at_ms: u64) {
        if self.is_live() {
            self.stage = Stage::Ended(status, at_ms);
        }
    }

    /// Lets time do its work.
    pub(crate) fn age(&mut self, now_ms: u64) {
        let over = self.made_ms.saturating_add(LIFE_MS);
        if now_ms >= over {
            self.end("EXPIRED", over);
        }
    }

    /// Whether its result has waited for too long.
    pub(crate) fn is_forgotten(&self, now_ms: u64) -> bool {
        match self.stage {
            Stage::Approved(_, at_ms) | Stage::Ended(_, at_ms) => now_ms.saturating_sub(at_ms) >= KEEP_MS,
            Stage::Started | Stage::Delivered(..) => false,
        }
    }
}
