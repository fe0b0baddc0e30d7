//! Archives that try to lead out of themselves, to grow, or to be two things at once.

use kuvert_bundle::{Bundle, BundleError, limits, pack};
use proptest::prelude::{ProptestConfig, any, proptest};
use rawzip::CompressionMethod;

use crate::fixture::{Entry, entry, files, sums, with, zip};

fn refusal(packed: &[u8]) -> BundleError {
    Bundle::open(packed).unwrap_err()
}

/// The good bundle's files as plain entries, with a right digest list over all of them.
fn good() -> Vec<(String, Vec<u8>)> {
    let mut all: Vec<_> = files().into_iter().collect();
    let sums = sums(&files());
    all.push(("SHA256SUMS".to_owned(), sums.into_bytes()));
    all
}

/// The good bundle with one entry more, as an attacker writes it.
fn and(extra: Entry<'_>) -> Vec<u8> {
    let good = good();
    let mut entries: Vec<_> = good.iter().map(|(name, bytes)| entry(name, bytes)).collect();
    entries.push(extra);
    zip(&entries)
}

#[test]
fn a_good_bundle_opens_and_is_the_same_each_time() {
    let packed = pack(&files()).unwrap();
    assert_eq!(packed, pack(&files()).unwrap());
    let bundle = Bundle::open(&packed).unwrap();
    assert_eq!(bundle.file_name(), "probe-1.0.0.kplug");
    assert_eq!(bundle.text("locales/da.ftl"), Some("name = Probe\n"));
    assert_eq!(bundle.files(), &files());
    let good = good();
    let by_hand = zip(&good.iter().map(|(name, bytes)| entry(name, bytes)).collect::<Vec<_>>());
    assert_eq!(Bundle::open(&by_hand).unwrap().digest(), bundle.digest());
}

#[test]
fn names_that_lead_elsewhere_are_refused() {
    for name in [
        "../plugin.wasm",
        "locales/../../etc/passwd",
        "/etc/passwd",
        "//plugin.wasm",
        "locales//sv.ftl",
        "./plugin.wasm",
        "locales/./sv.ftl",
        "..",
        ".",
        "",
        "...",
        "C:\\plugin.wasm",
        "c:plugin.wasm",
        "locales\\sv.ftl",
        "plugin.wasm\0.txt",
        "plugin.wasm\n",
        "pl\u{fc}gin.wasm",
        "\u{202e}msaw.nigulp",
        "plugin wasm",
        "~root",
        "$(reboot)",
    ] {
        let error = refusal(&and(entry(name, b"x")));
        assert!(matches!(error, BundleError::Name(_)), "{name:?}: {error}");
    }
}

#[test]
fn names_that_no_rule_knows_are_refused() {
    for name in
        ["plugin.so", "lib/plugin.wasm", "locales/english.ftl", "signatures/UPPER.sig", "tests/a.toml"]
    {
        assert_eq!(refusal(&and(entry(name, b"x"))), BundleError::Unknown(name.to_owned()));
    }
}

#[test]
fn a_name_comes_once_however_it_is_spelled() {
    for name in ["plugin.wasm", "PLUGIN.wasm", "Manifest.TOML", "locales/EN.ftl", "sha256sums"] {
        let error = refusal(&and(entry(name, b"x")));
        assert_eq!(error, BundleError::Twice(name.to_owned()), "{name}");
    }
}

#[test]
fn only_ordinary_files_are_taken() {
    let modes =
        [(0o120_777, "a link"), (0o060_644, "a device or the like"), (0o140_644, "a device or the like")];
    for (mode, why) in modes {
        let error = refusal(&and(Entry { mode, ..entry("README.md", b"/etc/passwd") }));
        assert_eq!(error, BundleError::NotAFile { name: "README.md".to_owned(), why });
    }
    let error = refusal(&and(Entry { mode: 0o040_755, ..entry("locales/", b"") }));
    assert_eq!(error, BundleError::NotAFile { name: "locales".to_owned(), why: "a folder" });
    let error = refusal(&and(Entry { encrypted: true, ..entry("README.md", b"x") }));
    assert_eq!(error, BundleError::NotAFile { name: "README.md".to_owned(), why: "encrypted" });
    let error = refusal(&and(Entry { method: CompressionMethod::ZSTD, ..entry("README.md", b"x") }));
    assert!(matches!(error, BundleError::Archive(_)), "{error}");
}

#[test]
fn a_bomb_is_stopped_by_its_size() {
    let zeros = vec![0; 64 * 1024 * 1024];
    let bomb = zip(&[Entry { method: CompressionMethod::DEFLATE, ..entry("plugin.wasm", &zeros) }]);
    assert!(bomb.len() < 100 * 1024, "{} bytes", bomb.len());
    let error = refusal(&bomb);
    assert_eq!(
        error,
        BundleError::TooLarge { what: "plugin.wasm".to_owned(), limit: limits::COMPONENT_BYTES }
    );
}

