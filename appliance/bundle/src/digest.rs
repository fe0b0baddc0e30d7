//! Digests, and the list of them that a signature covers.
//!
//! The list is what `sha256sum` writes, sorted by name: anybody can check it by hand.

use std::{collections::BTreeMap, fmt};

use aws_lc_rs::digest::{SHA256, digest};
use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};

use crate::{BundleError, TrustError};

/// The file that holds the list.
pub(crate) const SUMS: &str = "SHA256SUMS";

/// SHA-256. Of a bundle: that of its `SHA256SUMS`, which stands for everything in it but the signatures.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Digest([u8; 32]);

impl Digest {
    /// The digest of these bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        let mut sum = [0; 32];
        sum.copy_from_slice(digest(&SHA256, bytes).as_ref());
        Self(sum)
    }

    /// Takes the bytes of a digest.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Reads 64 hexadecimal digits in lower case.
    pub fn parse(hex: &str) -> Result<Self, TrustError> {
        let wrong = || TrustError::Digest(hex.to_owned());
        let bytes = HEXLOWER.decode(hex.as_bytes()).map_err(|_| wrong())?;
        bytes.try_into().map(Self).map_err(|_| wrong())
    }

    /// The bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The first 16 hexadecimal digits, for file names.
    #[must_use]
    pub fn short(&self) -> String {
        self.to_string().chars().take(16).collect()
    }
}

impl TryFrom<String> for Digest {
    type Error = TrustError;

    fn try_from(hex: String) -> Result<Self, TrustError> {
        Self::parse(&hex)
    }
}

impl From<Digest> for String {
    fn from(digest: Digest) -> Self {
        digest.to_string()
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&HEXLOWER.encode(&self.0))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Writes the list of these files.
pub(crate) fn list(files: &BTreeMap<String, Vec<u8>>) -> String {
    let lines: Vec<String> =
        files.iter().map(|(name, bytes)| format!("{}  {name}\n", Digest::of(bytes))).collect();
    lines.concat()
}

/// Holds the files to the list: the same names, the same digests, nothing more and nothing less.
pub(crate) fn check(files: &BTreeMap<String, Vec<u8>>, sums: &[u8]) -> Result<(), BundleError> {
    let text = str::from_utf8(sums).map_err(|_| BundleError::content(SUMS, "is not text"))?;
    let mut listed = BTreeMap::new();
    for line in text.lines() {
        let named = line.split_once("  ").and_then(|(hex, name)| Some((Digest::parse(hex).ok()?, name)));
        let Some((sum, name)) = named else {
            return Err(BundleError::content(SUMS, format!("{line:?} is no line of a digest list")));
        };
        if listed.insert(name, sum).is_some() {
            return Err(BundleError::content(SUMS, format!("{name} is listed twice")));
        }
    }
    if let Some(name) = listed.keys().find(|name| !files.contains_key(**name)) {
        return Err(BundleError::Missing((*name).to_owned()));
    }
    for (name, bytes) in files {
        if listed.get(name.as_str()) != Some(&Digest::of(bytes)) {
            return Err(BundleError::Digest(name.clone()));
        }
    }
    Ok(())
}
