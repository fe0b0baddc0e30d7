//! Asked, implied, allowed: what becomes of each word of the manifest.

use kuvert_domain::{directory::Audience, secret::Secret};

use super::*;
use crate::ClientIdentity;

const MANIFEST: &str = r#"
    id = "eid"
    version = "1.0.0"
    kind = "identity"
    world = "kuvert:identity/identity-provider@0.1.0"
    min-host = "0.1.0"
    vendor = "Granby"
    licence = "EUPL-1.2"
    [permissions]
    "http:api" = { en = "Asks." }
    "http.private-network:api" = { en = "Inside." }
    "credential:api:client-certificate" = { en = "Shows." }
    "token.verify:jws" = { en = "Checks." }
    "identity.assert:SE:high" = { en = "Says." }
    [endpoints.api]
    hosts = ["api.example"]
    methods = ["GET"]
    paths = ["/v1"]
    auth = "client-certificate"
"#;
const ASKED: [&str; 5] = [
    "credential:api:client-certificate",
    "http.private-network:api",
    "http:api",
    "identity.assert:SE:high",
    "token.verify:jws",
];

fn manifest() -> Manifest {
    Manifest::parse(MANIFEST).unwrap()
}

fn word(text: &str) -> Permission {
    Permission::parse(text).unwrap()
}

/// A binding that implies everything.
fn whole() -> Binding {
    let identity = ClientIdentity { certificate_pem: String::new(), key_pem: Secret::new("key".to_owned()) };
    let api = EndpointBinding {
        url: "https://api.example".to_owned(),
        ca_pem: None,
        client_identity: Some(identity),
        private_network: true,
    };
    Binding {
        id: "granby/eid".to_owned(),
        municipality: "granby".to_owned(),
        plugin: "eid".to_owned(),
        profile: "bankid".to_owned(),
        audience: Audience::Resident,
        endpoints: BTreeMap::from([("api".to_owned(), api)]),
        settings: BTreeMap::new(),
        trusts: BTreeMap::from([("jws".to_owned(), "jws".into())]),
        oidc: None,
        allow: None,
    }
}

fn allowing(words: &[&str]) -> Binding {
    Binding { allow: Some(words.iter().map(|text| word(text)).collect()), ..whole() }
}

fn told(binding: &Binding, text: &str) -> String {
    Grants::of(&manifest(), binding).0[&word(text)].to_string()
}

#[test]
fn without_a_list_the_binding_implies_what_is_granted() {
    for text in ASKED {
        assert_eq!(told(&whole(), text), "granted", "{text}");
    }
    let mut bare = whole();
    bare.trusts.clear();
    let api = bare.endpoints.get_mut("api").unwrap();
    (api.client_identity, api.private_network) = (None, false);
    for (text, line) in [
        (
            "credential:api:client-certificate",
            "key_file = \"FILE\" under [municipality.method.endpoints.api]",
        ),
        ("http.private-network:api", "private_network = true under [municipality.method.endpoints.api]"),
        ("token.verify:jws", "jws = \"FILE OR FOLDER\" under [municipality.method.trusts]"),
    ] {
        assert!(told(&bare, text).contains(line), "{}", told(&bare, text));
    }
    bare.endpoints.clear();
    let told = told(&bare, "http:api");
    assert!(
        told.contains("url = \"https://api.example\" under [municipality.method.endpoints.api]"),
        "{told}"
    );
}

#[test]
fn a_list_grants_what_it_names_and_nothing_else() {
    for text in ASKED {
        let others: Vec<&str> = ASKED.into_iter().filter(|other| *other != text).collect();
        let binding = allowing(&others);
        assert_eq!(told(&allowing(&ASKED), text), "granted", "{text}");
        for other in others {
            assert_eq!(told(&binding, other), "granted", "{other} without {text}");
        }
        // The line to write is the whole list with this one in it.
        let words: Vec<String> = ASKED.iter().map(|asked| format!("\"{asked}\"")).collect();
        let whole = format!("write allow = [{}] under [[municipality.method]]", words.join(", "));
        assert!(told(&binding, text).ends_with(&whole), "{}", told(&binding, text));
        assert_eq!(told(&allowing(&[]), text).split(';').next(), Some("`allow` does not name it"));
    }
}

#[test]
fn a_list_makes_up_for_nothing_that_the_binding_lacks() {
    let mut binding = allowing(&["http.private-network:api"]);
    binding.endpoints.get_mut("api").unwrap().private_network = false;
    let said = told(&binding, "http.private-network:api");
    assert!(said.contains("not confirmed") && said.contains("private_network = true"), "{said}");
    binding.allow = Some(BTreeSet::new());
    let said = told(&binding, "http.private-network:api");
    assert!(
        said.contains(
            "allow = [\"http.private-network:api\"] under [[municipality.method]] and private_network = true"
        ),
        "{said}"
    );
}

#[test]
fn a_level_can_be_lowered_and_not_raised() {
    let levels = |binding: &Binding| {
        let grants = Grants::of(&manifest(), binding);
        [Level::Low, Level::Substantial, Level::High].map(|level| grants.may_assert(Country::Sweden, level))
    };
    assert_eq!(levels(&whole()), [true, true, true]);
    let lower = allowing(&["identity.assert:SE:substantial"]);
    assert_eq!(levels(&lower), [true, true, false]);
    assert_eq!(
        levels(&allowing(&["identity.assert:SE:low", "identity.assert:SE:substantial"])),
        [true, true, false]
    );
    assert_eq!(levels(&allowing(&["identity.assert:DK:high"])), [false, false, false]);
    let said = told(&lower, "identity.assert:SE:high");
    let line = "only up to substantial; for all of it, write allow = [\"identity.assert:SE:high\"]";
    assert!(said.starts_with(line), "{said}");
    let grants = Grants::of(&manifest(), &lower);
    assert!(grants.refusal(&word("identity.assert:SE:high")).contains(line));
    // What nobody asked for is not had by allowing it.
    let modest = Manifest::parse(&MANIFEST.replace("SE:high", "SE:low")).unwrap();
    let grants = Grants::of(&modest, &allowing(&["identity.assert:SE:high"]));
    assert!(
        grants.may_assert(Country::Sweden, Level::Low) && !grants.may_assert(Country::Sweden, Level::High)
    );
}

#[test]
fn what_is_allowed_in_vain_is_named() {
    let binding = allowing(&["http:api", "http:other", "identity.assert:SE:low", "identity.assert:DK:low"]);
    assert_eq!(unasked(&manifest(), &binding), [word("http:other"), word("identity.assert:DK:low")]);
    assert_eq!(unasked(&manifest(), &whole()), []);
}
