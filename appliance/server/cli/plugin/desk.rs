//! What an administrator does with plugins: look, take in, activate, go back, remove, approve.
//!
//! Each verb is one change of the registry and a few sentences about it; the registry decides, [`words`] speaks.

use std::{
    collections::BTreeMap,
    fs,
    io::{self, Read as _},
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{Context as _, anyhow, bail};
use jiff::Timestamp;
use kuvert_domain::clock::Clock as _;
use kuvert_service::{
    bundle::{Bundle, Manifest, Registry, RegistryError, SignatureError, Version, limits},
    plugin_registry,
    sandbox::{AddressPolicy, Binding, check_profile, check_terms},
};

use super::{STANDARD_INPUT, words};
use crate::{
    boot::{SystemClock, plans},
    cli::plugin_plan,
    config::Config,
};

/// Texts of trust profiles, by name.
type Profiles = BTreeMap<String, String>;

/// The registry, and what the configuration says about its plugins.
pub(super) struct Desk {
    pub(super) registry: Registry,
    /// The ways to sign in of every municipality.
    pub(super) bindings: Vec<Binding>,
    /// The list of trusted keys, for people.
    pub(super) keys_file: PathBuf,
    /// Where trust profiles of the municipalities' own must lie.
    pub(super) profiles_dir: PathBuf,
}

impl Desk {
    pub(super) fn open(file: &Path) -> anyhow::Result<Self> {
        let config = Config::load(file)?;
        let port = plans::port(&config, config.listen.port());
        let bindings = config.municipalities.iter().flat_map(|section| plans::bindings(section, port));
        let bindings = bindings.collect();
        let registry = plugin_registry(&config.data_dir, &plugin_plan(&config), Arc::new(SystemClock))?;
        Ok(Self { registry, bindings, keys_file: config.plugin_keys_file, profiles_dir: config.profiles_dir })
    }

    pub(super) fn list(&self, out: &mut dyn io::Write) -> anyhow::Result<()> {
        let table = self.registry.table()?;
        let (shipped, broken) = self.shipped();
        let profiles = self.registry.profiles()?;
        if self.registry.is_test_data() {
            writeln!(out, "{}\n", words::TEST_DATA)?;
        }
        let mut ids: Vec<&str> = table.plugins().map(|(id, _)| id).collect();
        ids.extend(shipped.iter().map(|bundle| bundle.manifest().id.as_str()));
        ids.extend(self.bindings.iter().map(|binding| binding.plugin.as_str()));
        ids.sort_unstable();
        ids.dedup();
        for id in ids {
            let entry = table.plugin(id);
            let active = entry.and_then(|entry| entry.version(&entry.active?));
            let mut misfits = Vec::new();
            let judged = active.map(|active| {
                let bundle = self.registry.bundle(id, active.digest)?;
                misfits = self.misfits(bundle.manifest(), &profiles);
                self.vouched(&bundle, active.at)
            });
            let newest = shipped.iter().filter(|bundle| bundle.manifest().id == id);
            let newest = newest.max_by(|one, other| one.manifest().version.cmp(&other.manifest().version));
            let back = entry.into_iter().flat_map(|entry| self.registry.ways_back(id, entry));
            let uses = words::Uses {
                all: self.uses(id),
                misfits,
                back: back.map(|one| one.version.to_string()).collect(),
            };
            let newest = newest.map(Bundle::manifest);
            writeln!(out, "{}", words::row(id, entry, judged.as_ref(), newest, &uses))?;
        }
        for error in broken {
            writeln!(out, "  ! among those that came with the appliance: {error}")?;
        }
        Ok(())
    }

    pub(super) fn show(&self, plugin: &str, out: &mut dyn io::Write) -> anyhow::Result<()> {
        let table = self.registry.table()?;
        let entry = table.plugin(plugin);
        let active = entry.and_then(|entry| entry.version(&entry.active?));
        let installed = active.or_else(|| entry?.versions().first());
        let bundle = match installed {
            Some(one) => self.registry.candidate(plugin, &one.version),
            None => Ok(self.newest_shipped(plugin)?),
        };
        let bundle = match bundle {
            Ok(bundle) => bundle,
            // What was done with it may say why it is as it is.
            Err(error) => {
                write!(out, "{}", words::history(plugin, table.journal()))?;
                return Err(self.hinted(error));
            }
        };
        let at = installed.map_or_else(|| SystemClock.now(), |one| one.at);
        let signer = self.vouched(&bundle, at).unwrap_or_else(|error| error.to_string());
        write!(out, "{}", words::whole(&bundle, &signer, entry))?;
        if let Some(reason) = installed.and_then(|one| one.quarantined.as_ref()) {
            write!(out, "{}", words::shut_away(reason))?;
        }
        let profiles = self.registry.profiles()?;
        for binding in self.bindings.iter().filter(|binding| binding.plugin == plugin) {
            let judged = check_terms(bundle.manifest(), binding, &profiles, AddressPolicy::PublicOnly);
            write!(out, "{}", words::granted(bundle.manifest(), binding, judged.err()))?;
        }
        write!(out, "{}", words::history(plugin, table.journal()))?;
        Ok(())
    }

    pub(super) fn install(
        &self,
        file: &Path,
        activate: bool,
        who: &str,
        out: &mut dyn io::Write,
    ) -> anyhow::Result<()> {
        let packed = read(file).with_context(|| file.display().to_string())?;
        let bundle = Bundle::open(&packed).map_err(|error| self.hinted(error.into()))?;
        let signer = self.vouched(&bundle, SystemClock.now()).map_err(|error| self.hinted(error))?;
        let manifest = bundle.manifest();
        let table = self.registry.table()?;
        let former = table.plugin(&manifest.id).and_then(|entry| entry.active);
        let former = former.map(|digest| self.registry.bundle(&manifest.id, digest)).transpose();
        // A version that nobody vouches for any longer is nothing to compare with, and no reason to keep it.
        let former = former.ok().flatten();
        let entry = table.plugin(&manifest.id);
        let known = entry.and_then(|entry| entry.version(&bundle.digest())).is_some();
        let in_use = entry.is_some_and(|entry| entry.active == Some(bundle.digest()));
        write!(out, "{}", words::offer(&bundle, &signer, former.as_ref()))?;
        self.registry.install(&packed, who).map_err(|error| self.hinted(error))?;
        if in_use {
            writeln!(out, "It is here already, and in use. Nothing has changed for anybody.")?;
            return Ok(());
        }
        if activate {
            writeln!(out, "It is {}.", if known { "here already" } else { "tried out and kept" })?;
            return self.activate(&manifest.id, &manifest.version, who, out);
        }
        write!(out, "{}", words::installed(&manifest.id, &manifest.version))?;
        Ok(())
    }

    pub(super) fn activate(
        &self,
        plugin: &str,
        version: &Version,
        who: &str,
        out: &mut dyn io::Write,
    ) -> anyhow::Result<()> {
        let candidate = self.registry.candidate(plugin, version).map_err(|error| self.hinted(error))?;
        let profiles = self.registry.profiles()?;
        let misfits = self.misfits(candidate.manifest(), &profiles);
        if self.would_lock_out(plugin, &misfits, &profiles) {
            bail!("{}", words::misfit(plugin, version, &misfits));
        }
        self.registry.activate(plugin, version, who).map_err(|error| self.hinted(error))?;
        write!(out, "{}", words::activated(plugin, version, &self.uses(plugin)))?;
        write!(out, "{}", words::warned(&misfits))?;
        Ok(())
    }

    pub(super) fn roll_back(
        &self,
        plugin: &str,
        who: &str,
        note: &str,
        out: &mut dyn io::Write,
    ) -> anyhow::Result<()> {
        let version = self.registry.roll_back(plugin, who, note).map_err(|error| self.hinted(error))?;
        writeln!(
            out,
            "{plugin}: new logins begin with {version} again. Logins in progress finish where they began."
        )?;
        let profiles = self.registry.profiles()?;
        let back = self.registry.candidate(plugin, &version).map_err(|error| self.hinted(error))?;
        write!(out, "{}", words::warned(&self.misfits(back.manifest(), &profiles)))?;
        Ok(())
    }

    pub(super) fn remove(
        &self,
        plugin: &str,
        version: &Version,
        who: &str,
        out: &mut dyn io::Write,
    ) -> anyhow::Result<()> {
        self.registry.remove(plugin, version, who).map_err(|error| self.hinted(error))?;
        writeln!(
            out,
            "{plugin} {version} is removed. Nobody begins with it; logins that did may still finish."
        )?;
        Ok(())
    }

    /// Makes or removes the mark. It is a file and no setting, so that no copied configuration brings it along.
    pub(super) fn test_mode(&self, on: bool, who: &str, out: &mut dyn io::Write) -> anyhow::Result<()> {
        self.registry.mark_test_data(on, who)?;
        let said = if on { words::TEST_DATA } else { "Only signed plugins run in this data folder." };
        writeln!(out, "{said}")?;
        Ok(())
    }

    pub(super) fn approve(
        &self,
        file: &Path,
        name: &str,
        who: &str,
        out: &mut dyn io::Write,
    ) -> anyhow::Result<()> {
        let text = fs::read_to_string(file).with_context(|| file.display().to_string())?;
        let profile = file.file_stem().context("the profile's file has no name")?.to_string_lossy();
        check_profile(&text).map_err(|why| anyhow!("{}: {why}", file.display()))?;
        let approved = self.registry.approve_profile(&profile, &text, name, who)?;
        write!(out, "{}", words::approved(&profile, &approved))?;
        let place = self.profiles_dir.join(format!("{profile}.toml"));
        if fs::read_to_string(&place).ok().as_deref() != Some(text.as_str()) {
            writeln!(out, "  ! this text does not lie at {} yet, and counts only there", place.display())?;
        }
        Ok(())
    }

    /// The ways to sign in that name a plugin, each `municipality/method`.
    fn uses(&self, plugin: &str) -> Vec<String> {
        let named = self.bindings.iter().filter(|binding| binding.plugin == plugin);
        named.map(|binding| binding.id.clone()).collect()
    }

    /// Who vouches for a bundle, in a word. A key that has run out still vouches for what it signed before.
    fn vouched(&self, bundle: &Bundle, at: Timestamp) -> Result<String, RegistryError> {
        self.registry.judge(bundle, at).map(|signer| words::signer(&signer))
    }

    /// The ways to sign in that cannot begin with a version, each with what is wrong.
    fn misfits(&self, manifest: &Manifest, profiles: &Profiles) -> Vec<(String, String)> {
        let named = self.bindings.iter().filter(|binding| binding.plugin == manifest.id);
        let misfit = |binding: &Binding| {
            let wrong = check_terms(manifest, binding, profiles, AddressPolicy::PublicOnly).err()?;
            Some((binding.id.clone(), wrong))
        };
        named.filter_map(misfit).collect()
    }

    /// Whether these misfits take a way to sign in from somebody: one that is in order today, or every one.
    fn would_lock_out(&self, plugin: &str, misfits: &[(String, String)], profiles: &Profiles) -> bool {
        if misfits.is_empty() {
            return false;
        }
        let active = self.registry.active(plugin).and_then(|digest| self.registry.bundle(plugin, digest));
        let broken_today = active.ok().map(|active| self.misfits(active.manifest(), profiles));
        let is_new = |id: &String| {
            broken_today.as_ref().is_some_and(|today| today.iter().all(|(broken, _)| broken != id))
        };
        misfits.len() == self.uses(plugin).len() || misfits.iter().any(|(id, _)| is_new(id))
    }

    /// What came with the appliance, and the files among it that are no bundles.
    fn shipped(&self) -> (Vec<Bundle>, Vec<RegistryError>) {
        let (mut bundles, mut broken) = (Vec::new(), Vec::new());
        for shipped in self.registry.shipped() {
            match shipped {
                Ok(bundle) => bundles.push(bundle),
                Err(error) => broken.push(error),
            }
        }
        (bundles, broken)
    }

    fn newest_shipped(&self, plugin: &str) -> anyhow::Result<Bundle> {
        let shipped = self.shipped().0.into_iter().filter(|bundle| bundle.manifest().id == plugin);
        let newest = shipped.max_by(|one, other| one.manifest().version.cmp(&other.manifest().version));
        newest.ok_or_else(|| {
            anyhow!("there is no plugin {plugin}; `kuvert plugin list` names those that there are")
        })
    }

    /// What went wrong, and what to do about it.
    fn hinted(&self, error: RegistryError) -> anyhow::Error {
        let keys = self.keys_file.display();
        let next = match &error {
            RegistryError::Signature(SignatureError::Untrusted(keys)) if keys.is_empty() => {
                "Nothing has changed. Ask its author for a signed one; unsigned ones run in a data folder for tests alone \
                 (kuvert plugin test-mode on)"
                    .to_owned()
            }
            RegistryError::Signature(SignatureError::Untrusted(_)) => format!(
                "Nothing has changed. If you trust whoever signed it, put their key into {keys} and try again"
            ),
            RegistryError::Signature(_) | RegistryError::Bundle(_) => {
                "Nothing has changed. Ask whoever gave you the file for a good one".to_owned()
            }
            RegistryError::Trial(_) => {
                "Nothing has changed, and nobody signs in with it. Tell its author".to_owned()
            }
            RegistryError::Quarantined { plugin, .. } => format!(
                "Nobody signs in with it. Install a mended version, or go back: kuvert plugin roll-back {plugin}"
            ),
            RegistryError::Unknown(_) | RegistryError::NoneActive(_) => {
                "`kuvert plugin list` names what is installed".to_owned()
            }
            _ => return error.into(),
        };
        anyhow!("{error}\n        {next}.")
    }
}

/// A bundle's bytes. Of a file that cannot be a bundle, only enough to see that.
fn read(file: &Path) -> io::Result<Vec<u8>> {
    let most = u64::try_from(limits::PACKED_BYTES).unwrap_or(u64::MAX).saturating_add(1);
    let mut packed = Vec::new();
    if file.as_os_str() == STANDARD_INPUT {
        io::stdin().take(most).read_to_end(&mut packed)?;
    } else {
        fs::File::open(file)?.take(most).read_to_end(&mut packed)?;
    }
    Ok(packed)
}
