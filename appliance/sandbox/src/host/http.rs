//! `kuvert:host/http`: requests to endpoints that manifest and binding both name.
//!
//! Checks in order: grant, endpoint, method, path, headers, sizes, budget; the rest is in `outbound`. Asking for what
//! was not granted ends the call: a plugin that does it is broken or hostile, and nothing is sent.

use ::http::{HeaderMap, HeaderName, HeaderValue, Method, header};

use crate::{
    contract::{GuestFault, Pair, Pointer, powers::http},
    host::{Host, denied},
    outbound::{self, Answer, Failure, Outgoing},
    profile::matching::Asked,
};

/// What a guest may say about its request.
const REQUEST_HEADERS: [HeaderName; 3] = [header::ACCEPT, header::ACCEPT_LANGUAGE, header::CONTENT_TYPE];

/// What a guest may see of an answer.
const RESPONSE_HEADERS: [&str; 6] =
    ["content-type", "date", "ratelimit-limit", "ratelimit-remaining", "ratelimit-reset", "retry-after"];

impl http::Host for Host {
    async fn send(&mut self, request: http::Request) -> wasmtime::Result<Result<http::Response, GuestFault>> {
        let outgoing = self.prepare(&request)?;
        self.use_network()?;
        let bound = self.bound.clone();
        let endpoint = bound.granted(&request.endpoint, &request.method, &request.path).map_err(denied)?;
        let sent = self.shared.way.send(endpoint, outgoing).await;
        tracing::debug!(
            binding = bound.id,
            endpoint = request.endpoint,
            correlation = self.correlation,
            http.status = sent.as_ref().ok().map(|answer| answer.status),
            http.failure = sent.as_ref().err().map(|failure| failure.code()),
            "plugin request"
        );
        if matches!(sent, Err(Failure::PrivateNetwork)) {
            return Err(denied(bound.unconfirmed(&request.endpoint)));
        }
        Ok(sent.map(|answer| self.receive(&request, &answer)).map_err(guest_fault))
    }
}

impl Host {
    /// Every check that needs no network.
    fn prepare(&self, request: &http::Request) -> wasmtime::Result<Outgoing> {
        self.bound.granted(&request.endpoint, &request.method, &request.path).map_err(denied)?;
        let method =
            Method::from_bytes(request.method.as_bytes()).map_err(|_| denied("a method that is none"))?;
        let mut headers = headers(&request.headers).map_err(denied)?;
        let limits = &self.bound.plugin.limits;
        if request.body.len() > limits.request_bytes {
            return Err(denied(format!("a body of {} bytes", request.body.len())));
        }
        if let Some(pointer) = &request.bearer {
            headers.insert(header::AUTHORIZATION, self.bearer(request, pointer).map_err(denied)?);
        }
        let query = outbound::query_string(
            request.query.iter().map(|pair| (pair.name.as_str(), pair.value.as_str())),
        );
        let path_and_query =
            if query.is_empty() { request.path.clone() } else { format!("{}?{query}", request.path) };
        if path_and_query.len() > limits.url_bytes {
            return Err(denied("an address that is too long"));
        }
        let (body, answer_bytes) = (request.body.clone(), limits.response_bytes);
        Ok(Outgoing { method, path_and_query, headers, body, answer_bytes })
    }

    /// The token that the guest points at. It must lie where the profile lets bearers lie, and go where the profile
    /// sends them.
    fn bearer(&self, request: &http::Request, pointer: &Pointer) -> Result<HeaderValue, String> {
        let evidence = self
            .login
            .dossier
            .get(pointer.evidence)
            .ok_or("a bearer from evidence that this login does not have")?;
        let asked = asked(request, Some((evidence.rule(), &pointer.path)));
        if !self.bound.profile.may_bear(asked, |name| self.discovered(name)) {
            return Err(format!(
                "{} of {} is not a bearer for {}",
                pointer.path,
                evidence.rule(),
                request.path
            ));
        }
        let document = evidence.document()?;
        let token =
            document.pointer(&pointer.path).and_then(|value| value.as_str()).ok_or("no bearer there")?;
        let mut value =
            HeaderValue::from_str(&format!("Bearer {token}")).map_err(|_| "a token that is none")?;
        value.set_sensitive(true);
        Ok(value)
    }

    /// Keeps the answer as evidence when the profile lets it count, and shows it to the guest.
    fn receive(&mut self, request: &http::Request, answer: &Answer) -> http::Response {
        let bearer = request.bearer.as_ref().and_then(|pointer| {
            let evidence = self.login.dossier.get(pointer.evidence)?;
            Some((evidence.rule().to_owned(), pointer.path.clone(), evidence.handle()))
        });
        let asked = asked(request, bearer.as_ref().map(|(rule, path, _)| (rule.as_str(), path.as_str())));
        let seen = (answer.status, answer.content_type());
        let rule = self.bound.profile.rule_for(asked, seen, |name| self.discovered(name));
        let room = self.shared.limits.evidence_bytes;
        let dossier = &mut self.login.dossier;
        let handle = bearer.as_ref().map(|(_, _, handle)| *handle);
        let evidence = rule
            .and_then(|rule| dossier.keep(rule, &answer.body, handle, room))
            .unwrap_or_else(|| dossier.pass_over());
        http::Response {
            status: answer.status,
            headers: shown(&answer.headers),
            body: answer.body.to_vec(),
            received_ms: u64::try_from(self.shared.now_ms()).unwrap_or_default(),
            evidence,
        }
    }

    fn discovered(&self, name: &str) -> Option<(String, String)> {
        self.shared.documents.place(&self.bound, name)
    }
}

/// A request as trust profiles know it.
fn asked<'a>(request: &'a http::Request, bearer: Option<(&'a str, &'a str)>) -> Asked<'a> {
    Asked {
        endpoint: &request.endpoint,
        method: &request.method,
        path: &request.path,
        has_query: !request.query.is_empty() || (request.method == "GET" && !request.body.is_empty()),
        bearer,
    }
}

fn headers(pairs: &[Pair]) -> Result<HeaderMap, String> {
    let mut headers = HeaderMap::new();
    for pair in pairs {
        let name = REQUEST_HEADERS
            .into_iter()
            .find(|allowed| allowed.as_str().eq_ignore_ascii_case(&pair.name))
            .ok_or("a header that plugins may not set")?;
        let value = HeaderValue::from_str(&pair.value).map_err(|_| "a header with a value that is none")?;
        if headers.insert(name, value).is_some() {
            return Err("a header that comes twice".to_owned());
        }
    }
    Ok(headers)
}

fn shown(headers: &HeaderMap) -> Vec<Pair> {
    let pair = |name: &&str| {
        let value = headers.get(*name)?.to_str().ok()?;
        Some(Pair { name: (*name).to_owned(), value: value.to_owned() })
    };
    RESPONSE_HEADERS.iter().filter_map(pair).collect()
}

/// A failure in the words of the contract.
pub(super) fn guest_fault(failure: Failure) -> GuestFault {
    GuestFault { code: failure.code().to_owned(), retryable: failure.passes(), detail: String::new() }
}
