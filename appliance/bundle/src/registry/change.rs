//! The changes: install, activate, go back, remove, quarantine.
//!
//! Each holds the lock while it reads, decides and writes. A bundle's file is on the disk before the table names it, and
//! leaves the disk after the table has forgotten it; so whenever the machine stops, the table names only what is there.

use semver::Version;

use super::{Entry, Installed, Line, Registry, RegistryError, Table, folder};
use crate::{Bundle, Digest};

/// Whoever does something on the appliance's own account.
const OURSELVES: &str = "kuvert";

impl Registry {
    /// Installs a bundle: unpacks it, asks who vouches for it, tries it out, keeps it. Nothing is active by that.
    ///
    /// Installing what is installed already changes nothing.
    pub fn install(&self, packed: &[u8], who: &str) -> Result<Bundle, RegistryError> {
        let bundle = Bundle::open(packed)?;
        let (id, version) = (bundle.manifest().id.clone(), bundle.manifest().version.clone());
        let (digest, now) = (bundle.digest(), self.now());
        self.judge(&bundle, now)?;
        self.admit(&self.table()?, &bundle)?;
        self.settings.trial.run(packed)?;
        self.folder.change(|table, folder| {
            self.admit(table, &bundle)?;
            let known = table.plugin(&id).and_then(|entry| entry.version(&digest));
            if known.is_some_and(|one| folder.holds(&id, one, packed)) {
                return Ok(false);
            }
            let installed = Installed { version: version.clone(), digest, at: now, quarantined: None };
            folder.keep(&id, &installed, packed)?;
            let entry = table.plugin.entry(id.clone()).or_insert_with(|| Entry::new(&version, now));
            entry.add(version.clone(), digest, now);
            self.note(table, "install", &id, &installed, who, "");
            Ok(true)
        })?;
        Ok(bundle)
    }

    /// Sees to it that a plugin is there: when the table has none that is active, installs and activates the newest that
    /// came with the appliance. A plugin that is active is left alone, however old.
    pub fn ensure(&self, plugin: &str) -> Result<(), RegistryError> {
        let table = self.table()?;
        let entry = table.plugin(plugin);
        if entry.is_some_and(|entry| entry.active.is_some()) {
            return Ok(());
        }
        if let Some(newest) = entry.and_then(|entry| entry.versions().first()) {
            return self.activate(plugin, &newest.version, OURSELVES);
        }
        let mut newest: Option<(Vec<u8>, Version)> = None;
        for (path, packed) in folder::shipped(&self.settings.shipped)? {
            let bundle = match Bundle::open(&packed) {
                Ok(bundle) => bundle,
                Err(error) => {
                    tracing::error!(bundle.file = %path.display(), %error, "not a bundle, and so not installed");
                    continue;
                }
            };
            let version = bundle.manifest().version.clone();
            if bundle.manifest().id == plugin && newest.as_ref().is_none_or(|(_, best)| version > *best) {
                newest = Some((packed, version));
            }
        }
        let (packed, version) = newest.ok_or_else(|| RegistryError::Unknown(plugin.to_owned()))?;
        self.install(&packed, OURSELVES)?;
        self.activate(plugin, &version, OURSELVES)
    }

    /// Lets new logins begin with this version. Ends a quarantine.
    pub fn activate(&self, plugin: &str, version: &Version, who: &str) -> Result<(), RegistryError> {
        let now = self.now();
        self.folder.change(|table, _| {
            let unknown = || RegistryError::Unknown(format!("{plugin} {version}"));
            let entry = table.plugin.get_mut(plugin).ok_or_else(unknown)?;
            let installed = entry.numbered(version).ok_or_else(unknown)?.clone();
            if entry.active == Some(installed.digest) && installed.quarantined.is_none() {
                return Ok(false);
            }
            self.still_vouched(plugin, &installed)?;
            entry.activate(installed.digest, now, false);
            self.note(table, "activate", plugin, &installed, who, "");
            Ok(true)
        })
    }

