//! What can be said of a way to sign in without anybody signing in: whether its plugin is who it says, what its provider
//! answers, and when the certificates run out that it depends on.

use std::sync::Arc;

use kuvert_domain::language::Language;

use super::{Sandbox, mixed_up, off_thread};
use crate::{
    CertificateExpiry, Context, Fault, FaultCode,
    ask::{Answer, Ask},
    binding::Bound,
    contract::provider,
    login::Login,
};

/// One line of a health check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// What was looked at, in the plugin's words.
    pub name: String,
    /// Whether it is well.
    pub ok: bool,
    /// What is wrong, for an administrator.
    pub detail: String,
    /// When something it depends on runs out, in milliseconds since 1970.
    pub expires_ms: Option<u64>,
}

impl Sandbox {
    /// Asks the provider whether everything is well. Signs nobody in.
    pub async fn probe(&self, binding: &str, context: &Context) -> Result<Vec<Check>, Fault> {
        let bound = self.0.shelf.active(binding)?;
        let login = || Login::new(binding, bound.plugin.digest);
        self.introduce(bound.clone()).await?;
        match self.call(bound.clone(), login(), Ask::Probe, context).await? {
            (Answer::Checks(checks), _) => {
                let mut checks: Vec<Check> = checks.into_iter().map(check).collect();
                let now_ms = self.0.shared.now_ms();
                checks.extend(off_thread(move || bound.papers.checks(now_ms)).await?);
                Ok(checks)
            }
            _ => Err(mixed_up()),
        }
    }

    /// Lets a plugin describe itself, which needs no provider: it must be the one that its manifest names.
    pub(crate) async fn introduce(&self, bound: Arc<Bound>) -> Result<(), Fault> {
        let context = Context { language: Language::En, correlation: "introduction".to_owned() };
        let (id, login) = (bound.plugin.manifest.id.clone(), Login::new(&bound.id, bound.plugin.digest));
        match self.call(bound, login, Ask::Describe, &context).await {
            Ok((Answer::Info(info), _)) if info.id == id => Ok(()),
            Ok(_) => Err(Fault::new(FaultCode::Bundle, "the plugin describes itself as another")),
            // The first call checks every type; an answer that cannot be read is one of another contract.
            Err(fault) if fault.code == FaultCode::Output => Err(Fault { code: FaultCode::Wit, ..fault }),
            Err(fault) => Err(fault),
        }
    }

    /// Every certificate that some binding depends on. A binding whose certificates cannot be read keeps its fault.
    pub async fn certificates(&self) -> Vec<Result<CertificateExpiry, Fault>> {
        let bound = self.0.shelf.in_order();
        let read = move || {
            let papers = |bound: &Arc<Bound>| match bound.papers.read() {
                Ok(papers) => papers.into_iter().map(Ok).collect(),
                Err(detail) => vec![Err(Fault::new(FaultCode::Config, format!("{}: {detail}", bound.id)))],
            };
            bound.iter().flat_map(papers).collect()
        };
        off_thread(read).await.unwrap_or_else(|fault| vec![Err(fault)])
    }
}

fn check(check: provider::Check) -> Check {
    Check { name: check.name, ok: check.ok, detail: check.detail, expires_ms: check.expires_ms }
}
