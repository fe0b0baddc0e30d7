//! `cargo xtask demo`: builds everything and becomes `kuvert-demo`.
//!
//! The demo owns what it starts and ends it; this file only prepares and steps aside.

use std::os::unix::process::CommandExt as _;
use std::process::Command;

use anyhow::Context as _;

use crate::workspace::{self, Workspace};
use crate::{assets, plugins};

/// Passed on to `kuvert-demo` as they are.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Options of `kuvert-demo`: `--json`, `--port N` (0 = any), `--data DIR`; `-- --help` lists them
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    demo: Vec<String>,
}

/// Fetches and builds what the programs need, then the programs: `what` says which, in cargo's words.
pub(crate) fn prepare(workspace: &Workspace, what: &[&str]) -> anyhow::Result<()> {
    assets::fetch(workspace)?;
    plugins::build(workspace)?;
    workspace::run(&mut workspace.cargo(["build", "--locked"].iter().chain(what).copied()))
}

/// Prepares, then hands this process over to the demo, so that Ctrl-C and the exit code are the demo's own.
pub(crate) fn start(workspace: &Workspace, options: &Options) -> anyhow::Result<()> {
    prepare(workspace, &["--package", "kuvert", "--package", "kuvert-demo"])?;
    let program = workspace.programs().join("kuvert-demo");
    let failure = Command::new(&program).current_dir(&workspace.root).args(&options.demo).exec();
    Err(failure).with_context(|| format!("cannot start {}", program.display()))
}
