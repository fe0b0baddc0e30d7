//! Before anybody is signed in: methods, logins under way, sessions by their token.
//!
//! Everything is bound to one municipality. Which path or cookie carries what is the server's business; the e-ID
//! protocols are the plugins'.

mod begin;
mod finish;
mod follow;
mod judge;
mod leave;
mod methods;
mod part;
mod sessions;

use std::{net::IpAddr, sync::Arc};

use kuvert_domain::{
    directory::{Audience, Municipality},
    id::{MessageId, MunicipalityId},
    language::Language,
};

use crate::{LoginCookie, ServiceError, Session, SessionToken, calling::Calling, core::Core};

pub use methods::MethodView;
pub use part::Parting;

/// The door of one municipality.
#[derive(Clone)]
pub struct Front {
    core: Arc<Core>,
    municipality: MunicipalityId,
}

/// What a person who wants in brings along.
#[derive(Debug, Clone)]
pub struct Begin {
    /// The method's id.
    pub method: String,
    /// Which door: a method of the other audience does not exist here.
    pub audience: Audience,
    /// Where the e-ID app is.
    pub device: Device,
    /// The browser.
    pub client: Client,
    /// Scheme, host and port the browser sees, `https://granby.example`, for the way back.
    pub origin: String,
    /// Where to go afterwards.
    pub destination: Destination,
    /// The language of the page.
    pub language: Language,
}

/// The browser as far as the e-ID provider may know it.
#[derive(Debug, Clone)]
pub struct Client {
    /// Its address.
    pub ip: IpAddr,
    /// Its `User-Agent`.
    pub user_agent: String,
}

/// Where the e-ID app is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Device {
    /// On the device that shows the page: the login ends only in this browser, when the app sends it back.
    This,
    /// On another one, which reads a code from the page.
    Other,
}

/// Where a person wants to go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Destination {
    /// The first page.
    Home,
    /// Whatever stood after `/m/` in the address; any text at all.
    Link(String),
    /// A page of ours, as a path. Anything else is taken as [`Destination::Home`].
    Page(String),
}

/// A login as the page shows it.
#[derive(Debug, Clone)]
pub struct LoginView {
    /// The method's id.
    pub method: String,
    /// Which door it is for.
    pub audience: Audience,
    /// Where the app is.
    pub device: Device,
    /// The language it began in.
    pub language: Language,
    /// Where the person wants to go, for "try again".
    pub destination: Destination,
    /// Where it stands.
    pub state: LoginState,
}

/// Where a login stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LoginState {
    /// The browser must go there.
    Redirect {
        /// An https address of the provider.
        url: String,
    },
    /// The person does something in an app.
    Waiting(Waiting),
    /// Approved, but this browser has not come back through the app's return link yet, or another page of it comes in
    /// at this very moment.
    NeedsReturn,
    /// Ready for [`Front::finish`].
    Done,
    /// Over.
    Failed(LoginFailure),
    /// The person had left the page and is back: the order was cancelled, a new one must be begun.
    Left,
}

/// What to show while a person does something in an app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// What the QR code says.
    pub qr: Option<String>,
    /// Opens the app; only where the person asked for this device.
    pub app_link: Option<String>,
    /// The provider's instruction, in the login's language. Plain text: escape it.
    pub message: String,
    /// The provider has not answered for a while. The login goes on when it does.
    pub silent: bool,
    /// How long the login can still be finished.
    pub seconds_left: u32,
    /// How long it could be finished when it began.
    pub seconds_total: u32,
    /// When to look again, in milliseconds.
    pub next_frame_ms: u32,
}

/// Why a login ended without anybody signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoginFailure {
    /// What happened.
    pub class: LoginFault,
    /// Whether trying again makes sense.
    pub retryable: bool,
    /// What to read to the contact centre.
    pub reference: String,
    /// What the provider's plugin says about it, in the login's language. Plain text: escape it. Empty where it says
    /// nothing.
    pub message: String,
    /// The fault's code (`P-CPU` …) where the machinery failed and not the person; else empty.
    pub fault: String,
}

