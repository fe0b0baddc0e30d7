//! `kuvert check`: what the configuration means, and whether each way to sign in fits the plugin that it names.
//!
//! It changes nothing and contacts nobody. Whether a provider answers is for `kuvert plugin probe` to say.

use std::{fs, io, path::Path, sync::Arc};

use anyhow::bail;
use kuvert_service::{
    bundle::{Bundle, Manifest, TrustStore},
    plugin_registry,
    sandbox::{AddressPolicy, Binding, Grants, Verdict, check_terms, unasked},
    test_mark,
};

use super::{plugin_plan, say};
use crate::{
    boot::{SystemClock, plans},
    config::{Config, MunicipalitySection},
    theme::Themes,
};

/// Reads the configuration and says what it means; fails where it cannot work.
pub(super) fn run(file: &Path, out: &mut dyn io::Write) -> anyhow::Result<()> {
    let config = Config::load(file)?;
    config.root_key.read()?;
    say(out, &format!("{}: can be read", file.display()));
    say(out, &format!("listens on {}, keeps everything in {}", config.listen, config.data_dir.display()));
    let absent = absent(&config);
    for fault in &absent {
        say(out, &format!("  ! {fault}"));
    }
    let mut misfits = 0;
    for section in &config.municipalities {
        say(out, &summary(section));
        for binding in plans::bindings(section, None) {
            let (fits, told) = judged(&config, &binding);
            misfits += usize::from(!fits);
            for line in &told {
                say(out, line);
            }
        }
    }
    match misfits {
        0 if absent.is_empty() => Ok(()),
        0 => bail!("the configuration names what is not there"),
        1 => bail!("one way to sign in is out of order"),
        several => bail!("{several} ways to sign in are out of order"),
    }
}

/// What the configuration names and is not there, or cannot be read.
fn absent(config: &Config) -> Vec<String> {
    let mut faults = Vec::new();
    if let Err(error) = fs::read_dir(&config.plugins_dir) {
        faults.push(format!("server.plugins_dir: {}: {error}", config.plugins_dir.display()));
    }
    let keys = &config.plugin_keys_file;
    match fs::read_to_string(keys).map(|text| TrustStore::parse(&text)) {
        Ok(Ok(_)) => {}
        Ok(Err(error)) => faults.push(format!("server.plugin_keys_file: {}: {error}", keys.display())),
        // Where unsigned plugins run, nobody's key is needed.
        Err(_) if test_mark(&config.data_dir).exists() => {}
        Err(error) => faults.push(format!(
            "server.plugin_keys_file: {}: {error}; no plugin counts as signed without it",
            keys.display()
        )),
    }
    match Themes::open(config.themes_dir.as_deref()) {
        Err(error) => faults.push(format!("server.themes_dir: {error}")),
        Ok(themes) => {
            let strange =
                config.municipalities.iter().filter(|section| themes.named(&section.theme).is_none());
            faults.extend(strange.map(|section| {
                format!(
                    "municipality[{}].theme: there is no theme {}; its pages look like the built-in one",
                    section.slug, section.theme
                )
            }));
        }
    }
    faults
}

fn summary(section: &MunicipalitySection) -> String {
    let mailboxes: usize = section.authorities.iter().map(|(_, _, mailboxes)| mailboxes.len()).sum();
    let methods: Vec<&str> = section.methods.iter().map(|method| method.id.as_str()).collect();
    let (hosts, methods) = (section.hosts.join(", "), methods.join(", "));
    format!("{}: {hosts}; {mailboxes} mailboxes; sign-in by {methods}", section.name)
}

/// Whether a way to sign in fits its plugin, and what is worth a line. A plugin that cannot be looked at from here is no
/// fault of the configuration.
fn judged(config: &Config, binding: &Binding) -> (bool, Vec<String>) {
    let id = &binding.id;
    let manifest = match manifest(config, &binding.plugin) {
        Ok(Some(manifest)) => manifest,
        Ok(None) => return (false, vec![format!("  ! {id}: there is no plugin {}", binding.plugin)]),
        Err(error) => {
            return (true, vec![format!("    {id}: {} was not looked at: {error}", binding.plugin)]);
        }
    };
    let profiles = plugin_registry(&config.data_dir, &plugin_plan(config), Arc::new(SystemClock))
        .and_then(|registry| registry.profiles())
        .unwrap_or_default();
    if let Err(misfit) = check_terms(&manifest, binding, &profiles, AddressPolicy::PublicOnly) {
        return (false, vec![format!("  ! {id}: {misfit}")]);
    }
    let grants = Grants::of(&manifest, binding);
    let refused = grants.iter().filter(|(_, verdict)| !matches!(verdict, Verdict::Granted));
    let told = |(permission, verdict)| format!("    {id}: {permission} is not granted: {verdict}");
    let in_vain = unasked(&manifest, binding).into_iter().map(|permission| {
        format!("    {id}: {permission} is allowed, and {} does not ask for it", binding.plugin)
    });
    (true, refused.map(told).chain(in_vain).collect())
}

/// The manifest of the version in use, else of the newest that came with the appliance.
fn manifest(config: &Config, plugin: &str) -> anyhow::Result<Option<Manifest>> {
    if config.data_dir.join("plugins").is_dir() {
        let registry = plugin_registry(&config.data_dir, &plugin_plan(config), Arc::new(SystemClock))?;
        if let Some(active) = registry.table()?.plugin(plugin).and_then(|entry| entry.active) {
            return Ok(Some(registry.bundle(plugin, active)?.manifest().clone()));
        }
    }
    let mut newest: Option<Manifest> = None;
    for entry in fs::read_dir(&config.plugins_dir)? {
        let path = entry?.path();
        if path.extension().is_none_or(|end| end != "kplug") {
            continue;
        }
        let manifest = Bundle::open(&fs::read(&path)?)?.manifest().clone();
        if manifest.id == plugin && newest.as_ref().is_none_or(|known| known.version < manifest.version) {
            newest = Some(manifest);
        }
    }
    Ok(newest)
}
