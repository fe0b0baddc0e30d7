//! Wiring: from a configuration to an appliance that answers.
//!
//! The order matters: the port is bound first (so that its number can stand in links), the store opened next (it finishes
//! what a crash left behind), and requests are answered last. What only tests and the demo may choose (clock, chance,
//! addresses that plugins may reach) are arguments here; no configuration file can set them.

pub(crate) mod plans;
mod system;

use std::{net::SocketAddr, sync::Arc};

use kuvert_domain::clock::{Clock, Entropy};
use kuvert_service::{
    ClockJumps, Engine, OpenError, Service, Settings, bundle::Trial, sandbox::AddressPolicy,
};
use tokio::{
    net::TcpListener,
    sync::{Notify, watch},
    task::JoinSet,
};

use crate::{
    config::{Config, ConfigError},
    mail::{MailError, Postman},
    tasks::{self, TaskEquipment, Tasks},
    telemetry,
    theme::{ThemeError, Themes},
    tls::{self, CertificateError, Limits},
    web::{self, App, Equipment},
};

pub use self::system::{SystemClock, SystemEntropy};

/// Pages of the store kept in memory.
const CACHE_BYTES: usize = 64 * 1024 * 1024;

/// What the appliance is started with.
pub struct BootSettings {
    /// What the administrator said.
    pub config: Config,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness, fit for keys.
    pub entropy: Arc<dyn Entropy>,
    /// Which network addresses plugins may reach. Production: public ones only.
    pub addresses: AddressPolicy,
    /// Tries plugins out before they are installed. Production: a child of this very program, under limits.
    pub trial: Arc<dyn Trial>,
    /// What to think of a clock that jumps. Production: hold the purge.
    pub clock_jumps: ClockJumps,
    /// A socket that is bound already; else `server.listen` is bound.
    pub listener: Option<std::net::TcpListener>,
    /// Where records live.
    pub engine: Engine,
    /// Who starts the jobs.
    pub background: Background,
}

/// Who starts the jobs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Background {
    /// Their schedules.
    Scheduled,
    /// Whoever calls [`Tasks::run_once`]; for tests.
    OnRequest,
}

