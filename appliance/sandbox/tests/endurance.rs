//! Every attack of `plugins/fixtures`, two hundred times: each ends with its code, a neighbour's calls succeed all the
//! while, no store is left over, and the process does not grow.
//!
//! A process of its own, with one test, because it measures memory. Under shorter times than the appliance's, or it
//! would run for an hour; that the real ones hold is in `tests/sandbox`.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    dead_code,
    reason = "a test that meets the unexpected shall end; it measures real time and shares its stage with others"
)]

#[path = "sandbox/arena.rs"]
mod arena;
#[path = "sandbox/guest.rs"]
mod guest;
#[path = "sandbox/talker.rs"]
mod talker;
#[path = "sandbox/world.rs"]
mod world;

use std::{
    collections::BTreeSet,
    fs,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use kuvert_domain::clock::Entropy;
use kuvert_sandbox::Limits;
use tokio::task::JoinSet;

use arena::Plan;
use guest::{Guest, Memory};
use talker::{Manner, Talker};
use world::SystemEntropy;

const REPEATS: usize = 200;
/// What a process may grow by while it is attacked: 16 MiB.
const GROWTH: u64 = 16 * 1024 * 1024;

/// What an attack may cost the neighbour, for nine calls of ten, beyond what ordinary busy programs on the same machine
/// cost it at the same time.
const EXTRA: Duration = Duration::from_millis(100);
/// How far two measurements of a busy machine may lie apart.
const SWAY: u32 = 4;

/// Each attack and how it ends.
const ATTACKS: [(&str, &[&str]); 24] = [
    ("spin", &["P-CPU"]),
    ("spin-at-start", &["P-CPU"]),
    ("fill", &["P-CPU"]),
    ("copy", &["P-CPU"]),
    ("grow-memory", &["P-MEMORY"]),
    ("grow-table", &["P-MEMORY"]),
    ("recurse", &["P-TRAP"]),
    ("huge-string", &["P-TRAP", "P-OUTPUT"]),
    ("long-list", &["P-TRAP", "P-OUTPUT"]),
    ("many-pairs", &["P-BUDGET"]),
    ("broken-text", &["P-TRAP", "P-OUTPUT"]),
    ("unknown-case", &["P-TRAP", "P-OUTPUT"]),
    ("wild-realloc", &["P-TRAP", "P-OUTPUT"]),
    ("log-flood", &["P-BUDGET"]),
    ("settings-flood", &["P-BUDGET"]),
    ("long-line", &["P-BUDGET"]),
    ("greedy-chance", &["P-BUDGET"]),
    ("elsewhere", &["P-DENIED"]),
    ("sends-on", &["P-BUDGET"]),
    ("trap", &["P-TRAP"]),
    ("trap-at-start", &["P-TRAP"]),
    ("trap-after-answer", &["P-TRAP"]),
    ("stumble", &["P-TRAP"]),
    ("claim", &["P-CLAIM"]),
];

/// Fixtures that are no attack by themselves, or not in `begin`.
const APART: [&str; 4] = ["no-network", "trap-on-poll", "remember", "search"];

/// Panics when it is asked for thirteen bytes.
struct Stumbling;

impl Entropy for Stumbling {
    fn fill(&self, buffer: &mut [u8]) {
        assert!(buffer.len() != 13, "thirteen bytes");
        SystemEntropy.fill(buffer);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_attack_ends_the_same_way_two_hundred_times() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if panic.payload_as_str() != Some("thirteen bytes") {
            usual(panic);
        }
    }));
    let talker = Talker::start(Manner::default()).await;
    let limits = Limits { cpu_ticks: 2, ..Limits::DEFAULT };
    let mut plan = Plan::new().limits(limits);
    plan.entropy = Arc::new(Stumbling);
    for (name, _) in ATTACKS {
        let wasm = match name {
            "claim" => Guest::of(Memory::claim(1, "/number", "/name")).wasm(),
            _ => Guest::attack(name, Memory::polite()).wasm(),
        };
        plan = plan.guest_at(name, wasm, talker.endpoint());
    }
    let arena = Arc::new(plan.guest("neighbour", Guest::of(Memory::polite()).wasm()).open());
    for (name, codes) in ATTACKS {
        // Pages, pools and allocators take their share the first time.
        endures(&arena, name, codes, 32).await;
        let usual = beside_busy_programs(&arena).await;
        let before = resident();
        let started = Instant::now();
        let times = endures(&arena, name, codes, REPEATS).await;
        let took = started.elapsed();
        let grown = resident().saturating_sub(before);
        let usual = usual.max(beside_busy_programs(&arena).await);
        let most = nine_of_ten(&times);
        println!(
            "{name:18} {} × {REPEATS} in {took:?}; the neighbour within {most:?}, slowest {:?}, beside busy programs {usual:?}; grown {} KiB",
            codes[0],
            times.last().unwrap(),
            grown / 1024
        );
        assert!(most < EXTRA + usual * SWAY, "{name}: the neighbour waits {most:?}, usually {usual:?}");
        assert!(grown < GROWTH, "{name}: the process grew by {grown} bytes");
        assert_eq!(arena.sandbox.live_stores(), 0, "{name}");
    }
}

