//! One call of a plugin with a fresh store: the next frame of a BankID login.

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
    SandboxSettings, SystemNetwork,
};

use crate::Options;
use crate::subject::Subject;
use crate::table::{Row, Target, median};
use crate::world;

const CALLS: u32 = 2_000;
/// Bare wasmtime 48 with a pooled store and a call with JSON and HMAC, measured once on such a machine; not from this
/// run.
const BARE_US: f64 = 35.0;

/// Microseconds a call.
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
    let mut rounds = Vec::new();
    for _ in 0..options.rounds {
        let began = Instant::now();
        for _ in 0..CALLS {
            sandbox.render("granby/bankid", &turn.transaction, &context).await?;
        }
        rounds.push(began.elapsed().as_secs_f64() * 1e6 / f64::from(CALLS));
    }
    Ok(Row {
        what: "plugin call: fresh store, render a QR frame",
        unit: "µs",
        ours: median(rounds),
        limit: Some(("bare wasmtime, reference", BARE_US)),
        target: Target::AtMost(2.0),
        remark: String::new(),
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
    };
    Ok(Sandbox::open(SandboxSettings {
        plugins_dir: world::plugins(),
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
