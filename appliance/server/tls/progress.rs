//! Whether anything moves on a connection, and how many connections one network holds.
//!
//! HTTP/2 pings and half-open windows keep a connection alive without moving anything; only bytes of requests and answers
//! count here. Slow is fine, still is not.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    pin::Pin,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use hyper::body::{Body, Frame, SizeHint};

/// Counts what moves on one connection.
#[derive(Debug, Clone, Default)]
pub(super) struct Progress(Arc<AtomicU64>);

impl Progress {
    pub(super) fn made(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    /// Returns when nothing has moved for this long, at the latest after twice the time.
    #[expect(
        clippy::disallowed_methods,
        reason = "the accept loop is one of the two places that may wait for time"
    )]
    pub(super) async fn stalled(&self, patience: Duration) {
        let mut seen = self.0.load(Ordering::Relaxed);
        loop {
            tokio::time::sleep(patience).await;
            let now = self.0.load(Ordering::Relaxed);
            if now == seen {
                return;
            }
            seen = now;
        }
    }
}

/// A body whose frames count as progress.
#[derive(Debug)]
pub(super) struct Counted<B> {
    body: B,
    progress: Progress,
}

impl<B> Counted<B> {
    pub(super) fn new(body: B, progress: Progress) -> Self {
        Self { body, progress }
    }
}

impl<B: Body + Unpin> Body for Counted<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(cx);
        if polled.is_ready() {
            self.progress.made();
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// How many connections each network holds.
#[derive(Debug, Clone, Default)]
pub(super) struct Networks(Arc<Mutex<HashMap<IpAddr, usize>>>);

/// A connection's place in its network's share; given back when dropped.
#[derive(Debug)]
pub(super) struct Share {
    networks: Networks,
    network: IpAddr,
}

impl Networks {
    /// A place, unless this network holds that many already.
    pub(super) fn enter(&self, address: IpAddr, most: usize) -> Option<Share> {
        let network = network(address);
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = held.entry(network).or_default();
        if *count >= most {
            return None;
        }
        *count += 1;
        Some(Share { networks: self.clone(), network })
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let mut held = self.networks.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = held.get_mut(&self.network) {
            *count -= 1;
            if *count == 0 {
                held.remove(&self.network);
            }
        }
    }
}

/// One household or office has a whole /64 of IPv6.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(long) => {
            let [a, b, c, d, ..] = long.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_gets_its_share_and_gives_it_back() {
        let networks = Networks::default();
        let (here, there): (IpAddr, IpAddr) = ("192.0.2.1".parse().unwrap(), "192.0.2.2".parse().unwrap());
        let first = networks.enter(here, 2);
        let _second = networks.enter(here, 2);
        assert!(networks.enter(here, 2).is_none());
        assert!(networks.enter(there, 2).is_some());
        drop(first);
        assert!(networks.enter(here, 2).is_some());
        assert_eq!(networks.0.lock().unwrap().len(), 1, "nothing is kept of those who have left");
    }
}
