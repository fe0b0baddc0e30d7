//! One request, one connection, one answer.
//!
//! No redirect is followed, no proxy asked, no cookie kept, no compression offered. Sessions are resumed by rustls per
//! endpoint; connections are not kept, so nothing of one municipality can end up with another.

use std::net::SocketAddr;

use bytes::Bytes;
use http::{HeaderMap, Method, Request, header};
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::{
    net::{TcpStream, lookup_host},
    time::timeout,
};
use tokio_rustls::{TlsConnector, client::TlsStream};

use super::{Endpoint, Failure, address};
use crate::{AddressPolicy, Limits};

/// A request that has passed every check.
pub(crate) struct Outgoing {
    pub(crate) method: Method,
    pub(crate) path_and_query: String,
    /// Everything but `host`, `content-length` and `user-agent`.
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

/// A whole answer within the limits.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    /// The content type, empty when there is none.
    pub(crate) fn content_type(&self) -> &str {
        self.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

/// Sends it. The time limit spans everything, the body included.
pub(crate) async fn send(
    endpoint: &Endpoint,
    policy: AddressPolicy,
    limits: &Limits,
    request: Outgoing,
) -> Result<Answer, Failure> {
    let exchange = async {
        let stream =
            timeout(limits.http_connect, connect(endpoint, policy)).await.map_err(|_| Failure::Timeout)??;
        exchange(endpoint, stream, limits, request).await
    };
    timeout(limits.http_total, exchange).await.map_err(|_| Failure::Timeout)?
}

/// Looks the name up, drops every address that is not allowed, and dials what is left, in order.
async fn connect(endpoint: &Endpoint, policy: AddressPolicy) -> Result<TlsStream<TcpStream>, Failure> {
    let found = lookup_host((endpoint.host.as_str(), endpoint.port)).await.map_err(|_| Failure::Connect)?;
    let kept: Vec<SocketAddr> = found.filter(|found| address::is_allowed(policy, found.ip())).collect();
    for address in kept {
        if let Ok(stream) = TcpStream::connect(address).await {
            let connector = TlsConnector::from(endpoint.tls.clone());
            return connector.connect(endpoint.server_name.clone(), stream).await.map_err(|_| Failure::Tls);
        }
    }
    Err(Failure::Connect)
}

async fn exchange(
    endpoint: &Endpoint,
    stream: TlsStream<TcpStream>,
    limits: &Limits,
    request: Outgoing,
) -> Result<Answer, Failure> {
    let (mut sender, connection) = http1::Builder::new()
        .max_buf_size(limits.header_bytes)
        .max_headers(limits.header_fields)
        .handshake(TokioIo::new(stream))
        .await
        .map_err(|_| Failure::Protocol)?;
    let request = assemble(endpoint, request)?;
    let talk = async {
        let response = sender.send_request(request).await.map_err(|_| Failure::Protocol)?;
        let (head, body) = response.into_parts();
        let body = Limited::new(body, limits.response_bytes).collect().await.map_err(|error| {
            if error.is::<LengthLimitError>() { Failure::TooLarge } else { Failure::Protocol }
        })?;
        Ok(Answer { status: head.status.as_u16(), headers: head.headers, body: body.to_bytes() })
    };
    // The connection lives exactly as long as the talk: whichever ends first ends both.
    tokio::pin!(talk, connection);
    tokio::select! {
        biased;
        answer = &mut talk => answer,
        ended = &mut connection => match ended {
            Ok(()) => talk.await,
            Err(error) if error.is_parse() || error.is_incomplete_message() => Err(Failure::Protocol),
            // With TLS 1.3 a server refuses a client certificate only after the handshake.
            Err(_) => Err(Failure::Tls),
        },
    }
}

fn assemble(endpoint: &Endpoint, outgoing: Outgoing) -> Result<Request<Full<Bytes>>, Failure> {
    let mut request = Request::builder()
        .method(outgoing.method)
        .uri(outgoing.path_and_query)
        .header(header::HOST, endpoint.authority())
        .header(header::USER_AGENT, concat!("kuvert/", env!("CARGO_PKG_VERSION")))
        .body(Full::new(Bytes::from(outgoing.body)))
        .map_err(|_| Failure::Protocol)?;
    request.headers_mut().extend(outgoing.headers);
    Ok(request)
}
