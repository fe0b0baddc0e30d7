//! BankID as a relying party meets it: RP API v6.0 over mutual TLS, and a phone to answer with.
//!
//! Follows BankID's published interface (<https://developers.bankid.com/>): POST only, the exact content type, no
//! unknown parameters, one live order per person, orders that expire, a result that can be collected once. Where the
//! interface is silent, the code says so beside the choice. It does not do payments, card readers or ID-card checks.

mod api;
mod completion;
mod der;
mod fault;
mod ocsp;
mod order;
mod orders;
mod phone;
mod qr;
mod request;
mod signer;

#[cfg(test)]
mod tests;

use std::io;
use std::sync::Arc;

use tokio::sync::Mutex;

use crate::ca::{Authority, Identity};
use crate::clock::SimClock;
use crate::http::Listening;
use crate::people::Swede;

pub use api::Trouble;
pub use order::{Kind, OrderRef, Web};
pub use phone::{Phone, PhoneFault, Waiting};
pub use qr::frame;

/// What a BankID simulator needs to know.
pub struct BankIdSettings {
    /// Port of the API; 0 takes any.
    pub port: u16,
    /// Rules the orders' lifetimes and the QR frames.
    pub clock: SimClock,
    /// Everybody who has a BankID.
    pub people: Vec<Swede>,
}

/// A running BankID.
pub struct BankId {
    api: Mutex<Option<Listening>>,
    port: u16,
    phone: Phone,
    authority: Authority,
    client: Identity,
}

impl BankId {
    /// Opens the port.
    pub async fn start(settings: BankIdSettings) -> io::Result<Self> {
        let authority = Authority::new("Simulated BankID SSL Root CA")?;
        let client = authority.client("Simulated relying party")?;
        let phone = Phone::new(settings.clock, settings.people)?;
        let api = listen(settings.port, &authority, &phone).await?;
        Ok(Self { port: api.port(), api: Mutex::new(Some(api)), phone, authority, client })
    }

    /// From now on nobody answers at its address, as in an outage. Orders live on.
    pub async fn unplug(&self) {
        if let Some(api) = self.api.lock().await.take() {
            api.stop().await;
        }
    }

    /// Ends an outage.
    pub async fn plug_in(&self) -> io::Result<()> {
        let mut api = self.api.lock().await;
        if api.is_none() {
            *api = Some(listen(self.port, &self.authority, &self.phone).await?);
        }
        Ok(())
    }

    /// Origin of the API, without a slash at its end.
    #[must_use]
    pub fn origin(&self) -> String {
        format!("https://localhost:{}", self.port)
    }

    /// Base URL of the API, with a slash at its end.
    #[must_use]
    pub fn url(&self) -> String {
        format!("{}/rp/v6.0/", self.origin())
    }

    /// The root that the API's server certificate leads to; BankID's own root is private in the same way.
    #[must_use]
    pub fn ca_pem(&self) -> String {
        self.authority.pem()
    }

    /// The client certificate that the API accepts.
    #[must_use]
    pub fn client(&self) -> Identity {
        self.client.clone()
    }

    /// The phone itself, for tests.
    #[must_use]
    pub fn phone(&self) -> Phone {
        self.phone.clone()
    }

    /// Closes the port and every connection.
    pub async fn stop(self) {
        self.unplug().await;
    }
}

/// Opens the API's port.
async fn listen(port: u16, authority: &Authority, phone: &Phone) -> io::Result<Listening> {
    let tls = Authority::tls(&authority.server(&["localhost"])?, Some(authority))?;
    let world = Arc::clone(phone.world());
    Listening::start(port, Some(tls), move |call| {
        let answer = api::answer(&world, &call);
        async move { answer }
    })
    .await
}
