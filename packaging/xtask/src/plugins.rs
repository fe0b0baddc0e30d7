//! Builds the guests of `plugins/` into bundles, signed by a development key that stays in the build folder.
//!
//! It finds a compiler for WebAssembly on this machine and says which and why, and leaves everything alone when no
//! source has changed. What is released is signed elsewhere, by `cargo xtask plugin sign`.

use std::collections::BTreeSet;
use std::fs::{self, OpenOptions};
use std::hash::{DefaultHasher, Hasher as _};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, bail};
use kuvert_bundle::{Bundle, Files, KeyId, Kind, Kinds, SigningKey, TrustStore};
use wit_component::ComponentEncoder;

use crate::tools;
use crate::workspace::{Workspace, run};

const TARGET: &str = "wasm32-unknown-unknown";
/// The template of `cargo xtask plugin new`: compiled and tested like the rest, never shipped.
const TEMPLATE: &str = "example-id";
/// Remembers what the plugins were built from.
const STAMP: &str = ".built-from";

/// Builds every plugin and answers with the folder that holds them.
pub(crate) fn build(workspace: &Workspace) -> anyhow::Result<PathBuf> {
    let sources = workspace.root.join("plugins");
    let output = workspace.plugins();
    let guests = guests(&sources)?;
    let stamp = digest(&sources)?;
    if fs::read_to_string(output.join(STAMP)).is_ok_and(|old| old == stamp) {
        eprintln!("xtask: plugins are up to date in {}", output.display());
        return Ok(output);
    }
    let route = Route::find()?;
    eprintln!("xtask: plugins are compiled by {}", route.why());
    run(route.cargo(workspace, &sources).arg("--locked"))?;
    fs::create_dir_all(&output)?;
    // The stamp goes first, so that a build that stops half way is never taken for a whole one.
    let _ = fs::remove_file(output.join(STAMP));
    clear(&output)?;
    let key = development_key(&output)?;
    let modules = target(workspace).join(TARGET).join("release");
    for guest in &guests {
        assemble(&sources.join(guest), &modules, &key, &output)
            .with_context(|| format!("cannot put the plugin {guest} together"))?;
    }
    fs::write(output.join(STAMP), stamp)?;
    Ok(output)
}

/// Removes the bundles of an earlier build: a version that is no longer made is not offered either.
fn clear(output: &Path) -> anyhow::Result<()> {
    for entry in fs::read_dir(output)? {
        let path = entry?.path();
        if path.extension().is_some_and(|end| end == "kplug") {
            fs::remove_file(&path)?;
        }
    }
    Ok(())
}

/// The key that signs what is built here, made once per build folder, and the list that trusts it: demo and tests run on
/// signed bundles, and no released appliance knows this key.
fn development_key(output: &Path) -> anyhow::Result<SigningKey> {
    let (private, list) = (output.join("development.pem"), output.join("keys.toml"));
    let id = KeyId::parse("development")?;
    let key = if private.exists() {
        SigningKey::from_pem(id, &fs::read_to_string(&private)?)?
    } else {
        let key = SigningKey::generate(id)?;
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&private)?;
        file.write_all(key.to_pem()?.as_bytes())?;
        key
    };
    fs::write(list, TrustStore::block(&key, &Kinds::from([Kind::Identity, Kind::Profile])))?;
    Ok(key)
}

/// Builds the plugin of this folder, wherever that lies, and answers with the files of its bundle.
pub(crate) fn files(workspace: &Workspace, folder: &Path) -> anyhow::Result<Files> {
    let route = Route::find()?;
    eprintln!("xtask: compiled by {}", route.why());
    let mut cargo = route.cargo(workspace, folder);
    // A plugin outside of this clone has a lock file of its own, which its first build completes.
    if folder.starts_with(&workspace.root) {
        cargo.arg("--locked");
    }
    run(&mut cargo)?;
    let manifest: toml::Table = fs::read_to_string(folder.join("manifest.toml"))?.parse()?;
    let id = manifest.get("id").and_then(toml::Value::as_str).context("manifest.toml names no id")?;
    let mut files = papers(folder)?;
    files.insert("plugin.wasm".to_owned(), component(&target(workspace).join(TARGET).join("release"), id)?);
    Ok(files)
}

/// The tests of the guests' own workspace, on this machine's processor.
pub(crate) fn tests(workspace: &Workspace) -> Command {
    cargo(workspace, &["test", "--locked"])
}

/// A cargo command in the guests' own workspace.
pub(crate) fn cargo(workspace: &Workspace, arguments: &[&str]) -> Command {
    let mut command = workspace.cargo(arguments.iter().copied());
    command.current_dir(workspace.root.join("plugins")).env("CARGO_TARGET_DIR", target(workspace));
    command
}

/// How this machine compiles for WebAssembly.
enum Route {
    /// The toolchain in use has the target.
    Rustup,
    /// Debian's compiler builds its own standard library; the linker is the toolchain's.
    Debian { linker: PathBuf },
}

