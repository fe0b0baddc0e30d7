//! Requests to the outside.

use std::time::Duration;

use kuvert_sandbox::Limits;

use super::{Line, Outcome};
use crate::arena::Plan;
use crate::guest::{Guest, Memory, component};
use crate::talker::{Manner, Talker};

pub(super) fn lines() -> Vec<Line> {
    vec![
        Line::of(
            "http_total",
            "no answer",
            |limits| limits.http_total = Duration::from_secs(8),
            |limits| asked(limits, Manner { body_after: Duration::from_millis(800), ..Manner::default() }),
        )
        .under(|limits| limits.http_total = Duration::from_millis(400)),
        Line::of(
            "http_connect",
            "no answer",
            |limits| limits.http_connect = Duration::from_secs(3),
            |limits| asked(limits, Manner { tls_after: Duration::from_millis(800), ..Manner::default() }),
        )
        .under(|limits| limits.http_connect = Duration::from_millis(400)),
        Line::of("request_bytes", "P-DENIED", |limits| limits.request_bytes += 1, large_request),
        Line::of(
            "response_bytes",
            "no answer",
            |limits| limits.response_bytes *= 2,
            |limits| asked(limits, Manner { body: " ".repeat(300 * 1024), ..Manner::default() }),
        ),
        Line::of(
            "header_bytes",
            "no answer",
            |limits| limits.header_bytes *= 4,
            |limits| asked(limits, Manner { fields: (20, 1024), ..Manner::default() }),
        ),
        Line::of(
            "header_fields",
            "no answer",
            |limits| limits.header_fields *= 2,
            |limits| asked(limits, Manner { fields: (65, 1), ..Manner::default() }),
        ),
        Line::of("http_idle", "two connections", |limits| limits.http_idle = Duration::from_secs(30), twice)
            .under(|limits| limits.http_idle = Duration::ZERO),
        Line::of("http_idle_lines", "two connections", |limits| limits.http_idle_lines = 1, twice)
            .under(|limits| limits.http_idle_lines = 0),
        Line::of("url_bytes", "P-DENIED", |limits| limits.url_bytes *= 4, long_address),
    ]
}

/// A guest that traps when no answer comes.
fn asking() -> Vec<u8> {
    Guest::of(Memory::polite()).does("begin", "(if (call $post) (then unreachable))").wasm()
}

fn asked(limits: Limits, manner: Manner) -> Outcome {
    Box::pin(async move {
        let talker = Talker::start(manner).await;
        let plan = Plan::new().limits(limits).guest_at("guest", asking(), talker.endpoint());
        match plan.open().outcome("guest").await {
            "P-TRAP" => "no answer",
            other => other,
        }
    })
}

fn large_request(limits: Limits) -> Outcome {
    Box::pin(async move {
        let talker = Talker::start(Manner::default()).await;
        let body = "(call $send (i32.const 60000) (i32.const 3) (i32.const 60003) (i32.const 4) (i32.const 60007)
            (i32.const 13) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 65536) (i32.const 65537)
            (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 2048))";
        let wasm = component(body, &Memory::polite());
        let plan = Plan::new().limits(limits).guest_at("guest", wasm, talker.endpoint());
        plan.open().outcome("guest").await
    })
}

/// Two logins in a row: "through" when the second went over the first one's connection.
fn twice(limits: Limits) -> Outcome {
    Box::pin(async move {
        let talker = Talker::start(Manner::default()).await;
        let arena = Plan::new().limits(limits).guest_at("guest", asking(), talker.endpoint()).open();
        for _ in 0..2 {
            assert_eq!(arena.outcome("guest").await, "through");
        }
        assert_eq!(talker.requests(), 2);
        if talker.connections() == 1 { "through" } else { "two connections" }
    })
}

fn long_address(limits: Limits) -> Outcome {
    Box::pin(async move {
        let talker = Talker::start(Manner::default()).await;
        // One pair of the query, whose value is two thousand zero bytes: six thousand characters once escaped.
        let body = "(i32.store (i32.const 65536) (i32.const 70000)) (i32.store (i32.const 65540) (i32.const 1))
            (i32.store (i32.const 65544) (i32.const 70000)) (i32.store (i32.const 65548) (i32.const 2000))
            (call $send (i32.const 60000) (i32.const 3) (i32.const 60003) (i32.const 4) (i32.const 60007) (i32.const 13)
                (i32.const 65536) (i32.const 1) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0)
                (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 2048))";
        let wasm = component(body, &Memory::polite());
        let plan = Plan::new().limits(limits).guest_at("guest", wasm, talker.endpoint());
        plan.open().outcome("guest").await
    })
}
