//! What a configuration may say, and what it hears when it says something else.

use std::os::unix::fs::PermissionsExt;

use kuvert_domain::{clock::Entropy, directory::Audience, language::Language};

use super::*;

const SMALLEST: &str = r#"
[[municipality]]
slug = "granby"
name = "Granby kommun"
country = "SE"
hosts = ["Granby.localhost"]
languages = ["sv", "en"]
notice_from = "noreply@granby.example"
web_site = "https://granby.example/"
search_term = "säkra meddelanden"
get_eid_url = "https://granby.example/e-legitimation"
contact_centre = { name = "Kontaktcenter", phone = "0999-123 45", hours = "8–16" }
[[municipality.authority]]
slug = "social"
name = "Socialnämnden"
[[municipality.authority.mailbox]]
slug = "bostadsanpassning"
name = "Bostadsanpassning"
[[municipality.method]]
id = "bankid"
name = "BankID"
plugin = "bankid"
profile = "bankid"
audience = "resident"
[municipality.roles]
handlaggare = ["social/bostadsanpassning"]
"#;

struct Ones;

impl Entropy for Ones {
    fn fill(&self, buffer: &mut [u8]) {
        buffer.fill(1);
    }
}

fn parse(text: &str) -> Result<Config, ConfigError> {
    Config::parse(text, Path::new("/etc/kuvert"))
}

#[test]
fn figures_stay_on_this_machine() {
    let with = |address: &str| parse(&format!("[server]\nmetrics_listen = \"{address}\"\n{SMALLEST}"));
    assert_eq!(parse(SMALLEST).unwrap().metrics_listen, None);
    assert!(with("127.0.0.1:9464").unwrap().metrics_listen.is_some());
    for address in ["0.0.0.0:9464", "[::]:9464", "192.168.1.5:9464", "localhost"] {
        assert!(with(address).unwrap_err().to_string().contains("server.metrics_listen"), "{address}");
    }
}

#[test]
fn the_smallest_file_gets_the_defaults() {
    let config = parse(SMALLEST).unwrap();
    assert_eq!(config.listen.port(), 443);
    assert_eq!(config.data_dir, Path::new("/var/lib/kuvert"));
    let granby = config.municipalities.first().unwrap();
    assert_eq!(granby.hosts, ["granby.localhost"]);
    assert_eq!(granby.languages, [Language::Sv, Language::En]);
    assert_eq!(granby.retention.days(), 30);
    assert_eq!(granby.methods[0].audience, Audience::Resident);
    assert_eq!(granby.roles["handlaggare"], [("social".to_owned(), "bostadsanpassning".to_owned())]);
}

#[test]
fn every_fault_names_its_key() {
    let cases = [
        ("country = \"SE\"", "country = \"NO\"", "municipality[granby].country"),
        (
            "notice_from = \"noreply@granby.example\"",
            "notice_from = \"noreply\"",
            "municipality[granby].notice_from",
        ),
        ("\"https://granby.example/\"", "\"http://granby.example/\"", "municipality[granby].web_site"),
        ("audience = \"resident\"", "audience = \"anybody\"", "municipality[granby].method[bankid].audience"),
        (
            "audience = \"resident\"",
            "audience = \"resident\"\nlevel = \"low\"",
            "municipality[granby].method[bankid].level",
        ),
        (
            "audience = \"resident\"",
            "audience = \"resident\"\nallow = [\"http:api\", \"files:read\"]",
            "municipality[granby].method[bankid].allow",
        ),
        ("audience = \"resident\"", "audience = \"staff\"", "municipality[granby].method[bankid].profile"),
        (
            "profile = \"bankid\"",
            "profile = \"mitid-signaturgruppen-erhverv\"",
            "municipality[granby].method[bankid].profile",
        ),
        ("social/bostadsanpassning", "social/post", "municipality[granby].roles.handlaggare"),
        ("slug = \"social\"", "slug = \"So/cial\"", "municipality[granby].authority[So/cial].slug"),
        ("[\"sv\", \"en\"]", "[\"fi\"]", "municipality[granby].languages"),
    ];
    for (right, wrong, expected) in cases {
        let error = parse(&SMALLEST.replace(right, wrong)).unwrap_err();
        assert!(matches!(&error, ConfigError::Key { key, .. } if key == expected), "{error}");
    }
}

#[test]
fn sections_are_checked_against_themselves() {
    let cases = [
        ("[server]\nlisten = \"443\"", "server.listen"),
        ("[server]\nlog = \"xml\"", "server.log"),
        ("[smtp]\nhost = \"relay.example\"", "smtp.tls"),
        ("[smtp]\ntls = \"starttls\"\nusername = \"k\"", "smtp.password_file"),
        ("[tls]\nkey_file = \"k.pem\"", "tls.certificate_file"),
        ("[tasks]\npurge = \"every night\"", "tasks.purge"),
    ];
    for (text, expected) in cases {
        let error = parse(&format!("{text}\n{SMALLEST}")).unwrap_err();
        assert!(matches!(&error, ConfigError::Key { key, .. } if key == expected), "{error}");
    }
}

