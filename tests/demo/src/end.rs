//! When the demo ends: Ctrl-C, SIGTERM, or its starter hangs up.
//!
//! Standard input counts only when it is a pipe or a socket: a terminal is closed by its user, and `/dev/null` is
//! always at its end.

use std::fs;
use std::future::Future;
use std::os::unix::fs::FileTypeExt;

use tokio::io::AsyncReadExt;
use tokio::signal::unix::{SignalKind, signal};

/// Begins to listen now, so that nothing is missed, and completes at the first sign.
pub(crate) fn awaited() -> anyhow::Result<impl Future<Output = ()>> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            () = hung_up() => {}
        }
    })
}

async fn hung_up() {
    let starter = fs::metadata("/dev/stdin").map(|input| input.file_type());
    if !starter.is_ok_and(|kind| kind.is_fifo() || kind.is_socket()) {
        return std::future::pending().await;
    }
    let mut input = tokio::io::stdin();
    let mut ignored = [0; 256];
    while input.read(&mut ignored).await.is_ok_and(|count| count > 0) {}
}
