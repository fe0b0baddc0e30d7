//! A plugin as loaded from its bundle: manifest, compiled component, texts, icon.
//!
//! It checks what can be checked without running anything; what a plugin may do for whom is in `binding`, and whether
//! anybody vouches for the bundle is settled before it comes here.

mod icon;
mod texts;

pub(crate) use texts::Texts;

use std::sync::Arc;

use kuvert_bundle::{Bundle, BundleError, Digest, Manifest, SignatureError};
use tokio::sync::Semaphore;
use wasmtime::{
    Engine,
    component::{Component, Linker},
};

use crate::{
    Fault, FaultCode, Limits,
    contract::{self, IdentityProviderPre},
    host::Host,
};

/// A plugin that is ready to be called.
pub(crate) struct Plugin {
    pub(crate) manifest: Manifest,
    pub(crate) texts: Texts,
    pub(crate) icon_svg: Option<String>,
    /// The bundle it came in, which is its exact version.
    pub(crate) digest: Digest,
    pub(crate) instances: IdentityProviderPre<Host>,
    /// What one of its calls may use: the appliance's table, lowered by what the manifest asks of itself.
    pub(crate) limits: Arc<Limits>,
    /// Its share of the live stores, which all its versions have in common.
    pub(crate) places: Arc<Semaphore>,
}

impl Plugin {
    /// Loads a bundle. Compiling takes some 50 ms the first time, and nothing when the cache has it.
    pub(crate) fn load(
        engine: &Engine,
        bundle: &Bundle,
        limits: &Limits,
        places: Arc<Semaphore>,
    ) -> Result<Self, Fault> {
        let own = limits.lowered(&bundle.manifest().limits);
        let own =
            own.map_err(|why| Fault::new(FaultCode::Bundle, format!("manifest.toml: [limits] {why}")))?;
        let texts = Texts::load(bundle, limits)?;
        let icon_svg = bundle.text("icon.svg").map(ToOwned::to_owned);
        if icon_svg.as_deref().is_some_and(|svg| !icon::is_harmless(svg)) {
            return Err(Fault::new(FaultCode::Bundle, "the icon holds more than shapes"));
        }
        let instances = compile(engine, bundle.component())?;
        let (manifest, digest) = (bundle.manifest().clone(), bundle.digest());
        Ok(Self { manifest, texts, icon_svg, digest, instances, limits: Arc::new(own), places })
    }
}

/// Compiles, and links nothing but the contract: a component that wants WASI or an unknown function is refused here.
fn compile(engine: &Engine, wasm: &[u8]) -> Result<IdentityProviderPre<Host>, Fault> {
    let component = Component::from_binary(engine, wasm)
        .map_err(|error| Fault::new(FaultCode::Compile, format!("{error:#}")))?;
    let misfit = |error: wasmtime::Error| Fault::new(FaultCode::Wit, format!("{error:#}"));
    let mut linker = Linker::new(engine);
    contract::link(&mut linker).map_err(misfit)?;
    let instances = linker.instantiate_pre(&component).map_err(misfit)?;
    IdentityProviderPre::new(instances).map_err(misfit)
}

impl From<BundleError> for Fault {
    fn from(error: BundleError) -> Self {
        let code = match error {
            BundleError::Misfit(_) => FaultCode::Wit,
            _ => FaultCode::Bundle,
        };
        Self::new(code, error.to_string())
    }
}

impl From<SignatureError> for Fault {
    fn from(error: SignatureError) -> Self {
        Self::new(FaultCode::Signature, error.to_string())
    }
}
