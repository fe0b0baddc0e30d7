//! The certificate that the listener shows: from files, or made at start.
//!
//! A self-signed certificate lives in memory only and is new at each start; it is for the demo and for trying things
//! out. Nothing here fetches certificates.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use kuvert_domain::secret::Secret;
use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair};
use rustls::{
    ServerConfig,
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};

use crate::config::TlsSection;

/// A certificate with its key, ready to be shown.
#[derive(Debug, Clone)]
pub struct Certified {
    config: Arc<ServerConfig>,
    pem: String,
}

impl Certified {
    /// The certificate chain in PEM: what a client has to trust when it is self-signed.
    #[must_use]
    pub fn pem(&self) -> &str {
        &self.pem
    }

    pub(super) fn server_config(&self) -> Arc<ServerConfig> {
        Arc::clone(&self.config)
    }
}

/// Why a certificate cannot be used. The text names what to mend and holds nothing secret.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// The files hold no PEM, or the key does not fit.
    #[error("tls.certificate_file, tls.key_file: {0}")]
    Unusable(String),
    /// A self-signed certificate could not be made.
    #[error("no self-signed certificate: {0}")]
    SelfSigned(#[from] rcgen::Error),
}

/// Reads the configured certificate, or makes one for these hosts that is valid from now on.
pub fn certified(
    section: &TlsSection,
    hosts: &[String],
    now: Timestamp,
) -> Result<Certified, CertificateError> {
    match section {
        TlsSection::Files { certificate_pem, key_pem } => build(certificate_pem.clone(), key_pem),
        TlsSection::SelfSigned => {
            let (certificate, key) = self_signed(hosts, now)?;
            build(certificate, &key)
        }
    }
}

fn build(certificate_pem: String, key_pem: &Secret<String>) -> Result<Certified, CertificateError> {
    let unusable = |error: &dyn std::fmt::Display| CertificateError::Unusable(error.to_string());
    let chain = CertificateDer::pem_slice_iter(certificate_pem.as_bytes())
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| unusable(&error))?;
    let key = PrivateKeyDer::from_pem_slice(key_pem.expose().as_bytes()).map_err(|error| unusable(&error))?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| unusable(&error))?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(|error| unusable(&error))?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Certified { config: Arc::new(config), pem: certificate_pem })
}

/// Valid from the day before (clocks differ) for 397 days, the longest that browsers accept.
fn self_signed(hosts: &[String], now: Timestamp) -> Result<(String, Secret<String>), rcgen::Error> {
    let mut params = CertificateParams::new(hosts.to_vec())?;
    let mut name = DistinguishedName::new();
    name.push(DnType::CommonName, hosts.first().map_or("kuvert", String::as_str));
    params.distinguished_name = name;
    let (first, last) = (day(now, -1), day(now, 396));
    params.not_before = rcgen::date_time_ymd(first.0, first.1, first.2);
    params.not_after = rcgen::date_time_ymd(last.0, last.1, last.2);
    let key = KeyPair::generate()?;
    let certificate = params.self_signed(&key)?;
    Ok((certificate.pem(), Secret::new(key.serialize_pem())))
}

/// Year, month and day, so many days from now.
fn day(now: Timestamp, days: i64) -> (i32, u8, u8) {
    let moment = now.checked_add(SignedDuration::from_hours(24 * days)).unwrap_or(now);
    let date = TimeZone::UTC.to_datetime(moment).date();
    (i32::from(date.year()), date.month().unsigned_abs(), date.day().unsigned_abs())
}
