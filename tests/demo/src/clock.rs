//! The demo's clock: the real one, set ahead by as much as one likes.
//!
//! How far it was moved is written down, so that a demo that is started again on the same folder goes on in its own time.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use anyhow::Context;
use jiff::{SignedDuration, Timestamp};
use kuvert::boot::SystemClock;
use kuvert_domain::clock::Clock;
use kuvert_simulators::clock::SimClock;

/// A clock that runs and can be moved forward. Cheap to clone.
#[derive(Clone)]
pub(crate) struct DemoClock(Arc<Inner>);

struct Inner {
    ahead_ms: AtomicI64,
    note: PathBuf,
}

impl DemoClock {
    /// Goes on from what the note says, or from the real time when there is none.
    pub(crate) fn open(note: &Path) -> anyhow::Result<Self> {
        let ahead_ms = match fs::read_to_string(note) {
            Ok(text) => text.trim().parse().with_context(|| format!("{} is damaged", note.display()))?,
            Err(_) => 0,
        };
        Ok(Self(Arc::new(Inner { ahead_ms: AtomicI64::new(ahead_ms), note: note.to_owned() })))
    }

    /// Moves it forward.
    pub(crate) fn advance(&self, by: Duration) {
        let by = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        let ahead_ms = self.0.ahead_ms.fetch_add(by, Ordering::SeqCst).saturating_add(by);
        if let Err(error) = fs::write(&self.0.note, ahead_ms.to_string()) {
            tracing::warn!(%error, "the clock's note could not be written");
        }
    }

    /// The same clock, as the simulators take it.
    pub(crate) fn sim(&self) -> SimClock {
        let clock = self.clone();
        SimClock::new(move || u64::try_from(clock.now().as_millisecond()).unwrap_or_default())
    }
}

impl Clock for DemoClock {
    fn now(&self) -> Timestamp {
        let ahead = SignedDuration::from_millis(self.0.ahead_ms.load(Ordering::SeqCst));
        SystemClock.now().checked_add(ahead).unwrap_or(Timestamp::MAX)
    }
}
