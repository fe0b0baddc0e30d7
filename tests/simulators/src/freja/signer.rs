//! Results and the tokens in them, signed with a key that is changed now and then.
//!
//! A certificate is known by its SHA-1 digest (`x5t`), and arrives at relying parties outside of the protocol. It signs
//! RS256 only, as Freja does.

use std::io;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use aws_lc_rs::{digest, hmac};
use data_encoding::{BASE64, BASE64URL_NOPAD};
use rcgen::{
    Certificate, CertificateParams, DnType, KeyPair, PKCS_RSA_SHA256, RsaKeySize, SigningKey, date_time_ymd,
};
use serde_json::{Value, json};

use super::Holder;
use super::forgery::Forgery;
use super::order::{Order, Stage};

const HOUR_MS: u64 = 3_600_000;
/// A day before the simulators' time may begin, and how long the first certificate lives.
const LONG_DAYS: u64 = 20 * 365;

/// A key with its certificate.
struct Seal {
    key: KeyPair,
    certificate: Certificate,
}

/// Signs results. Cheap to share: the keys are behind a lock.
pub(crate) struct Signer {
    current: Mutex<Seal>,
    /// Its certificate is never handed out.
    foreign: Seal,
}

impl Signer {
    pub(crate) fn new(now_s: u64) -> io::Result<Self> {
        Ok(Self { current: Mutex::new(Seal::new(now_s, LONG_DAYS)?), foreign: Seal::new(now_s, LONG_DAYS)? })
    }

    pub(crate) fn rotate(&self, now_s: u64, days: u64) -> io::Result<()> {
        *self.current.lock().unwrap_or_else(PoisonError::into_inner) = Seal::new(now_s, days)?;
        Ok(())
    }

    pub(crate) fn certificate_pem(&self) -> String {
        self.current.lock().unwrap_or_else(PoisonError::into_inner).certificate.pem()
    }

    /// How an authentication stands, as the API answers it.
    pub(crate) fn result(&self, order: &Order, forgery: Forgery) -> io::Result<Value> {
        let mut answer = json!({ "authRef": order.reference, "status": order.status() });
        let Stage::Approved(holder, at_ms) = &order.stage else { return Ok(answer) };
        let mut payload = payload(order, holder, *at_ms);
        let outside = payload.get("requestedAttributes").cloned().unwrap_or_default();
        lie(&mut payload, forgery, *at_ms);
        let Value::Object(fields) = &mut answer else { return Ok(answer) };
        fields.insert("requestedAttributes".to_owned(), outside);
        match forgery {
            Forgery::NoToken => {}
            Forgery::PlainJson => {
                fields.insert("details".to_owned(), Value::String(payload.to_string()));
            }
            _ => {
                fields.insert("details".to_owned(), Value::String(self.token(&payload, forgery)?));
            }
        }
        if forgery == Forgery::OtherOutside {
            let other = json!({ "ssn": { "ssn": "189001019802", "country": "SE" } });
            fields.insert("requestedAttributes".to_owned(), other);
        }
        Ok(answer)
    }

    fn token(&self, payload: &Value, forgery: Forgery) -> io::Result<String> {
        let current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        let foreign = [Forgery::UnknownCertificate, Forgery::OwnCertificate].contains(&forgery);
        let named = if foreign { &self.foreign } else { &*current };
        let mut header = json!({ "alg": "RS256", "x5t": named.x5t() });
        let algorithm = match forgery {
            Forgery::Unsigned | Forgery::AlgNone => "none",
            Forgery::AlgHs256 => "HS256",
            _ => "RS256",
        };
        if let Value::Object(fields) = &mut header {
            fields.insert("alg".to_owned(), json!(algorithm));
            match forgery {
                Forgery::NoCertificate => drop(fields.remove("x5t")),
                Forgery::OwnCertificate => {
                    fields.insert("x5c".to_owned(), json!([BASE64.encode(named.certificate.der())]));
                }
                Forgery::Critical => {
                    fields.insert("crit".to_owned(), json!(["b64"]));
                }
                _ => {}
            }
        }
        let mut text = payload.to_string();
        if forgery == Forgery::DuplicateKey {
            text = text.replacen('{', "{\"status\":\"APPROVED\",", 1);
        }
        let encode = |text: &str| BASE64URL_NOPAD.encode(text.as_bytes());
        let signed = format!("{}.{}", encode(&header.to_string()), encode(&text));
        let signature = match forgery {
            Forgery::Unsigned => Vec::new(),
            Forgery::AlgHs256 => {
                let key = hmac::Key::new(hmac::HMAC_SHA256, named.certificate.der());
                hmac::sign(&key, signed.as_bytes()).as_ref().to_vec()
            }
            Forgery::ForeignKey => self.foreign.sign(&signed)?,
            _ => named.sign(&signed)?,
        };
        Ok(format!("{signed}.{}", BASE64URL_NOPAD.encode(&signature)))
    }
}

