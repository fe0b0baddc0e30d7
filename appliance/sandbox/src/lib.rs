//! Runs e-ID plugins as WebAssembly components that can do only what the host lets them.
//!
//! A plugin is a pure step function. This room loads its bundle, gives every call a fresh store with hard limits,
//! lends it the few powers of `plugins/wit/host`, and reads for itself, from answers it holds, whatever a plugin
//! claims about a person.
//!
//! It deliberately keeps no session, stores nothing, draws nothing for a page and decides nothing about who may
//! read what: `service` does. Design: `plugins/README.md` and ARCHITECTURE.md.

#![forbid(unsafe_code)]

mod ask;
mod binding;
mod call;
mod certificate;
mod contract;
mod engine;
mod evidence;
mod fault;
mod grant;
mod guest_words;
mod health;
mod host;
mod judge;
mod jws;
mod limits;
mod login;
mod meter;
mod oidc;
mod outbound;
mod plugin;
mod profile;
mod sandbox;
mod settings;
mod shelf;
mod source;
mod step;
mod strict_json;
mod transaction;
mod trial;
mod trust;
mod workers;

pub use binding::check_terms;
pub use call::{BeginArgs, Client, Context, Event};
pub use fault::{Fault, FaultCode, PluginVersion, Used};
pub use grant::{Addition, Grants, Verdict, unasked};
pub use health::CertificateExpiry;
pub use limits::Limits;
pub use outbound::{Network, SystemNetwork, Waiting};
pub use profile::{check_audience, check_profile};
pub use sandbox::{Check, PluginInfo, Sandbox};
pub use settings::{
    AddressPolicy, Binding, ClientAuthentication, ClientIdentity, EndpointBinding, OidcClient, OpenError,
    PushedRequests, SandboxSettings,
};
pub use source::Source;
pub use step::{Claim, Display, Failure, FailureClass, Message, Step, Turn, Wait};
pub use transaction::Transaction;
pub use trial::{Bounds, ChildTrial, NoTrial, compile_trial, compile_trial_within, try_out};