#[test]
fn every_size_has_its_limit() {
    let over = |limit: u64| vec![b' '; usize::try_from(limit).unwrap() + 1];
    for (name, limit) in [
        ("manifest.toml", limits::MANIFEST_BYTES),
        ("plugin.wasm", limits::COMPONENT_BYTES),
        ("icon.svg", limits::ICON_BYTES),
        ("locales/sv.ftl", limits::TEXT_BYTES),
        ("README.md", limits::TEXT_BYTES),
        ("signatures/a.sig", limits::TEXT_BYTES),
    ] {
        let error = refusal(&zip(&[entry(name, &over(limit))]));
        assert_eq!(error, BundleError::TooLarge { what: name.to_owned(), limit });
        assert!(!matches!(refusal(&zip(&[entry(name, &over(limit)[1..])])), BundleError::TooLarge { .. }));
    }
    let error = refusal(&vec![0; limits::PACKED_BYTES + 1]);
    assert!(matches!(error, BundleError::TooLarge { .. }), "{error}");
}

#[test]
fn the_number_and_the_sum_of_files_are_bounded() {
    let names: Vec<String> = (0..=limits::ENTRIES).map(|index| format!("signatures/k{index}.sig")).collect();
    let many = |count: usize| zip(&names[..count].iter().map(|name| entry(name, b"x")).collect::<Vec<_>>());
    let what = "the number of files".to_owned();
    let limit = limits::ENTRIES as u64;
    assert_eq!(refusal(&many(limits::ENTRIES + 1)), BundleError::TooLarge { what, limit });
    assert!(!matches!(refusal(&many(limits::ENTRIES)), BundleError::TooLarge { .. }));

    // Each file within its own limit, all together over the limit of the whole.
    let full = vec![b' '; usize::try_from(limits::TEXT_BYTES).unwrap()];
    let method = CompressionMethod::DEFLATE;
    let entries: Vec<_> = names[..130].iter().map(|name| Entry { method, ..entry(name, &full) }).collect();
    assert!(matches!(refusal(&zip(&entries)), BundleError::TooLarge { .. }));
}

#[test]
fn nothing_hides_before_between_or_behind_the_files() {
    let packed = pack(&files()).unwrap();
    let behind = [packed.as_slice(), b"#!/bin/sh"].concat();
    let before = [b"#!/bin/sh\n".as_slice(), &packed].concat();
    for strange in [behind, before] {
        assert!(matches!(refusal(&strange), BundleError::Archive(_)));
    }
    // The directory names one file's place twice: two names over the same bytes.
    let twin = zip(&[entry("README.md", b"same"), entry("CHANGES.md", b"same")]);
    let directory = twin.windows(4).position(|bytes| bytes == b"PK\x01\x02").unwrap();
    let second = directory + 46 + "README.md".len();
    let second = second + twin[second..].windows(4).position(|bytes| bytes == b"PK\x01\x02").unwrap();
    let mut overlapping = twin.clone();
    overlapping[second + 42..second + 46].copy_from_slice(&[0; 4]);
    assert!(matches!(refusal(&overlapping), BundleError::Archive(_)));
}

#[test]
fn a_wrong_checksum_is_noticed() {
    let packed = zip(&[entry("README.md", b"a plain text to find again")]);
    let at = packed.windows(7).position(|bytes| bytes == b"a plain").unwrap();
    let mut changed = packed;
    changed[at] ^= 1;
    assert!(matches!(refusal(&changed), BundleError::Content { .. }));
}

#[test]
fn a_truncated_bundle_is_refused_wherever_it_ends() {
    let packed = pack(&with("README.md", "words ".repeat(2_000))).unwrap();
    for length in 0..packed.len() {
        assert!(Bundle::open(&packed[..length]).is_err(), "{length} of {}", packed.len());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    /// Changing bytes never makes the host fall over, and never another bundle that counts as the same.
    #[test]
    fn a_mutated_bundle_is_refused_or_is_the_same(
        changes in proptest::collection::vec((any::<usize>(), any::<u8>()), 1..8)
    ) {
        let packed = pack(&files()).unwrap();
        let digest = Bundle::open(&packed).unwrap().digest();
        let mut mutated = packed;
        for (place, byte) in changes {
            let place = place % mutated.len();
            mutated[place] = byte;
        }
        if let Ok(bundle) = Bundle::open(&mutated) {
            assert_eq!(bundle.digest(), digest);
            assert_eq!(bundle.files(), &files());
        }
    }

    /// Noise is no bundle.
    #[test]
    fn noise_is_refused(noise in proptest::collection::vec(any::<u8>(), 0..2_000)) {
        assert!(Bundle::open(&noise).is_err());
    }
}
