//! The HTTP server under every simulator: a listener on loopback, with or without TLS, and one handler.
//!
//! A request reaches the handler whole, so that handlers are plain functions. It does not stream, keep logs or route,
//! and it ends every connection when the handle is dropped.

use std::future::Future;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

/// The largest request that any of the simulated protocols sends: a signing text of 200,000 characters and more.
const MAX_REQUEST_BYTES: usize = 512 * 1024;

/// One request, read to its end.
pub(crate) struct Call {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// An answer whose body is in memory.
pub(crate) type Reply = Response<Full<Bytes>>;

/// A listening server; dropping it closes the port and every connection.
pub(crate) struct Listening {
    address: SocketAddr,
    tasks: JoinSet<()>,
}

impl Listening {
    /// Listens on a loopback port (0 = any) and lets `handler` answer.
    pub(crate) async fn start<H, F>(port: u16, tls: Option<Arc<ServerConfig>>, handler: H) -> io::Result<Self>
    where
        H: Fn(Call) -> F + Clone + Send + Sync + 'static,
        F: Future<Output = Reply> + Send + 'static,
    {
        Self::on(bind(port).await?, tls, handler)
    }

    /// The same on a port that is bound already.
    pub(crate) fn on<H, F>(
        listener: TcpListener,
        tls: Option<Arc<ServerConfig>>,
        handler: H,
    ) -> io::Result<Self>
    where
        H: Fn(Call) -> F + Clone + Send + Sync + 'static,
        F: Future<Output = Reply> + Send + 'static,
    {
        let address = listener.local_addr()?;
        let mut tasks = JoinSet::new();
        tasks.spawn(accept(listener, tls.map(TlsAcceptor::from), handler));
        Ok(Self { address, tasks })
    }

    /// The port that was bound.
    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    /// Closes the port and waits until the last connection is gone.
    pub(crate) async fn stop(mut self) {
        self.tasks.shutdown().await;
    }
}

impl Call {
    /// The first query parameter of that name.
    pub(crate) fn query(&self, name: &str) -> Option<&str> {
        first(&self.query, name)
    }

    /// The body as form fields.
    pub(crate) fn form(&self) -> Vec<(String, String)> {
        url::form_urlencoded::parse(&self.body).into_owned().collect()
    }

    /// The value of a cookie.
    pub(crate) fn cookie(&self, name: &str) -> Option<&str> {
        let cookies = self.headers.get(header::COOKIE)?.to_str().ok()?;
        cookies
            .split(';')
            .filter_map(|pair| pair.trim().split_once('='))
            .find(|(key, _)| *key == name)
            .map(|(_, v)| v)
    }
}

/// The first value of that name.
pub(crate) fn first<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

/// Binds a loopback port; 0 takes any free one.
pub(crate) async fn bind(port: u16) -> io::Result<TcpListener> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await
}

/// An answer with a body of the given type.
pub(crate) fn reply(status: StatusCode, content_type: &'static str, body: impl Into<Bytes>) -> Reply {
    let mut response = Response::new(Full::new(body.into()));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// A JSON answer.
pub(crate) fn json(status: StatusCode, value: &serde_json::Value) -> Reply {
    reply(status, "application/json", value.to_string())
}

/// Sends the browser elsewhere with a GET.
pub(crate) fn redirect(to: &str) -> Reply {
    let mut response = reply(StatusCode::SEE_OTHER, "text/plain; charset=utf-8", "");
    match HeaderValue::from_str(to) {
        Ok(location) => response.headers_mut().insert(header::LOCATION, location),
        Err(_) => return reply(StatusCode::BAD_REQUEST, "text/plain; charset=utf-8", "not an address"),
    };
    response
}

async fn accept<H, F>(listener: TcpListener, tls: Option<TlsAcceptor>, handler: H)
where
    H: Fn(Call) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Reply> + Send + 'static,
{
    let mut connections = JoinSet::new();
    loop {
        let Ok((stream, _)) = listener.accept().await else { continue };
        while connections.try_join_next().is_some() {}
        let (tls, handler) = (tls.clone(), handler.clone());
        connections.spawn(async move {
            match tls {
                None => converse(stream, handler).await,
                Some(tls) => match tls.accept(stream).await {
                    Ok(stream) => converse(stream, handler).await,
                    Err(error) => tracing::debug!(%error, "handshake refused"),
                },
            }
        });
    }
}

async fn converse<S, H, F>(stream: S, handler: H)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    H: Fn(Call) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Reply> + Send + 'static,
{
    let service = service_fn(move |request| {
        let handler = handler.clone();
        async move {
            let answer = match read(request).await {
                Some(call) => handler(call).await,
                None => reply(
                    StatusCode::PAYLOAD_TOO_LARGE,
                    "text/plain; charset=utf-8",
                    "too large or cut short",
                ),
            };
            Ok::<_, std::convert::Infallible>(answer)
        }
    });
    let serving = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    if let Err(error) = serving.await {
        tracing::debug!(%error, "connection ended early");
    }
}

async fn read(request: Request<Incoming>) -> Option<Call> {
    let (head, body) = request.into_parts();
    let body = Limited::new(body, MAX_REQUEST_BYTES).collect().await.ok()?.to_bytes();
    let query = head.uri.query().unwrap_or_default();
    Some(Call {
        method: head.method,
        path: head.uri.path().to_owned(),
        query: url::form_urlencoded::parse(query.as_bytes()).into_owned().collect(),
        headers: head.headers,
        body,
    })
}
