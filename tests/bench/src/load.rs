//! The load: connections that ask again and again, as lean as a client can be, because it shares the cores.
//!
//! It checks that every answer is what was asked for; a fast refusal is no result.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use rustls::pki_types::{CertificateDer, ServerName, pem::PemObject as _};
use rustls::{ClientConfig, RootCertStore};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

/// What a run of some length gave.
pub(crate) struct Outcome {
    /// Answers a second.
    pub(crate) rate: f64,
    pub(crate) latencies: Vec<Duration>,
}

/// Where to connect, and how.
#[derive(Clone)]
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    pub(crate) host: &'static str,
    tls: TlsConnector,
}

impl Server {
    /// A server with this certificate authority.
    pub(crate) fn new(address: SocketAddr, host: &'static str, authority: &str) -> anyhow::Result<Self> {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(authority.as_bytes())?)?;
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&rustls::version::TLS13])?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self { address, host, tls: TlsConnector::from(Arc::new(config)) })
    }

    /// One connection, kept alive.
    pub(crate) async fn connect(&self) -> anyhow::Result<SendRequest<Full<Bytes>>> {
        let tcp = TcpStream::connect(self.address).await?;
        tcp.set_nodelay(true)?;
        let stream = self.tls.connect(ServerName::try_from(self.host)?, tcp).await?;
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        drop(tokio::task::spawn(connection));
        Ok(sender)
    }

    /// A GET with this session.
    pub(crate) fn get(&self, path: &str, cookie: &str) -> anyhow::Result<Request<Full<Bytes>>> {
        let request = Request::get(path).header("Host", self.authority()).header("Cookie", cookie);
        Ok(request.body(Full::default())?)
    }

    /// "granby.localhost:45123"
    pub(crate) fn authority(&self) -> String {
        format!("{}:{}", self.host, self.address.port())
    }
}

/// Asks for one page on every connection until the time is over.
pub(crate) async fn ask(
    server: &Server,
    path: &str,
    cookie: &str,
    connections: usize,
    time: Duration,
) -> anyhow::Result<Outcome> {
    let began = Instant::now();
    let clients = (0..connections).map(|_| ask_on_one(server, path, cookie, began + time));
    let answers = futures_util::future::try_join_all(clients).await?;
    let latencies: Vec<Duration> = answers.into_iter().flatten().collect();
    Ok(Outcome { rate: per_second(latencies.len(), began.elapsed()), latencies })
}

async fn ask_on_one(
    server: &Server,
    path: &str,
    cookie: &str,
    until: Instant,
) -> anyhow::Result<Vec<Duration>> {
    let mut connection = server.connect().await?;
    let mut latencies = Vec::new();
    while Instant::now() < until {
        let began = Instant::now();
        send(&mut connection, server.get(path, cookie)?).await?;
        latencies.push(began.elapsed());
    }
    Ok(latencies)
}

/// Asks so many times a second, whatever the answers do. A latency counts from the moment the request was due, so that
/// a slow answer is not hidden by what waited behind it.
pub(crate) async fn ask_paced(
    server: &Server,
    path: &str,
    cookie: &str,
    connections: usize,
    per_second: u32,
    time: Duration,
) -> anyhow::Result<Vec<Duration>> {
    let (began, gap) = (Instant::now(), Duration::from_secs(1) / per_second);
    let clients = (0..connections).map(async |first| {
        let mut connection = server.connect().await?;
        let mut latencies = Vec::new();
        for turn in (first..).step_by(connections) {
            let due = began + gap * u32::try_from(turn)?;
            if due >= began + time {
                break;
            }
            tokio::time::sleep_until(due.into()).await;
            send(&mut connection, server.get(path, cookie)?).await?;
            latencies.push(due.elapsed());
        }
        anyhow::Ok(latencies)
    });
    Ok(futures_util::future::try_join_all(clients).await?.into_iter().flatten().collect())
}

/// One request and its whole answer, which must be good.
pub(crate) async fn send(
    connection: &mut SendRequest<Full<Bytes>>,
    request: Request<Full<Bytes>>,
) -> anyhow::Result<Bytes> {
    let path = request.uri().path().to_owned();
    connection.ready().await?;
    let response = connection.send_request(request).await?;
    let status = response.status();
    ensure!(status.is_success() || status.is_redirection(), "{path} answered {status}");
    let body = response.into_body().collect().await.context("the answer broke off")?;
    Ok(body.to_bytes())
}

/// So many in that time.
#[expect(clippy::cast_precision_loss, reason = "counts of a benchmark are small")]
pub(crate) fn per_second(count: usize, time: Duration) -> f64 {
    count as f64 / time.as_secs_f64()
}
