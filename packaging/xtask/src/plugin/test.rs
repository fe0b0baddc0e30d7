//! `plugin test`: builds a plugin and plays its cassettes in the real sandbox.
//!
//! The runner is a program of its own, because the sandbox is large and this one shall start at once. Where one is built
//! already, as in the project's own tests, `KUVERT_PLUGIN_RUNNER` names it.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, bail};

use super::build;
use crate::workspace::{self, Workspace};

const RUNNER: &str = "kuvert-plugin-runner";

pub(super) fn run(workspace: &Workspace, folder: &Path) -> anyhow::Result<()> {
    let bundle = build::run(workspace, folder)?;
    let runner = match std::env::var_os("KUVERT_PLUGIN_RUNNER") {
        Some(built) => built.into(),
        None => runner(workspace)?,
    };
    let status = Command::new(&runner)
        .arg(bundle)
        .arg(folder)
        .status()
        .with_context(|| format!("cannot start {}", runner.display()))?;
    if !status.success() {
        bail!("not every cassette went as written");
    }
    Ok(())
}

/// Builds the runner. The demo is named too, because then the large libraries are those that the demo has built.
fn runner(workspace: &Workspace) -> anyhow::Result<PathBuf> {
    let packages = ["--package", "kuvert", "--package", "kuvert-demo", "--package", RUNNER];
    workspace::run(workspace.cargo(["build", "--locked"]).args(packages))?;
    Ok(workspace.programs().join(RUNNER))
}
