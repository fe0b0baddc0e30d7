//! What the tests stand on: a set clock, a sandbox in a temporary folder, and the words of a login.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use kuvert_domain::{
    clock::{Clock, Entropy},
    directory::Audience,
    language::Language,
    level::Level,
};
use kuvert_sandbox::{
    AddressPolicy, BeginArgs, Binding, Client, Context, EndpointBinding, Limits, Sandbox, SandboxSettings,
    Source, Step, SystemNetwork, Turn, Wait,
};
use kuvert_simulators::clock::ManualClock;

/// 2026-11-21 12:00 UTC.
const NOON: u64 = 1_795_262_400_000;

/// A clock that tests and simulators share.
#[derive(Clone)]
pub(crate) struct TestClock(pub(crate) ManualClock);

impl TestClock {
    pub(crate) fn new() -> Self {
        Self(ManualClock::at(NOON))
    }

    pub(crate) fn forward(&self, seconds: u64) {
        self.0.advance(Duration::from_secs(seconds));
    }
}

impl Clock for TestClock {
    fn now(&self) -> jiff::Timestamp {
        jiff::Timestamp::from_millisecond(i64::try_from(self.0.now_ms()).unwrap()).unwrap()
    }
}

/// The system's own randomness.
pub(crate) struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn fill(&self, buffer: &mut [u8]) {
        aws_lc_rs::rand::fill(buffer).unwrap();
    }
}

/// A sandbox and the folder that goes with it.
pub(crate) struct World {
    pub(crate) sandbox: Sandbox,
    _cache: tempfile::TempDir,
}

impl World {
    /// Opens the plugins that `cargo xtask plugins` built.
    pub(crate) fn open(clock: &TestClock, bindings: Vec<Binding>) -> Self {
        Self::open_folder(clock, bindings, &built_plugins(), AddressPolicy::PublicAndLoopback)
    }

    pub(crate) fn open_folder(
        clock: &TestClock,
        bindings: Vec<Binding>,
        plugins_dir: &Path,
        addresses: AddressPolicy,
    ) -> Self {
        Self::open_limited(clock, bindings, plugins_dir, addresses, Limits::DEFAULT)
    }

    /// Under other limits than the appliance's.
    pub(crate) fn open_limited(
        clock: &TestClock,
        bindings: Vec<Binding>,
        plugins_dir: &Path,
        addresses: AddressPolicy,
        limits: Limits,
    ) -> Self {
        let cache = tempfile::tempdir().unwrap();
        let sandbox = Sandbox::open(SandboxSettings {
            plugins: Source::folder(plugins_dir),
            cache_dir: cache.path().join("compiled"),
            bindings,
            profiles: BTreeMap::new(),
            addresses,
            network: Arc::new(SystemNetwork),
            limits,
            clock: Arc::new(clock.clone()),
            entropy: Arc::new(SystemEntropy),
        })
        .unwrap();
        Self { sandbox, _cache: cache }
    }
}

pub(crate) fn built_plugins() -> PathBuf {
    let program = std::env::current_exe().unwrap();
    let folder = program.ancestors().nth(3).unwrap().join("plugins");
    assert!(folder.join("keys.toml").is_file(), "run `cargo xtask plugins` first: {}", folder.display());
    folder
}

/// A binding without settings.
pub(crate) fn binding(
    id: &str,
    plugin: &str,
    profile: &str,
    endpoints: Vec<(&str, EndpointBinding)>,
) -> Binding {
    Binding {
        id: id.to_owned(),
        municipality: "granby".to_owned(),
        plugin: plugin.to_owned(),
        profile: profile.to_owned(),
        audience: Audience::Resident,
        endpoints: endpoints.into_iter().map(|(id, endpoint)| (id.to_owned(), endpoint)).collect(),
        settings: BTreeMap::new(),
        trusts: BTreeMap::new(),
        oidc: None,
        allow: None,
    }
}

pub(crate) fn context() -> Context {
    Context { language: Language::Sv, correlation: "test".to_owned() }
}

/// A login from a desktop browser, for an app on another device.
pub(crate) fn args() -> BeginArgs {
    BeginArgs {
        transaction: "0123456789abcdef".to_owned(),
        audience: Audience::Resident,
        min_level: Level::Substantial,
        client: Client {
            ip: "203.0.113.7".parse().unwrap(),
            user_agent: "Mozilla/5.0 (X11; Linux x86_64) Chrome/130.0 Safari/537.36".to_owned(),
            device_id: "f00d".to_owned(),
            domain: "granby.localhost".to_owned(),
            same_device: false,
        },
        return_url: Some("https://granby.localhost/login/return?nonce=n0nce".to_owned()),
    }
}

pub(crate) fn waiting(turn: &Turn) -> &Wait {
    match &turn.step {
        Step::Wait(wait) => wait,
        other => panic!("expected a waiting step, got {other:?}"),
    }
}
