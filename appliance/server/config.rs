//! Configuration in two stages: what was written, and what it means.
//!
//! Embedded defaults, then the file, then the environment are laid on top of each other (`written`); the result is
//! checked once (`meaning`), and every error names the source and the key. Nothing here is global: each room is
//! handed its own section, and nobody reads the environment later.

mod meaning;
mod method;
mod municipality;
mod secrets;
mod written;

use std::path::{Path, PathBuf};

use figment::{
    Figment,
    providers::{Env, Format, Toml},
};

pub use self::{
    meaning::{LogFormat, Schedules, SmtpSection, SmtpTls, TlsSection},
    method::{EndpointSection, MethodSection, OidcProof, OidcSection, PushedRequests},
    municipality::{MailboxSection, MunicipalitySection},
    secrets::{RootKeySource, new_root_key},
};

const DEFAULTS: &str = include_str!("config/defaults.toml");

/// Everything the appliance was told, checked.
#[derive(Debug, Clone)]
pub struct Config {
    /// Address and port to listen on.
    pub listen: std::net::SocketAddr,
    /// Port that stands in links when it differs from the one listened on (port forwarding).
    pub public_port: Option<u16>,
    /// Where figures are given out, on this machine alone; nowhere when it is not set.
    pub metrics_listen: Option<std::net::SocketAddr>,
    /// Where records, files and the key cabinet lie.
    pub data_dir: PathBuf,
    /// Where the plugin bundles lie that came with the appliance.
    pub plugins_dir: PathBuf,
    /// The list of keys that may sign plugins.
    pub plugin_keys_file: PathBuf,
    /// Where the municipalities' own trust profiles lie: `profiles` beside the configuration.
    pub profiles_dir: PathBuf,
    /// Where compiled plugins may be cached. Never backed up.
    pub cache_dir: PathBuf,
    /// Where the municipalities' own themes lie, one folder each; without it there is only the built-in one.
    pub themes_dir: Option<PathBuf>,
    /// Where the root key comes from.
    pub root_key: RootKeySource,
    /// Most connections served at once.
    pub connections: usize,
    /// How the log is written.
    pub log: LogFormat,
    /// Which log lines are written, as `tracing` directives.
    pub log_filter: String,
    /// Certificate and key of the listener.
    pub tls: TlsSection,
    /// The relay that takes notices.
    pub smtp: SmtpSection,
    /// When background work runs.
    pub schedules: Schedules,
    /// The municipalities served.
    pub municipalities: Vec<MunicipalitySection>,
}

impl Config {
    /// Reads the defaults, the file and the environment (`KUVERT_SERVER__LISTEN` is `server.listen`).
    pub fn load(file: &Path) -> Result<Self, ConfigError> {
        if !file.is_file() {
            return Err(ConfigError::Missing { file: file.to_owned() });
        }
        let figment = Figment::from(Toml::string(DEFAULTS))
            .merge(Toml::file_exact(file))
            .merge(Env::prefixed("KUVERT_").split("__"));
        let base = file.parent().unwrap_or_else(|| Path::new("."));
        Self::from_figment(&figment, base)
    }

    /// Reads the defaults and a text; relative paths count from `base`. The environment is left alone.
    pub fn parse(text: &str, base: &Path) -> Result<Self, ConfigError> {
        let figment = Figment::from(Toml::string(DEFAULTS)).merge(Toml::string(text));
        Self::from_figment(&figment, base)
    }

    fn from_figment(figment: &Figment, base: &Path) -> Result<Self, ConfigError> {
        let written = figment.extract().map_err(|error| ConfigError::from_figment(&error))?;
        meaning::check(written, &Source { figment, base })
    }
}

/// Why a configuration was refused. Every variant says where to look.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// There is no such file.
    #[error("{}: no such configuration file", file.display())]
    Missing {
        /// The file asked for.
        file: PathBuf,
    },
    /// A key is missing, unknown, or holds something that makes no sense.
    #[error("{source_name}: {key}: {why}")]
    Key {
        /// The file or the environment.
        source_name: String,
        /// Dotted path of the key.
        key: String,
        /// What is wrong, and what would be right.
        why: String,
    },
}

impl ConfigError {
    fn from_figment(error: &figment::Error) -> Self {
        let source_name = error.metadata.as_ref().map_or_else(|| "configuration".to_owned(), name_of);
        let key = if error.path.is_empty() { "(top level)".to_owned() } else { error.path.join(".") };
        Self::Key { source_name, key, why: error.kind.to_string() }
    }
}

/// Where values came from: names the source of a key and resolves relative paths.
struct Source<'a> {
    figment: &'a Figment,
    base: &'a Path,
}

impl Source<'_> {
    fn fault(&self, key: impl Into<String>, why: impl std::fmt::Display) -> ConfigError {
        let key = key.into();
        let section = key.split(['[', '.']).next().unwrap_or_default();
        let found = self.figment.find_metadata(&key).or_else(|| self.figment.find_metadata(section));
        let source_name = found.map_or_else(|| "configuration".to_owned(), name_of);
        ConfigError::Key { source_name, key, why: why.to_string() }
    }

    fn path(&self, written: &str) -> PathBuf {
        self.base.join(written)
    }
}

fn name_of(metadata: &figment::Metadata) -> String {
    match metadata.source.as_ref().and_then(figment::Source::file_path) {
        Some(path) => path.display().to_string(),
        None if metadata.name.contains("environment") => "environment".to_owned(),
        None => "configuration".to_owned(),
    }
}

#[cfg(test)]
mod tests;
