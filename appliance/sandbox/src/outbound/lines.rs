//! Connections that are kept for the next request of the same endpoint.
//!
//! Invariant: a pool belongs to one `Endpoint`, which is one municipality's binding, one address and one credential. So
//! no connection, and no TLS session, is ever shared between two of them. A kept connection is not driven while it
//! rests; the endpoint sees that the other side has hung up when it wants to use it again.

use std::{
    future::{Future as _, poll_fn},
    pin::Pin,
    sync::{Mutex, PoisonError},
    task::Poll,
};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::{
    body::Incoming,
    client::conn::http1::{self, Connection, SendRequest},
};
use hyper_util::rt::TokioIo;
use tokio::{net::TcpStream, time::Instant};
use tokio_rustls::client::TlsStream;

use super::{Answer, Failure};
use crate::Limits;

type Body = Full<Bytes>;

/// One connection.
pub(super) struct Line {
    sender: SendRequest<Body>,
    connection: Pin<Box<Connection<TokioIo<TlsStream<TcpStream>>, Body>>>,
    /// It has served a request before.
    kept: bool,
}

/// What came of a request.
pub(super) enum Said {
    /// An answer, whole.
    Answer(Answer),
    /// The other side had hung up before it saw anything of the request, which may be said again.
    Unheard(Request<Body>),
}

/// The connections of one endpoint that rest.
#[derive(Default)]
pub(super) struct Lines(Mutex<Vec<(Line, Instant)>>);

impl Lines {
    /// The connection that was used last and is still good.
    pub(super) async fn take(&self, limits: &Limits) -> Option<Line> {
        loop {
            let (mut line, since) = self.resting(Vec::pop)?;
            if since.elapsed() < limits.http_idle && line.is_good().await {
                return Some(line);
            }
        }
    }

    /// Keeps a connection, when it is still good and there is room.
    pub(super) async fn keep(&self, mut line: Line, limits: &Limits) {
        if !line.is_good().await {
            return;
        }
        self.resting(|resting| {
            resting.retain(|(_, since)| since.elapsed() < limits.http_idle);
            if resting.len() < limits.http_idle_lines {
                line.kept = true;
                resting.push((line, Instant::now()));
            }
        });
    }

    fn resting<T>(&self, change: impl FnOnce(&mut Vec<(Line, Instant)>) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Line {
    /// HTTP/1.1 over a stream that TLS has vouched for.
    pub(super) async fn open(stream: TlsStream<TcpStream>, limits: &Limits) -> Result<Self, Failure> {
        let (sender, connection) = http1::Builder::new()
            .max_buf_size(limits.header_bytes)
            .max_headers(limits.header_fields)
            .handshake(TokioIo::new(stream))
            .await
            .map_err(|_| Failure::Protocol)?;
        Ok(Self { sender, connection: Box::pin(connection), kept: false })
    }

    /// Says one thing and hears the answer to its end, if its body is no larger than this.
    pub(super) async fn say(&mut self, request: Request<Body>, most: usize) -> Result<Said, Failure> {
        let Self { sender, connection, kept } = self;
        let talk = async {
            match sender.try_send_request(request).await {
                Ok(response) => whole(response, most).await.map(Said::Answer),
                Err(mut error) => error.take_message().map(Said::Unheard).ok_or(Failure::Protocol),
            }
        };
        // The connection is driven exactly as long as the talk lasts: whichever ends first ends both.
        tokio::pin!(talk);
        tokio::select! {
            biased;
            said = &mut talk => said,
            ended = connection => match (ended, talk.await) {
                // Who hangs up without a word may have said everything before.
                (_, Ok(Said::Answer(answer))) => Ok(Said::Answer(answer)),
                (Ok(()), said) => said,
                (Err(_), Ok(unheard)) if *kept => Ok(unheard),
                (Err(error), _) if error.is_parse() || error.is_incomplete_message() => Err(Failure::Protocol),
                // With TLS 1.3 a server refuses a client certificate only after the handshake.
                (Err(_), _) => Err(Failure::Tls),
            },
        }
    }

    /// One look at the connection, without waiting: nothing is on its way, and nobody has hung up.
    async fn is_good(&mut self) -> bool {
        poll_fn(|task| {
            let lives = self.connection.as_mut().poll(task).is_pending();
            Poll::Ready(lives && matches!(self.sender.poll_ready(task), Poll::Ready(Ok(()))))
        })
        .await
    }
}

async fn whole(response: Response<Incoming>, most: usize) -> Result<Answer, Failure> {
    let (head, body) = response.into_parts();
    let body = Limited::new(body, most).collect().await.map_err(|error| {
        if error.is::<LengthLimitError>() { Failure::TooLarge } else { Failure::Protocol }
    })?;
    Ok(Answer { status: head.status.as_u16(), headers: head.headers, body: body.to_bytes() })
}
