//! A small good bundle, and a zip writer that obeys.

use std::io::Write as _;

use flate2::{Compression, write::DeflateEncoder};
use kuvert_bundle::{Digest, Files, KeyId, SigningKey};
use rawzip::{CompressionMethod, ZipArchiveWriter, path::EntryPath};

/// The smallest component: a header and nothing in it.
pub(crate) const EMPTY_COMPONENT: &[u8] = b"\0asm\x0d\0\x01\0";

pub(crate) const MANIFEST: &str = r#"id = "probe"
version = "1.0.0"
kind = "identity"
world = "kuvert:identity/identity-provider@0.1.0"
min-host = "0.1.0"
vendor = "Nordic Probes"
licence = "EUPL-1.2"

[permissions."http:api"]
en = "Asks the probe."

[endpoints.api]
hosts = ["probe.example"]
methods = ["GET"]
paths = ["/v1/*"]

[settings.colour]
choices = ["red", "blue"]
default = "red"
en = "Which colour."
"#;

/// The files of a good bundle.
pub(crate) fn files() -> Files {
    let mut files = Files::new();
    files.insert("manifest.toml".to_owned(), MANIFEST.as_bytes().to_vec());
    files.insert("plugin.wasm".to_owned(), EMPTY_COMPONENT.to_vec());
    for tag in ["sv", "da", "en"] {
        files.insert(format!("locales/{tag}.ftl"), b"name = Probe\n".to_vec());
    }
    files
}

/// The same, with one file exchanged.
pub(crate) fn with(name: &str, content: impl Into<Vec<u8>>) -> Files {
    let mut files = files();
    files.insert(name.to_owned(), content.into());
    files
}

/// The digest list of these files, as `sha256sum` would write it.
pub(crate) fn sums(files: &Files) -> String {
    let lines: Vec<String> =
        files.iter().map(|(name, bytes)| format!("{}  {name}\n", Digest::of(bytes))).collect();
    lines.concat()
}

pub(crate) fn key(id: &str) -> SigningKey {
    SigningKey::generate(KeyId::parse(id).unwrap()).unwrap()
}

/// One entry as an attacker writes it.
pub(crate) struct Entry<'a> {
    pub(crate) name: &'a str,
    pub(crate) content: &'a [u8],
    pub(crate) mode: u32,
    pub(crate) method: CompressionMethod,
    pub(crate) encrypted: bool,
}

pub(crate) const fn entry<'a>(name: &'a str, content: &'a [u8]) -> Entry<'a> {
    Entry { name, content, mode: 0o100_644, method: CompressionMethod::STORE, encrypted: false }
}

/// An archive of exactly these entries.
pub(crate) fn zip(entries: &[Entry<'_>]) -> Vec<u8> {
    let mut archive = ZipArchiveWriter::new(Vec::new());
    for wanted in entries {
        let path = EntryPath::verbatim(wanted.name.as_bytes());
        let (mut entry, config) = archive
            .new_file(path)
            .compression_method(wanted.method)
            .unix_permissions(wanted.mode)
            .encrypted(wanted.encrypted)
            .start()
            .unwrap();
        let sizes = if wanted.method == CompressionMethod::DEFLATE {
            let mut writer = config.wrap(DeflateEncoder::new(&mut entry, Compression::best()));
            writer.write_all(wanted.content).unwrap();
            let (encoder, sizes) = writer.finish().unwrap();
            encoder.finish().unwrap();
            sizes
        } else {
            let mut writer = config.wrap(&mut entry);
            writer.write_all(wanted.content).unwrap();
            writer.finish().unwrap().1
        };
        entry.finish(sizes).unwrap();
    }
    archive.finish().unwrap()
}
