//! Plays one cassette, step by step, as the appliance would call the plugin.
//!
//! It stops at the first step that goes otherwise, because everything after it would only repeat the same fault.

use std::path::Path;

use kuvert_bundle::Bundle;
use kuvert_sandbox::{Event, Fault, Transaction, Turn};

use crate::{
    cassette::{Call, Cassette, Step},
    expectation::Outcome,
    stage::{self, BINDING, Stage},
};

/// A poll comes this long after the step before.
const POLL_MS: u64 = 2_000;

/// Plays it. Answers with how much was played; the error names the step and what was otherwise.
pub(crate) async fn play(
    bundle: &Bundle,
    folder: &Path,
    profile: Option<&str>,
    cassette: &Cassette,
) -> Result<String, String> {
    let stage = Stage::set(bundle, folder, profile, cassette).await?;
    let mut login = None;
    let mut requests = 0_usize;
    for (index, step) in cassette.step.iter().enumerate() {
        let place = |what: String| format!("step {} ({:?}): {what}", index.saturating_add(1), step.call);
        let pause = if step.call == Call::Poll { POLL_MS } else { 0 };
        stage.forward(step.after_ms.unwrap_or(pause));
        stage.load(&step.http).map_err(place)?;
        let outcome = call(&stage, cassette, step, &mut login).await.map_err(place)?;
        requests = requests
            .saturating_add(stage.unload().map_err(|why| place(format!("{why}\nthere came {outcome}")))?);
        if let Some(difference) = step.expect.differs(&outcome) {
            return Err(place(difference));
        }
    }
    Ok(format!("{} calls, {requests} requests", cassette.step.len()))
}

/// Makes the call. The error is a mistake of the cassette; a fault of the plugin is an outcome.
async fn call(
    stage: &Stage,
    cassette: &Cassette,
    step: &Step,
    login: &mut Option<Transaction>,
) -> Result<Outcome, String> {
    let (args, context) = (stage::args(cassette)?, stage::context(cassette)?);
    let sandbox = &stage.sandbox;
    if step.call == Call::Probe {
        let checks = sandbox.probe(BINDING, &context).await;
        return Ok(checks.map_or_else(|fault| Outcome::fault(&fault), |checks| Outcome::checks(&checks)));
    }
    if step.call == Call::Begin {
        return Ok(turn(stage, sandbox.begin(BINDING, &args, &context).await, login));
    }
    let held = login.clone().ok_or("no login has begun, or the last one is over")?;
    let event = match step.call {
        Call::Poll => Event::Poll,
        Call::Returned => Event::Returned,
        Call::Restart => Event::Restart,
        Call::Callback => Event::Callback(step.params.clone().into_iter().collect()),
        Call::Render => {
            let frame = sandbox.render(BINDING, &held, &context).await;
            return Ok(frame.map_or_else(|fault| Outcome::fault(&fault), |frame| Outcome::frame(&frame)));
        }
        Call::Cancel | Call::Begin | Call::Probe => {
            *login = None;
            let done = sandbox.cancel(BINDING, &held, &context).await;
            return Ok(done.map_or_else(|fault| Outcome::fault(&fault), |()| Outcome::nothing()));
        }
    };
    Ok(turn(stage, sandbox.advance(BINDING, &held, event, &context).await, login))
}

/// Keeps the login for the next step, unless it is over.
fn turn(stage: &Stage, answer: Result<Turn, Fault>, login: &mut Option<Transaction>) -> Outcome {
    match answer {
        Ok(turn) => {
            let over = matches!(turn.step, kuvert_sandbox::Step::Done(_) | kuvert_sandbox::Step::Failed(_));
            *login = (!over).then_some(turn.transaction);
            Outcome::step(&turn.step, |text| stage.named(text))
        }
        Err(fault) => Outcome::fault(&fault),
    }
}
