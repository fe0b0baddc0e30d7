//! The host's half of OpenID Connect: what must not be chosen by a guest.
//!
//! State, nonce, PKCE, discovery, keys, client authentication and every check of a token. Which scopes to ask for and
//! what a claim means for a person is the plugin's and the trust profile's. Sources: OpenID Connect Core 1.0,
//! RFC 7636, 7523, 9207, 9700.

mod client;
mod discovery;
mod id_token;

pub(crate) use client::Party;
pub(crate) use discovery::Documents;

use aws_lc_rs::digest;
use data_encoding::BASE64URL_NOPAD;
use http::Method;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use subtle::ConstantTimeEq as _;

use crate::{
    binding::Bound,
    contract::{Location, Pair, powers::oidc::Tokens},
    evidence::Dossier,
    host::Shared,
    outbound::{Answer, Failure},
    profile::Source,
    strict_json,
};

/// Parameters that only the host sets.
const RESERVED: [&str; 13] = [
    "response_type",
    "response_mode",
    "client_id",
    "redirect_uri",
    "state",
    "nonce",
    "code_challenge",
    "code_challenge_method",
    "max_age",
    "request",
    "request_uri",
    "registration",
    "id_token_hint",
];

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

/// Prepares a walk to the provider.
pub(crate) async fn begin(
    shared: &Shared,
    bound: &Bound,
    params: &[Pair],
) -> Result<(Attempt, Location), Trouble> {
    let party = party(bound)?;
    for (index, pair) in params.iter().enumerate() {
        if RESERVED.contains(&pair.name.as_str()) {
            return Err(Trouble::Denied(format!("the parameter {} is the host's", pair.name)));
        }
        if params.iter().take(index).any(|earlier| earlier.name == pair.name) {
            return Err(Trouble::Denied("a parameter that comes twice".to_owned()));
        }
    }
    let value =
        |name: &str| params.iter().find(|pair| pair.name == name).map_or("", |pair| pair.value.as_str());
    if !value("scope").split(' ').any(|scope| scope == "openid") {
        return Err(Trouble::Denied("a scope without openid".to_owned()));
    }
    let metadata = shared.documents.metadata(shared, bound).await?;
    let attempt = Attempt {
        state: token(shared),
        nonce: token(shared),
        verifier: token(shared),
        max_age_s: bound.profile.token.max_age_s,
        sent_ms: shared.now_ms(),
        fresh: value("prompt").split(' ').any(|prompt| prompt == "login"),
    };
    let mut query: Vec<(&str, String)> = vec![
        ("response_type", "code".to_owned()),
        ("client_id", party.client_id.clone()),
        ("redirect_uri", party.redirect_uri.clone()),
        ("state", attempt.state.clone()),
        ("nonce", attempt.nonce.clone()),
        ("code_challenge", challenge(&attempt.verifier)),
        ("code_challenge_method", "S256".to_owned()),
    ];
    query.extend(attempt.max_age_s.map(|seconds| ("max_age", seconds.to_string())));
    query.extend(params.iter().map(|pair| (pair.name.as_str(), pair.value.clone())));
    let query = query.into_iter().map(|(name, value)| Pair { name: name.to_owned(), value }).collect();
    let mut location = place(bound, &metadata.authorization_endpoint)
        .ok_or_else(|| Trouble::fault("protocol", "the authorization endpoint lies on no bound endpoint"))?;
    location.query = query;
    Ok((attempt, location))
}

/// Takes what the browser brought back, checks it, and trades the code.
pub(crate) async fn finish(
    shared: &Shared,
    bound: &Bound,
    attempt: &Attempt,
    params: &[Pair],
    dossier: &mut Dossier,
) -> Result<Tokens, Trouble> {
    let party = party(bound)?;
    let metadata = shared.documents.metadata(shared, bound).await?;
    let code = callback(attempt, party, metadata.names_itself, params)?;
    let form = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", party.redirect_uri.as_str()),
        ("code_verifier", attempt.verifier.as_str()),
    ];
    let request = party.token_request(shared, &form).map_err(|detail| Trouble::fault("config", detail))?;
    let answer = discovery::send(shared, bound, &metadata.token_endpoint, Method::POST, request).await?;
    let document = token_answer(&answer)?;
    let field = |name: &str| document.get(name).and_then(Value::as_str);
    if !field("token_type").is_some_and(|kind| kind.eq_ignore_ascii_case("bearer")) {
        return Err(Trouble::fault("protocol", "the token is no bearer token"));
    }
    let (Some(access_token), Some(id_token)) = (field("access_token"), field("id_token")) else {
        return Err(Trouble::fault("protocol", "the token answer lacks a token"));
    };
    let payload = id_token::check(shared, bound, party, attempt, id_token, access_token).await?;
    let claims = String::from_utf8(payload.clone()).map_err(|_| Trouble::fault("token:json", "not UTF-8"))?;
    let mut keep = |source, body: &[u8]| {
        bound
            .profile
            .rule_from(source)
            .and_then(|rule| dossier.keep(rule, body, None, shared.limits.evidence_bytes))
            .unwrap_or_default()
    };
    Ok(Tokens {
        claims,
        answer: keep(Source::TokenAnswer, &answer.body),
        id_token: keep(Source::IdToken, &payload),
        userinfo: metadata.userinfo_endpoint.as_ref().and_then(|url| place(bound, url)),
    })
}

/// Checks the callback's parameters and finds the code. Security: state first, then the issuer (RFC 9207), for errors
/// too, so that an answer of another provider never speaks for this one.
fn callback<'a>(
    attempt: &Attempt,
    party: &Party,
    names_itself: bool,
    params: &'a [Pair],
) -> Result<&'a str, Trouble> {
    let one = |name: &str| -> Result<Option<&'a str>, Trouble> {
        let mut found = params.iter().filter(|pair| pair.name == name).map(|pair| pair.value.as_str());
        let first = found.next();
        if found.next().is_some() {
            return Err(Trouble::fault("state", "a parameter came twice"));
        }
        Ok(first)
    };
    let state = one("state")?.unwrap_or_default();
    if !bool::from(state.as_bytes().ct_eq(attempt.state.as_bytes())) {
        return Err(Trouble::fault("state", "the state is not the one of this login"));
    }
    match one("iss")? {
        Some(issuer) if issuer != party.issuer => {
            return Err(Trouble::fault("issuer", "another provider answered"));
        }
        None if names_itself => return Err(Trouble::fault("issuer", "the provider did not name itself")),
        _ => {}
    }
    if let Some(error) = one("error")? {
        return Err(Trouble::fault(format!("provider:{}", word(error)), ""));
    }
    one("code")?.ok_or_else(|| Trouble::fault("protocol", "neither a code nor an error"))
}

fn token_answer(answer: &Answer) -> Result<Value, Trouble> {
    let document = strict_json::parse(&answer.body).map_err(|detail| Trouble::fault("protocol", detail))?;
    if answer.status != 200 {
        let error = document.get("error").and_then(Value::as_str).unwrap_or("unknown");
        return Err(Trouble::fault(
            format!("provider:{}", word(error)),
            format!("token endpoint: {}", answer.status),
        ));
    }
    Ok(document)
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

fn challenge(verifier: &str) -> String {
    BASE64URL_NOPAD.encode(digest::digest(&digest::SHA256, verifier.as_bytes()).as_ref())
}

/// An error code of a provider, cut down to what such a code is made of.
fn word(error: &str) -> String {
    error.chars().filter(|c| c.is_ascii_alphanumeric() || "_-.".contains(*c)).take(48).collect()
}
