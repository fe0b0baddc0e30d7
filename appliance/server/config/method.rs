//! The `[[municipality.method]]` blocks: ways to sign in, with where their provider is and how we prove who we are.
//!
//! Files are read and words are judged here; whether a plugin accepts its settings is for the sandbox to say at start.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

use kuvert_domain::{directory::Audience, level::Level, secret::Secret};
use kuvert_service::{bundle::Permission, sandbox::check_audience};

use super::{
    ConfigError, Source,
    municipality::{link, slug},
    secrets, written,
};

/// One way to sign in as configured.
#[derive(Debug, Clone)]
pub struct MethodSection {
    /// Its id in pages, for example `bankid`.
    pub id: String,
    /// Its name for people, where it is not its plugin's.
    pub name: Option<String>,
    /// Id of the plugin.
    pub plugin: String,
    /// Trust profile that says what the plugin's answers may mean.
    pub profile: String,
    /// Who it is for.
    pub audience: Audience,
    /// Lowest level let in.
    pub min_level: Level,
    /// Endpoint name → where it is and how it is trusted.
    pub endpoints: BTreeMap<String, EndpointSection>,
    /// Non-secret settings, checked by the sandbox against the manifest.
    pub settings: BTreeMap<String, String>,
    /// Name of a trust in the profile → file or folder with the certificates of those who may sign.
    pub trusts: BTreeMap<String, PathBuf>,
    /// Whether links and codes may be shown that whoever began a login can send to somebody else.
    pub accept_relayed_logins: bool,
    /// The provider, for methods by OpenID Connect.
    pub oidc: Option<OidcSection>,
    /// The most that the plugin is granted; what the section implies when nothing is written.
    pub allow: Option<BTreeSet<Permission>>,
}

/// Where an endpoint is.
#[derive(Debug, Clone)]
pub struct EndpointSection {
    /// `https://` URL.
    pub url: String,
    /// Its own trust root, in PEM.
    pub ca_pem: Option<String>,
    /// Our client certificate and key, in PEM.
    pub identity: Option<(String, Secret<String>)>,
    /// The administrator confirms that it may lie in the municipality's own network.
    pub private_network: bool,
}

/// An OpenID provider.
#[derive(Debug, Clone)]
pub struct OidcSection {
    /// Issuer URL, exactly as the provider names itself.
    pub issuer: String,
    /// Its own trust root, in PEM.
    pub ca_pem: Option<String>,
    /// The administrator confirms that it may lie in the municipality's own network.
    pub private_network: bool,
    /// Our client id.
    pub client_id: String,
    /// How we prove to be that client.
    pub proof: OidcProof,
    /// Claim values that prove a second factor, beside the profile's; `None` when the directory need not say.
    pub second_factor: Option<Vec<String>>,
    /// Whether requests go to the provider directly.
    pub pushed_requests: PushedRequests,
    /// Whether logging out here ends the provider's own session too, where it offers that.
    pub end_session: bool,
}

/// Whether authorization requests go to the provider directly (RFC 9126).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PushedRequests {
    /// Where the provider takes them.
    WhenOffered,
    /// Or not at all.
    Always,
    /// Through the browser.
    Never,
}

/// How we prove to a provider that we are its client.
#[derive(Debug, Clone)]
pub enum OidcProof {
    /// A shared secret.
    Secret(Secret<String>),
    /// A private key (`private_key_jwt`).
    Key {
        /// In PEM.
        pem: Secret<String>,
        /// The id that the provider knows it by.
        id: Option<String>,
    },
}

pub(super) fn methods(
    written: Vec<written::Method>,
    key: &str,
    source: &Source<'_>,
) -> Result<Vec<MethodSection>, ConfigError> {
    let mut seen = BTreeSet::new();
    written
        .into_iter()
        .map(|method| {
            let key = format!("{key}.method[{}]", method.id);
            if !seen.insert(method.id.clone()) {
                return Err(source.fault(format!("{key}.id"), "is used twice"));
            }
            check_method(method, &key, source)
        })
        .collect()
}

