//! The changes: install, activate, go back, remove, quarantine, mark the data as test.
//!
//! Each holds the lock while it reads, decides and writes. A bundle's file is on the disk before the table names it, and
//! leaves the disk after the table has forgotten it; so whenever the machine stops, the table names only what is there.
//! What is taken away still serves, for a quarter of an hour, the logins that began with it.

use std::fs;

use semver::Version;

use super::{
    Entry, Installed, Line, Registry, RegistryError, Table,
    folder::{self, Folder},
};
use crate::{Bundle, Digest};

/// Whoever does something on the appliance's own account.
const OURSELVES: &str = "kuvert";
/// What the mark of test data is called in the journal.
const TEST_DATA: &str = "test-data";

/// Who signs in with a version from its installation on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Begins {
    Nobody,
    /// Everybody, where no version is there yet.
    EverybodyWhereNoneIs,
}

impl Registry {
    /// Installs a bundle: unpacks it, asks who vouches for it, tries it out, keeps it. Nothing is active by that.
    ///
    /// Installing what is installed already changes nothing.
    pub fn install(&self, packed: &[u8], who: &str) -> Result<Bundle, RegistryError> {
        self.take_in(packed, who, Begins::Nobody)
    }

    /// Sees to it that a plugin is there: where nobody has installed any version, installs and activates the newest that
    /// came with the appliance, in one change. What an administrator has installed is left alone, active or not.
    pub fn ensure(&self, plugin: &str) -> Result<(), RegistryError> {
        if self.table()?.plugin(plugin).is_some_and(Entry::is_in_hand) {
            return Ok(());
        }
        let mut newest: Option<(Vec<u8>, Version)> = None;
        for (path, packed) in folder::shipped(&self.settings.shipped) {
            let opened = packed.and_then(|packed| Ok((Bundle::open(&packed)?, packed)));
            let (bundle, packed) = match opened {
                Ok(opened) => opened,
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
        let (packed, _) = newest.ok_or_else(|| RegistryError::Unknown(plugin.to_owned()))?;
        self.take_in(&packed, OURSELVES, Begins::EverybodyWhereNoneIs).map(drop)
    }

    fn take_in(&self, packed: &[u8], who: &str, begins: Begins) -> Result<Bundle, RegistryError> {
        let bundle = Bundle::open(packed)?;
        let (id, version) = (bundle.manifest().id.clone(), bundle.manifest().version.clone());
        let (digest, now) = (bundle.digest(), self.now());
        self.judge(&bundle, now)?;
        self.admit(&self.table()?, &bundle)?;
        self.settings.trial.run(packed)?;
        self.change(|table, folder| {
            self.admit(table, &bundle)?;
            let entry = table.plugin(&id);
            let in_hand = entry.is_some_and(Entry::is_in_hand) && begins == Begins::EverybodyWhereNoneIs;
            let known = entry.and_then(|entry| entry.version(&digest));
            if in_hand || known.is_some_and(|one| folder.holds(&id, one, packed)) {
                return Ok(false);
            }
            let installed = Installed { version: version.clone(), digest, at: now, quarantined: None };
            folder.keep(&id, &installed, packed)?;
            let entry = table.plugin.entry(id.clone()).or_insert_with(|| Entry::new(now));
            entry.add(installed.clone(), self.is_test_data());
            if begins == Begins::EverybodyWhereNoneIs {
                entry.activate(digest, now, false);
            }
            self.note(table, "install", &id, &installed, who, "");
            if begins == Begins::EverybodyWhereNoneIs {
                self.note(table, "activate", &id, &installed, who, "");
            }
            Ok(true)
        })?;
        Ok(bundle)
    }

    /// Lets new logins begin with this version. Ends a quarantine.
    pub fn activate(&self, plugin: &str, version: &Version, who: &str) -> Result<(), RegistryError> {
        let now = self.now();
        self.change(|table, _| {
            let unknown = || RegistryError::Unknown(format!("{plugin} {version}"));
            let entry = table.plugin.get_mut(plugin).ok_or_else(unknown)?;
            let installed = entry.numbered(version).ok_or_else(unknown)?.clone();
            if entry.active == Some(installed.digest) && installed.quarantined.is_none() {
                return Ok(false);
            }
            self.vouched(plugin, &installed)?;
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
        self.change(|table, _| {
            let unknown = || RegistryError::Unknown(plugin.to_owned());
            let entry = table.plugin.get_mut(plugin).ok_or_else(unknown)?;
            let installed = self
                .ways_back(plugin, entry)
                .next()
                .ok_or_else(|| RegistryError::NothingBefore(plugin.to_owned()))?
                .clone();
            entry.activate(installed.digest, now, true);
            self.note(table, "roll-back", plugin, &installed, who, note);
            back = Some(installed.version);
            Ok(true)
        })?;
        back.ok_or_else(|| RegistryError::NothingBefore(plugin.to_owned()))
    }

    /// The versions that [`Registry::roll_back`] leads to, one after the other.
    pub fn ways_back<'a>(&'a self, plugin: &'a str, entry: &'a Entry) -> impl Iterator<Item = &'a Installed> {
        let previous = entry.previous.iter().filter_map(|digest| entry.version(digest));
        previous.filter(move |one| one.quarantined.is_none() && self.vouched(plugin, one).is_ok())
    }

    /// Takes a version away. The one in use cannot be, unless it does not run anyway. Logins that began with it may still
    /// end.
    pub fn remove(&self, plugin: &str, version: &Version, who: &str) -> Result<(), RegistryError> {
        let now = self.now();
        self.change(|table, _| {
            let unknown = || RegistryError::Unknown(format!("{plugin} {version}"));
            let entry = table.plugin.get_mut(plugin).ok_or_else(unknown)?;
            let installed = entry.numbered(version).ok_or_else(unknown)?.clone();
            let runs = installed.quarantined.is_none() && self.vouched(plugin, &installed).is_ok();
            if entry.active == Some(installed.digest) && runs {
                return Err(RegistryError::InUse(plugin.to_owned()));
            }
            entry.remove(&installed.digest, now);
            self.note(table, "remove", plugin, &installed, who, "");
            Ok(true)
        })
    }

    /// Stops a version for good, until an administrator activates it anew: it claimed what the evidence does not say.
    pub fn quarantine(&self, plugin: &str, digest: &Digest, reason: &str) -> Result<(), RegistryError> {
        self.change(|table, _| {
            let unknown = || RegistryError::Unknown(format!("{plugin} {}", digest.short()));
            let entry = table.plugin.get_mut(plugin).ok_or_else(unknown)?;
            let installed = entry.serving_mut(digest).ok_or_else(unknown)?;
            if installed.quarantined.is_some() {
                return Ok(false);
            }
            installed.quarantined = Some(reason.to_owned());
            let installed = installed.clone();
            self.note(table, "quarantine", plugin, &installed, OURSELVES, reason);
            Ok(true)
        })
    }

    /// Marks the data folder as one for tests, or takes the mark away. The journal is told first, so that no mark stands
    /// that nobody is told of.
    pub fn mark_test_data(&self, on: bool, who: &str) -> Result<(), RegistryError> {
        let mark = &self.settings.test_mark;
        if on == self.is_test_data() {
            return Ok(());
        }
        self.change(|table, _| {
            let installed = Installed::nothing(self.now());
            let what = if on { "test-mode-on" } else { "test-mode-off" };
            self.note(table, what, TEST_DATA, &installed, who, "");
            Ok(true)
        })?;
        let done = if on {
            fs::OpenOptions::new().write(true).create_new(true).open(mark).map(drop)
        } else {
            fs::remove_file(mark)
        };
        done.map_err(|source| RegistryError::File { path: mark.clone(), source })
    }

    /// Changes the table, and lets go of what was taken away long enough ago.
    pub(super) fn change(
        &self,
        change: impl FnOnce(&mut Table, &Folder) -> Result<bool, RegistryError>,
    ) -> Result<(), RegistryError> {
        let now = self.now();
        self.folder.change(|table, folder| {
            let gone = table.let_go(now);
            Ok(change(table, folder)? || gone)
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
            version: installed.number(),
            digest: installed.digest,
            who: who.to_owned(),
            note: note.to_owned(),
        });
    }
}
