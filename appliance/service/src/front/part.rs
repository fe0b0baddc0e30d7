//! After a session has ended here: where the provider ends its own.
//!
//! Invariant: nothing here can keep a session alive. It is asked for when the session's row is gone, and whatever goes wrong
//! leads to no address at all, which leaves the person logged out here and at the provider as before.

use std::time::Duration;

use kuvert_domain::language::Language;
use kuvert_sandbox::{Context, Transaction};
use kuvert_store::records;

use super::Front;

/// How long somebody who logs out waits for the plugin. A provider that is up was asked at sign-in already.
const PATIENCE: Duration = Duration::from_secs(3);

/// What a session leaves behind for its provider. Good for [`Front::part`] and nothing else.
#[derive(Debug, Clone)]
pub struct Parting(pub(crate) records::Parting);

impl Parting {
    /// The method whose provider it is.
    #[must_use]
    pub fn method(&self) -> &str {
        &self.0.method
    }
}

impl Front {
    /// An https address of the provider where the browser of somebody who has logged out ends the session there, too.
    /// `None` where the provider has none, or does not say so in time.
    pub async fn part(&self, parting: &Parting, language: Language) -> Option<String> {
        let Parting(records::Parting { method, transaction }) = parting;
        let transaction = Transaction::from_bytes(transaction.clone());
        let context = Context { language, correlation: format!("end of a session by {method}") };
        let calling = self.calling(method).ok()?;
        match tokio::time::timeout(PATIENCE, calling.end_session(&transaction, &context)).await {
            Ok(Ok(address)) => address,
            Ok(Err(fault)) => {
                tracing::info!(login.method = method, fault.code = %fault.code, "the provider's session was left alone");
                None
            }
            Err(_) => {
                tracing::info!(
                    login.method = method,
                    "the provider's session was left alone: no answer in time"
                );
                None
            }
        }
    }
}
