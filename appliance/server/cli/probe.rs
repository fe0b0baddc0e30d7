//! `kuvert plugin probe`: asks the providers, as the appliance would, whether all is well.
//!
//! It opens a sandbox of its own beside the running appliance, with the same configuration and the same limits, and
//! signs nobody in. It deliberately installs and activates nothing, and opens no store: nothing about a person is read.

use std::{collections::BTreeSet, io, path::Path, sync::Arc};

use anyhow::{Context as _, bail};
use jiff::Timestamp;
use kuvert_domain::language::Language;
use kuvert_service::{
    plugin_registry,
    sandbox::{
        AddressPolicy, Binding, Check, Context, Limits, Sandbox, SandboxSettings, Source, SystemNetwork,
    },
};

use super::plugin_plan;
use crate::{
    boot::{SystemClock, SystemEntropy, plans},
    config::Config,
};

/// How long before its end a certificate is worth a mark.
const SOON_DAYS: i64 = 60;

/// Probes every way to sign in that names this plugin.
pub(super) fn run(plugin: &str, file: &Path, out: &mut dyn io::Write) -> anyhow::Result<()> {
    let config = Config::load(file)?;
    let bindings = bindings(&config, plugin);
    if bindings.is_empty() {
        bail!(
            "no way to sign in names the plugin {plugin}; see [[municipality.method]] in {}",
            file.display()
        );
    }
    let ids: BTreeSet<String> = bindings.iter().map(|binding| binding.id.clone()).collect();
    let clock = Arc::new(SystemClock);
    let registry = plugin_registry(&config.data_dir, &plugin_plan(&config), clock.clone())?;
    let profiles = registry.profiles()?;
    let bundle = registry.bundle(plugin, registry.active(plugin)?)?;
    let sandbox = Sandbox::open(SandboxSettings {
        plugins: Source::Given(vec![bundle]),
        cache_dir: config.cache_dir.join("probe"),
        bindings,
        profiles,
        addresses: AddressPolicy::PublicOnly,
        network: Arc::new(SystemNetwork),
        limits: Limits::DEFAULT,
        clock: clock.clone(),
        entropy: Arc::new(SystemEntropy),
    })?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().context("no runtime")?;
    let now = kuvert_domain::clock::Clock::now(&*clock);
    let well = runtime.block_on(ask(&sandbox, &ids, now, out))?;
    if !well {
        bail!("not everything is well; what each line means is in the README of {plugin}");
    }
    Ok(())
}

/// The ways to sign in that name this plugin, with the addresses that the appliance would give its provider.
fn bindings(config: &Config, plugin: &str) -> Vec<Binding> {
    let port = plans::port(config, config.listen.port());
    let bindings = config.municipalities.iter().flat_map(|section| plans::bindings(section, port));
    bindings.filter(|binding| binding.plugin == plugin).collect()
}

/// Whether everything is well everywhere.
async fn ask(
    sandbox: &Sandbox,
    ids: &BTreeSet<String>,
    now: Timestamp,
    out: &mut dyn io::Write,
) -> anyhow::Result<bool> {
    let mut well = true;
    for id in ids {
        writeln!(out, "{id}")?;
        let context = Context { language: Language::En, correlation: "probe".to_owned() };
        match sandbox.probe(id, &context).await {
            Ok(checks) => {
                well = well && checks.iter().all(|check| check.ok);
                for check in &checks {
                    writeln!(out, "{}", told(check, now))?;
                }
            }
            Err(fault) => {
                well = false;
                writeln!(out, "  ! {fault}")?;
            }
        }
    }
    Ok(well)
}

