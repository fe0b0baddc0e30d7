//! What an administrator reads, from the first bundle to the roll-back, on a real registry in a temporary folder.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use kuvert_domain::directory::Audience;
use kuvert_service::bundle::{
    Files, KeyId, Kind, Kinds, Permission, Registry, RegistrySettings, SigningKey, Trial, TrialError,
    TrustStore, pack, sign,
};
use kuvert_service::sandbox::{Binding, EndpointBinding};
use tempfile::TempDir;

use super::{Desk, Version};
use crate::boot::SystemClock;

const MANIFEST: &str = r#"
    id = "granby-id"
    version = "1.0.0"
    kind = "identity"
    world = "kuvert:identity/identity-provider@0.1.0"
    min-host = "0.1.0"
    vendor = "Granby"
    licence = "EUPL-1.2"
    [permissions."http:api"]
    en = "Asks the provider who signs in."
    [endpoints.api]
    hosts = ["api.granby.example"]
    methods = ["GET"]
    paths = ["/v1"]
    [settings.app]
    choices = ["private", "work"]
    default = "private"
    en = "Which app people use."
"#;

struct Tried(Result<(), TrialError>);

impl Trial for Tried {
    fn run(&self, _packed: &[u8]) -> Result<(), TrialError> {
        self.0.clone()
    }
}

struct Office {
    folder: TempDir,
    key: SigningKey,
    desk: Desk,
}

impl Office {
    fn new() -> Self {
        Self::with(Ok(()))
    }

    fn with(tried: Result<(), TrialError>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let key = SigningKey::generate(KeyId::parse("granby-2026").unwrap()).unwrap();
        let keys_file = folder.path().join("keys.toml");
        fs::write(&keys_file, TrustStore::block(&key, &Kinds::from([Kind::Identity]))).unwrap();
        let registry = Registry::open(RegistrySettings {
            folder: folder.path().join("plugins"),
            shipped: folder.path().join("shipped"),
            keys_file: keys_file.clone(),
            profiles: folder.path().join("profiles"),
            test_mark: folder.path().join("test-data"),
            trial: Arc::new(Tried(tried)),
            clock: Arc::new(SystemClock),
            before_step: |_| {},
        })
        .unwrap();
        let profiles_dir = folder.path().join("profiles");
        Self { desk: Desk { registry, bindings: vec![binding()], keys_file, profiles_dir }, folder, key }
    }

    /// A bundle with these words changed, signed by the trusted key.
    fn bundle(&self, changed: &[(&str, &str)]) -> PathBuf {
        let packed = sign(&unsigned(changed), &self.key).unwrap();
        self.written(&packed)
    }

    fn written(&self, packed: &[u8]) -> PathBuf {
        let file = self.folder.path().join("given.kplug");
        fs::write(&file, packed).unwrap();
        file
    }

    fn install(&self, file: &Path) -> anyhow::Result<String> {
        said(|out| self.desk.install(file, false, "anna", out))
    }

    fn activate(&self, version: &str) -> anyhow::Result<String> {
        said(|out| self.desk.activate("granby-id", &number(version), "anna", out))
    }

    fn list(&self) -> String {
        said(|out| self.desk.list(out)).unwrap()
    }
}

fn binding() -> Binding {
    let url = "https://api.granby.example".to_owned();
    let api = EndpointBinding { url, ca_pem: None, client_identity: None, private_network: false };
    Binding {
        id: "granby/eid".to_owned(),
        municipality: "granby".to_owned(),
        plugin: "granby-id".to_owned(),
        profile: "bankid".to_owned(),
        audience: Audience::Resident,
        endpoints: BTreeMap::from([("api".to_owned(), api)]),
        settings: BTreeMap::new(),
        trusts: BTreeMap::new(),
        accept_relayed_logins: false,
        oidc: None,
        allow: None,
    }
}

