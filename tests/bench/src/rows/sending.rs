//! A message that is sent: encrypt, index, audit, outbox, durable. Its draft lies ready before the clock starts.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::Request;
use http_body_util::Full;
use kuvert_domain::id::DraftId;

use crate::Options;
use crate::load::{Outcome, per_second, send};
use crate::peers;
use crate::subject::{Subject, text};
use crate::table::{Row, Target, median, percentile_ms};

const CLIENTS: usize = 32;
const LETTERS: usize = 640;
const ALONE: usize = 60;
/// Drafts that lie ready at once: an author may have few more.
const BATCH: usize = 40;
const BOUNDARY: &str = "kuvert-bench-boundary";

/// In the service layer, over HTTPS, and with one client, each beside bare commits.
pub(crate) async fn measure(options: &Options, subject: &Subject) -> anyhow::Result<Vec<Row>> {
    let folder = subject.world.folder();
    let mut figures = Figures::default();
    for _ in 0..options.rounds {
        let (rate, latencies) = peers::commits(folder, options.time())?;
        figures.commits.push(rate);
        figures.commit_ms.push(percentile_ms(latencies, 0.5));
        figures.syncs.push(peers::syncs(folder, options.time() / 2)?);
        let outcome = in_service(subject, CLIENTS, LETTERS).await?;
        figures.service.push(outcome.rate);
        figures.service_latencies.extend(outcome.latencies);
        figures.https.push(over_https(subject).await?.rate);
        figures.alone_ms.push(percentile_ms(in_service(subject, 1, ALONE).await?.latencies, 0.5));
    }
    Ok(figures.rows())
}

#[derive(Default)]
struct Figures {
    commits: Vec<f64>,
    commit_ms: Vec<f64>,
    syncs: Vec<f64>,
    service: Vec<f64>,
    service_latencies: Vec<Duration>,
    https: Vec<f64>,
    alone_ms: Vec<f64>,
}

impl Figures {
    fn rows(self) -> Vec<Row> {
        let commits = Some(("redb commits of one row", median(self.commits)));
        let commit_ms = median(self.commit_ms);
        let syncs = median(self.syncs);
        let p99 = percentile_ms(self.service_latencies, 0.99);
        vec![
            Row {
                what: "send, 32 clients, service layer",
                unit: "/s",
                ours: median(self.service),
                limit: commits,
                target: Target::AtLeast(1.0),
                remark: format!(", p99 {p99:.1} ms; {syncs:.0} fdatasync/s in the same rounds"),
            },
            Row {
                what: "send, 32 clients, HTTPS, load on the same cores",
                unit: "/s",
                ours: median(self.https),
                limit: commits,
                target: Target::AtLeast(0.5),
                remark: String::new(),
            },
            Row {
                what: "send, 1 client",
                unit: "ms",
                ours: median(self.alone_ms),
                limit: Some(("1.5 × one commit + 1 ms", 1.5f64.mul_add(commit_ms, 1.0))),
                target: Target::AtMost(1.0),
                remark: format!(", one commit {commit_ms:.2} ms"),
            },
        ]
    }
}

async fn drafts(subject: &Subject, count: usize) -> anyhow::Result<Mutex<Vec<DraftId>>> {
    let mut drafts = Vec::with_capacity(count);
    while drafts.len() < count {
        let some = (0..CLIENTS.min(count - drafts.len())).map(|_| subject.draft("Ett brev"));
        drafts.extend(futures_util::future::try_join_all(some).await?);
    }
    Ok(Mutex::new(drafts))
}

fn next(drafts: &Mutex<Vec<DraftId>>) -> Option<DraftId> {
    drafts.lock().ok()?.pop()
}

/// Batch after batch; only the sending is timed.
async fn in_service(subject: &Subject, clients: usize, letters: usize) -> anyhow::Result<Outcome> {
    let (mut time, mut latencies) = (Duration::ZERO, Vec::new());
    while latencies.len() < letters {
        let ready = drafts(subject, BATCH).await?;
        let began = Instant::now();
        latencies.extend(batch_in_service(subject, clients, &ready).await?);
        time += began.elapsed();
    }
    Ok(Outcome { rate: per_second(latencies.len(), time), latencies })
}

async fn batch_in_service(
    subject: &Subject,
    clients: usize,
    drafts: &Mutex<Vec<DraftId>>,
) -> anyhow::Result<Vec<Duration>> {
    let client = async || {
        let mut latencies = Vec::new();
        while let Some(draft) = next(drafts) {
            let start = Instant::now();
            subject.staff.send(draft).await?;
            latencies.push(start.elapsed());
        }
        anyhow::Ok(latencies)
    };
    let latencies = futures_util::future::try_join_all((0..clients).map(|_| client())).await?;
    Ok(latencies.into_iter().flatten().collect())
}

async fn over_https(subject: &Subject) -> anyhow::Result<Outcome> {
    let csrf = subject.caseworker.page.attribute("input[name=csrf]", "value").unwrap_or_default();
    let cookie = subject.caseworker.cookies();
    let mut connections = Vec::new();
    for _ in 0..CLIENTS {
        connections.push(subject.server.connect().await?);
    }
    let (mut time, mut latencies) = (Duration::ZERO, Vec::new());
    while latencies.len() < LETTERS {
        let ready = drafts(subject, BATCH).await?;
        let began = Instant::now();
        let clients = connections.iter_mut().map(async |connection| {
            let mut latencies = Vec::new();
            while let Some(draft) = next(&ready) {
                let start = Instant::now();
                send(connection, press_send(subject, draft, &csrf, &cookie)?).await?;
                latencies.push(start.elapsed());
            }
            anyhow::Ok(latencies)
        });
        latencies.extend(futures_util::future::try_join_all(clients).await?.into_iter().flatten());
        time += began.elapsed();
    }
    Ok(Outcome { rate: per_second(latencies.len(), time), latencies })
}

/// The form of the page, as pressing Send posts it.
fn press_send(
    subject: &Subject,
    draft: DraftId,
    csrf: &str,
    cookie: &str,
) -> anyhow::Result<Request<Full<Bytes>>> {
    let letter = text("Ett brev");
    let fields = [
        ("csrf", csrf),
        ("number", &letter.recipient.number),
        ("address", &letter.recipient.address),
        ("subject", &letter.subject),
        ("text", &letter.body),
        ("case", ""),
        ("language", "sv"),
        ("action", "send"),
    ];
    let part = |(name, value)| {
        format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let body = fields.map(part).concat() + &format!("--{BOUNDARY}--\r\n");
    let request = Request::post(format!("/staff/draft/{draft}"))
        .header("Host", subject.server.authority())
        .header("Origin", format!("https://{}", subject.server.authority()))
        .header("Sec-Fetch-Site", "same-origin")
        .header("Cookie", cookie)
        .header("Content-Type", format!("multipart/form-data; boundary={BOUNDARY}"));
    Ok(request.body(Full::from(body))?)
}
