//! From the configuration's words to those of the rooms that need them.
//!
//! Only shapes change here; everything was checked when the configuration was read.

use std::{collections::BTreeMap, sync::Arc};

use kuvert_domain::{
    directory::{Method, Municipality},
    id::MunicipalityId,
    number::TestNumbers,
};
use kuvert_service::{
    AuthorityPlan, MailboxPlan, MunicipalityPlan, PluginPlan, Service,
    bundle::Trial,
    sandbox::{self, Binding, ClientAuthentication, ClientIdentity, EndpointBinding, OidcClient},
};

use crate::{
    config::{
        Config, EndpointSection, MethodSection, MunicipalitySection, OidcProof, OidcSection, PushedRequests,
    },
    tasks::Sender,
    web::Site,
};

/// The endpoint that an OpenID method speaks to.
const PROVIDER: &str = "provider";
const HTTPS: u16 = 443;

/// The port that stands in links, where it is not the usual one.
pub(crate) fn port(config: &Config, listening: u16) -> Option<u16> {
    Some(config.public_port.unwrap_or(listening)).filter(|port| *port != HTTPS)
}

/// `https://host[:port]`.
pub(crate) fn origin(section: &MunicipalitySection, port: Option<u16>) -> String {
    let host = section.hosts.first().map_or("", String::as_str);
    match port {
        None => format!("https://{host}"),
        Some(port) => format!("https://{host}:{port}"),
    }
}

/// Where plugins come from, and who tries them out.
pub(crate) fn plugins(config: &Config, trial: Arc<dyn Trial>) -> PluginPlan {
    PluginPlan {
        shipped: config.plugins_dir.clone(),
        keys_file: config.plugin_keys_file.clone(),
        profiles_dir: config.profiles_dir.clone(),
        trial,
    }
}

/// What the service is told about a municipality.
pub(crate) fn municipality(section: &MunicipalitySection) -> MunicipalityPlan {
    let authority =
        |(slug, name, mailboxes): &(String, String, Vec<crate::config::MailboxSection>)| AuthorityPlan {
            slug: slug.clone(),
            name: name.clone(),
            mailboxes: mailboxes
                .iter()
                .map(|mailbox| MailboxPlan {
                    slug: mailbox.slug.clone(),
                    name: mailbox.name.clone(),
                    registration: mailbox.registration.clone(),
                })
                .collect(),
        };
    let method = |method: &MethodSection| Method {
        id: method.id.clone(),
        name: method.name.clone(),
        audience: method.audience,
        min_level: method.min_level,
    };
    let path = |(authority, mailbox): &(String, String)| format!("{authority}/{mailbox}");
    let roles = section.roles.iter().map(|(group, paths)| (group.clone(), paths.iter().map(path).collect()));
    MunicipalityPlan {
        slug: section.slug.clone(),
        name: section.name.clone(),
        country: section.country,
        hosts: section.hosts.clone(),
        time_zone: section.time_zone.clone(),
        languages: section.languages.clone(),
        retention: section.retention,
        contact: section.contact.clone(),
        search_term: section.search_term.clone(),
        get_eid_url: section.get_eid_url.clone(),
        methods: section.methods.iter().map(method).collect(),
        authorities: section.authorities.iter().map(authority).collect(),
        roles: roles.collect(),
        test_numbers: if section.test_numbers { TestNumbers::Allowed } else { TestNumbers::Refused },
    }
}

