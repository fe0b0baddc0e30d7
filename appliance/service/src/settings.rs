//! What the appliance is told about itself before the service opens.
//!
//! Everything here has already been read and judged by the server's `config`; ids of units do not exist yet.

use std::{collections::BTreeMap, path::PathBuf, sync::Arc};

use jiff::tz::TimeZone;
use kuvert_domain::{
    clock::{Clock, Entropy},
    country::Country,
    directory::{ContactCentre, Method},
    language::Language,
    number::TestNumbers,
    registration::Registration,
    retention::Retention,
    secret::Secret,
};
use kuvert_sandbox::{AddressPolicy, Binding};

use crate::PluginPlan;

/// All that [`Service::open`](crate::Service::open) needs.
pub struct Settings {
    /// The folder that holds everything the appliance keeps.
    pub data_dir: PathBuf,
    /// The key all other keys hang from.
    pub root_key: Secret<[u8; 32]>,
    /// How much memory the store may use for pages, in bytes.
    pub cache_bytes: usize,
    /// Where records live.
    pub engine: Engine,
    /// The municipalities served here.
    pub municipalities: Vec<MunicipalityPlan>,
    /// Where plugins come from.
    pub plugins: PluginPlan,
    /// The folder for compiled plugins; may be emptied at any time.
    pub cache_dir: PathBuf,
    /// How each municipality's methods reach their providers. A binding's id is `municipality/method`.
    pub bindings: Vec<Binding>,
    /// Which network addresses plugins may reach.
    pub addresses: AddressPolicy,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The source of randomness.
    pub entropy: Arc<dyn Entropy>,
    /// What to think of a clock that jumps.
    pub clock_jumps: ClockJumps,
}

/// Where records live.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// In a file of the data folder.
    File,
    /// In memory, for tests: gone at the end.
    Memory,
}

/// What the purge thinks of a clock that moved more than a day between two of its runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockJumps {
    /// Purge nothing until somebody confirms the clock. The only setting for production.
    Hold,
    /// Believe it: the clock is one that tests or the demo set.
    Follow,
}

/// A municipality as configured.
#[derive(Debug, Clone)]
pub struct MunicipalityPlan {
    /// Its short name in configuration and in binding ids.
    pub slug: String,
    /// Its full name.
    pub name: String,
    /// Its country.
    pub country: Country,
    /// The host names it answers to, the main one first.
    pub hosts: Vec<String>,
    /// Its time zone.
    pub time_zone: TimeZone,
    /// Its languages, the default first.
    pub languages: Vec<Language>,
    /// How long residents can read messages.
    pub retention: Retention,
    /// Who residents call.
    pub contact: ContactCentre,
    /// What to search for on its own web site to find out whether a notice is genuine.
    pub search_term: String,
    /// Where to get an e-ID.
    pub get_eid_url: String,
    /// Its sign-in methods.
    pub methods: Vec<Method>,
    /// Its authorities.
    pub authorities: Vec<AuthorityPlan>,
    /// Which group of its staff directory works in which mailboxes, each written `authority/mailbox`.
    pub roles: BTreeMap<String, Vec<String>>,
    /// Whether official test numbers count as numbers.
    pub test_numbers: TestNumbers,
}

/// An authority as configured.
#[derive(Debug, Clone)]
pub struct AuthorityPlan {
    /// Its short name inside the municipality.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Its mailboxes.
    pub mailboxes: Vec<MailboxPlan>,
}

/// A mailbox as configured.
#[derive(Debug, Clone)]
pub struct MailboxPlan {
    /// Its short name inside the authority.
    pub slug: String,
    /// The name residents see.
    pub name: String,
    /// What a new message is taken for until somebody decides.
    pub registration: Registration,
}
