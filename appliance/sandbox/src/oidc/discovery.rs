//! What a provider publishes about itself: its addresses and its keys.
//!
//! Fetched through the endpoints that the administrator bound, kept per binding, and served from the last good copy
//! when the provider is down. A key that nobody knows causes one look-up per cool-down, however many tokens name it.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use http::{HeaderMap, HeaderValue, Method, header};
use jsonwebtoken::{
    Algorithm, DecodingKey,
    jwk::{AlgorithmParameters, EllipticCurve, Jwk, PublicKeyUse},
};
use serde_json::Value;
use url::Url;

use super::{Trouble, party};
use crate::{
    binding::Bound,
    host::Shared,
    outbound::{self, Answer, Failure, Outgoing},
    strict_json,
};

/// The part of a discovery document that counts here.
pub(crate) struct Metadata {
    pub(super) authorization_endpoint: Url,
    pub(super) token_endpoint: Url,
    pub(super) jwks_uri: Url,
    pub(super) userinfo_endpoint: Option<Url>,
    /// `pushed_authorization_request_endpoint` (RFC 9126).
    pub(super) pushing_endpoint: Option<Url>,
    /// `authorization_response_iss_parameter_supported` (RFC 9207).
    pub(super) names_itself: bool,
    /// `token_endpoint_auth_signing_alg_values_supported`.
    pub(super) assertion_algorithms: Vec<String>,
}

/// What is known of the providers, by binding.
#[derive(Default)]
pub(crate) struct Documents(Mutex<HashMap<String, Known>>);

#[derive(Clone, Default)]
struct Known {
    metadata: Option<(Arc<Metadata>, i64)>,
    keys: Option<(Arc<Vec<Jwk>>, i64)>,
}

impl Documents {
    /// The discovery document, at most an hour old while the provider answers.
    pub(crate) async fn metadata(&self, shared: &Shared, bound: &Bound) -> Result<Arc<Metadata>, Trouble> {
        let now = shared.now_ms();
        let known = self.known(&bound.id).metadata;
        if let Some((metadata, fetched)) = &known
            && u64::try_from(now.saturating_sub(*fetched))
                .is_ok_and(|age| age < shared.limits.discovery_fresh_ms)
        {
            return Ok(metadata.clone());
        }
        match fetch_metadata(shared, bound).await {
            Ok(metadata) => {
                let metadata = Arc::new(metadata);
                self.learn(&bound.id, |known| known.metadata = Some((metadata.clone(), now)));
                Ok(metadata)
            }
            Err(trouble) => known.map(|(metadata, _)| metadata).ok_or(trouble),
        }
    }

    /// The key for a token, from a set that is at most an hour old while the provider answers. An unknown name causes
    /// one look-up per cool-down.
    pub(super) async fn key(
        &self,
        shared: &Shared,
        bound: &Bound,
        algorithm: Algorithm,
        key_id: Option<&str>,
    ) -> Result<DecodingKey, Trouble> {
        let now = shared.now_ms();
        let unknown = || Trouble::fault("token:key", "no key of the provider fits");
        let known = self.known(&bound.id).keys;
        let held = known.as_ref().and_then(|(keys, fetched)| {
            let age = now.saturating_sub(*fetched);
            Some((choose(keys, algorithm, key_id), u64::try_from(age).ok()?))
        });
        match held {
            Some((Some(key), age)) if age < shared.limits.discovery_fresh_ms => return Ok(key),
            Some((None, age)) if age < shared.limits.keys_cool_down_ms => return Err(unknown()),
            _ => {}
        }
        // A key that was withdrawn must not live on; only a provider that is down may lean on its old ones.
        let keys = match self.fetch_keys(shared, bound).await {
            Ok(keys) => Arc::new(keys),
            Err(trouble) => match held {
                Some((Some(key), age)) if age < shared.limits.keys_stale_ms => return Ok(key),
                _ => return Err(trouble),
            },
        };
        self.learn(&bound.id, |known| known.keys = Some((keys.clone(), now)));
        choose(&keys, algorithm, key_id).ok_or_else(unknown)
    }

    async fn fetch_keys(&self, shared: &Shared, bound: &Bound) -> Result<Vec<Jwk>, Trouble> {
        let metadata = self.metadata(shared, bound).await?;
        fetch_keys(shared, bound, &metadata.jwks_uri).await
    }

    /// Endpoint and path of a discovered address, for profiles that name it.
    pub(crate) fn place(&self, bound: &Bound, name: &str) -> Option<(String, String)> {
        let (metadata, _) = self.known(&bound.id).metadata?;
        let url = match name {
            "userinfo_endpoint" => metadata.userinfo_endpoint.as_ref()?,
            _ => return None,
        };
        let (endpoint, _) = bound.holding(url)?;
        Some((endpoint.to_owned(), url.path().to_owned()))
    }

    fn known(&self, binding: &str) -> Known {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(binding).cloned().unwrap_or_default()
    }

    fn learn(&self, binding: &str, change: impl FnOnce(&mut Known)) {
        change(self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(binding.to_owned()).or_default());
    }
}

