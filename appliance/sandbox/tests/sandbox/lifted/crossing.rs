//! What passes between guest and host.

use kuvert_sandbox::Limits;

use super::{Line, Outcome, computing::begin};
use crate::arena::Plan;
use crate::canned::{Canned, json};
use crate::guest::{Guest, Memory};
use crate::log::Log;

const MANY_CALLS: &str = "(local.set $n (i32.const 501))
    (loop $l (call $random (i32.const 8) (i32.const 2048)) (local.set $n (i32.sub (local.get $n) (i32.const 1)))
        (br_if $l (local.get $n)))";
const MANY_LINES: &str = "(memory.fill (i32.const 65536) (i32.const 120) (i32.const 4096))
    (local.set $n (i32.const 20))
    (loop $l (call $log (i32.const 1) (i32.const 65536) (i32.const 4096))
        (local.set $n (i32.sub (local.get $n) (i32.const 1))) (br_if $l (local.get $n)))";
const LONG_LINE: &str = "(memory.fill (i32.const 65536) (i32.const 120) (i32.const 4097))
    (call $log (i32.const 1) (i32.const 65536) (i32.const 4097))";
const FIVE_REQUESTS: &str = "(local.set $n (i32.const 5))
    (loop $l (drop (call $post)) (local.set $n (i32.sub (local.get $n) (i32.const 1))) (br_if $l (local.get $n)))";

pub(super) fn lines() -> Vec<Line> {
    vec![
        Line::of(
            "hostcall_fuel",
            "P-BUDGET",
            |limits| limits.hostcall_fuel *= 4,
            |limits| begin(limits, "(call $log (i32.const 0) (i32.const 65536) (i32.const 2097152))"),
        ),
        Line::of(
            "host_calls",
            "P-BUDGET",
            |limits| limits.host_calls += 1,
            |limits| begin(limits, MANY_CALLS),
        ),
        Line::of(
            "random_bytes",
            "P-BUDGET",
            |limits| limits.random_bytes += 1,
            |limits| begin(limits, "(call $random (i32.const 65) (i32.const 2048))"),
        ),
        Line::of("http_calls", "P-BUDGET", |limits| limits.http_calls += 1, requests),
        Line::of(
            "log_line_bytes",
            "cut",
            |limits| limits.log_line_bytes += 1,
            |limits| logged(limits, LONG_LINE, 4097),
        ),
        Line::of(
            "log_call_bytes",
            "cut",
            |limits| limits.log_call_bytes *= 2,
            |limits| logged(limits, MANY_LINES, 20 * 4096),
        ),
        Line::of(
            "state_bytes",
            "P-OUTPUT",
            |limits| limits.state_bytes *= 2,
            |limits| {
                begin(
                    limits,
                    "(i32.store (i32.const 1032) (i32.const 65536)) (i32.store (i32.const 1036) (i32.const 9000))",
                )
            },
        ),
    ]
}

fn requests(limits: Limits) -> Outcome {
    Box::pin(async move {
        let canned = Canned::start(|_| json(200, "{}")).await;
        let wasm = Guest::of(Memory::polite()).does("begin", FIVE_REQUESTS).wasm();
        let plan = Plan::new().limits(limits).guest_at("guest", wasm, canned.endpoint(false));
        plan.open().outcome("guest").await
    })
}

/// Whether the log holds all that was written.
fn logged(limits: Limits, body: &'static str, written: usize) -> Outcome {
    Box::pin(async move {
        let (log, _guard) = Log::catch();
        let wasm = Guest::of(Memory::polite()).does("begin", body).wasm();
        let outcome = Plan::new().limits(limits).guest("guest", wasm).open().outcome("guest").await;
        assert_eq!(outcome, "through", "logging too much is no fault");
        let kept: usize = log.said().iter().map(|line| line.matches('x').count()).sum();
        if kept >= written { "through" } else { "cut" }
    })
}
