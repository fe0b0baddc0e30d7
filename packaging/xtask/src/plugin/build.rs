//! `plugin build`: one plugin, compiled and packed.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};

use crate::{plugins, workspace::Workspace};

/// Builds the plugin of this folder and answers with its bundle.
pub(super) fn run(workspace: &Workspace, folder: &Path) -> anyhow::Result<PathBuf> {
    let folder = std::path::absolute(folder)?;
    if !folder.join("manifest.toml").is_file() {
        bail!("{} holds no manifest.toml; begin with `cargo xtask plugin new`", folder.display());
    }
    let packed = kuvert_bundle::pack(&plugins::files(workspace, &folder)?)?;
    let bundle = kuvert_bundle::Bundle::open(&packed)?;
    let output = folder.join("dist");
    fs::create_dir_all(&output)?;
    let file = output.join(bundle.file_name());
    fs::write(&file, &packed).with_context(|| file.display().to_string())?;
    println!("{}", file.display());
    println!("  component {} KiB, bundle {} KiB", kib(bundle.component()), kib(&packed));
    println!("  digest {}", bundle.digest());
    Ok(file)
}

fn kib(bytes: &[u8]) -> usize {
    bytes.len().div_ceil(1024)
}
