//! Secrets that live in files of their own: the root key, passwords, client keys.
//!
//! A secret is never written into the configuration itself. It is named by a path, or by `credential:NAME` for a
//! systemd credential. Text of these files is never logged, not even in an error.

use std::{
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use data_encoding::HEXLOWER_PERMISSIVE;
use kuvert_domain::{clock::Entropy, secret::Secret};

use super::{ConfigError, Source};

const CREDENTIAL: &str = "credential:";
const ROOT_KEY_BYTES: usize = 32;

/// Where the root key comes from. It is looked up and read at start, not before.
#[derive(Debug, Clone)]
pub struct RootKeySource {
    written: String,
    base: PathBuf,
}

impl RootKeySource {
    pub(super) fn new(written: String, source: &Source<'_>) -> Self {
        Self { written, base: source.base.to_owned() }
    }

    /// Reads the key: 64 hexadecimal digits, in a file that only its owner may read.
    pub fn read(&self) -> Result<Secret<[u8; ROOT_KEY_BYTES]>, ConfigError> {
        let file = locate(&self.written, &self.base).map_err(|why| self.fault(why))?;
        if !self.written.starts_with(CREDENTIAL) {
            refuse_shared(&file).map_err(|why| self.fault(why))?;
        }
        let text = Secret::new(std::fs::read_to_string(&file).map_err(|error| self.fault(error))?);
        let bytes = HEXLOWER_PERMISSIVE
            .decode(text.expose().trim().as_bytes())
            .map_err(|_| self.fault("is not 64 hexadecimal digits; make one with `kuvert key new`"))?;
        let bytes = Secret::new(bytes);
        <[u8; ROOT_KEY_BYTES]>::try_from(bytes.expose().as_slice())
            .map(Secret::new)
            .map_err(|_| self.fault("is not 32 bytes long; make one with `kuvert key new`"))
    }

    fn fault(&self, why: impl std::fmt::Display) -> ConfigError {
        ConfigError::Key {
            source_name: self.written.clone(),
            key: "server.root_key_file".to_owned(),
            why: why.to_string(),
        }
    }
}

/// The text of a fresh root key file: 64 hexadecimal digits and a line end. Keep it 0600.
#[must_use]
pub fn new_root_key(entropy: &dyn Entropy) -> String {
    let mut key = [0; ROOT_KEY_BYTES];
    entropy.fill(&mut key);
    format!("{}\n", HEXLOWER_PERMISSIVE.encode(&key))
}

/// Reads a one-line secret (a password, a client secret) that only its owner may read, without its line end.
pub(super) fn read_line(
    written: &str,
    key: &str,
    source: &Source<'_>,
) -> Result<Secret<String>, ConfigError> {
    let text = read_private(written, key, source)?;
    let line = text.expose().trim_end_matches(['\r', '\n']).to_owned();
    if line.is_empty() {
        return Err(source.fault(key, "the file is empty"));
    }
    Ok(Secret::new(line))
}

/// Reads a private key or another secret, in a file that only its owner may read. Who can read it beside us can sign in to
/// the provider as the municipality.
pub(super) fn read_private(
    written: &str,
    key: &str,
    source: &Source<'_>,
) -> Result<Secret<String>, ConfigError> {
    if !written.starts_with(CREDENTIAL) {
        let file = source.base.join(written);
        refuse_shared(&file).map_err(|why| source.fault(key, format_args!("{}: {why}", file.display())))?;
    }
    read_text(written, key, source)
}

/// Reads a whole text file that is no secret (certificates).
pub(super) fn read_text(
    written: &str,
    key: &str,
    source: &Source<'_>,
) -> Result<Secret<String>, ConfigError> {
    let file = locate(written, source.base).map_err(|why| source.fault(key, why))?;
    std::fs::read_to_string(&file)
        .map(Secret::new)
        .map_err(|error| source.fault(key, format_args!("{}: {error}", file.display())))
}

/// Turns `credential:NAME` or a path into the file to read.
#[expect(clippy::disallowed_methods, reason = "this is the room that reads the environment")]
fn locate(written: &str, base: &Path) -> Result<PathBuf, String> {
    let Some(name) = written.strip_prefix(CREDENTIAL) else { return Ok(base.join(written)) };
    if name.is_empty() || name.contains(['/', '\\']) || name.starts_with('.') {
        return Err("a credential is named by letters, digits and dashes".to_owned());
    }
    let folder = std::env::var("CREDENTIALS_DIRECTORY")
        .map_err(|_| format!("systemd passed no credential {name:?} (CREDENTIALS_DIRECTORY is unset)"))?;
    Ok(Path::new(&folder).join(name))
}

fn refuse_shared(file: &Path) -> Result<(), String> {
    let mode = std::fs::metadata(file).map_err(|error| error.to_string())?.permissions().mode();
    let others = mode & 0o077;
    if others == 0 {
        Ok(())
    } else {
        Err(format!("others may read it (mode {:03o}); make it 0600", mode & 0o777))
    }
}
