//! Figures that somebody asks for: how large plugins are, how long a call takes, how many fit in a second.
//!
//! Run with `--nocapture` to see them. The bounds are several times what a busy machine with two cores needs: they catch
//! a lost pool or a lost thread, not a slow day.

use std::{
    fs,
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::task::JoinSet;

use crate::arena::Plan;
use crate::guest::{Guest, Memory};
use crate::world::built_plugins;

#[test]
fn plugins_are_small() {
    let mut folders = vec![built_plugins()];
    let mut files = 0;
    while let Some(folder) = folders.pop() {
        for file in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let path = file.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "wasm" || end == "kplug") {
                files += 1;
                let bytes = file.metadata().unwrap().len();
                println!("{}: {} KiB", path.file_name().unwrap().display(), bytes / 1024);
                assert!(bytes < 512 * 1024, "{}", path.display());
            }
        }
    }
    assert!(files >= 2, "run `cargo xtask plugins` first");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hundreds_of_calls_fit_in_a_second() {
    const CALLERS: usize = 8;
    const EACH: usize = 250;
    let arena = Arc::new(Plan::new().guest("guest", Guest::of(Memory::polite()).wasm()).open());
    arena.begin("guest").await.unwrap();
    let started = Instant::now();
    let mut callers = JoinSet::new();
    for _ in 0..CALLERS {
        let arena = arena.clone();
        callers.spawn(async move {
            let mut times = Vec::with_capacity(EACH);
            for _ in 0..EACH {
                let called = Instant::now();
                arena.begin("guest").await.unwrap();
                times.push(called.elapsed());
            }
            times
        });
    }
    let mut times: Vec<Duration> = callers.join_all().await.concat();
    let took = started.elapsed();
    times.sort();
    let rate = u128::from(times.len() as u64) * 1_000_000 / took.as_micros();
    println!(
        "instantiate and call, {CALLERS} at once: {rate} a second, p50 {:?}, p99 {:?}",
        times[times.len() / 2],
        times[times.len() * 99 / 100]
    );
    assert!(rate > 100, "{rate} calls a second");
}
