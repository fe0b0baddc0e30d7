//! The three calls of the authentication service: initAuthentication, getOneResult, cancel.
//!
//! A body is a name, `=`, and JSON in standard Base64, sent raw as `application/json`: that is how Freja's own client
//! does it, and percent-encoding the Base64 is an error there. Nothing is retried here.

use kuvert_plugin_sdk::{
    Check, Fault,
    answer::{nonsense, pair},
    encode::base64,
    http,
    json::{self, Document, Value, json},
    settings,
};

use crate::order::Started;

/// What is asked for about a person, besides who it is: the registration that the answer is held to.
const ATTRIBUTES: [&str; 4] = ["BASIC_USER_INFO", "SSN", "REGISTRATION_LEVEL", "LOA_LEVEL"];
/// A reference that never existed, for the probe.
const NOBODY: &str = "kuvert-probe";
/// Freja's code for a reference that is unknown or over.
pub(crate) const UNKNOWN_REFERENCE: u64 = 1100;

/// An answer that is no success.
pub(crate) struct Refusal {
    pub(crate) status: u16,
    /// `code`; 0 when the body had none.
    pub(crate) code: u64,
}

impl Refusal {
    /// The authentication lives on and the next look may succeed.
    pub(crate) fn passes(&self) -> bool {
        matches!(self.status, 429 | 503)
    }

    /// A success without what makes a code change: Freja has not allowed such codes here. A code that stands still is
    /// never shown in its place.
    fn without_secret() -> Self {
        Self { status: 403, code: 0 }
    }

    /// For the log.
    pub(crate) fn to_code(&self) -> String {
        format!("{}:{}", self.status, self.code)
    }
}

/// How an authentication stands.
pub(crate) enum Standing {
    Pending { status: String },
    Ended { status: String },
    Approved { details: String },
}

/// Begins an authentication of whoever comes by code or link.
pub(crate) fn init(dynamic: bool) -> Result<Result<Started, Refusal>, Fault> {
    let attributes: Vec<Value> = ATTRIBUTES.iter().map(|name| json!({ "attribute": name })).collect();
    let mut body = json!({
        "userInfoType": "INFERRED",
        "userInfo": "N/A",
        "minRegistrationLevel": "PLUS",
        "attributesToReturn": attributes,
    });
    if let (true, Value::Object(fields)) = (dynamic, &mut body) {
        fields.insert("useDynamicQrCode".to_owned(), Value::Bool(true));
    }
    let response = post("initAuthentication", "initAuthRequest", &body)?;
    if response.status != 200 {
        return Ok(Err(refusal(&response)));
    }
    let read = || {
        let body = Document::parse(&response.body)?;
        Some(Started {
            reference: body.text("/authRef").filter(|reference| !reference.is_empty())?.to_owned(),
            secret: body.text("/qrCodeSecret").unwrap_or_default().to_owned(),
            at_ms: response.received_ms,
        })
    };
    match read() {
        Some(started) if dynamic && started.secret.is_empty() => Ok(Err(Refusal::without_secret())),
        Some(started) => Ok(Ok(started)),
        None => Err(nonsense("initAuthentication answered without a reference")),
    }
}

/// Asks how this one authentication stands.
pub(crate) fn one_result(reference: &str) -> Result<Result<Standing, Refusal>, Fault> {
    let response = post("getOneResult", "getOneAuthResultRequest", &json!({ "authRef": reference }))?;
    if response.status != 200 {
        return Ok(Err(refusal(&response)));
    }
    let Some(body) = Document::parse(&response.body) else {
        return Err(nonsense("getOneResult answered without JSON"));
    };
    let status = body.text("/status").unwrap_or_default().to_owned();
    match status.as_str() {
        "" => Err(nonsense("getOneResult answered without a status")),
        "APPROVED" => match body.text("/details") {
            Some(details) => Ok(Ok(Standing::Approved { details: details.to_owned() })),
            None => Err(nonsense("an approval without a signed token")),
        },
        "CANCELED" | "RP_CANCELED" | "EXPIRED" | "REJECTED" => Ok(Ok(Standing::Ended { status })),
        // STARTED, DELIVERED_TO_MOBILE, and words that came later.
        _ => Ok(Ok(Standing::Pending { status })),
    }
}

/// Ends an authentication. One that is over already is no error.
pub(crate) fn cancel(reference: &str) -> Result<(), Fault> {
    post("cancel", "cancelAuthRequest", &json!({ "authRef": reference })).map(|_| ())
}

/// Asks for something that never was: an honest refusal shows that certificate and agreement are good.
pub(crate) fn probe() -> Check {
    let (ok, detail) = match one_result(NOBODY) {
        Ok(Err(refusal)) if refusal.code == UNKNOWN_REFERENCE => (true, String::new()),
        Ok(Err(refusal)) => {
            (false, format!("expected the code {UNKNOWN_REFERENCE}, got {}", refusal.to_code()))
        }
        Ok(Ok(_)) => (false, "an authentication that never began has a result".to_owned()),
        Err(fault) => (false, fault.detail),
    };
    Check { name: "api".to_owned(), ok, detail, expires_ms: None }
}

fn post(verb: &str, name: &str, request: &Value) -> Result<http::Response, Fault> {
    let mut body = format!("{name}={}", base64(&json::bytes(request)));
    if let Some(id) = settings::get("relying-party-id") {
        body.push_str("&relyingPartyId=");
        body.push_str(&id);
    }
    http::send(&http::Request {
        endpoint: "api".to_owned(),
        method: "POST".to_owned(),
        path: format!("/authentication/1.0/{verb}"),
        query: Vec::new(),
        headers: vec![pair("content-type", "application/json")],
        body: body.into_bytes(),
        bearer: None,
    })
}

fn refusal(response: &http::Response) -> Refusal {
    let code = Document::parse(&response.body).and_then(|body| body.number("/code"));
    Refusal { status: response.status, code: code.unwrap_or_default() }
}
