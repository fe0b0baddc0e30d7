//! The design system, fetched by npm from a lock file into the theme that embeds it.
//!
//! Only the files that `themes/vendor.toml` lists are copied. They are never committed, and no build script
//! fetches anything: a build without network stays a build without network.

use std::fs;

use anyhow::Context as _;

use crate::tools;
use crate::workspace::Workspace;

const FOLDER: &str = "themes";
const STATIC: &str = "default/static";

/// Brings the listed files up to date; a file that is already the same is left alone, so that nothing is
/// compiled again for it.
pub(crate) fn fetch(workspace: &Workspace) -> anyhow::Result<()> {
    tools::npm_ci(workspace, FOLDER)?;
    let folder = workspace.root.join(FOLDER);
    for (source, name) in listed(workspace)? {
        let from = folder.join(source);
        let to = folder.join(STATIC).join(name);
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

/// The `[[copy]]` tables: `from` inside `themes`, `to` inside the theme's static folder.
fn listed(workspace: &Workspace) -> anyhow::Result<Vec<(String, String)>> {
    let path = workspace.root.join(FOLDER).join("vendor.toml");
    let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let table: toml::Table = text.parse().with_context(|| format!("cannot parse {}", path.display()))?;
    let copies = table.get("copy").and_then(toml::Value::as_array).context("vendor.toml: no [[copy]]")?;
    let field = |copy: &toml::Value, name: &str| {
        copy.get(name)
            .and_then(toml::Value::as_str)
            .map(str::to_owned)
            .with_context(|| format!("[[copy]] lacks `{name}`"))
    };
    copies.iter().map(|copy| Ok((field(copy, "from")?, field(copy, "to")?))).collect()
}
