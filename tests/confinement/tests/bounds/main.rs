//! Every bound of a trial's child, lifted alone; and what becomes of a child that misbehaves.
//!
//! Each row is seen twice: within the bound, where the parent hears why it was stopped, and with this one bound lifted,
//! where it gets through. A bound that nobody wired would let it through both times. Where the appliance's bound is
//! large or slow to meet, the row begins from a smaller one: that it counts is the point, not its figure.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test that meets the unexpected shall end; it measures real time"
)]

#[path = "../../../../appliance/sandbox/tests/sandbox/probe.rs"]
mod probe;
mod tangle;

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use kuvert_bundle::Trial as _;
use kuvert_sandbox::{Bounds, ChildTrial};

use probe::{PROVIDER, component, kplug, module};
use tangle::tangle;

/// One row: a bound and what it stops.
struct Line {
    /// The field of [`Bounds`].
    name: &'static str,
    /// What the child does; `trial` tries a bundle out.
    role: &'static str,
    packed: Vec<u8>,
    /// The bounds that it meets.
    within: &'static [&'static str],
    /// The same with this one lifted.
    lifted: &'static [&'static str],
    /// What the parent hears.
    cause: &'static str,
}

fn lines() -> Vec<Line> {
    let deed =
        |name, role, within, lifted, cause| Line { name, role, packed: Vec::new(), within, lifted, cause };
    let trial =
        |name, within, lifted, cause, packed| Line { name, role: "trial", packed, within, lifted, cause };
    vec![
        trial(
            "memory_bytes",
            &["memory_bytes=64000000"],
            &[],
            "more memory than it may have",
            bomb(150, 150),
        ),
        trial("computing_s", &["computing_s=1"], &[], "computed for longer than it may", bomb(220, 220)),
        deed(
            "file_bytes",
            "writes-a-file",
            &["only_listed_calls=false"],
            &["only_listed_calls=false", "file_bytes=100"],
            "wanted to write to a file",
        ),
        deed("open_files", "opens-many", &[], &["open_files=200"], "Too many open files"),
        deed(
            "only_listed_calls",
            "listens",
            &[],
            &["only_listed_calls=false"],
            "asked the system for something that no trial needs",
        ),
    ]
}

/// A bundle that is in order, apart from what it takes to compile it.
fn bomb(locals: usize, exits: usize) -> Vec<u8> {
    kplug(&component(&module(PROVIDER, &tangle(locals, exits)), &[]))
}

/// The child of `src/main.rs` in this role and within these bounds.
fn child(role: &str, bounds: &[&str]) -> ChildTrial {
    ChildTrial::new(env!("CARGO_BIN_EXE_kuvert-confinement"), &[&[role], bounds].concat())
}

/// What came of it: `passed`, or the code and the cause.
fn outcome(child: &ChildTrial, packed: &[u8]) -> String {
    match child.run(packed) {
        Ok(()) => "passed".to_owned(),
        Err(error) => format!("{}: {}", error.code, error.detail),
    }
}

#[test]
fn each_bound_stops_what_gets_through_without_it() {
    for line in lines() {
        let stopped = outcome(&child(line.role, line.within), &line.packed);
        assert!(
            stopped.starts_with("P-COMPILE: ") && stopped.contains(line.cause),
            "{}: {stopped}",
            line.name
        );
        assert_eq!(outcome(&child(line.role, line.lifted), &line.packed), "passed", "{}: lifted", line.name);
    }
}

#[test]
fn no_bound_is_without_its_row() {
    let table = format!("{:#?}", Bounds::DEFAULT);
    let fields: BTreeSet<&str> =
        table.lines().filter_map(|line| line.strip_prefix("    ")?.split(':').next()).collect();
    assert_eq!(fields, lines().iter().map(|line| line.name).collect());
}

/// The parent's own bound. That this bundle passes when there is time for it, the row of `computing_s` shows.
#[test]
fn a_parent_waits_only_so_long() {
    let began = Instant::now();
    let stopped = outcome(&child("trial", &[]).patience(Duration::from_millis(300)), &bomb(220, 220));
    assert_eq!(stopped, "P-COMPILE: it took more than 300ms");
    assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
    let ordinary = child("trial", &["memory_bytes=64000000", "computing_s=1"]);
    assert_eq!(outcome(&ordinary, &bomb(0, 1)), "passed", "a plugin of the same make needs none of this");
}

#[test]
fn no_deed_gets_through() {
    for (deed, cause) in [
        ("reads-a-file", "Permission denied"),
        ("looks-at-a-folder", "Permission denied"),
        ("writes-a-file", "Permission denied"),
        ("makes-a-folder", "SIGSYS"),
        ("goes-to-a-folder", "SIGSYS"),
        ("listens", "SIGSYS"),
        ("sends", "SIGSYS"),
        ("talks-to-a-neighbour", "SIGSYS"),
        ("starts-a-program", "SIGSYS"),
        ("ends-its-parent", "SIGSYS"),
        ("holds-another-process", "SIGSYS"),
        ("frees-itself", "SIGSYS"),
        ("hides-a-file", "SIGSYS"),
        ("watches-files", "SIGSYS"),
    ] {
        let stopped = outcome(&child(deed, &[]), b"");
        assert!(stopped.starts_with("P-COMPILE: ") && stopped.contains(cause), "{deed}: {stopped}");
        let lifted = ["only_listed_calls=false", "file_bytes=100"];
        assert_eq!(outcome(&child(deed, &lifted), b""), "passed", "{deed}: without the list");
    }
}
