//! A plugin in the service of one municipality: what it asked for, cut down to what the administrator bound.
//!
//! Built once when the sandbox opens. A binding that does not fit keeps its fault and answers every call with it.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use kuvert_bundle::{Auth, EndpointManifest, Manifest, Permission};
use kuvert_domain::{country::Country, level::Level};
use url::Url;

use crate::{
    AddressPolicy, Binding, Fault, FaultCode, certificate,
    health::Papers,
    oidc::Party,
    outbound::{self, Endpoint},
    plugin::Plugin,
    profile::Profile,
    trust::Trust,
};

/// The setting that the host makes itself: the name of the trust profile.
const PROFILE: &str = "profile";

/// A binding that is ready to be called.
pub(crate) struct Bound {
    pub(crate) id: String,
    pub(crate) municipality: String,
    pub(crate) plugin: Arc<Plugin>,
    pub(crate) profile_name: String,
    pub(crate) profile: Profile,
    pub(crate) settings: BTreeMap<String, String>,
    pub(crate) party: Option<Party>,
    endpoints: BTreeMap<String, (Endpoint, EndpointManifest)>,
    /// Certificates: our own, and of those whose tokens count.
    pub(crate) papers: Papers,
}

impl Bound {
    pub(crate) fn new(
        binding: Binding,
        plugin: Arc<Plugin>,
        added: &BTreeMap<String, String>,
        addresses: AddressPolicy,
    ) -> Result<Self, Fault> {
        let id = binding.id.clone();
        let wrong = |detail: String| Fault::new(FaultCode::Config, format!("{id}: {detail}"));
        let profile = Profile::named(&binding.profile, added)?;
        let manifest = &plugin.manifest;
        let mut settings = manifest.settings(&binding.settings).map_err(wrong)?;
        if settings.insert(PROFILE.to_owned(), binding.profile.clone()).is_some() {
            return Err(wrong(format!("the setting {PROFILE} is the host's")));
        }
        if let Some(id) = binding.endpoints.keys().find(|id| !manifest.endpoints.contains_key(*id)) {
            return Err(wrong(format!("the plugin has no endpoint {id}")));
        }
        let mut endpoints = BTreeMap::new();
        for (id, asked) in &manifest.endpoints {
            if !manifest.asks_for(&Permission::Http(id.clone())) {
                return Err(wrong(format!("the manifest does not ask for http:{id}")));
            }
            let bound =
                binding.endpoints.get(id).ok_or_else(|| wrong(format!("the endpoint {id} is not bound")))?;
            let endpoint =
                Endpoint::new(bound).map_err(|detail| wrong(format!("the endpoint {id}: {detail}")))?;
            if !names(asked, &endpoint.host, addresses) {
                return Err(wrong(format!("the manifest does not name {} for {id}", endpoint.host)));
            }
            if (asked.auth == Auth::ClientCertificate) != bound.client_identity.is_some() {
                return Err(wrong(format!(
                    "the endpoint {id}: a client certificate is missing or not asked for"
                )));
            }
            let kind = "client-certificate".to_owned();
            let credential = Permission::Credential { endpoint: id.clone(), kind };
            if bound.client_identity.is_some() && !manifest.asks_for(&credential) {
                return Err(wrong(format!("the manifest does not ask for {credential}")));
            }
            endpoints.insert(id.clone(), (endpoint, asked.clone()));
        }
        let trusts = trusts(&profile, manifest, &binding.trusts).map_err(wrong)?;
        let papers = Papers::new(&binding, trusts);
        let party = binding.oidc.as_ref().map(Party::new).transpose().map_err(wrong)?;
        if let Some(party) = &party
            && !endpoints.contains_key(&party.endpoint)
        {
            return Err(wrong(format!("the endpoint {} is not bound", party.endpoint)));
        }
        let client_id = party.as_ref().map_or("", |party| party.client_id.as_str());
        let profile = profile.for_client(client_id);
        Ok(Self {
            id: binding.id,
            municipality: binding.municipality,
            plugin,
            profile_name: binding.profile,
            profile,
            settings,
            party,
            endpoints,
            papers,
        })
    }