/// How long the neighbour's calls take while as many programs compute as guests attack: nothing that a sandbox could mend.
async fn beside_busy_programs(arena: &arena::Arena) -> Duration {
    let computing = Arc::new(AtomicBool::new(true));
    let programs = [(); 2].map(|()| {
        let computing = computing.clone();
        thread::spawn(move || while computing.load(Ordering::Relaxed) {})
    });
    let mut times = Vec::new();
    for _ in 0..40 {
        times.push(neighbour(arena, "busy programs").await);
    }
    computing.store(false, Ordering::Relaxed);
    for program in programs {
        program.join().unwrap();
    }
    times.sort();
    nine_of_ten(&times)
}

/// One call of the neighbour.
async fn neighbour(arena: &arena::Arena, beside: &str) -> Duration {
    let called = Instant::now();
    assert_eq!(arena.outcome("neighbour").await, "through", "{beside}: the neighbour suffers");
    called.elapsed()
}

/// What nine of ten stay within.
fn nine_of_ten(sorted: &[Duration]) -> Duration {
    sorted[sorted.len() * 9 / 10]
}

/// Attacks in pairs while the neighbour calls; how long its calls took, in order.
async fn endures(
    arena: &Arc<arena::Arena>,
    name: &'static str,
    codes: &[&str],
    repeats: usize,
) -> Vec<Duration> {
    let mut times = Vec::with_capacity(repeats);
    let mut attacks = JoinSet::new();
    for _ in 0..repeats {
        if attacks.len() >= 2 {
            check(name, codes, attacks.join_next().await.unwrap().unwrap());
        }
        let attacked = arena.clone();
        attacks.spawn(async move { attacked.outcome(name).await });
        times.push(neighbour(arena, name).await);
    }
    while let Some(outcome) = attacks.join_next().await {
        check(name, codes, outcome.unwrap());
    }
    times.sort();
    times
}

fn check(name: &str, codes: &[&str], outcome: &str) {
    assert!(codes.contains(&outcome), "{name}: {outcome}");
}

/// Resident memory of this process, in bytes.
fn resident() -> u64 {
    let pages = fs::read_to_string("/proc/self/statm").unwrap();
    pages.split(' ').nth(1).unwrap().parse::<u64>().unwrap() * 4096
}

#[test]
fn no_attack_is_left_out() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../plugins/fixtures/attacks");
    let name = |file: fs::DirEntry| file.path().file_stem().unwrap().to_str().unwrap().to_owned();
    let files: BTreeSet<String> = fs::read_dir(folder).unwrap().map(|file| name(file.unwrap())).collect();
    let rows = ATTACKS.iter().map(|(name, _)| *name).filter(|name| *name != "claim");
    assert_eq!(files, rows.chain(APART).map(str::to_owned).collect());
}
