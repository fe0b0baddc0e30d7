//! A mail server that delivers to itself: what arrives is kept in memory, for tests to await and for a page to show.
//!
//! Speaks SMTP over a real socket (EHLO, SIZE, 8BITMIME, PIPELINING, STARTTLS when it has a certificate). Nobody can
//! write to a `noreply@` address, as the product promises. [`Mood`] makes it refuse for now, for good, or hang up. It does not
//! relay, authenticate or look addresses up.

mod mail;
mod mood;
mod pages;
mod session;

#[cfg(test)]
mod tests;

use std::io;
use std::net::SocketAddr;

use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

use crate::ca::{Authority, Identity};
use crate::clock::SimClock;
use crate::http::{Listening, bind};

pub use mail::{Mail, Mails};
pub use mood::Mood;

/// What a mail server needs to know.
pub struct SmtpSettings {
    /// Port of the mail server; 0 takes any.
    pub port: u16,
    /// Port of the mail page; 0 takes any.
    pub page_port: u16,
    /// Says when a mail arrived.
    pub clock: SimClock,
    /// With a certificate the server offers STARTTLS.
    pub tls: Option<Identity>,
}

/// A running mail server with its page.
pub struct Smtp {
    address: SocketAddr,
    server: JoinSet<()>,
    pages: Listening,
    mails: Mails,
}

impl Smtp {
    /// Opens both ports.
    pub async fn start(settings: SmtpSettings) -> io::Result<Self> {
        let mails = Mails::new(settings.clock);
        let tls =
            settings.tls.map(|identity| Authority::tls(&identity, None)).transpose()?.map(TlsAcceptor::from);
        let listener = bind(settings.port).await?;
        let address = listener.local_addr()?;
        let mut server = JoinSet::new();
        server.spawn(session::accept(listener, tls, mails.clone()));
        let pages = {
            let mails = mails.clone();
            Listening::start(settings.page_port, None, move |call| {
                let answer = pages::answer(&mails, &call);
                async move { answer }
            })
            .await?
        };
        Ok(Self { address, server, pages, mails })
    }

    /// Where the mail server listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Address of the mail page.
    #[must_use]
    pub fn page_url(&self) -> String {
        format!("http://127.0.0.1:{}/", self.pages.port())
    }

    /// The mails, for tests.
    #[must_use]
    pub fn mails(&self) -> Mails {
        self.mails.clone()
    }

    /// Closes both ports and every connection.
    pub async fn stop(mut self) {
        self.server.shutdown().await;
        self.pages.stop().await;
    }
}
