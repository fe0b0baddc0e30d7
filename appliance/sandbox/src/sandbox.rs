//! The sandbox as the service sees it: one call in, one judged answer out.
//!
//! Every call gets a fresh store, which is dropped with it, whatever came of it. It deliberately retries nothing and
//! remembers nothing of a login: what must last is in the [`Transaction`].

mod health;
mod places;

pub use health::Check;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use kuvert_bundle::AppOn;
use kuvert_domain::{
    clock::{Clock, Entropy},
    language::Language,
};
use tokio::{sync::Semaphore, time::timeout};
use wasmtime::{Engine, Store};

use crate::{
    AddressPolicy, BeginArgs, Context, Display, Event, Fault, FaultCode, Limits, OpenError, PluginVersion,
    SandboxSettings, Source, Step, SystemNetwork, Transaction, Turn,
    ask::{Answer, Ask},
    binding::Bound,
    contract,
    engine::Runtime,
    host::{Host, Shared},
    judge,
    login::Login,
    meter::{self, Meter},
    oidc::Documents,
    outbound::Way,
    shelf::{Equipment, Shelf},
};

/// Runs plugins. Cheap to clone; all clones share one engine, which stops with the last of them.
#[derive(Clone)]
pub struct Sandbox(Arc<Inner>);

struct Inner {
    runtime: Runtime,
    shared: Arc<Shared>,
    shelf: Arc<Shelf>,
    places: Arc<Semaphore>,
    frames: Arc<Semaphore>,
}

/// What a page needs to know about a binding's plugin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PluginInfo {
    /// The plugin's id.
    pub plugin: String,
    /// Its version.
    pub version: String,
    /// The digest of its bundle, in hexadecimal digits.
    pub digest: String,
    /// What it calls the way to sign in of this binding, in the language asked for.
    pub name: String,
    /// Its icon, an SVG document that holds shapes and nothing else. `None` when it has none.
    pub icon_svg: Option<String>,
    /// Where its app can be; nowhere for a plugin that has none.
    pub app_on: BTreeSet<AppOn>,
    /// Whether its app may not be used on the device that shows the page: that login could be handed to somebody else.
    pub elsewhere_only: bool,
}

impl Sandbox {
    /// Loads every plugin that a binding names. A plugin that does not load answers every call with its fault.
    ///
    /// Compiles what the cache does not have: call it where blocking is allowed.
    pub fn open(settings: SandboxSettings) -> Result<Self, OpenError> {
        let limits = Arc::new(settings.limits);
        let runtime = Runtime::start(&settings.cache_dir, &limits)?;
        let equipment = Equipment {
            bindings: settings.bindings,
            profiles: settings.profiles,
            addresses: settings.addresses,
            limits: limits.clone(),
        };
        let shelf = Shelf::open(runtime.engine.clone(), settings.plugins, equipment)?;
        let shared = Arc::new(Shared {
            way: Way { addresses: settings.addresses, network: settings.network, limits: limits.clone() },
            limits: limits.clone(),
            clock: settings.clock,
            entropy: settings.entropy,
            documents: Documents::default(),
        });
        Ok(Self(Arc::new(Inner {
            runtime,
            shared,
            shelf: Arc::new(shelf),
            places: Arc::new(Semaphore::new(limits.stores)),
            frames: Arc::new(Semaphore::new(limits.frames)),
        })))
    }

