//! The pages from "log in" to "you are logged in": residents and staff share them.
//!
//! They never say that a message exists, and nothing of a link's reference is in them.

use serde::Serialize;

use super::Page;

/// A button to log in with: a method, and where its app is.
#[derive(Debug, Clone, Serialize)]
pub struct Method {
    /// What the button sends as `login`: `bankid/this`, `bankid/other`.
    pub login: String,
    /// The method's name, e.g. `BankID`.
    pub name: String,
    /// Where the app is.
    pub place: AppPlace,
    /// The bundle's icon as `data:image/svg+xml;base64,…`; none where the plugin does not load.
    pub icon: Option<String>,
    /// Whether it is what the person used last.
    pub last: bool,
}

/// Where the app of a method is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum AppPlace {
    /// Not asked: the provider's own page knows.
    Any,
    /// On the device that shows the page.
    This,
    /// On another one, which reads a code.
    Other,
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
    /// Where its app is: never [`AppPlace::Any`].
    pub place: AppPlace,
    /// The QR code as `data:image/svg+xml;base64,…`; none when the app is on this device, or has read the code.
    pub qr: Option<String>,
    /// What opens the app on this device.
    pub app_link: Option<String>,
    /// What the login waits for: the plugin's own text, in the visitor's language; empty when it has none at the moment.
    pub message: String,
    /// Approved; the app must still send this browser back.
    pub returning: bool,
    /// Seconds until the login must be done.
    pub seconds_left: u32,
    /// Seconds it had from the start.
    pub seconds_total: u32,
    /// Seconds between two frames of the code.
    pub frame_seconds: u32,
    /// Says which login this page is of, when the page is left.
    pub mark: String,
    /// The provider does not answer at the moment; the login goes on when it does.
    pub silent: bool,
    /// What the button sends as `login` that begins the same anew.
    pub login: String,
    /// What the button for the other device sends as `login`; none where this device cannot have the app.
    pub switch: Option<String>,
    /// Where those buttons post: `/login`, `/staff/login` or `/m/<reference>`.
    pub action: String,
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

/// The person left the page of a code and is back: the form begins anew (the script presses its button).
#[derive(Debug, Clone, Serialize)]
pub struct Paused {
    /// The method's name.
    pub method: String,
    /// What the button sends as `login`.
    pub login: String,
    /// Where it posts: `/login`, `/staff/login` or `/m/<reference>`.
    pub action: String,
    /// Where "choose another way" leads: `/`, `/staff` or `/m/<reference>`.
    pub back: String,
}

impl Page for Paused {
    const TEMPLATE: &'static str = "paused.html";
}

/// An app sent the person to a browser that began no login: nobody is let in here.
///
/// Security: this is what somebody sees who was talked into approving another person's login. It is the same whatever the
/// address holds.
#[derive(Debug, Clone, Serialize)]
pub struct Elsewhere;

impl Page for Elsewhere {
    const TEMPLATE: &'static str = "elsewhere.html";
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
    /// Whether it was the staff's door, so that the page's head is theirs.
    pub staff: bool,
    /// The method's name.
    pub method: String,
    /// Why.
    pub class: FailureClass,
    /// The names of the other methods.
    pub methods: Vec<String>,
    /// The number to give on the telephone.
    pub reference: String,
    /// What the plugin's own text says about it, which then stands instead of the text of the class: it knows more. Empty
    /// when it says nothing, and where the host's own words must be read.
    pub message: String,
    /// The fault's code (`P-CPU` …) where the machinery failed and not the person; else empty.
    pub fault: String,
    /// What the button for the other device sends as `login`, where there are two.
    pub switch: Option<String>,
    /// Whether the failed login was for an app on this device.
    pub place: AppPlace,
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
    /// The e-ID carries no number that is one here.
    NoNumber,
    /// Staff: their directory does not say that a second factor was used.
    SecondFactor,
    /// The person signed in for an organisation.
    Organisation,
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
    pub const ALL: [Self; 14] = [
        Self::UserCancelled,
        Self::Expired,
        Self::NotStarted,
        Self::Busy,
        Self::Credential,
        Self::Risk,
        Self::Assurance,
        Self::NoNumber,
        Self::SecondFactor,
        Self::Organisation,
        Self::NoRole,
        Self::ProviderDown,
        Self::Config,
        Self::Unknown,
    ];
}

/// Logged out here, and on to the provider, whose own session ends too: the page goes there by itself and has a link.
#[derive(Debug, Clone, Serialize)]
pub struct Parting {
    /// The method's name.
    pub method: String,
    /// The provider's address, made by the host.
    pub url: String,
    /// Whether the visitor was on the staff's side.
    pub staff: bool,
}

impl Page for Parting {
    const TEMPLATE: &'static str = "parting.html";
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
