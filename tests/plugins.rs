//! Plugins as an administrator meets them: tried out by a child of the real program, installed beside a running
//! appliance, taken over without a restart.

#![expect(clippy::disallowed_methods, reason = "how long an installation takes is real time")]

use std::fs;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use kuvert::boot::SystemClock;
use kuvert_service::bundle::{Bundle, Files, Trial as _, pack};
use kuvert_service::sandbox::ChildTrial;
use kuvert_service::{PluginPlan, plugin_registry};

use crate::appliance::story;
use crate::tangle::tangle;
use crate::world;

/// The program that municipalities run, in the part of the child.
fn trial() -> ChildTrial {
    ChildTrial::new(env!("CARGO_BIN_EXE_kuvert"), &["compile-trial"])
}

/// The bundles that `cargo xtask plugins` built.
fn built() -> Vec<Vec<u8>> {
    let files = fs::read_dir(world::plugins()).unwrap().flatten().map(|file| file.path());
    let bundles = files.filter(|path| path.extension().is_some_and(|end| end == "kplug"));
    let built: Vec<_> = bundles.map(|path| fs::read(path).unwrap()).collect();
    assert!(!built.is_empty(), "no bundles: run `cargo xtask plugins` once");
    built
}

fn with_component(component: &[u8]) -> Vec<u8> {
    let mut files: Files = Bundle::open(&built()[0]).unwrap().files().clone();
    files.insert("plugin.wasm".to_owned(), component.to_vec());
    pack(&files).unwrap()
}

#[test]
fn every_plugin_that_is_shipped_passes_its_trial_and_is_installed() {
    let folder = tempfile::tempdir().unwrap();
    let plan = PluginPlan {
        shipped: world::plugins(),
        keys_file: world::plugins().join("keys.toml"),
        profiles_dir: folder.path().join("profiles"),
        trial: Arc::new(trial()),
    };
    let registry = plugin_registry(folder.path(), &plan, Arc::new(SystemClock)).unwrap();
    for packed in built() {
        let began = Instant::now();
        let bundle = registry.install(&packed, "anna").unwrap();
        println!(
            "{}: {} KiB packed, component {} KiB, installed in {:?}",
            bundle.file_name(),
            packed.len().div_ceil(1024),
            bundle.component().len().div_ceil(1024),
            began.elapsed()
        );
        let manifest = bundle.manifest();
        registry.activate(&manifest.id, &manifest.version, "anna").unwrap();
        assert_eq!(registry.active(&manifest.id).unwrap(), bundle.digest());
    }
}

#[test]
fn what_does_not_pass_is_refused_with_its_code() {
    for (packed, code) in [
        (b"no bundle".to_vec(), "P-BUNDLE"),
        (with_component(b"\0asm\x0d\0\x01\0"), "P-WIT"),
        (with_component(b"\0asm\x0d\0\x01\0\x09\xff"), "P-COMPILE"),
    ] {
        let error = trial().run(&packed).unwrap_err();
        assert_eq!(error.code, code, "{error}");
    }
}

#[test]
fn a_child_that_dies_or_talks_nonsense_lets_nothing_pass() {
    for (program, arguments) in [
        ("/bin/false", &[][..]),
        ("/bin/echo", &["hello"]),
        ("/nonexistent/kuvert", &[]),
        ("/bin/sh", &["-c", "kill -9 $$"]),
    ] {
        let trial = ChildTrial::new(program, arguments);
        assert_eq!(trial.run(&built()[0]).unwrap_err().code, "P-COMPILE", "{program}");
    }
}

/// The real child waits for its bundle, which never comes, and can be looked at meanwhile.
#[test]
fn the_child_has_bound_itself_before_it_reads() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_kuvert"))
        .arg("compile-trial")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let status = when_it_waits(&mut child);
    let limits = fs::read_to_string(format!("/proc/{}/limits", child.id())).unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(status.contains("NoNewPrivs:\t1\n"), "{status}");
    for (limit, most) in [
        ("Max address space", 1 << 30),
        ("Max cpu time", 60),
        ("Max file size", 0),
        ("Max core file size", 0),
        ("Max open files", 16),
    ] {
        let line = limits.lines().find_map(|line| line.strip_prefix(limit)).unwrap();
        assert_eq!(line.split_whitespace().next(), Some(most.to_string().as_str()), "{limit}");
    }
}

/// What the system says of a child once all its filters are in place.
fn when_it_waits(child: &mut Child) -> String {
    let began = Instant::now();
    loop {
        let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
        if status.contains("Seccomp:\t2\n") && status.contains("Seccomp_filters:\t3\n") {
            return status;
        }
        assert!(child.try_wait().unwrap().is_none(), "it has ended");
        assert!(began.elapsed() < Duration::from_mins(1), "it bound itself to nothing:\n{status}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Five kilobytes that take minutes to compile. Whoever signs in meanwhile is none the wiser.
#[test]
fn a_compile_bomb_ends_with_its_child_and_nobody_waits_for_it() {
    let text = format!("(component (core module {}))", tangle(600, 600));
    let packed = with_component(&wat::parse_str(text).unwrap());
    story(async |town| {
        let mut astrid = town.resident("Astrid");
        astrid.visits().await;
        let trying = tokio::task::spawn_blocking(move || {
            trial().patience(Duration::from_secs(5)).run(&packed).unwrap_err()
        });
        let mut slowest = Duration::ZERO;
        while !trying.is_finished() {
            let began = Instant::now();
            astrid.logs_out().await;
            astrid.visits().await;
            slowest = slowest.max(began.elapsed());
        }
        println!("beside a compile bomb, a person signs in within {slowest:?}");
        let refused = trying.await.unwrap();
        assert_eq!(refused.code, "P-COMPILE");
        assert_eq!(refused.detail, "it took more than 5s");
        assert!(slowest < Duration::from_secs(5), "a sign-in waited for the bomb: {slowest:?}");
    });
}
