//! A request's body that gives up when the other end falls silent.
//!
//! It measures silence, not size: how much a body may hold is for the extractors to say.

use std::{
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use bytes::Bytes;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use tokio::time::{Instant, Sleep};

use super::progress::Progress;

/// The body of a request as it comes off the wire.
#[derive(Debug)]
pub struct RequestBody {
    incoming: Incoming,
    patience: Duration,
    silence: Pin<Box<Sleep>>,
    waiting: bool,
    progress: Progress,
}

/// Why a body ended early.
#[derive(Debug, thiserror::Error)]
pub enum BodyError {
    /// The other end sent nothing for too long.
    #[error("silent for {0:?}")]
    Silent(Duration),
    /// The connection broke or broke the rules.
    #[error(transparent)]
    Broken(#[from] hyper::Error),
}

impl RequestBody {
    #[expect(
        clippy::disallowed_methods,
        reason = "the accept loop is one of the two places that may wait for time"
    )]
    pub(super) fn new(incoming: Incoming, patience: Duration, progress: Progress) -> Self {
        Self { incoming, patience, silence: Box::pin(tokio::time::sleep(patience)), waiting: false, progress }
    }
}

impl Body for RequestBody {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.incoming).poll_frame(cx) {
            self.waiting = false;
            self.progress.made();
            return Poll::Ready(frame.map(|frame| frame.map_err(BodyError::from)));
        }
        if !self.waiting {
            // Silence counts only while somebody waits for the next frame: a slow reader of ours is not the sender's fault.
            let until = deadline(self.patience);
            self.silence.as_mut().reset(until);
            self.waiting = true;
        }
        ready!(self.silence.as_mut().poll(cx));
        Poll::Ready(Some(Err(BodyError::Silent(self.patience))))
    }

    fn is_end_stream(&self) -> bool {
        self.incoming.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.incoming.size_hint()
    }
}

fn deadline(patience: Duration) -> Instant {
    Instant::now() + patience
}