/// What may end a login. Each has its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoginFault {
    /// The person said no.
    UserCancelled,
    /// It took too long.
    Expired,
    /// The app did not take it up.
    NotStarted,
    /// Another login of this person is going on.
    Busy,
    /// The e-ID is blocked or no longer valid.
    Credential,
    /// The provider finds it risky.
    Risk,
    /// The e-ID's level is too low.
    Assurance,
    /// The e-ID carries no number that is one here.
    NoNumber,
    /// The staff directory does not say that a second factor was used.
    SecondFactor,
    /// The person signed in for an organisation, which has no mailbox here.
    Organisation,
    /// The provider does not answer.
    ProviderDown,
    /// The method is set up wrongly here.
    Config,
    /// A member of staff without any mailbox here.
    NoRole,
    /// Anything else.
    Unknown,
}

/// Somebody signed in a moment ago.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// What the browser carries from now on.
    pub token: SessionToken,
    /// The session.
    pub session: Session,
    /// Where to go now.
    pub arrival: Arrival,
    /// The method, for the next time.
    pub method: String,
    /// Where the app was, for the next time.
    pub device: Device,
}

/// Where a person lands after signing in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Arrival {
    /// The inbox.
    Inbox,
    /// The message of the link.
    Message(MessageId),
    /// The page of the two checks; [`Resident::checks`](crate::Resident::checks) says what stands there.
    Checks,
    /// A page of ours, as a path that begins with one slash.
    Page(String),
    /// The staff's first page.
    Staff,
}

impl LoginFault {
    /// Its key among the texts.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::UserCancelled => "eid-user-cancelled",
            Self::Expired => "eid-expired",
            Self::NotStarted => "eid-not-started",
            Self::Busy => "eid-busy",
            Self::Credential => "eid-credential",
            Self::Risk => "eid-risk",
            Self::Assurance => "eid-assurance",
            Self::NoNumber => "eid-no-number",
            Self::SecondFactor => "eid-second-factor",
            Self::Organisation => "eid-organisation",
            Self::ProviderDown => "eid-provider-down",
            Self::Config => "eid-config",
            Self::NoRole => "eid-no-role",
            Self::Unknown => "eid-unknown",
        }
    }
}

impl Destination {
    /// Drops what could lead off this site.
    fn tamed(self) -> Self {
        match self {
            Self::Page(path) if is_local_path(&path) => Self::Page(path),
            Self::Link(text) => Self::Link(text.chars().take(64).collect()),
            Self::Page(_) | Self::Home => Self::Home,
        }
    }
}

impl Front {
    pub(crate) const fn new(core: Arc<Core>, municipality: MunicipalityId) -> Self {
        Self { core, municipality }
    }

    /// The municipality.
    pub fn municipality(&self) -> Result<&Municipality, ServiceError> {
        self.core.municipality(self.municipality)
    }

    /// Calls of one of its methods.
    fn calling(&self, method: &str) -> Result<Calling<'_>, ServiceError> {
        Ok(Calling::new(&self.core, self.municipality, self.binding(method)?))
    }

    /// Moves a login on if that is due, and says where it stands. `NotFound` when the cookie names no login.
    pub async fn look(&self, cookie: &LoginCookie) -> Result<LoginView, ServiceError> {
        follow::look(self, cookie).await
    }
}

/// Whom a claim lets in as a resident, for tests that need no plugin to make it.
#[cfg(test)]
pub(crate) fn resident(
    municipality: &Municipality,
    claim: &kuvert_sandbox::Claim,
    now: jiff::Timestamp,
) -> Result<kuvert_store::records::Identity, LoginFault> {
    judge::resident(municipality, claim, now)
}

/// A login's row, for tests that put it into another state.
#[cfg(test)]
pub(crate) async fn stored(front: &Front, cookie: &LoginCookie) -> kuvert_store::records::Login {
    follow::find(front, cookie).await.unwrap().unwrap()
}

fn is_local_path(path: &str) -> bool {
    path.starts_with('/')
        && path.len() <= 512
        && !path.starts_with("//")
        && path.chars().all(|c| c.is_ascii_graphic() && c != '\\')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_destination_never_leads_off_this_site() {
        for path in
            ["https://evil.example/", "//evil.example", "/\\evil.example", "", "/a\r\nb", "javascript:x"]
        {
            assert_eq!(Destination::Page(path.to_owned()).tamed(), Destination::Home, "{path}");
        }
        let page = Destination::Page("/message/abc?x=1".to_owned());
        assert_eq!(page.clone().tamed(), page);
    }
}
