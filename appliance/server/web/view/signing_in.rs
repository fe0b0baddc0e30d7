//! The pages from "log in" to "you are logged in": residents and staff share them.
//!
//! They never say that a message exists, and nothing of a link's reference is in them.

use serde::Serialize;

use super::Page;

/// A way to log in.
#[derive(Debug, Clone, Serialize)]
pub struct Method {
    /// Its id in the configuration, e.g. `bankid`; the buttons send `login=<id>/this` or `login=<id>/other`.
    pub id: String,
    /// Its name, e.g. `BankID`.
    pub name: String,
    /// Whether the app may be on this device or on another one; a method that redirects has one button only.
    pub two_devices: bool,
}

/// The start page of residents, not logged in. Buttons post `login` to `/login`.
#[derive(Debug, Clone, Serialize)]
pub struct Start {
    /// The ways to log in, the last used first.
    pub methods: Vec<Method>,
    /// How many days messages are shown.
    pub days: u16,
}

impl Page for Start {
    const TEMPLATE: &'static str = "start.html";
}

/// The page behind every link of a notice, before login. Its form has no `action`: it posts `login` to where it stands.
///
/// Invariant: the same bytes for every reference (P2); so nothing of the reference may ever be put here.
#[derive(Debug, Clone, Serialize)]
pub struct Invitation {
    /// The ways to log in, the last used first.
    pub methods: Vec<Method>,
}

impl Page for Invitation {
    const TEMPLATE: &'static str = "invitation.html";
}

/// The start page of staff, not logged in. Buttons post `login` to `/staff/login`.
#[derive(Debug, Clone, Serialize)]
pub struct StaffStart {
    /// The ways to log in.
    pub methods: Vec<Method>,
}

impl Page for StaffStart {
    const TEMPLATE: &'static str = "staff_start.html";
}

/// A login under way in an app: the page that waits. The script asks `POST /login/look`; without it the page reloads.
#[derive(Debug, Clone, Serialize)]
pub struct Waiting {
    /// The method's name.
    pub method: String,
    /// The QR code as `data:image/svg+xml;base64,…`; none when the app is on this device.
    pub qr: Option<String>,
    /// What opens the app on this device.
    pub app_link: Option<String>,
    /// What the login waits for: the plugin's own text, in the visitor's language.
    pub message: String,
    /// Seconds until the login must be done.
    pub seconds_left: u32,
    /// Seconds it had from the start.
    pub seconds_total: u32,
    /// Seconds between two frames of the code.
    pub frame_seconds: u32,
    /// Where "choose another way" leads: `/`, `/staff` or `/m/<reference>`.
    pub back: String,
}

impl Page for Waiting {
    const TEMPLATE: &'static str = "waiting.html";
}

/// The page that leads to a provider on another host. `form-action` forbids a redirect that answers a form, so this page
/// goes there by itself (refresh) and has a link.
#[derive(Debug, Clone, Serialize)]
pub struct Leaving {
    /// The method's name.
    pub method: String,
    /// The provider's address, made by the host.
    pub url: String,
    /// Where "choose another way" leads.
    pub back: String,
}

impl Page for Leaving {
    const TEMPLATE: &'static str = "leaving.html";
}

/// The login is done; the form posts to `/login/finish` (the script presses its button).
#[derive(Debug, Clone, Serialize)]
pub struct Finish {
    /// The method's name.
    pub method: String,
}

impl Page for Finish {
    const TEMPLATE: &'static str = "finish.html";
}

/// The login failed.
#[derive(Debug, Clone, Serialize)]
pub struct Failed {
    /// The method's name.
    pub method: String,
    /// Why.
    pub class: FailureClass,
    /// The names of the methods that are good enough, for [`FailureClass::Assurance`]; the other methods otherwise.
    pub methods: Vec<String>,
    /// The number to give on the telephone.
    pub reference: String,
    /// Whether trying the same again can help.
    pub retryable: bool,
    /// What the retry button sends as `login`, e.g. `bankid/other`.
    pub login: String,
    /// Where the retry button posts: `/login`, `/staff/login` or `/m/<reference>`.
    pub action: String,
    /// Where "choose another way" leads.
    pub back: String,
}

impl Page for Failed {
    const TEMPLATE: &'static str = "failed.html";
}

/// Why a login failed; the text is `eid-<this>` of the locales.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FailureClass {
    /// The person pressed cancel.
    UserCancelled,
    /// Time ran out.
    Expired,
    /// The app did not start or the code was not read.
    NotStarted,
    /// Another login of the same person is under way.
    Busy,
    /// The e-ID is blocked or no longer valid.
    Credential,
    /// Stopped by the provider for security reasons.
    Risk,
    /// The level of assurance is too low.
    Assurance,
    /// Staff: logged in, but no group of theirs opens a mailbox here.
    NoRole,
    /// The provider does not answer.
    ProviderDown,
    /// Our own set-up is at fault.
    Config,
    /// Anything else.
    Unknown,
}

impl FailureClass {
    /// Every one of them; each has a text.
    pub const ALL: [Self; 11] = [
        Self::UserCancelled,
        Self::Expired,
        Self::NotStarted,
        Self::Busy,
        Self::Credential,
        Self::Risk,
        Self::Assurance,
        Self::NoRole,
        Self::ProviderDown,
        Self::Config,
        Self::Unknown,
    ];
}

/// Logged out.
#[derive(Debug, Clone, Serialize)]
pub struct LoggedOut {
    /// Whether the visitor was on the staff's side, so that "log in again" leads there.
    pub staff: bool,
    /// Whether it happened because nothing was done for a while.
    pub idle: bool,
}

impl Page for LoggedOut {
    const TEMPLATE: &'static str = "logged_out.html";
}
