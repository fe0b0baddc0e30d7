//! Why a bundle is no bundle, why nobody vouches for it, and what is wrong with a list of keys.
//!
//! Every message is for the administrator who handed the file in: it names the file inside the bundle, or the key.

use thiserror::Error;

use crate::{Kind, key::KeyId};

/// Why a file is not a bundle that this appliance takes.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BundleError {
    /// It is not a readable archive.
    #[error("not a readable bundle: {0}")]
    Archive(String),
    /// The archive or something in it is too large or too many.
    #[error("{what} is over the limit of {limit}")]
    TooLarge {
        /// The file, or what was counted.
        what: String,
        /// The most that is taken.
        limit: u64,
    },
    /// A name that leads out of the bundle or could be read in two ways.
    #[error("the name {0:?} is not plain")]
    Name(String),
    /// An entry that is no ordinary file: a folder, a link, something encrypted.
    #[error("{name} is not an ordinary file: {why}")]
    NotAFile {
        /// The entry.
        name: String,
        /// What it is instead.
        why: &'static str,
    },
    /// Two entries that a file system may take for one.
    #[error("{0} comes twice (upper and lower case count as one)")]
    Twice(String),
    /// A file that no rule knows.
    #[error("a bundle has no file {0}")]
    Unknown(String),
    /// A file that must be there.
    #[error("the file {0} is missing")]
    Missing(String),
    /// A file that is not what its name says.
    #[error("{name}: {why}")]
    Content {
        /// The file.
        name: String,
        /// What is wrong with it.
        why: String,
    },
    /// A file is not the one that the digest list names.
    #[error("{0} is not the file that SHA256SUMS names")]
    Digest(String),
    /// It is made for another contract or a newer host.
    #[error("does not fit this appliance: {0}")]
    Misfit(String),
}

impl BundleError {
    pub(crate) fn content(name: &str, why: impl Into<String>) -> Self {
        Self::Content { name: name.to_owned(), why: why.into() }
    }
}

/// Why nobody vouches for a bundle, or for a trust profile.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SignatureError {
    /// There is no signature by a key that is trusted here.
    #[error("no trusted key has signed it (signed by: {})", list(.0))]
    Untrusted(Vec<KeyId>),
    /// A trusted key's signature does not fit: the bundle was changed after signing.
    #[error("the signature of {0} is not over this content")]
    Wrong(KeyId),
    /// The key has run out.
    #[error("the key {key} signs nothing after {not_after}")]
    Expired {
        /// The key.
        key: KeyId,
        /// Its last day, UTC.
        not_after: jiff::civil::Date,
    },
    /// The key may not sign this kind.
    #[error("the key {key} may not sign {kind}")]
    Kind {
        /// The key.
        key: KeyId,
        /// What it signed.
        kind: Kind,
    },
    /// The key was revoked.
    #[error("the key {0} is revoked")]
    RevokedKey(KeyId),
    /// This very bundle was revoked.
    #[error("this bundle is revoked")]
    RevokedBundle,
}

fn list(keys: &[KeyId]) -> String {
    if keys.is_empty() {
        return "nobody".to_owned();
    }
    keys.iter().map(KeyId::as_str).collect::<Vec<_>>().join(", ")
}

/// What is wrong with a list of trusted keys, or with a key.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TrustError {
    /// The file is not TOML, or has a word that is not known.
    #[error("{0}")]
    Form(String),
    /// A key's id.
    #[error("the key id {0:?} is not 1 to 40 lower-case letters, digits and dashes")]
    Id(String),
    /// A public or private key that is none.
    #[error("the key {0} is not an Ed25519 key")]
    Key(String),
    /// One id, two keys.
    #[error("the key {0} comes twice")]
    Twice(KeyId),
    /// No digest.
    #[error("{0:?} is not a digest of 64 hexadecimal digits")]
    Digest(String),
    /// The library refused to make or use a key.
    #[error("the key could not be used")]
    Unusable,
}
