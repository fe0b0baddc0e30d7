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
    AddressPolicy, Binding, Fault, FaultCode, Grants, certificate,
    grant::{self, CLIENT_CERTIFICATE},
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
    pub(crate) profile: Profile,
    grants: Grants,
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
        let grants = check_binding(manifest, &binding, addresses).map_err(wrong)?;
        let mut settings = manifest.settings(&binding.settings).map_err(wrong)?;
        settings.insert(PROFILE.to_owned(), binding.profile.clone());
        let mut endpoints = BTreeMap::new();
        for (id, asked) in &manifest.endpoints {
            let granted = grants.has(&Permission::Http(id.clone()));
            let Some(bound) = binding.endpoints.get(id).filter(|_| granted) else { continue };
            let private_network = grants.has(&Permission::PrivateNetwork(id.clone()));
            let endpoint = Endpoint::new(bound, private_network)
                .map_err(|detail| wrong(format!("the endpoint {id}: {detail}")))?;
            endpoints.insert(id.clone(), (endpoint, asked.clone()));
        }
        let trusts = trusts(&profile, manifest, &binding).map_err(wrong)?;
        let papers = Papers::new(&binding, trusts);
        let party = binding.oidc.as_ref().map(Party::new).transpose().map_err(wrong)?;
        if let Some(party) = &party
            && !endpoints.contains_key(&party.endpoint)
        {
            return Err(wrong(grants.refusal(&Permission::Http(party.endpoint.clone()))));
        }
        let client_id = party.as_ref().map_or("", |party| party.client_id.as_str());
        let profile = profile.for_client(client_id);
        Ok(Self {
            id: binding.id,
            municipality: binding.municipality,
            plugin,
            profile,
            grants,
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
            profile: Profile::default(),
            grants: Grants::default(),
            settings: BTreeMap::new(),
            party: None,
            endpoints: BTreeMap::new(),
            papers: Papers::default(),
        }
    }

    /// The endpoint of this id, when a plugin may send this there.
    pub(crate) fn granted(&self, id: &str, method: &str, path: &str) -> Result<&Endpoint, String> {
        let Some((endpoint, asked)) = self.endpoints.get(id) else {
            return Err(if self.plugin.manifest.endpoints.contains_key(id) {
                self.refusal(&Permission::Http(id.to_owned()))
            } else {
                format!("the endpoint {id:?} is neither in the manifest nor bound")
            });
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
            if self.profile.trusts.contains_key(name) {
                self.refusal(&Permission::TokenVerify(name.to_owned()))
            } else {
                format!("the trust {name:?} is not in the profile")
            }
        })
    }

    /// Whether the plugin may say who somebody of this country is, this surely.
    pub(crate) fn may_assert(&self, country: Country, level: Level) -> bool {
        self.grants.may_assert(country, level)
    }

    /// Why the plugin has not got a permission, and what would give it to it.
    pub(crate) fn refusal(&self, permission: &Permission) -> String {
        format!("{}: {}", self.id, self.grants.refusal(permission))
    }

    /// What to say when an endpoint leads into the municipality's own network and may not.
    pub(crate) fn unconfirmed(&self, id: &str) -> String {
        let refusal = self.refusal(&Permission::PrivateNetwork(id.to_owned()));
        format!("the endpoint {id} leads into the municipality's own network; {refusal}")
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

/// Whether a binding fits a plugin, as far as its manifest tells, and what the plugin is granted by it. The error says
/// what is wrong. It reads no file and contacts nobody.
pub fn check_binding(
    manifest: &Manifest,
    binding: &Binding,
    addresses: AddressPolicy,
) -> Result<Grants, String> {
    let grants = Grants::of(manifest, binding);
    manifest.settings(&binding.settings)?;
    if manifest.settings.contains_key(PROFILE) {
        return Err(format!("the setting {PROFILE} is the host's"));
    }
    if let Some(id) = binding.endpoints.keys().find(|id| !manifest.endpoints.contains_key(*id)) {
        return Err(format!("the plugin has no endpoint {id}"));
    }
    for (id, asked) in &manifest.endpoints {
        check_endpoint(id, (asked, manifest), binding, (&grants, addresses))?;
    }
    Ok(grants)
}

fn check_endpoint(
    id: &str,
    (asked, manifest): (&EndpointManifest, &Manifest),
    binding: &Binding,
    (grants, addresses): (&Grants, AddressPolicy),
) -> Result<(), String> {
    let permission = Permission::Http(id.to_owned());
    if !manifest.asks_for(&permission) {
        return Err(grants.refusal(&permission));
    }
    if !grant::is_allowed(&permission, binding) {
        // Left out on purpose: a plugin that needs it hears so when it asks.
        return Ok(());
    }
    let bound = binding.endpoints.get(id).ok_or_else(|| grants.refusal(&permission))?;
    let (host, _) =
        outbound::host_and_port(&bound.url).map_err(|detail| format!("the endpoint {id}: {detail}"))?;
    if !names(asked, &host, addresses) {
        return Err(format!("the manifest does not name {host} for {id}"));
    }
    let kind = CLIENT_CERTIFICATE.to_owned();
    let permission = Permission::Credential { endpoint: id.to_owned(), kind };
    let shows_one = asked.auth == Auth::ClientCertificate;
    if bound.client_identity.is_some() && !shows_one {
        return Err(format!("the endpoint {id}: the plugin shows no client certificate there"));
    }
    if shows_one && !grants.has(&permission) {
        return Err(format!("the endpoint {id}: {}", grants.refusal(&permission)));
    }
    let permission = Permission::PrivateNetwork(id.to_owned());
    if bound.private_network && !manifest.asks_for(&permission) {
        return Err(format!(
            "the endpoint {id}: private_network is written, but {}",
            grants.refusal(&permission)
        ));
    }
    Ok(())
}

/// The profile's trusts that the manifest asks for and the administrator allows. Each needs a certificate from the start: a login that can only fail
/// at its end must not begin.
fn trusts(
    profile: &Profile,
    manifest: &Manifest,
    binding: &Binding,
) -> Result<BTreeMap<String, PathBuf>, String> {
    let bound = &binding.trusts;
    if let Some(name) = bound.keys().find(|name| !profile.trusts.contains_key(*name)) {
        return Err(format!("the trust profile has no trust {name}"));
    }
    let granted = |name: &&String| {
        let permission = Permission::TokenVerify((*name).clone());
        manifest.asks_for(&permission) && grant::is_allowed(&permission, binding)
    };
    let mut trusts = BTreeMap::new();
    for name in profile.trusts.keys().filter(granted) {
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
