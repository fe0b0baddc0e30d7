//! What administrators do to plugins is told by the audit chain: each change once, in each municipality, in order.

use kuvert_bundle::{Files, pack};
use kuvert_domain::id::MunicipalityId;

use super::town::Town;

/// An unsigned bundle of this version; it is never started here.
fn kplug(version: &str) -> Vec<u8> {
    let manifest = format!(
        "id = \"probe\"\nversion = \"{version}\"\nkind = \"identity\"\nvendor = \"Probes\"\nlicence = \"EUPL-1.2\"\n\
         world = \"kuvert:identity/identity-provider@0.1.0\"\nmin-host = \"0.1.0\"\n"
    );
    let mut files = Files::from([
        ("manifest.toml".to_owned(), manifest.into_bytes()),
        ("plugin.wasm".to_owned(), b"\0asm\x0d\0\x01\0".to_vec()),
    ]);
    for tag in ["sv", "da", "en"] {
        files.insert(format!("locales/{tag}.ftl"), b"name = Probe\n".to_vec());
    }
    pack(&files).unwrap()
}

/// What the chain of a municipality says about plugins: action and details.
async fn told(town: &Town, id: MunicipalityId) -> Vec<(String, String)> {
    let lines = town.service.core().read(move |view| Ok(view.audit_lines(id, 1_000)?)).await.unwrap();
    let mut lines: Vec<_> = lines.into_iter().filter(|line| line.action.starts_with("plugin.")).collect();
    lines.sort_by_key(|line| line.sequence);
    let words = |details: Option<Vec<u8>>| String::from_utf8(details.unwrap_or_default()).unwrap();
    lines.into_iter().map(|line| (line.action, words(line.details))).collect()
}

#[tokio::test]
async fn every_change_is_told_once_in_each_municipality() {
    let town = Town::open().await;
    town.allow_unsigned_plugins();
    let registry = &town.service.core().registry;
    registry.install(&kplug("1.0.0"), "anna").unwrap();
    registry.activate("probe", &semver("1.0.0"), "anna").unwrap();
    let tasks = town.service.tasks();
    tasks.keep_up_with_plugins().await.unwrap();
    tasks.keep_up_with_plugins().await.unwrap();
    registry.install(&kplug("1.1.0"), "bo").unwrap();
    registry.activate("probe", &semver("1.1.0"), "bo").unwrap();
    registry.roll_back("probe", "bo", "it misbehaved").unwrap();
    tasks.keep_up_with_plugins().await.unwrap();
    for municipality in &town.service.directory().municipalities {
        let told = told(&town, municipality.id).await;
        let actions: Vec<_> = told.iter().map(|(action, _)| action.as_str()).collect();
        let expected = [
            "plugin.installed",
            "plugin.activated",
            "plugin.installed",
            "plugin.activated",
            "plugin.rolled-back",
        ];
        assert_eq!(actions, expected, "{}", municipality.slug);
        assert!(told[1].1.contains("probe 1.0.0") && told[1].1.contains("by anna"), "{told:?}");
        assert!(told[4].1.contains("it misbehaved"), "{told:?}");
    }
    assert!(town.service.is_test_data());
}

fn semver(text: &str) -> kuvert_bundle::Version {
    kuvert_bundle::Version::parse(text).unwrap()
}
