//! The time the simulators go by, which tests and the demo can move.
//!
//! It does not read the system's clock; whoever starts a simulator says where time comes from.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Tells the simulators the time, in milliseconds since 1970-01-01 UTC.
#[derive(Clone)]
pub struct SimClock(Arc<dyn Fn() -> u64 + Send + Sync>);

/// A clock that stands still until it is moved.
#[derive(Clone, Default)]
pub struct ManualClock(Arc<AtomicU64>);

impl SimClock {
    /// Wraps anything that tells milliseconds since 1970.
    pub fn new(source: impl Fn() -> u64 + Send + Sync + 'static) -> Self {
        Self(Arc::new(source))
    }

    /// The present moment in milliseconds since 1970.
    #[must_use]
    pub fn now_ms(&self) -> u64 {
        (self.0)()
    }

    /// The present moment in whole seconds since 1970, as tokens write it.
    #[must_use]
    pub fn now_s(&self) -> u64 {
        self.now_ms() / 1000
    }
}

impl ManualClock {
    /// A clock that stands at `ms` milliseconds after 1970.
    #[must_use]
    pub fn at(ms: u64) -> Self {
        Self(Arc::new(AtomicU64::new(ms)))
    }

    /// Moves the clock forward.
    pub fn advance(&self, by: Duration) {
        self.0.fetch_add(u64::try_from(by.as_millis()).unwrap_or(u64::MAX), Ordering::SeqCst);
    }

    /// The present moment in milliseconds since 1970.
    #[must_use]
    pub fn now_ms(&self) -> u64 {
        self.0.load(Ordering::SeqCst)
    }

    /// The same clock, as the simulators take it.
    #[must_use]
    pub fn sim(&self) -> SimClock {
        let clock = self.clone();
        SimClock::new(move || clock.now_ms())
    }
}
