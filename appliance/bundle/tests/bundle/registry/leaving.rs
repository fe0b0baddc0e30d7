//! What leaves the registry, what stays of it, and what never enters: logins in progress, quarantines, tests, links.

use std::{fs, os::unix::fs::symlink};

use kuvert_bundle::{Registry, RegistryError, pack, sign};
use kuvert_domain::clock::Clock as _;

use super::{Noon, Place, active, version};
use crate::fixture::{MANIFEST, key, with};

#[test]
fn what_is_taken_away_still_serves_the_logins_that_began_with_it() {
    let place = Place::new();
    let registry = place.open();
    let digests = ["1.0.0", "1.1.0", "1.2.0"].map(|number| {
        let digest = registry.install(&place.kplug(number), "root").unwrap().digest();
        registry.activate("probe", &version(number), "root").unwrap();
        digest
    });
    let serves = |registry: &Registry| digests.map(|digest| registry.bundle("probe", digest).is_ok());
    // Forwards to an old one and back: what was gone from is older than what is in use, and is dropped.
    registry.activate("probe", &version("1.1.0"), "root").unwrap();
    registry.roll_back("probe", "root", "").unwrap();
    registry.remove("probe", &version("1.0.0"), "root").unwrap();
    let left: Vec<_> = registry.table().unwrap().plugin("probe").unwrap().versions().to_vec();
    assert_eq!(left.iter().map(|one| one.version.to_string()).collect::<Vec<_>>(), ["1.2.0"]);
    assert_eq!(serves(&place.later(14)), [true; 3]);
    assert_eq!(serves(&place.later(15)), [false, false, true]);
    assert!(
        matches!(registry.activate("probe", &version("1.0.0"), "root"), Err(RegistryError::Unknown(_))),
        "nobody begins with it any more"
    );

    registry.quarantine("probe", &digests[0], "claimed too much").unwrap();
    let shut = registry.bundle("probe", digests[0]).unwrap_err();
    assert!(
        matches!(shut, RegistryError::Quarantined { .. }),
        "one that is leaving is shut away like any: {shut}"
    );
    let files = || fs::read_dir(place.folder.path().join("plugins/bundles")).unwrap().count();
    assert_eq!(files(), 3);
    place.later(15).quarantine("probe", &digests[2], "").unwrap();
    assert_eq!(files(), 1, "the next change clears up");
}

#[test]
fn a_quarantine_belongs_to_the_content_not_to_the_file() {
    let place = Place::new();
    let registry = place.open();
    let digest = registry.install(&place.kplug("1.0.0"), "root").unwrap().digest();
    registry.activate("probe", &version("1.0.0"), "root").unwrap();
    registry.quarantine("probe", &digest, "claimed too much").unwrap();
    let signed_twice = sign(&place.kplug("1.0.0"), &key("mallory")).unwrap();
    assert_eq!(place.later(1).install(&signed_twice, "root").unwrap().digest(), digest);
    assert!(matches!(active(&registry), Err(RegistryError::Quarantined { .. })));
    let entry = registry.table().unwrap().plugin("probe").unwrap().clone();
    assert_eq!(entry.versions()[0].at, Noon(0).now(), "nor does it come a second time");
}

#[test]
fn what_was_tried_out_as_a_test_stands_in_nobody_s_way_afterwards() {
    let place = Place::new();
    let registry = place.open();
    let manifest = MANIFEST.replace("Nordic", "Unsigned");
    let unsigned = pack(&with("manifest.toml", manifest)).unwrap();
    registry.mark_test_data(true, "anna").unwrap();
    registry.install(&unsigned, "anna").unwrap();
    registry.activate("probe", &version("1.0.0"), "anna").unwrap();
    assert!(registry.remove("probe", &version("1.0.0"), "anna").is_err(), "it runs");
    registry.mark_test_data(false, "anna").unwrap();
    assert!(active(&registry).is_err());

    let signed = place.later(1).install(&place.kplug("1.0.0"), "anna").unwrap();
    registry.activate("probe", &version("1.0.0"), "anna").unwrap();
    assert_eq!(registry.active("probe").unwrap(), signed.digest());
    assert_eq!(active(&registry).unwrap(), "1.0.0");
    let table = registry.table().unwrap();
    assert_eq!(
        registry.ways_back("probe", table.plugin("probe").unwrap()).count(),
        0,
        "nobody vouches for it"
    );
}

#[test]
fn a_version_that_does_not_run_can_be_taken_away() {
    let place = Place::new();
    let registry = place.open();
    let digest = registry.install(&place.kplug("1.0.0"), "root").unwrap().digest();
    registry.activate("probe", &version("1.0.0"), "root").unwrap();
    assert!(matches!(registry.remove("probe", &version("1.0.0"), "root"), Err(RegistryError::InUse(_))));
    registry.quarantine("probe", &digest, "claimed too much").unwrap();
    registry.remove("probe", &version("1.0.0"), "root").unwrap();
    assert!(matches!(registry.active("probe"), Err(RegistryError::NoneActive(_))));
}

#[test]
fn the_mark_of_test_data_is_told_of_and_follows_no_link() {
    let place = Place::new();
    let registry = place.open();
    let mark = place.folder.path().join("test-data");
    for on in [true, true, false, false] {
        registry.mark_test_data(on, "anna").unwrap();
        assert_eq!(registry.is_test_data(), on);
    }
    let theirs = place.folder.path().join("theirs");
    symlink(&theirs, &mark).unwrap();
    assert!(registry.mark_test_data(true, "anna").is_err());
    assert!(!theirs.exists());
    let table = registry.table().unwrap();
    let told: Vec<_> = table.journal().iter().map(|line| (line.what.as_str(), line.who.as_str())).collect();
    assert_eq!(told, [("test-mode-on", "anna"), ("test-mode-off", "anna"), ("test-mode-on", "anna")]);
}

#[test]
fn a_change_follows_no_link_to_somebody_elses_file() {
    let place = Place::new();
    let registry = place.open();
    let theirs = place.folder.path().join("theirs");
    fs::write(&theirs, "of somebody else").unwrap();
    let plugins = place.folder.path().join("plugins");
    fs::create_dir_all(plugins.join("bundles")).unwrap();
    for link in [plugins.join("unfinished"), plugins.join("bundles/unfinished")] {
        symlink(&theirs, link).unwrap();
    }
    registry.install(&place.kplug("1.0.0"), "root").unwrap();
    registry.activate("probe", &version("1.0.0"), "root").unwrap();
    assert_eq!(active(&registry).unwrap(), "1.0.0");
    assert_eq!(fs::read_to_string(&theirs).unwrap(), "of somebody else");
}
