//! The municipality's own network: asked for in the manifest and confirmed by the administrator, or not reached at all.
//!
//! The plugin is the real one of OpenID Connect; its directory lies wherever the look-up says.

use std::{collections::BTreeMap, fs, sync::Arc};

use kuvert_bundle::{Bundle, pack};
use kuvert_sandbox::{
    AddressPolicy, Binding, Fault, FaultCode, Limits, Sandbox, SandboxSettings, Source, Step, Turn,
};
use kuvert_simulators::{
    openid::{Client, OpenId, OpenIdSettings},
    people,
};
use tempfile::TempDir;

use crate::network::ScriptedNetwork;
use crate::oidc::bound;
use crate::world::{SystemEntropy, TestClock, args, built_plugins, context};

const STAFF: &str = "granby/staff";
const ASKED: &str = "http.private-network:provider";

/// A directory somewhere, and the way to it.
struct Directory {
    clock: TestClock,
    openid: OpenId,
    network: ScriptedNetwork,
    folder: TempDir,
}

impl Directory {
    /// Its name leads to this address; the machine itself owns `10.0.0.9`.
    async fn at(address: &str) -> Self {
        let clock = TestClock::new();
        let (staff, danes) = (people::staff(), people::danish());
        let clients = vec![Client::staff("desk", "s3cret", &["https://granby.localhost/login/callback"])];
        let settings = OpenIdSettings { port: 0, clock: clock.0.sim(), clients, staff, danes };
        let openid = OpenId::start(settings).await.unwrap();
        let port = openid.issuer().rsplit(':').next().unwrap().parse().unwrap();
        let network = ScriptedNetwork::new(&[&[address]], port).owning("10.0.0.9");
        Self { clock, openid, network, folder: tempfile::tempdir().unwrap() }
    }

    fn binding(&self, confirmed: bool) -> Binding {
        let mut binding = bound(&self.openid, STAFF, "staff-oidc", ("desk", "s3cret"));
        binding.endpoints.get_mut("provider").unwrap().private_network = confirmed;
        binding
    }

    fn open(&self, binding: Binding, manifest: impl FnOnce(String) -> String) -> Sandbox {
        Sandbox::open(SandboxSettings {
            plugins: Source::Given(vec![oidc_with(manifest)]),
            cache_dir: self.folder.path().join("compiled"),
            bindings: vec![binding],
            profiles: BTreeMap::new(),
            addresses: AddressPolicy::PublicOnly,
            network: Arc::new(self.network.clone()),
            limits: Limits::DEFAULT,
            clock: Arc::new(self.clock.clone()),
            entropy: Arc::new(SystemEntropy),
        })
        .unwrap()
    }

    async fn begin(&self, confirmed: bool) -> Result<Turn, Fault> {
        self.open(self.binding(confirmed), |manifest| manifest).begin(STAFF, &args(), &context()).await
    }
}

/// The plugin as it was built, under another manifest.
fn oidc_with(manifest: impl FnOnce(String) -> String) -> Bundle {
    let built = fs::read_dir(built_plugins()).unwrap().flatten().map(|file| file.path());
    let is_oidc = |path: &std::path::PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        name.starts_with("oidc-") && path.extension().is_some_and(|end| end == "kplug")
    };
    let built = Bundle::open(&fs::read(built.into_iter().find(is_oidc).unwrap()).unwrap()).unwrap();
    let mut files = built.files().clone();
    let changed = manifest(built.text("manifest.toml").unwrap().to_owned());
    files.insert("manifest.toml".to_owned(), changed.into_bytes());
    Bundle::open(&pack(&files).unwrap()).unwrap()
}

#[tokio::test]
async fn without_a_confirmation_it_is_refused_and_the_line_to_write_is_named() {
    for address in ["10.1.2.3", "172.20.0.1", "192.168.7.7", "fd12:3456::7"] {
        let directory = Directory::at(address).await;
        let fault = directory.begin(false).await.unwrap_err();
        assert_eq!(fault.code, FaultCode::Denied, "{address}: {fault}");
        for word in [STAFF, ASKED, "private_network = true under [municipality.method.oidc]"] {
            assert!(fault.detail.contains(word), "{word:?} is missing: {fault}");
        }
        assert!(directory.network.dialled().is_empty(), "{address}");
    }
    let directory = Directory::at("10.1.2.3").await;
    let sandbox = directory.open(directory.binding(false), |manifest| manifest);
    let fault = sandbox.probe(STAFF, &context()).await.unwrap_err();
    assert!(fault.detail.contains("private_network = true"), "the probe says so too: {fault}");
}

#[tokio::test]
async fn asked_for_and_confirmed_it_is_reached() {
    for address in ["10.1.2.3", "fd12:3456::7"] {
        let directory = Directory::at(address).await;
        let turn = directory.begin(true).await.unwrap();
        assert!(matches!(turn.step, Step::Redirect(_)), "{:?}", turn.step);
        assert_eq!(directory.network.dialled(), [address]);
    }
}

#[tokio::test]
async fn a_confirmation_of_what_nobody_asked_for_is_a_mistake() {
    let directory = Directory::at("10.1.2.3").await;
    let unasked = |manifest: String| {
        assert!(manifest.contains(ASKED), "run `cargo xtask plugins` first");
        manifest.replace(ASKED, "token.verify:nothing")
    };
    let sandbox = directory.open(directory.binding(true), unasked);
    let fault = sandbox.begin(STAFF, &args(), &context()).await.unwrap_err();
    assert_eq!(fault.code, FaultCode::Config, "{fault}");
    assert!(fault.detail.contains(&format!("does not ask for {ASKED}")), "{fault}");
    // Not confirmed either: the plugin reaches public addresses, and this one not.
    let sandbox = directory.open(directory.binding(false), unasked);
    let fault = sandbox.begin(STAFF, &args(), &context()).await.unwrap_err();
    assert_eq!(fault.code, FaultCode::Denied, "{fault}");
    assert!(fault.detail.contains("only its author can change that"), "{fault}");
    assert!(directory.network.dialled().is_empty());
}

#[tokio::test]
async fn no_confirmation_leads_to_this_machine_or_to_a_clouds_metadata() {
    for address in [
        "127.0.0.1",
        "::1",
        "10.0.0.9",
        "169.254.169.254",
        "168.63.129.16",
        "100.100.100.200",
        "fe80::1",
        "fd00:ec2::254",
        "fd20:ce::254",
        "0.0.0.0",
    ] {
        let directory = Directory::at(address).await;
        let fault = directory.begin(true).await.unwrap_err();
        assert_eq!(fault.code, FaultCode::Http, "{address}: {fault}");
        assert!(directory.network.dialled().is_empty(), "{address}");
    }
}