impl Seal {
    fn new(now_s: u64, days: u64) -> io::Result<Self> {
        let mut params = CertificateParams::new(Vec::new()).map_err(io::Error::other)?;
        params.distinguished_name.push(DnType::CommonName, "Simulated Freja JWS Signing");
        let epoch = date_time_ymd(1970, 1, 1);
        let day = Duration::from_hours(24);
        let now = epoch + Duration::from_secs(now_s);
        // The simulators' clock is set by tests, and some of them begin in the past.
        params.not_before = now - day;
        params.not_after = now + day * u32::try_from(days).unwrap_or(u32::MAX);
        let key = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).map_err(io::Error::other)?;
        let certificate = params.self_signed(&key).map_err(io::Error::other)?;
        Ok(Self { key, certificate })
    }

    fn x5t(&self) -> String {
        let thumbprint = digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, self.certificate.der());
        BASE64URL_NOPAD.encode(thumbprint.as_ref())
    }

    fn sign(&self, text: &str) -> io::Result<Vec<u8>> {
        self.key.sign(text.as_bytes()).map_err(io::Error::other)
    }
}

fn payload(order: &Order, holder: &Holder, at_ms: u64) -> Value {
    let (kind, info) = match &order.ask.named {
        None => ("INFERRED", "N/A".to_owned()),
        Some(number) => ("SSN", json!({ "country": "SE", "ssn": number }).to_string()),
    };
    let mut attributes = serde_json::Map::new();
    for name in &order.ask.attributes {
        let (field, value) = match name.as_str() {
            "BASIC_USER_INFO" => {
                ("basicUserInfo", json!({ "name": holder.person.given, "surname": holder.person.family }))
            }
            "SSN" => ("ssn", json!({ "ssn": holder.person.number, "country": holder.country })),
            "REGISTRATION_LEVEL" => ("registrationLevel", json!(holder.registration.word())),
            "LOA_LEVEL" => ("loaLevel", json!(holder.registration.loa())),
            // Known to the service, and nothing that the simulator's people have.
            _ => continue,
        };
        attributes.insert(field.to_owned(), value);
    }
    json!({
        "authRef": order.reference,
        "status": order.status(),
        "userInfoType": kind,
        "userInfo": info,
        "minRegistrationLevel": order.ask.registration.word(),
        "timestamp": at_ms,
        "requestedAttributes": attributes,
    })
}

fn lie(payload: &mut Value, forgery: Forgery, at_ms: u64) {
    let changes: &[(&str, Value)] = &match forgery {
        Forgery::Stale => vec![("/timestamp", json!(at_ms.saturating_sub(HOUR_MS)))],
        Forgery::Early => vec![("/timestamp", json!(at_ms.saturating_add(HOUR_MS)))],
        Forgery::OtherTransaction => vec![("/authRef", json!("another-authentication"))],
        Forgery::NotApproved => vec![("/status", json!("DELIVERED_TO_MOBILE"))],
        Forgery::NamedPerson => vec![("/userInfoType", json!("SSN"))],
        Forgery::LowerRegistration => vec![
            ("/requestedAttributes/registrationLevel", json!("EXTENDED")),
            ("/requestedAttributes/loaLevel", json!("LOA2")),
        ],
        Forgery::OtherCountry => vec![("/requestedAttributes/ssn/country", json!("NO"))],
        _ => Vec::new(),
    };
    for (place, value) in changes {
        if let Some(field) = payload.pointer_mut(place) {
            *field = value.clone();
        }
    }
}
