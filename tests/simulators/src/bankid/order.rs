//! One order from its request to its result: the stages, and the hint that each shows to the relying party.
//!
//! Pure: it is told the time, and it knows no other order and no HTTP.

use std::fmt;
use std::net::IpAddr;

use serde::Deserialize;
use serde_json::Value;

use crate::people::{Risk, Swede};

/// An order nobody has opened by then is `startFailed`.
const START_WITHIN_MS: u64 = 30_000;
/// An order nobody has finished by then is `expiredTransaction`.
const FINISH_WITHIN_MS: u64 = 180_000;
/// A complete order can be collected for this long.
const KEEP_COMPLETE_MS: u64 = 180_000;
/// A failed order can be collected for this long.
const KEEP_FAILED_MS: u64 = 300_000;

/// The name of an order, as the relying party knows it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OrderRef(pub(crate) String);

/// Which of the API's verbs made an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `auth`.
    Auth,
    /// `sign`.
    Sign,
    /// `phone/auth`: the person and the relying party are on the phone.
    CallAuth,
    /// `phone/sign`.
    CallSign,
}

/// What the relying party told about the browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Web {
    /// Host name of the site.
    pub referring_domain: Option<String>,
    /// The browser's own name.
    pub user_agent: Option<String>,
    /// A lasting name of the browser, or its hash.
    pub device_identifier: Option<String>,
}

/// The highest risk that the relying party accepts.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum RiskLimit {
    Low,
    Moderate,
}

/// What must hold for the order to be answered.
#[derive(Default)]
pub(crate) struct Requirement {
    pub(crate) pin_code: bool,
    pub(crate) mrtd: bool,
    pub(crate) personal_number: Option<String>,
    pub(crate) policies: Vec<String>,
    pub(crate) risk: Option<RiskLimit>,
}

/// A checked request for an order.
pub(crate) struct Ask {
    pub(crate) kind: Kind,
    pub(crate) end_user_ip: Option<IpAddr>,
    pub(crate) caller: Option<String>,
    pub(crate) visible: Option<String>,
    pub(crate) hidden: Option<String>,
    pub(crate) return_url: Option<String>,
    pub(crate) return_risk: bool,
    pub(crate) requirement: Requirement,
    pub(crate) web: Option<Web>,
}

/// The secrets of an order. Security: `qr_secret` must never reach a browser.
pub(crate) struct Tokens {
    pub(crate) reference: String,
    pub(crate) auto_start: String,
    pub(crate) qr_token: String,
    pub(crate) qr_secret: String,
}

/// How the order came into the app.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Opening {
    Scanned,
    SameDevice,
    Called,
}

/// Where an order stands.
pub(crate) enum Stage {
    /// Nobody has opened it.
    Outstanding,
    /// The app has it and looks for a BankID.
    Started(Swede, Opening),
    /// The person reads it and is asked for the security code.
    Signing(Swede, Opening),
    /// It has its result, since this moment.
    Ended(Outcome, u64),
}

/// The result of an order.
pub(crate) enum Outcome {
    Complete(Value),
    Failed(&'static str),
}

/// An order with its tokens and its stage.
pub(crate) struct Order {
    pub(crate) ask: Ask,
    pub(crate) tokens: Tokens,
    pub(crate) made_ms: u64,
    pub(crate) stage: Stage,
}

impl OrderRef {
    /// The reference as the API writes it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for OrderRef {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl Kind {
    /// Whether the person signs a text rather than only identifying.
    #[must_use]
    pub fn is_signing(self) -> bool {
        matches!(self, Self::Sign | Self::CallSign)
    }

    /// Whether it is made during a phone call, without QR code and start token.
    #[must_use]
    pub fn is_call(self) -> bool {
        matches!(self, Self::CallAuth | Self::CallSign)
    }
}

impl RiskLimit {
    pub(crate) fn admits(self, risk: Risk) -> bool {
        match self {
            Self::Low => risk <= Risk::Low,
            Self::Moderate => risk <= Risk::Moderate,
        }
    }
}

impl Order {
    pub(crate) fn reference(&self) -> OrderRef {
        OrderRef(self.tokens.reference.clone())
    }

    /// Whole seconds since the order was made, as its QR code counts them.
    pub(crate) fn second(&self, now_ms: u64) -> u64 {
        now_ms.saturating_sub(self.made_ms) / 1000
    }

    pub(crate) fn is_live(&self) -> bool {
        !matches!(self.stage, Stage::Ended(..))
    }

    pub(crate) fn is_outstanding(&self) -> bool {
        matches!(self.stage, Stage::Outstanding)
    }

    /// The person whom the order is for, as far as BankID knows: by the app, by the request, or by the call.
    pub(crate) fn holder(&self) -> Option<&str> {
        match &self.stage {
            Stage::Started(person, _) | Stage::Signing(person, _) => Some(&person.number),
            Stage::Outstanding | Stage::Ended(..) => {
                self.ask.caller.as_deref().or(self.ask.requirement.personal_number.as_deref())
            }
        }
    }

    /// Ends the order with a failure.
    pub(crate) fn fail(&mut self, hint: &'static str, at_ms: u64) {
        if self.is_live() {
            self.stage = Stage::Ended(Outcome::Failed(hint), at_ms);
        }
    }

    /// Lets time do its work: an order that was not opened or not finished in time has failed at that moment.
    pub(crate) fn age(&mut self, now_ms: u64) {
        let age = now_ms.saturating_sub(self.made_ms);
        if self.is_outstanding() && !self.ask.kind.is_call() && age >= START_WITHIN_MS {
            self.fail("startFailed", self.made_ms.saturating_add(START_WITHIN_MS));
        } else if age >= FINISH_WITHIN_MS {
            self.fail("expiredTransaction", self.made_ms.saturating_add(FINISH_WITHIN_MS));
        }
    }

    /// Whether its result has waited for too long to be collected.
    pub(crate) fn is_forgotten(&self, now_ms: u64) -> bool {
        match &self.stage {
            Stage::Ended(Outcome::Complete(_), at_ms) => now_ms.saturating_sub(*at_ms) >= KEEP_COMPLETE_MS,
            Stage::Ended(Outcome::Failed(_), at_ms) => now_ms.saturating_sub(*at_ms) >= KEEP_FAILED_MS,
            Stage::Outstanding | Stage::Started(..) | Stage::Signing(..) => false,
        }
    }

    /// The hint for an order that is still under way.
    pub(crate) fn pending_hint(&self) -> &'static str {
        match &self.stage {
            Stage::Started(_, Opening::Called) => "userCallConfirm",
            Stage::Started(..) => "started",
            Stage::Signing(..) => "userSign",
            Stage::Outstanding | Stage::Ended(..) => "outstandingTransaction",
        }
    }
}
