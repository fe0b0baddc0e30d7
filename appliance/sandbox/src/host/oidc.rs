//! `kuvert:host/oidc`: the host's half of the code flow.
//!
//! The rules are in `crate::oidc`; here is only the crossing.

use crate::{
    contract::{GuestFault, Location, Pair, powers::oidc},
    host::{Host, denied},
    oidc::{self as rules, Trouble},
};

impl oidc::Host for Host {
    async fn authorize_url(&mut self, params: Vec<Pair>) -> wasmtime::Result<Result<Location, GuestFault>> {
        self.use_network()?;
        let (bound, shared) = (self.bound.clone(), self.shared.clone());
        match rules::begin(&shared, &bound, &params).await {
            Ok((attempt, location)) => {
                self.login.attempt = Some(attempt);
                Ok(Ok(location))
            }
            Err(trouble) => self.answer(trouble),
        }
    }

    async fn exchange(&mut self, params: Vec<Pair>) -> wasmtime::Result<Result<oidc::Tokens, GuestFault>> {
        self.use_network()?;
        let (bound, shared) = (self.bound.clone(), self.shared.clone());
        // Taken out for good: a code is traded once, whatever comes of it.
        let Some(attempt) = self.login.attempt.take() else {
            return Err(denied("an exchange without a redirect, or a second one"));
        };
        match rules::finish(&shared, &bound, &attempt, &params, &mut self.login.dossier).await {
            Ok(tokens) => Ok(Ok(tokens)),
            Err(trouble) => self.answer(trouble),
        }
    }

    async fn end_session_url(
        &mut self,
        params: Vec<Pair>,
    ) -> wasmtime::Result<Result<Option<Location>, GuestFault>> {
        self.use_network()?;
        let (bound, shared) = (self.bound.clone(), self.shared.clone());
        let Some(parting) = &mut self.login.parting else {
            return Err(denied("the end of a session that nobody has"));
        };
        match rules::part(&shared, &bound, parting, &params).await {
            Ok(location) => Ok(Ok(location)),
            Err(trouble) => self.answer(trouble),
        }
    }
}

impl Host {
    fn answer<T>(&mut self, trouble: Trouble) -> wasmtime::Result<Result<T, GuestFault>> {
        match trouble {
            Trouble::Denied(detail) => Err(denied(detail)),
            Trouble::Fault { code, detail, retryable } => {
                self.unreachable |= retryable;
                Ok(Err(GuestFault { code, retryable, detail }))
            }
        }
    }
}
