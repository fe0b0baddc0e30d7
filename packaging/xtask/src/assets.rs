//! The design system, fetched by npm from a lock file into the theme that embeds it.
//!
//! Only the files that `themes/package.json` lists under `vendor` are copied. They are never committed, and
//! no build script fetches anything: a build without network stays a build without network.

use std::collections::BTreeMap;
use std::fs;

use anyhow::Context as _;

use crate::tools;
use crate::workspace::Workspace;

const FOLDER: &str = "themes";
const VENDOR: &str = "default/static/vendor";

/// Brings the listed files up to date; a file that is already the same is left alone, so that nothing is
/// compiled again for it.
pub(crate) fn fetch(workspace: &Workspace) -> anyhow::Result<()> {
    tools::npm_ci(workspace, FOLDER)?;
    let folder = workspace.root.join(FOLDER);
    for (source, name) in listed(workspace)? {
        let from = folder.join("node_modules").join(&source);
        let to = folder.join(VENDOR).join(&name);
        let bytes = fs::read(&from).with_context(|| format!("cannot read {}", from.display()))?;
        if fs::read(&to).is_ok_and(|present| present == bytes) {
            continue;
        }
        if let Some(parent) = to.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(&to, bytes).with_context(|| format!("cannot write {}", to.display()))?;
        eprintln!("xtask: fetched {}", to.display());
    }
    Ok(())
}

/// Path inside `node_modules` → name inside the vendor folder.
fn listed(workspace: &Workspace) -> anyhow::Result<BTreeMap<String, String>> {
    let path = workspace.root.join(FOLDER).join("package.json");
    let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let package: serde_json::Value = serde_json::from_str(&text)?;
    let vendor =
        package.get("vendor").cloned().with_context(|| format!("{}: no `vendor`", path.display()))?;
    serde_json::from_value(vendor)
        .with_context(|| format!("{}: `vendor` maps source to name", path.display()))
}
