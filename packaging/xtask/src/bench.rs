//! `cargo xtask bench`: builds the benchmark in its own crate and runs it.
//!
//! The measuring itself lives in `tests/bench`; this file only prepares. Optimised like a release, because
//! figures of anything else mislead.

use crate::workspace::{self, Workspace};
use crate::{assets, plugins};

/// Passed on to `kuvert-bench` as they are.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Options of `kuvert-bench`; `--help` lists them
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    bench: Vec<String>,
}

/// Prepares and measures.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> anyhow::Result<()> {
    assets::fetch(workspace)?;
    plugins::build(workspace)?;
    workspace::run(&mut workspace.cargo(["build", "--release", "--package", "kuvert-bench"]))?;
    let mut bench = std::process::Command::new(workspace.target.join("release/kuvert-bench"));
    let status = bench.current_dir(&workspace.root).args(&options.bench).status()?;
    anyhow::ensure!(status.success(), "the benchmark ended with {status}");
    Ok(())
}
