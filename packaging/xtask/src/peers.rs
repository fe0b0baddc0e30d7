//! Fetches the programs of `tests/peers` that others wrote: npm's by the lock file, PyPI's by digest into a folder of
//! their own.
//!
//! It starts none of them; the tests do.

use std::fs;
use std::process::Command;

use anyhow::Context as _;

use crate::tools;
use crate::workspace::{self, Workspace};

const FOLDER: &str = "tests/peers";
const LOCK: &str = "requirements.txt";

/// Brings both up to date; what is there already is left alone.
pub(crate) fn fetch(workspace: &Workspace) -> anyhow::Result<()> {
    tools::npm_ci(workspace, FOLDER)?;
    let wanted = workspace.root.join(FOLDER).join(LOCK);
    let lock = fs::read(&wanted).with_context(|| format!("cannot read {}", wanted.display()))?;
    let place = workspace.peers();
    // Written last, so that a half-filled folder is never taken for a whole one.
    let installed = place.join(LOCK);
    if fs::read(&installed).is_ok_and(|old| old == lock) {
        return Ok(());
    }
    tools::ensure(&[tools::PYTHON])?;
    let mut venv = Command::new(tools::PYTHON_PROGRAM);
    workspace::run(venv.args(["-m", "venv", "--clear"]).arg(&place))?;
    let mut pip = Command::new(place.join("bin/python"));
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile"]);
    // Wheels only: nothing of a package runs while it is installed.
    pip.args(["--only-binary", ":all:", "--require-hashes", "--requirement"]).arg(&wanted);
    workspace::run(&mut pip)?;
    fs::write(installed, lock)?;
    Ok(())
}
