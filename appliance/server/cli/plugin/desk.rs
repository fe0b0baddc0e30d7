//! What an administrator does with plugins: look, take in, activate, go back, remove, approve.
//!
//! Each verb is one change of the registry and a few sentences about it; the registry decides, [`words`] speaks.

use std::{
    fs,
    io::{self, Read as _},
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{Context as _, anyhow};
use jiff::Timestamp;
use kuvert_domain::clock::Clock as _;
use kuvert_service::{
    bundle::{Bundle, Registry, RegistryError, SignatureError, Version, limits},
    plugin_registry,
    sandbox::{AddressPolicy, Binding, check_binding, check_profile},
};

use super::{STANDARD_INPUT, words};
use crate::{
    boot::{SystemClock, plans},
    cli::plugin_plan,
    config::Config,
};

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
        let bindings = config.municipalities.iter().flat_map(|section| plans::bindings(section, None));
        let bindings = bindings.collect();
        let registry = plugin_registry(&config.data_dir, &plugin_plan(&config), Arc::new(SystemClock))?;
        Ok(Self { registry, bindings, keys_file: config.plugin_keys_file, profiles_dir: config.profiles_dir })
    }

    pub(super) fn list(&self, out: &mut dyn io::Write) -> anyhow::Result<()> {
        let table = self.registry.table()?;
        let shipped = self.registry.shipped()?;
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
            let judged = active.map(|active| {
                let bundle = self.registry.bundle(id, active.digest)?;
                self.vouched(&bundle, active.at)
            });
            let newest = shipped.iter().filter(|bundle| bundle.manifest().id == id);
            let newest = newest.max_by(|one, other| one.manifest().version.cmp(&other.manifest().version));
            let (newest, uses) = (newest.map(Bundle::manifest), self.uses(id));
            writeln!(out, "{}", words::row(id, entry, judged.as_ref(), newest, &uses))?;
        }
        Ok(())
    }

    pub(super) fn show(&self, plugin: &str, out: &mut dyn io::Write) -> anyhow::Result<()> {
        let table = self.registry.table()?;
        let entry = table.plugin(plugin);
        let active = entry.and_then(|entry| entry.version(&entry.active?));
        let installed = active.or_else(|| entry?.versions().first());
        let bundle = match installed {
            Some(one) => self.registry.bundle(plugin, one.digest).map_err(|error| self.hinted(error))?,
            None => self.newest_shipped(plugin)?,
        };
        let at = installed.map_or_else(|| SystemClock.now(), |one| one.at);
        let signer = self.vouched(&bundle, at).unwrap_or_else(|error| error.to_string());
        write!(out, "{}", words::whole(&bundle, &signer, entry))?;
        for binding in self.bindings.iter().filter(|binding| binding.plugin == plugin) {
            let judged = check_binding(bundle.manifest(), binding, AddressPolicy::PublicOnly);
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
        write!(out, "{}", words::offer(&bundle, &signer, former.as_ref()))?;
        self.registry.install(&packed, who).map_err(|error| self.hinted(error))?;
        if activate {
            writeln!(out, "It is tried out and kept.")?;
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
        self.registry.activate(plugin, version, who).map_err(|error| self.hinted(error))?;
        write!(out, "{}", words::activated(plugin, version, &self.uses(plugin)))?;
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
        writeln!(out, "{plugin} {version} is removed. Nobody was signing in with it.")?;
        Ok(())
    }

    pub(super) fn approve(&self, file: &Path, name: &str, out: &mut dyn io::Write) -> anyhow::Result<()> {
        let text = fs::read_to_string(file).with_context(|| file.display().to_string())?;
        let profile = file.file_stem().context("the profile's file has no name")?.to_string_lossy();
        check_profile(&text).map_err(|why| anyhow!("{}: {why}", file.display()))?;
        let approved = self.registry.approve_profile(&profile, &text, name)?;
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

    fn newest_shipped(&self, plugin: &str) -> anyhow::Result<Bundle> {
        let shipped = self.registry.shipped()?.into_iter().filter(|bundle| bundle.manifest().id == plugin);
        let newest = shipped.max_by(|one, other| one.manifest().version.cmp(&other.manifest().version));
        newest.ok_or_else(|| {
            anyhow!("there is no plugin {plugin}; `kuvert plugin list` names those that there are")
        })
    }

    /// What went wrong, and what to do about it.
    fn hinted(&self, error: RegistryError) -> anyhow::Error {
        let keys = self.keys_file.display();
        let next = match &error {
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
            RegistryError::Unknown(_) | RegistryError::NoneActive(_) => "`kuvert plugin list` names what is installed".to_owned(),
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
