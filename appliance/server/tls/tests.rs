//! The accept loop over real sockets: both protocols, every time limit, the drain.

use std::net::Ipv4Addr;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::{
    ClientConfig, RootCertStore,
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, ServerName, pem::PemObject},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    sync::Notify,
    task::JoinHandle,
};
use tokio_rustls::{TlsConnector, client::TlsStream};

use super::*;
use crate::config::TlsSection;

const HOST: &str = "granby.localhost";

struct Street {
    address: SocketAddr,
    connector: TlsConnector,
    stop: watch::Sender<bool>,
    server: JoinHandle<()>,
}

impl Street {
    #[expect(clippy::disallowed_methods, reason = "the test owns the server's task")]
    async fn open<F, Fut>(limits: Limits, alpn: &[u8], answer: F) -> Self
    where
        F: Fn(Request<RequestBody>) -> Fut + Clone + Send + Sync + 'static,
        Fut: Future<Output = Response<Full<Bytes>>> + Send + 'static,
    {
        let now = "2026-11-21T12:00:00Z".parse().unwrap();
        let certified = certified(&TlsSection::SelfSigned, &[HOST.to_owned()], now).unwrap();
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(certified.pem().as_bytes()).unwrap()).unwrap();
        let mut client =
            ClientConfig::builder_with_details(aws_lc_rs::default_provider().into(), Arc::new(At(now)))
                .with_safe_default_protocol_versions()
                .unwrap()
                .with_root_certificates(roots)
                .with_no_client_auth();
        client.alpn_protocols = vec![alpn.to_vec()];
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = watch::channel(false);
        let server = tokio::spawn(async move { serve(listener, &certified, limits, answer, stopped).await });
        Self { address, connector: TlsConnector::from(Arc::new(client)), stop, server }
    }

    async fn connect(&self) -> TlsStream<TcpStream> {
        let stream = TcpStream::connect(self.address).await.unwrap();
        self.connector.connect(ServerName::try_from(HOST).unwrap(), stream).await.unwrap()
    }
}

#[derive(Debug)]
struct At(jiff::Timestamp);

impl rustls::time_provider::TimeProvider for At {
    fn current_time(&self) -> Option<rustls::pki_types::UnixTime> {
        let seconds = u64::try_from(self.0.as_second()).ok()?;
        Some(rustls::pki_types::UnixTime::since_unix_epoch(Duration::from_secs(seconds)))
    }
}

fn short() -> Limits {
    let moment = Duration::from_millis(150);
    Limits {
        connections: 4,
        handshake: moment,
        head: moment,
        body_idle: moment,
        still: Duration::from_mins(1),
        drain: Duration::from_secs(5),
    }
}

async fn say_who(request: Request<RequestBody>) -> Response<Full<Bytes>> {
    let client = request.extensions().get::<Client>().cloned().unwrap();
    let text = format!("{:?} {} {}", request.version(), client.server_name.unwrap(), client.address.ip());
    Response::new(Full::new(Bytes::from(text)))
}

async fn count_body(request: Request<RequestBody>) -> Response<Full<Bytes>> {
    let answer = match request.into_body().collect().await {
        Ok(body) => body.to_bytes().len().to_string(),
        Err(error) => error.to_string(),
    };
    Response::new(Full::new(Bytes::from(answer)))
}

async fn read_all(stream: &mut TlsStream<TcpStream>) -> String {
    let mut text = Vec::new();
    // A peer that closes without a TLS goodbye is fine here: the text is what counts.
    let _ = stream.read_to_end(&mut text).await;
    String::from_utf8(text).unwrap()
}

#[tokio::test]
async fn http1_requests_know_their_client() {
    let street = Street::open(Limits::with_connections(8), b"http/1.1", say_who).await;
    let mut stream = street.connect().await;
    stream.write_all(b"GET / HTTP/1.1\r\nHost: granby.localhost\r\nConnection: close\r\n\r\n").await.unwrap();
    let answer = read_all(&mut stream).await;
    assert!(answer.ends_with("HTTP/1.1 granby.localhost 127.0.0.1"), "{answer}");
}

#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "the client's connection needs a task of its own")]
async fn http2_is_chosen_by_alpn() {
    let street = Street::open(Limits::with_connections(8), b"h2", say_who).await;
    let io = TokioIo::new(street.connect().await);
    let (mut sender, connection) =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), io).await.unwrap();
    let _running = tokio::spawn(connection);
    let request =
        Request::get("https://granby.localhost/").body(http_body_util::Empty::<Bytes>::new()).unwrap();
    let body = sender.send_request(request).await.unwrap().into_body().collect().await.unwrap();
    assert_eq!(body.to_bytes(), "HTTP/2.0 granby.localhost 127.0.0.1");
}

