//! When the demo ends: Ctrl-C or SIGTERM.
//!
//! Standard input says nothing about it: a demo in the background has none.

use std::future::Future;

use tokio::signal::unix::{SignalKind, signal};

/// Begins to listen now, so that nothing is missed, and completes at the first sign.
pub(crate) fn awaited() -> anyhow::Result<impl Future<Output = ()>> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}
