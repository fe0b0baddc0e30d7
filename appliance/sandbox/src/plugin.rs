//! A plugin as loaded from its folder: manifest, compiled component, texts, icon.
//!
//! Bundles are plain folders here. It checks what can be checked without running anything; what a plugin may do for
//! whom is in `binding`.

mod icon;
mod manifest;
mod texts;

pub(crate) use manifest::{Auth, EndpointManifest, Manifest};
pub(crate) use texts::Texts;

use std::{fs::File, io::Read as _, path::Path, sync::Arc};

use aws_lc_rs::digest;
use tokio::sync::Semaphore;
use wasmtime::{
    Engine,
    component::{Component, Linker},
};

use crate::{
    Fault, FaultCode, Limits,
    contract::{self, IdentityProviderPre},
    host::Host,
    limits,
};

/// The first eight bytes of a component; a core module has another layer.
const COMPONENT: &[u8] = b"\0asm\x0d\0\x01\0";

/// A plugin that is ready to be called.
pub(crate) struct Plugin {
    pub(crate) manifest: Manifest,
    pub(crate) texts: Texts,
    pub(crate) icon_svg: Option<String>,
    /// SHA-256 of the component.
    pub(crate) component: [u8; 32],
    pub(crate) instances: IdentityProviderPre<Host>,
    /// Its share of the live stores.
    pub(crate) places: Arc<Semaphore>,
}

impl Plugin {
    /// Loads a folder. Compiling takes some 50 ms the first time, and nothing when the cache has it.
    pub(crate) fn load(engine: &Engine, folder: &Path, allowed: &Limits) -> Result<Self, Fault> {
        let manifest = Manifest::parse(&text(folder, "manifest.toml", limits::MANIFEST_BYTES)?)?;
        if folder.file_name().is_none_or(|name| name != manifest.id.as_str()) {
            return Err(bundle("the folder is not named like the plugin"));
        }
        let texts = Texts::load(allowed.text_bytes, |file| text(folder, file, limits::LOCALE_BYTES))?;
        let icon_svg = match text(folder, "icon.svg", limits::ICON_BYTES) {
            Ok(svg) if icon::is_harmless(&svg) => Some(svg),
            Ok(_) => return Err(bundle("the icon holds more than shapes")),
            Err(_) if !folder.join("icon.svg").exists() => None,
            Err(fault) => return Err(fault),
        };
        let wasm = bytes(folder, "plugin.wasm", limits::COMPONENT_BYTES)?;
        let instances = compile(engine, &wasm)?;
        let mut component = [0; 32];
        component.copy_from_slice(digest::digest(&digest::SHA256, &wasm).as_ref());
        let places = Arc::new(Semaphore::new(allowed.stores_per_plugin));
        Ok(Self { manifest, texts, icon_svg, component, instances, places })
    }
}

/// Compiles, and links nothing but the contract: a component that wants WASI or an unknown function is refused here.
fn compile(engine: &Engine, wasm: &[u8]) -> Result<IdentityProviderPre<Host>, Fault> {
    if !wasm.starts_with(COMPONENT) {
        return Err(bundle("plugin.wasm is not a component"));
    }
    let component = Component::from_binary(engine, wasm)
        .map_err(|error| Fault::new(FaultCode::Compile, format!("{error:#}")))?;
    let misfit = |error: wasmtime::Error| Fault::new(FaultCode::Wit, format!("{error:#}"));
    let mut linker = Linker::new(engine);
    contract::link(&mut linker).map_err(misfit)?;
    let instances = linker.instantiate_pre(&component).map_err(misfit)?;
    IdentityProviderPre::new(instances).map_err(misfit)
}

fn text(folder: &Path, file: &str, limit: u64) -> Result<String, Fault> {
    String::from_utf8(bytes(folder, file, limit)?).map_err(|_| bundle(format!("{file} is not UTF-8")))
}

fn bytes(folder: &Path, file: &str, limit: u64) -> Result<Vec<u8>, Fault> {
    let unreadable = |error: std::io::Error| bundle(format!("{file}: {error}"));
    let mut bytes = Vec::new();
    let opened = File::open(folder.join(file)).map_err(unreadable)?;
    opened.take(limit.saturating_add(1)).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > limit {
        return Err(bundle(format!("{file} is larger than {limit} bytes")));
    }
    Ok(bytes)
}

fn bundle(detail: impl Into<String>) -> Fault {
    Fault::new(FaultCode::Bundle, detail)
}
