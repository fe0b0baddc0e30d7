//! Requests to the outside, made by the host alone: checked path, checked address, own trust roots, no redirects.
//!
//! It knows nothing of plugins, grants or budgets; `host::http` has checked those before.

mod address;
mod client;
mod lines;
mod network;
mod path;
mod tls;

pub(crate) use client::{Answer, Outgoing, Way};
pub use network::{Network, SystemNetwork, Waiting};
pub(crate) use path::{is_clean as is_clean_path, matches as matches_path, query_string};

use std::sync::Arc;

use tokio_rustls::rustls::{ClientConfig, pki_types::ServerName};
use url::{Host, Url};

use crate::EndpointBinding;

/// An endpoint that is ready to be called.
pub(crate) struct Endpoint {
    pub(crate) host: String,
    pub(crate) port: u16,
    /// The administrator has allowed the municipality's own network for this endpoint.
    private_network: bool,
    lines: lines::Lines,
    tls: Arc<ClientConfig>,
    server_name: ServerName<'static>,
}

/// What came of a request that brought no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Failure {
    /// The name leads nowhere, or only to addresses that are not allowed; or the line broke.
    Connect,
    /// Certificates do not fit.
    Tls,
    /// It took too long.
    Timeout,
    /// The answer is larger than an answer may be.
    TooLarge,
    /// The answer is not HTTP.
    Protocol,
    /// The name leads into the municipality's own network, which nobody confirmed for this endpoint. Ends the call.
    PrivateNetwork,
}

impl Failure {
    /// The code of the contract.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Connect => "connect",
            Self::Tls => "tls",
            Self::Timeout => "timeout",
            Self::TooLarge => "too-large",
            Self::Protocol => "protocol",
            Self::PrivateNetwork => "private-network",
        }
    }

    /// Why a stream ended in the middle.
    fn of_stream(error: &(dyn std::error::Error + 'static)) -> Self {
        if tls::is_refusal(error) { Self::Tls } else { Self::Connect }
    }

    /// Whether it may go away by itself.
    pub(crate) const fn passes(self) -> bool {
        matches!(self, Self::Connect | Self::Timeout)
    }
}

impl Endpoint {
    /// Reads a binding. `private_network`: whether the plugin was granted the municipality's own network here. The error
    /// says what is wrong with the binding.
    pub(crate) fn new(binding: &EndpointBinding, private_network: bool) -> Result<Self, String> {
        let (host, port) = host_and_port(&binding.url)?;
        let server_name = ServerName::try_from(host.clone()).map_err(|error| format!("{host}: {error}"))?;
        Ok(Self {
            host,
            port,
            private_network,
            lines: lines::Lines::default(),
            tls: Arc::new(tls::config(binding.ca_pem.as_deref(), binding.client_identity.as_ref())?),
            server_name,
        })
    }

    /// `name` or `name:port`, as in URLs.
    pub(crate) fn authority(&self) -> String {
        if self.port == 443 { self.host.clone() } else { format!("{}:{}", self.host, self.port) }
    }

    /// The address of a path here.
    pub(crate) fn address<'a>(
        &self,
        path: &str,
        query: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> String {
        let query = query_string(query);
        let joint = if query.is_empty() { "" } else { "?" };
        format!("https://{}{path}{joint}{query}", self.authority())
    }

    /// Whether an https URL lies here.
    pub(crate) fn holds(&self, url: &Url) -> bool {
        url.scheme() == "https"
            && url.username().is_empty()
            && url.host_str() == Some(&self.host)
            && url.port().unwrap_or(443) == self.port
    }
}

/// Host name and port of `https://name[:port]`; the error says what is wrong with it.
pub(crate) fn host_and_port(text: &str) -> Result<(String, u16), String> {
    let url = Url::parse(text).map_err(|error| format!("{text}: {error}"))?;
    if url.scheme() != "https" || url.path() != "/" || url.query().is_some() || !url.username().is_empty() {
        return Err(format!("{text} is not of the form https://name[:port]"));
    }
    match url.host() {
        Some(Host::Domain(host)) => Ok((host.to_owned(), url.port().unwrap_or(443))),
        _ => Err(format!("{text} names an address instead of a host name")),
    }
}
