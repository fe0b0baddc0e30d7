//! One connection after its handshake: the protocol that ALPN chose, with its limits, until it ends or we stop.

use std::{convert::Infallible, net::SocketAddr, pin::Pin, pin::pin};

use http::{Request, Response};
use hyper::{
    body::{Body, Incoming},
    server::conn::{http1, http2},
    service::service_fn,
};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::{net::TcpStream, sync::watch, time::timeout};
use tokio_rustls::server::TlsStream;

use super::{
    Client, Limits, RequestBody,
    progress::{Counted, Progress},
    stopped,
};

/// HTTP/2 flow control: enough for one upload at speed, little enough for thousands of idle peers.
const WINDOW: u32 = 256 * 1024;
const STREAMS: u32 = 32;
const HEAD_BYTES: usize = 32 * 1024;

pub(super) async fn serve<F, Fut, B>(
    stream: TlsStream<TcpStream>,
    address: SocketAddr,
    limits: Limits,
    answer: F,
    stop: watch::Receiver<bool>,
) where
    F: Fn(Request<RequestBody>) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Response<B>> + Send + 'static,
    B: Body<Data: Send, Error: Into<Box<dyn std::error::Error + Send + Sync>>> + Send + Unpin + 'static,
{
    let (_, session) = stream.get_ref();
    let client = Client { address, server_name: session.server_name().map(str::to_ascii_lowercase) };
    let is_http2 = session.alpn_protocol() == Some(b"h2");
    let progress = Progress::default();
    let made = progress.clone();
    let service = service_fn(move |request: Request<Incoming>| {
        made.made();
        let mut request = request.map(|body| RequestBody::new(body, limits.body_idle, made.clone()));
        request.extensions_mut().insert(client.clone());
        let (response, made) = (answer(request), made.clone());
        async move { Ok::<_, Infallible>(response.await.map(|body| Counted::new(body, made))) }
    });
    let io = TokioIo::new(stream);
    if is_http2 {
        let connection = http2::Builder::new(TokioExecutor::new())
            .timer(TokioTimer::new())
            .initial_stream_window_size(WINDOW)
            .initial_connection_window_size(WINDOW)
            .max_concurrent_streams(STREAMS)
            .max_header_list_size(u32::try_from(HEAD_BYTES).unwrap_or(u32::MAX))
            .keep_alive_interval(Some(limits.head))
            .keep_alive_timeout(limits.head)
            .serve_connection(io, service);
        drive(connection, http2::Connection::graceful_shutdown, &progress, limits, stop).await;
    } else {
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(limits.head)
            .max_buf_size(HEAD_BYTES)
            .serve_connection(io, service);
        drive(connection, http1::Connection::graceful_shutdown, &progress, limits, stop).await;
    }
}

/// Runs a connection to its end. At stop it may finish what it has begun and takes nothing new; where nothing moves any
/// more, it is asked to end and soon cut off.
async fn drive<C, E>(
    connection: C,
    finish: fn(Pin<&mut C>),
    progress: &Progress,
    limits: Limits,
    mut stop: watch::Receiver<bool>,
) where
    C: Future<Output = Result<(), E>>,
    E: std::fmt::Display,
{
    let mut connection = pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stopped(&mut stop) => {
            finish(connection.as_mut());
            connection.await
        }
        () = progress.stalled(limits.still) => {
            finish(connection.as_mut());
            let Ok(ended) = timeout(limits.drain, connection).await else {
                tracing::debug!("connection cut off because nothing moved on it");
                return;
            };
            ended
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "connection ended early");
    }
}