#[test]
fn a_list_of_what_is_allowed_is_no_list_at_all_or_what_stands_in_it() {
    let allowed = |line: &str| {
        let written = SMALLEST.replace("audience =", &format!("{line}\naudience ="));
        parse(&written).unwrap().municipalities[0].methods[0].allow.clone()
    };
    assert_eq!(allowed(""), None);
    assert_eq!(allowed("allow = []").unwrap().len(), 0);
    let two = allowed("allow = [\"identity.assert:SE:low\", \"http:api\"]").unwrap();
    assert_eq!(
        two.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["http:api", "identity.assert:SE:low"]
    );
}

#[test]
fn a_misspelt_key_is_refused() {
    let error = parse(&format!("[server]\nlissten = \"[::]:1\"\n{SMALLEST}")).unwrap_err();
    assert!(error.to_string().contains("lissten"), "{error}");
}

#[test]
fn the_file_is_named_in_errors() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("kuvert.toml");
    std::fs::write(&file, SMALLEST.replace("\"SE\"", "\"NO\"")).unwrap();
    let error = Config::load(&file).unwrap_err().to_string();
    assert!(error.contains(&file.display().to_string()), "{error}");
    assert!(matches!(Config::load(&folder.path().join("none.toml")), Err(ConfigError::Missing { .. })));
}

#[test]
fn a_root_key_must_be_the_owners_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("root.key");
    std::fs::write(&file, new_root_key(&Ones)).unwrap();
    let text = format!("[server]\nroot_key_file = \"root.key\"\n{SMALLEST}");
    let config = Config::parse(&text, folder.path()).unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o640)).unwrap();
    assert!(config.root_key.read().unwrap_err().to_string().contains("0600"));
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
    assert_eq!(config.root_key.read().unwrap().expose(), &[1; 32]);
    std::fs::write(&file, "abc").unwrap();
    assert!(config.root_key.read().is_err());
}

#[test]
fn what_proves_who_the_municipality_is_must_be_the_owner_s_alone() {
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| folder.path().join(name);
    std::fs::write(place("client.pem"), "certificate").unwrap();
    std::fs::write(place("secret"), "secret").unwrap();
    let endpoint = "[municipality.method.endpoints.api]\nurl = \"https://api.granby.example\"\n\
                    certificate_file = \"client.pem\"\nkey_file = \"secret\"\n";
    let oidc = |proof: &str| {
        format!(
            "[municipality.method.oidc]\nissuer = \"https://login.granby.example\"\nclient_id = \"kuvert\"\n{proof} = \"secret\"\n"
        )
    };
    for (method, key) in [
        (endpoint.to_owned(), "key_file"),
        (oidc("client_secret_file"), "client_secret_file"),
        (oidc("client_key_file"), "client_key_file"),
    ] {
        let text = SMALLEST.replace("[municipality.roles]", &format!("{method}[municipality.roles]"));
        protect(&place("secret"), 0o640);
        let error = Config::parse(&text, folder.path()).unwrap_err().to_string();
        assert!(error.contains(key) && error.contains("make it 0600"), "{error}");
        protect(&place("secret"), 0o600);
        assert!(Config::parse(&text, folder.path()).is_ok(), "{key}");
    }
}

fn protect(file: &Path, mode: u32) {
    std::fs::set_permissions(file, std::fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn the_example_means_what_it_says() {
    let folder = tempfile::tempdir().unwrap();
    let example = include_str!("../../../packaging/config/kuvert.example.toml");
    for name in ["bankid-root.pem", "bankid-client.pem", "bankid.key", "directory.secret"] {
        std::fs::write(folder.path().join(name), "content\n").unwrap();
        protect(&folder.path().join(name), 0o600);
    }
    // There are no systemd credentials here: plain files stand in for them.
    let text = example.replace("credential:bankid-key", "bankid.key").replace(
        "client_secret_file = \"credential:directory-secret\"",
        "client_secret_file = \"directory.secret\"",
    );
    let config = Config::parse(&text, folder.path()).unwrap();
    assert_eq!(config.municipalities[0].methods.len(), 2);
    assert_eq!(config.data_dir, Path::new("/var/lib/kuvert"));
}

#[test]
fn every_default_is_shown_in_the_example() {
    let example = include_str!("../../../packaging/config/kuvert.example.toml");
    for line in DEFAULTS.lines().filter(|line| line.contains(" = ")) {
        assert!(example.contains(&format!("\n#{line}\n")), "{line}");
    }
}