/// How a municipality's methods reach their providers.
pub(crate) fn bindings(section: &MunicipalitySection, port: Option<u16>) -> Vec<Binding> {
    let origin = origin(section, port);
    let bind = |method: &MethodSection| {
        let mut endpoints: BTreeMap<String, EndpointBinding> =
            method.endpoints.iter().map(|(name, section)| (name.clone(), endpoint(section))).collect();
        if let Some(oidc) = &method.oidc {
            let provider = endpoints.entry(PROVIDER.to_owned()).or_insert_with(|| provider(oidc));
            provider.private_network |= oidc.private_network;
        }
        Binding {
            id: format!("{}/{}", section.slug, method.id),
            municipality: section.slug.clone(),
            plugin: method.plugin.clone(),
            profile: method.profile.clone(),
            audience: method.audience,
            endpoints,
            settings: method.settings.clone(),
            trusts: method.trusts.clone(),
            accept_relayed_logins: method.accept_relayed_logins,
            allow: method.allow.clone(),
            oidc: method.oidc.as_ref().map(|oidc| {
                let callback = format!("{origin}{}", crate::web::callback(&method.id));
                let back = format!("{origin}{}", crate::web::logged_out_path(method.audience));
                client(oidc, callback, back)
            }),
        }
    };
    section.methods.iter().map(bind).collect()
}

/// In whose name notices are sent.
pub(crate) fn senders(
    service: &Service,
    sections: &[MunicipalitySection],
    port: Option<u16>,
) -> BTreeMap<MunicipalityId, Sender> {
    pairs(service, sections)
        .map(|(place, section)| {
            let sender = Sender {
                theme: section.theme.clone(),
                from: section.notice_from.clone(),
                origin: origin(section, port),
            };
            (place.id, sender)
        })
        .collect()
}

/// What only the web knows about a municipality.
pub(crate) fn sites(service: &Service, sections: &[MunicipalitySection]) -> BTreeMap<MunicipalityId, Site> {
    pairs(service, sections)
        .map(|(place, section)| {
            let site = Site { theme: section.theme.clone(), web_site: section.web_site.clone() };
            (place.id, site)
        })
        .collect()
}

fn pairs<'a>(
    service: &'a Service,
    sections: &'a [MunicipalitySection],
) -> impl Iterator<Item = (&'a Municipality, &'a MunicipalitySection)> {
    let known = &service.directory().municipalities;
    known
        .iter()
        .filter_map(|place| Some((place, sections.iter().find(|section| section.slug == place.slug)?)))
}

fn endpoint(section: &EndpointSection) -> EndpointBinding {
    EndpointBinding {
        url: section.url.trim_end_matches('/').to_owned(),
        ca_pem: section.ca_pem.clone(),
        client_identity: section.identity.as_ref().map(|(certificate_pem, key_pem)| ClientIdentity {
            certificate_pem: certificate_pem.clone(),
            key_pem: key_pem.clone(),
        }),
        private_network: section.private_network,
    }
}

/// The origin of the issuer: its paths come from its own discovery document.
fn provider(section: &OidcSection) -> EndpointBinding {
    let origin = url::Url::parse(&section.issuer).map(|issuer| issuer.origin().ascii_serialization());
    EndpointBinding {
        url: origin.unwrap_or_else(|_| section.issuer.clone()),
        ca_pem: section.ca_pem.clone(),
        client_identity: None,
        private_network: section.private_network,
    }
}

fn client(section: &OidcSection, redirect_uri: String, logged_out_uri: String) -> OidcClient {
    let authentication = match &section.proof {
        OidcProof::Secret(secret) => ClientAuthentication::Secret(secret.clone()),
        OidcProof::Key { pem, id } => {
            ClientAuthentication::PrivateKey { key_pem: pem.clone(), key_id: id.clone() }
        }
    };
    OidcClient {
        endpoint: PROVIDER.to_owned(),
        issuer: section.issuer.clone(),
        client_id: section.client_id.clone(),
        authentication,
        redirect_uri,
        pushed: match section.pushed_requests {
            PushedRequests::WhenOffered => sandbox::PushedRequests::WhenOffered,
            PushedRequests::Always => sandbox::PushedRequests::Always,
            PushedRequests::Never => sandbox::PushedRequests::Never,
        },
        second_factor: section.second_factor.clone(),
        logged_out_uri: section.end_session.then_some(logged_out_uri),
    }
}