fn unsigned(changed: &[(&str, &str)]) -> Vec<u8> {
    let manifest = changed.iter().fold(MANIFEST.to_owned(), |text, (from, to)| text.replace(from, to));
    let news = "# Changes\n\n## 1.1.0\n\nPeople can use their watch.\u{1b}[2J\n\n## 1.0.0\n\nThe first.\n";
    let mut files: Files = ["sv", "da", "en"]
        .into_iter()
        .map(|tag| (format!("locales/{tag}.ftl"), b"name = Granby ID\n".to_vec()))
        .collect();
    files.insert("manifest.toml".to_owned(), manifest.into_bytes());
    files.insert("plugin.wasm".to_owned(), b"\0asm\x0d\0\x01\0".to_vec());
    files.insert("CHANGES.md".to_owned(), news.into());
    pack(&files).unwrap()
}

fn number(version: &str) -> Version {
    version.parse().unwrap()
}

fn said(speak: impl FnOnce(&mut dyn std::io::Write) -> anyhow::Result<()>) -> anyhow::Result<String> {
    let mut out = Vec::new();
    speak(&mut out)?;
    Ok(String::from_utf8(out)?)
}

#[test]
fn the_first_version_says_all_that_it_asks_for_and_what_to_type_next() {
    let office = Office::new();
    let text = office.install(&office.bundle(&[])).unwrap();
    for line in [
        "granby-id 1.0.0 by Granby, signed by granby-2026",
        "There is no version in use to compare it with. What it asks for (!):",
        "  ! permission http:api: Asks the provider who signs in.",
        "  ! api: talks to api.granby.example",
        "    new setting app = private | work (else private): Which app people use.",
        "Nothing has changed for anybody yet.",
        "kuvert plugin activate granby-id 1.0.0",
    ] {
        assert!(text.contains(line), "{line:?} is missing:\n{text}");
    }
    let list = office.list();
    assert!(list.contains("granby-id, not in use"), "{list}");
    assert!(list.contains("1.0.0 is installed: `kuvert plugin activate granby-id 1.0.0`"), "{list}");
}

#[test]
fn an_upgrade_shows_only_what_is_different_and_marks_what_grows() {
    let office = Office::new();
    office.install(&office.bundle(&[])).unwrap();
    let text = office.activate("1.0.0").unwrap();
    assert!(
        text.contains("new logins begin with 1.0.0") && text.contains("kuvert plugin probe granby-id"),
        "{text}"
    );

    let newer = office.bundle(&[
        ("1.0.0", "1.1.0"),
        ("[\"GET\"]", "[\"GET\", \"POST\"]"),
        ("private\", \"work", "private"),
    ]);
    let text = office.install(&newer).unwrap();
    assert!(text.contains("Compared with 1.0.0, which is in use"), "{text}");
    assert!(text.contains("  ! api: sends POST\n    changed setting app = private"), "{text}");
    assert!(!text.contains("http:api"), "what it asked for already is no news:\n{text}");
    assert!(text.contains("People can use their watch.[2J\n"), "and no escape reaches the terminal:\n{text}");

    office.activate("1.1.0").unwrap();
    let list = office.list();
    assert!(list.contains("granby-id 1.1.0, in use since") && list.contains("goes back to 1.0.0"), "{list}");
    assert!(list.contains("signs people in for granby/eid"), "{list}");
}

#[test]
fn one_step_goes_back_and_the_history_tells() {
    let office = Office::new();
    for version in ["1.0.0", "1.1.0"] {
        office.install(&office.bundle(&[("1.0.0", version)])).unwrap();
        office.activate(version).unwrap();
    }
    let text = said(|out| office.desk.roll_back("granby-id", "bo", "people were stuck", out)).unwrap();
    assert!(text.contains("new logins begin with 1.0.0 again"), "{text}");
    let refused = said(|out| office.desk.remove("granby-id", &number("1.0.0"), "bo", out)).unwrap_err();
    assert!(refused.to_string().contains("in use"), "{refused}");
    said(|out| office.desk.remove("granby-id", &number("1.1.0"), "bo", out)).unwrap();

    let text = said(|out| office.desk.show("granby-id", out)).unwrap();
    assert!(text.contains("licence EUPL-1.2, digest "), "{text}");
    for line in
        ["install 1.0.0, by anna", "activate 1.1.0, by anna", "roll-back 1.0.0, by bo (people were stuck)"]
    {
        assert!(text.contains(line), "{line:?} is missing:\n{text}");
    }
}

