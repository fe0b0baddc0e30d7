//! A sandbox around hostile guests, in which everything can be another than in the appliance: limits, network, chance.

use std::{collections::BTreeMap, sync::Arc};

use kuvert_domain::clock::Entropy;
use kuvert_sandbox::{
    AddressPolicy, Binding, EndpointBinding, Fault, Limits, Network, Sandbox, SandboxSettings, Source, Step,
    SystemNetwork, Turn,
};

use crate::guest::bundle_with;
use crate::world::{SystemEntropy, TestClock, args, binding, context};

/// What an arena will be made of.
pub(crate) struct Plan {
    pub(crate) limits: Limits,
    pub(crate) network: Arc<dyn Network>,
    pub(crate) addresses: AddressPolicy,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) profiles: BTreeMap<String, String>,
    /// Name of the binding and of its plugin, the component, where its endpoint leads, the trust profile.
    guests: Vec<(String, Vec<u8>, EndpointBinding, String)>,
}

/// The sandbox, and the folders that go with it.
pub(crate) struct Arena {
    pub(crate) sandbox: Sandbox,
    _folders: [tempfile::TempDir; 2],
}

impl Plan {
    pub(crate) fn new() -> Self {
        Self {
            limits: Limits::DEFAULT,
            network: Arc::new(SystemNetwork),
            addresses: AddressPolicy::PublicAndLoopback,
            entropy: Arc::new(SystemEntropy),
            profiles: BTreeMap::new(),
            guests: Vec::new(),
        }
    }

    pub(crate) fn limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// A guest whose endpoint leads nowhere.
    pub(crate) fn guest(self, name: &str, wasm: Vec<u8>) -> Self {
        self.guest_at(name, wasm, nowhere())
    }

    pub(crate) fn guest_at(self, name: &str, wasm: Vec<u8>, endpoint: EndpointBinding) -> Self {
        self.guest_under(name, wasm, endpoint, "bankid")
    }

    pub(crate) fn guest_under(
        mut self,
        name: &str,
        wasm: Vec<u8>,
        endpoint: EndpointBinding,
        profile: &str,
    ) -> Self {
        self.guests.push((name.to_owned(), wasm, endpoint, profile.to_owned()));
        self
    }

    /// Opens it. A name such as `granby/one` is a binding of the plugin `one`.
    pub(crate) fn open(self) -> Arena {
        let (plugins, cache) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let bindings = self.guests.iter().map(|(name, wasm, endpoint, profile)| {
            let plugin = name.rsplit('/').next().unwrap();
            let auth = if endpoint.client_identity.is_some() { "client-certificate" } else { "none" };
            bundle_with(plugins.path(), plugin, wasm, auth);
            Self::bound(name, plugin, profile, endpoint.clone())
        });
        let sandbox = Sandbox::open(SandboxSettings {
            bindings: bindings.collect(),
            plugins: Source::folder(plugins.path()),
            cache_dir: cache.path().join("compiled"),
            profiles: self.profiles.clone(),
            addresses: self.addresses,
            network: self.network.clone(),
            limits: self.limits.clone(),
            clock: Arc::new(TestClock::new()),
            entropy: self.entropy.clone(),
        });
        Arena { sandbox: sandbox.unwrap(), _folders: [plugins, cache] }
    }

    fn bound(name: &str, plugin: &str, profile: &str, endpoint: EndpointBinding) -> Binding {
        binding(name, plugin, profile, vec![("api", endpoint)])
    }
}

impl Arena {
    pub(crate) async fn turn(&self, name: &str) -> Result<Turn, Fault> {
        self.sandbox.begin(name, &args(), &context()).await
    }

    pub(crate) async fn begin(&self, name: &str) -> Result<Step, Fault> {
        self.turn(name).await.map(|turn| turn.step)
    }

    /// The fault's code, or "through" when nobody stopped it.
    pub(crate) async fn outcome(&self, name: &str) -> &'static str {
        match self.begin(name).await {
            Ok(_) => "through",
            Err(fault) => fault.code.name(),
        }
    }
}

/// An endpoint at which nobody listens.
pub(crate) fn nowhere() -> EndpointBinding {
    EndpointBinding {
        url: "https://localhost:1".to_owned(),
        ca_pem: None,
        client_identity: None,
        private_network: false,
    }
}
