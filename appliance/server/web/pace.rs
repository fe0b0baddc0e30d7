//! How often one address may begin a login or try a code.
//!
//! Token buckets in memory, few and small. They spare the providers and slow guessing down; what must hold for ever
//! (wrong codes of one person) is counted in the store by the service.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use jiff::Timestamp;

/// Most addresses remembered; beyond that, those that have rested longest are forgotten.
const MOST: usize = 10_000;

/// What is paced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Deed {
    /// Beginning a login. A library's public computers share one address, so this is generous.
    Login,
    /// Typing a code.
    Code,
}

impl Deed {
    /// How many at once, and how long until one more is allowed.
    const fn allowance(self) -> (u32, Duration) {
        match self {
            Self::Login => (60, Duration::from_secs(1)),
            Self::Code => (20, Duration::from_secs(6)),
        }
    }
}

/// The buckets.
#[derive(Debug, Default)]
pub(super) struct Paces {
    buckets: Mutex<HashMap<(Deed, IpAddr), Bucket>>,
}

#[derive(Debug, Clone, Copy)]
struct Bucket {
    left: u32,
    since: Timestamp,
}

impl Paces {
    /// Takes one token, or says how long to wait.
    pub(super) fn step(&self, deed: Deed, address: IpAddr, now: Timestamp) -> Result<(), Duration> {
        let (most, every) = deed.allowance();
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= MOST {
            buckets
                .retain(|(deed, _), bucket| rested(*bucket, now, deed.allowance()).left < deed.allowance().0);
            if buckets.len() >= MOST {
                buckets.clear();
            }
        }
        let bucket = buckets.entry((deed, network(address))).or_insert(Bucket { left: most, since: now });
        *bucket = rested(*bucket, now, (most, every));
        match bucket.left.checked_sub(1) {
            Some(left) => {
                bucket.left = left;
                Ok(())
            }
            None => Err(every),
        }
    }
}

/// The bucket with what has dripped in since. A clock that went back drips nothing.
fn rested(bucket: Bucket, now: Timestamp, (most, every): (u32, Duration)) -> Bucket {
    let passed = Duration::try_from(now.duration_since(bucket.since)).unwrap_or_default();
    let drops = u32::try_from(passed.as_secs() / every.as_secs().max(1)).unwrap_or(u32::MAX);
    if drops == 0 {
        return Bucket { since: bucket.since.min(now), ..bucket };
    }
    Bucket { left: bucket.left.saturating_add(drops).min(most), since: now }
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
    use jiff::SignedDuration;

    use super::*;

    fn noon() -> Timestamp {
        "2026-11-21T12:00:00Z".parse().unwrap()
    }

    #[test]
    fn a_burst_is_served_and_then_slowed() {
        let paces = Paces::default();
        let address: IpAddr = "192.0.2.1".parse().unwrap();
        for _ in 0..20 {
            assert_eq!(paces.step(Deed::Code, address, noon()), Ok(()));
        }
        assert_eq!(paces.step(Deed::Code, address, noon()), Err(Duration::from_secs(6)));
        assert_eq!(paces.step(Deed::Login, address, noon()), Ok(()));
        let later = noon() + SignedDuration::from_secs(13);
        assert_eq!(paces.step(Deed::Code, address, later), Ok(()));
        assert_eq!(paces.step(Deed::Code, address, later), Ok(()));
        assert!(paces.step(Deed::Code, address, later).is_err());
    }

    #[test]
    fn neighbours_in_a_network_share_and_the_memory_is_bounded() {
        let paces = Paces::default();
        for host in 0..30_u16 {
            let address = IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, host));
            assert_eq!(paces.step(Deed::Code, address, noon()).is_ok(), host < 20);
        }
        for net in 0..20_000_u32 {
            let address = IpAddr::V4(net.into());
            assert!(paces.step(Deed::Login, address, noon()).is_ok());
        }
        assert!(paces.buckets.lock().unwrap().len() <= MOST);
    }
}
