//! How often somebody may begin a login, look at one, come back to one, try a code or send files.
//!
//! Token buckets in memory, few and small. They spare the providers and the disk and slow guessing down; what must hold for
//! ever is the service's business.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use jiff::Timestamp;
use kuvert_domain::id::SessionId;

/// Most buckets kept for one deed. Beyond that, those that are full again are forgotten, and if none is, all are: whoever
/// floods one deed with names of its own can loosen that deed's pace and no other's.
const MOST: usize = 10_000;

/// What is paced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Deed {
    /// Beginning a login. A library's public computers share one address, so this is generous.
    Login,
    /// Coming back from a provider, which trades a code there.
    Callback,
    /// Looking at a login under way: the page does so once a second, and each look runs a plugin.
    Look,
    /// Typing a code.
    Code,
    /// Sending a file.
    Upload,
}

/// Whose pace it is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Whose {
    /// An address; for IPv6 its whole network.
    Address(IpAddr),
    /// A login, by its cookie.
    Login(String),
    /// Somebody signed in.
    Session(SessionId),
}

impl Deed {
    /// How many at once, and how long until one more is allowed.
    const fn allowance(self) -> (u32, Duration) {
        match self {
            Self::Login | Self::Callback => (60, Duration::from_secs(1)),
            Self::Look => (10, Duration::from_millis(500)),
            Self::Code => (20, Duration::from_secs(6)),
            Self::Upload => (60, Duration::from_secs(6)),
        }
    }
}

/// The buckets.
#[derive(Debug, Default)]
pub(super) struct Paces {
    deeds: Mutex<HashMap<Deed, HashMap<Whose, Bucket>>>,
}

#[derive(Debug, Clone, Copy)]
struct Bucket {
    left: u32,
    since: Timestamp,
}

impl Paces {
    /// Takes one token, or says how long to wait.
    pub(super) fn step(&self, deed: Deed, whose: Whose, now: Timestamp) -> Result<(), Duration> {
        let (most, every) = deed.allowance();
        let mut deeds = self.deeds.lock().unwrap_or_else(PoisonError::into_inner);
        let buckets = deeds.entry(deed).or_default();
        if buckets.len() >= MOST {
            buckets.retain(|_, bucket| rested(*bucket, now, (most, every)).left < most);
            if buckets.len() >= MOST {
                buckets.clear();
            }
        }
        let bucket = buckets.entry(whose.network()).or_insert(Bucket { left: most, since: now });
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

impl Whose {
    /// One household or office has a whole /64 of IPv6.
    fn network(self) -> Self {
        match self {
            Self::Address(IpAddr::V6(long)) => {
                let [a, b, c, d, ..] = long.segments();
                Self::Address(IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0)))
            }
            other => other,
        }
    }
}

/// The bucket with what has dripped in since. A clock that went back drips nothing.
fn rested(bucket: Bucket, now: Timestamp, (most, every): (u32, Duration)) -> Bucket {
    let passed = Duration::try_from(now.duration_since(bucket.since)).unwrap_or_default();
    let drops = u32::try_from(passed.as_millis() / every.as_millis().max(1)).unwrap_or(u32::MAX);
    if drops == 0 {
        return Bucket { since: bucket.since.min(now), ..bucket };
    }
    Bucket { left: bucket.left.saturating_add(drops).min(most), since: now }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;

    fn noon() -> Timestamp {
        "2026-11-21T12:00:00Z".parse().unwrap()
    }

    fn address(text: &str) -> Whose {
        Whose::Address(text.parse().unwrap())
    }

    #[test]
    fn a_burst_is_served_and_then_slowed() {
        let paces = Paces::default();
        for _ in 0..20 {
            assert_eq!(paces.step(Deed::Code, address("192.0.2.1"), noon()), Ok(()));
        }
        assert_eq!(paces.step(Deed::Code, address("192.0.2.1"), noon()), Err(Duration::from_secs(6)));
        assert_eq!(paces.step(Deed::Code, address("192.0.2.2"), noon()), Ok(()));
        assert_eq!(paces.step(Deed::Login, address("192.0.2.1"), noon()), Ok(()));
        let later = noon() + SignedDuration::from_secs(13);
        assert_eq!(paces.step(Deed::Code, address("192.0.2.1"), later), Ok(()));
        assert_eq!(paces.step(Deed::Code, address("192.0.2.1"), later), Ok(()));
        assert!(paces.step(Deed::Code, address("192.0.2.1"), later).is_err());
    }

    #[test]
    fn a_page_that_looks_once_a_second_is_never_slowed() {
        let paces = Paces::default();
        for second in 0..600 {
            let now = noon() + SignedDuration::from_secs(second);
            assert_eq!(paces.step(Deed::Look, Whose::Login("a".to_owned()), now), Ok(()));
        }
        let now = noon() + SignedDuration::from_secs(600);
        let served = (0..500).filter(|_| paces.step(Deed::Look, Whose::Login("b".to_owned()), now).is_ok());
        assert_eq!(served.count(), 10);
    }

    #[test]
    fn neighbours_in_a_network_share_and_the_memory_is_bounded() {
        let paces = Paces::default();
        for host in 0..30_u16 {
            let neighbour = Whose::Address(IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, host)));
            assert_eq!(paces.step(Deed::Code, neighbour, noon()).is_ok(), host < 20);
        }
        for net in 0..20_000_u32 {
            let stranger = Whose::Address(IpAddr::V4(net.into()));
            assert!(paces.step(Deed::Login, stranger, noon()).is_ok());
        }
        let deeds = paces.deeds.lock().unwrap();
        assert!(deeds.values().all(|buckets| buckets.len() <= MOST));
        assert_eq!(deeds[&Deed::Code].len(), 1, "a flood of one deed leaves the others alone");
    }
}
