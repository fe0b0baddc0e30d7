//! Plugins as an administrator meets them: tried out by a child of the real program, installed beside a running
//! appliance, taken over without a restart.

#![expect(clippy::disallowed_methods, reason = "how long an installation takes is real time")]

use std::fs;
use std::sync::Arc;
use std::time::Instant;

use kuvert::boot::SystemClock;
use kuvert_service::bundle::{Bundle, Files, Trial as _, pack};
use kuvert_service::sandbox::ChildTrial;
use kuvert_service::{PluginPlan, plugin_registry};

use crate::world;

/// The program that municipalities run, in the part of the child.
fn trial() -> ChildTrial {
    let program = env!("CARGO_BIN_EXE_kuvert").into();
    ChildTrial { program, arguments: vec!["compile-trial".to_owned()] }
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
        ("/bin/false", vec![]),
        ("/bin/echo", vec!["hello"]),
        ("/nonexistent/kuvert", vec![]),
        ("/bin/sh", vec!["-c", "kill -9 $$"]),
    ] {
        let arguments = arguments.into_iter().map(str::to_owned).collect();
        let trial = ChildTrial { program: program.into(), arguments };
        assert_eq!(trial.run(&built()[0]).unwrap_err().code, "P-COMPILE", "{program}");
    }
}
