//! The bank's side of an approval: the person's certificate, the signature, the proof that the certificate was good,
//! and the completion data that carries them.
//!
//! One key serves all persons, each with a certificate of their own, because making RSA keys is slow. The chain ends in
//! the simulator's own root, which is another root than that of the API's TLS, as with the real service.

use std::io;

use data_encoding::BASE64;
use jiff::Timestamp;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose, PKCS_RSA_SHA256, RsaKeySize, SerialNumber, date_time_ymd,
};
use serde_json::{Value, json};

use super::completion;
use super::ocsp::{self, Question};
use super::order::Order;
use crate::people::Swede;
use crate::random;

const BANK: &str = "Simulated Bank CA v1 for BankID";

/// Signs in the name of the persons, and vouches for their certificates.
pub(crate) struct Signer {
    bank: CertifiedIssuer<'static, KeyPair>,
    responder: CertifiedIssuer<'static, KeyPair>,
    person_key: KeyPair,
}

impl Signer {
    pub(crate) fn new() -> io::Result<Self> {
        let mut params = named(BANK)?;
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        let key = KeyPair::generate().map_err(io::Error::other)?;
        let bank = CertifiedIssuer::self_signed(params, key).map_err(io::Error::other)?;
        let mut params = named("Simulated Bank OCSP responder")?;
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::OcspSigning];
        let key = KeyPair::generate().map_err(io::Error::other)?;
        let responder = CertifiedIssuer::signed_by(params, key, &bank).map_err(io::Error::other)?;
        let person_key =
            KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).map_err(io::Error::other)?;
        Ok(Self { bank, responder, person_key })
    }

    /// The completion data of an order that this person has approved.
    pub(crate) fn complete(&self, order: &Order, person: &Swede, now_ms: u64) -> io::Result<Value> {
        let serial: [u8; 8] = random::bytes().map_err(io::Error::other)?;
        // The first byte is kept between 1 and 127, so that the number is positive and as short as DER wants it.
        let serial: Vec<u8> =
            serial.iter().enumerate().map(|(i, b)| if i == 0 { b & 0x3f | 0x40 } else { *b }).collect();
        let mut params = named(&person.name())?;
        params.distinguished_name.push(DnType::CustomDnType(vec![2, 5, 4, 5]), person.number.as_str());
        params.serial_number = Some(SerialNumber::from_slice(&serial));
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        let certificate = params.signed_by(&self.person_key, &self.bank).map_err(io::Error::other)?;
        let chain = [certificate.der().as_ref(), self.bank.der().as_ref()];
        let (signature, signature_value) = completion::xml_signature(&order.ask, &chain, &self.person_key)?;
        let at = i64::try_from(now_ms)
            .ok()
            .and_then(|ms| Timestamp::from_millisecond(ms).ok())
            .unwrap_or_default();
        // BankID's own build of the nonce is not public; the signature's digest binds as well.
        let nonce = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &signature_value);
        let question = Question {
            issuer_name: BANK,
            issuer_key: self.bank.key().public_key_raw(),
            serial: &serial,
            nonce: nonce.as_ref(),
            at,
            responder: self.responder.der(),
        };
        let proof = ocsp::good(&question, self.responder.key()).map_err(io::Error::other)?;
        Ok(completion_data(order, person, &signature, &proof))
    }
}

fn completion_data(order: &Order, person: &Swede, signature: &str, proof: &[u8]) -> Value {
    let address = order.ask.end_user_ip.map_or_else(|| "127.0.0.1".to_owned(), |ip| ip.to_string());
    let hardware = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, person.number.as_bytes());
    let mut data = json!({
        "user": {
            "personalNumber": person.number,
            "name": person.name(),
            "givenName": person.given,
            "surname": person.family,
        },
        "device": { "ipAddress": address, "uhi": BASE64.encode(hardware.as_ref().get(..20).unwrap_or_default()) },
        "bankIdIssueDate": "2025-02-03",
        "stepUp": { "mrtd": order.ask.requirement.mrtd },
        "signature": BASE64.encode(signature.as_bytes()),
        "ocspResponse": BASE64.encode(proof),
    });
    if let (true, Value::Object(fields)) = (order.ask.return_risk, &mut data) {
        fields.insert("risk".into(), person.risk.word().into());
    }
    data
}

fn named(common_name: &str) -> io::Result<CertificateParams> {
    let mut params = CertificateParams::new(Vec::new()).map_err(io::Error::other)?;
    params.distinguished_name.push(DnType::CommonName, common_name);
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(2046, 1, 1);
    Ok(params)
}
