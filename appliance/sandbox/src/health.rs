//! Certificates that a way to sign in depends on, and when they run out.
//!
//! It warns nobody: the server's jobs do, and a probe shows it. Roots of trust are left out, as they outlive everybody.

use std::{collections::BTreeMap, path::PathBuf};

use crate::{
    Binding, Check,
    certificate::{self, Certificate},
};

const DAY_MS: i64 = 24 * 60 * 60_000;

/// A certificate and its last moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateExpiry {
    /// The binding, for example `granby/freja`.
    pub binding: String,
    /// What it is for, in the words of permissions: `token.verify:freja-jws`, `credential:api:client-certificate`.
    pub purpose: String,
    /// Base64url of its SHA-1 digest, as tokens name it.
    pub x5t: String,
    /// Its last moment, in milliseconds since 1970.
    pub expires_ms: i64,
    /// Whether another one of the same purpose is valid for longer.
    pub replaced: bool,
}

/// What a binding depends on.
#[derive(Default)]
pub(crate) struct Papers {
    binding: String,
    /// Our own, by endpoint.
    own: Vec<(String, Certificate)>,
    /// Of those who may sign, by trust.
    signers: BTreeMap<String, PathBuf>,
}

impl Papers {
    /// `signers`: the trusts that are granted.
    pub(crate) fn new(binding: &Binding, signers: BTreeMap<String, PathBuf>) -> Self {
        let mut own = Vec::new();
        for (id, endpoint) in &binding.endpoints {
            let Some(identity) = &endpoint.client_identity else { continue };
            match certificate::parse(identity.certificate_pem.as_bytes()) {
                Ok(chain) => own.extend(chain.into_iter().next().map(|leaf| (id.clone(), leaf))),
                // Whether it serves for TLS is rustls's to say; here only the warning before its end is lost.
                Err(error) => {
                    tracing::warn!(
                        binding = binding.id,
                        endpoint = id,
                        error,
                        "a client certificate has no readable end"
                    );
                }
            }
        }
        Self { binding: binding.id.clone(), own, signers }
    }

    /// Where the certificates of a trust lie.
    pub(crate) fn signers(&self, trust: &str) -> Option<&PathBuf> {
        self.signers.get(trust)
    }

    /// Every certificate with its last moment; the error names a trust that has none left. Blocks.
    pub(crate) fn read(&self) -> Result<Vec<CertificateExpiry>, String> {
        let paper = |purpose: String, certificate: &Certificate, replaced| CertificateExpiry {
            binding: self.binding.clone(),
            purpose,
            x5t: certificate.x5t.clone(),
            expires_ms: certificate.until_ms,
            replaced,
        };
        let mut papers: Vec<_> = self
            .own
            .iter()
            .map(|(id, leaf)| paper(format!("credential:{id}:client-certificate"), leaf, false))
            .collect();
        for (trust, place) in &self.signers {
            let certificates = certificate::load(place)?;
            let last = certificates.iter().map(|certificate| certificate.until_ms).max();
            for certificate in &certificates {
                let replaced = last.is_some_and(|last| certificate.until_ms < last);
                papers.push(paper(format!("token.verify:{trust}"), certificate, replaced));
            }
        }
        Ok(papers)
    }

    /// The same as lines of a probe. Blocks.
    pub(crate) fn checks(&self, now_ms: i64) -> Vec<Check> {
        match self.read() {
            Ok(papers) => papers.iter().map(|paper| check(paper, now_ms)).collect(),
            Err(detail) => {
                vec![Check { name: "certificates".to_owned(), ok: false, detail, expires_ms: None }]
            }
        }
    }
}

fn check(paper: &CertificateExpiry, now_ms: i64) -> Check {
    let days = paper.expires_ms.saturating_sub(now_ms).div_euclid(DAY_MS);
    let over = paper.expires_ms <= now_ms;
    let detail = match (over, paper.replaced) {
        (true, true) => format!("{} is over and can be removed", paper.x5t),
        (true, false) => format!("{} is over", paper.x5t),
        (false, _) => format!("{} ends in {days} days", paper.x5t),
    };
    Check {
        name: paper.purpose.clone(),
        ok: !over || paper.replaced,
        detail,
        expires_ms: u64::try_from(paper.expires_ms).ok(),
    }
}