/// One line: what was looked at, whether it is well, and when it ends.
fn told(check: &Check, now: Timestamp) -> String {
    let end = check.expires_ms.and_then(|ms| Timestamp::from_millisecond(i64::try_from(ms).ok()?).ok());
    let days = end.map(|end| end.duration_since(now).as_hours().div_euclid(24));
    let mark = if check.ok && days.is_none_or(|days| days > SOON_DAYS) { "   " } else { "  !" };
    let state = if check.ok { "well" } else { "not well" };
    let detail = if check.detail.is_empty() { String::new() } else { format!(": {}", check.detail) };
    let end = match (end, days) {
        (Some(end), Some(days)) => format!(", ends {} (in {days} days)", end.strftime("%Y-%m-%d")),
        _ => String::new(),
    };
    let line = format!("{mark} {}: {state}{detail}{end}", check.name);
    line.chars().filter(|character| !character.is_control()).collect()
}

#[cfg(test)]
mod tests {
    use std::{fs::Permissions, os::unix::fs::PermissionsExt as _};

    use super::*;

    #[test]
    fn what_is_wrong_or_ends_soon_is_marked() {
        let now: Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
        let check = |ok, detail: &str, days: Option<u64>| {
            let now = u64::try_from(now.as_millisecond()).unwrap();
            let expires_ms = days.map(|days| now + days * 24 * 60 * 60_000);
            told(&Check { name: "api".to_owned(), ok, detail: detail.to_owned(), expires_ms }, now_of(now))
        };
        assert_eq!(check(true, "", None), "    api: well");
        assert_eq!(check(true, "", Some(400)), "    api: well, ends 2027-12-27 (in 400 days)");
        assert_eq!(check(true, "", Some(30)), "  ! api: well, ends 2026-12-22 (in 30 days)");
        assert_eq!(
            check(false, "expected 405,\u{1b} got 403", None),
            "  ! api: not well: expected 405, got 403"
        );
    }

    /// Where the appliance listens, what stands in links, and the redirect address that a provider must be asked about.
    #[test]
    fn a_provider_is_asked_with_the_address_that_logins_use() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("secret"), "directory").unwrap();
        std::fs::set_permissions(folder.path().join("secret"), Permissions::from_mode(0o600)).unwrap();
        for (server, address) in [
            ("listen = \"[::]:443\"", "https://granby.example/login/callback/staff"),
            ("listen = \"[::]:8443\"", "https://granby.example:8443/login/callback/staff"),
            ("listen = \"[::]:8443\"\npublic_port = 443", "https://granby.example/login/callback/staff"),
        ] {
            let file = folder.path().join("kuvert.toml");
            std::fs::write(&file, format!("[server]\n{server}\n{DIRECTORY}")).unwrap();
            let config = Config::load(&file).unwrap();
            let bindings = bindings(&config, "oidc");
            let addresses: Vec<_> =
                bindings.iter().map(|binding| binding.oidc.as_ref().unwrap().redirect_uri.as_str()).collect();
            assert_eq!(addresses, [address], "{server}");
            assert!(super::bindings(&config, "bankid").is_empty());
        }
    }

    const DIRECTORY: &str = r#"
        [[municipality]]
        slug = "granby"
        name = "Granby kommun"
        country = "SE"
        hosts = ["granby.example"]
        languages = ["sv"]
        notice_from = "noreply@granby.example"
        web_site = "https://granby.example/"
        search_term = "säkra meddelanden"
        get_eid_url = "https://granby.example/e-legitimation"
        contact_centre = { name = "Kontaktcenter", phone = "0999-123 45", hours = "8–16" }
        [[municipality.authority]]
        slug = "social"
        name = "Socialnämnden"
        [[municipality.authority.mailbox]]
        slug = "post"
        name = "Post"
        [[municipality.method]]
        id = "staff"
        name = "Granby-konto"
        plugin = "oidc"
        profile = "staff-oidc"
        audience = "staff"
        [municipality.method.oidc]
        issuer = "https://login.granby.example"
        client_id = "kuvert"
        client_secret_file = "secret"
    "#;

    fn now_of(ms: u64) -> Timestamp {
        Timestamp::from_millisecond(i64::try_from(ms).unwrap()).unwrap()
    }
}
