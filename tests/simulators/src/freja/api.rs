//! The API's front: paths, method, content type, encoding, and who answers what.
//!
//! The client certificate has been checked by TLS before anything here runs. It holds no rule about authentications.

use std::sync::Arc;

use http::{HeaderValue, Method, StatusCode, header};
use serde_json::{Value, json};

use super::app::World;
use super::fault::Fault;
use super::request;
use crate::http::{Call, Reply, json as json_reply};

/// Answers one call to the API.
pub(crate) fn answer(world: &Arc<World>, call: &Call) -> Reply {
    let verb = call.path.strip_prefix("/authentication/1.0/").unwrap_or_default();
    world.note(verb);
    match answered(world, verb, call) {
        Ok(value) => json_reply(StatusCode::OK, &value),
        Err(fault) => {
            tracing::debug!(verb, ?fault, "refused");
            fault.reply()
        }
    }
}

fn answered(world: &Arc<World>, verb: &str, call: &Call) -> Result<Value, Fault> {
    let parameter = match verb {
        "initAuthentication" => "initAuthRequest",
        "getOneResult" => "getOneAuthResultRequest",
        "getResults" => "getAuthResultsRequest",
        "cancel" => "cancelAuthRequest",
        _ => return Err(Fault::not_found()),
    };
    if call.method != Method::POST {
        return Err(Fault::not_found());
    }
    // Freja's own client sends this and nothing else. What else the service would take is not published.
    if call.headers.get(header::CONTENT_TYPE).map(HeaderValue::as_bytes) != Some(b"application/json") {
        return Err(Fault::parameters("Content-Type must be application/json"));
    }
    if let Some(trouble) = world.trouble() {
        return Err(Fault::of(trouble.status, trouble.code));
    }
    let body = request::decode(parameter, &call.body)?;
    let now_ms = world.clock.now_ms();
    match verb {
        "initAuthentication" => world.orders().begin(request::ask(&body)?, &world.holders, now_ms),
        "getOneResult" => {
            world.orders().result(&request::reference(&body)?, world.signer(), world.forgery(), now_ms)
        }
        "getResults" => {
            request::all(&body)?;
            let results = world.orders().results(world.signer(), now_ms);
            Ok(json!({ "authenticationResults": results }))
        }
        _ => world.orders().cancel(&request::reference(&body)?, now_ms),
    }
}
