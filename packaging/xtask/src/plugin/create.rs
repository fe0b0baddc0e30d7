//! `plugin new`: copies `plugins/example-id` under another name, as a package of its own.
//!
//! The example is a member of the plugins' workspace and tested like the rest, so what is copied here works. It
//! deliberately asks nothing: what a plugin is called is in the command.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};

use crate::workspace::Workspace;

const EXAMPLE: &str = "plugins/example-id";
const EXAMPLE_ID: &str = "example-id";
const EXAMPLE_NAME: &str = "Example ID";

/// What the new plugin is called.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Where to put it: a folder that does not exist or is empty, outside of this clone
    folder: PathBuf,
    /// Its lasting id: lower-case letters, digits and dashes; the folder's name when left out
    #[arg(long)]
    id: Option<String>,
    /// What people call the way to sign in; the id when left out
    #[arg(long)]
    name: Option<String>,
}

pub(super) fn run(workspace: &Workspace, options: &Options) -> anyhow::Result<()> {
    let folder = std::path::absolute(&options.folder)?;
    if folder.starts_with(&workspace.root) {
        bail!(
            "choose a folder outside of this clone; plugins/README.md says how a plugin comes to ship with Kuvert"
        );
    }
    if folder.exists() && fs::read_dir(&folder)?.next().is_some() {
        bail!("{} is not empty", folder.display());
    }
    let own_name = folder.file_name().context("the folder has no name")?.to_string_lossy().into_owned();
    let id = options.id.clone().unwrap_or(own_name);
    if !is_id(&id) {
        bail!("{id:?} cannot be an id: 1 to 40 lower-case letters, digits and dashes, a letter first (--id)");
    }
    let name = options.name.as_deref().unwrap_or(&id);
    if name.is_empty() || name.contains(['{', '}', '"', '\\', '<', '&']) || name.chars().any(char::is_control)
    {
        bail!("the name stands in texts, drawings and settings: no quotes, braces or other signs of theirs");
    }
    copy(&workspace.root.join(EXAMPLE), &folder, &|text| {
        text.replace(EXAMPLE_ID, &id).replace(EXAMPLE_NAME, name)
    })?;
    fs::write(folder.join("Cargo.toml"), cargo_toml(workspace, &id, name)?)?;
    fs::write(folder.join(".gitignore"), "/dist\n/target\n")?;
    // The same versions of the same libraries as the plugins that ship.
    fs::copy(workspace.root.join("plugins/Cargo.lock"), folder.join("Cargo.lock"))?;
    println!("{} is the plugin {id}. Try it:", folder.display());
    println!("  cargo xtask plugin test {}", options.folder.display());
    println!(
        "Then make it yours: src/ (what it does), profile.toml (what its provider's answers mean), tests/."
    );
    Ok(())
}

/// The rule of the bundle's own id.
fn is_id(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=40).contains(&text.len())
        && text.bytes().all(fits)
        && text.starts_with(|c: char| c.is_ascii_lowercase())
}

/// Copies every text of the example but its manifest for cargo, which only fits the workspace.
fn copy(from: &Path, to: &Path, renamed: &dyn Fn(&str) -> String) -> anyhow::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from).with_context(|| from.display().to_string())? {
        let (path, name) = entry.map(|entry| (entry.path(), entry.file_name()))?;
        if path.is_dir() {
            if name != "dist" {
                copy(&path, &to.join(name), renamed)?;
            }
        } else if name != "Cargo.toml" {
            let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
            fs::write(to.join(name), renamed(&text))?;
        }
    }
    Ok(())
}

/// A package of its own with the workspace's rules: the same edition, lints and build profile.
fn cargo_toml(workspace: &Workspace, id: &str, name: &str) -> anyhow::Result<String> {
    let plugins = workspace.root.join("plugins");
    let shared: toml::Table = fs::read_to_string(plugins.join("Cargo.toml"))?.parse()?;
    let at = |path: &[&str]| -> anyhow::Result<toml::Table> {
        let mut table = &shared;
        for key in path {
            let inner = table.get(*key).and_then(toml::Value::as_table);
            table = inner.with_context(|| format!("plugins/Cargo.toml lacks {}", path.join(".")))?;
        }
        Ok(table.clone())
    };
    let mut package = toml::Table::from_iter([
        ("name".to_owned(), format!("kuvert-plugin-{id}").into()),
        ("description".to_owned(), format!("{name} for Kuvert").into()),
    ]);
    package.extend(at(&["workspace", "package"])?);
    let one = |key: &str, value: toml::Value| toml::Table::from_iter([(key.to_owned(), value)]);
    let sdk = one("path", plugins.join("sdk").display().to_string().into());
    let parts = [
        one("package", package.into()),
        one("lib", one("crate-type", vec!["cdylib"].into()).into()),
        one("dependencies", one("kuvert-plugin-sdk", sdk.into()).into()),
        one("workspace", toml::Table::new().into()),
        one("lints", at(&["workspace", "lints"])?.into()),
        one("profile", at(&["profile"])?.into()),
    ];
    let mut text = "# A workspace of its own, with the rules of Kuvert's plugins. The kit comes from your clone of Kuvert.\n".to_owned();
    for part in parts {
        text.push_str(&toml::to_string(&part)?);
        text.push('\n');
    }
    Ok(text.trim_end().to_owned() + "\n")
}
