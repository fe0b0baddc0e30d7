//! The answer of an OCSP responder that a BankID was good when it signed (RFC 6960).
//!
//! It does not look anything up: in the simulator every certificate is good.

use aws_lc_rs::digest;
use jiff::Timestamp;
use rcgen::{KeyPair, SigningKey};

use super::der::{bits, octets, oid, sequence, tagged, value};

/// id-pkix-ocsp-basic, 1.3.6.1.5.5.7.48.1.1.
const BASIC: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 0x30, 1, 1];
/// id-pkix-ocsp-nonce, 1.3.6.1.5.5.7.48.1.2.
const NONCE: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 0x30, 1, 2];
/// id-sha1, 1.3.14.3.2.26; RFC 6960 names certificates by it.
const SHA1: &[u8] = &[0x2b, 0x0e, 3, 2, 0x1a];
/// ecdsa-with-SHA256, 1.2.840.10045.4.3.2.
const ECDSA_SHA256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2];
/// id-at-commonName, 2.5.4.3.
const COMMON_NAME: &[u8] = &[0x55, 4, 3];

/// What is asked about, and who answers.
pub(crate) struct Question<'a> {
    /// Common name of the bank's authority; its whole distinguished name.
    pub(crate) issuer_name: &'a str,
    /// The authority's public key, uncompressed.
    pub(crate) issuer_key: &'a [u8],
    /// Serial number of the person's certificate.
    pub(crate) serial: &'a [u8],
    /// Binds the answer to a signature.
    pub(crate) nonce: &'a [u8],
    /// When the answer is made.
    pub(crate) at: Timestamp,
    /// The responder's certificate, DER.
    pub(crate) responder: &'a [u8],
}

/// An `OCSPResponse` in DER that says "good", signed with the responder's key.
pub(crate) fn good(question: &Question<'_>, responder: &KeyPair) -> Result<Vec<u8>, rcgen::Error> {
    let at = value(0x18, question.at.strftime("%Y%m%d%H%M%SZ").to_string().as_bytes());
    let common_name = sequence(&[oid(COMMON_NAME), value(0x0c, question.issuer_name.as_bytes())]);
    let name = sequence(&[value(0x31, &common_name)]);
    let certificate = sequence(&[
        sequence(&[oid(SHA1), value(0x05, &[])]),
        octets(&sha1(&name)),
        octets(&sha1(question.issuer_key)),
        value(0x02, question.serial),
    ]);
    let single = sequence(&[certificate, value(0x80, &[]), at.clone()]);
    let nonce = sequence(&[oid(NONCE), octets(&octets(question.nonce))]);
    let data = sequence(&[
        tagged(2, &octets(&sha1(responder.public_key_raw()))),
        at,
        sequence(&[single]),
        tagged(1, &sequence(&[nonce])),
    ]);
    let signature = responder.sign(&data)?;
    let basic = sequence(&[
        data,
        sequence(&[oid(ECDSA_SHA256)]),
        bits(&signature),
        tagged(0, &sequence(&[question.responder.to_vec()])),
    ]);
    let body = sequence(&[oid(BASIC), octets(&basic)]);
    Ok(sequence(&[value(0x0a, &[0]), tagged(0, &body)]))
}

fn sha1(bytes: &[u8]) -> Vec<u8> {
    digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, bytes).as_ref().to_vec()
}