fn check_method(
    method: written::Method,
    key: &str,
    source: &Source<'_>,
) -> Result<MethodSection, ConfigError> {
    slug(&method.id, &format!("{key}.id"), source)?;
    slug(&method.plugin, &format!("{key}.plugin"), source)?;
    let audience = match method.audience.as_str() {
        "resident" => Audience::Resident,
        "staff" => Audience::Staff,
        _ => return Err(source.fault(format!("{key}.audience"), "is neither resident nor staff")),
    };
    check_audience(&method.profile, audience)
        .map_err(|why| source.fault(format!("{key}.profile"), format!("{} {why}", method.profile)))?;
    let min_level = Level::from_name(&method.level)
        .ok_or_else(|| source.fault(format!("{key}.level"), "is none of low, substantial, high"))?;
    if audience == Audience::Resident && min_level < Level::Substantial {
        return Err(source.fault(format!("{key}.level"), "must be at least substantial for residents"));
    }
    let endpoints = method
        .endpoints
        .into_iter()
        .map(|(name, written)| {
            let key = format!("{key}.endpoints.{name}");
            endpoint(written, &key, source).map(|checked| (name, checked))
        })
        .collect::<Result<_, _>>()?;
    let allow = method.allow.map(|words| allow(&words, &method.plugin, key, source)).transpose()?;
    let oidc = method.oidc.map(|written| oidc(written, &format!("{key}.oidc"), source)).transpose()?;
    Ok(MethodSection {
        id: method.id,
        name: method.name,
        plugin: method.plugin,
        profile: method.profile,
        audience,
        min_level,
        endpoints,
        settings: method.settings,
        trusts: method.trusts.iter().map(|(name, place)| (name.clone(), source.path(place))).collect(),
        accept_relayed_logins: method.accept_relayed_logins,
        oidc,
        allow,
    })
}

fn allow(
    words: &[String],
    plugin: &str,
    key: &str,
    source: &Source<'_>,
) -> Result<BTreeSet<Permission>, ConfigError> {
    let read = |word: &String| {
        let why =
            format_args!("{word:?} is no permission; `kuvert plugin show {plugin}` names them").to_string();
        Permission::parse(word).ok_or_else(|| source.fault(format!("{key}.allow"), why))
    };
    words.iter().map(read).collect()
}

fn endpoint(
    written: written::Endpoint,
    key: &str,
    source: &Source<'_>,
) -> Result<EndpointSection, ConfigError> {
    let url = link(&written.url).ok_or_else(|| source.fault(format!("{key}.url"), "is not an https URL"))?;
    let identity = match (written.certificate_file, written.key_file) {
        (None, None) => None,
        (Some(certificate), Some(private)) => {
            let certificate = secrets::read_text(&certificate, &format!("{key}.certificate_file"), source)?;
            let private = secrets::read_private(&private, &format!("{key}.key_file"), source)?;
            Some((certificate.expose().clone(), private))
        }
        _ => return Err(source.fault(key, "certificate_file and key_file belong together")),
    };
    let (ca_pem, private_network) = (ca(written.ca_file, key, source)?, written.private_network);
    Ok(EndpointSection { url, ca_pem, identity, private_network })
}

fn oidc(written: written::Oidc, key: &str, source: &Source<'_>) -> Result<OidcSection, ConfigError> {
    if link(&written.issuer).is_none() {
        return Err(source.fault(format!("{key}.issuer"), "is not an https URL"));
    }
    let proof = match (written.client_secret_file, written.client_key_file) {
        (Some(file), None) => {
            OidcProof::Secret(secrets::read_line(&file, &format!("{key}.client_secret_file"), source)?)
        }
        (None, Some(file)) => OidcProof::Key {
            pem: secrets::read_private(&file, &format!("{key}.client_key_file"), source)?,
            id: written.client_key_id,
        },
        _ => return Err(source.fault(key, "needs either client_secret_file or client_key_file")),
    };
    let second_factor = match written.second_factor.as_deref() {
        None | Some("required") => Some(written.second_factor_values),
        Some("by-directory") if written.second_factor_values.is_empty() => None,
        Some("by-directory") => {
            return Err(
                source.fault(format!("{key}.second_factor_values"), "means nothing beside \"by-directory\"")
            );
        }
        Some(_) => {
            return Err(
                source.fault(format!("{key}.second_factor"), "is none of \"required\", \"by-directory\"")
            );
        }
    };
    let pushed_requests = match written.pushed_requests.as_deref() {
        None | Some("when-offered") => PushedRequests::WhenOffered,
        Some("always") => PushedRequests::Always,
        Some("never") => PushedRequests::Never,
        Some(_) => {
            let text = "is none of \"when-offered\", \"always\", \"never\"";
            return Err(source.fault(format!("{key}.pushed_requests"), text));
        }
    };
    let end_session = match written.end_session.as_deref() {
        None | Some("when-offered") => true,
        Some("never") => false,
        Some(_) => {
            return Err(source.fault(format!("{key}.end_session"), "is none of \"when-offered\", \"never\""));
        }
    };
    Ok(OidcSection {
        issuer: written.issuer,
        ca_pem: ca(written.ca_file, key, source)?,
        private_network: written.private_network,
        client_id: written.client_id,
        proof,
        second_factor,
        pushed_requests,
        end_session,
    })
}

fn ca(file: Option<String>, key: &str, source: &Source<'_>) -> Result<Option<String>, ConfigError> {
    file.map(|file| secrets::read_text(&file, &format!("{key}.ca_file"), source))
        .transpose()
        .map(|text| text.map(|pem| pem.expose().clone()))
}