#[test]
fn what_a_plugin_keeps_to_is_shown_and_what_it_gives_up_is_marked() {
    let office = Office::new();
    let own = ("[settings.app]", "[limits]\nmemory-kib = 4096\nhttp-calls = 1\n[settings.app]");
    let text = office.install(&office.bundle(&[own])).unwrap();
    assert!(text.contains("    memory-kib = 4096\n    http-calls = 1\n"), "{text}");
    office.activate("1.0.0").unwrap();
    let text = said(|out| office.desk.show("granby-id", out)).unwrap();
    assert!(
        text.contains("lower limits than it must:\n    memory-kib = 4096\n    http-calls = 1\nYou"),
        "{text}"
    );
    let text = office
        .install(&office.bundle(&[("1.0.0", "1.1.0"), (own.0, &own.1.replace("= 1\n", "= 2\n"))]))
        .unwrap();
    assert!(text.contains("  ! http-calls = 2 (before: 1)\n") && !text.contains("memory-kib"), "{text}");
}

#[test]
fn each_municipality_reads_what_it_grants_and_what_to_write_for_the_rest() {
    let mut office = Office::new();
    let inside = "[permissions.\"http.private-network:api\"]\nen = \"Lies inside.\"\n[endpoints.api]";
    office.install(&office.bundle(&[("[endpoints.api]", inside)])).unwrap();
    let show = |office: &Office| said(|out| office.desk.show("granby-id", out)).unwrap();
    let text = show(&office);
    let expected = "For granby/eid:\n    granted  http:api\n    refused  http.private-network:api: reaching into the \
                    municipality's own network is not confirmed\n             to grant it, write private_network = true \
                    under [municipality.method.endpoints.api]\n";
    assert!(text.contains(expected), "{text}");

    office.desk.bindings[0].endpoints.get_mut("api").unwrap().private_network = true;
    assert!(show(&office).contains("    granted  http.private-network:api\n"), "{}", show(&office));
    let lower = ["identity.assert:SE:low", "http:other"].map(|word| Permission::parse(word).unwrap());
    office.desk.bindings[0].allow = Some(lower.into());
    let text = show(&office);
    for line in [
        "    refused  http:api: `allow` does not name it\n             to grant it, write allow = [\"http:api\", \
         \"http:other\", \"identity.assert:SE:low\"] under [[municipality.method]]\n",
        "    no use   http:other: allowed, and the plugin does not ask for it\n",
    ] {
        assert!(text.contains(line), "{line:?} is missing:\n{text}");
    }
    office.desk.bindings[0].allow = None;
    office.desk.bindings[0].endpoints.clear();
    let text = show(&office);
    assert!(text.contains("  ! out of order: http:api is not granted: the endpoint is not bound"), "{text}");
    assert!(text.contains("url = \"https://api.granby.example\" under [municipality"), "{text}");
}

#[test]
fn a_version_that_would_lock_people_out_is_not_activated() {
    let mut office = Office::new();
    for version in ["1.0.0", "1.1.0"] {
        let renamed = if version == "1.1.0" { "login" } else { "api" };
        let (permission, endpoint) = (format!("http:{renamed}"), format!("endpoints.{renamed}"));
        let changed = [("1.0.0", version), ("http:api", permission.as_str()), ("endpoints.api", &endpoint)];
        office.install(&office.bundle(&changed)).unwrap();
    }
    office.activate("1.0.0").unwrap();
    let refused = office.activate("1.1.0").unwrap_err().to_string();
    assert!(refused.contains("1.1.0 does not fit what the configuration says"), "{refused}");
    assert!(refused.contains("  ! granby/eid: the plugin has no endpoint api"), "{refused}");
    assert!(refused.contains("Nothing has changed"), "{refused}");
    assert!(office.list().contains("granby-id 1.0.0, in use since"), "{}", office.list());

    // A way that is out of order already holds nobody else up, and is named.
    let mut broken = binding();
    "granby/other".clone_into(&mut broken.id);
    "nobody-s".clone_into(&mut broken.profile);
    office.desk.bindings.push(broken);
    office.install(&office.bundle(&[("1.0.0", "1.2.0")])).unwrap();
    let text = office.activate("1.2.0").unwrap();
    assert!(
        text.contains("are out of order:\n  ! granby/other: there is no trust profile nobody-s"),
        "{text}"
    );
    let text = said(|out| office.desk.roll_back("granby-id", "bo", "", out)).unwrap();
    assert!(text.contains("  ! granby/other:") && !text.contains("granby/eid"), "{text}");
}

