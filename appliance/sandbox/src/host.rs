//! What a guest can reach during one call: the state behind the powers, each of which is one file.
//!
//! A host lives as long as its store: one call.

mod crypto;
mod http;
mod log;
mod oidc;
mod settings;
mod text;
mod token;

use std::sync::Arc;

use kuvert_domain::{
    clock::{Clock, Entropy},
    language::Language,
};

use crate::{
    Fault, FaultCode, Limits,
    binding::Bound,
    contract,
    login::Login,
    meter::{Meter, Refusal},
    oidc::Documents,
    outbound::Way,
};

/// What all calls share.
pub(crate) struct Shared {
    pub(crate) limits: Arc<Limits>,
    pub(crate) way: Way,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) documents: Documents,
}

impl Shared {
    /// The present, in milliseconds since 1970.
    pub(crate) fn now_ms(&self) -> i64 {
        self.clock.now().as_millisecond()
    }

    /// So many unpredictable bytes.
    pub(crate) fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.entropy.fill(&mut bytes);
        bytes
    }
}

/// The state of one call.
pub(crate) struct Host {
    pub(crate) shared: Arc<Shared>,
    pub(crate) bound: Arc<Bound>,
    pub(crate) login: Login,
    pub(crate) meter: Meter,
    pub(crate) language: Language,
    pub(crate) correlation: String,
    /// Whether this call may send anything: drawing a frame may not.
    pub(crate) network: bool,
    /// Whether the provider could not be reached during this call.
    pub(crate) unreachable: bool,
}

impl Host {
    /// A fault of this call, with what the call used and which version it was.
    pub(crate) fn blame(&self, fault: Fault) -> Fault {
        Fault { used: self.meter.used(), by: Some(self.bound.plugin.version.clone()), ..fault }
    }

    /// Pays for a request.
    fn use_network(&mut self) -> wasmtime::Result<()> {
        self.meter.host_call()?;
        if !self.network {
            return Err(Refusal::error(FaultCode::Denied, "this call has no network"));
        }
        self.meter.http_call()
    }
}

/// Ends the call because the guest asked for what it may not have.
fn denied(detail: impl Into<String>) -> wasmtime::Error {
    Refusal::error(FaultCode::Denied, detail)
}

impl contract::powers_types::Host for Host {}
