//! The trusted keys of an appliance, and its judgement of a bundle.
//!
//! ```toml
//! revoked = ["<digest of a bundle>"]
//!
//! [[key]]
//! id = "kuvert-2026"
//! public = "<base64>"
//! kinds = ["identity", "profile"]
//! not_after = "2031-12-31"    # optional: its last day, UTC
//! revoked = false             # optional
//! test = false                # optional: counts only in a data folder that is marked as test
//! ```
//!
//! It deliberately knows no clock: whoever asks says at what time the signature must have been good.

use std::collections::{BTreeMap, BTreeSet};

use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use data_encoding::BASE64;
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde::Deserialize;

use crate::{
    Bundle, Digest, KeyId, Kind, SignatureError, SigningKey, TrustError,
    key::{bundle_message, profile_message},
};

/// The keys that may sign, and the bundles that were called back.
#[derive(Debug, Clone, Default)]
pub struct TrustStore {
    keys: BTreeMap<KeyId, Key>,
    revoked: BTreeSet<Digest>,
}

/// What a key may sign: some of `identity`, `profile`.
pub type Kinds = BTreeSet<Kind>;

/// Who vouches for a bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signer {
    /// A trusted key.
    Key(KeyId),
    /// Nobody; such a bundle runs only in a data folder that is marked as test.
    Nobody,
}

#[derive(Debug, Clone)]
struct Key {
    public: Vec<u8>,
    kinds: Kinds,
    not_after: Option<Date>,
    revoked: bool,
    test: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenStore {
    #[serde(default)]
    revoked: Vec<String>,
    #[serde(default)]
    key: Vec<WrittenKey>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenKey {
    id: KeyId,
    public: String,
    kinds: Kinds,
    not_after: Option<String>,
    #[serde(default)]
    revoked: bool,
    #[serde(default)]
    test: bool,
}

impl TrustStore {
    /// Reads the list. An unknown word is an error: it may be a restriction.
    pub fn parse(text: &str) -> Result<Self, TrustError> {
        let written: WrittenStore =
            toml::from_str(text).map_err(|error| TrustError::Form(error.to_string()))?;
        let mut store = Self::default();
        for digest in written.revoked {
            store.revoked.insert(Digest::parse(&digest)?);
        }
        for key in written.key {
            let none = || TrustError::Key(key.id.to_string());
            let public = BASE64.decode(key.public.as_bytes()).map_err(|_| none())?;
            if public.len() != 32 {
                return Err(none());
            }
            let not_after = key.not_after.map(|day| last_day(&day)).transpose()?;
            let known = Key { public, kinds: key.kinds, not_after, revoked: key.revoked, test: key.test };
            if store.keys.insert(key.id.clone(), known).is_some() {
                return Err(TrustError::Twice(key.id));
            }
        }
        Ok(store)
    }

    /// The block of such a list that names this key.
    #[must_use]
    pub fn block(key: &SigningKey, kinds: &Kinds) -> String {
        let kinds: Vec<String> = kinds.iter().map(|kind| format!("{:?}", kind.name())).collect();
        let (id, public) = (key.id(), key.public());
        format!("[[key]]\nid = \"{id}\"\npublic = \"{public}\"\nkinds = [{}]\n", kinds.join(", "))
    }

    /// Who vouches for a bundle that was signed no later than `at`. `test_data` says that the data folder is marked as
    /// test: then keys for tests count, and a bundle may be signed by nobody.
    ///
    /// One good signature is enough; a wrong one by a trusted key spoils the bundle whatever else is there.
    pub fn judge(&self, bundle: &Bundle, at: Timestamp, test_data: bool) -> Result<Signer, SignatureError> {
        if self.is_revoked(&bundle.digest()) {
            return Err(SignatureError::RevokedBundle);
        }
        let message = bundle_message(&bundle.digest());
        let kind = bundle.manifest().kind;
        self.vouch(bundle.signatures(), &message, kind, at, test_data).or_else(|error| match error {
            SignatureError::Untrusted(_) if test_data => Ok(Signer::Nobody),
            error => Err(error),
        })
    }

    /// Who vouches for the text of a trust profile. Unlike a bundle, one signed by nobody never counts here.
    pub fn judge_profile(
        &self,
        text: &str,
        signatures: &BTreeMap<KeyId, Vec<u8>>,
        at: Timestamp,
        test_data: bool,
    ) -> Result<Signer, SignatureError> {
        if self.is_revoked(&Digest::of(text.as_bytes())) {
            return Err(SignatureError::RevokedBundle);
        }
        self.vouch(signatures, &profile_message(text), Kind::Profile, at, test_data)
    }

    /// Whether this bundle was called back.
    #[must_use]
    pub fn is_revoked(&self, digest: &Digest) -> bool {
        self.revoked.contains(digest)
    }

    fn vouch(
        &self,
        signatures: &BTreeMap<KeyId, Vec<u8>>,
        message: &[u8],
        kind: Kind,
        at: Timestamp,
        test_data: bool,
    ) -> Result<Signer, SignatureError> {
        let (mut signer, mut refusal) = (None, None);
        for (id, signature) in signatures {
            let Some(key) = self.keys.get(id).filter(|key| test_data || !key.test) else { continue };
            UnparsedPublicKey::new(&ED25519, &key.public)
                .verify(message, signature)
                .map_err(|_| SignatureError::Wrong(id.clone()))?;
            match key.may_sign(id, kind, at) {
                Ok(()) => signer = signer.or(Some(id)),
                Err(error) => refusal = Some(error),
            }
        }
        let untrusted = || SignatureError::Untrusted(signatures.keys().cloned().collect());
        match signer {
            Some(id) => Ok(Signer::Key(id.clone())),
            None => Err(refusal.unwrap_or_else(untrusted)),
        }
    }
}

impl Key {
    fn may_sign(&self, id: &KeyId, kind: Kind, at: Timestamp) -> Result<(), SignatureError> {
        let key = || id.clone();
        let day = at.to_zoned(TimeZone::UTC).date();
        match self.not_after {
            _ if self.revoked => Err(SignatureError::RevokedKey(key())),
            _ if !self.kinds.contains(&kind) => Err(SignatureError::Kind { key: key(), kind }),
            Some(not_after) if day > not_after => Err(SignatureError::Expired { key: key(), not_after }),
            _ => Ok(()),
        }
    }
}

fn last_day(written: &str) -> Result<Date, TrustError> {
    written.parse().map_err(|_| TrustError::Form(format!("not_after: {written:?} is no day like 2031-12-31")))
}
