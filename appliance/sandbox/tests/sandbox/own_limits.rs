//! Limits that a plugin sets itself in its manifest: each is kept to, and none is higher than the appliance's.
//!
//! Each row is a guest that gets through under the appliance's limits and is stopped by its own.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use kuvert_bundle::Bundle;
use kuvert_sandbox::{
    AddressPolicy, EndpointBinding, Fault, FaultCode, Limits, Sandbox, SandboxSettings, Source,
    SystemNetwork, try_out,
};

use crate::arena::nowhere;
use crate::guest::{Memory, bundle_saying, component};
use crate::log::Log;
use crate::talker::{Manner, Talker};
use crate::world::{SystemEntropy, TestClock, args, binding, context};

const GROWS: &str = "(if (i32.eq (memory.grow (i32.const 16)) (i32.const -1)) (then unreachable))";
const COMPUTES: &str = "(local.set $n (i32.const 200000000))
    (loop $l (local.set $n (i32.sub (local.get $n) (i32.const 1))) (br_if $l (local.get $n)))";
const DRAWS_TWICE: &str =
    "(call $random (i32.const 8) (i32.const 2048)) (call $random (i32.const 8) (i32.const 2048))";
const POSTS: &str = "(drop (call $post))";
const MUST_HEAR: &str = "(if (call $post) (then unreachable))";
const POSTS_MUCH: &str =
    "(call $send (i32.const 60000) (i32.const 3) (i32.const 60003) (i32.const 4) (i32.const 60007)
    (i32.const 13) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 65536) (i32.const 2000)
    (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 2048))";
const REMEMBERS: &str =
    "(i32.store (i32.const 1032) (i32.const 65536)) (i32.store (i32.const 1036) (i32.const 200))";
const LOGS: &str = "(memory.fill (i32.const 65536) (i32.const 120) (i32.const 3000))
    (call $log (i32.const 1) (i32.const 65536) (i32.const 3000))";

/// What comes of a guest whose manifest ends with this section.
async fn outcome(body: &str, section: &str, endpoint: EndpointBinding) -> Result<(), Fault> {
    let folder = tempfile::tempdir().unwrap();
    bundle_saying(folder.path(), "guest", &component(body, &Memory::polite()), "none", section);
    let sandbox = Sandbox::open(SandboxSettings {
        plugins: Source::folder(folder.path()),
        cache_dir: folder.path().join("compiled"),
        bindings: vec![binding("guest", "guest", "bankid", vec![("api", endpoint)])],
        profiles: BTreeMap::new(),
        addresses: AddressPolicy::PublicAndLoopback,
        network: Arc::new(SystemNetwork),
        // Computing is given much room, so that a busy machine stops nobody by itself.
        limits: Limits { cpu_ticks: 2_000, wall: Duration::from_mins(1), ..Limits::DEFAULT },
        clock: Arc::new(TestClock::new()),
        entropy: Arc::new(SystemEntropy),
    });
    sandbox.unwrap().begin("guest", &args(), &context()).await.map(drop)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_plugin_asks_of_itself_is_kept_to() {
    let wordy = Talker::start(Manner { body: " ".repeat(3000), ..Manner::default() }).await;
    let slow = Talker::start(Manner { body_after: Duration::from_millis(900), ..Manner::default() }).await;
    for (body, line, endpoint, code) in [
        (GROWS, "memory-kib = 4096", nowhere(), FaultCode::Memory),
        (COMPUTES, "cpu-ms = 10", nowhere(), FaultCode::Cpu),
        (POSTS, "wall-ms = 300", slow.endpoint(), FaultCode::Wall),
        (DRAWS_TWICE, "host-calls = 1", nowhere(), FaultCode::Budget),
        (POSTS, "http-calls = 0", nowhere(), FaultCode::Budget),
        (POSTS_MUCH, "request-kib = 1", nowhere(), FaultCode::Denied),
        (MUST_HEAR, "response-kib = 2", wordy.endpoint(), FaultCode::Trap),
        (REMEMBERS, "state-bytes = 199", nowhere(), FaultCode::Output),
    ] {
        let free = outcome(body, "", endpoint.clone()).await;
        assert!(free.is_ok(), "without {line}: {free:?}");
        let fault = outcome(body, &format!("[limits]\n{line}"), endpoint).await.unwrap_err();
        assert_eq!(fault.code, code, "{line}: {fault}");
    }
}

#[tokio::test]
async fn a_plugin_that_asks_itself_to_be_brief_is_cut_short() {
    for (section, kept) in [("", 3000), ("[limits]\nlog-kib = 1", 1024)] {
        let (log, _guard) = Log::catch();
        outcome(LOGS, section, nowhere()).await.unwrap();
        let written: usize = log.said().iter().map(|line| line.matches('x').count()).sum();
        assert!((kept..kept + 50).contains(&written), "{section:?}: {written}");
    }
}

#[tokio::test]
async fn what_is_higher_than_the_table_is_refused_when_it_is_tried_out() {
    for line in
        ["memory-kib = 32769", "cpu-ms = 201", "wall-ms = 10001", "http-calls = 5", "state-bytes = 8193"]
    {
        let folder = tempfile::tempdir().unwrap();
        let section = format!("[limits]\n{line}");
        bundle_saying(folder.path(), "guest", &component("", &Memory::polite()), "none", &section);
        let packed = std::fs::read(folder.path().join("guest.kplug")).unwrap();
        assert!(Bundle::open(&packed).is_ok(), "its form is good");
        let fault = try_out(&packed).unwrap_err();
        assert_eq!(fault.code, FaultCode::Bundle, "{line}: {fault}");
        assert!(fault.detail.contains(&format!("[limits] {line} is higher than the")), "{fault}");
    }
    let fault = outcome("", "[limits]\nhttp-calls = 5", nowhere()).await.unwrap_err();
    assert_eq!(fault.code, FaultCode::Bundle, "one that came in by another way does not run either: {fault}");
}
