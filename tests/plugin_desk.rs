//! What an administrator does with plugins, by the program itself: the real command line, table, trial and exit codes.
//!
//! The bundle is the one that `cargo xtask plugins` built and signed. What the commands say in each case is tested
//! beside their code; here is that they hang together.

use std::{
    fs::{self, Permissions},
    os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown, symlink},
    path::{Path, PathBuf},
    process::Command,
};

use kuvert_service::bundle::{Files, pack};
use kuvert_simulators::ca::Authority;
use tempfile::TempDir;

const CONFIG: &str = r#"
[server]
listen = "127.0.0.1:0"
data_dir = "data"
plugins_dir = "@PLUGINS@"
plugin_keys_file = "@KEYS@"
cache_dir = "cache"
root_key_file = "root.key"

[[municipality]]
slug = "granby"
name = "Granby kommun"
country = "SE"
hosts = ["granby.localhost"]
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
"#;
const BANKID: &str = r#"
[[municipality.method]]
id = "bankid"
name = "BankID"
plugin = "bankid"
profile = "bankid"
audience = "resident"

[municipality.method.endpoints.api]
url = "https://appapi2.test.bankid.com"
"#;

/// What is missing there.
const CERTIFICATE: &str = "certificate_file = \"client.pem\"\nkey_file = \"client.key\"\n";

/// Staff by a directory, under this trust profile.
pub(crate) const DIRECTORY: &str = r#"
[[municipality.method]]
id = "staff"
name = "Granby-konto"
plugin = "oidc"
profile = "@PROFILE@"
audience = "staff"

[municipality.method.oidc]
issuer = "https://login.granby.example"
client_id = "kuvert"
client_secret_file = "directory.secret"
"#;

/// A folder with a configuration, and the command line in it.
pub(crate) struct Desk(pub(crate) TempDir);

impl Desk {
    fn new() -> Self {
        Self::with(BANKID, &built().join("keys.toml").display().to_string())
    }

    /// With these ways to sign in, and this list of trusted keys.
    pub(crate) fn with(methods: &str, keys_file: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = CONFIG.replace("@PLUGINS@", &built().display().to_string()).replace("@KEYS@", keys_file);
        fs::write(folder.path().join("kuvert.toml"), config + methods).unwrap();
        fs::create_dir(folder.path().join("data")).unwrap();
        let client = Authority::new("Test bank").unwrap().client("Granby kommun").unwrap();
        for (name, text) in [
            ("directory.secret", "secret"),
            ("client.pem", &client.cert_pem),
            ("client.key", &client.key_pem),
        ] {
            fs::write(folder.path().join(name), text).unwrap();
            fs::set_permissions(folder.path().join(name), Permissions::from_mode(0o600)).unwrap();
        }
        let desk = Self(folder);
        let made = desk.program(&["key", "new", "--out", "root.key"]).status().unwrap();
        assert!(made.success());
        desk
    }

    /// Writes something else into the configuration; at its end, in the place of nothing.
    fn change_config(&self, from: &str, to: &str) {
        let file = self.0.path().join("kuvert.toml");
        let text = fs::read_to_string(&file).unwrap();
        let text = if from.is_empty() { format!("{text}{to}") } else { text.replace(from, to) };
        fs::write(file, text).unwrap();
    }

    /// The program that municipalities run, in this folder.
    pub(crate) fn program(&self, words: &[&str]) -> Command {
        let mut program = Command::new(env!("CARGO_BIN_EXE_kuvert"));
        program.args(words).current_dir(self.0.path());
        program
    }

    /// Types `kuvert plugin …`: whether it succeeded, and what it said.
    fn types(&self, words: &[&str]) -> (bool, String) {
        self.says(&[&["plugin"], words].concat())
    }

    fn says(&self, words: &[&str]) -> (bool, String) {
        let output = self.program(words).args(["--config", "kuvert.toml"]).output().unwrap();
        let said = [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap());
        (output.status.success(), said.concat())
    }

    pub(crate) fn succeeds(&self, words: &[&str], says: &str) {
        let (succeeded, said) = self.types(words);
        assert!(succeeded && said.contains(says), "{words:?} should say {says:?}:\n{said}");
    }

    pub(crate) fn fails(&self, words: &[&str], says: &str) {
        let (succeeded, said) = self.types(words);
        assert!(!succeeded && said.contains(says), "{words:?} should fail with {says:?}:\n{said}");
    }
}

pub(crate) fn built() -> PathBuf {
    std::env::current_exe().unwrap().ancestors().nth(3).unwrap().join("plugins")
}

/// The bundle that was built, and its version.
fn bankid() -> (String, String) {
    let mut files = fs::read_dir(built()).unwrap().map(|file| file.unwrap().path());
    let names = |path: &PathBuf| path.file_name().unwrap().to_string_lossy().into_owned();
    let file = files.find(|path| names(path).starts_with("bankid-")).expect("run `cargo xtask plugins`");
    let version = names(&file).trim_start_matches("bankid-").trim_end_matches(".kplug").to_owned();
    (file.display().to_string(), version)
}

