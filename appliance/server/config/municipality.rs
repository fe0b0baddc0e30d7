//! The `[[municipality]]` blocks: parsed into domain words, cross-references resolved.
//!
//! Ids are not made here (they depend on the root key). Ways to sign in are read in [`super::method`].

use std::collections::{BTreeMap, BTreeSet};

use jiff::tz::TimeZone;
use kuvert_domain::{
    address::EmailAddress, country::Country, directory::ContactCentre, language::Language,
    registration::Registration, retention::Retention,
};
use url::Url;

use super::{
    ConfigError, Source,
    method::{self, MethodSection},
    written,
};

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
    let methods = method::methods(block.method, key, source)?;
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

/// Holds a name in paths to what such a name may be.
pub(super) fn slug(text: &str, key: &str, source: &Source<'_>) -> Result<(), ConfigError> {
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

/// An https address without a user's name in it.
pub(super) fn link(written: &str) -> Option<String> {
    let url = Url::parse(written).ok()?;
    (url.scheme() == "https" && url.has_host() && url.username().is_empty()).then(|| written.to_owned())
}
