//! The appliance in a process of its own, so that its start and its memory can be seen from outside.
//!
//! It is this same program, started again with `--be`.

use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use anyhow::{Context as _, ensure};
use kuvert::boot::{self, SystemClock};
use kuvert_service::Engine;

use crate::world;

/// A started appliance; killed when it is dropped.
pub(crate) struct Appliance {
    process: Child,
}

impl Appliance {
    /// Starts it and waits until it listens.
    pub(crate) fn start(folder: &Path, port: u16) -> anyhow::Result<Self> {
        let mut process = Command::new(std::env::current_exe()?)
            .arg("--be")
            .arg(folder)
            .arg(port.to_string())
            .stdout(Stdio::piped())
            .spawn()?;
        let output = process.stdout.take().context("its output was asked for")?;
        let first = BufReader::new(output).lines().next();
        ensure!(first.is_some_and(|line| line.is_ok()), "the appliance did not start");
        Ok(Self { process })
    }

    /// Resident memory in MB.
    pub(crate) fn memory(&self) -> anyhow::Result<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("VmRSS")?;
        let kilobytes: f64 = line.trim().trim_end_matches(" kB").parse()?;
        Ok(kilobytes / 1_024.0)
    }
}

impl Drop for Appliance {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// Is the appliance until it is killed.
pub(crate) async fn be(folder: &Path, port: u16) -> anyhow::Result<()> {
    let listener = TcpListener::bind(("127.0.0.1", port))?;
    let settings = world::boot_settings(folder, Arc::new(SystemClock), listener, Engine::File);
    let _running = boot::start(settings).await?;
    println!("listening");
    std::future::pending().await
}
