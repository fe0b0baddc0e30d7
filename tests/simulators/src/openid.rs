//! An OpenID provider: discovery, keys, sign-in page, token and userinfo, over HTTPS.
//!
//! Two kinds of client meet two kinds of people: the municipality's staff with groups and roles, as a directory such as
//! Entra ID tells them, and Danish residents with MitID through a broker, with the claims and levels of Signaturgruppen's
//! broker. PKCE (S256), `state` and `nonce` are required, codes work once, redirect addresses are compared whole.
//! [`Forgery`] makes it lie in one way at a time. It does not do consent, refresh tokens, PAR or dynamic registration.

mod claims;
mod client;
mod forgery;
mod keys;
mod login;
mod provider;
mod token;

#[cfg(test)]
mod tests;

use std::io;
use std::sync::Arc;

use url::Url;

use crate::ca::Authority;
use crate::clock::SimClock;
use crate::http::Listening;
use crate::people::{Dane, Employee};

pub use client::{Client, ClientAuth, Profile};
pub use forgery::Forgery;

/// What the provider needs to know.
pub struct OpenIdSettings {
    /// Port; 0 takes any.
    pub port: u16,
    /// Rules codes, tokens and sessions.
    pub clock: SimClock,
    /// The relying parties. More can be added by [`OpenId::register`].
    pub clients: Vec<Client>,
    /// Who can sign in to a staff client.
    pub staff: Vec<Employee>,
    /// Who can sign in to a MitID client.
    pub danes: Vec<Dane>,
}

/// A running provider.
pub struct OpenId {
    listening: Listening,
    provider: Arc<provider::Provider>,
    authority: Authority,
}

impl OpenId {
    /// Opens the port.
    pub async fn start(settings: OpenIdSettings) -> io::Result<Self> {
        let authority = Authority::new("Simulated OpenID provider CA")?;
        let tls = Authority::tls(&authority.server(&["localhost"])?, None)?;
        let listener = crate::http::bind(settings.port).await?;
        let issuer = format!("https://localhost:{}", listener.local_addr()?.port());
        let provider = Arc::new(provider::Provider::new(issuer, settings)?);
        let shared = Arc::clone(&provider);
        let listening = Listening::on(listener, Some(tls), move |call| {
            let answer = shared.answer(&call);
            async move { answer }
        })?;
        Ok(Self { listening, provider, authority })
    }

    /// The issuer, without a slash at its end; also the origin of every endpoint.
    #[must_use]
    pub fn issuer(&self) -> &str {
        self.provider.issuer()
    }

    /// The root that the server certificate leads to.
    #[must_use]
    pub fn ca_pem(&self) -> String {
        self.authority.pem()
    }

    /// Adds a relying party, or replaces the one with the same id.
    pub fn register(&self, client: Client) {
        self.provider.register(client);
    }

    /// From now on the provider lies in this way; [`Forgery::None`] makes it honest again.
    pub fn forge(&self, forgery: Forgery) {
        self.provider.forge(forgery);
    }

    /// Signs with a new key from now on and publishes only that one.
    pub fn rotate_keys(&self) -> io::Result<()> {
        self.provider.rotate_keys()
    }

    /// Signs that account in for an authorization address, as if it had pressed its button in a browser, and gives the
    /// address that the browser would be sent back to. None when the provider would not send it back.
    #[must_use]
    pub fn sign_in(&self, authorization: &str, account: &str) -> Option<Url> {
        self.provider.sign_in(authorization.parse().ok().as_ref()?, account)
    }

    /// How often a path, e.g. `/jwks`, was called.
    #[must_use]
    pub fn count(&self, path: &str) -> u64 {
        self.provider.count(path)
    }

    /// Closes the port and every connection.
    pub async fn stop(self) {
        self.listening.stop().await;
    }
}
