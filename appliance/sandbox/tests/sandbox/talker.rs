//! A server with manners of its own: slow, wordy, or patient with its connections. It counts what comes.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use kuvert_domain::secret::Secret;
use kuvert_sandbox::{ClientIdentity, EndpointBinding};
use kuvert_simulators::ca::Authority;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    task::JoinSet,
    time::{sleep, timeout},
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        HandshakeKind, RootCertStore, ServerConfig,
        crypto::aws_lc_rs,
        pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
        server::WebPkiClientVerifier,
    },
    server::TlsStream,
};

/// How it answers.
#[derive(Clone)]
pub(crate) struct Manner {
    /// It thinks so long before it shakes hands.
    pub(crate) tls_after: Duration,
    /// And so long between head and body.
    pub(crate) body_after: Duration,
    /// And so long after each byte of head and body.
    pub(crate) byte_after: Duration,
    pub(crate) status: &'static str,
    /// So many header fields of such a length.
    pub(crate) fields: (usize, usize),
    /// Whole lines, for fields that matter.
    pub(crate) lines: &'static str,
    pub(crate) body: String,
    /// The body never ends.
    pub(crate) endless: bool,
    /// It hangs up after each answer without a word about it.
    pub(crate) hangs_up: bool,
    /// The line breaks as soon as it has heard something.
    pub(crate) breaks: bool,
}

impl Default for Manner {
    fn default() -> Self {
        Self {
            tls_after: Duration::ZERO,
            body_after: Duration::ZERO,
            byte_after: Duration::ZERO,
            status: "200 OK",
            fields: (0, 0),
            lines: "",
            body: "{}".to_owned(),
            endless: false,
            hangs_up: false,
            breaks: false,
        }
    }
}

/// Runs until dropped.
pub(crate) struct Talker {
    authority: Authority,
    port: u16,
    seen: Arc<Seen>,
    _task: JoinSet<()>,
}

#[derive(Default)]
struct Seen {
    connections: AtomicUsize,
    resumed: AtomicUsize,
    requests: AtomicUsize,
    open: AtomicUsize,
    /// For each request the number of its connection and the client certificate of that connection.
    callers: Mutex<Vec<(usize, Vec<u8>)>>,
}

impl Talker {
    pub(crate) async fn start(manner: Manner) -> Self {
        let authority = Authority::new("Talker CA").unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(tls(&authority)));
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let seen = Arc::new(Seen::default());
        let mut task = JoinSet::new();
        let counted = seen.clone();
        task.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                connections.spawn(serve(acceptor.clone(), stream, manner.clone(), counted.clone()));
            }
        });
        Self { authority, port, seen, _task: task }
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn connections(&self) -> usize {
        self.seen.connections.load(Ordering::SeqCst)
    }

    /// Connections that nobody has ended yet.
    pub(crate) fn open(&self) -> usize {
        self.seen.open.load(Ordering::SeqCst)
    }

    /// Connections that took up an earlier TLS session.
    pub(crate) fn resumed(&self) -> usize {
        self.seen.resumed.load(Ordering::SeqCst)
    }

    pub(crate) fn requests(&self) -> usize {
        self.seen.requests.load(Ordering::SeqCst)
    }

    /// Connection and certificate of each request, in order.
    pub(crate) fn callers(&self) -> Vec<(usize, Vec<u8>)> {
        self.seen.callers.lock().unwrap().clone()
    }

    pub(crate) fn endpoint(&self) -> EndpointBinding {
        EndpointBinding {
            url: format!("https://localhost:{}", self.port),
            ca_pem: Some(self.authority.pem()),
            client_identity: None,
            private_network: false,
        }
    }

    /// The same for somebody with a certificate, and that certificate's key as PEM.
    pub(crate) fn endpoint_as(&self, who: &str) -> (EndpointBinding, String) {
        let identity = self.authority.client(who).unwrap();
        let key_pem = identity.key_pem.clone();
        let client_identity = Some(ClientIdentity {
            certificate_pem: identity.cert_pem,
            key_pem: Secret::new(identity.key_pem),
        });
        (EndpointBinding { client_identity, ..self.endpoint() }, key_pem)
    }
}

