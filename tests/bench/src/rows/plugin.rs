//! One call of a plugin with a fresh store: the next frame of a BankID login.

mod bare;

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Instant;

use kuvert::boot::{SystemClock, SystemEntropy};
use kuvert_domain::directory::Audience;
use kuvert_domain::language::Language;
use kuvert_domain::level::Level;
use kuvert_domain::secret::Secret;
use kuvert_sandbox::{
    AddressPolicy, BeginArgs, Binding, Client, ClientIdentity, Context, EndpointBinding, Limits, Sandbox,
    SandboxSettings, Source, SystemNetwork,
};

use crate::Options;
use crate::subject::Subject;
use crate::table::{Row, Target, median, percentile_ms};
use crate::world;

const CALLS: u32 = 2_000;

/// Microseconds a call, beside the same call in bare wasmtime.
pub(crate) async fn measure(options: &Options, subject: &Subject) -> anyhow::Result<Row> {
    let sandbox = tokio::task::block_in_place(|| open(subject))?;
    let context = Context { language: Language::Sv, correlation: "bench".to_owned() };
    let client = Client {
        ip: Ipv4Addr::LOCALHOST.into(),
        user_agent: "bench".to_owned(),
        device_id: "bench".to_owned(),
        domain: "granby.localhost".to_owned(),
        same_device: false,
    };
    let args = BeginArgs {
        transaction: "bench".to_owned(),
        audience: Audience::Resident,
        min_level: Level::Substantial,
        client,
        return_url: None,
    };
    let turn = sandbox.begin("granby/bankid", &args, &context).await?;
    let broken = |error: wasmtime::Error| anyhow::anyhow!("bare wasmtime: {error:#}");
    let bare = tokio::task::block_in_place(bare::Bare::open).map_err(broken)?;
    let (mut ours, mut limits, mut latencies) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..options.rounds {
        let limit = tokio::task::block_in_place(|| bare.render(CALLS)).map_err(broken)?;
        limits.push(limit.as_secs_f64() * 1e6);
        let began = Instant::now();
        for _ in 0..CALLS {
            let start = Instant::now();
            sandbox.render("granby/bankid", &turn.transaction, &context).await?;
            latencies.push(start.elapsed());
        }
        ours.push(began.elapsed().as_secs_f64() * 1e6 / f64::from(CALLS));
    }
    let (p50, p99) = (percentile_ms(latencies.clone(), 0.5), percentile_ms(latencies, 0.99));
    Ok(Row {
        what: "plugin call: fresh store, render a QR frame",
        unit: "µs",
        ours: median(ours),
        limit: Some(("same component, bare wasmtime", median(limits))),
        target: Target::AtMost(2.0),
        remark: format!(", p50 {:.0} µs, p99 {:.0} µs", p50 * 1e3, p99 * 1e3),
    })
}

/// A sandbox of its own, with BankID alone.
fn open(subject: &Subject) -> anyhow::Result<Sandbox> {
    let bankid = &subject.world.bankid;
    let client = bankid.client();
    let identity = ClientIdentity { certificate_pem: client.cert_pem, key_pem: Secret::new(client.key_pem) };
    let api = EndpointBinding {
        url: bankid.url().replace("/rp/v6.0/", ""),
        ca_pem: Some(bankid.ca_pem()),
        private_network: false,
        client_identity: Some(identity),
    };
    let binding = Binding {
        id: "granby/bankid".to_owned(),
        municipality: "granby".to_owned(),
        plugin: "bankid".to_owned(),
        profile: "bankid".to_owned(),
        audience: Audience::Resident,
        endpoints: BTreeMap::from([("api".to_owned(), api)]),
        settings: BTreeMap::new(),
        trusts: BTreeMap::new(),
        oidc: None,
        allow: None,
    };
    Ok(Sandbox::open(SandboxSettings {
        plugins: Source::folder(&world::plugins()),
        cache_dir: subject.world.folder().join("cache"),
        bindings: vec![binding],
        profiles: BTreeMap::new(),
        addresses: AddressPolicy::PublicAndLoopback,
        network: Arc::new(SystemNetwork),
        limits: Limits::DEFAULT,
        clock: Arc::new(SystemClock),
        entropy: Arc::new(SystemEntropy),
    })?)
}
