//! Guests made by chance: whatever they hand the host, they get an answer or a fault, and the host stays up.

use kuvert_sandbox::Limits;
use proptest::{prelude::any, prop_assert, proptest, test_runner::Config};

use crate::arena::Plan;
use crate::guest::{Guest, Memory, escaped};

/// How many numbers each power takes.
const POWERS: [(&str, usize); 6] =
    [("send", 17), ("log", 3), ("random", 2), ("setting", 3), ("format", 7), ("verify", 5)];

#[test]
fn every_power_takes_every_number() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let config = Config { cases: 48, ..Config::default() };
    proptest!(config, |(power in 0..POWERS.len(), numbers in any::<[i32; 17]>(), near in any::<[bool; 17]>(),
            bytes in any::<[u8; 32]>())| {
        let (name, count) = POWERS[power];
        // Half of the numbers lie in memory or are small, or nothing would ever get past the first check.
        let numbers = numbers.iter().zip(near).take(count).map(|(number, near)| {
            format!("(i32.const {})", if near { number & 0x7ff } else { *number })
        });
        let call = format!("(call ${name} {})", numbers.collect::<Vec<_>>().join(" "));
        let data = escaped(&bytes);
        let wasm = Guest::of(Memory::polite())
            .does("module", &format!("(data (i32.const 256) \"{data}\")"))
            .does("begin", &call)
            .wasm();
        let honest = Guest::of(Memory::polite()).wasm();
        let arena = Plan::new().limits(Limits::DEFAULT).guest("chance", wasm).guest("honest", honest).open();
        let outcome = runtime.block_on(arena.outcome("chance"));
        prop_assert!(
            ["through", "P-DENIED", "P-BUDGET", "P-TRAP", "P-OUTPUT"].contains(&outcome),
            "{}: {}", call, outcome
        );
        prop_assert!(runtime.block_on(arena.outcome("honest")) == "through");
    });
}
