//! The programs that a fresh Debian machine lacks: says what is missing and why, installs it when it may.
//!
//! As root it calls apt-get; anyone else gets the exact line to type. It deliberately touches neither
//! rustup nor anything outside the distribution's own packages.

use std::path::Path;
use std::process::Command;

use anyhow::bail;

use crate::workspace::{self, Workspace};

/// What a task cannot do without.
#[derive(Clone, Copy)]
pub(crate) struct Need {
    /// Files that exist once it is there: a program's name on `PATH`, or an absolute path.
    proofs: &'static [&'static str],
    /// Debian packages that bring it.
    packages: &'static [&'static str],
    why: &'static str,
}

/// Node and npm: fetch the design system, run the browser journeys. Debian 12's own node is too old, which
/// [`npm_ci`] says.
pub(crate) const NODE: Need = Need {
    proofs: &["node", "npm"],
    packages: &["nodejs", "npm"],
    why: "the design system comes from npm, and the browser journeys run on node",
};

/// A browser for the journeys, with letters for its screenshots.
pub(crate) const BROWSER: Need = Need {
    proofs: &["/usr/bin/chromium", "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"],
    packages: &["chromium", "fonts-dejavu-core"],
    why: "the journeys are walked in Chromium",
};

/// Debian's compiler for WebAssembly, for machines whose rustup cannot add the target.
pub(crate) const WASM_RUST: Need = Need {
    proofs: &["/usr/share/doc/rustc-web", "/usr/share/doc/rust-web-src", "/usr/share/doc/cargo-web"],
    packages: &["rustc-web", "rust-web-src", "cargo-web"],
    why: "plugins are compiled to WebAssembly",
};

/// The system's own Python, which [`PYTHON`] proves.
pub(crate) const PYTHON_PROGRAM: &str = "/usr/bin/python3";

/// Python with its way to install packages into a folder of their own.
pub(crate) const PYTHON: Need = Need {
    proofs: &[PYTHON_PROGRAM, "/usr/share/doc/python3-venv"],
    packages: &["python3", "python3-venv"],
    why: "some of the servers and clients that tests meet are written in Python",
};

/// Makes sure that each need is met.
pub(crate) fn ensure(needs: &[Need]) -> anyhow::Result<()> {
    let missing: Vec<&Need> =
        needs.iter().filter(|need| !need.proofs.iter().all(|proof| found(proof))).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let packages: Vec<&str> = missing.iter().flat_map(|need| need.packages).copied().collect();
    for need in &missing {
        eprintln!("xtask: missing {}: {}", need.packages.join(", "), need.why);
    }
    let line = format!("apt-get install --yes --no-install-recommends {}", packages.join(" "));
    if !is_root() || !found("apt-get") {
        bail!("please run:  sudo {line}\n(or your system's packages of the same programs), then try again");
    }
    let mut apt = Command::new("apt-get");
    workspace::run(apt.args(["update"]))?;
    let mut apt = Command::new("apt-get");
    apt.env("DEBIAN_FRONTEND", "noninteractive").args(["install", "--yes", "--no-install-recommends"]);
    workspace::run(apt.args(packages))
}

/// Installs exactly what a lock file names, unless that was done already.
pub(crate) fn npm_ci(workspace: &Workspace, folder: &str) -> anyhow::Result<()> {
    ensure(&[NODE])?;
    require_node_20()?;
    let place = workspace.root.join(folder);
    let written = |path: &str| place.join(path).metadata().and_then(|data| data.modified());
    let installed = written("node_modules/.package-lock.json");
    let locked = written("package-lock.json")?;
    if installed.is_ok_and(|installed| installed >= locked) {
        return Ok(());
    }
    let mut npm = workspace.command("npm", folder);
    workspace::run(npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]))
}

fn require_node_20() -> anyhow::Result<()> {
    let output = Command::new("node").arg("--version").output()?;
    let version = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    let major = version.trim_start_matches('v').split('.').next().and_then(|major| major.parse::<u32>().ok());
    if major.is_none_or(|major| major < 20) {
        bail!("node 20 or newer is needed, this is {version}; see https://nodejs.org/en/download");
    }
    Ok(())
}

fn found(proof: &str) -> bool {
    if proof.starts_with('/') {
        return Path::new(proof).exists();
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(proof).is_file())
}

fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt as _;
    Path::new("/proc/self").metadata().is_ok_and(|owner| owner.uid() == 0)
}
