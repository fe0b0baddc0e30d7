//! Who we are to a provider, and how we prove it.
//!
//! The key never leaves this file: there is no power to sign anything but a client assertion.

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, RSA_PKCS1_SHA256, RSA_PSS_SHA256, RsaEncoding,
        RsaKeyPair,
    },
};
use data_encoding::{BASE64, BASE64URL_NOPAD};
use http::{HeaderMap, HeaderValue, header};
use kuvert_domain::secret::Secret;
use serde_json::json;
use tokio_rustls::rustls::pki_types::{PrivatePkcs8KeyDer, pem::PemObject as _};
use url::Url;

use crate::{ClientAuthentication, OidcClient, PushedRequests, host::Shared, outbound};

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
    pub(crate) pushed: PushedRequests,
    /// Where the provider sends the browser back to after ending its session; `None`: that session is left alone.
    pub(crate) logged_out_uri: Option<String>,
    /// Values that prove a second factor beside the profile's; `None`: the directory sees to it.
    pub(crate) second_factor: Option<Vec<String>>,
    proof: Proof,
}

enum Proof {
    Secret(Secret<String>),
    Key { signer: Signer, key_id: Option<String> },
}

enum Signer {
    Es256(EcdsaKeyPair),
    Rsa(RsaKeyPair),
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
            pushed: client.pushed,
            logged_out_uri: client.logged_out_uri.clone(),
            second_factor: client.second_factor.clone(),
            proof,
        })
    }

    /// Headers and body of a form that proves who sends it. `accepted`: the algorithms that the provider takes
    /// assertions in, empty when it does not say.
    pub(super) fn proven(
        &self,
        shared: &Shared,
        accepted: &[String],
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
                let assertion = self.assertion(shared, (signer, accepted), key_id.as_deref())?;
                let named = form.iter().any(|(name, _)| *name == "client_id");
                let client_id = (!named).then_some(("client_id", self.client_id.as_str()));
                let own =
                    [("client_assertion_type", ASSERTION_TYPE), ("client_assertion", assertion.as_str())];
                outbound::query_string(form.iter().copied().chain(client_id).chain(own))
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
    fn assertion(
        &self,
        shared: &Shared,
        (signer, accepted): (&Signer, &[String]),
        key_id: Option<&str>,
    ) -> Result<String, String> {
        let algorithm = signer.algorithm(accepted)?;
        let now = shared.now_ms().div_euclid(1000);
        let mut head = json!({ "alg": algorithm.name, "typ": "JWT" });
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
        let signature = signer.sign(algorithm, message.as_bytes())?;
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
            .map(Self::Rsa)
            .map_err(|_| "the client key is neither P-256 nor RSA".to_owned())
    }

    /// The best algorithm of this key that the provider takes.
    fn algorithm(&self, accepted: &[String]) -> Result<&'static Algorithm, String> {
        let own: &[Algorithm] = match self {
            Self::Es256(_) => &[ES256],
            Self::Rsa(_) => &[PS256, RS256],
        };
        // Without a word from the provider: RS256, which OpenID Connect Core wants of everybody, or the only one.
        let fallback = || own.last().filter(|_| accepted.is_empty());
        let named = own.iter().find(|own| accepted.iter().any(|accepted| accepted == own.name));
        named
            .or_else(fallback)
            .ok_or_else(|| "the provider takes no signature of this kind of key".to_owned())
    }

    fn sign(&self, algorithm: &Algorithm, message: &[u8]) -> Result<Vec<u8>, String> {
        let random = SystemRandom::new();
        let failed = |_| "the client key does not sign".to_owned();
        match self {
            Self::Es256(key) => {
                key.sign(&random, message).map(|signature| signature.as_ref().to_vec()).map_err(failed)
            }
            Self::Rsa(key) => {
                let mut signature = vec![0; key.public_modulus_len()];
                key.sign(algorithm.padding, &random, message, &mut signature).map_err(failed)?;
                Ok(signature)
            }
        }
    }
}

/// A signature algorithm by its name in JOSE.
struct Algorithm {
    name: &'static str,
    /// For RSA keys.
    padding: &'static dyn RsaEncoding,
}

const ES256: Algorithm = Algorithm { name: "ES256", padding: &RSA_PSS_SHA256 };
const PS256: Algorithm = Algorithm { name: "PS256", padding: &RSA_PSS_SHA256 };
const RS256: Algorithm = Algorithm { name: "RS256", padding: &RSA_PKCS1_SHA256 };
