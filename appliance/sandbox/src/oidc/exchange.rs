//! The way back: the callback's parameters, and the code for tokens.
//!
//! Nothing here is tried twice: a code is traded once, whatever comes of it.

use http::Method;
use serde_json::Value;
use subtle::ConstantTimeEq as _;

use super::{Attempt, Party, Trouble, discovery, document, id_token, party, place, word};
use crate::{
    binding::Bound,
    contract::{Pair, powers::oidc::Tokens},
    evidence::Dossier,
    host::Shared,
    profile::Source,
};

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
    let request = party
        .proven(shared, &metadata.assertion_algorithms, &form)
        .map_err(|detail| Trouble::fault("config", detail))?;
    let answer = discovery::send(shared, bound, &metadata.token_endpoint, Method::POST, request).await?;
    let document = document(&answer, 200, "token endpoint")?;
    let field = |name: &str| document.get(name).and_then(Value::as_str);
    if !field("token_type").is_some_and(|kind| kind.eq_ignore_ascii_case("bearer")) {
        return Err(Trouble::fault("protocol", "the token is no bearer token"));
    }
    let (Some(access_token), Some(id_token)) = (field("access_token"), field("id_token")) else {
        return Err(Trouble::fault("protocol", "the token answer lacks a token"));
    };
    let payload = id_token::check(shared, bound, party, attempt, id_token, access_token).await?;
    let claims = String::from_utf8(payload.clone()).map_err(|_| Trouble::fault("token:json", "not UTF-8"))?;
    let mut keep = |source, body: &[u8]| match bound.profile.rule_from(source) {
        Some(rule) => dossier
            .keep(rule, body, None, shared.limits.evidence_bytes)
            .unwrap_or_else(|| dossier.turn_away()),
        None => dossier.pass_over(),
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
