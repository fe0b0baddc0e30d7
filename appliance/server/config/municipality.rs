//! The `[[municipality]]` blocks: parsed into domain words, cross-references resolved.
//!
//! Ids are not made here (they depend on the root key), and endpoints are not contacted: whether a plugin accepts its
//! settings is for the sandbox to say at start.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

use jiff::tz::TimeZone;
use kuvert_domain::{
    address::EmailAddress,
    country::Country,
    directory::{Audience, ContactCentre},
    language::Language,
    level::Level,
    registration::Registration,
    retention::Retention,
    secret::Secret,
};
use url::Url;

use super::{ConfigError, Source, secrets, written};

/// One municipality as configured.
#[derive(Debug, Clone)]
pub struct MunicipalitySection {
    /// Its name in paths, for example `granby`.
    pub slug: String,
    /// Its full name.
    pub name: String,
    /// Decides number formats.
    pub country: Country,
    /// Host names it answers to; the first stands in links.
    pub hosts: Vec<String>,
    /// Where its days begin and end.
    pub time_zone: TimeZone,
    /// Languages on offer; the first is its own.
    pub languages: Vec<Language>,
    /// Name of its theme.
    pub theme: String,
    /// The address that notices come from.
    pub notice_from: EmailAddress,
    /// Its own web site.
    pub web_site: String,
    /// What to search for there.
    pub search_term: String,
    /// Where a person learns how to get an e-ID.
    pub get_eid_url: String,
    /// How long messages can be read.
    pub retention: Retention,
    /// Whether numbers made for tests are taken.
    pub test_numbers: bool,
    /// Who helps.
    pub contact: ContactCentre,
    /// Slug and name of each authority, with its mailboxes.
    pub authorities: Vec<(String, String, Vec<MailboxSection>)>,
    /// The ways to sign in, in the order of the page.
    pub methods: Vec<MethodSection>,
    /// Group of the staff directory → mailboxes, each as (authority slug, mailbox slug).
    pub roles: BTreeMap<String, Vec<(String, String)>>,
}

/// One mailbox as configured.
#[derive(Debug, Clone)]
pub struct MailboxSection {
    /// Its name in paths.
    pub slug: String,
    /// Its name for people.
    pub name: String,
    /// What new messages are marked as.
    pub registration: Registration,
}

/// One way to sign in as configured.
#[derive(Debug, Clone)]
pub struct MethodSection {
    /// Its id in pages, for example `bankid`.
    pub id: String,
    /// Its name for people.
    pub name: String,
    /// Folder of the plugin.
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
    /// The provider, for methods by OpenID Connect.
    pub oidc: Option<OidcSection>,
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
}