    /// Goes back to the version before the active one, in one step. The one that was active stays installed, and can be
    /// activated anew.
    pub fn roll_back(&self, plugin: &str, who: &str, note: &str) -> Result<Version, RegistryError> {
        let now = self.now();
        let mut back = None;
        self.folder.change(|table, _| {
            let unknown = || RegistryError::Unknown(plugin.to_owned());
            let entry = table.plugin.get_mut(plugin).ok_or_else(unknown)?;
            let usable = entry
                .previous
                .iter()
                .filter_map(|digest| entry.version(digest))
                .find(|one| one.quarantined.is_none() && self.still_vouched(plugin, one).is_ok());
            let installed = usable.ok_or_else(|| RegistryError::NothingBefore(plugin.to_owned()))?.clone();
            entry.activate(installed.digest, now, true);
            self.note(table, "roll-back", plugin, &installed, who, note);
            back = Some(installed.version);
            Ok(true)
        })?;
        back.ok_or_else(|| RegistryError::NothingBefore(plugin.to_owned()))
    }

    /// Takes a version away. The one in use cannot be.
    pub fn remove(&self, plugin: &str, version: &Version, who: &str) -> Result<(), RegistryError> {
        self.folder.change(|table, _| {
            let unknown = || RegistryError::Unknown(format!("{plugin} {version}"));
            let entry = table.plugin.get_mut(plugin).ok_or_else(unknown)?;
            let installed = entry.numbered(version).ok_or_else(unknown)?.clone();
            if entry.active == Some(installed.digest) {
                return Err(RegistryError::InUse(plugin.to_owned()));
            }
            entry.remove(&installed.digest);
            self.note(table, "remove", plugin, &installed, who, "");
            Ok(true)
        })
    }

    /// Stops a version for good, until an administrator activates it anew: it claimed what the evidence does not say.
    pub fn quarantine(&self, plugin: &str, digest: &Digest, reason: &str) -> Result<(), RegistryError> {
        self.folder.change(|table, _| {
            let unknown = || RegistryError::Unknown(format!("{plugin} {}", digest.short()));
            let entry = table.plugin.get_mut(plugin).ok_or_else(unknown)?;
            let installed = entry.version.iter_mut().find(|one| one.digest == *digest).ok_or_else(unknown)?;
            if installed.quarantined.is_some() {
                return Ok(false);
            }
            installed.quarantined = Some(reason.to_owned());
            let installed = installed.clone();
            self.note(table, "quarantine", plugin, &installed, OURSELVES, reason);
            Ok(true)
        })
    }

    fn admit(&self, table: &Table, bundle: &Bundle) -> Result<(), RegistryError> {
        let manifest = bundle.manifest();
        match table.plugin(&manifest.id) {
            Some(entry) if !entry.admits(&manifest.version, &bundle.digest(), self.is_test_data()) => {
                let (plugin, highest) = (manifest.id.clone(), entry.highest.clone());
                Err(RegistryError::Downgrade { plugin, highest })
            }
            _ => Ok(()),
        }
    }

    /// An installed version whose file is whole and whose signer still counts.
    fn still_vouched(&self, plugin: &str, installed: &Installed) -> Result<(), RegistryError> {
        let bundle = Bundle::open(&self.folder.bundle(plugin, installed)?)?;
        self.judge(&bundle, installed.at).map(drop)
    }

    pub(super) fn note(
        &self,
        table: &mut Table,
        what: &str,
        plugin: &str,
        installed: &Installed,
        who: &str,
        note: &str,
    ) {
        table.journal.push(Line {
            number: table.journal.last().map_or(0, |line| line.number).saturating_add(1),
            at: self.now(),
            what: what.to_owned(),
            plugin: plugin.to_owned(),
            version: installed.version.to_string(),
            digest: installed.digest,
            who: who.to_owned(),
            note: note.to_owned(),
        });
    }
}
