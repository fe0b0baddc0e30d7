//! The three calls of the relying-party API: auth, collect, cancel.
//!
//! Bodies go out as exactly `application/json`: BankID answers 415 to a charset. Nothing is retried here.

use kuvert_plugin_sdk::{
    BeginArgs, CallContext, Check, Client, Fault, MessageRef,
    answer::{nonsense, pair},
    browser::return_url,
    encode::base64,
    http,
    json::{self, Document, Map, Value, json},
    log, settings, text,
};

use crate::order::Started;

/// BankID cuts nothing; a longer user agent is an error there.
const USER_AGENT_MAX: usize = 256;
const DEVICE_ID_MAX: usize = 64;

/// An answer that is not 200.
pub(crate) struct Refusal {
    pub(crate) status: u16,
    /// `errorCode`; empty when the body had none.
    pub(crate) code: String,
}

impl Refusal {
    /// The order lives on and the next poll may succeed.
    pub(crate) fn passes(&self) -> bool {
        matches!(self.status, 429 | 503)
    }
}

/// What collect said.
pub(crate) enum Collected {
    Pending { hint: String },
    Failed { hint: String },
    Complete { evidence: u32 },
}

/// The body of auth, made once and kept for orders that replace the first.
pub(crate) fn auth_request(ctx: &CallContext, args: &BeginArgs) -> Vec<u8> {
    let client = &args.client;
    let mut body = Map::new();
    body.insert("endUserIp".to_owned(), json!(client.ip));
    body.insert("userVisibleData".to_owned(), json!(base64(visible_text(ctx, &client.domain).as_bytes())));
    body.insert("returnRisk".to_owned(), json!(true));
    body.insert("web".to_owned(), browser(client));
    if let (true, Some(url)) = (client.same_device, &args.return_url) {
        body.insert("returnUrl".to_owned(), json!(return_url(&client.user_agent, url)));
    }
    if let Some(requirement) = requirement() {
        body.insert("requirement".to_owned(), requirement);
    }
    json::bytes(&Value::Object(body))
}

/// Starts an order.
pub(crate) fn auth(request: &[u8]) -> Result<Result<Started, Refusal>, Fault> {
    let response = post("/rp/v6.0/auth", request.to_vec())?;
    if response.status != 200 {
        return Ok(Err(refusal(&response)));
    }
    let read = || {
        let body = Document::parse(&response.body)?;
        let field = |pointer| body.text(pointer).map(str::to_owned);
        Some(Started {
            reference: field("/orderRef")?,
            auto_start_token: field("/autoStartToken")?,
            qr_start_token: field("/qrStartToken")?,
            qr_start_secret: field("/qrStartSecret")?,
            at_ms: response.received_ms,
        })
    };
    read().map(Ok).ok_or_else(|| nonsense("auth answered without the four fields"))
}

/// Asks how an order stands. A result can be taken once.
pub(crate) fn collect(reference: &str) -> Result<Result<Collected, Refusal>, Fault> {
    let response = post("/rp/v6.0/collect", json::bytes(&json!({ "orderRef": reference })))?;
    if response.status != 200 {
        return Ok(Err(refusal(&response)));
    }
    let Some(body) = Document::parse(&response.body) else {
        return Err(nonsense("collect answered without JSON"));
    };
    let hint = body.text("/hintCode").unwrap_or_default().to_owned();
    match body.text("/status") {
        Some("pending") => Ok(Ok(Collected::Pending { hint })),
        Some("failed") => Ok(Ok(Collected::Failed { hint })),
        Some("complete") => {
            let risk = body.text("/completionData/risk").unwrap_or("unknown");
            log::write(2, &format!("BankID judges the risk: {risk}"));
            Ok(Ok(Collected::Complete { evidence: response.evidence }))
        }
        _ => Err(nonsense("collect answered with an unknown status")),
    }
}

/// Ends an order. One that is over already is no error.
pub(crate) fn cancel(reference: &str) -> Result<(), Fault> {
    post("/rp/v6.0/cancel", json::bytes(&json!({ "orderRef": reference }))).map(|_| ())
}

/// BankID's own advice: a GET with the certificate must answer 405; anything else is a broken link.
pub(crate) fn probe() -> Check {
    let answer = http::send(&request("GET", "/rp/v6.0/auth", Vec::new()));
    let (ok, detail) = match answer {
        Ok(response) if response.status == 405 => (true, String::new()),
        Ok(response) => (false, format!("expected 405, got {}", response.status)),
        Err(fault) => (false, fault.detail),
    };
    Check { name: "api".to_owned(), ok, detail, expires_ms: None }
}

fn post(path: &str, body: Vec<u8>) -> Result<http::Response, Fault> {
    http::send(&request("POST", path, body))
}

fn request(method: &str, path: &str, body: Vec<u8>) -> http::Request {
    http::Request {
        endpoint: "api".to_owned(),
        method: method.to_owned(),
        path: path.to_owned(),
        query: Vec::new(),
        headers: if body.is_empty() { Vec::new() } else { vec![pair("content-type", "application/json")] },
        body,
        bearer: None,
    }
}

fn refusal(response: &http::Response) -> Refusal {
    let code = Document::parse(&response.body).and_then(|body| body.text("/errorCode").map(str::to_owned));
    Refusal { status: response.status, code: code.unwrap_or_default() }
}

fn browser(client: &Client) -> Value {
    let mut web = Map::new();
    web.insert("referringDomain".to_owned(), json!(client.domain));
    web.insert("userAgent".to_owned(), json!(shortened(&client.user_agent, USER_AGENT_MAX)));
    if !client.device_id.is_empty() {
        web.insert("deviceIdentifier".to_owned(), json!(shortened(&client.device_id, DEVICE_ID_MAX)));
    }
    Value::Object(web)
}

/// What the administrator demands of the e-ID. Naming a policy drops all of BankID's defaults, so none is named unasked.
fn requirement() -> Option<Value> {
    let mut demands = Map::new();
    if let Some(risk) = settings::get("max-risk") {
        demands.insert("risk".to_owned(), json!(risk));
    }
    if let Some(policies) = settings::get("certificate-policies") {
        let policies: Vec<&str> = policies.split_whitespace().collect();
        demands.insert("certificatePolicies".to_owned(), json!(policies));
    }
    if settings::get("pin-code").as_deref() == Some("yes") {
        demands.insert("pinCode".to_owned(), json!(true));
    }
    (!demands.is_empty()).then_some(Value::Object(demands))
}

fn visible_text(ctx: &CallContext, domain: &str) -> String {
    let reference = MessageRef { key: "visible".to_owned(), args: vec![pair("domain", domain)] };
    text::format(&reference, &ctx.locale)
}

/// Cuts at a character's border.
fn shortened(text: &str, bytes: usize) -> &str {
    let end = (0..=bytes.min(text.len())).rev().find(|&end| text.is_char_boundary(end)).unwrap_or(0);
    text.get(..end).unwrap_or_default()
}
