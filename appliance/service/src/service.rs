//! Opening the service, and the handles it gives out.
//!
//! Configuration becomes a directory here: units get their lasting ids, and what names something that does not exist is
//! refused before the first request.

use std::{collections::BTreeMap, sync::Arc};

use kuvert_bundle::{Registry, RegistryError};
use kuvert_domain::{
    clock::{Clock, Entropy},
    directory::{Authority, Directory, Mailbox, Municipality},
    id::{MailboxId, MunicipalityId},
};
use kuvert_sandbox::{Limits, Sandbox, SandboxSettings, Source, SystemNetwork};
use kuvert_store::{Store, StoreError, StoreSettings};
use thiserror::Error;
use tokio::sync::Mutex;

use crate::{
    Engine, Front, MethodFigures, MunicipalityPlan, Resident, ResidentSession, Settings, Staff, StaffSession,
    Tasks, calling::Health, core::Core, plugin_registry,
};

/// Why the service cannot open.
#[derive(Debug, Error)]
pub enum OpenError {
    /// The store does not open.
    #[error("store: {0}")]
    Store(#[from] StoreError),
    /// The sandbox does not open.
    #[error("sandbox: {0}")]
    Sandbox(#[from] kuvert_sandbox::OpenError),
    /// The folder of plugins cannot be made.
    #[error("plugins: {0}")]
    Plugins(#[from] RegistryError),
    /// A role names a mailbox that is not there.
    #[error(
        "municipality {municipality}: group {group:?} is given the mailbox {mailbox:?}, which does not exist"
    )]
    NoSuchMailbox {
        /// The municipality's slug.
        municipality: String,
        /// The group.
        group: String,
        /// The mailbox as written.
        mailbox: String,
    },
    /// Two municipalities with one slug or one host.
    #[error("{0:?} is used by two municipalities")]
    Twice(String),
    /// The thread that opens files ended early.
    #[error("opening was interrupted")]
    Interrupted,
}

/// The service. Cheap to clone.
#[derive(Clone)]
pub struct Service(Arc<Core>);

impl Service {
    /// Opens store and sandbox and finishes what a crash left behind.
    pub async fn open(settings: Settings) -> Result<Self, OpenError> {
        let plans = settings.municipalities.clone();
        let opened = tokio::task::spawn_blocking(move || open_rooms(settings)).await;
        let Rooms { store, sandbox, registry, clock, entropy, clock_jumps } =
            opened.map_err(|_| OpenError::Interrupted)??;
        let directory = directory(&store, plans)?;
        for municipality in &directory.municipalities {
            store.enroll(municipality.id).await?;
        }
        let (purging, health) = (Mutex::default(), Health::default());
        Ok(Self(Arc::new(Core {
            store,
            sandbox,
            registry,
            plugins_told: Mutex::default(),
            health,
            directory,
            clock,
            entropy,
            clock_jumps,
            purging,
        })))
    }

    /// Every municipality served here.
    #[must_use]
    pub fn directory(&self) -> &Directory {
        &self.0.directory
    }

    /// Whether unsigned plugins may run here, because the data folder is marked as test.
    #[must_use]
    pub fn is_test_data(&self) -> bool {
        self.0.registry.is_test_data()
    }

    /// The door of one municipality.
    #[must_use]
    pub fn front(&self, municipality: MunicipalityId) -> Option<Front> {
        self.0.directory.by_id(municipality)?;
        Some(Front::new(Arc::clone(&self.0), municipality))
    }

    /// What a resident can do.
    #[must_use]
    pub fn as_resident(&self, session: &ResidentSession) -> Resident {
        Resident::new(Arc::clone(&self.0), session.clone())
    }

    /// What a member of staff can do.
    #[must_use]
    pub fn as_staff(&self, session: &StaffSession) -> Staff {
        Staff::new(Arc::clone(&self.0), session.clone())
    }

    /// What has happened to the methods since the start.
    #[must_use]
    pub fn method_figures(&self) -> Vec<MethodFigures> {
        self.0.health.figures()
    }

    /// How many plugin calls are under way.
    #[must_use]
    pub fn plugin_calls(&self) -> usize {
        self.0.sandbox.live_stores()
    }

