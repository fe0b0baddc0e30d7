//! A server that says the same thing to everybody: for answers that no honest simulator gives.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use kuvert_domain::secret::Secret;
use kuvert_sandbox::{ClientIdentity, EndpointBinding};
use kuvert_simulators::ca::Authority;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
    task::JoinSet,
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        crypto::aws_lc_rs,
        pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
    },
};

/// Runs until dropped.
pub(crate) struct Canned {
    authority: Authority,
    port: u16,
    calls: Arc<AtomicUsize>,
    _task: JoinSet<()>,
}

impl Canned {
    /// Answers every request with the bytes that `answer` gives for its first line.
    pub(crate) async fn start(answer: impl Fn(&str) -> Vec<u8> + Send + 'static) -> Self {
        let authority = Authority::new("Canned CA").unwrap();
        let own = authority.server(&["localhost"]).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(
                CertificateDer::pem_slice_iter(own.cert_pem.as_bytes()).map(Result::unwrap).collect(),
                PrivateKeyDer::from_pem_slice(own.key_pem.as_bytes()).unwrap(),
            )
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let calls = Arc::new(AtomicUsize::new(0));
        let counter = calls.clone();
        let mut task = JoinSet::new();
        task.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let Ok(mut stream) = acceptor.accept(stream).await else { continue };
                counter.fetch_add(1, Ordering::SeqCst);
                let mut request = vec![0; 16 * 1024];
                let read = stream.read(&mut request).await.unwrap_or(0);
                let head = String::from_utf8_lossy(&request[..read]).into_owned();
                let _ = stream.write_all(&answer(head.lines().next().unwrap_or_default())).await;
                let _ = stream.shutdown().await;
            }
        });
        Self { authority, port, calls, _task: task }
    }

    /// How many connections came through TLS.
    pub(crate) fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }

    /// An endpoint that trusts it, with or without a client certificate.
    pub(crate) fn endpoint(&self, identified: bool) -> EndpointBinding {
        let identity = self.authority.client("Test").unwrap();
        EndpointBinding {
            url: format!("https://localhost:{}", self.port),
            ca_pem: Some(self.authority.pem()),
            private_network: false,
            client_identity: identified.then(|| ClientIdentity {
                certificate_pem: identity.cert_pem,
                key_pem: Secret::new(identity.key_pem),
            }),
        }
    }
}

/// A whole HTTP answer.
pub(crate) fn json(status: u16, body: &str) -> Vec<u8> {
    format!(
        "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}