#[test]
fn one_broken_file_hides_no_plugin_and_a_quarantine_hides_no_history() {
    let office = Office::new();
    let shipped = office.folder.path().join("shipped");
    fs::create_dir(&shipped).unwrap();
    fs::copy(office.bundle(&[]), shipped.join("good.kplug")).unwrap();
    fs::write(shipped.join("bad.kplug"), "no bundle").unwrap();
    let list = office.list();
    assert!(list.contains("1.0.0 came with the appliance"), "{list}");
    assert!(
        list.contains("  ! among those that came with the appliance: ") && list.contains("bad.kplug"),
        "{list}"
    );

    office.install(&office.bundle(&[])).unwrap();
    office.activate("1.0.0").unwrap();
    let registry = &office.desk.registry;
    let digest = registry.active("granby-id").unwrap();
    registry.quarantine("granby-id", &digest, "claimed too much").unwrap();
    let text = said(|out| office.desk.show("granby-id", out)).unwrap();
    assert!(text.contains("  ! in quarantine, nobody signs in with it: claimed too much"), "{text}");
    assert!(text.contains("quarantine 1.0.0, by kuvert (claimed too much)"), "{text}");
}

#[test]
fn what_nobody_vouches_for_is_refused_with_the_next_step() {
    let office = Office::new();
    let refused = office.install(&office.written(&unsigned(&[]))).unwrap_err().to_string();
    assert!(refused.contains("Nothing has changed") && refused.contains("test-mode on"), "{refused}");
    let stranger = SigningKey::generate(KeyId::parse("mallory").unwrap()).unwrap();
    let foreign = sign(&unsigned(&[]), &stranger).unwrap();
    let refused = office.install(&office.written(&foreign)).unwrap_err().to_string();
    assert!(refused.contains("signed by: mallory") && refused.contains("keys.toml"), "{refused}");
    let refused = office.install(&office.written(b"PK nothing of the kind")).unwrap_err().to_string();
    assert!(refused.contains("Ask whoever gave you the file"), "{refused}");
    assert!(office.list().contains("  ! neither installed nor among those"), "{}", office.list());
}

#[test]
fn what_does_not_pass_its_trial_is_not_kept() {
    let trial = TrialError { code: "P-COMPILE".to_owned(), detail: "it takes too long".to_owned() };
    let office = Office::with(Err(trial));
    let refused = office.install(&office.bundle(&[])).unwrap_err().to_string();
    assert!(refused.contains("P-COMPILE") && refused.contains("nobody signs in with it"), "{refused}");
    assert!(!office.list().contains("is installed"), "{}", office.list());
}

#[test]
fn two_different_people_approve_a_profile() {
    let office = Office::new();
    let file = office.folder.path().join("granby-id.toml");
    fs::write(&file, include_str!("../../../../plugins/example-id/profile.toml")).unwrap();
    let approve = |name: &str| said(|out| office.desk.approve(&file, name, "root", out));
    let first = approve("Anna").unwrap();
    assert!(
        first.contains("as soon as another person approves") && first.contains("counts only there"),
        "{first}"
    );
    assert!(approve("anna").is_err(), "the same person again");
    assert!(approve("Bo").unwrap().contains("counts: approved by Anna and Bo"));
    fs::write(&file, "country = \"XX\"").unwrap();
    assert!(approve("Cilla").is_err(), "a profile that leads nowhere is not even noted");
}