/// A bundle that nobody signed, with nothing in it that could run.
fn hollow() -> Files {
    let manifest = "id = \"hollow\"\nversion = \"1.0.0\"\nkind = \"identity\"\nworld = \"kuvert:identity/identity-provider@0.1.0\"\n\
                    min-host = \"0.1.0\"\nvendor = \"Nobody\"\nlicence = \"EUPL-1.2\"\n";
    let mut files: Files =
        ["sv", "da", "en"].map(|tag| (format!("locales/{tag}.ftl"), b"name = Hollow\n".to_vec())).into();
    files.insert("manifest.toml".to_owned(), manifest.into());
    files.insert("plugin.wasm".to_owned(), b"\0asm\x0d\0\x01\0".to_vec());
    files
}

#[test]
fn a_plugin_is_taken_in_used_and_gone_back_from() {
    let desk = Desk::new();
    let (file, version) = bankid();
    desk.succeeds(&["list"], "bankid, not in use");
    desk.succeeds(&["install", &file], "signed by development");
    desk.succeeds(&["list"], &format!("kuvert plugin activate bankid {version}"));
    desk.fails(&["activate", "bankid", &version], "does not fit what the configuration says");
    desk.change_config("", CERTIFICATE);
    desk.succeeds(&["activate", "bankid", &version], "Logins in progress finish where they began");
    desk.succeeds(&["list"], "signs people in for granby/bankid");
    desk.succeeds(&["show", "bankid"], "shows the municipality's client certificate");
    desk.fails(&["roll-back", "bankid"], "no earlier version");
    desk.fails(&["remove", "bankid", &version], "in use");
    desk.fails(&["activate", "bankid", "9.9.9"], "not installed");
    desk.change_config(CERTIFICATE, "");
    desk.fails(&["probe", "bankid"], "granby/bankid\n  ! P-CONFIG");
    desk.fails(&["probe", "nobody"], "no way to sign in names the plugin nobody");
}

#[test]
fn what_nobody_signed_needs_the_mark_and_still_passes_its_trial() {
    let desk = Desk::new();
    fs::write(desk.0.path().join("hollow.kplug"), pack(&hollow()).unwrap()).unwrap();
    desk.fails(&["install", "hollow.kplug"], "Nothing has changed");
    desk.succeeds(&["test-mode", "on"], "every page says so");
    desk.fails(&["install", "hollow.kplug"], "P-WIT");
    let (_, list) = desk.types(&["list"]);
    assert!(list.contains("marked as test") && !list.contains("hollow"), "{list}");
    desk.succeeds(&["test-mode", "off"], "Only signed plugins run");
}

#[test]
fn before_the_first_start_a_check_says_what_a_way_to_sign_in_lacks() {
    let (good, said) = Desk::new().says(&["check"]);
    assert!(!good && said.contains("one way to sign in is out of order"), "{said}");
    let line = "  ! granby/bankid: the endpoint api: credential:api:client-certificate is not granted: the client certificate \
                is not named; to grant it, write certificate_file = \"FILE\", key_file = \"FILE\" under \
                [municipality.method.endpoints.api]";
    assert!(said.contains(line), "{said}");

    let directory = DIRECTORY.replace("@PROFILE@", "staff-oidc");
    let keys = built().join("keys.toml").display().to_string();
    let (good, said) = Desk::with(&directory, &keys).says(&["check"]);
    assert!(good && said.contains("sign-in by staff"), "{said}");
    let line = "granby/staff: http.private-network:provider is not granted: ";
    assert!(
        said.contains(line) && said.contains("private_network = true under [municipality.method.oidc]"),
        "{said}"
    );

    let confirmed = directory.replace("client_id", "private_network = true\nclient_id");
    let narrowed = confirmed.replace("audience", "allow = [\"http:provider\", \"http:api\"]\naudience");
    let (good, said) = Desk::with(&confirmed, &keys).says(&["check"]);
    assert!(good && !said.contains("not granted"), "{said}");
    let (good, said) = Desk::with(&narrowed, &keys).says(&["check"]);
    assert!(good && said.contains("http:api is allowed, and oidc does not ask for it"), "{said}");
    assert!(
        said.contains("identity.assert:SE:substantial is not granted: `allow` does not name it"),
        "{said}"
    );
}

#[test]
fn a_check_finds_every_way_to_sign_in_that_could_not_begin() {
    let keys = built().join("keys.toml").display().to_string();
    for (from, to, why) in [
        ("@PROFILE@", "nobody-s", "there is no trust profile nobody-s"),
        ("audience", "settings = { colour = \"blue\" }\naudience", "the plugin has no setting colour"),
        ("audience", "trusts = { jws = \"jws\" }\naudience", "the trust profile has no trust jws"),
        ("plugin = \"oidc\"", "plugin = \"nothing\"", "there is no plugin nothing"),
    ] {
        let methods = DIRECTORY.replace(from, to).replace("@PROFILE@", "staff-oidc");
        let (good, said) = Desk::with(&methods, &keys).says(&["check"]);
        assert!(!good && said.contains(&format!("  ! granby/staff: {why}")), "{why:?}: {said}");
    }
}

