//! Freja as a relying party meets it: the REST authentication service 1.0 over mutual TLS, and the app to answer with.
//!
//! Follows Freja's published interface and its own Java client (<https://github.com/Freja-eID/frejaeidclient>): bodies of
//! a name and raw Base64, one live authentication per person, two minutes, results that are signed tokens. Where the
//! interface is silent, the code says so beside the choice. It does not do signatures of documents, organisation
//! identities or photos.

mod api;
mod app;
mod code;
mod fault;
mod forgery;
mod order;
mod orders;
mod request;
mod signer;

#[cfg(test)]
mod tests;

use std::io;
use std::sync::Arc;

use crate::ca::{Authority, Identity};
use crate::clock::SimClock;
use crate::http::Listening;
use crate::people::Swede;

pub use app::{App, AppFault, Trouble, Waiting};
pub use forgery::Forgery;
pub use order::AuthRef;
pub use request::RELYING_PARTY;

/// What a Freja simulator needs to know.
pub struct FrejaSettings {
    /// Port of the API; 0 takes any.
    pub port: u16,
    /// Rules lifetimes, changing codes and the tokens' times.
    pub clock: SimClock,
    /// Everybody who has Freja.
    pub holders: Vec<Holder>,
}

/// Somebody with Freja on a phone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// Who.
    pub person: Swede,
    /// How well Freja knows the person.
    pub registration: Registration,
    /// Whose number it is, as two letters; Freja has users in several countries.
    pub country: String,
}

/// How well Freja knows a person; each level holds those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Registration {
    /// By an e-mail address.
    Basic,
    /// By an identity document.
    Extended,
    /// By a meeting, or a biometric passport: Freja+.
    Plus,
}

/// A running Freja.
pub struct Freja {
    api: Listening,
    app: App,
    authority: Authority,
    client: Identity,
}

impl Holder {
    /// Somebody in Sweden with Freja+.
    #[must_use]
    pub fn plus(person: Swede) -> Self {
        Self { person, registration: Registration::Plus, country: "SE".to_owned() }
    }
}

impl Registration {
    /// As requests and results name it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Basic => "BASIC",
            Self::Extended => "EXTENDED",
            Self::Plus => "PLUS",
        }
    }

    /// The level of assurance that goes with it.
    #[must_use]
    pub const fn loa(self) -> &'static str {
        match self {
            Self::Basic => "LOA1",
            Self::Extended => "LOA2",
            Self::Plus => "LOA3",
        }
    }
}

impl Freja {
    /// Opens the port.
    pub async fn start(settings: FrejaSettings) -> io::Result<Self> {
        let authority = Authority::new("Simulated Freja Root CA")?;
        let client = authority.client("Simulated relying party")?;
        let tls = Authority::tls(&authority.server(&["localhost"])?, Some(&authority))?;
        let app = App::new(settings.clock, settings.holders)?;
        let world = Arc::clone(app.world());
        let answer = move |call: crate::http::Call| {
            let answer = api::answer(&world, &call);
            async move { answer }
        };
        let api = Listening::start(settings.port, Some(tls), answer).await?;
        Ok(Self { api, app, authority, client })
    }

    /// Origin of the API, without a slash at its end.
    #[must_use]
    pub fn origin(&self) -> String {
        format!("https://localhost:{}", self.api.port())
    }

    /// The root that the API's server certificate leads to; Freja's own root is private in the same way.
    #[must_use]
    pub fn ca_pem(&self) -> String {
        self.authority.pem()
    }

    /// The client certificate that the API accepts.
    #[must_use]
    pub fn client(&self) -> Identity {
        self.client.clone()
    }

    /// The certificate under which results are signed now. Freja sends its own by mail.
    #[must_use]
    pub fn signer_pem(&self) -> String {
        self.app.world().signer().certificate_pem()
    }

    /// From now on results are signed with a new key, whose certificate is valid for so many days.
    pub fn rotate(&self, days: u64) -> io::Result<()> {
        let now_s = self.app.world().clock.now_s();
        self.app.world().signer().rotate(now_s, days)
    }

    /// The apps of all persons, for tests and for the phone page.
    #[must_use]
    pub fn app(&self) -> App {
        self.app.clone()
    }

    /// Closes the port and every connection.
    pub async fn stop(self) {
        self.api.stop().await;
    }
}