    /// One that serves nobody, for a process that tries a bundle out.
    pub(crate) fn for_trial(
        limits: &Arc<Limits>,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, Fault> {
        let unable = |error: OpenError| Fault::new(FaultCode::Compile, error.to_string());
        let runtime = Runtime::for_trial(limits).map_err(unable)?;
        let equipment = Equipment {
            bindings: Vec::new(),
            profiles: BTreeMap::new(),
            addresses: AddressPolicy::PublicOnly,
            limits: limits.clone(),
        };
        let shelf = Shelf::open(runtime.engine.clone(), Source::Given(Vec::new()), equipment);
        let way = Way {
            addresses: AddressPolicy::PublicOnly,
            network: Arc::new(SystemNetwork),
            limits: limits.clone(),
        };
        let shared = Shared { way, limits: limits.clone(), clock, entropy, documents: Documents::default() };
        Ok(Self(Arc::new(Inner {
            runtime,
            shared: Arc::new(shared),
            shelf: Arc::new(shelf.map_err(unable)?),
            places: Arc::new(Semaphore::new(limits.stores)),
            frames: Arc::new(Semaphore::new(limits.frames)),
        })))
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.0.runtime.engine
    }

    /// Looks at the installed plugins anew: what was activated meanwhile begins new logins, and logins in progress end
    /// with the version that they began with. A way to sign in that is out of order is tried again now and then.
    pub async fn refresh(&self) -> Result<(), Fault> {
        let (plugins, now) = (self.0.shelf.clone(), self.0.shared.clock.now());
        off_thread(move || plugins.refresh_when_changed(now)).await
    }

    /// The same whether or not anything seems to have changed, with every file that a binding names: which bindings are now
    /// in order, and which not.
    pub async fn look_anew(&self) -> Result<Vec<(String, Result<(), Fault>)>, Fault> {
        let plugins = self.0.shelf.clone();
        off_thread(move || {
            plugins.refresh();
            let standing = plugins.standing().into_iter();
            standing.map(|(binding, active)| (binding, active.map(|_| ()))).collect()
        })
        .await
    }

    /// Stops a version until an administrator activates it anew. No other version is touched, active or not.
    pub async fn quarantine(&self, version: &Arc<PluginVersion>, reason: &str) -> Result<(), Fault> {
        let (plugins, lied, reason) = (self.0.shelf.clone(), version.clone(), reason.to_owned());
        off_thread(move || plugins.quarantine(&lied.plugin, &lied.digest, &reason)).await?
    }

    /// How many municipalities have a binding with this plugin.
    #[must_use]
    pub fn municipalities_with(&self, plugin: &str) -> usize {
        self.0.shelf.municipalities_with(plugin)
    }

    /// Name and icon for a page; the fault when the plugin did not load.
    pub fn plugin(&self, binding: &str, language: Language) -> Result<PluginInfo, Fault> {
        let bound = self.0.shelf.active(binding)?;
        let plugin = &bound.plugin;
        // One plugin may stand for several e-IDs, each under a trust profile of its own.
        let own = format!("name-{}", bound.profile_name);
        let key = if plugin.texts.has(&own) { &own } else { "name" };
        Ok(PluginInfo {
            plugin: plugin.manifest.id.clone(),
            version: plugin.manifest.version.to_string(),
            digest: plugin.digest.to_string(),
            name: plugin.texts.format(language, key, []).unwrap_or_else(|| plugin.manifest.id.clone()),
            icon_svg: plugin.icon_svg.clone(),
            app_on: plugin.manifest.app_on.clone(),
            elsewhere_only: bound.profile.links.way_back_in_link && !bound.accept_relayed_logins,
        })
    }

    /// Begins a login with the active version.
    pub async fn begin(&self, binding: &str, args: &BeginArgs, context: &Context) -> Result<Turn, Fault> {
        self.begin_with(self.0.shelf.active(binding)?, args, context).await
    }

    /// The same with the version before the active one, which stands in for a quarter of an hour after an activation where
    /// the active one failed by itself; else `None`.
    pub async fn begin_instead(
        &self,
        binding: &str,
        failed: &Fault,
        args: &BeginArgs,
        context: &Context,
    ) -> Option<Result<Turn, Fault>> {
        if !failed.code.is_the_plugins_own() {
            return None;
        }
        let (plugins, now, id) = (self.0.shelf.clone(), self.0.shared.clock.now(), binding.to_owned());
        let before = off_thread(move || plugins.before(&id, now)).await.ok().flatten()?;
        Some(self.begin_with(before, args, context).await)
    }

    async fn begin_with(
        &self,
        bound: Arc<Bound>,
        args: &BeginArgs,
        context: &Context,
    ) -> Result<Turn, Fault> {
        let mut login = Login::new(&bound.id, bound.plugin.digest);
        login.way_back = args.return_url.as_deref().and_then(nonce).map(str::to_owned);
        let flow = if args.client.same_device { "same-device" } else { "other-device" };
        let ask = Ask::Begin(contract::begin_args(args, flow));
        self.turn(bound, login, ask, context).await
    }

    /// Moves a login on.
    pub async fn advance(
        &self,
        binding: &str,
        transaction: &Transaction,
        event: Event,
        context: &Context,
    ) -> Result<Turn, Fault> {
        let (bound, login) = self.resume(binding, transaction).await?;
        let ask = Ask::Advance(login.state.clone(), contract::event(event));
        self.turn(bound, login, ask, context).await
    }

    /// Draws the next frame. Has no network.
    pub async fn render(
        &self,
        binding: &str,
        transaction: &Transaction,
        context: &Context,
    ) -> Result<Display, Fault> {
        let (bound, login) = self.resume(binding, transaction).await?;
        let ask = Ask::Render(login.state.clone());
        match self.call(bound, login, ask, context).await? {
            (Answer::Frame(frame), host) => judge::display(&host, frame).map_err(|fault| host.blame(fault)),
            _ => Err(mixed_up()),
        }
    }

    /// Tells the provider that the person went away.
    pub async fn cancel(
        &self,
        binding: &str,
        transaction: &Transaction,
        context: &Context,
    ) -> Result<(), Fault> {
        let (bound, login) = self.resume(binding, transaction).await?;
        let ask = Ask::Cancel(login.state.clone());
        self.call(bound, login, ask, context).await.map(drop)
    }

    /// Where to send the browser of somebody whose session ended, so that the provider's own session ends too.
    /// `transaction` is what was left of the login that made the session.
    pub async fn end_session(
        &self,
        binding: &str,
        transaction: &Transaction,
        context: &Context,
    ) -> Result<Option<String>, Fault> {
        let (bound, login) = self.resume(binding, transaction).await?;
        let ask = Ask::EndSession(login.state.clone());
        match self.call(bound, login, ask, context).await? {
            (Answer::Parting(location), host) => {
                location.map(|location| judge::parting(&host, &location)).transpose()
            }
            _ => Err(mixed_up()),
        }
    }

    /// A login in progress, with the version that it began with.
    async fn resume(&self, binding: &str, transaction: &Transaction) -> Result<(Arc<Bound>, Login), Fault> {
        let login = Login::read(transaction, binding)?;
        if let Ok(bound) = self.0.shelf.active(binding)
            && bound.plugin.digest == login.version()
        {
            return Ok((bound, login));
        }
        let (plugins, binding, version) = (self.0.shelf.clone(), binding.to_owned(), login.version());
        let bound = off_thread(move || plugins.version(&binding, version)).await??;
        Ok((bound, login))
    }

    async fn turn(
        &self,
        bound: Arc<Bound>,
        login: Login,
        ask: Ask,
        context: &Context,
    ) -> Result<Turn, Fault> {
        let (answer, mut host) = self.call(bound, login, ask, context).await?;
        let Answer::Turn(state, step) = answer else { return Err(mixed_up()) };
        if state.len() > host.bound.plugin.limits.state_bytes {
            let detail = format!("a state of {} bytes", state.len());
            return Err(host.blame(Fault::new(FaultCode::Output, detail)));
        }
        let step = judge::step(&host, step).map_err(|fault| host.blame(fault))?;
        host.login.state = state;
        let unreachable = host.unreachable;
        let transaction = match step {
            Step::Done(_) => host.login.done(&host.bound)?,
            _ => host.login.write()?,
        };
        Ok(Turn { transaction, step, unreachable })
    }

    /// One call in one store. Security: the order is place, limits, instance, call; the store never outlives it.
    async fn call(
        &self,
        bound: Arc<Bound>,
        login: Login,
        ask: Ask,
        context: &Context,
    ) -> Result<(Answer, Host), Fault> {
        let place = self.place(&bound, &ask).await?;
        let shared = self.0.shared.clone();
        let engine = self.0.runtime.engine.clone();
        let now_ms = u64::try_from(shared.now_ms()).unwrap_or_default();
        let guest_context = contract::context(context, &bound.municipality, now_ms);
        let (instances, limits) = (bound.plugin.instances.clone(), bound.plugin.limits.clone());
        let host = Host {
            shared: shared.clone(),
            bound,
            login,
            meter: Meter::new(limits.clone()),
            language: context.language,
            correlation: context.correlation.clone(),
            network: ask.has_network(),
            unreachable: false,
        };
        let call = async move {
            // Given back when the store is gone, not when the caller is.
            let _place = place;
            let mut store = Store::new(&engine, host);
            store.limiter(|host| &mut host.meter);
            store.set_hostcall_fuel(limits.hostcall_fuel);
            store.set_epoch_deadline(1);
            store.epoch_deadline_callback(|mut store| store.data_mut().meter.tick());
            let run = async {
                let guest = instances.instantiate_async(&mut store).await?;
                ask.put(&guest, &mut store, &guest_context, now_ms).await
            };
            let fault = match timeout(limits.wall, run).await {
                Ok(Ok(Ok(answer))) => return Ok((answer, store.into_data())),
                Ok(Ok(Err(reported))) => judge::reported(&reported),
                Ok(Err(error)) => meter::fault(&error),
                Err(_) => Fault::new(FaultCode::Wall, "the call took too long"),
            };
            Err(store.data().blame(fault))
        };
        self.0.runtime.workers.run(call).await?
    }
}

/// The secret in the address that an app leads back to.
fn nonce(return_url: &str) -> Option<&str> {
    return_url.rsplit_once('=').map(|(_, nonce)| nonce).filter(|nonce| !nonce.is_empty())
}

/// Work that waits for files, on a thread that may.
async fn off_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Fault> {
    tokio::task::spawn_blocking(work).await.map_err(|error| Fault::new(FaultCode::Config, error.to_string()))
}

/// An answer of another kind than was asked for; `Ask::put` never gives one.
fn mixed_up() -> Fault {
    Fault::new(FaultCode::Output, "an answer to another question")
}
