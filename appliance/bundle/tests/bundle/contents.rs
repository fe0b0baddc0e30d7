//! What the files must be, and what the manifest may say.

use kuvert_bundle::{Bundle, BundleError, Digest, Files, Manifest, Permission, pack};
use proptest::prelude::proptest;

use crate::fixture::{MANIFEST, entry, files, sums, with, zip};

fn refusal(name: &str, content: impl Into<Vec<u8>>) -> BundleError {
    pack(&with(name, content)).unwrap_err()
}

#[test]
fn every_file_is_the_one_that_the_list_names() {
    let sums = sums(&files());
    let open = |files: &Files, sums: &str| {
        let mut entries: Vec<_> = files.iter().map(|(name, bytes)| entry(name, bytes)).collect();
        entries.push(entry("SHA256SUMS", sums.as_bytes()));
        Bundle::open(&zip(&entries))
    };
    assert!(open(&files(), &sums).is_ok());
    let changed = with("locales/sv.ftl", "name = Annan\n");
    assert_eq!(open(&changed, &sums).unwrap_err(), BundleError::Digest("locales/sv.ftl".to_owned()));
    let more = with("README.md", "not listed");
    assert_eq!(open(&more, &sums).unwrap_err(), BundleError::Digest("README.md".to_owned()));
    let listed_only = format!("{sums}{}  README.md\n", Digest::of(b""));
    assert_eq!(open(&files(), &listed_only).unwrap_err(), BundleError::Missing("README.md".to_owned()));
    for broken in [format!("{sums}{sums}"), format!("{sums}\nx"), sums.to_uppercase(), String::new()] {
        assert!(open(&files(), &broken).is_err(), "{broken}");
    }
    let good = files();
    let without: Vec<_> = good.iter().map(|(name, bytes)| entry(name, bytes)).collect();
    assert_eq!(Bundle::open(&zip(&without)).unwrap_err(), BundleError::Missing("SHA256SUMS".to_owned()));
}

#[test]
fn what_must_be_there_is_there() {
    for name in ["manifest.toml", "plugin.wasm", "locales/sv.ftl", "locales/da.ftl", "locales/en.ftl"] {
        let mut files = files();
        files.remove(name);
        assert_eq!(pack(&files).unwrap_err(), BundleError::Missing(name.to_owned()));
    }
}

#[test]
fn only_a_component_is_a_component() {
    for (bytes, word) in [
        (b"\0asm\x01\0\0\0".as_slice(), "core module"),
        (b"\x7fELF\x02\x01\x01", "compiled already"),
        (b"", "not a WebAssembly"),
        (b"\0asm", "not a WebAssembly"),
        (b"MZ\x90\0", "not a WebAssembly"),
    ] {
        let error = refusal("plugin.wasm", bytes).to_string();
        assert!(error.contains(word), "{error}");
    }
    assert!(matches!(refusal("locales/en.ftl", b"\xff\xfe".as_slice()), BundleError::Content { .. }));
}

#[test]
fn a_manifest_says_nothing_that_the_host_does_not_know() {
    let change = |from: &str, to: &str| refusal("manifest.toml", MANIFEST.replace(from, to)).to_string();
    for (from, to, word) in [
        ("vendor", "vender", "vender"),
        ("hosts =", "ports = [1]\nhosts =", "ports"),
        ("default =", "secret = true\ndefault =", "secret"),
        ("identity-provider@0.1.0", "identity-provider@2.0.0", "2.0.0"),
        ("kind = \"identity\"", "kind = \"profile\"", "runs"),
        ("kind = \"identity\"", "kind = \"driver\"", "driver"),
        ("min-host = \"0.1.0\"", "min-host = \"99.0.0\"", "needs Kuvert 99.0.0"),
        ("version = \"1.0.0\"", "version = \"1.0\"", "version"),
        ("version = \"1.0.0\"", "version = \"1.0.0+build\"", "version"),
        ("id = \"probe\"", "id = \"../probe\"", "id"),
        ("id = \"probe\"", "id = \"1probe\"", "id"),
        ("http:api", "http:other", "no endpoint other"),
        ("http:api", "files:api", "no permission files:api"),
        ("http:api", "http: api", "no permission"),
        ("http:api", "notify.send:sms", "sends no notices"),
        ("en = \"Asks the probe.\"", "sv = \"Frågar.\"", "English"),
        ("Asks the probe.", "Asks\\nthe probe.", "one line"),
        ("Nordic Probes", "", "one line"),
        ("[settings.colour]", "[limits]\nmemory-mib = 8\n[settings.colour]", "memory-mib"),
        ("[settings.colour]", "[limits]\nmemory-kib = -8\n[settings.colour]", "-8"),
        ("[settings.colour]", "[limits]\nmemory-kib = 0\n[settings.colour]", "memory-kib = 0 leaves nothing"),
        ("[settings.colour]", "[limits]\nhttp-calls = 1.5\n[settings.colour]", "1.5"),
    ] {
        let said = change(from, to);
        assert!(said.contains(word), "{from} → {to}: {said}");
    }
}

#[test]
fn permissions_are_read_as_they_are_written() {
    for text in [
        "http:api",
        "http.private-network:api",
        "credential:api:client-certificate",
        "token.verify:freja-jws",
        "identity.assert:SE:substantial",
        "identity.assert:DK:high",
        "notify.send:sms",
    ] {
        assert_eq!(Permission::parse(text).unwrap().to_string(), text);
    }
    for text in [
        "http",
        "http:",
        "http:*",
        "HTTP:api",
        "http:api:more",
        "credential:api",
        "identity.assert:SE",
        "identity.assert:se:high",
        "identity.assert:NO:high",
        "identity.assert:SE:ultra",
        "files:read",
        "",
    ] {
        assert_eq!(Permission::parse(text), None, "{text}");
    }
}

#[test]
fn a_plugin_sets_its_own_limits_by_name() {
    let limits = |text: &str| Manifest::parse(&format!("{MANIFEST}[limits]\n{text}\n")).unwrap().limits;
    assert!(Manifest::parse(MANIFEST).unwrap().limits.named().iter().all(|(_, own)| own.is_none()));
    for (name, _) in limits("").named() {
        let set: Vec<_> =
            limits(&format!("{name} = 7")).named().into_iter().filter(|(_, own)| own.is_some()).collect();
        assert_eq!(set, [(name, Some(7))]);
    }
    assert_eq!(limits("http-calls = 0").http_calls, Some(0), "a plugin that sends nothing");
}

#[test]
fn settings_are_what_was_set_or_the_default() {
    let manifest = Manifest::parse(MANIFEST).unwrap();
    let set = |name: &str, value: &str| manifest.settings(&[(name.to_owned(), value.to_owned())].into());
    assert_eq!(set("colour", "blue").unwrap()["colour"], "blue");
    assert_eq!(manifest.settings(&[].into()).unwrap()["colour"], "red");
    assert!(set("colour", "green").is_err());
    assert!(set("flavour", "sweet").is_err());
}

proptest! {
    #[test]
    fn no_manifest_makes_the_parser_fall_over(text in ".{0,400}") {
        let _ = Manifest::parse(&text);
        let _ = Manifest::parse(&format!("{MANIFEST}{text}"));
    }
}
