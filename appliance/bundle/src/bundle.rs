//! A bundle: opened, packed, signed.
//!
//! Opening checks everything that can be checked without a key and without running anything. Packing goes the same way
//! backwards and ends by opening what it made, so a bundle that can be made can be opened.

use std::{collections::BTreeMap, fmt};

use crate::{
    BundleError, Digest, KeyId, Manifest, SigningKey, archive,
    digest::{self, SUMS},
    limits,
};

/// The files of a bundle by name, without digest list and signatures.
pub type Files = BTreeMap<String, Vec<u8>>;

const MANIFEST: &str = "manifest.toml";
const COMPONENT: &str = "plugin.wasm";
const ICON: &str = "icon.svg";
/// Texts that must be there, one per language of the appliance.
const LOCALES: [&str; 3] = ["locales/sv.ftl", "locales/da.ftl", "locales/en.ftl"];
/// Texts for people who install.
const PAPERS: [&str; 3] = ["README.md", "CHANGES.md", "LICENSE"];

/// The first eight bytes of a component, of a core module, and the first four of a file for a processor, which is what
/// compiled components are kept in.
const COMPONENT_START: &[u8] = b"\0asm\x0d\0\x01\0";
const MODULE_START: &[u8] = b"\0asm\x01\0\0\0";
const COMPILED_START: &[u8] = b"\x7fELF";

/// A bundle that has passed every rule of unpacking. Who signed it is not judged yet.
#[derive(Clone)]
pub struct Bundle {
    manifest: Manifest,
    files: Files,
    digest: Digest,
    signatures: BTreeMap<KeyId, Vec<u8>>,
}

impl Bundle {
    /// Opens a `.kplug` file's bytes. Takes a few milliseconds and at most some 40 MiB.
    pub fn open(packed: &[u8]) -> Result<Self, BundleError> {
        let mut files = archive::unpack(packed, most)?;
        let sums = files.remove(SUMS).ok_or_else(|| BundleError::Missing(SUMS.to_owned()))?;
        let mut signatures = BTreeMap::new();
        let names: Vec<String> = files.keys().filter(|name| key_of(name).is_some()).cloned().collect();
        for name in names {
            let (Some(key), Some(signature)) = (key_of(&name), files.remove(&name)) else { continue };
            if signature.len() != 64 {
                return Err(BundleError::content(&name, "is not a signature of 64 bytes"));
            }
            signatures.insert(key, signature);
        }
        digest::check(&files, &sums)?;
        let manifest = judge_content(&files)?;
        Ok(Self { manifest, files, digest: Digest::of(&sums), signatures })
    }

    /// What it says about itself and asks for.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The digest of its list of digests, which is what signatures cover and revocations name.
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// The WebAssembly component. It begins like one; nothing more is known of it.
    #[must_use]
    pub fn component(&self) -> &[u8] {
        self.files.get(COMPONENT).map_or(&[], Vec::as_slice)
    }

    /// A text file of the bundle, for example `locales/sv.ftl`, `icon.svg`, `CHANGES.md`.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        str::from_utf8(self.files.get(name)?).ok()
    }

    /// Signatures by the key that is said to have made them.
    #[must_use]
    pub fn signatures(&self) -> &BTreeMap<KeyId, Vec<u8>> {
        &self.signatures
    }

    /// All its files, without digest list and signatures.
    #[must_use]
    pub fn files(&self) -> &Files {
        &self.files
    }

    /// The usual name of its file: `bankid-1.4.2.kplug`.
    #[must_use]
    pub fn file_name(&self) -> String {
        format!("{}-{}.kplug", self.manifest.id, self.manifest.version)
    }
}

impl fmt::Debug for Bundle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bundle")
            .field("id", &self.manifest.id)
            .field("version", &self.manifest.version.to_string())
            .field("digest", &self.digest)
            .finish_non_exhaustive()
    }
}

/// Packs these files into an unsigned bundle, with its digest list. The same files always give the same bytes.
pub fn pack(files: &Files) -> Result<Vec<u8>, BundleError> {
    assemble(files.clone(), BTreeMap::new())
}

/// Adds a signature, or replaces the one that this key made before.
pub fn sign(packed: &[u8], key: &SigningKey) -> Result<Vec<u8>, BundleError> {
    let Bundle { files, mut signatures, digest, .. } = Bundle::open(packed)?;
    signatures.insert(key.id().clone(), key.sign_bundle(&digest));
    assemble(files, signatures)
}

fn assemble(mut files: Files, signatures: BTreeMap<KeyId, Vec<u8>>) -> Result<Vec<u8>, BundleError> {
    let sums = digest::list(&files);
    files.insert(SUMS.to_owned(), sums.into_bytes());
    for (key, signature) in signatures {
        files.insert(format!("signatures/{key}.sig"), signature);
    }
    let packed = archive::pack(&files)?;
    Bundle::open(&packed)?;
    Ok(packed)
}

/// The largest size of a file by its name; a name that no rule knows is refused.
fn most(name: &str) -> Result<u64, BundleError> {
    match name {
        MANIFEST => Ok(limits::MANIFEST_BYTES),
        COMPONENT => Ok(limits::COMPONENT_BYTES),
        ICON => Ok(limits::ICON_BYTES),
        SUMS => Ok(limits::TEXT_BYTES),
        _ if PAPERS.contains(&name) || is_locale(name) => Ok(limits::TEXT_BYTES),
        _ if key_of(name).is_some() => Ok(limits::TEXT_BYTES),
        _ => Err(BundleError::Unknown(name.to_owned())),
    }
}

/// `locales/<tag>.ftl`; further languages than the appliance's own are welcome.
fn is_locale(name: &str) -> bool {
    let tag = name.strip_prefix("locales/").and_then(|rest| rest.strip_suffix(".ftl"));
    tag.is_some_and(|tag| (2..=3).contains(&tag.len()) && tag.bytes().all(|byte| byte.is_ascii_lowercase()))
}

/// The key that a signature file names.
fn key_of(name: &str) -> Option<KeyId> {
    KeyId::parse(name.strip_prefix("signatures/")?.strip_suffix(".sig")?).ok()
}

fn judge_content(files: &Files) -> Result<Manifest, BundleError> {
    for name in [MANIFEST, COMPONENT].into_iter().chain(LOCALES) {
        if !files.contains_key(name) {
            return Err(BundleError::Missing(name.to_owned()));
        }
    }
    let mut manifest = "";
    for (name, bytes) in files {
        if name == COMPONENT {
            judge_component(bytes)?;
            continue;
        }
        let text = str::from_utf8(bytes).map_err(|_| BundleError::content(name, "is not UTF-8"))?;
        if name == MANIFEST {
            manifest = text;
        }
    }
    Manifest::parse(manifest)
}

fn judge_component(bytes: &[u8]) -> Result<(), BundleError> {
    let why = if bytes.starts_with(COMPONENT_START) {
        return Ok(());
    } else if bytes.starts_with(MODULE_START) {
        "is a core module, not a component"
    } else if bytes.starts_with(COMPILED_START) {
        "is compiled already; only WebAssembly is taken"
    } else {
        "is not a WebAssembly component"
    };
    Err(BundleError::content(COMPONENT, why))
}
