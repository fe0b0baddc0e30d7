//! Providers that take their time, never come to an end, or break off. Whatever they do, the call ends and lets go of them.

use std::time::{Duration, Instant};

use kuvert_sandbox::{FaultCode, Limits};
use tokio::time::sleep;

use crate::arena::Plan;
use crate::guest::{Guest, Memory};
use crate::talker::{Manner, Talker};
use crate::world::{TestClock, World, args, binding, context};

/// Times that tests have; the appliance's are longer.
fn hasty() -> Limits {
    Limits {
        http_total: Duration::from_millis(500),
        http_connect: Duration::from_millis(300),
        ..Limits::DEFAULT
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_is_waited_for_without_end() {
    let slowly = Duration::from_millis(40);
    let manners = [
        ("shakes no hands", Manner { tls_after: Duration::from_mins(10), ..Manner::default() }),
        ("accepts and is silent", Manner { body_after: Duration::from_mins(10), ..Manner::default() }),
        ("a byte of its head at a time", Manner { byte_after: slowly, ..Manner::default() }),
        (
            "a byte of its body at a time",
            Manner { byte_after: slowly, body: "x".repeat(1000), ..Manner::default() },
        ),
        ("pieces for ever, slowly", Manner { byte_after: slowly, endless: true, ..Manner::default() }),
        ("pieces for ever, at once", Manner { endless: true, ..Manner::default() }),
        ("sixty-five fields", Manner { fields: (65, 1), ..Manner::default() }),
        ("a head of 20 KiB", Manner { fields: (20, 1024), ..Manner::default() }),
        ("a body of 300 KiB", Manner { body: " ".repeat(300 * 1024), ..Manner::default() }),
    ];
    for (what, manner) in manners {
        let talker = Talker::start(manner).await;
        let wasm = Guest::of(Memory::polite()).does("begin", "(if (call $post) (then unreachable))").wasm();
        let arena = Plan::new().limits(hasty()).guest_at("guest", wasm, talker.endpoint()).open();
        let started = Instant::now();
        assert_eq!(arena.outcome("guest").await, "P-TRAP", "{what}: the guest sees no answer");
        assert!(started.elapsed() < Duration::from_secs(5), "{what}: {:?}", started.elapsed());
        while talker.open() > 0 {
            assert!(started.elapsed() < Duration::from_secs(10), "{what}: the connection is still open");
            sleep(Duration::from_millis(5)).await;
        }
        assert_eq!(arena.sandbox.live_stores(), 0, "{what}");
    }
}

#[tokio::test]
async fn a_packed_answer_stays_packed() {
    // Four bytes that say "gzip", and a body that nobody unpacks: what arrives is what was counted.
    let manner = Manner {
        lines: "content-encoding: gzip\r\n",
        body: "\u{1f}\u{8b}".repeat(1000),
        ..Manner::default()
    };
    let talker = Talker::start(manner).await;
    let wasm = Guest::of(Memory::polite()).does("begin", "(if (call $post) (then unreachable))").wasm();
    let arena = Plan::new().guest_at("guest", wasm, talker.endpoint()).open();
    assert_eq!(arena.outcome("guest").await, "through");
}

#[tokio::test]
async fn a_line_that_breaks_may_hold_the_next_time() {
    let talker = Talker::start(Manner { breaks: true, ..Manner::default() }).await;
    let endpoint = talker.endpoint_as("Granby").0;
    let bound = binding("granby/bankid", "bankid", "bankid", vec![("api", endpoint)]);
    let world = World::open(&TestClock::new(), vec![bound]);
    let fault = world.sandbox.begin("granby/bankid", &args(), &context()).await.unwrap_err();
    assert_eq!((fault.code, fault.retryable), (FaultCode::Http, true), "{fault}");
    assert!(fault.detail.starts_with("connect"), "it is not a matter of certificates: {fault}");
}
