//! `kuvert:host/token`: signed tokens under the profile's own keys and rules.
//!
//! The rules are in `crate::trust`; here is only the crossing. A token that passes becomes evidence; whether it is about
//! this login shows when a claim points at it.

use crate::{
    contract::powers::token,
    host::{Host, denied},
};

impl token::Host for Host {
    async fn verify(
        &mut self,
        trust: String,
        token: String,
    ) -> wasmtime::Result<Result<token::Verified, String>> {
        // It reads files, so it costs as much as a request.
        self.use_network()?;
        let (rules, place) = self.bound.trust(&trust).map_err(denied)?;
        let (rules, place, now_ms) = (rules.clone(), place.to_owned(), self.shared.now_ms());
        let checked = tokio::task::spawn_blocking(move || rules.verify(&place, &token, now_ms)).await?;
        tracing::debug!(
            binding = self.bound.id,
            trust,
            correlation = self.correlation,
            token.broken = checked.as_ref().err(),
            "plugin token"
        );
        Ok(checked.map(|payload| self.keep(&trust, &payload)).map_err(str::to_owned))
    }
}

impl Host {
    fn keep(&mut self, trust: &str, payload: &[u8]) -> token::Verified {
        let room = self.shared.limits.evidence_bytes;
        let dossier = &mut self.login.dossier;
        let evidence = self
            .bound
            .profile
            .rule_for_token(trust)
            .and_then(|rule| dossier.keep(rule, payload, None, room))
            .unwrap_or_else(|| dossier.pass_over());
        // Strict JSON is UTF-8, so nothing is lost.
        token::Verified { payload: String::from_utf8_lossy(payload).into_owned(), evidence }
    }
}
