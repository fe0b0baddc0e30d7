//! The child's side of a trial: limits on itself first, then the bundle.
//!
//! It keeps nothing, sends nothing, and its only output is its answer: `passed`, or a code and a line.

use std::{
    io::{self, Read as _, Write as _},
    process::ExitCode,
    sync::Arc,
};

use jiff::Timestamp;
use kuvert_bundle::{Bundle, limits};
use kuvert_domain::clock::{Clock, Entropy};
use tokio::sync::Semaphore;

use super::{Bounds, PASSED};
use crate::{Fault, FaultCode, Limits, binding::Bound, plugin::Plugin, sandbox::Sandbox};

/// Plays the child: takes a bundle from standard input and says on standard output what came of its trial.
#[must_use]
pub fn compile_trial() -> ExitCode {
    compile_trial_within(&Bounds::DEFAULT)
}

/// The same within other bounds.
#[must_use]
pub fn compile_trial_within(bounds: &Bounds) -> ExitCode {
    let answer = match attempt(bounds) {
        Ok(()) => format!("{PASSED}\n"),
        Err(Fault { code, detail, .. }) => {
            format!("{code}\n{}\n", detail.chars().take(1000).collect::<String>())
        }
    };
    match io::stdout().write_all(answer.as_bytes()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn attempt(bounds: &Bounds) -> Result<(), Fault> {
    bounds.take_upon_oneself()?;
    let unable = |detail: String| Fault::new(FaultCode::Compile, detail);
    let mut packed = Vec::new();
    let most = u64::try_from(limits::PACKED_BYTES).unwrap_or(u64::MAX).saturating_add(1);
    io::stdin().take(most).read_to_end(&mut packed).map_err(|error| unable(error.to_string()))?;
    try_out(&packed)
}

/// The trial itself, in this very process: unpack, compile, link, start, and let it say who it is.
pub fn try_out(packed: &[u8]) -> Result<(), Fault> {
    let bundle = Bundle::open(packed)?;
    let limits = Arc::new(Limits::DEFAULT);
    let sandbox = Sandbox::for_trial(&limits, Arc::new(Nowhere), Arc::new(Nowhere))?;
    let places = Arc::new(Semaphore::new(1));
    let plugin = Arc::new(Plugin::load(sandbox.engine(), &bundle, &limits, places)?);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .map_err(|error| Fault::new(FaultCode::Compile, error.to_string()))?;
    runtime.block_on(sandbox.introduce(Arc::new(Bound::of_nobody(plugin))))
}

/// Neither time nor chance: a trial comes out the same each time.
struct Nowhere;

impl Clock for Nowhere {
    fn now(&self) -> Timestamp {
        Timestamp::UNIX_EPOCH
    }
}

impl Entropy for Nowhere {
    fn fill(&self, buffer: &mut [u8]) {
        buffer.fill(0);
    }
}
