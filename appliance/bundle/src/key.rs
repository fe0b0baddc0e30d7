//! Keys that sign: their names, and the private half.
//!
//! Private keys are made and used by authors and by the build, never by an appliance. They travel as PKCS#8 PEM, which
//! `openssl genpkey -algorithm ed25519` writes too.

use std::fmt;

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use data_encoding::BASE64;
use serde::Deserialize;
use zeroize::Zeroizing;

use crate::{Digest, TrustError};

/// What stands before the digest that a bundle's signature covers, so that a signature means one thing only.
const BUNDLE: &[u8] = b"kplug-v1\0";
/// The same for a trust profile.
const PROFILE: &[u8] = b"kprofile-v1\0";

const BEGIN: &str = "-----BEGIN PRIVATE KEY-----";
const END: &str = "-----END PRIVATE KEY-----";

/// The name of a key: 1 to 40 lower-case letters, digits and dashes. It is the name of its signature's file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct KeyId(String);

impl KeyId {
    /// Reads a name.
    pub fn parse(text: &str) -> Result<Self, TrustError> {
        let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if (1..=40).contains(&text.len()) && text.bytes().all(fits) {
            Ok(Self(text.to_owned()))
        } else {
            Err(TrustError::Id(text.to_owned()))
        }
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for KeyId {
    type Error = TrustError;

    fn try_from(text: String) -> Result<Self, TrustError> {
        Self::parse(&text)
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A private Ed25519 key with its name.
pub struct SigningKey {
    id: KeyId,
    pair: Ed25519KeyPair,
}

impl SigningKey {
    /// Makes a new key.
    pub fn generate(id: KeyId) -> Result<Self, TrustError> {
        let pair = Ed25519KeyPair::generate().map_err(|_| TrustError::Unusable)?;
        Ok(Self { id, pair })
    }

    /// Reads a private key: PKCS#8, PEM.
    pub fn from_pem(id: KeyId, pem: &str) -> Result<Self, TrustError> {
        let none = || TrustError::Key(id.to_string());
        let body = pem.split_once(BEGIN).and_then(|(_, rest)| rest.split_once(END)).ok_or_else(none)?.0;
        let text: Zeroizing<String> = Zeroizing::new(body.split_ascii_whitespace().collect());
        let der = Zeroizing::new(BASE64.decode(text.as_bytes()).map_err(|_| none())?);
        let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(&der).map_err(|_| none())?;
        Ok(Self { id, pair })
    }

    /// The private key as PKCS#8 PEM. Security: keep it where only the signer can read it.
    pub fn to_pem(&self) -> Result<Zeroizing<String>, TrustError> {
        let der = self.pair.to_pkcs8v1().map_err(|_| TrustError::Unusable)?;
        let body = Zeroizing::new(BASE64.encode(der.as_ref()));
        let mut pem = Zeroizing::new(format!("{BEGIN}\n"));
        for line in body.as_bytes().chunks(64) {
            pem.push_str(&String::from_utf8_lossy(line));
            pem.push('\n');
        }
        pem.push_str(END);
        pem.push('\n');
        Ok(pem)
    }

    /// Its name.
    #[must_use]
    pub fn id(&self) -> &KeyId {
        &self.id
    }

    /// The public key as a list of trusted keys names it: base64 of its 32 bytes.
    #[must_use]
    pub fn public(&self) -> String {
        BASE64.encode(self.pair.public_key().as_ref())
    }

    /// The signature of a bundle with this digest: 64 bytes.
    #[must_use]
    pub fn sign_bundle(&self, digest: &Digest) -> Vec<u8> {
        self.pair.sign(&bundle_message(digest)).as_ref().to_vec()
    }

    /// The signature of a trust profile's text: 64 bytes.
    #[must_use]
    pub fn sign_profile(&self, text: &str) -> Vec<u8> {
        self.pair.sign(&profile_message(text)).as_ref().to_vec()
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey").field("id", &self.id).finish_non_exhaustive()
    }
}

pub(crate) fn bundle_message(digest: &Digest) -> Vec<u8> {
    [BUNDLE, digest.as_bytes()].concat()
}

pub(crate) fn profile_message(text: &str) -> Vec<u8> {
    [PROFILE, Digest::of(text.as_bytes()).as_bytes()].concat()
}
