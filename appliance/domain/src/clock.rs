//! Where time and chance come from: only the seams, never the sources.

use jiff::Timestamp;

/// Tells the time. The appliance passes one clock to every room, so that tests and the demo can set it.
pub trait Clock: Send + Sync {
    /// The present moment, in UTC.
    fn now(&self) -> Timestamp;
}

/// Fills buffers with unpredictable bytes.
pub trait Entropy: Send + Sync {
    /// Overwrites the whole buffer. Security: the source must be fit for keys.
    fn fill(&self, buffer: &mut [u8]);
}
