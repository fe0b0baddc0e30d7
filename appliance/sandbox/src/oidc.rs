//! The host's half of OpenID Connect: what must not be chosen by a guest.
//!
//! State, nonce, PKCE, discovery, keys, client authentication and every check of a token. Which scopes to ask for and
//! what a claim means for a person is the plugin's and the trust profile's. Sources: OpenID Connect Core 1.0,
//! RFC 7636, 7523, 9126, 9207, 9700.

mod authorization;
mod client;
mod discovery;
mod exchange;
mod id_token;
mod parting;

pub(crate) use authorization::begin;
pub(crate) use client::Party;
pub(crate) use discovery::Documents;
pub(crate) use exchange::finish;
pub(crate) use parting::{Parting, prepare as part};

use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use subtle::ConstantTimeEq as _;

use crate::{
    binding::Bound,
    contract::{Location, Pair},
    host::Shared,
    outbound::{Answer, Failure},
    strict_json,
};

/// One walk to the provider and back. Sealed with the login; used once.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Attempt {
    state: String,
    nonce: String,
    verifier: String,
    max_age_s: Option<u32>,
    sent_ms: i64,
    /// The person had to sign in anew.
    fresh: bool,
    /// Where the host sends the browser, down to the last parameter.
    pub(crate) address: String,
}

impl Attempt {
    /// Whether the callback's `state` is the one that was sent along.
    pub(crate) fn is_answered_by(&self, parameters: &[(String, String)]) -> bool {
        let mut said = parameters.iter().filter(|(name, _)| name == "state").map(|(_, value)| value);
        said.next().is_some_and(|state| bool::from(state.as_bytes().ct_eq(self.state.as_bytes())))
    }
}

/// Why a step of the flow came to nothing.
pub(crate) enum Trouble {
    /// The guest asked for what it may not have.
    Denied(String),
    /// Told to the guest, in the words of the contract.
    Fault { code: String, detail: String, retryable: bool },
}

impl Trouble {
    fn fault(code: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::Fault { code: code.into(), detail: detail.into(), retryable: false }
    }

    fn failure(failure: Failure, what: &str) -> Self {
        Self::Fault { code: failure.code().to_owned(), detail: what.to_owned(), retryable: failure.passes() }
    }
}

/// A document that the provider answered with, or the error that it answered with instead.
fn document(answer: &Answer, wanted: u16, place: &str) -> Result<Value, Trouble> {
    let document = strict_json::parse(&answer.body).map_err(|detail| {
        Trouble::fault("protocol", format!("{place} answered {}: {detail}", answer.status))
    })?;
    if answer.status == wanted {
        return Ok(document);
    }
    let detail = format!("{place}: {}", answer.status);
    match document.get("error").and_then(Value::as_str) {
        Some(error) => Err(Trouble::fault(format!("provider:{}", word(error)), detail)),
        None => Err(Trouble::fault("protocol", detail)),
    }
}

fn party(bound: &Bound) -> Result<&Party, Trouble> {
    bound.party.as_ref().ok_or_else(|| Trouble::Denied("the binding has no OpenID client".to_owned()))
}

/// A discovered address in the words of the contract, when it lies on a bound endpoint.
fn place(bound: &Bound, url: &url::Url) -> Option<Location> {
    let (endpoint, _) = bound.holding(url)?;
    let query =
        url.query_pairs().map(|(name, value)| Pair { name: name.into_owned(), value: value.into_owned() });
    Some(Location { endpoint: endpoint.to_owned(), path: url.path().to_owned(), query: query.collect() })
}

/// 256 unpredictable bits: 43 characters, as PKCE wants them.
fn token(shared: &Shared) -> String {
    BASE64URL_NOPAD.encode(&shared.random::<32>())
}

/// An error code of a provider, cut down to what such a code is made of.
fn word(error: &str) -> String {
    error.chars().filter(|c| c.is_ascii_alphanumeric() || "_-.".contains(*c)).take(48).collect()
}
