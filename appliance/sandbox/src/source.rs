//! Where plugins come from.
//!
//! It says which version of a plugin is active and gives out bundles that somebody vouches for. It loads and compiles
//! nothing.

use std::{collections::BTreeMap, fs, path::Path};

use jiff::{SignedDuration, Timestamp};
use kuvert_bundle::{Bundle, Digest, Registry, RegistryError};

use crate::{Fault, FaultCode};

/// How long a version that was activated is watched.
const PROBATION: SignedDuration = SignedDuration::from_mins(15);

/// Where plugins come from.
#[derive(Debug)]
pub enum Source {
    /// These bundles: of each plugin the newest. Nobody is asked who signed them. For tests and for authors' tools; no
    /// configuration leads here.
    Given(Vec<Bundle>),
    /// What is installed on this appliance.
    Installed(Registry),
}

impl Source {
    /// The bundles that lie in a folder. One that is none is passed over, and the log says why.
    #[must_use]
    pub fn folder(folder: &Path) -> Self {
        let mut bundles = Vec::new();
        for file in fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = file.path();
            if path.extension().is_none_or(|end| end != "kplug") {
                continue;
            }
            let read = fs::read(&path).map_err(|error| error.to_string());
            match read.and_then(|bytes| Bundle::open(&bytes).map_err(|error| error.to_string())) {
                Ok(bundle) => bundles.push(bundle),
                Err(error) => tracing::error!(bundle.file = %path.display(), error, "not a bundle"),
            }
        }
        Self::Given(bundles)
    }

    /// The version that new logins begin with.
    pub(crate) fn active(&self, plugin: &str) -> Result<Digest, Fault> {
        match self {
            Self::Given(bundles) => {
                let mine = bundles.iter().filter(|bundle| bundle.manifest().id == plugin);
                let newest = mine.max_by(|one, other| one.manifest().version.cmp(&other.manifest().version));
                newest.map(Bundle::digest).ok_or_else(|| missing(plugin))
            }
            Self::Installed(registry) => Ok(registry.active(plugin)?),
        }
    }

    /// The bundle of this version, which somebody vouches for.
    pub(crate) fn bundle(&self, plugin: &str, digest: Digest) -> Result<Bundle, Fault> {
        match self {
            Self::Given(bundles) => {
                let found = bundles.iter().find(|bundle| bundle.digest() == digest);
                found.cloned().ok_or_else(|| missing(plugin))
            }
            Self::Installed(registry) => Ok(registry.bundle(plugin, digest)?),
        }
    }

    /// Installs a plugin that a binding names and that nobody has installed yet, from what came with the appliance.
    pub(crate) fn ensure(&self, plugin: &str) -> Result<(), Fault> {
        match self {
            Self::Given(_) => Ok(()),
            Self::Installed(registry) => Ok(registry.ensure(plugin)?),
        }
    }

    /// Something that differs whenever what is installed, or who is trusted, has changed.
    pub(crate) fn stamp(&self) -> String {
        match self {
            Self::Given(_) => String::new(),
            Self::Installed(registry) => registry.stamp(),
        }
    }

    /// The trust profiles that were added to the built-in ones and that somebody vouches for. A registry that cannot be read
    /// takes the methods away that need one, and no other.
    pub(crate) fn profiles(&self) -> BTreeMap<String, String> {
        let Self::Installed(registry) = self else { return BTreeMap::new() };
        registry.profiles().unwrap_or_else(|error| {
            tracing::error!(%error, "no trust profile of the municipalities' own counts");
            BTreeMap::new()
        })
    }

    /// The version before the active one, while the active one is new.
    pub(crate) fn before(&self, plugin: &str, now: Timestamp) -> Option<Digest> {
        let Self::Installed(registry) = self else { return None };
        let table = registry.table().ok()?;
        let entry = table.plugin(plugin)?;
        let new = now.duration_since(entry.since) < PROBATION;
        entry.previous.first().copied().filter(|_| new)
    }

    /// Stops a version until an administrator activates it anew.
    pub(crate) fn quarantine(&self, plugin: &str, digest: &Digest, reason: &str) -> Result<(), Fault> {
        match self {
            Self::Given(_) => Ok(()),
            Self::Installed(registry) => Ok(registry.quarantine(plugin, digest, reason)?),
        }
    }
}

fn missing(plugin: &str) -> Fault {
    Fault::new(FaultCode::Config, format!("{plugin} is not installed"))
}

impl From<RegistryError> for Fault {
    fn from(error: RegistryError) -> Self {
        match error {
            RegistryError::Bundle(error) => error.into(),
            RegistryError::Signature(error) => error.into(),
            RegistryError::Keys(_) => Self::new(FaultCode::Signature, error.to_string()),
            RegistryError::Trial(error) => {
                let code = FaultCode::of_trial(&error.code).unwrap_or(FaultCode::Compile);
                Self::new(code, error.detail)
            }
            RegistryError::Unknown(plugin) => missing(&plugin),
            RegistryError::NoneActive(_) => Self::new(FaultCode::Config, error.to_string()),
            RegistryError::Quarantined { .. } => Self::new(FaultCode::Claim, error.to_string()),
            other => Self::new(FaultCode::Bundle, other.to_string()),
        }
    }
}
