//! Which certificates the ways to sign in depend on, and when each ends.
//!
//! Whom to warn and when is the server's business.

use kuvert_sandbox::{CertificateExpiry, Fault};

use super::Tasks;

impl Tasks {
    /// Every certificate of every way to sign in; a fault where they cannot be read.
    pub async fn certificates(&self) -> Vec<Result<CertificateExpiry, Fault>> {
        self.core.sandbox.certificates().await
    }
}
