//! The recorded provider: a real TLS server on loopback that says what the cassette holds, and nothing else.
//!
//! One per endpoint. A request that was not recorded gets status 500, and is remembered as what went wrong.

use std::{
    collections::VecDeque,
    io,
    net::Ipv4Addr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Request, Response, StatusCode, header};
use http_body_util::{BodyExt as _, Full};
use hyper::{body::Incoming, service::service_fn};
use hyper_util::rt::TokioIo;
use kuvert_domain::secret::Secret;
use kuvert_sandbox::{ClientIdentity, EndpointBinding};
use kuvert_simulators::ca::Authority;
use tokio::{net::TcpListener, task::JoinSet};
use tokio_rustls::TlsAcceptor;

use crate::cassette::{Answer, Exchange};

/// A listening provider; dropping it closes the port.
pub(crate) struct Provider {
    authority: Authority,
    port: u16,
    mutual: bool,
    tape: Arc<Mutex<Tape>>,
    _accepting: JoinSet<()>,
}

/// What is still to be said, and what went wrong.
#[derive(Default)]
struct Tape {
    ahead: VecDeque<Exchange>,
    played: usize,
    faults: Vec<String>,
}

impl Provider {
    /// Starts it; `mutual` refuses whoever has no client certificate.
    pub(crate) async fn start(mutual: bool) -> io::Result<Self> {
        let authority = Authority::new("Recorded provider")?;
        let own = authority.server(&["localhost"])?;
        let acceptor = TlsAcceptor::from(Authority::tls(&own, mutual.then_some(&authority))?);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let port = listener.local_addr()?.port();
        let tape = Arc::new(Mutex::new(Tape::default()));
        let mut accepting = JoinSet::new();
        accepting.spawn(accept(listener, acceptor, Arc::clone(&tape)));
        Ok(Self { authority, port, mutual, tape, _accepting: accepting })
    }

    /// `https://localhost:port`.
    pub(crate) fn origin(&self) -> String {
        format!("https://localhost:{}", self.port)
    }

    /// The endpoint as a municipality would bind it.
    pub(crate) fn endpoint(&self) -> io::Result<EndpointBinding> {
        let identity = self.mutual.then(|| self.authority.client("Granby")).transpose()?;
        Ok(EndpointBinding {
            url: self.origin(),
            ca_pem: Some(self.authority.pem()),
            private_network: false,
            client_identity: identity.map(|identity| ClientIdentity {
                certificate_pem: identity.cert_pem,
                key_pem: Secret::new(identity.key_pem),
            }),
        })
    }

    /// Puts a step's exchanges on.
    pub(crate) fn load(&self, exchanges: impl IntoIterator<Item = Exchange>) {
        lock(&self.tape).ahead.extend(exchanges);
    }

    /// How many requests the step made. The error is what was asked in vain, or never asked.
    pub(crate) fn unload(&self) -> Result<usize, String> {
        let mut tape = lock(&self.tape);
        let left: Vec<Exchange> = tape.ahead.drain(..).collect();
        let mut faults: Vec<String> = tape.faults.drain(..).collect();
        faults
            .extend(left.iter().map(|exchange| format!("the plugin never sent {}", exchange.request.line())));
        let played = std::mem::take(&mut tape.played);
        if faults.is_empty() { Ok(played) } else { Err(faults.join("\n")) }
    }
}

async fn accept(listener: TcpListener, acceptor: TlsAcceptor, tape: Arc<Mutex<Tape>>) {
    let mut connections = JoinSet::new();
    loop {
        let Ok((stream, _)) = listener.accept().await else { continue };
        while connections.try_join_next().is_some() {}
        let (acceptor, tape) = (acceptor.clone(), Arc::clone(&tape));
        connections.spawn(async move {
            let Ok(stream) = acceptor.accept(stream).await else { return };
            let service = service_fn(move |request| answer(request, Arc::clone(&tape)));
            // A connection that ends early is how the plugin's own limits look from here.
            drop(
                hyper::server::conn::http1::Builder::new()
                    .serve_connection(TokioIo::new(stream), service)
                    .await,
            );
        });
    }
}

/// The error hangs up.
async fn answer(
    request: Request<Incoming>,
    tape: Arc<Mutex<Tape>>,
) -> Result<Response<Full<Bytes>>, &'static str> {
    let (head, body) = request.into_parts();
    let Ok(body) = body.collect().await.map(http_body_util::Collected::to_bytes) else {
        return Err("the request broke off");
    };
    let line = format!("{} {}", head.method, head.uri.path());
    let mut tape = lock(&tape);
    let Some(exchange) = tape.ahead.pop_front() else {
        return Ok(unrecorded(&mut tape, format!("the plugin sent {line}, the cassette holds nothing more")));
    };
    if let Some(difference) = exchange.request.differs(&head, &body) {
        return Ok(unrecorded(&mut tape, difference));
    }
    tape.played = tape.played.saturating_add(1);
    if exchange.hangs_up {
        return Err("as recorded");
    }
    Ok(written(&exchange.answer)
        .unwrap_or_else(|why| unrecorded(&mut tape, format!("the answer to {line}: {why}"))))
}

fn written(answer: &Answer) -> Result<Response<Full<Bytes>>, String> {
    let (body, usual) = match (&answer.json, &answer.body) {
        (Some(_), Some(_)) => return Err("has json and body".to_owned()),
        (Some(json), None) => (json.to_string(), "application/json"),
        (None, body) => (body.clone().unwrap_or_default(), "text/plain"),
    };
    let mut response = Response::new(Full::new(Bytes::from(body)));
    *response.status_mut() = StatusCode::from_u16(answer.status).map_err(|error| error.to_string())?;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, value(answer.content_type.as_deref().unwrap_or(usual))?);
    for (name, text) in &answer.headers {
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|error| error.to_string())?;
        headers.insert(name, value(text)?);
    }
    Ok(response)
}

fn value(text: &str) -> Result<HeaderValue, String> {
    HeaderValue::from_str(text).map_err(|error| error.to_string())
}

fn unrecorded(tape: &mut Tape, why: String) -> Response<Full<Bytes>> {
    tape.faults.push(why);
    let mut response = Response::new(Full::new(Bytes::from_static(b"not recorded")));
    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    response
}

fn lock(tape: &Mutex<Tape>) -> MutexGuard<'_, Tape> {
    tape.lock().unwrap_or_else(PoisonError::into_inner)
}
