//! A login in progress as the sandbox sees it: the guest's state, the evidence, the host's half of OpenID Connect.
//!
//! Written to bytes for the caller to seal. Nothing here talks to a guest.

use std::fmt;

use kuvert_bundle::Digest;
use serde::{Deserialize, Serialize};

use crate::{
    Fault, FaultCode, Transaction,
    binding::Bound,
    evidence::Dossier,
    oidc::{Attempt, Parting},
};

/// Changes whenever the shape below does; a login that began before an upgrade then begins anew.
const FORMAT: u8 = 5;

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Login {
    /// The binding it belongs to: another municipality's transaction opens nothing.
    pub(crate) binding: String,
    /// Digest of the bundle that it began with, and will end with.
    pub(crate) version: [u8; 32],
    /// The guest's own words to itself.
    pub(crate) state: Vec<u8>,
    pub(crate) dossier: Dossier,
    pub(crate) attempt: Option<Attempt>,
    /// What proves that a browser came back from the app; whoever knows it can say that it did.
    pub(crate) way_back: Option<String>,
    /// Only in what is left of a login that is done.
    pub(crate) parting: Option<Parting>,
}

impl Login {
    pub(crate) fn new(binding: &str, version: Digest) -> Self {
        Self {
            binding: binding.to_owned(),
            version: *version.as_bytes(),
            state: Vec::new(),
            dossier: Dossier::default(),
            attempt: None,
            way_back: None,
            parting: None,
        }
    }

    /// What is left of a login that is done: what it takes to end the provider's session too, where that is wanted, and
    /// else nothing at all. The evidence goes.
    pub(crate) fn done(mut self, bound: &Bound) -> Result<Transaction, Fault> {
        self.parting = Parting::of(bound, &std::mem::take(&mut self.dossier));
        self.attempt = None;
        match self.parting {
            Some(_) => self.write(),
            None => Ok(Transaction::from_bytes(Vec::new())),
        }
    }

    /// The version of the plugin that it began with.
    pub(crate) fn version(&self) -> Digest {
        Digest::from_bytes(self.version)
    }

    pub(crate) fn write(&self) -> Result<Transaction, Fault> {
        postcard::to_extend(self, vec![FORMAT])
            .map(Transaction::from_bytes)
            .map_err(|error| Fault::new(FaultCode::Output, error.to_string()))
    }

    /// Reads a transaction, whosever it is.
    pub(crate) fn of_any_binding(transaction: &Transaction) -> Result<Self, Fault> {
        let Some((&FORMAT, body)) = transaction.to_bytes().split_first() else {
            return Err(Fault::new(FaultCode::Config, "the login began before an upgrade"));
        };
        postcard::from_bytes(body).map_err(|error| Fault::new(FaultCode::Config, error.to_string()))
    }

    /// Reads a transaction of this binding.
    pub(crate) fn read(transaction: &Transaction, binding: &str) -> Result<Self, Fault> {
        let login = Self::of_any_binding(transaction)?;
        if login.binding != binding {
            return Err(Fault::new(FaultCode::Denied, "the login belongs to another binding"));
        }
        Ok(login)
    }
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Login").field("binding", &self.binding).finish_non_exhaustive()
    }
}