/// Why the appliance does not start.
#[derive(Debug, thiserror::Error)]
pub enum BootError {
    /// The configuration names something that is not there.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The port is taken or not ours to take.
    #[error("server.listen {address}: {source}")]
    Listen {
        /// The address asked for.
        address: SocketAddr,
        /// Why not.
        source: std::io::Error,
    },
    /// The port for figures is taken.
    #[error("server.metrics_listen {address}: {source}")]
    Metrics {
        /// The address asked for.
        address: SocketAddr,
        /// Why not.
        source: std::io::Error,
    },
    /// The certificate cannot be used.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// The store or the plugins' sandbox does not open.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// A theme is broken.
    #[error(transparent)]
    Theme(#[from] ThemeError),
    /// The relay's section makes no sense.
    #[error(transparent)]
    Mail(#[from] MailError),
}

/// An appliance that answers. Dropping it ends everything at once; [`Running::stop`] lets requests finish.
pub struct Running {
    address: SocketAddr,
    metrics: Option<SocketAddr>,
    origins: Vec<(String, String)>,
    certificate_pem: String,
    service: Service,
    tasks: Tasks,
    switch: watch::Sender<bool>,
    work: JoinSet<()>,
    jobs: JoinSet<()>,
}

impl Running {
    /// The address listened on.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The address at which figures are given out.
    #[must_use]
    pub fn metrics_address(&self) -> Option<SocketAddr> {
        self.metrics
    }

    /// `https://host[:port]` of a municipality; empty for one that is not served here.
    #[must_use]
    pub fn origin(&self, slug: &str) -> String {
        self.origins
            .iter()
            .find(|(known, _)| known == slug)
            .map_or_else(String::new, |(_, origin)| origin.clone())
    }

    /// The certificate chain, in PEM: what a client trusts when it is self-signed.
    #[must_use]
    pub fn certificate_pem(&self) -> &str {
        &self.certificate_pem
    }

    /// The use cases behind the pages.
    #[must_use]
    pub fn service(&self) -> &Service {
        &self.service
    }

    /// The jobs.
    #[must_use]
    pub fn tasks(&self) -> &Tasks {
        &self.tasks
    }

    /// Takes no more requests, lets running ones and running jobs finish, and returns when all is quiet.
    pub async fn stop(mut self) {
        self.switch.send_replace(true);
        while self.work.join_next().await.is_some() {}
        self.service.quiet().await;
        while self.jobs.join_next().await.is_some() {}
    }
}

/// Starts the appliance.
pub async fn start(settings: BootSettings) -> Result<Running, BootError> {
    let BootSettings { config, clock, entropy, addresses, trial, clock_jumps, listener, engine, background } =
        settings;
    let root_key = config.root_key.read()?;
    let (listener, address) = bind(&config, listener)?;
    let port = plans::port(&config, address.port());
    let hosts: Vec<String> = config.municipalities.iter().flat_map(|section| section.hosts.clone()).collect();
    let certified = tls::certified(&config.tls, &hosts, clock.now())?;
    let themes = Arc::new(Themes::open(config.themes_dir.as_deref())?);
    let postman = Postman::new(&config.smtp)?;
    let service = Service::open(Settings {
        data_dir: config.data_dir.clone(),
        root_key,
        cache_bytes: CACHE_BYTES,
        engine,
        municipalities: config.municipalities.iter().map(plans::municipality).collect(),
        plugins: plans::plugins(&config, trial),
        cache_dir: config.cache_dir.clone(),
        bindings: config.municipalities.iter().flat_map(|section| plans::bindings(section, port)).collect(),
        addresses,
        clock: Arc::clone(&clock),
        entropy: Arc::clone(&entropy),
        clock_jumps,
    })
    .await?;

    let bell = Arc::new(Notify::new());
    let tasks = Tasks::new(TaskEquipment {
        service: service.clone(),
        themes: Arc::clone(&themes),
        postman,
        senders: plans::senders(&service, &config.municipalities, port),
        parallel: config.smtp.parallel,
        clock: Arc::clone(&clock),
        bell: Arc::clone(&bell),
    });
    let sites = plans::sites(&service, &config.municipalities);
    let app = App::new(Equipment { service: service.clone(), themes, sites, port, clock, entropy, bell });
    let (switch, stop) = watch::channel(false);
    let mut work = JoinSet::new();
    let metrics = match config.metrics_listen {
        Some(address) => Some(figures(address, &service, &stop, &mut work).await?),
        None => None,
    };
    let jobs = match background {
        Background::Scheduled => tasks::run(&tasks, &config.schedules, &stop),
        Background::OnRequest => JoinSet::new(),
    };
    let certificate_pem = certified.pem().to_owned();
    let limits = Limits::with_connections(config.connections);
    work.spawn(async move { tls::serve(listener, &certified, limits, web::door(app), stop).await });
    tracing::info!(%address, municipality.count = config.municipalities.len(), "the appliance answers");
    let origins =
        config.municipalities.iter().map(|section| (section.slug.clone(), plans::origin(section, port)));
    let origins = origins.collect();
    Ok(Running { address, metrics, origins, certificate_pem, service, tasks, switch, work, jobs })
}

/// Gives figures out; says where, because the port may have been any.
async fn figures(
    address: SocketAddr,
    service: &Service,
    stop: &watch::Receiver<bool>,
    work: &mut JoinSet<()>,
) -> Result<SocketAddr, BootError> {
    let refused = |source| BootError::Metrics { address, source };
    let listener = TcpListener::bind(address).await.map_err(refused)?;
    let bound = listener.local_addr().map_err(refused)?;
    work.spawn(telemetry::metrics::serve(listener, service.clone(), stop.clone()));
    Ok(bound)
}

fn bind(
    config: &Config,
    given: Option<std::net::TcpListener>,
) -> Result<(TcpListener, SocketAddr), BootError> {
    let refused = |source| BootError::Listen { address: config.listen, source };
    let listener = match given {
        Some(listener) => listener,
        None => std::net::TcpListener::bind(config.listen).map_err(refused)?,
    };
    listener.set_nonblocking(true).map_err(refused)?;
    let address = listener.local_addr().map_err(refused)?;
    Ok((TcpListener::from_std(listener).map_err(refused)?, address))
}
