//! The real clock and real chance. Tests and the demo bring their own.

use jiff::Timestamp;
use kuvert_domain::clock::{Clock, Entropy};
use rustls::crypto::aws_lc_rs;

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the clock that is passed in everywhere else")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// Randomness from aws-lc, fit for keys.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn fill(&self, buffer: &mut [u8]) {
        if aws_lc_rs::default_provider().secure_random.fill(buffer).is_err() {
            // Security: no key may ever be made of what happens to lie in a buffer.
            std::process::abort();
        }
    }
}
