//! A municipality of one plugin: the real sandbox, a set clock, and a recorded provider for each endpoint.
//!
//! Chance is seeded, so that the same cassette always gives the same bytes on the wire.

use std::{
    collections::BTreeMap,
    io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use jiff::Timestamp;
use kuvert_bundle::{Auth, Bundle, Permission};
use kuvert_domain::{
    clock::{Clock, Entropy},
    directory::Audience,
    language::Language,
    level::Level,
};
use kuvert_sandbox::{
    AddressPolicy, BeginArgs, Binding, Client, Context, Limits, Sandbox, SandboxSettings, Source,
    SystemNetwork,
};
use kuvert_simulators::clock::ManualClock;
use rand_chacha::{
    ChaCha20Rng,
    rand_core::{Rng, SeedableRng},
};
use tempfile::TempDir;

use crate::{
    cassette::{Cassette, Exchange},
    provider::Provider,
};

/// The one binding.
pub(crate) const BINDING: &str = "granby/plugin";
/// 2026-11-21 12:00 UTC.
const NOON_MS: u64 = 1_795_262_400_000;

/// Everything that a cassette is played on.
pub(crate) struct Stage {
    pub(crate) sandbox: Sandbox,
    clock: ManualClock,
    providers: BTreeMap<String, Provider>,
    _place: TempDir,
}

struct SetClock(ManualClock);

struct Seeded(Mutex<ChaCha20Rng>);

impl Clock for SetClock {
    fn now(&self) -> Timestamp {
        i64::try_from(self.0.now_ms())
            .ok()
            .and_then(|now| Timestamp::from_millisecond(now).ok())
            .unwrap_or(Timestamp::MAX)
    }
}

impl Entropy for Seeded {
    fn fill(&self, buffer: &mut [u8]) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(buffer);
    }
}

impl Stage {
    /// Opens the bundle as the appliance would. The error says what does not fit.
    pub(crate) async fn set(
        bundle: &Bundle,
        folder: &Path,
        profile: Option<&str>,
        cassette: &Cassette,
    ) -> Result<Self, String> {
        let manifest = bundle.manifest();
        let mut providers = BTreeMap::new();
        for (id, endpoint) in &manifest.endpoints {
            let provider = Provider::start(endpoint.auth == Auth::ClientCertificate).await.map_err(text)?;
            providers.insert(id.clone(), provider);
        }
        let endpoints: io::Result<BTreeMap<_, _>> = providers
            .iter()
            .map(|(id, provider)| provider.endpoint().map(|endpoint| (id.clone(), endpoint)))
            .collect();
        let binding = Binding {
            id: BINDING.to_owned(),
            municipality: "granby".to_owned(),
            plugin: manifest.id.clone(),
            profile: cassette.profile.clone().unwrap_or_else(|| manifest.id.clone()),
            audience: audience(&cassette.audience)?,
            endpoints: endpoints.map_err(text)?,
            settings: cassette.settings.clone(),
            trusts: trusts(bundle, folder),
            oidc: None,
            allow: None,
        };
        let place = tempfile::tempdir().map_err(text)?;
        let clock = ManualClock::at(NOON_MS);
        let sandbox = Sandbox::open(SandboxSettings {
            plugins: Source::Given(vec![bundle.clone()]),
            cache_dir: place.path().join("compiled"),
            bindings: vec![binding],
            profiles: profile.map(|text| (manifest.id.clone(), text.to_owned())).into_iter().collect(),
            addresses: AddressPolicy::PublicAndLoopback,
            network: Arc::new(SystemNetwork),
            limits: Limits::DEFAULT,
            clock: Arc::new(SetClock(clock.clone())),
            entropy: Arc::new(Seeded(Mutex::new(ChaCha20Rng::seed_from_u64(0)))),
        })
        .map_err(text)?;
        // The one call that needs no provider tells whether bundle, profile and settings fit together.
        sandbox.plugin(BINDING, Language::En).map_err(|fault| fault.to_string())?;
        Ok(Self { sandbox, clock, providers, _place: place })
    }

    pub(crate) fn forward(&self, ms: u64) {
        self.clock.advance(Duration::from_millis(ms));
    }

    /// Puts a step's exchanges on the endpoints that they name.
    pub(crate) fn load(&self, exchanges: &[Exchange]) -> Result<(), String> {
        for exchange in exchanges {
            let provider = match &exchange.endpoint {
                Some(id) => self.providers.get(id),
                None if self.providers.len() == 1 => self.providers.values().next(),
                None => return Err("with several endpoints an exchange says which one".to_owned()),
            };
            provider.ok_or("an exchange names no endpoint of the manifest")?.load([exchange.clone()]);
        }
        Ok(())
    }

    /// How many requests were made; what was asked in vain, or never.
    pub(crate) fn unload(&self) -> Result<usize, String> {
        let parts: Vec<_> = self.providers.values().map(Provider::unload).collect();
        parts.into_iter().sum()
    }

    /// A provider's address stands as `{endpoint}` in what the plugin leads to.
    pub(crate) fn named(&self, text: &str) -> String {
        self.providers.iter().fold(text.to_owned(), |text, (id, provider)| {
            text.replace(&provider.origin(), &format!("{{{id}}}"))
        })
    }
}

/// How every login of this cassette begins.
pub(crate) fn args(cassette: &Cassette) -> Result<BeginArgs, String> {
    Ok(BeginArgs {
        transaction: "0123456789abcdef".to_owned(),
        audience: audience(&cassette.audience)?,
        min_level: Level::from_name(&cassette.min_level).ok_or("min-level is low, substantial or high")?,
        client: Client {
            ip: [203, 0, 113, 7].into(),
            user_agent: cassette.user_agent.clone(),
            device_id: "f00d".to_owned(),
            domain: "granby.example".to_owned(),
            same_device: cassette.same_device,
        },
        return_url: Some("https://granby.example/login/return?nonce=n0nce".to_owned()),
    })
}

pub(crate) fn context(cassette: &Cassette) -> Result<Context, String> {
    let language = cassette.language.parse().map_err(|_| "language is sv, da or en")?;
    Ok(Context { language, correlation: "cassette".to_owned() })
}

fn audience(name: &str) -> Result<Audience, String> {
    match name {
        "resident" => Ok(Audience::Resident),
        "staff" => Ok(Audience::Staff),
        _ => Err("audience is resident or staff".to_owned()),
    }
}

/// The certificates that a plugin's tests bring along, one folder for each trust that it asks for.
fn trusts(bundle: &Bundle, folder: &Path) -> BTreeMap<String, PathBuf> {
    let names = bundle.manifest().permissions.keys().filter_map(|permission| match permission {
        Permission::TokenVerify(name) => Some(name.clone()),
        _ => None,
    });
    names.map(|name| (name.clone(), folder.join("tests/trusts").join(name))).collect()
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}