#[tokio::test]
async fn whoever_says_nothing_is_let_go() {
    let street = Street::open(short(), b"http/1.1", say_who).await;
    let mut no_handshake = TcpStream::connect(street.address).await.unwrap();
    assert_eq!(no_handshake.read(&mut [0; 8]).await.unwrap_or(0), 0);
    let mut half_a_head = street.connect().await;
    half_a_head.write_all(b"GET / HTTP/1.1\r\nHost: gran").await.unwrap();
    let answer = read_all(&mut half_a_head).await;
    assert!(!answer.contains("200 OK"), "{answer}");
}

#[tokio::test]
async fn a_body_that_falls_silent_ends_with_an_error() {
    let street = Street::open(short(), b"http/1.1", count_body).await;
    let mut stream = street.connect().await;
    let head =
        "POST / HTTP/1.1\r\nHost: granby.localhost\r\nContent-Length: 10\r\nConnection: close\r\n\r\nhalf";
    stream.write_all(head.as_bytes()).await.unwrap();
    let answer = read_all(&mut stream).await;
    assert!(answer.contains("silent for 150ms"), "{answer}");
}

#[tokio::test]
async fn a_running_request_is_finished_at_stop() {
    let (begun, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (begun_inside, go_on_inside) = (Arc::clone(&begun), Arc::clone(&go_on));
    let answer = move |_| {
        let (begun, go_on) = (Arc::clone(&begun_inside), Arc::clone(&go_on_inside));
        async move {
            begun.notify_one();
            go_on.notified().await;
            Response::new(Full::new(Bytes::from_static(b"finished")))
        }
    };
    let street = Street::open(Limits::with_connections(8), b"http/1.1", answer).await;
    let mut stream = street.connect().await;
    stream.write_all(b"GET / HTTP/1.1\r\nHost: granby.localhost\r\n\r\n").await.unwrap();
    begun.notified().await;
    street.stop.send(true).unwrap();
    go_on.notify_one();
    assert!(read_all(&mut stream).await.ends_with("finished"));
    street.server.await.unwrap();
    assert!(TcpStream::connect(street.address).await.is_err());
}

/// Limits under which only stillness ends a connection, and soon.
fn restless() -> Limits {
    let (moment, long) = (Duration::from_millis(100), Duration::from_mins(1));
    Limits { connections: 8, handshake: long, head: long, body_idle: long, still: moment, drain: moment }
}

#[tokio::test]
async fn an_http2_connection_that_asks_for_nothing_is_ended() {
    let street = Street::open(restless(), b"h2", say_who).await;
    let io = TokioIo::new(street.connect().await);
    let (_sender, connection) = hyper::client::conn::http2::Builder::new(TokioExecutor::new())
        .timer(hyper_util::rt::TokioTimer::new())
        .keep_alive_interval(Duration::from_millis(20))
        .keep_alive_while_idle(true)
        .handshake::<_, http_body_util::Empty<Bytes>>(io)
        .await
        .unwrap();
    let ended = timeout(Duration::from_secs(10), connection).await;
    assert!(ended.is_ok(), "pings alone must not keep a connection");
}

#[tokio::test]
async fn whoever_never_reads_the_answer_is_cut_off() {
    let answer = |_| async { Response::new(Full::new(Bytes::from(vec![b'a'; 64 * 1024 * 1024]))) };
    let street = Street::open(Limits { connections: 2, ..restless() }, b"http/1.1", answer).await;
    let mut stream = street.connect().await;
    stream.write_all(b"GET / HTTP/1.1\r\nHost: granby.localhost\r\n\r\n").await.unwrap();
    // One address may hold one place here, so a second connection stands only when the first has been cut off.
    let second = timeout(Duration::from_secs(10), async {
        loop {
            let tcp = TcpStream::connect(street.address).await.unwrap();
            if let Ok(stream) = street.connector.connect(ServerName::try_from(HOST).unwrap(), tcp).await {
                break stream;
            }
        }
    });
    assert!(second.await.is_ok(), "a reader that stopped must not hold the place");
    assert!(read_all(&mut stream).await.len() < 64 * 1024 * 1024);
}

#[tokio::test]
async fn one_network_cannot_take_every_place() {
    let street = Street::open(Limits::with_connections(4), b"http/1.1", say_who).await;
    let _first = street.connect().await;
    let _second = street.connect().await;
    let third = TcpStream::connect(street.address).await.unwrap();
    assert!(street.connector.connect(ServerName::try_from(HOST).unwrap(), third).await.is_err());
}
