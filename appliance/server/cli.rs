//! The command line: `serve`, `check`, `key new`, `plugin …`, `fault`.
//!
//! It reads arguments, starts the log and hands everything else to the rooms. There is no command that shows a person's
//! data.

mod check;
mod fault;
mod owner;
mod plain;
mod plugin;
mod probe;
mod secrecy;

use std::{
    io::Write as _,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use anyhow::Context as _;
use clap::{Parser, Subcommand};
use kuvert_service::{
    ClockJumps, Engine, PluginPlan,
    sandbox::{AddressPolicy, ChildTrial, compile_trial},
};
use tokio::signal::unix::{SignalKind, signal};

use crate::{
    boot::{self, Background, BootSettings, SystemClock, SystemEntropy},
    config::{Config, new_root_key},
    telemetry,
};

/// A secure message portal that a municipality runs itself.
#[derive(Debug, Parser)]
#[command(name = "kuvert", version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the appliance until it is told to stop (SIGTERM or Ctrl-C). SIGHUP makes it look at plugins, their keys, trust
    /// profiles and certificates at once, and say in the log what it found.
    Serve {
        #[command(flatten)]
        place: Place,
        /// Say that the machine's clock is right after it has jumped: the purge, which waits for this, goes on.
        #[arg(long)]
        clock_confirmed: bool,
    },
    /// Read the configuration, say what it means or what is wrong with it, and change nothing.
    Check {
        #[command(flatten)]
        place: Place,
    },
    /// Try a bundle out, under limits: what the appliance starts as a child when a plugin is installed.
    #[command(hide = true)]
    CompileTrial,
    /// Say what a fault code of a plugin means, and what to do next.
    Fault(fault::Question),
    /// The ways to sign in: what is installed, taking a new version in, going back.
    Plugin {
        #[command(subcommand)]
        command: plugin::PluginCommand,
    },
    /// The root key, from which all other keys hang.
    Key {
        #[command(subcommand)]
        command: KeyCommand,
    },
}

#[derive(Debug, Subcommand)]
enum KeyCommand {
    /// Make a fresh root key. Keep a copy on paper in a safe: without it nothing stored can ever be read again.
    New {
        /// Where to put it (0600, never overwritten); on standard output when left out.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
}

#[derive(Debug, clap::Args)]
struct Place {
    /// The configuration file.
    #[arg(long, value_name = "FILE", default_value = "/etc/kuvert/kuvert.toml")]
    config: PathBuf,
}

/// Does what the command line says.
#[must_use]
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    if let Err(error) = secrecy::leave_no_image() {
        say(&mut std::io::stderr(), &format!("kuvert: {error:#}"));
        return ExitCode::FAILURE;
    }
    let done = match arguments.command {
        Command::Serve { place, clock_confirmed } => serve(&place.config, clock_confirmed),
        Command::Check { place } => check::run(&place.config, &mut std::io::stdout()),
        Command::CompileTrial => return compile_trial(),
        Command::Fault(question) => fault::explain(&question),
        Command::Plugin { command } => plugin::run(command, &mut std::io::stdout()),
        Command::Key { command: KeyCommand::New { out } } => new_key(out.as_deref()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&mut std::io::stderr(), &plain::plain(&format!("kuvert: {error:#}")));
            ExitCode::FAILURE
        }
    }
}

fn serve(file: &Path, clock_confirmed: bool) -> anyhow::Result<()> {
    let config = Config::load(file)?;
    telemetry::start(config.log, &config.log_filter)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().context("no runtime")?;
    runtime.block_on(async {
        let mut terminate = signal(SignalKind::terminate()).context("cannot listen for SIGTERM")?;
        let mut reload = signal(SignalKind::hangup()).context("cannot listen for SIGHUP")?;
        let running = boot::start(BootSettings {
            config,
            clock: Arc::new(SystemClock),
            entropy: Arc::new(SystemEntropy),
            addresses: AddressPolicy::PublicOnly,
            trial: Arc::new(trial()),
            clock_jumps: ClockJumps::Hold,
            listener: None,
            engine: Engine::File,
            background: Background::Scheduled,
        })
        .await?;
        if clock_confirmed {
            running.service().tasks().confirm_clock().await.context("the clock cannot be confirmed")?;
            tracing::info!("the clock is confirmed");
        }
        loop {
            tokio::select! {
                _ = terminate.recv() => break,
                interrupted = tokio::signal::ctrl_c() => break interrupted.context("cannot listen for Ctrl-C")?,
                _ = reload.recv() => running.tasks().look_at_plugins_anew().await,
            }
        }
        tracing::info!("stopping");
        running.stop().await;
        Ok(())
    })
}

/// A child of this very program tries plugins out.
fn trial() -> ChildTrial {
    ChildTrial::new("/proc/self/exe", &["compile-trial"])
}

/// Where plugins come from, for the commands that need no running appliance.
fn plugin_plan(config: &Config) -> PluginPlan {
    boot::plans::plugins(config, Arc::new(trial()))
}

fn new_key(out: Option<&Path>) -> anyhow::Result<()> {
    let key = new_root_key(&SystemEntropy);
    let Some(file) = out else {
        say(&mut std::io::stdout(), key.trim_end());
        return Ok(());
    };
    let mut opened = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(file)
        .with_context(|| file.display().to_string())?;
    opened
        .write_all(key.as_bytes())
        .and_then(|()| opened.sync_all())
        .with_context(|| file.display().to_string())
}

/// A line for whoever typed the command. Where nobody listens any more, there is nothing to be done about it.
fn say(to: &mut dyn std::io::Write, line: &str) {
    drop(writeln!(to, "{line}"));
}
