//! The way there: the authorization request, pushed to the provider where it takes that.
//!
//! A pushed request (RFC 9126) never passes through the browser, so that nobody on the way can read or change it; the
//! browser carries a reference. What the provider answers to the push is used here and is no evidence of anything.

use aws_lc_rs::digest;
use data_encoding::BASE64URL_NOPAD;
use http::Method;
use serde_json::Value;
use url::Url;

use super::{
    Attempt, Party, Trouble,
    discovery::{self, Metadata},
    document, party, place, token,
};
use crate::{
    PushedRequests,
    binding::Bound,
    contract::{Location, Pair},
    host::Shared,
};

/// Parameters that only the host sets.
const RESERVED: [&str; 16] = [
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
    "client_secret",
    "client_assertion",
    "client_assertion_type",
];

const PROMPT: &str = "prompt";
const LOGIN: &str = "login";
/// The longest reference to a pushed request.
const REFERENCE_BYTES: usize = 512;

/// Prepares a walk to the provider.
pub(crate) async fn begin(
    shared: &Shared,
    bound: &Bound,
    params: &[Pair],
) -> Result<(Attempt, Location), Trouble> {
    let party = party(bound)?;
    check(params)?;
    let metadata = shared.documents.metadata(shared, bound).await?;
    let rules = &bound.profile.token;
    let (state, nonce, verifier) = (token(shared), token(shared), token(shared));
    let mut query = vec![
        pair("response_type", "code"),
        pair("client_id", &party.client_id),
        pair("redirect_uri", &party.redirect_uri),
        pair("state", &state),
        pair("nonce", &nonce),
        pair("code_challenge", &challenge(&verifier)),
        pair("code_challenge_method", "S256"),
    ];
    query.extend(rules.max_age_s.map(|seconds| pair("max_age", &seconds.to_string())));
    query.extend(
        params.iter().filter(|pair| !(rules.fresh && pair.name.eq_ignore_ascii_case(PROMPT))).cloned(),
    );
    if rules.fresh {
        query.push(pair(PROMPT, LOGIN));
    }
    let fresh = words(&query, PROMPT).any(|word| word == LOGIN);
    if let Some(url) = pushing_endpoint(party, &metadata)? {
        query = push(shared, bound, party, &metadata, url, &query).await?;
    }
    let elsewhere = || Trouble::fault("protocol", "the authorization endpoint lies on no bound endpoint");
    let (_, endpoint) = bound.holding(&metadata.authorization_endpoint).ok_or_else(elsewhere)?;
    let mut location = place(bound, &metadata.authorization_endpoint).ok_or_else(elsewhere)?;
    location.query.extend(query);
    let pairs = location.query.iter().map(|pair| (pair.name.as_str(), pair.value.as_str()));
    let address = endpoint.address(&location.path, pairs);
    let max_age_s = rules.max_age_s;
    let sent_ms = shared.now_ms();
    Ok((Attempt { state, nonce, verifier, max_age_s, sent_ms, fresh, address }, location))
}

/// What the guest asks for: nothing that is the host's, nothing twice, and an id token. Security: some providers read
/// `Redirect_Uri` as `redirect_uri`, so a name is one in any case.
fn check(params: &[Pair]) -> Result<(), Trouble> {
    for (index, pair) in params.iter().enumerate() {
        if RESERVED.iter().any(|reserved| pair.name.eq_ignore_ascii_case(reserved)) {
            return Err(Trouble::Denied(format!("the parameter {} is the host's", pair.name)));
        }
        if params.iter().take(index).any(|earlier| earlier.name.eq_ignore_ascii_case(&pair.name)) {
            return Err(Trouble::Denied("a parameter that comes twice".to_owned()));
        }
    }
    if !words(params, "scope").any(|scope| scope == "openid") {
        return Err(Trouble::Denied("a scope without openid".to_owned()));
    }
    Ok(())
}

/// Where to push the request, if anywhere.
fn pushing_endpoint<'a>(party: &Party, metadata: &'a Metadata) -> Result<Option<&'a Url>, Trouble> {
    match (party.pushed, &metadata.pushing_endpoint) {
        (PushedRequests::Never, _) | (PushedRequests::WhenOffered, None) => Ok(None),
        (PushedRequests::Always, None) => {
            Err(Trouble::fault("config", "the provider offers no place to push requests to"))
        }
        (_, Some(url)) => Ok(Some(url)),
    }
}

/// Pushes the request and gives what is left for the browser to carry.
async fn push(
    shared: &Shared,
    bound: &Bound,
    party: &Party,
    metadata: &Metadata,
    url: &Url,
    query: &[Pair],
) -> Result<Vec<Pair>, Trouble> {
    let form: Vec<(&str, &str)> =
        query.iter().map(|pair| (pair.name.as_str(), pair.value.as_str())).collect();
    let request = party
        .proven(shared, &metadata.assertion_algorithms, &form)
        .map_err(|detail| Trouble::fault("config", detail))?;
    let answer = discovery::send(shared, bound, url, Method::POST, request).await?;
    let document = document(&answer, 201, "pushed request")?;
    let reference = document.get("request_uri").and_then(Value::as_str);
    match reference {
        Some(text) if text.len() <= REFERENCE_BYTES && text.bytes().all(|byte| byte.is_ascii_graphic()) => {
            Ok(vec![pair("client_id", &party.client_id), pair("request_uri", text)])
        }
        _ => Err(Trouble::fault("protocol", "the pushed request has no reference")),
    }
}

/// The words of a parameter that holds a list.
fn words<'a>(params: &'a [Pair], name: &'a str) -> impl Iterator<Item = &'a str> {
    let named = move |pair: &&Pair| pair.name.eq_ignore_ascii_case(name);
    params.iter().filter(named).flat_map(|pair| pair.value.split(' '))
}

fn pair(name: &str, value: &str) -> Pair {
    Pair { name: name.to_owned(), value: value.to_owned() }
}

fn challenge(verifier: &str) -> String {
    BASE64URL_NOPAD.encode(digest::digest(&digest::SHA256, verifier.as_bytes()).as_ref())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_the_hosts_in_any_case() {
        let refused = |params: &[(&str, &str)]| {
            let params: Vec<Pair> = params.iter().map(|(name, value)| pair(name, value)).collect();
            matches!(check(&params), Err(Trouble::Denied(_)))
        };
        assert!(!refused(&[("scope", "openid"), ("ui_locales", "sv")]));
        for name in ["redirect_uri", "Redirect_Uri", "REQUEST", "Nonce", "State"] {
            assert!(refused(&[("scope", "openid"), (name, "x")]), "{name}");
        }
        assert!(refused(&[("scope", "openid"), ("prompt", "login"), ("Prompt", "none")]), "twice");
        assert!(refused(&[("scope", "profile")]), "no id token");
    }
}
