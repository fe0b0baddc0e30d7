//! What the sandbox is opened with.
//!
//! Already checked for form by whoever read the configuration; whether it fits the bundles is checked here, binding
//! by binding, so that a wrong one harms no other.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt, io,
    path::PathBuf,
    sync::Arc,
};

use kuvert_bundle::Permission;
use kuvert_domain::{
    clock::{Clock, Entropy},
    directory::Audience,
    secret::Secret,
};
use thiserror::Error;

use crate::{Limits, Network, Source};

/// Everything that the sandbox needs to know.
pub struct SandboxSettings {
    /// Where plugins come from.
    pub plugins: Source,
    /// Compiled code is kept here, readable by this user only. It can be deleted at any time and belongs in no backup.
    pub cache_dir: PathBuf,
    /// Which plugin serves whom, with what.
    pub bindings: Vec<Binding>,
    /// Trust profiles beyond the built-in ones and those of the source, by name, as TOML. For tests and for authors' tools;
    /// no configuration leads here. A built-in name cannot be taken.
    pub profiles: BTreeMap<String, String>,
    /// Which addresses requests may go to.
    pub addresses: AddressPolicy,
    /// The way out of this machine: [`SystemNetwork`](crate::SystemNetwork) outside of tests.
    pub network: Arc<dyn Network>,
    /// How much a call may use. Invariant: [`Limits::DEFAULT`] outside of tests.
    pub limits: Limits,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// For states, nonces and verifiers.
    pub entropy: Arc<dyn Entropy>,
}

/// A plugin in the service of one municipality.
#[derive(Debug, Clone)]
pub struct Binding {
    /// Unique, for example `granby/bankid`.
    pub id: String,
    /// The municipality's slug.
    pub municipality: String,
    /// The plugin's id.
    pub plugin: String,
    /// The trust profile, for example `bankid`, `freja` or `staff-entra`.
    pub profile: String,
    /// Who may sign in with it.
    pub audience: Audience,
    /// By the manifest's endpoint ids.
    pub endpoints: BTreeMap<String, EndpointBinding>,
    /// By the manifest's names of settings.
    pub settings: BTreeMap<String, String>,
    /// By the profile's names of trusts: a PEM file, or a folder of them, with the certificates of those who may sign.
    pub trusts: BTreeMap<String, PathBuf>,
    /// For plugins that use the host's half of OpenID Connect.
    pub oidc: Option<OidcClient>,
    /// The most that the administrator grants, of what the manifest asks for. `None`: what the rest of this binding
    /// implies.
    pub allow: Option<BTreeSet<Permission>>,
}

/// Where an endpoint of a manifest really is.
#[derive(Debug, Clone)]
pub struct EndpointBinding {
    /// `https://name[:port]`: a name, never an address, and no path.
    pub url: String,
    /// The only roots that count, as PEM. `None`: the system's.
    pub ca_pem: Option<String>,
    /// Who the appliance is to the other side.
    pub client_identity: Option<ClientIdentity>,
    /// The administrator confirms that it may lie in the municipality's own network (RFC 1918, RFC 4193). Never opens the
    /// way to this machine, to link-local addresses or to a cloud's metadata.
    pub private_network: bool,
}

/// A client certificate with its key.
#[derive(Debug, Clone)]
pub struct ClientIdentity {
    /// The chain, leaf first, as PEM.
    pub certificate_pem: String,
    /// The private key, as PEM.
    pub key_pem: Secret<String>,
}

/// The municipality as a client of an OpenID provider.
#[derive(Debug, Clone)]
pub struct OidcClient {
    /// Endpoint id under whose URL the issuer lies; discovery is fetched through it.
    pub endpoint: String,
    /// The issuer, byte for byte as its discovery document says.
    pub issuer: String,
    /// Our name there.
    pub client_id: String,
    /// How we prove it.
    pub authentication: ClientAuthentication,
    /// Where the provider sends the browser, exactly as registered there.
    pub redirect_uri: String,
    /// Whether requests go to the provider directly (RFC 9126) instead of through the browser.
    pub pushed: PushedRequests,
    /// Claim values that prove a second factor, beside those of the profile. `None`: the directory sees to it and need
    /// not say so. Without meaning under profiles that know no second factor, such as those of e-IDs.
    pub second_factor: Option<Vec<String>>,
}

/// Whether to push authorization requests (RFC 9126).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PushedRequests {
    /// Where the provider's discovery document names a place for it.
    #[default]
    WhenOffered,
    /// A provider that takes none is a mistake.
    Always,
    /// For providers that name a place and then refuse.
    Never,
}

/// How a client proves itself at the token endpoint.
#[derive(Debug, Clone)]
pub enum ClientAuthentication {
    /// `client_secret_basic`.
    Secret(Secret<String>),
    /// `private_key_jwt` (RFC 7523).
    PrivateKey {
        /// PKCS#8 PEM of a P-256 (ES256) or RSA (PS256) key.
        key_pem: Secret<String>,
        /// The key's name at the provider.
        key_id: Option<String>,
    },
}

/// Which addresses an outgoing request may end at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AddressPolicy {
    /// Public ones only.
    #[default]
    PublicOnly,
    /// Public ones and this machine itself. For tests and the demo; no configuration leads here.
    PublicAndLoopback,
}

/// Why the sandbox cannot be opened at all. A broken plugin is not among the reasons.
#[derive(Debug, Error)]
pub enum OpenError {
    /// The cache folder cannot be made or belongs to others.
    #[error("the cache folder {path} cannot be used: {source}")]
    Cache {
        /// The folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The engine does not start on this machine.
    #[error("the WebAssembly engine does not start: {0}")]
    Engine(String),
    /// Two bindings with one id.
    #[error("the binding {0} is named twice")]
    Twice(String),
}

impl fmt::Debug for SandboxSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SandboxSettings")
            .field("plugins", &self.plugins)
            .field("cache_dir", &self.cache_dir)
            .field("bindings", &self.bindings.len())
            .field("addresses", &self.addresses)
            .finish_non_exhaustive()
    }
}
