//! The plugins that are installed on an appliance: a folder with bundles and one table that says which of them count.
//!
//! ```text
//! table.toml                              what is installed, what is active, what was done
//! bundles/<id>-<version>-<digest>.kplug   the bundles that the table names
//! lock                                    held by whoever changes the table
//! ```
//!
//! The command line and the running appliance both work on it: whoever changes it holds the lock, and the table is
//! exchanged as a whole, so a reader sees the state before or after a change and never one in between. It runs nothing
//! itself; a [`Trial`] is handed in.

mod change;
mod folder;
mod profiles;
mod table;

pub use profiles::Approved;
pub use table::{Entry, Installed, Line, Table};

use std::{fmt, io, path::PathBuf, sync::Arc};

use jiff::Timestamp;
use kuvert_domain::clock::Clock;
use semver::Version;
use thiserror::Error;

use crate::{Bundle, BundleError, Digest, SignatureError, Signer, TrustError, TrustStore};

use folder::Folder;

/// What a registry is opened with.
#[derive(Clone)]
pub struct RegistrySettings {
    /// Its own folder; the first change makes it.
    pub folder: PathBuf,
    /// Where the bundles lie that came with the appliance.
    pub shipped: PathBuf,
    /// The list of trusted keys. Without the file nobody is trusted.
    pub keys_file: PathBuf,
    /// The folder of the municipalities' own trust profiles; there may be none.
    pub profiles: PathBuf,
    /// The file whose presence marks the data as test data.
    pub test_mark: PathBuf,
    /// Tries a bundle out before it is installed.
    pub trial: Arc<dyn Trial>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Told before each step between which a crash could fall: tests end the process there.
    pub before_step: fn(&'static str),
}

/// Compiles and starts a bundle where it can do no harm.
pub trait Trial: Send + Sync {
    /// Whether it may be installed.
    fn run(&self, packed: &[u8]) -> Result<(), TrialError>;
}

/// A trial that a bundle did not pass.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{code}: {detail}")]
pub struct TrialError {
    /// The fault's code, for example `P-COMPILE`.
    pub code: String,
    /// What happened, for an administrator.
    pub detail: String,
}

/// Why a change of the registry, or a look into it, came to nothing.
#[derive(Debug, Error)]
pub enum RegistryError {
    /// A file or folder of the registry.
    #[error("{path}: {source}")]
    File {
        /// Which one.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The table is not one that this appliance wrote.
    #[error("the table of plugins cannot be read: {0}")]
    Table(String),
    /// The list of trusted keys.
    #[error("the list of trusted keys: {0}")]
    Keys(TrustError),
    /// The file is no bundle.
    #[error(transparent)]
    Bundle(#[from] BundleError),
    /// Nobody vouches for it.
    #[error(transparent)]
    Signature(#[from] SignatureError),
    /// It did not pass its trial.
    #[error(transparent)]
    Trial(#[from] TrialError),
    /// An older version than one that was here, or the same version with another content.
    #[error(
        "version {highest} of {plugin} has been here: only a newer one, or the very same file, is installed after it"
    )]
    Downgrade {
        /// The plugin.
        plugin: String,
        /// The highest version ever installed.
        highest: Version,
    },
    /// No such plugin or version.
    #[error("{0} is not installed")]
    Unknown(String),
    /// It is installed, and waits for an administrator to activate it.
    #[error("no version of {0} is in use")]
    NoneActive(String),
    /// There is no earlier version.
    #[error("there is no earlier version of {0} to go back to")]
    NothingBefore(String),
    /// The version in use cannot be removed.
    #[error("this version of {0} is in use; activate another one first")]
    InUse(String),
    /// It was stopped, and an administrator must activate it anew.
    #[error("{plugin} is in quarantine: {reason}")]
    Quarantined {
        /// The plugin.
        plugin: String,
        /// Why.
        reason: String,
    },
    /// The same administrator cannot approve twice, nor can one without a name.
    #[error("a second approval comes from another administrator")]
    SameApprover,
}

/// The registry of one appliance. Cheap to clone.
#[derive(Clone)]
pub struct Registry {
    settings: RegistrySettings,
    folder: Folder,
}

impl Registry {
    /// Opens it. Makes nothing, and changes nothing.
    pub fn open(settings: RegistrySettings) -> Result<Self, RegistryError> {
        let folder = Folder::open(settings.folder.clone(), settings.before_step)?;
        Ok(Self { settings, folder })
    }

    /// The table as it is now.
    pub fn table(&self) -> Result<Table, RegistryError> {
        self.folder.read()
    }

    /// The version that new logins begin with.
    pub fn active(&self, plugin: &str) -> Result<Digest, RegistryError> {
        let table = self.table()?;
        let entry = table.plugin(plugin).ok_or_else(|| RegistryError::Unknown(plugin.to_owned()))?;
        entry.active.ok_or_else(|| RegistryError::NoneActive(plugin.to_owned()))
    }

    /// An installed bundle, or one that was taken away while people signed in with it. Security: unpacked and judged anew each time, so a changed file, a revoked key or bundle, and
    /// one in quarantine do not come through. A key that has only run out since still vouches for what it signed before.
    pub fn bundle(&self, plugin: &str, digest: Digest) -> Result<Bundle, RegistryError> {
        let table = self.table()?;
        let unknown = || RegistryError::Unknown(format!("{plugin} {}", digest.short()));
        let entry = table.plugin(plugin).ok_or_else(unknown)?;
        let installed = entry.serving(&digest, self.now()).ok_or_else(unknown)?;
        if let Some(reason) = &installed.quarantined {
            let (plugin, reason) = (plugin.to_owned(), reason.clone());
            return Err(RegistryError::Quarantined { plugin, reason });
        }
        self.vouched(plugin, installed)
    }

    /// An installed version as an administrator looks at it before activating it: whole and vouched for, perhaps in
    /// quarantine.
    pub fn candidate(&self, plugin: &str, version: &Version) -> Result<Bundle, RegistryError> {
        let table = self.table()?;
        let installed = table.plugin(plugin).and_then(|entry| entry.numbered(version));
        let unknown = || RegistryError::Unknown(format!("{plugin} {version}"));
        self.vouched(plugin, installed.ok_or_else(unknown)?)
    }

    /// The bundles that came with the appliance: what could be installed. A file that is none comes as an error that
    /// names it.
    #[must_use]
    pub fn shipped(&self) -> Vec<Result<Bundle, RegistryError>> {
        let open = |(path, packed): (PathBuf, Result<Vec<u8>, RegistryError>)| {
            Bundle::open(&packed?)
                .map_err(|error| RegistryError::File { path, source: io::Error::other(error) })
        };
        folder::shipped(&self.settings.shipped).into_iter().map(open).collect()
    }

    /// Who vouches for a bundle at a time.
    pub fn judge(&self, bundle: &Bundle, at: Timestamp) -> Result<Signer, RegistryError> {
        Ok(self.keys()?.judge(bundle, at, self.is_test_data())?)
    }

    /// Whether the data folder is marked as test.
    #[must_use]
    pub fn is_test_data(&self) -> bool {
        self.settings.test_mark.is_file()
    }

    /// Something that differs whenever table, keys, mark or trust profiles have changed.
    #[must_use]
    pub fn stamp(&self) -> String {
        let RegistrySettings { keys_file, test_mark, profiles, .. } = &self.settings;
        let files = [&self.folder.table(), keys_file, test_mark].map(|path| folder::stamp(path));
        [files.join(" "), folder::stamp_of_all(profiles)].join(" ")
    }

    /// An installed version whose file is whole and whose signer still counts.
    fn vouched(&self, plugin: &str, installed: &Installed) -> Result<Bundle, RegistryError> {
        let bundle = Bundle::open(&self.folder.bundle(plugin, installed)?)?;
        if bundle.digest() != installed.digest {
            return Err(BundleError::Digest(installed.file_name(plugin)).into());
        }
        self.judge(&bundle, installed.at)?;
        Ok(bundle)
    }

    fn keys(&self) -> Result<TrustStore, RegistryError> {
        let path = &self.settings.keys_file;
        match std::fs::read_to_string(path) {
            Ok(text) => TrustStore::parse(&text).map_err(RegistryError::Keys),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(TrustStore::default()),
            Err(source) => Err(RegistryError::File { path: path.clone(), source }),
        }
    }

    fn now(&self) -> Timestamp {
        self.settings.clock.now()
    }
}

impl fmt::Debug for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Registry").field("folder", &self.settings.folder).finish_non_exhaustive()
    }
}
