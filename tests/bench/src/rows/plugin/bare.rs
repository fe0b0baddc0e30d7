//! The limit of a plugin call: the same component and the same question in bare wasmtime, pooled, in the same run.
//!
//! It bounds nothing, checks nothing and keeps nothing: what it leaves out is what ours adds.

use std::fs;
use std::time::{Duration, Instant};

use aws_lc_rs::{digest, hmac};
use data_encoding::BASE64URL_NOPAD;
use kuvert_service::bundle::Bundle;
use wasmtime::component::{Component, HasSelf, Linker};
use wasmtime::{Config, Engine, InstanceAllocationStrategy, PoolingAllocationConfig, Store};

use generated::exports::kuvert::identity::provider::{BeginArgs, Client};
use generated::kuvert::common::types::{self, CallContext, Fault, Location, MessageRef, Pair};
use generated::kuvert::host;
use generated::{IdentityProvider, IdentityProviderPre};

use crate::world;

mod generated {
    //! Generated from `plugins/wit`, which holds the documentation.
    wasmtime::component::bindgen!({
        path: ["../../plugins/wit/common", "../../plugins/wit/host", "../../plugins/wit/identity"],
        world: "kuvert:identity/identity-provider",
    });
}

/// What BankID answers to an order; the guest needs one to draw from.
const ORDER: &str = r#"{"orderRef":"131daac9-16c6-4618-beb0-365768f37288",
    "autoStartToken":"7c40b5c9-fa74-49cf-b98c-bfe651f9a7c6",
    "qrStartToken":"67df3917-fa0d-44e5-b327-edcc928297f8",
    "qrStartSecret":"d28db9a7-4cde-429e-a983-359be676944c"}"#;

/// The component, ready to be instantiated, and a login's state to draw from.
pub(super) struct Bare {
    engine: Engine,
    instances: IdentityProviderPre<Guestless>,
    state: Vec<u8>,
}

/// A host that gives every answer at once.
struct Guestless;

impl Bare {
    pub(super) fn open() -> wasmtime::Result<Self> {
        let mut pool = PoolingAllocationConfig::new();
        pool.total_component_instances(8).total_memories(8).total_tables(16).total_core_instances(32);
        let mut config = Config::new();
        config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool));
        let engine = Engine::new(&config)?;
        let component = Component::new(&engine, bankid()?.component())?;
        let mut linker = Linker::new(&engine);
        IdentityProvider::add_to_linker::<_, HasSelf<Guestless>>(&mut linker, |host| host)?;
        let instances = IdentityProviderPre::new(linker.instantiate_pre(&component)?)?;
        let mut bare = Self { engine, instances, state: Vec::new() };
        bare.state = bare.begin()?;
        Ok(bare)
    }

    /// So many calls, each in a store of its own: the time of one.
    pub(super) fn render(&self, calls: u32) -> wasmtime::Result<Duration> {
        let began = Instant::now();
        for call in 0..calls {
            let mut store = Store::new(&self.engine, Guestless);
            let guest = self.instances.instantiate(&mut store)?;
            let now_ms = u64::from(call) * 1_000;
            guest.kuvert_identity_provider().call_render(&mut store, &self.state, now_ms)?;
        }
        Ok(began.elapsed() / calls)
    }

    fn begin(&self) -> wasmtime::Result<Vec<u8>> {
        let context = CallContext {
            municipality: "granby".to_owned(),
            locale: "sv".to_owned(),
            now_ms: 0,
            correlation: String::new(),
        };
        let client = Client {
            ip: "127.0.0.1".to_owned(),
            user_agent: "bench".to_owned(),
            device_id: "bench".to_owned(),
            domain: "granby.localhost".to_owned(),
            same_device: false,
        };
        let args = BeginArgs {
            transaction: "bench".to_owned(),
            flow: "other-device".to_owned(),
            audience: "resident".to_owned(),
            min_level: "substantial".to_owned(),
            client,
            return_url: None,
        };
        let mut store = Store::new(&self.engine, Guestless);
        let guest = self.instances.instantiate(&mut store)?;
        let begun = guest.kuvert_identity_provider().call_begin(&mut store, &context, &args)?;
        begun.map(|(state, _)| state).map_err(|fault| wasmtime::Error::msg(fault.code))
    }
}

impl types::Host for Guestless {}

impl host::log::Host for Guestless {
    fn write(&mut self, _level: u8, _message: String) {}
}

impl host::settings::Host for Guestless {
    fn get(&mut self, _name: String) -> Option<String> {
        None
    }
}

impl host::http::Host for Guestless {
    fn send(&mut self, _request: host::http::Request) -> Result<host::http::Response, Fault> {
        Ok(host::http::Response {
            status: 200,
            headers: vec![Pair { name: "content-type".to_owned(), value: "application/json".to_owned() }],
            body: ORDER.as_bytes().to_vec(),
            received_ms: 0,
            evidence: 1,
        })
    }
}

impl host::token::Host for Guestless {
    fn verify(&mut self, _trust: String, _token: String) -> Result<host::token::Verified, String> {
        Err(String::new())
    }
}

impl host::oidc::Host for Guestless {
    fn authorize_url(&mut self, _params: Vec<Pair>) -> Result<Location, Fault> {
        Err(nothing())
    }

    fn end_session_url(&mut self, _params: Vec<Pair>) -> Result<Option<Location>, Fault> {
        Err(nothing())
    }

    fn exchange(&mut self, _params: Vec<Pair>) -> Result<host::oidc::Tokens, Fault> {
        Err(nothing())
    }
}

impl host::crypto::Host for Guestless {
    fn hmac_sha256(&mut self, key: Vec<u8>, data: Vec<u8>) -> Vec<u8> {
        hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &key), &data).as_ref().to_vec()
    }

    fn sha256(&mut self, data: Vec<u8>) -> Vec<u8> {
        digest::digest(&digest::SHA256, &data).as_ref().to_vec()
    }

    fn random(&mut self, count: u32) -> Vec<u8> {
        vec![7; count as usize]
    }

    fn base64url(&mut self, data: Vec<u8>) -> String {
        BASE64URL_NOPAD.encode(&data)
    }
}

impl host::text::Host for Guestless {
    fn format(&mut self, message: MessageRef, _locale: String) -> String {
        message.key
    }
}

/// The bundle that `cargo xtask plugins` built.
fn bankid() -> wasmtime::Result<Bundle> {
    let is_bankid = |name: &str| name.starts_with("bankid-") && name.contains(".kplug");
    let file = fs::read_dir(world::plugins())?
        .flatten()
        .find(|file| is_bankid(&file.file_name().to_string_lossy()))
        .ok_or_else(|| wasmtime::Error::msg("no bundle of BankID: run `cargo xtask plugins`"))?;
    Bundle::open(&fs::read(file.path())?).map_err(|error| wasmtime::Error::msg(error.to_string()))
}

fn nothing() -> Fault {
    Fault { code: String::new(), retryable: false, detail: String::new() }
}
