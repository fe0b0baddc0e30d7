//! Limits that a plugin sets itself: lower than those of every plugin, so that it can do less by mistake.
//!
//! Only their form is judged here. How high each may be is in the sandbox's table, and a manifest that asks for more than
//! that is refused there, when the bundle is tried out.

use serde::Deserialize;

use super::wrong;
use crate::BundleError;

/// The section `[limits]`. `None`: what every plugin has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct OwnLimits {
    /// Memory of one call, in KiB.
    pub memory_kib: Option<u32>,
    /// Computing in one call, in milliseconds; the sandbox counts in steps of 10 and rounds up.
    pub cpu_ms: Option<u32>,
    /// One call in all, waiting included, in milliseconds.
    pub wall_ms: Option<u32>,
    /// Calls of the host in one call.
    pub host_calls: Option<u32>,
    /// Requests in one call. 0 is a plugin that sends nothing.
    pub http_calls: Option<u32>,
    /// The body of a request, in KiB.
    pub request_kib: Option<u32>,
    /// The body of an answer, in KiB.
    pub response_kib: Option<u32>,
    /// The state between two calls, in bytes.
    pub state_bytes: Option<u32>,
    /// What one call logs, in KiB.
    pub log_kib: Option<u32>,
}

impl OwnLimits {
    /// Every line by its name in the manifest.
    #[must_use]
    pub const fn named(&self) -> [(&'static str, Option<u32>); 9] {
        [
            ("memory-kib", self.memory_kib),
            ("cpu-ms", self.cpu_ms),
            ("wall-ms", self.wall_ms),
            ("host-calls", self.host_calls),
            ("http-calls", self.http_calls),
            ("request-kib", self.request_kib),
            ("response-kib", self.response_kib),
            ("state-bytes", self.state_bytes),
            ("log-kib", self.log_kib),
        ]
    }

    /// With nothing at all a plugin cannot run; only requests can be none.
    pub(super) fn check(&self) -> Result<(), BundleError> {
        let nothing = |(name, own): &(&str, Option<u32>)| *own == Some(0) && *name != "http-calls";
        match self.named().into_iter().find(nothing) {
            Some((name, _)) => Err(wrong(format!("[limits] {name} = 0 leaves nothing to run with"))),
            None => Ok(()),
        }
    }
}
