//! A kill between any two steps of the registry leaves a table that holds.

use std::{
    fs,
    path::Path,
    process::Command,
    sync::atomic::{AtomicUsize, Ordering},
};

use kuvert_bundle::Digest;

use super::{Place, active, open, version};

/// Where a child that plays the steps ends itself; 0 for none.
static END_BEFORE: AtomicUsize = AtomicUsize::new(0);
static STEPS: AtomicUsize = AtomicUsize::new(0);
const CHILD: &str = "KUVERT_TEST_END_BEFORE";
const FOLDER: &str = "KUVERT_TEST_FOLDER";

fn end_here(_step: &'static str) {
    if STEPS.fetch_add(1, Ordering::SeqCst) + 1 == END_BEFORE.load(Ordering::SeqCst) {
        // As kill -9 would: nothing is tidied up, no destructor runs.
        let me = std::process::id().to_string();
        Command::new("kill").args(["-9", &me]).status().unwrap();
        loop {
            std::thread::park();
        }
    }
}

/// What the child does that ends before one of its steps.
fn child(end: &str) {
    END_BEFORE.store(end.parse().unwrap(), Ordering::SeqCst);
    let folder = std::env::var(FOLDER).unwrap();
    let folder = Path::new(&folder);
    let registry = open(folder, Ok(()), end_here);
    registry.install(&fs::read(folder.join("next.kplug")).unwrap(), "root").unwrap();
    registry.activate("probe", &version("1.4.0"), "root").unwrap();
    registry.roll_back("probe", "root", "").unwrap();
    registry.remove("probe", &version("1.4.0"), "root").unwrap();
}

#[test]
fn a_kill_between_any_two_steps_leaves_a_table_that_holds() {
    // The child is this very test, told where to end.
    if let Ok(end) = std::env::var(CHILD) {
        return child(&end);
    }
    let mut kills = 0;
    for end in 1.. {
        let place = Place::new();
        let registry = place.open();
        for number in ["1.0.0", "1.1.0", "1.2.0", "1.3.0"] {
            registry.install(&place.kplug(number), "root").unwrap();
            registry.activate("probe", &version(number), "root").unwrap();
        }
        fs::write(place.folder.path().join("next.kplug"), place.kplug("1.4.0")).unwrap();
        let status = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "registry::kills::a_kill_between_any_two_steps_leaves_a_table_that_holds"])
            .env(CHILD, end.to_string())
            .env(FOLDER, place.folder.path())
            .output()
            .unwrap()
            .status;
        holds(&place, end);
        if status.success() {
            assert_eq!(active(&registry).unwrap(), "1.3.0");
            break;
        }
        kills += 1;
        // Whatever was cut off can be done again.
        registry.install(&place.kplug("1.4.0"), "root").unwrap();
        registry.activate("probe", &version("1.4.0"), "root").unwrap();
        assert_eq!(active(&registry).unwrap(), "1.4.0", "after the kill before step {end}");
        holds(&place, end);
    }
    println!("{kills} kills, one before each step");
    assert!(kills > 15, "{kills}");
}

/// The table is readable, its journal has no gap, and every version that it names is there, whole and vouched for.
fn holds(place: &Place, end: usize) {
    let registry = place.open();
    let table = registry.table().unwrap();
    let told: Vec<_> = table.journal().iter().map(|line| line.number).collect();
    assert_eq!(told, (1..=told.len() as u64).collect::<Vec<_>>(), "before step {end}");
    let entry = table.plugin("probe").unwrap();
    let named: Vec<Digest> = entry.versions().iter().map(|one| one.digest).collect();
    for digest in entry.active.iter().chain(&entry.previous) {
        assert!(named.contains(digest), "before step {end}");
    }
    for digest in named {
        registry.bundle("probe", digest).unwrap();
    }
}