fn tls(authority: &Authority) -> ServerConfig {
    let own = authority.server(&["localhost"]).unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(authority.pem().as_bytes()).unwrap()).unwrap();
    let provider = Arc::new(aws_lc_rs::default_provider());
    let clients = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider.clone())
        .allow_unauthenticated()
        .build()
        .unwrap();
    ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_client_cert_verifier(clients)
        .with_single_cert(
            CertificateDer::pem_slice_iter(own.cert_pem.as_bytes()).map(Result::unwrap).collect(),
            PrivateKeyDer::from_pem_slice(own.key_pem.as_bytes()).unwrap(),
        )
        .unwrap()
}

async fn serve(acceptor: TlsAcceptor, stream: TcpStream, manner: Manner, seen: Arc<Seen>) {
    sleep(manner.tls_after).await;
    let Ok(mut stream) = acceptor.accept(stream).await else { return };
    let number = seen.connections.fetch_add(1, Ordering::SeqCst);
    let connection = stream.get_ref().1;
    if connection.handshake_kind() == Some(HandshakeKind::Resumed) {
        seen.resumed.fetch_add(1, Ordering::SeqCst);
    }
    let certificate = connection
        .peer_certificates()
        .and_then(|chain| chain.first())
        .map(|it| it.to_vec())
        .unwrap_or_default();
    seen.open.fetch_add(1, Ordering::SeqCst);
    let mut buffer = vec![0; 128 * 1024];
    while matches!(stream.read(&mut buffer).await, Ok(read) if read > 0) {
        seen.requests.fetch_add(1, Ordering::SeqCst);
        seen.callers.lock().unwrap().push((number, certificate.clone()));
        if manner.breaks {
            stream.get_ref().0.set_zero_linger().unwrap();
            break;
        }
        if answer(&mut stream, &manner).await.is_err() || manner.hangs_up {
            break;
        }
    }
    seen.open.fetch_sub(1, Ordering::SeqCst);
}

async fn answer(stream: &mut TlsStream<TcpStream>, manner: &Manner) -> std::io::Result<()> {
    let field = |at| format!("x-{at}: {}\r\n", "x".repeat(manner.fields.1));
    let fields: String = (0..manner.fields.0).map(field).collect();
    let length = if manner.endless {
        "transfer-encoding: chunked".to_owned()
    } else {
        format!("content-length: {}", manner.body.len())
    };
    let head = format!(
        "HTTP/1.1 {}\r\ncontent-type: application/json\r\n{}{fields}{length}\r\n\r\n",
        manner.status, manner.lines
    );
    say(stream, &head, manner.byte_after).await?;
    pause(stream, manner.body_after).await?;
    if manner.endless {
        loop {
            say(stream, "4\r\nxxxx\r\n", manner.byte_after).await?;
        }
    }
    say(stream, &manner.body, manner.byte_after).await
}

/// Waits so long, unless the other side hangs up.
async fn pause(stream: &TlsStream<TcpStream>, time: Duration) -> std::io::Result<()> {
    let step = Duration::from_millis(10);
    let mut waited = Duration::ZERO;
    while waited < time {
        let mut byte = [0];
        match timeout(step, stream.get_ref().0.peek(&mut byte)).await {
            Ok(Ok(0)) => return Err(std::io::ErrorKind::ConnectionAborted.into()),
            Ok(Err(error)) => return Err(error),
            Ok(Ok(_)) => sleep(step).await,
            Err(_) => {}
        }
        waited += step;
    }
    Ok(())
}

async fn say(stream: &mut TlsStream<TcpStream>, text: &str, byte_after: Duration) -> std::io::Result<()> {
    if byte_after.is_zero() {
        stream.write_all(text.as_bytes()).await?;
        return stream.flush().await;
    }
    for byte in text.bytes() {
        stream.write_all(&[byte]).await?;
        stream.flush().await?;
        sleep(byte_after).await;
    }
    Ok(())
}
