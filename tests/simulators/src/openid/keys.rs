//! The provider's signing keys, their publication, and the signing itself.
//!
//! It signs RS256 only, because that is what every provider offers. It does not read tokens.

use std::io;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256};
use data_encoding::BASE64URL_NOPAD;
use serde_json::{Value, json};

use super::forgery::Forgery;
use crate::random;

/// The key in use, and one that was never published.
pub(crate) struct Keys {
    kid: String,
    key: KeyPair,
    foreign: KeyPair,
}

impl Keys {
    pub(crate) fn new() -> io::Result<Self> {
        let generate = || KeyPair::generate(KeySize::Rsa2048).map_err(io::Error::other);
        let kid = random::uuid().map_err(io::Error::other)?;
        Ok(Self { kid, key: generate()?, foreign: generate()? })
    }

    /// The published key set.
    pub(crate) fn published(&self) -> Value {
        let modulus = BASE64URL_NOPAD.encode(modulus(self.key.public_key().as_ref()));
        json!({ "keys": [{
            "kty": "RSA", "use": "sig", "alg": "RS256", "kid": self.kid, "n": modulus, "e": "AQAB",
        }] })
    }

    /// A compact JWS over the claims.
    pub(crate) fn sign(&self, claims: &Value, forgery: Forgery) -> io::Result<String> {
        let (alg, kid) = match forgery {
            Forgery::AlgNone => ("none", self.kid.as_str()),
            Forgery::ForeignKid => ("RS256", "nobody-published-this"),
            _ => ("RS256", self.kid.as_str()),
        };
        let header = json!({ "alg": alg, "kid": kid, "typ": "JWT" });
        let encode = |value: &Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
        let signed = format!("{}.{}", encode(&header), encode(claims));
        let key = match forgery {
            Forgery::AlgNone => return Ok(format!("{signed}.")),
            Forgery::ForeignKey | Forgery::ForeignKid => &self.foreign,
            _ => &self.key,
        };
        let mut signature = vec![0; key.public_modulus_len()];
        key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signed.as_bytes(), &mut signature)
            .map_err(io::Error::other)?;
        Ok(format!("{signed}.{}", BASE64URL_NOPAD.encode(&signature)))
    }
}

/// The modulus in a DER `RSAPublicKey` of 2048 bits: `SEQUENCE { INTEGER n, INTEGER 65537 }`.
fn modulus(der: &[u8]) -> &[u8] {
    // 30 82 xx xx · 02 82 01 01 · 00 · n (256 bytes) · 02 03 01 00 01
    der.get(9..9 + 256).unwrap_or_default()
}
