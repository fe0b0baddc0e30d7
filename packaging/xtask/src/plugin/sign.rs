//! `plugin sign`: puts a signature on a bundle, and shows what the municipality must trust for it to count.
//!
//! Keys are Ed25519 in PKCS#8 PEM, one file each, named like the key: `granby-2026.pem`. They never leave the author's
//! machine; an appliance knows only their public half.

use std::{
    fs,
    io::Write as _,
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};
use kuvert_bundle::{Bundle, KeyId, Kind, Kinds, SigningKey, TrustStore};

/// What to sign, and with what.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// The bundle, a `.kplug` file; it is replaced by the signed one
    file: PathBuf,
    /// The private key, a PEM file; its name without `.pem` is the key's name
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// Make the key first, if the file does not exist
    #[arg(long)]
    make_key: bool,
}

pub(super) fn run(options: &Options) -> anyhow::Result<()> {
    let key = key(&options.key, options.make_key)?;
    let packed = fs::read(&options.file).with_context(|| options.file.display().to_string())?;
    let signed = kuvert_bundle::sign(&packed, &key)?;
    let bundle = Bundle::open(&signed)?;
    replace(&options.file, &signed)?;
    println!("{} is signed by {}", options.file.display(), key.id());
    println!("  {} {}, digest {}", bundle.manifest().id, bundle.manifest().version, bundle.digest());
    println!("Municipalities that take it trust this key, in the file that server.plugin_keys_file names:\n");
    println!("{}", TrustStore::block(&key, &Kinds::from([Kind::Identity])));
    Ok(())
}

/// Reads the key, or makes it where it may.
fn key(file: &Path, make: bool) -> anyhow::Result<SigningKey> {
    let name = file.file_stem().context("the key's file has no name")?.to_string_lossy();
    let id = KeyId::parse(&name)?;
    if file.exists() {
        let pem = fs::read_to_string(file).with_context(|| file.display().to_string())?;
        return Ok(SigningKey::from_pem(id, &pem)?);
    }
    if !make {
        bail!("there is no key {}; --make-key makes one", file.display());
    }
    let key = SigningKey::generate(id)?;
    let mut opened = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(file)
        .with_context(|| file.display().to_string())?;
    opened.write_all(key.to_pem()?.as_bytes())?;
    opened.sync_all()?;
    println!("{} is a new key. Keep it where only you can read it, and a copy in a safe.", file.display());
    Ok(key)
}

/// Beside it first, so that a full disk leaves the bundle that was there.
fn replace(file: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let beside = file.with_extension("kplug.new");
    fs::write(&beside, bytes).with_context(|| beside.display().to_string())?;
    fs::rename(&beside, file).with_context(|| file.display().to_string())
}
