//! Exchanging a plugin while people sign in: nobody is lost, and a faulty version is gone in one step.
//!
//! The versions are the real BankID plugin under other numbers, installed into a real registry. Only the trial before an
//! installation is left out, because some of them are made to fail; `tests/plugins.rs` has it.

use std::{
    fs::{self, OpenOptions},
    io::Write as _,
    os::unix::fs::OpenOptionsExt as _,
    path::Path,
    process::Command,
    sync::Arc,
    time::{Duration, Instant},
};

use kuvert_bundle::{
    Bundle, KeyId, Kind, Kinds, Registry, RegistrySettings, SigningKey, TrustStore, pack, sign,
};
use kuvert_domain::language::Language;
use kuvert_domain::secret::Secret;
use kuvert_sandbox::{
    AddressPolicy, Binding, ClientIdentity, EndpointBinding, Event, FaultCode, Limits, NoTrial, Sandbox,
    SandboxSettings, Source, Step, SystemNetwork, Transaction,
};
use kuvert_simulators::{
    bankid::{BankId, BankIdSettings, Phone},
    people,
};
use semver::Version;
use tempfile::TempDir;

use crate::guest::{Memory, component};
use crate::world::{SystemEntropy, TestClock, args, binding, built_plugins, context};

pub(crate) const BANKID: &str = "granby/bankid";
pub(crate) const ASTRID: &str = "199908072391";
const LOGINS: usize = 20;

/// An appliance's folder with a registry, BankID behind it, and the key that signs here.
pub(crate) struct Town {
    pub(crate) clock: TestClock,
    bankid: BankId,
    pub(crate) folder: TempDir,
    pub(crate) key: SigningKey,
    pub(crate) registry: Registry,
}

impl Town {
    pub(crate) async fn build() -> Self {
        let clock = TestClock::new();
        let people = people::swedish();
        let settings = BankIdSettings { port: 0, clock: clock.0.sim(), people };
        let bankid = BankId::start(settings).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let key = SigningKey::generate(KeyId::parse("town").unwrap()).unwrap();
        let list = TrustStore::block(&key, &Kinds::from([Kind::Identity, Kind::Profile]));
        fs::write(folder.path().join("keys.toml"), list).unwrap();
        let registry = registry(folder.path(), &clock);
        Self { clock, bankid, folder, key, registry }
    }

    /// Starts the sandbox, as each start of the appliance does.
    pub(crate) fn open(&self) -> Sandbox {
        self.open_with(self.binding())
    }

    /// The same under another binding.
    pub(crate) fn open_with(&self, binding: Binding) -> Sandbox {
        Sandbox::open(SandboxSettings {
            plugins: Source::Installed(registry(self.folder.path(), &self.clock)),
            cache_dir: self.folder.path().join("compiled"),
            bindings: vec![binding],
            profiles: std::collections::BTreeMap::new(),
            addresses: AddressPolicy::PublicAndLoopback,
            network: Arc::new(SystemNetwork),
            limits: Limits::DEFAULT,
            clock: Arc::new(self.clock.clone()),
            entropy: Arc::new(SystemEntropy),
        })
        .unwrap()
    }

    pub(crate) fn binding(&self) -> Binding {
        let identity = self.bankid.client();
        let endpoint = EndpointBinding {
            url: self.bankid.origin(),
            ca_pem: Some(self.bankid.ca_pem()),
            private_network: false,
            client_identity: Some(ClientIdentity {
                certificate_pem: identity.cert_pem,
                key_pem: Secret::new(identity.key_pem),
            }),
        };
        binding(BANKID, "bankid", "bankid", vec![("api", endpoint)])
    }

    /// The real plugin under this number; with another component where one is given.
    fn bundle(&self, number: &str, wasm: Option<Vec<u8>>) -> Vec<u8> {
        self.bundle_with(number, wasm, |manifest| manifest)
    }

    /// The same with another manifest.
    pub(crate) fn bundle_with(
        &self,
        number: &str,
        wasm: Option<Vec<u8>>,
        change: impl FnOnce(String) -> String,
    ) -> Vec<u8> {
        let built = fs::read_dir(built_plugins()).unwrap().flatten().map(|file| file.path());
        let is_bankid = |path: &std::path::PathBuf| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            name.starts_with("bankid-") && path.extension().is_some_and(|end| end == "kplug")
        };
        let built = Bundle::open(&fs::read(built.into_iter().find(is_bankid).unwrap()).unwrap()).unwrap();
        let was = built.manifest().version.to_string();
        let mut files = built.files().clone();
        let manifest = built.text("manifest.toml").unwrap();
        let manifest = manifest.replace(&format!("version = \"{was}\""), &format!("version = \"{number}\""));
        files.insert("manifest.toml".to_owned(), change(manifest).into_bytes());
        if let Some(wasm) = wasm {
            files.insert("plugin.wasm".to_owned(), wasm);
        }
        sign(&pack(&files).unwrap(), &self.key).unwrap()
    }

    /// Installs and activates, as an administrator does beside the running appliance.
    fn swap(&self, number: &str, wasm: Option<Vec<u8>>) {
        self.install(&self.bundle(number, wasm));
    }

    pub(crate) fn install(&self, packed: &[u8]) {
        let began = Instant::now();
        let bundle = self.registry.install(packed, "anna").unwrap();
        let installed = began.elapsed();
        let number = &bundle.manifest().version;
        self.registry.activate("bankid", number, "anna").unwrap();
        println!("{number}: installed in {installed:?}, active after {:?}, without a trial", began.elapsed());
    }

    pub(crate) fn phone(&self) -> Phone {
        self.bankid.phone()
    }
}

