//! Certificates that an operator keeps in files: a provider's signing certificates, and our own for TLS.
//!
//! The files are read anew each time, so that a certificate laid into a folder counts from the next login on. No chain
//! is built and no revocation asked: which certificates count is exactly which files lie there.

use std::{
    fs,
    io::{self, Read as _},
    path::{Path, PathBuf},
};

use aws_lc_rs::digest;
use data_encoding::BASE64URL_NOPAD;
use tokio_rustls::rustls::pki_types::{CertificateDer, pem::PemObject as _};
use x509_parser::{certificate::X509Certificate, prelude::FromDer as _, public_key::PublicKey};

/// Files of a folder that are read; more are a mistake.
const FILES: usize = 32;
/// One file, chains included.
const FILE_BYTES: u64 = 64 * 1024;
/// Endings of files that hold certificates in PEM.
const ENDINGS: [&str; 3] = ["pem", "crt", "cer"];
/// The shortest RSA key that may sign.
const RSA_BITS: usize = 2048;

/// A certificate, as far as this room needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Certificate {
    /// Base64url of its SHA-1 digest (RFC 7515, 4.1.7). Security: a name, not a proof; it only picks among our own.
    pub(crate) x5t: String,
    /// Its validity, in milliseconds since 1970.
    pub(crate) from_ms: i64,
    pub(crate) until_ms: i64,
    /// `RSAPublicKey` in DER, when it is an RSA key that is long enough.
    pub(crate) rsa: Option<Vec<u8>>,
}

impl Certificate {
    /// Whether it is valid at this moment.
    pub(crate) fn is_valid(&self, now_ms: i64) -> bool {
        (self.from_ms..=self.until_ms).contains(&now_ms)
    }

    fn read(der: &[u8]) -> Result<Self, String> {
        let (_, parsed) = X509Certificate::from_der(der).map_err(|error| error.to_string())?;
        let key = parsed.public_key();
        let rsa = match key.parsed() {
            Ok(PublicKey::RSA(rsa)) if rsa.key_size() >= RSA_BITS => {
                Some(key.subject_public_key.data.to_vec())
            }
            _ => None,
        };
        let thumbprint = digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, der);
        let milliseconds = |seconds: i64| seconds.saturating_mul(1000);
        Ok(Self {
            x5t: BASE64URL_NOPAD.encode(thumbprint.as_ref()),
            from_ms: milliseconds(parsed.validity().not_before.timestamp()),
            until_ms: milliseconds(parsed.validity().not_after.timestamp()),
            rsa,
        })
    }
}

/// Every certificate of a PEM text, in its order.
pub(crate) fn parse(pem: &[u8]) -> Result<Vec<Certificate>, String> {
    let certificates: Vec<Certificate> = CertificateDer::pem_slice_iter(pem)
        .map(|der| Certificate::read(&der.map_err(|error| error.to_string())?))
        .collect::<Result<_, _>>()?;
    if certificates.is_empty() { Err("no certificate in PEM".to_owned()) } else { Ok(certificates) }
}

/// Every certificate of a file, or of a folder's files. Blocks.
///
/// A file of a folder that cannot be read costs only itself: a mistake with tomorrow's certificate must not end today's
/// logins. The error names file and reason when nothing is left.
pub(crate) fn load(place: &Path) -> Result<Vec<Certificate>, String> {
    let mut found: Vec<Certificate> = Vec::new();
    let mut trouble = None;
    for file in files(place).map_err(|error| format!("{}: {error}", place.display()))? {
        match text(&file).map_err(|error| error.to_string()).and_then(|pem| parse(&pem)) {
            Ok(certificates) => {
                for certificate in certificates {
                    if !found.contains(&certificate) {
                        found.push(certificate);
                    }
                }
            }
            Err(error) => {
                tracing::warn!(file = %file.display(), %error, "a certificate file cannot be used");
                trouble = Some(format!("{}: {error}", file.display()));
            }
        }
    }
    if found.is_empty() {
        return Err(trouble.unwrap_or_else(|| format!("{}: no certificate", place.display())));
    }
    Ok(found)
}

fn files(place: &Path) -> io::Result<Vec<PathBuf>> {
    if !place.is_dir() {
        return Ok(vec![place.to_owned()]);
    }
    let mut files = Vec::new();
    for entry in fs::read_dir(place)? {
        let path = entry?.path();
        let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
        if ENDINGS.contains(&ending.to_ascii_lowercase().as_str()) {
            files.push(path);
        }
    }
    if files.len() > FILES {
        return Err(io::Error::other(format!("more than {FILES} certificate files")));
    }
    files.sort();
    Ok(files)
}

fn text(file: &Path) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    fs::File::open(file)?.take(FILE_BYTES.saturating_add(1)).read_to_end(&mut text)?;
    if text.len() as u64 > FILE_BYTES {
        return Err(io::Error::other(format!("more than {FILE_BYTES} bytes")));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A self-signed certificate of 2048 bits, valid for the year 2026, and its SHA-1 digest as openssl tells it.
    const SIGNER: &str = include_str!("../tests/certificates/signer-2026.pem");
    const THUMBPRINT: &str = "9ynrdfqwyL4Im-FVrYE2rz6_fYU";

    #[test]
    fn a_certificate_is_read_as_openssl_reads_it() {
        let [signer] = &parse(SIGNER.as_bytes()).unwrap()[..] else { panic!("not one certificate") };
        assert_eq!(signer.x5t, THUMBPRINT);
        assert_eq!((signer.from_ms, signer.until_ms), (1_767_225_600_000, 1_798_761_599_000));
        assert!(signer.rsa.is_some());
        assert!(!signer.is_valid(1_767_225_599_999) && signer.is_valid(1_767_225_600_000));
        assert!(signer.is_valid(1_798_761_599_000) && !signer.is_valid(1_798_761_599_001));
    }

    #[test]
    fn a_short_key_or_another_kind_signs_nothing() {
        for pem in [
            include_str!("../tests/certificates/rsa-1024.pem"),
            include_str!("../tests/certificates/ec-p256.pem"),
        ] {
            assert_eq!(parse(pem.as_bytes()).unwrap()[0].rsa, None);
        }
    }

    #[test]
    fn a_broken_file_costs_only_itself() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        assert!(load(folder.path()).is_err(), "an empty folder");
        write("broken.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        assert!(load(folder.path()).unwrap_err().contains("broken.pem"));
        write("good.CRT", SIGNER);
        write("same.pem", SIGNER);
        write("notes.txt", "not read");
        assert_eq!(load(folder.path()).unwrap().len(), 1);
        assert_eq!(load(&folder.path().join("good.CRT")).unwrap().len(), 1);
        assert!(load(&folder.path().join("gone.pem")).is_err());
        for number in 0..FILES {
            write(&format!("{number}.pem"), SIGNER);
        }
        assert!(load(folder.path()).unwrap_err().contains("more than"));
        let big = folder.path().join("big.pem");
        fs::write(&big, vec![b'\n'; 70_000]).unwrap();
        assert!(load(&big).is_err());
    }
}
