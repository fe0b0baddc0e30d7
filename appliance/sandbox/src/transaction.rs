//! A login in progress, as bytes that the caller keeps.
//!
//! Nothing here seals or stores: the caller does. What is inside is the sandbox's own business and changes shape
//! only with the version byte.

use std::fmt;

use crate::login::Login;

/// A login in progress. Security: holds what a provider told; keep it sealed, and drop it when the login ends.
#[derive(Clone, PartialEq, Eq)]
pub struct Transaction(Vec<u8>);

impl Transaction {
    /// The bytes to seal and store.
    #[must_use]
    pub fn to_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Whether nothing is left of it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Takes bytes back. Whether they make sense shows at the next call.
    #[must_use]
    pub fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// Whether what a browser brought back answers the request that this login sent it off with. Security: a foreign page
    /// that sends a browser here spends nothing. The whole check comes when the login is moved on.
    #[must_use]
    pub fn is_answered_by(&self, parameters: &[(String, String)]) -> bool {
        Login::of_any_binding(self)
            .is_ok_and(|login| login.attempt.is_none_or(|attempt| attempt.is_answered_by(parameters)))
    }
}

impl fmt::Debug for Transaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Transaction(…)")
    }
}