fn registry(folder: &Path, clock: &TestClock) -> Registry {
    Registry::open(RegistrySettings {
        folder: folder.join("plugins"),
        shipped: folder.join("shipped"),
        keys_file: folder.join("keys.toml"),
        profiles: folder.join("profiles"),
        test_mark: folder.join("test-data"),
        trial: Arc::new(NoTrial),
        clock: Arc::new(clock.clone()),
        before_step: |_| {},
    })
    .unwrap()
}

fn version(sandbox: &Sandbox) -> String {
    sandbox.plugin(BANKID, Language::Sv).unwrap().version
}

/// Logins that have just begun, each with its QR code on a screen.
async fn begin(sandbox: &Sandbox, count: usize) -> Vec<Transaction> {
    let mut begun = Vec::new();
    for _ in 0..count {
        begun.push(sandbox.begin(BANKID, &args(), &context()).await.unwrap().transaction);
    }
    begun
}

/// Everybody scans, types the code and is in.
async fn finish(town: &Town, sandbox: &Sandbox, logins: &[Transaction]) -> usize {
    let phone = town.phone();
    let mut done = 0;
    for transaction in logins {
        let frame = sandbox.render(BANKID, transaction, &context()).await.unwrap().qr.unwrap();
        let order = phone.scan(ASTRID, &frame).unwrap();
        phone.show(&order).unwrap();
        phone.approve(&order).unwrap();
    }
    town.clock.forward(2);
    for transaction in logins {
        let turn = sandbox.advance(BANKID, transaction, Event::Poll, &context()).await.unwrap();
        let Step::Done(claim) = turn.step else { panic!("not done: {:?}", turn.step) };
        assert_eq!(claim.number.unwrap().expose(), ASTRID);
        done += 1;
    }
    done
}

#[tokio::test]
async fn twenty_people_sign_in_while_the_plugin_is_exchanged() {
    let town = Town::build().await;
    town.swap("1.0.0", None);
    let sandbox = town.open();
    assert_eq!(version(&sandbox), "1.0.0");
    let early = begin(&sandbox, LOGINS).await;

    town.swap("1.1.0", None);
    sandbox.refresh().await.unwrap();
    assert_eq!(version(&sandbox), "1.1.0");
    let late = begin(&sandbox, 1).await;
    // Half of them finish in this process, the others after a restart: what they began with is kept.
    let (here, there) = early.split_at(LOGINS / 2);
    let mut done = finish(&town, &sandbox, here).await;
    drop(sandbox);
    let sandbox = town.open();
    done += finish(&town, &sandbox, there).await;
    done += finish(&town, &sandbox, &late).await;
    assert_eq!(done, LOGINS + 1);
}

#[tokio::test]
async fn a_faulty_version_harms_nobody_and_is_rolled_back_in_one_step() {
    let town = Town::build().await;
    town.swap("1.0.0", None);
    town.swap("1.1.0", None);
    let sandbox = town.open();
    let early = begin(&sandbox, LOGINS).await;

    town.swap("1.2.0", Some(component("unreachable", &Memory::step(3))));
    sandbox.refresh().await.unwrap();
    assert_eq!(version(&sandbox), "1.2.0");
    // Whoever begins now gets the version before it, for as long as the new one is on probation.
    let late = begin(&sandbox, 2).await;
    assert_eq!(finish(&town, &sandbox, &early).await, LOGINS);
    assert_eq!(finish(&town, &sandbox, &late).await, 2);

    assert_eq!(town.registry.roll_back("bankid", "anna", "").unwrap().to_string(), "1.1.0");
    sandbox.refresh().await.unwrap();
    assert_eq!(version(&sandbox), "1.1.0");
    let after = begin(&sandbox, 1).await;
    assert_eq!(finish(&town, &sandbox, &after).await, 1);
}

#[tokio::test]
async fn after_its_probation_a_version_stands_alone() {
    let town = Town::build().await;
    town.swap("1.0.0", None);
    town.swap("1.1.0", Some(component("unreachable", &Memory::step(3))));
    let sandbox = town.open();
    begin(&sandbox, 1).await;
    town.clock.forward(16 * 60);
    let fault = sandbox.begin(BANKID, &args(), &context()).await.unwrap_err();
    assert_eq!(fault.code, FaultCode::Trap, "{fault}");
}

