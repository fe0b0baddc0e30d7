//! `plugin sign`: puts a signature on a bundle or beside a trust profile, and shows what the municipality must trust for it
//! to count.
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
    /// A bundle, `.kplug`, which is replaced by the signed one; or a trust profile, `.toml`, beside which its signature is put
    file: PathBuf,
    /// The private key, a PEM file; its name without `.pem` is the key's name
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// Make the key first, if the file does not exist
    #[arg(long)]
    make_key: bool,
}

pub(super) fn run(options: &Options) -> anyhow::Result<()> {
    let kind = match options.file.extension().and_then(|end| end.to_str()) {
        Some("kplug") => Kind::Identity,
        Some("toml") => Kind::Profile,
        _ => bail!("{} is neither a bundle (.kplug) nor a trust profile (.toml)", options.file.display()),
    };
    let key = key(&options.key, options.make_key)?;
    match kind {
        Kind::Identity => bundle(options, &key)?,
        Kind::Profile => profile(options, &key)?,
    }
    println!("Municipalities that take it trust this key, in the file that server.plugin_keys_file names.");
    println!("Where the key stands there already, {:?} must be among its kinds.\n", kind.name());
    println!("{}", TrustStore::block(&key, &Kinds::from([kind])));
    Ok(())
}

fn bundle(options: &Options, key: &SigningKey) -> anyhow::Result<()> {
    let packed = fs::read(&options.file).with_context(|| options.file.display().to_string())?;
    let signed = kuvert_bundle::sign(&packed, key)?;
    let bundle = Bundle::open(&signed)?;
    replace(&options.file, &signed)?;
    println!("{} is signed by {}", options.file.display(), key.id());
    println!("  {} {}, digest {}", bundle.manifest().id, bundle.manifest().version, bundle.digest());
    Ok(())
}

/// `<name>.toml.<key>.sig`, which goes into the folder `profiles` together with the text. Whether the text is a good profile
/// is for the appliance to say.
fn profile(options: &Options, key: &SigningKey) -> anyhow::Result<()> {
    let text = fs::read_to_string(&options.file).with_context(|| options.file.display().to_string())?;
    let mut beside = options.file.clone().into_os_string();
    beside.push(format!(".{}.sig", key.id()));
    let beside = PathBuf::from(beside);
    fs::write(&beside, key.sign_profile(&text)).with_context(|| beside.display().to_string())?;
    println!("{} is signed by {}, in {}", options.file.display(), key.id(), beside.display());
    println!("Both files go into the folder `profiles` beside the municipality's kuvert.toml.");
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trust_profile_is_signed_beside_its_text() {
        let folder = tempfile::tempdir().unwrap();
        let (file, key) = (folder.path().join("granby-id.toml"), folder.path().join("granby-2026.pem"));
        fs::write(&file, "country = \"SE\"\n").unwrap();
        let sign =
            |file: &Path, make_key| run(&Options { file: file.to_owned(), key: key.clone(), make_key });
        assert!(sign(&file, false).unwrap_err().to_string().contains("--make-key"));
        sign(&file, true).unwrap();
        let signature = fs::read(folder.path().join("granby-id.toml.granby-2026.sig")).unwrap();
        let same =
            SigningKey::from_pem(KeyId::parse("granby-2026").unwrap(), &fs::read_to_string(&key).unwrap());
        assert_eq!(signature, same.unwrap().sign_profile("country = \"SE\"\n"));
        assert_eq!(fs::read_to_string(&file).unwrap(), "country = \"SE\"\n", "the text stays as it is");
        let refused = sign(&folder.path().join("profile.txt"), false).unwrap_err().to_string();
        assert!(refused.contains("neither a bundle"), "{refused}");
    }
}