/// An OpenID provider.
#[derive(Debug, Clone)]
pub struct OidcSection {
    /// Issuer URL, exactly as the provider names itself.
    pub issuer: String,
    /// Its own trust root, in PEM.
    pub ca_pem: Option<String>,
    /// Our client id.
    pub client_id: String,
    /// How we prove to be that client.
    pub proof: OidcProof,
    /// Claim values that prove a second factor, beside the profile's; `None` when the directory need not say.
    pub second_factor: Option<Vec<String>>,
    /// Whether requests go to the provider directly.
    pub pushed_requests: PushedRequests,
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

pub(super) fn check_all(
    written: Vec<written::Municipality>,
    source: &Source<'_>,
) -> Result<Vec<MunicipalitySection>, ConfigError> {
    if written.is_empty() {
        return Err(source.fault("municipality", "at least one [[municipality]] block is needed"));
    }
    let (mut slugs, mut hosts) = (BTreeSet::new(), BTreeSet::new());
    let mut checked = Vec::with_capacity(written.len());
    for block in written {
        let key = format!("municipality[{}]", block.slug);
        if !slugs.insert(block.slug.clone()) {
            return Err(source.fault(format!("{key}.slug"), "is used by two municipalities"));
        }
        let section = check(block, &key, source)?;
        if let Some(host) = section.hosts.iter().find(|host| !hosts.insert((*host).clone())) {
            return Err(source.fault(format!("{key}.hosts"), format_args!("{host:?} stands twice")));
        }
        checked.push(section);
    }
    Ok(checked)
}

fn check(
    block: written::Municipality,
    key: &str,
    source: &Source<'_>,
) -> Result<MunicipalitySection, ConfigError> {
    let fault = |name: &str, why: &str| source.fault(format!("{key}.{name}"), why);
    slug(&block.slug, &format!("{key}.slug"), source)?;
    let country =
        Country::from_code(&block.country).ok_or_else(|| fault("country", "is neither SE nor DK"))?;
    let time_zone = block.time_zone.as_deref().unwrap_or(match country {
        Country::Sweden => "Europe/Stockholm",
        Country::Denmark => "Europe/Copenhagen",
    });
    let authorities = authorities(block.authority, key, source)?;
    let methods = methods(block.method, key, source)?;
    Ok(MunicipalitySection {
        country,
        hosts: hosts(block.hosts)
            .ok_or_else(|| fault("hosts", "needs at least one host name, without a port"))?,
        time_zone: TimeZone::get(time_zone).map_err(|_| fault("time_zone", "is not a known time zone"))?,
        languages: languages(&block.languages)
            .ok_or_else(|| fault("languages", "must list some of sv, da, en"))?,
        notice_from: EmailAddress::parse(&block.notice_from)
            .map_err(|_| fault("notice_from", "is not an e-mail address"))?,
        web_site: link(&block.web_site).ok_or_else(|| fault("web_site", "is not an https URL"))?,
        get_eid_url: link(&block.get_eid_url).ok_or_else(|| fault("get_eid_url", "is not an https URL"))?,
        retention: Retention::of_days(block.retention_days)
            .ok_or_else(|| fault("retention_days", "must be between 1 and 365"))?,
        roles: roles(block.roles, &authorities).map_err(|(name, path)| {
            let why = format!("{path:?} is not one of this municipality's mailboxes (authority/mailbox)");
            source.fault(format!("{key}.roles.{name}"), why)
        })?,
        slug: block.slug,
        name: block.name,
        theme: block.theme,
        search_term: block.search_term,
        test_numbers: block.test_numbers,
        contact: ContactCentre {
            name: block.contact_centre.name,
            phone: block.contact_centre.phone,
            hours: block.contact_centre.hours,
        },
        authorities,
        methods,
    })
}

fn authorities(
    written: Vec<written::Authority>,
    key: &str,
    source: &Source<'_>,
) -> Result<Vec<(String, String, Vec<MailboxSection>)>, ConfigError> {
    let mut seen = BTreeSet::new();
    let mut checked = Vec::with_capacity(written.len());
    for authority in written {
        let key = format!("{key}.authority[{}]", authority.slug);
        slug(&authority.slug, &format!("{key}.slug"), source)?;
        let mut mailboxes = Vec::with_capacity(authority.mailbox.len());
        for mailbox in authority.mailbox {
            let key = format!("{key}.mailbox[{}]", mailbox.slug);
            slug(&mailbox.slug, &format!("{key}.slug"), source)?;
            if !seen.insert((authority.slug.clone(), mailbox.slug.clone())) {
                return Err(source.fault(format!("{key}.slug"), "is used twice"));
            }
            let registration = match mailbox.registration.as_str() {
                "undecided" => Registration::Undecided,
                "minor-importance" => Registration::MinorImportance,
                _ => {
                    let why = "is neither undecided nor minor-importance";
                    return Err(source.fault(format!("{key}.registration"), why));
                }
            };
            mailboxes.push(MailboxSection { slug: mailbox.slug, name: mailbox.name, registration });
        }
        checked.push((authority.slug, authority.name, mailboxes));
    }
    Ok(checked)
}

fn methods(
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
        oidc,
    })
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
            let private = secrets::read_text(&private, &format!("{key}.key_file"), source)?;
            Some((certificate.expose().clone(), private))
        }
        _ => return Err(source.fault(key, "certificate_file and key_file belong together")),
    };
    Ok(EndpointSection { url, ca_pem: ca(written.ca_file, key, source)?, identity })
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
            pem: secrets::read_text(&file, &format!("{key}.client_key_file"), source)?,
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
    Ok(OidcSection {
        issuer: written.issuer,
        ca_pem: ca(written.ca_file, key, source)?,
        client_id: written.client_id,
        proof,
        second_factor,
        pushed_requests,
    })
}

fn ca(file: Option<String>, key: &str, source: &Source<'_>) -> Result<Option<String>, ConfigError> {
    file.map(|file| secrets::read_text(&file, &format!("{key}.ca_file"), source))
        .transpose()
        .map(|text| text.map(|pem| pem.expose().clone()))
}

type Roles = BTreeMap<String, Vec<(String, String)>>;

/// Resolves `authority/mailbox` paths; the error names the group and the path that leads nowhere.
fn roles(
    written: BTreeMap<String, Vec<String>>,
    authorities: &[(String, String, Vec<MailboxSection>)],
) -> Result<Roles, (String, String)> {
    let exists = |authority: &str, mailbox: &str| {
        authorities
            .iter()
            .any(|(slug, _, boxes)| slug == authority && boxes.iter().any(|m| m.slug == mailbox))
    };
    let mut resolved = Roles::new();
    for (group, paths) in written {
        let mut mailboxes = Vec::with_capacity(paths.len());
        for path in paths {
            match path.split_once('/') {
                Some((authority, mailbox)) if exists(authority, mailbox) => {
                    mailboxes.push((authority.to_owned(), mailbox.to_owned()));
                }
                _ => return Err((group, path)),
            }
        }
        resolved.insert(group, mailboxes);
    }
    Ok(resolved)
}

fn slug(text: &str, key: &str, source: &Source<'_>) -> Result<(), ConfigError> {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if (1..=60).contains(&text.len()) && text.chars().all(fits) && !text.starts_with('-') {
        Ok(())
    } else {
        Err(source.fault(key, "may hold a–z, 0–9 and dashes, at most 60 of them"))
    }
}

fn hosts(written: Vec<String>) -> Option<Vec<String>> {
    let fits = |host: &String| {
        url::Host::parse(host).is_ok_and(|parsed| matches!(parsed, url::Host::Domain(_)))
            && !host.contains(':')
    };
    let hosts: Vec<String> = written.into_iter().map(|host| host.to_ascii_lowercase()).collect();
    (!hosts.is_empty() && hosts.iter().all(fits)).then_some(hosts)
}

fn languages(written: &[String]) -> Option<Vec<Language>> {
    let languages: Option<Vec<Language>> = written.iter().map(|tag| tag.parse().ok()).collect();
    languages.filter(|list| !list.is_empty())
}

fn link(written: &str) -> Option<String> {
    let url = Url::parse(written).ok()?;
    (url.scheme() == "https" && url.has_host() && url.username().is_empty()).then(|| written.to_owned())
}