impl Route {
    fn find() -> anyhow::Result<Self> {
        if PathBuf::from(ask_rustc(&["--print", "target-libdir", "--target", TARGET])?).is_dir() {
            return Ok(Self::Rustup);
        }
        tools::ensure(&[tools::WASM_RUST])?;
        let tools = Path::new(&ask_rustc(&["--print", "target-libdir"])?).with_file_name("bin");
        let candidates = [tools.join("rust-lld"), "/usr/bin/rust-lld".into(), "/usr/bin/wasm-ld".into()];
        match candidates.into_iter().find(|path| path.exists()) {
            Some(linker) => Ok(Self::Debian { linker }),
            None => {
                bail!("no linker for WebAssembly: install Debian's `lld`, or `rustup target add {TARGET}`")
            }
        }
    }

    fn why(&self) -> String {
        match self {
            Self::Rustup => format!("this toolchain, which has the target {TARGET}"),
            Self::Debian { linker } => format!(
                "Debian's rustc-web with its own standard library (this toolchain lacks {TARGET}), linked by {}",
                linker.display()
            ),
        }
    }

    fn cargo(&self, workspace: &Workspace, sources: &Path) -> Command {
        let mut command = match self {
            Self::Rustup => workspace.cargo([]),
            Self::Debian { linker } => {
                let mut command = Command::new("/usr/bin/cargo");
                command
                    .env("PATH", "/usr/bin:/bin")
                    .env("RUSTC", "/usr/bin/rustc")
                    .env("RUSTC_BOOTSTRAP", "1")
                    .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker)
                    .env_remove("RUSTUP_TOOLCHAIN")
                    .env_remove("RUSTC_WRAPPER")
                    .env_remove("RUSTFLAGS")
                    .arg("-Zbuild-std=std,panic_abort");
                command
            }
        };
        command.current_dir(sources).env("CARGO_TARGET_DIR", target(workspace)).args([
            "build",
            "--release",
            "--target",
            TARGET,
        ]);
        command
    }
}

/// The guests' own build folder, so that neither workspace throws the other's work away.
fn target(workspace: &Workspace) -> PathBuf {
    workspace.target.join("guests")
}

/// Every folder with a manifest is a plugin.
fn guests(sources: &Path) -> anyhow::Result<BTreeSet<String>> {
    let mut guests = BTreeSet::new();
    for entry in fs::read_dir(sources)? {
        let entry = entry?;
        if entry.path().join("manifest.toml").is_file() && entry.file_name() != TEMPLATE {
            guests.insert(entry.file_name().to_string_lossy().into_owned());
        }
    }
    Ok(guests)
}

/// Wraps the core module into a component, packs it with the files beside its manifest, and signs the bundle.
fn assemble(source: &Path, modules: &Path, key: &SigningKey, output: &Path) -> anyhow::Result<()> {
    let name = source.file_name().context("a plugin has a name")?.to_string_lossy();
    let component = component(modules, &name)?;
    let size = component.len().div_ceil(1024);
    let mut files = papers(source)?;
    files.insert("plugin.wasm".to_owned(), component);
    let packed = kuvert_bundle::sign(&kuvert_bundle::pack(&files)?, key)?;
    let bundle = Bundle::open(&packed)?;
    fs::write(output.join(bundle.file_name()), &packed)?;
    let whole = packed.len().div_ceil(1024);
    eprintln!("xtask: {}: {whole} KiB, its component {size} KiB", bundle.file_name());
    Ok(())
}

/// Wraps the core module of the plugin with this id into a component.
fn component(modules: &Path, id: &str) -> anyhow::Result<Vec<u8>> {
    let module = modules.join(format!("kuvert_plugin_{}.wasm", id.replace('-', "_")));
    let module = fs::read(&module).with_context(|| format!("cannot read {}", module.display()))?;
    ComponentEncoder::default().validate(true).module(&module)?.encode()
}

/// The files of a bundle that lie in a plugin's folder as they are.
fn papers(source: &Path) -> anyhow::Result<Files> {
    let mut files = Files::new();
    for file in ["manifest.toml", "icon.svg", "README.md", "CHANGES.md", "LICENSE"] {
        match fs::read(source.join(file)) {
            Ok(bytes) => drop(files.insert(file.to_owned(), bytes)),
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(error).with_context(|| format!("cannot read {file}")),
        }
    }
    for entry in fs::read_dir(source.join("locales"))? {
        let entry = entry?;
        files.insert(format!("locales/{}", entry.file_name().to_string_lossy()), fs::read(entry.path())?);
    }
    Ok(files)
}

/// One number for everything that the plugins are made of, and for the compiler.
fn digest(sources: &Path) -> anyhow::Result<String> {
    let mut files = Vec::new();
    collect(sources, &mut files)?;
    files.sort();
    let mut hasher = DefaultHasher::new();
    hasher.write(ask_rustc(&["--version"])?.as_bytes());
    for file in files {
        hasher.write(file.to_string_lossy().as_bytes());
        hasher.write(&fs::read(&file)?);
    }
    Ok(format!("{:016x}", hasher.finish()))
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if !path.is_dir() {
            files.push(path);
        } else if !path.ends_with("target") && !path.ends_with("dist") {
            collect(&path, files)?;
        }
    }
    Ok(())
}

fn ask_rustc(arguments: &[&str]) -> anyhow::Result<String> {
    let answer = Command::new("rustc").args(arguments).output().context("cannot start rustc")?;
    if !answer.status.success() {
        bail!("rustc {}: {}", arguments.join(" "), String::from_utf8_lossy(&answer.stderr));
    }
    Ok(String::from_utf8(answer.stdout)?.trim().to_owned())
}
