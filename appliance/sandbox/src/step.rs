//! What a caller gets back from a call.
//!
//! Every address in here was built or checked by the host, and every value of a [`Claim`] was read by the host.

use std::fmt;

use kuvert_domain::{country::Country, level::Level, secret::Secret};

use crate::Transaction;

/// The outcome of a call that moved a login on.
#[derive(Debug, Clone)]
pub struct Turn {
    /// What to store, sealed, until the next call. After `Done` it is for [`crate::Sandbox::end_session`], and empty where
    /// nothing is to be ended; after `Failed` it is worthless.
    pub transaction: Transaction,
    /// What to do now.
    pub step: Step,
    /// Whether the provider could not be reached meanwhile, whatever the plugin made of it.
    pub unreachable: bool,
}

/// What to do now.
#[derive(Debug, Clone)]
pub enum Step {
    /// Send the browser to this https address, which lies under the trust profile's prefixes.
    Redirect(String),
    /// Show something and wait.
    Wait(Wait),
    /// Somebody is who they are.
    Done(Claim),
    /// An ordinary unhappy end.
    Failed(Failure),
}

/// A step that waits for a person with an app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wait {
    /// What to show at first; later frames come from `Sandbox::render`.
    pub display: Display,
    /// Earliest next poll, in milliseconds from now.
    pub poll_after_ms: u32,
    /// When the provider's order runs out and [`crate::Event::Restart`] is due, in milliseconds since 1970.
    pub expires_at_ms: u64,
}

/// One frame of a waiting page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Display {
    /// What the QR code says; it has the trust profile's prefix.
    pub qr: Option<String>,
    /// Opens the app on this device; it has one of the trust profile's prefixes. Security: once one was shown, a
    /// login may end only in the browser that comes back with the host's nonce.
    pub app_link: Option<String>,
    /// What to tell the person.
    pub message: Message,
    /// When to ask for the next frame, in milliseconds; 0 is never.
    pub next_frame_ms: u32,
}

/// A text of the plugin's bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Its key in the bundle's locales.
    pub key: String,
    /// The text in the language of the call. Plain text: escape it.
    pub text: String,
}

/// Who somebody is, as the host itself read it from evidence that the trust profile lets count.
#[derive(Clone)]
pub struct Claim {
    /// The identity number as the provider writes it; `domain::number` judges it.
    pub number: Option<Secret<String>>,
    /// Whose numbers these are.
    pub country: Option<Country>,
    /// The full name.
    pub name: Option<Secret<String>>,
    /// The organisation's number, for somebody who acts for one.
    pub organisation: Option<String>,
    /// How sure the provider is.
    pub level: Level,
    /// The provider's own lasting name for the person; unique only together with the binding.
    pub subject: Option<Secret<String>>,
    /// Groups or roles of staff. `None` is *unknown*: give nothing on it.
    pub groups: Option<Vec<String>>,
}

/// An ordinary unhappy end, in the bundle's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What kind of end.
    pub class: FailureClass,
    /// What to tell the person.
    pub message: Message,
    /// The provider's own code, for the log.
    pub code: String,
    /// Whether trying again makes sense.
    pub retryable: bool,
}

/// The kinds of unhappy ends that the pages know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FailureClass {
    /// The person said no.
    Cancelled,
    /// It took too long.
    Expired,
    /// The app never took the order up.
    NotStarted,
    /// Another login of this person is going on.
    Busy,
    /// The e-ID is blocked, too old or of the wrong kind.
    Credential,
    /// The provider finds the login risky.
    Risk,
    /// The e-ID's level is too low for this door.
    Level,
    /// The e-ID carries no number that says who the person is here.
    NoNumber,
    /// The directory does not say that a second factor was used.
    SecondFactor,
    /// The provider is down.
    ProviderDown,
    /// Something is set up wrongly.
    Config,
    /// The provider said something that it should not.
    Protocol,
}

impl FailureClass {
    /// The name in the contract, in texts and in metrics.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cancelled => "cancelled",
            Self::Expired => "expired",
            Self::NotStarted => "not-started",
            Self::Busy => "busy",
            Self::Credential => "credential",
            Self::Risk => "risk",
            Self::Level => "level",
            Self::NoNumber => "no-number",
            Self::SecondFactor => "second-factor",
            Self::ProviderDown => "provider-down",
            Self::Config => "config",
            Self::Protocol => "protocol",
        }
    }

    /// Reads a plugin's word. Words that came after this host count as [`Self::Protocol`].
    #[must_use]
    pub fn from_name(name: &str) -> Self {
        [
            Self::Cancelled,
            Self::Expired,
            Self::NotStarted,
            Self::Busy,
            Self::Credential,
            Self::Risk,
            Self::Level,
            Self::NoNumber,
            Self::SecondFactor,
            Self::ProviderDown,
            Self::Config,
        ]
        .into_iter()
        .find(|class| class.name() == name)
        .unwrap_or(Self::Protocol)
    }
}

impl fmt::Debug for Claim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Claim").field("level", &self.level).finish_non_exhaustive()
    }
}
