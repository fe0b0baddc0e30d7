//! Attacks on the machinery: time, floods, stumbles, walking away, and one guest's word to another.
//!
//! That each attack of `plugins/fixtures` ends with its code, and leaves host and neighbours as they were, is shown in
//! `tests/endurance.rs`; here is what needs a closer look.

use std::{
    collections::BTreeMap,
    future::poll_fn,
    pin::pin,
    sync::Arc,
    task::Poll,
    time::{Duration, Instant},
};

use kuvert_domain::clock::Entropy;
use kuvert_sandbox::{Event, FaultCode, Limits};
use tokio::time::sleep;

use crate::arena::Plan;
use crate::canned::{Canned, json};
use crate::guest::{Guest, Memory};
use crate::log::Log;
use crate::talker::{Manner, Talker};
use crate::world::{SystemEntropy, args, context};

/// Chance that panics when it is asked for thirteen bytes: a mistake in the host, made on demand.
struct Stumbling;

impl Entropy for Stumbling {
    fn fill(&self, buffer: &mut [u8]) {
        assert!(buffer.len() != 13, "thirteen bytes");
        SystemEntropy.fill(buffer);
    }
}

fn attack(name: &str) -> Vec<u8> {
    Guest::attack(name, Memory::polite()).wasm()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixteen_loops_delay_no_timer() {
    // Half of them each: no way to sign in has more places than that.
    let arena = Arc::new(Plan::new().guest("spin", attack("spin")).guest("twin", attack("spin")).open());
    let mut crowd = tokio::task::JoinSet::new();
    for name in ["spin", "twin"].into_iter().cycle().take(16) {
        let arena = arena.clone();
        crowd.spawn(async move { arena.outcome(name).await });
    }
    let mut delays = Vec::new();
    while !crowd.is_empty() {
        let started = Instant::now();
        sleep(Duration::from_millis(5)).await;
        delays.push(started.elapsed().saturating_sub(Duration::from_millis(5)));
        while let Some(outcome) = crowd.try_join_next() {
            assert_eq!(outcome.unwrap(), "P-CPU");
        }
    }
    delays.sort();
    let (median, worst) = (delays[delays.len() / 2], delays[delays.len() - 1]);
    println!("a timer of 5 ms beside 16 loops: late by {median:?} (median), {worst:?} (worst)");
    assert!(median < Duration::from_millis(50), "{median:?}");
    assert_eq!(arena.sandbox.live_stores(), 0);
}

#[tokio::test]
async fn a_loop_ends_when_its_time_is_over() {
    for name in ["spin", "spin-at-start", "fill", "copy"] {
        let arena = Plan::new().guest(name, attack(name)).open();
        let fault = arena.begin(name).await.unwrap_err();
        assert_eq!(fault.code, FaultCode::Cpu, "{name}");
        assert_eq!(
            fault.used.ticks,
            Limits::DEFAULT.cpu_ticks + 1,
            "{name}: stopped at the first tick too many"
        );
    }
}

#[tokio::test]
async fn lines_of_a_guest_are_one_line_each_and_say_who_says_so() {
    let (log, _guard) = Log::catch();
    let fake = "2026-11-22T00:00:00Z ERROR kuvert: all is lost 19990807-2391";
    let body = format!("(call $log (i32.const 2) (i32.const 65536) (i32.const {}))", fake.len() + 6);
    let line = format!("(data (i32.const 65536) \"\\0a{fake}\\1b[2J\\00\")");
    let wasm = Guest::of(Memory::polite()).does("module", &line).does("begin", &body).wasm();
    assert_eq!(Plan::new().guest("fake", wasm).open().outcome("fake").await, "through");
    let said = log.said();
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].contains("\\n") && said[0].contains("\\u{1b}"), "{said:?}");
    assert!(!log.text().contains("19990807"), "{said:?}");
    assert!(!log.text().lines().any(|line| line.starts_with("2026-11-22T00:00:00Z ERROR")));
}

#[tokio::test]
async fn a_flood_of_lines_leaves_few() {
    let (log, _guard) = Log::catch();
    let arena = Plan::new().guest("flood", attack("log-flood")).open();
    assert_eq!(arena.outcome("flood").await, "P-BUDGET");
    assert_eq!(log.said().len(), 500, "a call has five hundred crossings");
}

#[tokio::test]
async fn a_guest_that_gives_up_takes_nothing_along() {
    let canned = Canned::start(|_| json(200, "{}")).await;
    let plan = Plan::new()
        .guest_at("late", attack("trap-after-answer"), canned.endpoint(false))
        .guest("born", attack("trap-at-start"))
        .guest("polled", Guest::attack("trap-on-poll", Memory::waiting()).wasm());
    let arena = plan.open();
    for _ in 0..3 {
        assert_eq!(arena.outcome("late").await, "P-TRAP");
        assert_eq!(arena.outcome("born").await, "P-TRAP");
    }
    assert_eq!(canned.calls(), 3);

    let turn = arena.turn("polled").await.unwrap();
    for _ in 0..2 {
        let polled = arena.sandbox.advance("polled", &turn.transaction, Event::Poll, &context()).await;
        assert_eq!(polled.unwrap_err().code, FaultCode::Trap);
    }
    assert_eq!(arena.outcome("polled").await, "through", "the next login has a fresh store");
    let described = arena.sandbox.probe("polled", &context()).await;
    assert_eq!(described.unwrap_err().code, FaultCode::Trap);
    assert_eq!(arena.sandbox.live_stores(), 0);
}

