//! Plugins as the use cases call them: every call is counted, a fault leaves an audit line, a method that keeps failing
//! rests, and a version of a plugin that makes false claims is shut away.
//!
//! What a call may do is the sandbox's business; what its answer means for a login is `front`'s.

mod health;
mod lies;

pub use health::MethodFigures;
pub(crate) use health::{Health, Who};
pub(crate) use lies::Lies;
use lies::Verdict;

use jiff::Timestamp;
use kuvert_domain::id::MunicipalityId;
use kuvert_sandbox::{BeginArgs, Context, Display, Event, Fault, FaultCode, Step, Transaction, Turn};
use kuvert_store::AuditEntry;

use crate::{
    core::{Core, today},
    epochs,
};

/// Calls of one method of one municipality.
pub(crate) struct Calling<'a> {
    core: &'a Core,
    municipality: MunicipalityId,
    /// The binding: `municipality/method`.
    binding: String,
}

/// One call that is under way, or was.
pub(crate) struct Call<'a> {
    what: &'static str,
    who: Who,
    correlation: &'a str,
    began: Timestamp,
}

impl<'a> Calling<'a> {
    pub(crate) fn new(core: &'a Core, municipality: MunicipalityId, binding: String) -> Self {
        Self { core, municipality, binding }
    }

    /// Begins a login, unless the method rests. Where a version that was just activated fails, the one before it stands in:
    /// the fault is counted and told like any other, but does not bring the method to rest while somebody stands in.
    pub(crate) async fn begin(&self, args: &BeginArgs, context: &Context) -> Result<Turn, Fault> {
        let call = self.call("begin", Who::of_address(args.client.ip), context);
        self.core.health.ask(&self.binding, &call.who, call.began)?;
        let sandbox = &self.core.sandbox;
        let result = sandbox.begin(&self.binding, args, context).await;
        if let Err(fault) = &result
            && let Some(instead) = sandbox.begin_instead(&self.binding, fault, args, context).await
        {
            tracing::error!(
                binding = self.binding,
                fault.code = %fault.code,
                fault.detail,
                "the new version failed; the one before it stands in"
            );
            self.core.health.count(&self.binding, call.what, Some(fault.code));
            self.told(&call, fault).await;
            return self.moved(&call, instead).await;
        }
        self.moved(&call, result).await
    }

    /// Moves a login on. One that has begun goes on while its method rests.
    pub(crate) async fn advance(
        &self,
        transaction: &Transaction,
        event: Event,
        context: &Context,
    ) -> Result<Turn, Fault> {
        let who = match event {
            Event::Callback(_) => Who::Nobody,
            _ => Who::of_login(&context.correlation),
        };
        let call = self.call("advance", who, context);
        let result = self.core.sandbox.advance(&self.binding, transaction, event, context).await;
        self.moved(&call, result).await
    }

    /// Draws a frame.
    pub(crate) async fn render(
        &self,
        transaction: &Transaction,
        context: &Context,
    ) -> Result<Display, Fault> {
        let call = self.call("render", Who::of_login(&context.correlation), context);
        let result = self.core.sandbox.render(&self.binding, transaction, context).await;
        self.noted(&call, result).await
    }

    /// Tells the provider that the person went away.
    pub(crate) async fn cancel(&self, transaction: &Transaction, context: &Context) -> Result<(), Fault> {
        let call = self.call("cancel", Who::of_login(&context.correlation), context);
        let result = self.core.sandbox.cancel(&self.binding, transaction, context).await;
        self.noted(&call, result).await
    }

    /// Asks where the provider's own session ends. The context's correlation is the same for every such call of a method, so
    /// that their faults count once: logging out must not make a method rest.
    pub(crate) async fn end_session(
        &self,
        transaction: &Transaction,
        context: &Context,
    ) -> Result<Option<String>, Fault> {
        let call = self.call("end-session", Who::of_login(&context.correlation), context);
        let result = self.core.sandbox.end_session(&self.binding, transaction, context).await;
        self.noted(&call, result).await
    }

    pub(crate) fn call<'c>(&self, what: &'static str, who: Who, context: &'c Context) -> Call<'c> {
        Call { what, who, correlation: &context.correlation, began: self.core.now() }
    }

    /// Notes a call that may have moved a login on, and with it what that says about the method. Sending a browser away, or
    /// drawing a frame, needs no provider; an order that was taken up, and somebody who is known, do.
    async fn moved(&self, call: &Call<'_>, result: Result<Turn, Fault>) -> Result<Turn, Fault> {
        if let Ok(turn) = &result
            && (matches!(turn.step, Step::Done(_))
                || (call.what == "begin" && matches!(turn.step, Step::Wait(_))))
        {
            self.core.health.works(&self.binding);
        }
        self.reached(call, &result).await;
        self.noted(call, result).await
    }

