//! Places for live stores.

use std::time::Duration;

use kuvert_sandbox::Limits;
use tokio::net::TcpListener;

use super::{Line, Outcome};
use crate::arena::Plan;
use crate::guest::{Guest, Memory};
use crate::world::context;

pub(super) fn lines() -> Vec<Line> {
    vec![
        Line::of(
            "stores_per_plugin",
            "P-BUSY",
            |limits| limits.stores_per_plugin = 2,
            |limits| two(limits, ["one", "one"]),
        )
        .under(|limits| {
            brief(limits);
            limits.stores_per_plugin = 1;
        }),
        Line::of(
            "stores_per_binding",
            "P-BUSY",
            |limits| limits.stores_per_binding = 2,
            |limits| two(limits, ["one", "one"]),
        )
        .under(|limits| {
            brief(limits);
            limits.stores_per_binding = 1;
        }),
        Line::of("stores", "P-BUSY", |limits| limits.stores = 2, |limits| two(limits, ["one", "two"])).under(
            |limits| {
                brief(limits);
                limits.stores = 1;
            },
        ),
        Line::of(
            "busy_after",
            "P-BUSY",
            |limits| limits.busy_after = Duration::from_secs(5),
            |limits| two(limits, ["one", "two"]),
        )
        .under(|limits| {
            brief(limits);
            limits.stores = 1;
        }),
        Line::of("frames", "P-BUSY", |limits| limits.frames = 2, frames).under(|limits| {
            brief(limits);
            limits.frames = 1;
        }),
    ]
}

/// A call keeps its place for most of a second, and nobody waits that long for one.
fn brief(limits: &mut Limits) {
    limits.http_connect = Duration::from_millis(700);
    limits.busy_after = Duration::from_millis(100);
    limits.cpu_ticks = 50;
}

/// Two calls at once that both wait for somebody who never answers.
fn two(limits: Limits, names: [&'static str; 2]) -> Outcome {
    Box::pin(async move {
        let silent = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let url = format!("https://localhost:{}", silent.local_addr().unwrap().port());
        let endpoint = kuvert_sandbox::EndpointBinding {
            url,
            ca_pem: None,
            client_identity: None,
            private_network: false,
        };
        let wasm = Guest::of(Memory::polite()).does("begin", "(drop (call $post))").wasm();
        let plan = Plan::new().limits(limits).guest_at("one", wasm.clone(), endpoint.clone());
        let arena = plan.guest_at("two", wasm, endpoint).open();
        let (first, second) = tokio::join!(arena.outcome(names[0]), arena.outcome(names[1]));
        worse(first, second)
    })
}

/// Two people for whom frames are drawn at once, by a guest that never comes to an end.
fn frames(limits: Limits) -> Outcome {
    Box::pin(async move {
        let wasm = Guest::of(Memory::waiting()).does("render", "(loop $l (br $l))").wasm();
        let arena = Plan::new().limits(limits).guest("one", wasm).open();
        let login = arena.turn("one").await.unwrap().transaction;
        let draw = async || {
            let drawn = arena.sandbox.render("one", &login, &context()).await;
            // It ran until it was stopped: that is what a place is for.
            drawn.map_or_else(|fault| fault.code.name(), |_| "drawn").replace("P-CPU", "through")
        };
        let (first, second) = tokio::join!(draw(), draw());
        if first == "through" && second == "through" { "through" } else { "P-BUSY" }
    })
}

fn worse(first: &'static str, second: &'static str) -> &'static str {
    if first == "through" { second } else { first }
}
