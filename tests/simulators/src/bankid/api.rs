//! The API's front: paths, method, content type, and who answers what.
//!
//! The client certificate has been checked by TLS before anything here runs. It holds no rule about orders.

use std::sync::{Arc, PoisonError};

use http::{HeaderValue, Method, StatusCode, header};

use super::fault::Fault;
use super::order::Kind;
use super::phone::World;
use super::request;
use crate::http::{Call, Reply, json};

/// What the service can suffer from, for tests of the relying party's answer to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// 503 `maintenance`.
    Maintenance,
    /// 500 `internalError`.
    InternalError,
    /// 408 `requestTimeout`.
    RequestTimeout,
    /// 429 `tooManyRequests`, with the limit's headers.
    TooManyRequests,
    /// 400 with a code that nobody has heard of; BankID adds codes without notice.
    UnknownCode,
}

/// Answers one call to the API.
pub(crate) fn answer(world: &Arc<World>, call: &Call) -> Reply {
    let verb = call.path.strip_prefix("/rp/v6.0/").unwrap_or_default();
    world.note(verb);
    match answered(world, verb, call) {
        Ok(value) => json(StatusCode::OK, &value),
        Err(fault) => {
            tracing::debug!(verb, ?fault, "refused");
            let mut reply = fault.reply();
            if reply.status() == StatusCode::TOO_MANY_REQUESTS {
                for (name, value) in
                    [("ratelimit-limit", "10"), ("ratelimit-remaining", "0"), ("ratelimit-reset", "1")]
                {
                    reply.headers_mut().insert(name, HeaderValue::from_static(value));
                }
            }
            reply
        }
    }
}

fn answered(world: &Arc<World>, verb: &str, call: &Call) -> Result<serde_json::Value, Fault> {
    let kind = match verb {
        "auth" => Some(Kind::Auth),
        "sign" => Some(Kind::Sign),
        "phone/auth" => Some(Kind::CallAuth),
        "phone/sign" => Some(Kind::CallSign),
        "collect" | "cancel" => None,
        _ => return Err(Fault::new(StatusCode::NOT_FOUND, "notFound", "No such resource")),
    };
    if call.method != Method::POST {
        return Err(Fault::new(StatusCode::METHOD_NOT_ALLOWED, "methodNotAllowed", "Only POST is supported"));
    }
    if call.headers.get(header::CONTENT_TYPE).map(HeaderValue::as_bytes) != Some(b"application/json") {
        let details = "Content-Type must be application/json";
        return Err(Fault::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupportedMediaType", details));
    }
    if let Some(trouble) = *world.trouble.lock().unwrap_or_else(PoisonError::into_inner) {
        return Err(trouble.fault());
    }
    let now_ms = world.clock.now_ms();
    match (kind, verb) {
        (Some(kind), _) => world.orders().make(request::ask(kind, &call.body)?, now_ms),
        (None, "collect") => world.orders().collect(request::reference(&call.body)?, now_ms),
        (None, _) => world.orders().cancel(request::reference(&call.body)?, now_ms),
    }
}

impl Trouble {
    fn fault(self) -> Fault {
        match self {
            Self::Maintenance => {
                Fault::new(StatusCode::SERVICE_UNAVAILABLE, "maintenance", "Try again later")
            }
            Self::InternalError => Fault::internal(),
            Self::RequestTimeout => {
                Fault::new(StatusCode::REQUEST_TIMEOUT, "requestTimeout", "Took too long")
            }
            Self::TooManyRequests => {
                Fault::new(StatusCode::TOO_MANY_REQUESTS, "tooManyRequests", "Slow down")
            }
            Self::UnknownCode => {
                Fault::new(StatusCode::BAD_REQUEST, "somethingNew", "A code from the future")
            }
        }
    }
}
