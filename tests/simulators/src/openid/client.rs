//! The relying parties, and how they prove themselves at the token endpoint.
//!
//! It does not decide about codes; that is `token`.

use std::collections::BTreeMap;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use data_encoding::BASE64;
use http::header;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use percent_encoding::percent_decode_str;
use serde::Deserialize;

use crate::http::{Call, first};

const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// An assertion may live this long, in seconds.
const ASSERTION_LIFE_S: u64 = 600;

/// A registered relying party.
#[derive(Debug, Clone)]
pub struct Client {
    /// The client id.
    pub id: String,
    /// How it proves itself.
    pub auth: ClientAuth,
    /// Where a browser may be sent back to, compared byte for byte.
    pub redirect_uris: Vec<String>,
    /// Where a browser may be sent back to after its session here was ended, compared byte for byte.
    pub logged_out_uris: Vec<String>,
    /// Which people sign in to it, and which claims it gets.
    pub profile: Profile,
}

/// How a client proves itself.
#[derive(Debug, Clone)]
pub enum ClientAuth {
    /// `client_secret_basic` or `client_secret_post`.
    Secret(String),
    /// `private_key_jwt`: the client's public key as a JWK, in JSON.
    PrivateKeyJwt(String),
}

/// The kind of a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// The municipality's own staff.
    Staff,
    /// Residents with MitID, through a broker.
    MitIdBroker,
}

/// Ids of the assertions that were used, with the second until which they must be remembered.
pub(crate) type Used = BTreeMap<String, u64>;

#[derive(Deserialize)]
struct Assertion {
    iss: String,
    sub: String,
    aud: Audience,
    exp: u64,
    jti: String,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

impl Client {
    /// A client for staff with a secret.
    #[must_use]
    pub fn staff(id: &str, secret: &str, redirect_uris: &[&str]) -> Self {
        Self::with_secret(id, secret, redirect_uris, Profile::Staff)
    }

    /// A client for MitID through a broker, with a secret.
    #[must_use]
    pub fn mitid_broker(id: &str, secret: &str, redirect_uris: &[&str]) -> Self {
        Self::with_secret(id, secret, redirect_uris, Profile::MitIdBroker)
    }

    fn with_secret(id: &str, secret: &str, redirect_uris: &[&str], profile: Profile) -> Self {
        Self {
            id: id.into(),
            auth: ClientAuth::Secret(secret.into()),
            redirect_uris: redirect_uris.iter().map(ToString::to_string).collect(),
            logged_out_uris: Vec::new(),
            profile,
        }
    }

    /// The same client, to which people can come back after logging out here.
    #[must_use]
    pub fn logging_out_to(mut self, uris: &[&str]) -> Self {
        self.logged_out_uris = uris.iter().map(ToString::to_string).collect();
        self
    }
}

/// Finds the client that sent a token request, if it proved itself in exactly one way.
pub(crate) fn authenticate<'a>(
    clients: &'a BTreeMap<String, Client>,
    used: &mut Used,
    issuer: &str,
    now_s: u64,
    call: &Call,
    form: &[(String, String)],
) -> Option<&'a Client> {
    let basic = call.headers.get(header::AUTHORIZATION);
    let posted = first(form, "client_secret");
    let assertion = first(form, "client_assertion");
    match (basic, posted, assertion) {
        (Some(value), None, None) => {
            let encoded = value.to_str().ok()?.strip_prefix("Basic ")?;
            let decoded = String::from_utf8(BASE64.decode(encoded.as_bytes()).ok()?).ok()?;
            let (id, secret) = decoded.split_once(':')?;
            // RFC 6749, 2.3.1: both halves are form-encoded before they are joined.
            let (id, secret) = (form_decoded(id)?, form_decoded(secret)?);
            first(form, "client_id").is_none_or(|other| other == id).then_some(())?;
            with_secret(clients.get(&id)?, &secret)
        }
        (None, Some(secret), None) => with_secret(clients.get(first(form, "client_id")?)?, secret),
        (None, None, Some(assertion)) => {
            (first(form, "client_assertion_type") == Some(ASSERTION_TYPE)).then_some(())?;
            with_assertion(clients, used, issuer, now_s, assertion)
        }
        _ => None,
    }
}

fn with_secret<'a>(client: &'a Client, secret: &str) -> Option<&'a Client> {
    let ClientAuth::Secret(own) = &client.auth else { return None };
    verify_slices_are_equal(own.as_bytes(), secret.as_bytes()).is_ok().then_some(client)
}

fn with_assertion<'a>(
    clients: &'a BTreeMap<String, Client>,
    used: &mut Used,
    issuer: &str,
    now_s: u64,
    assertion: &str,
) -> Option<&'a Client> {
    let header = decode_header(assertion).ok()?;
    matches!(header.alg, Algorithm::ES256 | Algorithm::RS256 | Algorithm::PS256).then_some(())?;
    // Whose key to take stands inside; nothing is believed before the signature is checked with it.
    let id = jsonwebtoken::dangerous::insecure_decode::<Assertion>(assertion).ok()?.claims.iss;
    let client = clients.get(&id)?;
    let ClientAuth::PrivateKeyJwt(jwk) = &client.auth else { return None };
    let key = DecodingKey::from_jwk(&serde_json::from_str::<Jwk>(jwk).ok()?).ok()?;
    let mut checks = Validation::new(header.alg);
    checks.validate_exp = false; // by the simulator's clock, below
    checks.validate_aud = false; // issuer or token endpoint, below
    checks.required_spec_claims.clear();
    let claims = decode::<Assertion>(assertion, &key, &checks).ok()?.claims;
    let for_us = |audience: &str| audience == issuer || audience == format!("{issuer}/token");
    let addressed = match &claims.aud {
        Audience::One(one) => for_us(one),
        Audience::Many(many) => many.iter().any(|audience| for_us(audience)),
    };
    let fresh = claims.exp > now_s && claims.exp <= now_s + ASSERTION_LIFE_S;
    used.retain(|_, until| *until > now_s);
    let new = used.insert(claims.jti, claims.exp).is_none();
    (claims.sub == client.id && addressed && fresh && new).then_some(client)
}

fn form_decoded(text: &str) -> Option<String> {
    percent_decode_str(&text.replace('+', " ")).decode_utf8().ok().map(std::borrow::Cow::into_owned)
}
