//! Who we are to a provider, and how we prove it.
//!
//! The key never leaves this file: there is no power to sign anything but a client assertion.

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, RSA_PSS_SHA256, RsaKeyPair},
};
use data_encoding::{BASE64, BASE64URL_NOPAD};
use http::{HeaderMap, HeaderValue, header};
use kuvert_domain::secret::Secret;
use serde_json::json;
use tokio_rustls::rustls::pki_types::{PrivatePkcs8KeyDer, pem::PemObject as _};
use url::Url;

use crate::{ClientAuthentication, OidcClient, host::Shared, outbound};

/// RFC 7523.
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// How long an assertion lives.
const ASSERTION_S: i64 = 60;

/// The municipality as a client, with its key ready.
pub(crate) struct Party {
    pub(crate) endpoint: String,
    pub(crate) issuer: String,
    pub(crate) issuer_url: Url,
    pub(crate) client_id: String,
    pub(crate) redirect_uri: String,
    proof: Proof,
}

enum Proof {
    Secret(Secret<String>),
    Key { signer: Signer, key_id: Option<String> },
}

enum Signer {
    Es256(EcdsaKeyPair),
    Ps256(RsaKeyPair),
}

impl Party {
    pub(crate) fn new(client: &OidcClient) -> Result<Self, String> {
        let issuer_url = Url::parse(&client.issuer).map_err(|error| format!("the issuer: {error}"))?;
        if issuer_url.scheme() != "https" || issuer_url.query().is_some() || issuer_url.fragment().is_some() {
            return Err("the issuer is not of the form https://name[:port][/path]".to_owned());
        }
        let proof = match &client.authentication {
            ClientAuthentication::Secret(secret) => Proof::Secret(secret.clone()),
            ClientAuthentication::PrivateKey { key_pem, key_id } => {
                Proof::Key { signer: Signer::new(key_pem.expose())?, key_id: key_id.clone() }
            }
        };
        Ok(Self {
            endpoint: client.endpoint.clone(),
            issuer: client.issuer.clone(),
            issuer_url,
            client_id: client.client_id.clone(),
            redirect_uri: client.redirect_uri.clone(),
            proof,
        })
    }

    /// Headers and body of a call to the token endpoint.
    pub(super) fn token_request(
        &self,
        shared: &Shared,
        form: &[(&str, &str)],
    ) -> Result<(HeaderMap, Vec<u8>), String> {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
        headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
        let body = match &self.proof {
            Proof::Secret(secret) => {
                headers.insert(header::AUTHORIZATION, self.basic(secret)?);
                outbound::query_string(form.iter().copied())
            }
            Proof::Key { signer, key_id } => {
                let assertion = self.assertion(shared, signer, key_id.as_deref())?;
                let own = [
                    ("client_id", self.client_id.as_str()),
                    ("client_assertion_type", ASSERTION_TYPE),
                    ("client_assertion", assertion.as_str()),
                ];
                outbound::query_string(form.iter().copied().chain(own))
            }
        };
        Ok((headers, body.into_bytes()))
    }

    /// `client_secret_basic`: both halves form-encoded first (RFC 6749, 2.3.1).
    fn basic(&self, secret: &Secret<String>) -> Result<HeaderValue, String> {
        let half = |text: &str| outbound::query_string([("", text)]).split_off(1);
        let both = format!("{}:{}", half(&self.client_id), half(secret.expose()));
        let mut value = HeaderValue::from_str(&format!("Basic {}", BASE64.encode(both.as_bytes())))
            .map_err(|_| "the client secret".to_owned())?;
        value.set_sensitive(true);
        Ok(value)
    }

    /// `private_key_jwt`: short-lived, for this issuer alone.
    fn assertion(&self, shared: &Shared, signer: &Signer, key_id: Option<&str>) -> Result<String, String> {
        let now = shared.now_ms().div_euclid(1000);
        let mut head = json!({ "alg": signer.algorithm(), "typ": "JWT" });
        if let (Some(key_id), Some(fields)) = (key_id, head.as_object_mut()) {
            fields.insert("kid".to_owned(), json!(key_id));
        }
        let claims = json!({
            "iss": self.client_id,
            "sub": self.client_id,
            "aud": self.issuer,
            "jti": BASE64URL_NOPAD.encode(&shared.random::<16>()),
            "iat": now,
            "exp": now.saturating_add(ASSERTION_S),
        });
        let part = |value: &serde_json::Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
        let message = format!("{}.{}", part(&head), part(&claims));
        let signature = signer.sign(message.as_bytes())?;
        Ok(format!("{message}.{}", BASE64URL_NOPAD.encode(&signature)))
    }
}

impl Signer {
    fn new(pem: &str) -> Result<Self, String> {
        let der = PrivatePkcs8KeyDer::from_pem_slice(pem.as_bytes())
            .map_err(|error| format!("the client key: {error}"))?;
        let der = der.secret_pkcs8_der();
        if let Ok(key) = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, der) {
            return Ok(Self::Es256(key));
        }
        RsaKeyPair::from_pkcs8(der)
            .map(Self::Ps256)
            .map_err(|_| "the client key is neither P-256 nor RSA".to_owned())
    }

    const fn algorithm(&self) -> &'static str {
        match self {
            Self::Es256(_) => "ES256",
            Self::Ps256(_) => "PS256",
        }
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, String> {
        let random = SystemRandom::new();
        let failed = |_| "the client key does not sign".to_owned();
        match self {
            Self::Es256(key) => {
                key.sign(&random, message).map(|signature| signature.as_ref().to_vec()).map_err(failed)
            }
            Self::Ps256(key) => {
                let mut signature = vec![0; key.public_modulus_len()];
                key.sign(&RSA_PSS_SHA256, &random, message, &mut signature).map_err(failed)?;
                Ok(signature)
            }
        }
    }
}
