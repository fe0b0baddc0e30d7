//! What is said to the provider, and what it answers.
//!
//! The host adds address, certificates and time limits, and refuses what the manifest does not name.

use kuvert_plugin_sdk::{
    BeginArgs, Check, Fault,
    answer::{nonsense, pair},
    http,
    json::{self, Document, json},
    settings,
};

/// An order that was just started.
pub(crate) struct Started {
    pub(crate) reference: String,
    pub(crate) code: String,
}

/// How an order stands.
pub(crate) struct Answer {
    pub(crate) status: Status,
    pub(crate) reason: String,
    /// The host's handle for this very answer: what a claim points into.
    pub(crate) evidence: u32,
}

/// The provider's words for it.
pub(crate) enum Status {
    Pending,
    Opened,
    Complete,
    Failed,
}

/// An answer that is not 200.
pub(crate) struct Refusal {
    pub(crate) status: u16,
    pub(crate) code: String,
}

/// The body that starts an order. It is kept, because an order that nobody took up is followed by another.
pub(crate) fn wishes(args: &BeginArgs) -> String {
    let app = settings::get("app").unwrap_or_default();
    let mut wishes = json!({ "ip": args.client.ip, "app": app });
    if let (true, Some(url), Some(fields)) =
        (args.client.same_device, &args.return_url, wishes.as_object_mut())
    {
        fields.insert("return".to_owned(), json!(url));
    }
    wishes.to_string()
}

/// Starts an order.
pub(crate) fn start(wishes: &str) -> Result<Result<Started, Refusal>, Fault> {
    let response = post("/v1/orders", wishes.as_bytes().to_vec())?;
    if response.status != 200 {
        return Ok(Err(refusal(&response)));
    }
    let read = || {
        let body = Document::parse(&response.body)?;
        let field = |pointer| body.text(pointer).map(str::to_owned);
        Some(Started { reference: field("/order")?, code: field("/code")? })
    };
    read().map(Ok).ok_or_else(|| nonsense("an order without reference or code"))
}

/// Asks how an order stands.
pub(crate) fn status(reference: &str) -> Result<Result<Answer, Refusal>, Fault> {
    let response = post("/v1/orders/status", json::bytes(&json!({ "order": reference })))?;
    if response.status != 200 {
        return Ok(Err(refusal(&response)));
    }
    let body = Document::parse(&response.body).ok_or_else(|| nonsense("a status that is no JSON"))?;
    let status = match body.text("/status") {
        Some("pending") => Status::Pending,
        Some("opened") => Status::Opened,
        Some("complete") => Status::Complete,
        Some("failed") => Status::Failed,
        _ => return Err(nonsense("a status that nobody knows")),
    };
    let reason = body.text("/reason").unwrap_or_default().to_owned();
    Ok(Ok(Answer { status, reason, evidence: response.evidence }))
}

/// Ends an order. One that is over already is no error.
pub(crate) fn cancel(reference: &str) -> Result<(), Fault> {
    post("/v1/orders/cancel", json::bytes(&json!({ "order": reference }))).map(|_| ())
}

/// Whether the provider answers, without starting anything.
pub(crate) fn probe() -> Check {
    let answer = http::send(&request("GET", "/v1/health", Vec::new()));
    let (ok, detail) = match answer {
        Ok(response) if response.status == 200 => (true, String::new()),
        Ok(response) => (false, format!("expected 200, got {}", response.status)),
        Err(fault) => (false, fault.code),
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
    let code = Document::parse(&response.body).and_then(|body| body.text("/error").map(str::to_owned));
    Refusal { status: response.status, code: code.unwrap_or_else(|| response.status.to_string()) }
}
