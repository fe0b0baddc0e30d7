//! A plugin `probe` that fits the contract, or nearly does, and says who it is: what a trial is given to try.

use std::{fs, path::Path};

use kuvert_bundle::{Files, pack};
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

/// The interface that it offers.
pub(crate) const PROVIDER: &str = "kuvert:identity/provider@0.1.0";

/// The contract, with words exchanged: (package, from, to).
pub(crate) type Changes<'a> = &'a [(&'a str, &'a str, &'a str)];

/// A core module that describes itself as `probe` and has nothing else to say. `more` goes in among its parts.
pub(crate) fn module(provider: &str, more: &str) -> String {
    let call = "(param i32 i32 i32 i32 i64 i32 i32";
    format!(
        r#"(module
        (memory (export "memory") 2)
        (data (i32.const 1024) "\00\08\00\00\05\00\00\00")
        (data (i32.const 2048) "probe")
        {more}
        (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 4096))
        (func (export "{provider}#describe") (result i32) (i32.const 1024))
        (func (export "{provider}#probe") {call}) (result i32) unreachable)
        (func (export "{provider}#begin") (param i32) (result i32) unreachable)
        (func (export "{provider}#advance") {call} i32 i32 i32 i32 i32) (result i32) unreachable)
        (func (export "{provider}#render") (param i32 i32 i64) (result i32) unreachable)
        (func (export "{provider}#cancel") {call} i32 i32) (result i32) unreachable)
        (func (export "{provider}#end-session") {call} i32 i32) (result i32) unreachable))"#
    )
}

/// Wraps a module by a contract that differs from ours.
pub(crate) fn component(module: &str, changes: Changes<'_>) -> Vec<u8> {
    let mut wasm = wat::parse_str(module).unwrap();
    let ours = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../plugins/wit");
    let folder = tempfile::tempdir().unwrap();
    let mut resolve = Resolve::default();
    let mut packages = Vec::new();
    for package in ["common", "host", "identity"] {
        let theirs = folder.path().join(package);
        fs::create_dir(&theirs).unwrap();
        for file in fs::read_dir(ours.join(package)).unwrap().flatten() {
            let mut text = fs::read_to_string(file.path()).unwrap();
            for (_, from, to) in changes.iter().filter(|(name, ..)| *name == package) {
                text = text.replace(from, to);
            }
            fs::write(theirs.join(file.file_name()), text).unwrap();
        }
        packages.push(resolve.push_dir(&theirs).unwrap().0);
    }
    let world = resolve.select_world(&packages[2..], Some("identity-provider")).unwrap();
    embed_component_metadata(&mut wasm, &resolve, world, StringEncoding::UTF8, false).unwrap();
    ComponentEncoder::default().validate(false).module(&wasm).unwrap().encode().unwrap()
}

/// Packs it as the bundle of a plugin `probe`.
pub(crate) fn kplug(wasm: &[u8]) -> Vec<u8> {
    let manifest = r#"id = "probe"
        version = "0.0.1"
        kind = "identity"
        world = "kuvert:identity/identity-provider@0.1.0"
        min-host = "0.1.0"
        vendor = "Mallory"
        licence = "none"
        "#;
    let mut files = Files::from([
        ("manifest.toml".to_owned(), manifest.as_bytes().to_vec()),
        ("plugin.wasm".to_owned(), wasm.to_vec()),
    ]);
    for locale in ["sv", "da", "en"] {
        files.insert(format!("locales/{locale}.ftl"), b"name = Probe\n".to_vec());
    }
    pack(&files).unwrap()
}
