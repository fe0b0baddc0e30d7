//! The registry: what may follow what, what counts at each start, and that no kill leaves a table that lies.

mod kills;
mod leaving;

use std::{fs, path::Path, sync::Arc};

use jiff::{SignedDuration, Timestamp};
use kuvert_bundle::{
    Kind, Kinds, Registry, RegistryError, RegistrySettings, SignatureError, SigningKey, Trial, TrialError,
    TrustStore, pack, sign,
};
use kuvert_domain::clock::Clock;
use semver::Version;
use tempfile::TempDir;

use crate::fixture::{MANIFEST, key, with};

/// So many minutes after noon.
struct Noon(i64);

impl Clock for Noon {
    fn now(&self) -> Timestamp {
        let noon: Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
        noon + SignedDuration::from_mins(self.0)
    }
}

/// Passes everything, or nothing.
struct Verdict(Result<(), TrialError>);

impl Trial for Verdict {
    fn run(&self, _packed: &[u8]) -> Result<(), TrialError> {
        self.0.clone()
    }
}

/// An appliance's folders, and the key that signs here.
struct Place {
    folder: TempDir,
    key: SigningKey,
}

impl Place {
    fn new() -> Self {
        let place = Self { folder: tempfile::tempdir().unwrap(), key: key("kuvert-2026") };
        fs::create_dir(place.folder.path().join("shipped")).unwrap();
        place.trust("");
        place
    }

    fn trust(&self, more: &str) {
        let block = TrustStore::block(&self.key, &Kinds::from([Kind::Identity, Kind::Profile]));
        fs::write(self.folder.path().join("keys.toml"), format!("{block}{more}")).unwrap();
    }

    fn open(&self) -> Registry {
        open(self.folder.path(), Ok(()), |_| {})
    }

    /// The same, so many minutes later.
    fn later(&self, minutes: i64) -> Registry {
        opened(self.folder.path(), Ok(()), |_| {}, Noon(minutes))
    }

    fn kplug(&self, version: &str) -> Vec<u8> {
        kplug(version, &self.key)
    }
}