async fn fetch_metadata(shared: &Shared, bound: &Bound) -> Result<Metadata, Trouble> {
    let party = party(bound)?;
    let mut url = party.issuer_url.clone();
    url.set_path(&format!(
        "{}/.well-known/openid-configuration",
        party.issuer_url.path().trim_end_matches('/')
    ));
    let document = fetch_json(shared, bound, &url).await?;
    let wrong = |name: &str| Trouble::fault("protocol", format!("the discovery document's {name}"));
    if document.get("issuer").and_then(Value::as_str) != Some(&party.issuer) {
        return Err(wrong("issuer is not the configured one, byte for byte"));
    }
    let optional = |name: &str| -> Result<Option<Url>, Trouble> {
        let Some(text) = document.get(name).and_then(Value::as_str) else { return Ok(None) };
        let url = Url::parse(text).map_err(|_| wrong(name))?;
        if bound.holding(&url).is_none()
            || url.fragment().is_some()
            || !outbound::is_clean_path(url.path())
            || text.len() > shared.limits.url_bytes
        {
            return Err(wrong(&format!("{name} lies on no bound endpoint")));
        }
        Ok(Some(url))
    };
    let required = |name: &str| optional(name)?.ok_or_else(|| wrong(name));
    let or_alone = |name: &str| {
        optional(name).unwrap_or_else(|_| {
            tracing::info!(binding = bound.id, address = name, "lies on no bound endpoint and is left alone");
            None
        })
    };
    let texts = |name: &str| -> Vec<String> {
        let items = document.get(name).and_then(Value::as_array).into_iter().flatten();
        items.filter_map(Value::as_str).map(str::to_owned).collect()
    };
    Ok(Metadata {
        authorization_endpoint: required("authorization_endpoint")?,
        token_endpoint: required("token_endpoint")?,
        jwks_uri: required("jwks_uri")?,
        userinfo_endpoint: or_alone("userinfo_endpoint"),
        pushing_endpoint: or_alone("pushed_authorization_request_endpoint"),
        assertion_algorithms: texts("token_endpoint_auth_signing_alg_values_supported"),
        names_itself: document.get("authorization_response_iss_parameter_supported")
            == Some(&Value::Bool(true)),
    })
}

async fn fetch_keys(shared: &Shared, bound: &Bound, url: &Url) -> Result<Vec<Jwk>, Trouble> {
    let document = fetch_json(shared, bound, url).await?;
    let keys = document.get("keys").and_then(Value::as_array);
    let keys = keys.ok_or_else(|| Trouble::fault("protocol", "the key set has no keys"))?;
    // A key of a kind that nobody here knows must not hide the others.
    Ok(keys.iter().filter_map(|key| serde_json::from_value(key.clone()).ok()).collect())
}

async fn fetch_json(shared: &Shared, bound: &Bound, url: &Url) -> Result<Value, Trouble> {
    let mut headers = HeaderMap::new();
    headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
    let answer = send(shared, bound, url, Method::GET, (headers, Vec::new())).await?;
    if answer.status != 200 {
        return Err(Trouble::Fault {
            code: "protocol".to_owned(),
            detail: format!("{} answered {}", url.path(), answer.status),
            retryable: answer.status >= 500,
        });
    }
    strict_json::parse(&answer.body)
        .map_err(|detail| Trouble::fault("protocol", format!("{}: {detail}", url.path())))
}

/// Sends something to an address of the provider, which must lie on a bound endpoint.
pub(super) async fn send(
    shared: &Shared,
    bound: &Bound,
    url: &Url,
    method: Method,
    (headers, body): (HeaderMap, Vec<u8>),
) -> Result<Answer, Trouble> {
    let (id, endpoint) =
        bound.holding(url).ok_or_else(|| Trouble::fault("protocol", "an address on no bound endpoint"))?;
    let path_and_query =
        url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()));
    let answer_bytes = shared.limits.response_bytes;
    let outgoing = Outgoing { method, path_and_query, headers, body, answer_bytes };
    shared.way.send(endpoint, outgoing).await.map_err(|failure| match failure {
        Failure::PrivateNetwork => Trouble::Denied(bound.unconfirmed(id)),
        failure => Trouble::failure(failure, url.path()),
    })
}

/// The key of that name, or the only one that fits when the token names none.
fn choose(keys: &[Jwk], algorithm: Algorithm, key_id: Option<&str>) -> Option<DecodingKey> {
    let mut fitting = keys
        .iter()
        .filter(|key| fits(key, algorithm))
        .filter(|key| key_id.is_none() || key.common.key_id.as_deref() == key_id);
    let key = fitting.next()?;
    if key_id.is_none() && fitting.next().is_some() {
        return None;
    }
    DecodingKey::from_jwk(key).ok()
}

fn fits(key: &Jwk, algorithm: Algorithm) -> bool {
    let signs = !matches!(key.common.public_key_use, Some(PublicKeyUse::Encryption));
    let named = key.common.key_algorithm.is_none_or(|named| named.to_string() == format!("{algorithm:?}"));
    let kind = match (&key.algorithm, algorithm) {
        (AlgorithmParameters::RSA(_), Algorithm::RS256 | Algorithm::PS256) => true,
        (AlgorithmParameters::EllipticCurve(curve), Algorithm::ES256) => curve.curve == EllipticCurve::P256,
        _ => false,
    };
    signs && named && kind
}