#[test]
fn a_check_finds_what_is_named_and_not_there() {
    let keys = built().join("keys.toml").display().to_string();
    let methods = DIRECTORY.replace("@PROFILE@", "staff-oidc");
    let folder = format!("plugins_dir = \"{}\"", built().display());
    let file = format!("plugin_keys_file = \"{keys}\"");
    for (from, to, why) in [
        (folder.as_str(), "plugins_dir = \"nowhere\"", "server.plugins_dir: "),
        (&file, "plugin_keys_file = \"nowhere\"", "server.plugin_keys_file: "),
        (&file, "plugin_keys_file = \"root.key\"", "server.plugin_keys_file: "),
        ("country = \"SE\"", "country = \"SE\"\ntheme = \"nobody-s\"", "municipality[granby].theme: "),
    ] {
        let desk = Desk::with(&methods, &keys);
        desk.change_config(from, to);
        let (good, said) = desk.says(&["check"]);
        assert!(!good && said.contains(&format!("  ! {why}")), "{to}: {said}");
    }
}

#[test]
fn what_a_stranger_wrote_reaches_the_terminal_as_text() {
    let desk = Desk::new();
    let evil = "\u{1b}[2J\u{202e}good";
    let mut files = hollow();
    files.insert("CHANGES.md".to_owned(), format!("# Changes\n\n## 1.0.0\n\n{evil}\n").into());
    fs::write(desk.0.path().join("hollow.kplug"), pack(&files).unwrap()).unwrap();
    fs::write(desk.0.path().join("evil.toml"), format!("country = {evil}\n")).unwrap();
    desk.succeeds(&["test-mode", "on"], "every page says so");
    for words in [&["install", "hollow.kplug"][..], &["approve-profile", "evil.toml", "--as", "Anna"]] {
        let (_, said) = desk.types(words);
        assert!(said.contains("[2Jgood"), "{said:?}");
        assert!(!said.contains('\u{1b}') && !said.contains('\u{202e}'), "{said:?}");
    }
}

#[test]
fn looking_makes_nothing_and_asking_installs_nothing() {
    let desk = Desk::new();
    desk.succeeds(&["list"], "bankid, not in use");
    desk.succeeds(&["show", "bankid"], "it came with the appliance and is not installed");
    desk.fails(&["probe", "bankid"], "bankid is not installed");
    let (file, version) = bankid();
    assert_eq!(fs::read_dir(desk.0.path().join("data")).unwrap().count(), 0);
    desk.succeeds(&["install", &file], "Nothing has changed for anybody yet");
    desk.fails(&["probe", "bankid"], "no version of bankid is in use");
    desk.succeeds(&["list"], &format!("kuvert plugin activate bankid {version}"));
}

/// The service's user may lay links in its own folder; root, who types, must not write through them. Where the test is
/// not run by root, the folder is its own, and what is asked of the files is the same.
#[test]
fn what_a_command_makes_belongs_to_the_folder_s_owner_whoever_types_it() {
    let desk = Desk::new();
    let place = |name: &str| desk.0.path().join(name);
    let (file, version) = bankid();
    for (from, to) in [(Path::new(&file), "given.kplug"), (&built().join("keys.toml"), "keys.toml")] {
        fs::copy(from, place(to)).unwrap();
    }
    desk.change_config(&format!("{}/keys.toml", built().display()), "keys.toml");
    for (name, mode) in [(".", 0o755), ("kuvert.toml", 0o644), ("keys.toml", 0o644), ("given.kplug", 0o600)] {
        fs::set_permissions(place(name), Permissions::from_mode(mode)).unwrap();
    }
    let theirs = place("theirs");
    fs::write(&theirs, "of somebody else").unwrap();
    fs::create_dir_all(place("data/plugins/bundles")).unwrap();
    for link in ["data/plugins/unfinished", "data/plugins/bundles/unfinished"] {
        symlink(&theirs, place(link)).unwrap();
    }
    if fs::metadata("/proc/self").unwrap().uid() == 0 {
        for theirs in ["data", "data/plugins", "data/plugins/bundles"] {
            chown(place(theirs), Some(65_534), Some(65_534)).unwrap();
        }
    }
    desk.succeeds(&["install", "given.kplug"], "Nothing has changed for anybody yet");
    desk.succeeds(&["list"], &format!("kuvert plugin activate bankid {version}"));
    desk.succeeds(&["test-mode", "on"], "every page says so");
    let owner = fs::metadata(place("data")).unwrap().uid();
    for made in ["data/test-data", "data/plugins/lock", "data/plugins/table.toml"] {
        assert_eq!(fs::metadata(place(made)).unwrap().uid(), owner, "{made}");
    }
    assert_eq!(fs::read_to_string(&theirs).unwrap(), "of somebody else");
}