fn open(folder: &Path, verdict: Result<(), TrialError>, before_step: fn(&'static str)) -> Registry {
    opened(folder, verdict, before_step, Noon(0))
}

fn opened(
    folder: &Path,
    verdict: Result<(), TrialError>,
    before_step: fn(&'static str),
    clock: Noon,
) -> Registry {
    Registry::open(RegistrySettings {
        folder: folder.join("plugins"),
        shipped: folder.join("shipped"),
        keys_file: folder.join("keys.toml"),
        profiles: folder.join("profiles"),
        test_mark: folder.join("test-data"),
        trial: Arc::new(Verdict(verdict)),
        clock: Arc::new(clock),
        before_step,
    })
    .unwrap()
}

fn kplug(version: &str, key: &SigningKey) -> Vec<u8> {
    let manifest = MANIFEST.replace("1.0.0", version);
    sign(&pack(&with("manifest.toml", manifest)).unwrap(), key).unwrap()
}

fn version(text: &str) -> Version {
    Version::parse(text).unwrap()
}

/// The active version's number, read through everything that a start checks.
fn active(registry: &Registry) -> Result<String, RegistryError> {
    let digest = registry.active("probe")?;
    registry.bundle("probe", digest).map(|bundle| bundle.manifest().version.to_string())
}

#[test]
fn installing_keeps_and_activating_chooses() {
    let place = Place::new();
    let registry = place.open();
    let bundle = registry.install(&place.kplug("1.0.0"), "root").unwrap();
    assert!(active(&registry).is_err(), "installing activates nothing");
    registry.activate("probe", &version("1.0.0"), "root").unwrap();
    assert_eq!(active(&registry).unwrap(), "1.0.0");
    registry.install(&place.kplug("1.0.0"), "root").unwrap();
    registry.activate("probe", &version("1.0.0"), "root").unwrap();
    let table = registry.table().unwrap();
    let told: Vec<_> = table.journal().iter().map(|line| (line.number, line.what.as_str())).collect();
    assert_eq!(told, [(1, "install"), (2, "activate")], "what changes nothing is not told");
    assert_eq!((table.journal()[1].digest, table.journal()[1].who.as_str()), (bundle.digest(), "root"));
    assert_eq!(active(&place.open()).unwrap(), "1.0.0", "another opening sees the same");
}

#[test]
fn going_back_is_one_step_and_three_are_kept() {
    let place = Place::new();
    let registry = place.open();
    for number in ["1.0.0", "1.1.0", "1.2.0", "1.3.0", "1.4.0"] {
        registry.install(&place.kplug(number), "root").unwrap();
        registry.activate("probe", &version(number), "root").unwrap();
    }
    let entry = registry.table().unwrap().plugin("probe").unwrap().clone();
    let kept: Vec<_> = entry.versions().iter().map(|one| one.version.to_string()).collect();
    assert_eq!(kept, ["1.4.0", "1.3.0", "1.2.0", "1.1.0"]);
    let files = || fs::read_dir(place.folder.path().join("plugins/bundles")).unwrap().count();
    assert_eq!(files(), 5, "the oldest still serves whoever began with it");
    place.later(15).roll_back("probe", "root", "").unwrap();
    assert_eq!(files(), 4);
    registry.activate("probe", &version("1.4.0"), "root").unwrap();
    for number in ["1.3.0", "1.2.0", "1.1.0"] {
        assert_eq!(registry.roll_back("probe", "root", "it misbehaved").unwrap(), version(number));
        assert_eq!(active(&registry).unwrap(), number);
    }
    assert!(matches!(registry.roll_back("probe", "root", ""), Err(RegistryError::NothingBefore(_))));
    registry.activate("probe", &version("1.4.0"), "root").unwrap();
    assert_eq!(active(&registry).unwrap(), "1.4.0", "forward again is allowed: it was here before");
}

#[test]
fn nothing_older_and_nothing_else_under_the_same_number() {
    let place = Place::new();
    let registry = place.open();
    let first = place.kplug("1.0.0");
    registry.install(&first, "root").unwrap();
    registry.install(&place.kplug("1.1.0"), "root").unwrap();
    let refused = |packed: &[u8]| {
        let error = registry.install(packed, "root").unwrap_err();
        assert!(matches!(error, RegistryError::Downgrade { .. }), "{error}");
    };
    refused(&place.kplug("0.9.0"));
    let manifest = MANIFEST.replace("1.0.0", "1.1.0").replace("Nordic", "Southern");
    let other = sign(&pack(&with("manifest.toml", manifest)).unwrap(), &place.key).unwrap();
    refused(&other);
    registry.activate("probe", &version("1.1.0"), "root").unwrap();
    registry.install(&first, "root").unwrap();
    assert!(registry.remove("probe", &version("1.1.0"), "root").is_err(), "it is in use");
    registry.remove("probe", &version("1.0.0"), "root").unwrap();
    registry.install(&first, "root").unwrap();
    fs::write(place.folder.path().join("test-data"), "").unwrap();
    registry.install(&other, "root").unwrap();
}

#[test]
fn a_bundle_that_does_not_pass_leaves_no_trace() {
    let place = Place::new();
    let failed = TrialError { code: "P-COMPILE".to_owned(), detail: "no".to_owned() };
    let registry = open(place.folder.path(), Err(failed), |_| {});
    assert!(matches!(registry.install(&place.kplug("1.0.0"), "root"), Err(RegistryError::Trial(_))));
    let registry = place.open();
    let foreign = kplug("1.0.0", &key("mallory"));
    assert!(matches!(registry.install(&foreign, "root"), Err(RegistryError::Signature(_))));
    assert!(matches!(registry.install(b"not a zip", "root"), Err(RegistryError::Bundle(_))));
    assert_eq!(registry.table().unwrap(), place.open().table().unwrap());
    assert_eq!(registry.table().unwrap().journal().len(), 0);
    assert!(!place.folder.path().join("plugins").exists(), "not even a folder");
}

#[test]
fn every_start_checks_the_signature_again() {
    let place = Place::new();
    let registry = place.open();
    registry.install(&place.kplug("1.0.0"), "root").unwrap();
    registry.activate("probe", &version("1.0.0"), "root").unwrap();
    let digest = registry.active("probe").unwrap();

    place.trust("not_after = \"2026-11-22\"\n");
    assert!(active(&registry).is_ok(), "a key that has run out vouches for what it signed before");
    place.trust("not_after = \"2026-11-21\"\n");
    assert!(matches!(active(&registry), Err(RegistryError::Signature(SignatureError::Expired { .. }))));
    place.trust("revoked = true\n");
    assert!(matches!(active(&registry), Err(RegistryError::Signature(SignatureError::RevokedKey(_)))));
    let block = TrustStore::block(&place.key, &Kinds::from([Kind::Identity]));
    fs::write(place.folder.path().join("keys.toml"), format!("revoked = [\"{digest}\"]\n{block}")).unwrap();
    assert!(matches!(active(&registry), Err(RegistryError::Signature(SignatureError::RevokedBundle))));
    fs::remove_file(place.folder.path().join("keys.toml")).unwrap();
    assert!(matches!(active(&registry), Err(RegistryError::Signature(SignatureError::Untrusted(_)))));
    place.trust("");
    assert!(active(&registry).is_ok());

    let file = fs::read_dir(place.folder.path().join("plugins/bundles")).unwrap().next().unwrap().unwrap();
    fs::write(file.path(), kplug("1.0.0", &key("mallory"))).unwrap();
    assert!(active(&registry).is_err(), "an exchanged file does not come through");
}

#[test]
fn what_is_in_quarantine_waits_for_an_administrator() {
    let place = Place::new();
    let registry = place.open();
    for number in ["1.0.0", "1.1.0"] {
        registry.install(&place.kplug(number), "root").unwrap();
        registry.activate("probe", &version(number), "root").unwrap();
    }
    registry.quarantine("probe", &registry.active("probe").unwrap(), "claimed too much").unwrap();
    assert!(matches!(active(&registry), Err(RegistryError::Quarantined { .. })));
    assert!(
        matches!(active(&place.open()), Err(RegistryError::Quarantined { .. })),
        "a restart lifts nothing"
    );
    assert_eq!(registry.roll_back("probe", "root", "").unwrap(), version("1.0.0"));
    registry.activate("probe", &version("1.1.0"), "root").unwrap();
    assert_eq!(active(&registry).unwrap(), "1.1.0");
}

#[test]
fn the_first_start_takes_the_newest_that_was_shipped_and_no_later_one() {
    let place = Place::new();
    let shipped = place.folder.path().join("shipped");
    fs::write(shipped.join("a.kplug"), place.kplug("1.1.0")).unwrap();
    fs::write(shipped.join("b.kplug"), place.kplug("1.0.0")).unwrap();
    fs::write(shipped.join("c.kplug"), "no bundle").unwrap();
    let registry = place.open();
    registry.ensure("probe").unwrap();
    assert_eq!(active(&registry).unwrap(), "1.1.0");
    fs::write(shipped.join("d.kplug"), place.kplug("1.2.0")).unwrap();
    registry.ensure("probe").unwrap();
    assert_eq!(active(&registry).unwrap(), "1.1.0", "a newer one is offered, not taken");
    let (good, bad): (Vec<_>, Vec<_>) = registry.shipped().into_iter().partition(Result::is_ok);
    assert_eq!((good.len(), bad.len()), (3, 1), "one that is none hides no other");
    let told = bad[0].as_ref().unwrap_err().to_string();
    assert!(told.contains("c.kplug"), "who looks is told which file it is: {told}");
    assert!(matches!(registry.ensure("other"), Err(RegistryError::Unknown(_))));
}

#[test]
fn a_start_activates_nothing_that_an_administrator_only_installed() {
    let place = Place::new();
    fs::write(place.folder.path().join("shipped/a.kplug"), place.kplug("1.0.0")).unwrap();
    let registry = place.open();
    registry.install(&place.kplug("1.1.0"), "anna").unwrap();
    registry.ensure("probe").unwrap();
    assert!(matches!(registry.active("probe"), Err(RegistryError::NoneActive(_))));
    registry.remove("probe", &version("1.1.0"), "anna").unwrap();
    assert!(registry.ensure("probe").is_err(), "and what came along is older than what was here");
}

#[test]
fn a_profile_counts_signed_or_approved_by_two() {
    let place = Place::new();
    let registry = place.open();
    let profiles = place.folder.path().join("profiles");
    let counting = || registry.profiles().unwrap().into_keys().collect::<Vec<_>>();
    assert!(counting().is_empty(), "there need not be a folder");
    fs::create_dir(&profiles).unwrap();
    let text = "requires = [\"subject\"]\n";
    fs::write(profiles.join("local.toml"), text).unwrap();
    assert!(counting().is_empty());
    assert!(!registry.approve_profile("local", text, "Åsa  Ek", "root").unwrap().counts);
    for same in ["Åsa Ek", "åsa ek ", " ÅSA\tEK", ""] {
        let error = registry.approve_profile("local", text, same, "root").unwrap_err();
        assert!(matches!(error, RegistryError::SameApprover), "{error}");
    }
    assert!(counting().is_empty());
    assert!(registry.approve_profile("local", text, "bo", "anna").unwrap().counts);
    assert_eq!(counting(), ["local"]);
    let table = registry.table().unwrap();
    let told = table.journal().iter().map(|line| (line.who.as_str(), line.note.as_str()));
    assert_eq!(told.collect::<Vec<_>>(), [("Åsa Ek", "typed by root"), ("bo", "typed by anna")]);
    fs::write(profiles.join("local.toml"), format!("{text}# more")).unwrap();
    assert!(counting().is_empty(), "an approval is of a text, not of a name");

    let signature = place.key.sign_profile(text);
    fs::write(profiles.join("signed.toml"), text).unwrap();
    fs::write(profiles.join("signed.toml.kuvert-2026.sig"), &signature).unwrap();
    fs::write(profiles.join("forged.toml"), "requires = []\n").unwrap();
    fs::write(profiles.join("forged.toml.kuvert-2026.sig"), &signature).unwrap();
    assert_eq!(counting(), ["signed"]);
    fs::create_dir(profiles.join("folder.toml")).unwrap();
    assert_eq!(counting(), ["signed"], "what cannot be read takes no other along");
}

#[test]
fn whatever_could_change_what_counts_changes_the_stamp() {
    let place = Place::new();
    let registry = place.open();
    let profiles = place.folder.path().join("profiles");
    let mut seen = vec![registry.stamp()];
    assert_eq!(registry.stamp(), seen[0]);
    let steps: [&dyn Fn(); 7] = [
        &|| drop(registry.install(&place.kplug("1.0.0"), "anna").unwrap()),
        &|| place.trust("# more\n"),
        &|| fs::create_dir(&profiles).and_then(|()| fs::write(profiles.join("own.toml"), "a")).unwrap(),
        &|| fs::write(profiles.join("own.toml.key.sig"), "s").unwrap(),
        &|| fs::write(profiles.join("own.toml"), "ab").unwrap(),
        &|| drop(registry.approve_profile("own", "ab", "anna", "root").unwrap()),
        &|| fs::remove_file(profiles.join("own.toml.key.sig")).unwrap(),
    ];
    for step in steps {
        step();
        let stamp = registry.stamp();
        assert!(!seen.contains(&stamp), "{stamp}");
        seen.push(stamp);
    }
}

#[test]
fn two_at_once_take_turns() {
    let place = Place::new();
    let numbers: Vec<String> = (1..=8).map(|minor| format!("1.{minor}.0")).collect();
    let registry = place.open();
    registry.install(&place.kplug("1.0.0"), "root").unwrap();
    std::thread::scope(|scope| {
        for number in &numbers {
            let (registry, packed) = (place.open(), place.kplug(number));
            scope.spawn(move || {
                // One that comes after a newer one is refused; none disturbs another.
                if registry.install(&packed, "root").is_ok() {
                    let _ = registry.activate("probe", &version(number), "root");
                }
            });
        }
    });
    let table = registry.table().unwrap();
    let told: Vec<_> = table.journal().iter().map(|line| line.number).collect();
    assert_eq!(told, (1..=told.len() as u64).collect::<Vec<_>>());
    assert!(active(&registry).is_ok());
}