#[tokio::test]
async fn a_revoked_or_quarantined_version_ends_at_once() {
    let town = Town::build().await;
    town.swap("1.0.0", None);
    let sandbox = town.open();
    let login = begin(&sandbox, 1).await.remove(0);
    sandbox.quarantine(BANKID, "claimed too much").await.unwrap();
    let fault = sandbox.begin(BANKID, &args(), &context()).await.unwrap_err();
    assert_eq!(fault.code, FaultCode::Claim);
    let fault = sandbox.render(BANKID, &login, &context()).await.unwrap_err();
    assert_eq!(fault.code, FaultCode::Claim, "a login in progress ends too");
    let again = town.open().begin(BANKID, &args(), &context()).await.unwrap_err();
    assert_eq!(again.code, FaultCode::Claim, "a restart lifts nothing");

    town.registry.activate("bankid", &Version::parse("1.0.0").unwrap(), "anna").unwrap();
    sandbox.refresh().await.unwrap();
    begin(&sandbox, 1).await;
    let block = TrustStore::block(&town.key, &Kinds::from([Kind::Identity]));
    fs::write(town.folder.path().join("keys.toml"), format!("{block}revoked = true\n")).unwrap();
    sandbox.refresh().await.unwrap();
    let fault = sandbox.begin(BANKID, &args(), &context()).await.unwrap_err();
    assert_eq!(fault.code, FaultCode::Signature, "{fault}");
}

/// Lays a pipe in the place of a file: whoever reads it waits.
fn lay_pipe(place: &Path) {
    let pipe = place.with_extension("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    fs::rename(pipe, place).unwrap();
}

/// The pipe's other end, as soon as somebody waits at this one (`O_NONBLOCK`).
async fn awaited(place: &Path) -> fs::File {
    loop {
        match OpenOptions::new().write(true).custom_flags(0o4000).open(place) {
            Ok(pipe) => return pipe,
            Err(_) => tokio::task::yield_now().await,
        }
    }
}

#[tokio::test]
async fn a_quarantine_is_not_lost_to_a_look_that_began_before_it() {
    let town = Town::build().await;
    town.swap("1.0.0", None);
    let sandbox = town.open();
    let digest = town.registry.active("bankid").unwrap();
    // A look reads the list of keys twice: for the trust profiles, and for the bundle when it has read the table. The
    // second time it waits, with what the table said before the quarantine.
    let keys = town.folder.path().join("keys.toml");
    let list = fs::read(&keys).unwrap();
    lay_pipe(&keys);
    let slow = sandbox.refresh();
    let meanwhile = async {
        let mut first = awaited(&keys).await;
        lay_pipe(&keys);
        first.write_all(&list).unwrap();
        drop(first);
        let mut second = awaited(&keys).await;
        let plain = keys.with_extension("plain");
        fs::write(&plain, &list).unwrap();
        fs::rename(plain, &keys).unwrap();

        town.registry.quarantine("bankid", &digest, "claimed too much").unwrap();
        let quick = sandbox.refresh();
        tokio::pin!(quick);
        let early = tokio::time::timeout(Duration::from_millis(500), &mut quick).await;
        second.write_all(&list).unwrap();
        drop(second);
        if early.is_err() {
            quick.await.unwrap();
        }
    };
    let (slow, ()) = tokio::join!(slow, meanwhile);
    slow.unwrap();
    assert!(sandbox.plugin(BANKID, Language::Sv).is_err(), "it is shut away, whichever look ends last");
}

#[tokio::test]
async fn what_was_in_the_way_for_a_moment_is_not_in_the_way_for_ever() {
    let town = Town::build().await;
    town.swap("1.0.0", None);
    let bundles = town.folder.path().join("plugins/bundles");
    let aside = town.folder.path().join("aside");
    fs::rename(&bundles, &aside).unwrap();
    let sandbox = town.open();
    assert!(sandbox.plugin(BANKID, Language::Sv).is_err());
    sandbox.refresh().await.unwrap();
    fs::rename(&aside, &bundles).unwrap();
    sandbox.refresh().await.unwrap();
    assert!(sandbox.plugin(BANKID, Language::Sv).is_err(), "not every second");
    town.clock.forward(5);
    sandbox.refresh().await.unwrap();
    assert_eq!(version(&sandbox), "1.0.0");
    begin(&sandbox, 1).await;
}

#[tokio::test]
async fn the_first_start_installs_what_was_shipped() {
    let town = Town::build().await;
    let shipped = town.folder.path().join("shipped");
    fs::create_dir(&shipped).unwrap();
    assert_eq!(town.open().begin(BANKID, &args(), &context()).await.unwrap_err().code, FaultCode::Config);
    fs::write(shipped.join("bankid.kplug"), town.bundle("1.0.0", None)).unwrap();
    let began = Instant::now();
    let sandbox = town.open();
    println!("first start with one plugin: {:?}", began.elapsed());
    begin(&sandbox, 1).await;
    assert_eq!(town.registry.table().unwrap().journal()[0].who, "kuvert");
}