    /// What the appliance does by itself.
    #[must_use]
    pub fn tasks(&self) -> Tasks {
        Tasks::new(Arc::clone(&self.0))
    }

    #[cfg(test)]
    pub(crate) fn core(&self) -> &Arc<Core> {
        &self.0
    }
}

/// What is opened before anybody is served.
struct Rooms {
    store: Store,
    sandbox: Sandbox,
    registry: Registry,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    clock_jumps: crate::ClockJumps,
}

fn open_rooms(settings: Settings) -> Result<Rooms, OpenError> {
    let (clock, entropy) = (settings.clock, settings.entropy);
    let registry = plugin_registry(&settings.data_dir, &settings.plugins, Arc::clone(&clock))?;
    if registry.is_test_data() {
        tracing::warn!("the data folder is marked as test: unsigned plugins run, and every page says so");
    }
    let store = match settings.engine {
        Engine::File => Store::open(StoreSettings {
            data_dir: settings.data_dir,
            root_key: settings.root_key,
            cache_bytes: settings.cache_bytes,
            clock: Arc::clone(&clock),
            entropy: Arc::clone(&entropy),
        })?,
        Engine::Memory => Store::in_memory(Arc::clone(&clock), Arc::clone(&entropy))?,
    };
    let sandbox = Sandbox::open(SandboxSettings {
        plugins: Source::Installed(registry.clone()),
        cache_dir: settings.cache_dir,
        bindings: settings.bindings,
        profiles: BTreeMap::new(),
        addresses: settings.addresses,
        network: Arc::new(SystemNetwork),
        limits: Limits::DEFAULT,
        clock: Arc::clone(&clock),
        entropy: Arc::clone(&entropy),
    })?;
    Ok(Rooms { store, sandbox, registry, clock, entropy, clock_jumps: settings.clock_jumps })
}

fn directory(store: &Store, plans: Vec<MunicipalityPlan>) -> Result<Directory, OpenError> {
    let mut directory = Directory::default();
    for plan in plans {
        let taken = directory.municipalities.iter().any(|other| other.slug == plan.slug);
        if taken {
            return Err(OpenError::Twice(plan.slug));
        }
        if let Some(host) = plan.hosts.iter().find(|host| directory.by_host(host).is_some()) {
            return Err(OpenError::Twice(host.clone()));
        }
        directory.municipalities.push(municipality(store, plan)?);
    }
    Ok(directory)
}

fn municipality(store: &Store, plan: MunicipalityPlan) -> Result<Municipality, OpenError> {
    let slug = plan.slug;
    let mut mailboxes = BTreeMap::new();
    let authorities = plan
        .authorities
        .into_iter()
        .map(|authority| {
            let path = format!("{slug}/{}", authority.slug);
            let boxes = authority.mailboxes.into_iter().map(|mailbox| {
                let id: MailboxId = store.unit_id(&format!("{path}/{}", mailbox.slug));
                mailboxes.insert(format!("{}/{}", authority.slug, mailbox.slug), id);
                Mailbox {
                    id,
                    slug: mailbox.slug,
                    name: mailbox.name,
                    default_registration: mailbox.registration,
                }
            });
            let mailboxes = boxes.collect();
            Authority { id: store.unit_id(&path), slug: authority.slug, name: authority.name, mailboxes }
        })
        .collect();
    let mut roles = BTreeMap::new();
    for (group, named) in plan.roles {
        let mut given = Vec::new();
        for mailbox in named {
            let missing = |mailbox: String| OpenError::NoSuchMailbox {
                municipality: slug.clone(),
                group: group.clone(),
                mailbox,
            };
            given.push(mailboxes.get(&mailbox).copied().ok_or_else(|| missing(mailbox))?);
        }
        roles.insert(group, given);
    }
    Ok(Municipality {
        id: store.unit_id(&slug),
        name: plan.name,
        country: plan.country,
        hosts: plan.hosts,
        time_zone: plan.time_zone,
        languages: plan.languages,
        retention: plan.retention,
        contact: plan.contact,
        search_term: plan.search_term,
        get_eid_url: plan.get_eid_url,
        methods: plan.methods,
        authorities,
        roles,
        test_numbers: plan.test_numbers,
        slug,
    })
}
