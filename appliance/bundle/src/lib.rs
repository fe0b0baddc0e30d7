//! The `.kplug` file: what a plugin comes in, what it asks for, and who signed it.
//!
//! ```text
//! manifest.toml  plugin.wasm  locales/{sv,da,en}.ftl      what a plugin is made of
//! icon.svg  README.md  CHANGES.md  LICENSE                 what it may bring along
//! SHA256SUMS                                               the digest of each file above
//! signatures/<key>.sig                                     Ed25519 over the digest of that list
//! ```
//!
//! A [`Bundle`] that exists has passed every rule of unpacking. Whether it may run is another question: the
//! [`TrustStore`] judges who signed it, and the [`Registry`] remembers what is installed. Nothing here compiles, runs or
//! knows WebAssembly beyond its first eight bytes, and only the registry touches files, those of its own folder.

#![forbid(unsafe_code)]

mod archive;
mod bundle;
mod changes;
mod digest;
mod error;
mod key;
pub mod limits;
mod manifest;
mod registry;
mod trust;

pub use bundle::{Bundle, Files, pack, sign};
pub use changes::{Change, Reach, changes};
pub use digest::Digest;
pub use error::{BundleError, SignatureError, TrustError};
pub use key::{KeyId, SigningKey};
pub use manifest::{Auth, EndpointManifest, Kind, Manifest, OwnLimits, Permission, Reasons, SettingManifest};
pub use registry::{
    Approved, Entry, Installed, Line, Registry, RegistryError, RegistrySettings, Table, Trial, TrialError,
};
pub use semver::Version;
pub use trust::{Kinds, Signer, TrustStore};
