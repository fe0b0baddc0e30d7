//! Hostile guests, written by hand in WebAssembly's text form and wrapped like any other plugin.
//!
//! Only `begin` does anything. What it returns is laid into memory here, by the canonical ABI's own offsets.

use std::{fmt::Write as _, fs, path::Path};

use kuvert_bundle::{Files, pack};
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

/// Where the outcome of `begin` lies.
const OUTCOME: usize = 1024;
/// Where its strings lie.
const STRINGS: usize = 4096;

/// The memory of a guest, before it runs.
pub(crate) struct Memory {
    outcome: Vec<u8>,
    strings: Vec<u8>,
}

impl Memory {
    /// An outcome `ok(("", step))` with this case of the step.
    pub(crate) fn step(case: u8) -> Self {
        let mut memory = Self { outcome: vec![0; 256], strings: Vec::new() };
        memory.outcome[16] = case;
        memory
    }

    /// Puts a number at an offset of the outcome.
    pub(crate) fn number(mut self, at: usize, value: u32) -> Self {
        self.outcome[at..at + 4].copy_from_slice(&value.to_le_bytes());
        self
    }

    /// Puts a string at an offset of the outcome.
    pub(crate) fn text(mut self, at: usize, text: &str) -> Self {
        let place = u32::try_from(STRINGS + self.strings.len()).unwrap();
        self.strings.extend(text.bytes());
        self.number(at, place).number(at + 4, u32::try_from(text.len()).unwrap())
    }

    /// A claim of a number and a name that point at evidence.
    pub(crate) fn claim(evidence: u32, number: &str, name: &str) -> Self {
        Self::step(2)
            .number(24, 1)
            .number(28, evidence)
            .text(32, number)
            .number(40, 1)
            .number(44, evidence)
            .text(48, name)
    }
}

/// A component whose `begin` has this body. It can call `$send`, `$log` and `$random`.
pub(crate) fn component(body: &str, memory: &Memory) -> Vec<u8> {
    let call = "(param i32 i32 i32 i32 i64 i32 i32";
    let provider = "kuvert:identity/provider@0.1.0#";
    let text = format!(
        r#"(module
        (import "kuvert:host/http@0.1.0" "send" (func $send
            (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32)))
        (import "kuvert:host/log@0.1.0" "write" (func $log (param i32 i32 i32)))
        (import "kuvert:host/crypto@0.1.0" "random" (func $random (param i32 i32)))
        (memory (export "memory") 64)
        (table $table 1 funcref)
        (global $free (mut i32) (i32.const 3145728))
        (data (i32.const {OUTCOME}) "{outcome}")
        (data (i32.const {STRINGS}) "{strings}")
        (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
            (global.set $free (i32.add (i32.and (i32.add (global.get $free) (i32.const 15)) (i32.const -16)) (local.get 3)))
            (i32.sub (global.get $free) (local.get 3)))
        (func (export "{provider}describe") (result i32) unreachable)
        (func (export "{provider}probe") {call}) (result i32) unreachable)
        (func (export "{provider}begin") (param i32) (result i32) {body} (i32.const {OUTCOME}))
        (func (export "{provider}advance") {call} i32 i32 i32 i32 i32) (result i32) unreachable)
        (func (export "{provider}render") (param i32 i32 i64) (result i32) unreachable)
        (func (export "{provider}cancel") {call} i32 i32) (result i32) unreachable)
        (func (export "{provider}end-session") {call} i32 i32) (result i32) unreachable))"#,
        outcome = escaped(&memory.outcome),
        strings = escaped(&memory.strings),
    );
    let mut module = wat::parse_str(text).unwrap();
    let wit = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../plugins/wit");
    let mut resolve = Resolve::default();
    let packages =
        ["common", "host", "identity"].map(|package| resolve.push_dir(wit.join(package)).unwrap().0);
    let world = resolve.select_world(&packages[2..], Some("identity-provider")).unwrap();
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8, false).unwrap();
    ComponentEncoder::default().validate(true).module(&module).unwrap().encode().unwrap()
}

/// Packs a bundle that nobody signed, and lays it into a folder.
pub(crate) fn bundle(folder: &Path, id: &str, wasm: &[u8]) {
    fs::write(folder.join(format!("{id}.kplug")), kplug(id, "0.0.1", wasm)).unwrap();
}

/// An unsigned bundle.
pub(crate) fn kplug(id: &str, version: &str, wasm: &[u8]) -> Vec<u8> {
    let manifest = format!(
        r#"id = "{id}"
        version = "{version}"
        kind = "identity"
        world = "kuvert:identity/identity-provider@0.1.0"
        min-host = "0.1.0"
        vendor = "Mallory"
        licence = "none"
        [permissions."http:api"]
        en = "mischief"
        [endpoints.api]
        hosts = ["*"]
        methods = ["GET", "POST"]
        paths = ["/rp/v6.0/*"]
        "#
    );
    let mut files = Files::from([
        ("manifest.toml".to_owned(), manifest.into_bytes()),
        ("plugin.wasm".to_owned(), wasm.to_vec()),
    ]);
    for locale in ["sv", "da", "en"] {
        files.insert(format!("locales/{locale}.ftl"), b"name = Hostile\n".to_vec());
    }
    pack(&files).unwrap()
}

fn escaped(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "\\{byte:02x}").unwrap();
        text
    })
}
