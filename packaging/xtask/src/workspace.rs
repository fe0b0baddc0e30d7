//! Where this clone lies, where it builds, and how a command is run in it.
//!
//! It deliberately knows no command by name.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, bail};

/// This clone and its build folder.
pub(crate) struct Workspace {
    /// The folder with the root `Cargo.toml`.
    pub(crate) root: PathBuf,
    /// Cargo's target folder: `CARGO_TARGET_DIR`, else one that all clones of this user share, so that the
    /// dependencies are compiled once.
    pub(crate) target: PathBuf,
}

impl Workspace {
    /// Finds the clone from the place of this crate, and the build folder from the environment.
    pub(crate) fn find() -> anyhow::Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .ancestors()
            .nth(2)
            .context("xtask lies two folders below the root")?
            .to_path_buf();
        let target = match std::env::var_os("CARGO_TARGET_DIR") {
            Some(folder) => std::path::absolute(folder)?,
            None => cache_home()?.join("kuvert/target"),
        };
        Ok(Self { root, target })
    }

    /// Where the programs of the one build profile land.
    pub(crate) fn programs(&self) -> PathBuf {
        self.target.join("debug")
    }

    /// Where built plugins land, one bundle each, with the list of keys that trusts them; demo and tests look for it beside [`Self::programs`].
    pub(crate) fn plugins(&self) -> PathBuf {
        self.target.join("plugins")
    }

    /// Where the Python programs that tests meet are installed; tests look for it beside [`Self::programs`].
    pub(crate) fn peers(&self) -> PathBuf {
        self.target.join("peers")
    }

    /// A cargo command in the root of the clone.
    pub(crate) fn cargo<'a>(&self, arguments: impl IntoIterator<Item = &'a str>) -> Command {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = Command::new(cargo);
        command.current_dir(&self.root).env("CARGO_TARGET_DIR", &self.target).args(arguments);
        command
    }

    /// A command in a folder of the clone.
    pub(crate) fn command(&self, program: &str, folder: &str) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.root.join(folder));
        command
    }
}

/// Says what is run, runs it and fails when it fails. What it prints goes to standard error: standard
/// output belongs to the answer of the task, such as the demo's one JSON line.
pub(crate) fn run(command: &mut Command) -> anyhow::Result<()> {
    let line = written(command);
    eprintln!("xtask: {line}");
    let status = command
        .stdin(Stdio::null())
        .stdout(std::io::stderr())
        .status()
        .with_context(|| format!("cannot start `{line}`"))?;
    if !status.success() {
        bail!("`{line}` ended with {status}");
    }
    Ok(())
}

/// The command as one would type it.
pub(crate) fn written(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let name = program.file_name().unwrap_or(program.as_os_str()).to_string_lossy().into_owned();
    command.get_args().fold(name, |line, argument| format!("{line} {}", argument.to_string_lossy()))
}

fn cache_home() -> anyhow::Result<PathBuf> {
    if let Some(folder) = std::env::var_os("XDG_CACHE_HOME").filter(|folder| !folder.is_empty()) {
        return Ok(PathBuf::from(folder));
    }
    let home = std::env::var_os("HOME").context("neither XDG_CACHE_HOME nor HOME is set")?;
    Ok(Path::new(&home).join(".cache"))
}
