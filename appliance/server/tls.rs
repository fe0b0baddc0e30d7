//! The door to the street: our own accept loop, from a TCP connection to a request with a known client.
//!
//! Each step has its own time limit: handshake, request head, silence inside a body, drain at stop. HTTP/1.1 or HTTP/2
//! is chosen by ALPN and nothing else. This room knows no routes; it is given a function from request to response.

mod body;
mod certificate;
mod connection;
mod progress;

use std::{net::SocketAddr, sync::Arc, time::Duration};

use http::{Request, Response};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{Semaphore, watch},
    task::JoinSet,
    time::timeout,
};
use tokio_rustls::TlsAcceptor;

use self::progress::Networks;
pub use self::{
    body::RequestBody,
    certificate::{CertificateError, Certified, certified},
};

/// Who is at the other end of a connection. Handed to routes as a request extension (`warp::ext`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    /// Address and port.
    pub address: SocketAddr,
    /// The host name asked for in the handshake, in lower case.
    pub server_name: Option<String>,
}

/// Time limits and sizes of a connection.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Most connections at once; more wait in the kernel's queue.
    pub connections: usize,
    /// For the whole TLS handshake.
    pub handshake: Duration,
    /// For a request's head, and for silence between two requests (HTTP/1.1).
    pub head: Duration,
    /// For silence inside a request's body.
    pub body_idle: Duration,
    /// For a connection on which neither a request nor an answer moves, whatever pings it sends.
    pub still: Duration,
    /// For requests still running when the appliance stops.
    pub drain: Duration,
}

impl Limits {
    /// The limits of `security.md`, with this many connections.
    #[must_use]
    pub const fn with_connections(connections: usize) -> Self {
        Self {
            connections,
            handshake: Duration::from_secs(10),
            head: Duration::from_secs(15),
            body_idle: Duration::from_secs(30),
            still: Duration::from_mins(1),
            drain: Duration::from_secs(10),
        }
    }
}

/// Accepts connections until `stop` says so (or its sender is gone), then lets running requests finish.
///
/// `answer` is called once per request, which carries a [`Client`] among its extensions.
pub async fn serve<F, Fut, B>(
    listener: TcpListener,
    certified: &Certified,
    limits: Limits,
    answer: F,
    mut stop: watch::Receiver<bool>,
) where
    F: Fn(Request<RequestBody>) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Response<B>> + Send + 'static,
    B: hyper::body::Body<Data: Send, Error: Into<Box<dyn std::error::Error + Send + Sync>>>
        + Send
        + Unpin
        + 'static,
{
    let acceptor = TlsAcceptor::from(certified.server_config());
    let places = Arc::new(Semaphore::new(limits.connections));
    let networks = Networks::default();
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            biased;
            () = stopped(&mut stop) => break,
            Some(_) = connections.join_next() => continue,
            accepted = accept(&listener, &places) => accepted,
        };
        let Some((stream, address, place)) = accepted else { break };
        // Staff of a whole town hall may share one address, so a network's share is large; it is never everything.
        let Some(share) = networks.enter(address.ip(), (limits.connections / 2).max(1)) else {
            tracing::debug!(client.address = %address.ip(), "one network holds half of all connections");
            continue;
        };
        let (acceptor, answer, stop) = (acceptor.clone(), answer.clone(), stop.clone());
        connections.spawn(async move {
            let _places = (place, share);
            let Ok(Ok(stream)) = timeout(limits.handshake, acceptor.accept(stream)).await else {
                tracing::debug!(client.address = %address.ip(), "no TLS handshake");
                return;
            };
            connection::serve(stream, address, limits, answer, stop).await;
        });
    }
    drop(listener);
    let finished = timeout(limits.drain, async { while connections.join_next().await.is_some() {} }).await;
    if finished.is_err() {
        tracing::warn!(connection.count = connections.len(), "connections cut off at stop");
    }
}

type Accepted = (TcpStream, SocketAddr, tokio::sync::OwnedSemaphorePermit);

/// Waits for a free place, then for a connection. None only when the appliance is being torn down.
async fn accept(listener: &TcpListener, places: &Arc<Semaphore>) -> Option<Accepted> {
    let place = Arc::clone(places).acquire_owned().await.ok()?;
    loop {
        match listener.accept().await {
            Ok((stream, address)) => {
                if let Err(error) = stream.set_nodelay(true) {
                    tracing::debug!(%error, "no TCP_NODELAY");
                }
                return Some((stream, address, place));
            }
            Err(error) => {
                tracing::warn!(%error, "cannot accept a connection");
                pause(Duration::from_millis(100)).await;
            }
        }
    }
}

/// Returns when the appliance stops, or when nobody is left who could say so.
async fn stopped(stop: &mut watch::Receiver<bool>) {
    if stop.wait_for(|stop| *stop).await.is_err() {
        tracing::debug!("stopped because nobody holds the switch any more");
    }
}

/// Out of file handles, most likely: waiting lets running connections give some back.
#[expect(
    clippy::disallowed_methods,
    reason = "the accept loop is one of the two places that may wait for time"
)]
async fn pause(time: Duration) {
    tokio::time::sleep(time).await;
}

#[cfg(test)]
mod tests;