    pub(crate) async fn noted<T>(&self, call: &Call<'_>, result: Result<T, Fault>) -> Result<T, Fault> {
        self.core.health.count(&self.binding, call.what, result.as_ref().err().map(|fault| fault.code));
        if let Err(fault) = &result {
            self.failed(call, fault).await;
        }
        result
    }

    /// A login may end in plain words because the provider could not be reached: that is the provider's fault all the same.
    async fn reached(&self, call: &Call<'_>, result: &Result<Turn, Fault>) {
        if let Ok(turn) = result
            && turn.unreachable
            && matches!(turn.step, Step::Failed(_))
        {
            let fault = Fault::passing(FaultCode::Http, "the provider could not be reached");
            self.weigh(call, &fault).await;
        }
    }

    /// Counts a fault against the method, which may bring it to rest.
    async fn weigh(&self, call: &Call<'_>, fault: &Fault) {
        let now = self.core.now();
        if let Some(pause) = self.core.health.failed(&self.binding, &call.who, fault, now) {
            tracing::error!(
                binding = self.binding,
                fault.code = %fault.code,
                pause_s = pause.as_secs(),
                "the method keeps failing and rests"
            );
            self.audit("plugin.rests", now, &format!("{} {} {pause:#}", self.binding, fault.code)).await;
        }
    }

    async fn failed(&self, call: &Call<'_>, fault: &Fault) {
        self.weigh(call, fault).await;
        self.doubt(call, fault).await;
        self.told(call, fault).await;
    }

    /// Writes the fault down, at most once a minute for each code.
    async fn told(&self, call: &Call<'_>, fault: &Fault) {
        let now = self.core.now();
        let Some(unsaid) = self.core.health.worth_a_line(&self.binding, fault.code, now) else { return };
        let name = fault.by.as_ref().map_or_else(|| "not called".to_owned(), ToString::to_string);
        let details = format!(
            "{} {}: {} ({name}, {}, {} ms, {} ticks, {} bytes; {unsaid} more since the last line)",
            self.binding,
            fault.code,
            fault.detail,
            call.what,
            now.duration_since(call.began).as_millis(),
            fault.used.ticks,
            fault.used.memory_bytes,
        );
        self.audit("plugin.fault", now, &details).await;
    }

    /// Shuts a version away that made false claims in two municipalities; in one of several, the method rests there.
    /// Security: it is the version that was called, whichever is active by now; a call that found its version shut away
    /// says nothing about the one that is active.
    async fn doubt(&self, call: &Call<'_>, fault: &Fault) {
        let Some(version) = fault.by.as_ref().filter(|_| fault.code == FaultCode::Claim) else { return };
        let name = version.to_string();
        let (core, now) = (self.core, self.core.now());
        let place = (self.municipality, core.sandbox.municipalities_with(&version.plugin) < 2);
        match core.lies.told(&name, place, call.correlation, now) {
            Verdict::Wait => return,
            Verdict::Rest => {
                if let Some(pause) = core.health.rest(&self.binding, fault.code, now) {
                    tracing::error!(
                        binding = self.binding,
                        plugin = name,
                        "false claims in two logins here: the method rests"
                    );
                    self.audit("plugin.rests", now, &format!("{} {} {pause:#}", self.binding, fault.code))
                        .await;
                }
                return;
            }
            Verdict::ShutAway => {}
        }
        let reason = format!("false claims in two logins: {}", fault.detail);
        tracing::error!(binding = self.binding, plugin = name, reason, "the plugin is shut away");
        match self.core.sandbox.quarantine(version, &reason).await {
            Ok(()) => core.lies.settled(&name),
            Err(fault) => {
                tracing::error!(plugin = name, fault.detail, "the quarantine was not written down");
            }
        }
    }

    /// Writes a line, or says in the log that it could not: a fault must not become another one.
    async fn audit(&self, action: &'static str, now: Timestamp, details: &str) {
        let municipality = self.municipality;
        let Ok(place) = self.core.municipality(municipality) else { return };
        let epoch = epochs::faults(municipality, today(place, now));
        let details = details.as_bytes().to_vec();
        let written = self.core.write(municipality, move |tx| {
            Ok(tx.emit(AuditEntry::new(municipality, action).details(epoch, details.clone()))?)
        });
        if let Err(error) = written.await {
            tracing::error!(audit.action = action, audit.error = %error, "an audit line was not written");
        }
    }
}
