//! What a call costs, and that compiled code is kept where only this user can read it.
//!
//! The bounds are several times what a busy machine with two cores needs: they catch a lost cache or a lost pool, not
//! a slow day. Run with `--nocapture` to see the figures.

use std::{
    collections::BTreeMap,
    fs,
    os::unix::fs::PermissionsExt as _,
    sync::Arc,
    time::{Duration, Instant},
};

use kuvert_sandbox::{AddressPolicy, Limits, OpenError, Sandbox, SandboxSettings, Source, SystemNetwork};

use crate::canned::{Canned, json};
use crate::world::{SystemEntropy, TestClock, World, args, binding, built_plugins, context};

const AUTH: &str = r#"{"orderRef":"a","autoStartToken":"b","qrStartToken":"c","qrStartSecret":"d"}"#;

#[tokio::test]
async fn a_frame_costs_next_to_nothing() {
    let canned = Canned::start(|_| json(200, AUTH)).await;
    let binding = binding("granby/bankid", "bankid", "bankid", vec![("api", canned.endpoint(true))]);
    let world = World::open(&TestClock::new(), vec![binding]);
    let context = context();
    let turn = world.sandbox.begin("granby/bankid", &args(), &context).await.unwrap();
    let mut times = Vec::new();
    for _ in 0..1_000 {
        let started = Instant::now();
        world.sandbox.render("granby/bankid", &turn.transaction, &context).await.unwrap();
        times.push(started.elapsed());
    }
    times.sort();
    println!("instantiate and render: p50 {:?}, p99 {:?}", times[500], times[990]);
    assert!(times[500] < Duration::from_millis(2), "{:?}", times[500]);
}

#[test]
fn compiled_code_is_kept_and_kept_private() {
    let folder = tempfile::tempdir().unwrap();
    let cache_dir = folder.path().join("cache");
    let open = || {
        let endpoint = kuvert_sandbox::EndpointBinding {
            url: "https://localhost:1".to_owned(),
            ca_pem: None,
            client_identity: None,
            private_network: false,
        };
        let started = Instant::now();
        let opened = Sandbox::open(SandboxSettings {
            plugins: Source::folder(&built_plugins()),
            cache_dir: cache_dir.clone(),
            bindings: vec![binding("granby/bankid", "bankid", "bankid", vec![("api", endpoint)])],
            profiles: BTreeMap::new(),
            addresses: AddressPolicy::PublicAndLoopback,
            network: Arc::new(SystemNetwork),
            limits: Limits::DEFAULT,
            clock: Arc::new(TestClock::new()),
            entropy: Arc::new(SystemEntropy),
        });
        opened.map(|_| started.elapsed())
    };
    let cold = open().unwrap();
    assert_eq!(fs::metadata(&cache_dir).unwrap().permissions().mode() & 0o777, 0o700);
    let files = |folder: &std::path::Path| fs::read_dir(folder).unwrap().count();
    assert!(files(&cache_dir) > 0, "nothing was kept");
    let warm = open().unwrap();
    println!("open with one plugin: cold {cold:?}, warm {warm:?}");

    fs::set_permissions(&cache_dir, fs::Permissions::from_mode(0o755)).unwrap();
    open().unwrap();
    assert_eq!(fs::metadata(&cache_dir).unwrap().permissions().mode() & 0o777, 0o700);
    fs::remove_dir_all(&cache_dir).unwrap();
    fs::write(&cache_dir, "").unwrap();
    assert!(matches!(open(), Err(OpenError::Cache { .. })));
}
