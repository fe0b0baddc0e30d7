//! Memory, parts and time.

use std::time::Duration;

use kuvert_sandbox::{EndpointBinding, Limits};
use tokio::net::TcpListener;

use super::{Line, Outcome};
use crate::arena::Plan;
use crate::guest::{Guest, Memory, component};

/// A loop that ends by itself, after several times what a call may compute.
const LONG: &str = "(local.set $n (i32.const 2000000000))
    (loop $l (local.set $n (i32.sub (local.get $n) (i32.const 1))) (br_if $l (local.get $n)))";

pub(super) fn lines() -> Vec<Line> {
    vec![
        Line::of(
            "memory_bytes",
            "P-MEMORY",
            |limits| limits.memory_bytes *= 2,
            |limits| begin(limits, "(drop (memory.grow (i32.const 512)))"),
        ),
        Line::of(
            "table_elements",
            "P-MEMORY",
            |limits| limits.table_elements *= 2,
            |limits| begin(limits, "(drop (table.grow $table (ref.null func) (i32.const 10000)))"),
        ),
        Line::of("instances", "P-COMPILE", |limits| limits.instances += 1, |limits| many(limits, "", 9)),
        Line::of(
            "memories",
            "P-COMPILE",
            |limits| limits.memories += 1,
            |limits| many(limits, "(memory 1)", 2),
        ),
        Line::of(
            "tables",
            "P-COMPILE",
            |limits| limits.tables += 1,
            |limits| many(limits, "(table 1 funcref)", 5),
        ),
        Line::of(
            "tick",
            "P-CPU",
            |limits| limits.tick = Duration::from_hours(1),
            |limits| begin(limits, LONG),
        ),
        Line::of("cpu_ticks", "P-CPU", |limits| limits.cpu_ticks = u32::MAX, |limits| begin(limits, LONG)),
        Line::of("wall", "P-WALL", |limits| limits.wall = Duration::from_mins(1), silence).under(|limits| {
            limits.wall = Duration::from_millis(300);
            limits.http_connect = Duration::from_millis(900);
        }),
    ]
}

/// One call of a guest whose `begin` has this body.
pub(super) fn begin(limits: Limits, body: &'static str) -> Outcome {
    Box::pin(async move {
        let wasm = component(body, &Memory::polite());
        Plan::new().limits(limits).guest("guest", wasm).open().outcome("guest").await
    })
}

/// A component of many parts. That it is no plugin is seen only once it has been compiled.
fn many(limits: Limits, module: &'static str, count: usize) -> Outcome {
    Box::pin(async move {
        let instances = "(core instance (instantiate $m))".repeat(count);
        let wasm = wat::parse_str(format!("(component (core module $m {module}) {instances})")).unwrap();
        match Plan::new().limits(limits).guest("guest", wasm).open().outcome("guest").await {
            "P-WIT" => "through",
            other => other,
        }
    })
}

/// A request to somebody who never answers.
fn silence(limits: Limits) -> Outcome {
    Box::pin(async move {
        let silent = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let url = format!("https://localhost:{}", silent.local_addr().unwrap().port());
        let endpoint = EndpointBinding { url, ca_pem: None, client_identity: None, private_network: false };
        let wasm = Guest::of(Memory::polite()).does("begin", "(drop (call $post))").wasm();
        Plan::new().limits(limits).guest_at("guest", wasm, endpoint).open().outcome("guest").await
    })
}
