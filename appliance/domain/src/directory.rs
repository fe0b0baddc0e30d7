//! Who is who on this appliance: municipalities, their authorities and mailboxes, and how people sign in.
//!
//! Plain data, checked by those who read the configuration; nothing here is looked up by name at run time except hosts.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;

use crate::{
    country::Country,
    id::{AuthorityId, MailboxId, MunicipalityId},
    language::Language,
    level::Level,
    number::TestNumbers,
    registration::Registration,
    retention::Retention,
};

/// Every municipality that this appliance serves.
#[derive(Debug, Clone, Default)]
pub struct Directory {
    /// In the order of the configuration.
    pub municipalities: Vec<Municipality>,
}

/// A municipality: its own hosts, theme, languages, e-ID methods, retention and staff.
#[derive(Debug, Clone)]
pub struct Municipality {
    /// Its id in the store.
    pub id: MunicipalityId,
    /// Its name in configuration and paths, for example `granby`.
    pub slug: String,
    /// Its full name, for example "Granby kommun". It never takes a genitive ending.
    pub name: String,
    /// Decides number formats.
    pub country: Country,
    /// The host names it answers to; the first one stands in links.
    pub hosts: Vec<String>,
    /// The zone in which its days begin and end.
    pub time_zone: TimeZone,
    /// The languages on offer; the first one is the municipality's own.
    pub languages: Vec<Language>,
    /// How long messages can be read.
    pub retention: Retention,
    /// Who helps people who can't get further.
    pub contact: ContactCentre,
    /// What to search for on the municipality's own web site to find out whether a notice is genuine.
    pub search_term: String,
    /// Where a person without an e-ID learns how to get one.
    pub get_eid_url: String,
    /// The ways to sign in, in the order of the page.
    pub methods: Vec<Method>,
    /// Its authorities.
    pub authorities: Vec<Authority>,
    /// Which groups or roles of the staff's provider give which mailboxes. Default: none.
    pub roles: BTreeMap<String, Vec<MailboxId>>,
    /// Whether numbers made for tests are taken.
    pub test_numbers: TestNumbers,
}

/// The contact centre (sv *kontaktcenter*, da *borgerservice*).
#[derive(Debug, Clone)]
pub struct ContactCentre {
    /// Its name.
    pub name: String,
    /// Its telephone number, as people dial it.
    pub phone: String,
    /// When it answers, in words.
    pub hours: String,
}

/// An authority: own controller, registrar and retention decision. Nobody sees across authorities.
#[derive(Debug, Clone)]
pub struct Authority {
    /// Its id in the store.
    pub id: AuthorityId,
    /// Its name in configuration and paths.
    pub slug: String,
    /// Its name for people.
    pub name: String,
    /// Its mailboxes.
    pub mailboxes: Vec<Mailbox>,
}

/// A mailbox that staff share; residents see its name, never an e-mail address.
#[derive(Debug, Clone)]
pub struct Mailbox {
    /// Its id in the store.
    pub id: MailboxId,
    /// Its name in configuration and paths.
    pub slug: String,
    /// Its name for people, for example "Bostadsanpassning".
    pub name: String,
    /// What new messages are marked as until somebody decides.
    pub default_registration: Registration,
}

/// One way to sign in, a plugin with this municipality's settings.
#[derive(Debug, Clone)]
pub struct Method {
    /// Its id in configuration and pages, for example `bankid`.
    pub id: String,
    /// What this municipality calls it; `None`: what its plugin calls itself, in the language of whoever reads it.
    pub name: Option<String>,
    /// Who may use it.
    pub audience: Audience,
    /// The lowest assurance level that is let in.
    pub min_level: Level,
}

/// Who a way to sign in is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Audience {
    /// Residents, with an e-ID.
    Resident,
    /// Staff, with the municipality's directory.
    Staff,
}

impl Directory {
    /// The municipality that answers to this host name, in any case, without a port.
    #[must_use]
    pub fn by_host(&self, host: &str) -> Option<&Municipality> {
        self.municipalities.iter().find(|m| m.hosts.iter().any(|own| own.eq_ignore_ascii_case(host)))
    }

    /// The municipality with this id.
    #[must_use]
    pub fn by_id(&self, id: MunicipalityId) -> Option<&Municipality> {
        self.municipalities.iter().find(|m| m.id == id)
    }
}

impl Municipality {
    /// A mailbox and the authority it belongs to.
    #[must_use]
    pub fn mailbox(&self, id: MailboxId) -> Option<(&Authority, &Mailbox)> {
        self.authorities.iter().find_map(|a| a.mailboxes.iter().find(|m| m.id == id).map(|m| (a, m)))
    }

    /// The ways to sign in for this audience.
    pub fn methods_for(&self, audience: Audience) -> impl Iterator<Item = &Method> {
        self.methods.iter().filter(move |method| method.audience == audience)
    }

    /// The host name that stands in links.
    #[must_use]
    pub fn host(&self) -> &str {
        self.hosts.first().map_or("", String::as_str)
    }

    /// The language used when neither the person nor the browser has a say.
    #[must_use]
    pub fn language(&self) -> Language {
        self.languages.first().copied().unwrap_or(Language::En)
    }
}
