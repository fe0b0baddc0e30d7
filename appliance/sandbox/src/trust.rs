//! Signed tokens that come outside of OpenID Connect: which rules a profile sets for them, and the check.
//!
//! Keys are those of certificates that the operator keeps (`Binding::trusts`), named by the token's `x5t` and never
//! taken from it. Whose login a token belongs to is not decided here: `profile::reading` compares that.

use std::path::Path;

use jsonwebtoken::{Algorithm, DecodingKey, crypto};
use serde::Deserialize;
use serde_json::Value;

use crate::{certificate, jws::Compact, strict_json};

/// How far a provider's clock may run ahead.
const AHEAD_MS: i64 = 60_000;

/// What a profile asks of the tokens under one name.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Trust {
    /// How the key is found.
    pub(crate) keys: Keys,
    /// The one algorithm.
    pub(crate) algorithm: SigningAlgorithm,
    /// Where the payload says when it was signed, in milliseconds since 1970.
    pub(crate) time: String,
    /// The oldest token that is taken.
    pub(crate) max_age_s: u32,
}

/// How a token names its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(crate) enum Keys {
    /// By the SHA-1 digest of the certificate (RFC 7515, 4.1.7), among certificates of the operator.
    #[serde(rename = "x5t")]
    CertificatesByDigest,
}

/// How a token is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(crate) enum SigningAlgorithm {
    #[serde(rename = "RS256")]
    Rs256,
}

impl Trust {
    /// The payload of a token that keeps every rule; else the rule that it breaks. Blocks: it reads the certificates.
    ///
    /// Security: the order is form, algorithm, key, signature, and only then anything that the payload says.
    pub(crate) fn verify(&self, place: &Path, token: &str, now_ms: i64) -> Result<Vec<u8>, &'static str> {
        let token = Compact::parse(token)?;
        let text = |name| token.header.get(name).and_then(Value::as_str);
        let (name, algorithm) = match self.algorithm {
            SigningAlgorithm::Rs256 => ("RS256", Algorithm::RS256),
        };
        if text("alg") != Some(name) {
            return Err("alg");
        }
        let Keys::CertificatesByDigest = self.keys;
        let x5t = text("x5t").ok_or("x5t")?;
        let certificates = certificate::load(place).map_err(|error| {
            tracing::error!(error, "the certificates of a signer cannot be read");
            "certificates"
        })?;
        let certificate = certificates.iter().find(|known| known.x5t == x5t).ok_or("x5t")?;
        if !certificate.is_valid(now_ms) {
            return Err("certificate-validity");
        }
        let key = DecodingKey::from_rsa_der(certificate.rsa.as_ref().ok_or("certificate-key")?);
        if !crypto::verify(token.signature, token.signed, &key, algorithm).unwrap_or(false) {
            return Err("signature");
        }
        let payload = strict_json::parse(&token.payload).map_err(|_| "json")?;
        let signed_ms = payload.pointer(&self.time).and_then(Value::as_i64).ok_or("time")?;
        let oldest = now_ms.saturating_sub(i64::from(self.max_age_s).saturating_mul(1000));
        if !(oldest..=now_ms.saturating_add(AHEAD_MS)).contains(&signed_ms) {
            return Err("time");
        }
        Ok(token.payload)
    }
}
