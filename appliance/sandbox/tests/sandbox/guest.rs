//! Hostile guests, written by hand in WebAssembly's text form and wrapped like any other plugin.
//!
//! The text is in `plugins/fixtures`; what `begin` returns is laid into memory here, by the canonical ABI's own offsets.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use kuvert_bundle::{Files, pack};
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

/// Where its strings lie.
const STRINGS: usize = 4096;

/// The memory of a guest, before it runs.
#[derive(Clone)]
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

    /// An ordinary unhappy end: what a guest that is up to no good returns when nobody stopped it.
    pub(crate) fn polite() -> Self {
        Self::step(3).text(24, "cancelled").text(32, "name").text(48, "x")
    }

    /// A step that waits, with a text and nothing to scan.
    pub(crate) fn waiting() -> Self {
        Self::step(1).text(48, "name")
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

/// A hostile guest: the shell of `plugins/fixtures`, its holes filled.
#[derive(Clone)]
pub(crate) struct Guest {
    parts: BTreeMap<String, String>,
    memory: Memory,
}

impl Guest {
    /// A guest that returns this from `begin` and does nothing else.
    pub(crate) fn of(memory: Memory) -> Self {
        Self { parts: BTreeMap::from([("begin".to_owned(), String::new())]), memory }
    }

    /// One of the attacks in `plugins/fixtures`.
    pub(crate) fn attack(name: &str, memory: Memory) -> Self {
        let file = fixtures().join(format!("attacks/{name}.wat"));
        let text = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        text.split("\n;;; ").skip(1).fold(Self::of(memory), |guest, part| {
            let (hole, body) = part.split_once('\n').unwrap_or((part, ""));
            guest.does(hole.trim(), body)
        })
    }

    /// Fills a hole.
    pub(crate) fn does(mut self, hole: &str, body: &str) -> Self {
        self.parts.insert(hole.to_owned(), body.to_owned());
        self
    }

    /// Replaces a word in every part.
    pub(crate) fn with(mut self, word: &str, value: &str) -> Self {
        for body in self.parts.values_mut() {
            *body = body.replace(word, value);
        }
        self
    }

    /// The whole component.
    pub(crate) fn wasm(&self) -> Vec<u8> {
        let mut text = fs::read_to_string(fixtures().join("shell.wat")).unwrap();
        for (hole, body) in &self.parts {
            assert!(text.contains(&format!("{{{{{hole}}}}}")), "the shell has no hole {hole}");
            text = text.replace(&format!("{{{{{hole}}}}}"), body);
        }
        text = text.replace("{{outcome}}", &escaped(&self.memory.outcome));
        text = text.replace("{{strings}}", &escaped(&self.memory.strings));
        for hole in ["module", "realloc"] {
            text = text.replace(&format!("{{{{{hole}}}}}"), "");
        }
        for hole in ["describe", "probe", "advance", "render", "cancel", "end-session"] {
            text = text.replace(&format!("{{{{{hole}}}}}"), "unreachable");
        }
        encode(wat::parse_str(text).unwrap())
    }
}

/// A component whose `begin` has this body.
pub(crate) fn component(body: &str, memory: &Memory) -> Vec<u8> {
    Guest::of(memory.clone()).does("begin", body).wasm()
}

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../plugins/fixtures")
}

fn encode(mut module: Vec<u8>) -> Vec<u8> {
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
    bundle_with(folder, id, wasm, "none");
}

/// The same, with this kind of proof at its endpoint.
pub(crate) fn bundle_with(folder: &Path, id: &str, wasm: &[u8], auth: &str) {
    bundle_saying(folder, id, wasm, auth, "");
}

/// The same, with more lines at the end of its manifest.
pub(crate) fn bundle_saying(folder: &Path, id: &str, wasm: &[u8], auth: &str, more: &str) {
    let manifest = format!(
        r#"id = "{id}"
        version = "0.0.1"
        kind = "identity"
        world = "kuvert:identity/identity-provider@0.1.0"
        min-host = "0.1.0"
        vendor = "Mallory"
        licence = "none"
        [permissions."http:api"]
        en = "mischief"
        [permissions."credential:api:client-certificate"]
        en = "more mischief"
        [permissions."identity.assert:SE:high"]
        en = "lies"
        [endpoints.api]
        hosts = ["*"]
        methods = ["GET", "POST"]
        paths = ["/rp/v6.0/*"]
        auth = "{auth}"
        {more}
        "#
    );
    let mut files = Files::from([
        ("manifest.toml".to_owned(), manifest.into_bytes()),
        ("plugin.wasm".to_owned(), wasm.to_vec()),
    ]);
    for locale in ["sv", "da", "en"] {
        files.insert(format!("locales/{locale}.ftl"), b"name = Hostile\n".to_vec());
    }
    fs::write(folder.join(format!("{id}.kplug")), pack(&files).unwrap()).unwrap();
}

/// Bytes as the text form writes them.
pub(crate) fn escaped(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "\\{byte:02x}").unwrap();
        text
    })
}
