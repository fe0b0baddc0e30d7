//! A message that was read before: session, TLS 1.3 kept alive, 2 KB of text, decrypt, render.

use crate::Options;
use crate::load::{Server, ask, ask_paced};
use crate::peers;
use crate::subject::Subject;
use crate::table::{Row, Target, median, percentile_ms};
use crate::world::GRANBY;

const CONNECTIONS: usize = 8;
/// Requests a second of the row that asks how long one takes when the machine is not full.
const PACE: u32 = 200;

/// Ours and warp's "hello", in turns.
pub(crate) async fn measure(options: &Options, subject: &Subject) -> anyhow::Result<Vec<Row>> {
    let authority = kuvert_simulators::ca::Authority::new("Benchmark CA")?;
    let hello = Server::new(peers::hello(&authority.server(&[GRANBY])?).await?, GRANBY, &authority.pem())?;
    let (cookie, path) = &subject.resident;
    let (mut ours, mut limits, mut latencies, mut paced) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for _ in 0..options.rounds {
        limits.push(ask(&hello, "/", "", CONNECTIONS, options.time()).await?.rate);
        let outcome = ask(&subject.server, path, cookie, CONNECTIONS, options.time()).await?;
        ours.push(outcome.rate);
        latencies.extend(outcome.latencies);
        paced.extend(ask_paced(&subject.server, path, cookie, CONNECTIONS, PACE, options.time()).await?);
    }
    let opened = Row {
        what: "open a message already read",
        unit: "/s",
        ours: median(ours),
        limit: Some(("warp hello, same TLS", median(limits))),
        target: Target::AtLeast(0.35),
        remark: format!(", p99 {:.1} ms at full load", percentile_ms(latencies, 0.99)),
    };
    let waited = Row {
        what: "the same at 200 a second: p99",
        unit: "ms",
        ours: percentile_ms(paced, 0.99),
        limit: None,
        target: Target::Below(10.0),
        remark: String::new(),
    };
    Ok(vec![opened, waited])
}
