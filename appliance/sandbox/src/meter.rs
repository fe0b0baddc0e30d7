//! Counts what one call uses, and ends it when it uses too much.
//!
//! It measures; the figures are in `limits`.

use std::{fmt, sync::Arc};

use wasmtime::{ResourceLimiter, Trap, UpdateDeadline};

use crate::{Fault, FaultCode, Limits, Used};

/// Why the host ended a call. Travels through the engine as an error.
#[derive(Debug, Clone)]
pub(crate) struct Refusal {
    code: FaultCode,
    detail: String,
}

impl Refusal {
    pub(crate) fn error(code: FaultCode, detail: impl Into<String>) -> wasmtime::Error {
        wasmtime::Error::from(Self { code, detail: detail.into() })
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.detail)
    }
}

impl std::error::Error for Refusal {}

/// What one call has used so far.
#[derive(Debug)]
pub(crate) struct Meter {
    limits: Arc<Limits>,
    ticks: u32,
    host_calls: u32,
    http_calls: u32,
    log_bytes: usize,
    memory_bytes: usize,
    /// It has just waited for somebody outside: the tick that ended meanwhile is not its own.
    waited: bool,
}

impl Meter {
    pub(crate) fn new(limits: Arc<Limits>) -> Self {
        Self { limits, ticks: 0, host_calls: 0, http_calls: 0, log_bytes: 0, memory_bytes: 0, waited: false }
    }

    /// What was used until now.
    pub(crate) fn used(&self) -> Used {
        Used { ticks: self.ticks, memory_bytes: self.memory_bytes }
    }

    /// Another tick of computing has passed. Other tasks get their turn in between.
    pub(crate) fn tick(&mut self) -> wasmtime::Result<UpdateDeadline> {
        if std::mem::take(&mut self.waited) {
            return Ok(UpdateDeadline::Yield(1));
        }
        self.ticks = self.ticks.saturating_add(1);
        if self.ticks > self.limits.cpu_ticks {
            return Err(Refusal::error(FaultCode::Cpu, format!("more than {} ticks", self.limits.cpu_ticks)));
        }
        Ok(UpdateDeadline::Yield(1))
    }

    /// The guest calls the host.
    pub(crate) fn host_call(&mut self) -> wasmtime::Result<()> {
        self.host_calls = self.host_calls.saturating_add(1);
        if self.host_calls > self.limits.host_calls {
            return Err(Refusal::error(
                FaultCode::Budget,
                format!("more than {} host calls", self.limits.host_calls),
            ));
        }
        Ok(())
    }

    /// The guest wants to send something.
    pub(crate) fn http_call(&mut self) -> wasmtime::Result<()> {
        self.waited = true;
        self.http_calls = self.http_calls.saturating_add(1);
        if self.http_calls > self.limits.http_calls {
            return Err(Refusal::error(
                FaultCode::Budget,
                format!("more than {} requests", self.limits.http_calls),
            ));
        }
        Ok(())
    }

    /// How much of a line may still be logged.
    pub(crate) fn log_bytes(&mut self, wanted: usize) -> usize {
        let granted = wanted
            .min(self.limits.log_line_bytes)
            .min(self.limits.log_call_bytes.saturating_sub(self.log_bytes));
        self.log_bytes = self.log_bytes.saturating_add(granted);
        granted
    }
}

impl ResourceLimiter for Meter {
    fn memory_growing(
        &mut self,
        _current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        if desired > self.limits.memory_bytes {
            return Err(Refusal::error(FaultCode::Memory, format!("wanted {desired} bytes")));
        }
        self.memory_bytes = self.memory_bytes.max(desired);
        Ok(true)
    }

    fn table_growing(
        &mut self,
        _current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        if desired > self.limits.table_elements {
            return Err(Refusal::error(FaultCode::Memory, format!("wanted {desired} table elements")));
        }
        Ok(true)
    }

    fn instances(&self) -> usize {
        self.limits.instances
    }

    fn tables(&self) -> usize {
        self.limits.tables
    }

    fn memories(&self) -> usize {
        self.limits.memories
    }
}

/// Sorts what the engine says about a call that did not end well.
pub(crate) fn fault(error: &wasmtime::Error) -> Fault {
    if let Some(refusal) = error.downcast_ref::<Refusal>() {
        return Fault::new(refusal.code, refusal.detail.clone());
    }
    if let Some(trap) = error.downcast_ref::<Trap>() {
        return Fault::new(
            if *trap == Trap::Interrupt { FaultCode::Cpu } else { FaultCode::Trap },
            trap.to_string(),
        );
    }
    let cause = error.root_cause().to_string();
    // The engine's error for spent hostcall fuel has no public type.
    let code =
        if cause.contains("hostcalls has been exhausted") { FaultCode::Budget } else { FaultCode::Output };
    Fault::new(code, cause)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_calls_log_only_so_much() {
        let limits = Limits::DEFAULT;
        let mut meter = Meter::new(Arc::new(limits.clone()));
        assert_eq!(meter.log_bytes(5_000), limits.log_line_bytes);
        let rest: usize = (0..100).map(|_| meter.log_bytes(5_000)).sum();
        assert_eq!(limits.log_line_bytes + rest, limits.log_call_bytes);
    }
}
