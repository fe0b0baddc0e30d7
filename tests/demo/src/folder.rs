//! The folder of a demo: data, keys, the certificates of the simulators, and the appliance's configuration.
//!
//! The root key outlives a restart; everything that names a port is written anew each time.

use std::fs;
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use anyhow::Context;
use kuvert::boot::SystemEntropy;
use kuvert::config::{self, Config};
use tempfile::TempDir;

/// A folder that only its owner can look into.
pub(crate) struct Folder {
    path: PathBuf,
    _removed_at_the_end: Option<TempDir>,
}

impl Folder {
    /// The folder that was asked for, or a new one that is removed at the end.
    pub(crate) fn open(asked: Option<&Path>) -> anyhow::Result<Self> {
        let Some(path) = asked else {
            let folder = tempfile::Builder::new().prefix("kuvert-demo-").tempdir()?;
            return Ok(Self { path: folder.path().to_owned(), _removed_at_the_end: Some(folder) });
        };
        fs::DirBuilder::new().recursive(true).mode(0o700).create(path)?;
        let path = path.canonicalize().with_context(|| format!("{}", path.display()))?;
        Ok(Self { path, _removed_at_the_end: None })
    }

    /// The path of a file in it.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Writes a file that only its owner can read.
    pub(crate) fn write(&self, name: &str, content: &str) -> anyhow::Result<()> {
        let mut options = fs::OpenOptions::new();
        let mut file = options.write(true).create(true).truncate(true).mode(0o600).open(self.file(name))?;
        Ok(file.write_all(content.as_bytes())?)
    }

    /// Makes the root key, unless there is one.
    pub(crate) fn keep_root_key(&self, name: &str) -> anyhow::Result<()> {
        let mut options = fs::OpenOptions::new();
        match options.write(true).create_new(true).mode(0o600).open(self.file(name)) {
            Ok(mut file) => Ok(file.write_all(config::new_root_key(&SystemEntropy).as_bytes())?),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Writes the configuration, each `@MARK@` replaced and `more` municipalities at its end, and reads it back as the
    /// appliance would.
    pub(crate) fn configure(&self, marks: &[(&str, String)], more: &str) -> anyhow::Result<Config> {
        let own = marks
            .iter()
            .fold(include_str!("../towns.toml").to_owned(), |text, (mark, value)| text.replace(mark, value));
        let text = format!("{own}\n{more}");
        self.write("kuvert.toml", &text)?;
        Ok(Config::parse(&text, &self.path)?)
    }
}