    /// A plugin in nobody's service: it can be asked who it is, and do nothing.
    pub(crate) fn of_nobody(plugin: Arc<Plugin>) -> Self {
        Self {
            id: "nobody".to_owned(),
            municipality: String::new(),
            plugin,
            profile_name: String::new(),
            profile: Profile::default(),
            settings: BTreeMap::new(),
            party: None,
            endpoints: BTreeMap::new(),
            papers: Papers::default(),
        }
    }

    /// The endpoint of this id, when a plugin may send this there.
    pub(crate) fn granted(&self, id: &str, method: &str, path: &str) -> Result<&Endpoint, String> {
        let Some((endpoint, asked)) = self.endpoints.get(id) else {
            return Err(format!("the endpoint {id:?} is neither in the manifest nor bound"));
        };
        if !asked.methods.iter().any(|granted| granted == method) {
            return Err(format!("{method:?} is not granted for {id}"));
        }
        if !outbound::is_clean_path(path) {
            return Err(format!("a path for {id} that is not plain"));
        }
        if !asked.paths.iter().any(|pattern| outbound::matches_path(pattern, path)) {
            return Err(format!("{path} is not granted for {id}"));
        }
        Ok(endpoint)
    }

    /// Rules and certificates of a trust, when a plugin may have tokens checked by it.
    pub(crate) fn trust(&self, name: &str) -> Result<(&Trust, &Path), String> {
        let granted = self.profile.trusts.get(name).zip(self.papers.signers(name));
        granted.map(|(rules, place)| (rules, place.as_path())).ok_or_else(|| {
            format!("the trust {name:?} is not in the profile, or not asked for in the manifest")
        })
    }

    /// Whether the plugin asked to say who somebody of this country is, this surely.
    pub(crate) fn may_assert(&self, country: Country, level: Level) -> bool {
        self.plugin.manifest.permissions.keys().any(|asked| match asked {
            Permission::Assert { country: whose, level: most } => *whose == country && level <= *most,
            _ => false,
        })
    }

    /// The endpoint of this id, for what the host does on its own behalf.
    pub(crate) fn endpoint(&self, id: &str) -> Option<&Endpoint> {
        self.endpoints.get(id).map(|(endpoint, _)| endpoint)
    }

    /// The endpoint under which a URL lies: a discovered address elsewhere is nobody's.
    pub(crate) fn holding(&self, url: &Url) -> Option<(&str, &Endpoint)> {
        self.endpoints
            .iter()
            .find(|(_, (endpoint, _))| endpoint.holds(url))
            .map(|(id, (endpoint, _))| (id.as_str(), endpoint))
    }
}

/// The profile's trusts that the manifest asks for. Each needs a certificate from the start: a login that can only fail
/// at its end must not begin.
fn trusts(
    profile: &Profile,
    manifest: &Manifest,
    bound: &BTreeMap<String, PathBuf>,
) -> Result<BTreeMap<String, PathBuf>, String> {
    if let Some(name) = bound.keys().find(|name| !profile.trusts.contains_key(*name)) {
        return Err(format!("the trust profile has no trust {name}"));
    }
    let mut trusts = BTreeMap::new();
    for name in
        profile.trusts.keys().filter(|name| manifest.asks_for(&Permission::TokenVerify((*name).clone())))
    {
        let place = bound.get(name).ok_or_else(|| format!("the certificates of {name} are not bound"))?;
        certificate::load(place).map_err(|detail| format!("the certificates of {name}: {detail}"))?;
        trusts.insert(name.clone(), place.clone());
    }
    Ok(trusts)
}

/// Whether the manifest names the host. Where loopback is allowed, `localhost` stands in for every host.
fn names(asked: &EndpointManifest, host: &str, addresses: AddressPolicy) -> bool {
    asked.hosts.iter().any(|name| name == "*" || name == host)
        || (addresses == AddressPolicy::PublicAndLoopback && host == "localhost")
}