#[tokio::test]
async fn a_stumble_of_the_host_ends_one_call() {
    let (log, _guard) = Log::catch();
    let mut plan = Plan::new().guest("stumble", attack("stumble"));
    plan = plan.guest("honest", Guest::of(Memory::polite()).wasm());
    plan.entropy = Arc::new(Stumbling);
    let arena = plan.open();
    for _ in 0..3 {
        assert_eq!(arena.outcome("stumble").await, "P-TRAP");
        assert_eq!(arena.outcome("honest").await, "through");
    }
    assert_eq!(log.text().matches("made the host stumble").count(), 3, "an administrator hears of it");
    assert_eq!(arena.sandbox.live_stores(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_walks_away_leaves_nothing_behind() {
    let manner = Manner { body_after: Duration::from_millis(30), ..Manner::default() };
    let talker = Talker::start(manner).await;
    let wasm = Guest::of(Memory::polite()).does("begin", "(drop (call $post)) (drop (call $post))").wasm();
    let arena = Plan::new().guest_at("guest", wasm, talker.endpoint()).open();
    let (args, context) = (args(), context());
    for patience in (0..80).step_by(4) {
        let call = arena.sandbox.begin("guest", &args, &context);
        let _ = tokio::time::timeout(Duration::from_millis(patience), call).await;
    }
    // Given up at the first look already.
    for _ in 0..20 {
        let mut call = pin!(arena.sandbox.begin("guest", &args, &context));
        poll_fn(|task| Poll::Ready(call.as_mut().poll(task).is_ready())).await;
    }
    let waited = Instant::now();
    while arena.sandbox.live_stores() > 0 || talker.open() > Limits::DEFAULT.http_idle_lines {
        assert!(waited.elapsed() < Duration::from_secs(10), "{} stores live on", arena.sandbox.live_stores());
        sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(arena.outcome("guest").await, "through");
}

#[tokio::test]
async fn one_municipality_leaves_no_word_for_another() {
    let wasm = attack("remember");
    let arena = Plan::new().guest("granby/remember", wasm.clone()).guest("havnby/remember", wasm).open();
    for _ in 0..100 {
        assert_eq!(arena.outcome("granby/remember").await, "through");
        assert_eq!(arena.outcome("havnby/remember").await, "through");
    }
}

/// The providers of two municipalities never answer; a third one has the same plugin.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_provider_that_hangs_holds_up_its_own_municipality_only() {
    let silent = Talker::start(Manner { body_after: Duration::from_secs(4), ..Manner::default() }).await;
    let talker = Talker::start(Manner::default()).await;
    let guest = || Guest::of(Memory::polite()).does("begin", "(drop (call $post))").wasm();
    let plan = Plan::new().guest_at("granby/slow", guest(), silent.endpoint());
    let plan = plan.guest_at("havnby/slow", guest(), silent.endpoint());
    let arena = Arc::new(plan.guest_at("holmby/slow", guest(), talker.endpoint()).open());
    let mut crowd = tokio::task::JoinSet::new();
    for n in 0..2 * Limits::DEFAULT.stores_per_plugin {
        let arena = arena.clone();
        crowd.spawn(
            async move { arena.outcome(if n % 2 == 0 { "granby/slow" } else { "havnby/slow" }).await },
        );
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    for _ in 0..Limits::DEFAULT.stores_per_binding {
        assert_eq!(arena.outcome("holmby/slow").await, "through");
    }
    crowd.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn five_hundred_at_once_are_served_or_told_to_come_back() {
    let talker = Talker::start(Manner { body_after: Duration::from_secs(2), ..Manner::default() }).await;
    let wasm = Guest::of(Memory::polite()).does("begin", "(drop (call $post))").wasm();
    let arena = Arc::new(Plan::new().guest_at("slow", wasm, talker.endpoint()).open());
    let started = Instant::now();
    let mut crowd = tokio::task::JoinSet::new();
    for _ in 0..500 {
        let arena = arena.clone();
        crowd.spawn(async move { (arena.outcome("slow").await, started.elapsed()) });
    }
    let mut told = BTreeMap::<&str, Vec<Duration>>::new();
    while let Some(answer) = crowd.join_next().await {
        let (outcome, after) = answer.unwrap();
        told.entry(outcome).or_default().push(after);
    }
    let served = told.remove("through").unwrap_or_default().len();
    let busy = told.remove("P-BUSY").unwrap_or_default();
    assert!(told.is_empty(), "never an error of the engine: {told:?}");
    let last = busy.iter().max().unwrap();
    println!("500 calls at once: {served} served, {} told to come back, the last after {last:?}", busy.len());
    assert_eq!(served, Limits::DEFAULT.stores_per_binding);
    assert!(*last < Duration::from_secs(4), "{last:?}");
    assert_eq!(arena.sandbox.live_stores(), 0);
}
