//! The limits: what this machine can do at best, measured in the same run with the same load.
//!
//! Each one does the bare minimum of the work that ours is compared with, and nothing else.

use std::fs::{self, File};
use std::io::Write as _;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use hyper_util::rt::TokioIo;
use kuvert_simulators::ca::Identity;
use redb::{Database, Durability, TableDefinition};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use warp::Filter as _;

use crate::load::per_second;

const TABLE: TableDefinition<'_, &[u8], &[u8]> = TableDefinition::new("rows");
const CHUNK: usize = 64 * 1024;

/// warp saying "hello" behind the same TLS library.
pub(crate) async fn hello(identity: &Identity) -> anyhow::Result<SocketAddr> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let chain = vec![CertificateDer::from_pem_slice(identity.cert_pem.as_bytes())?];
    let key = PrivateKeyDer::from_pem_slice(identity.key_pem.as_bytes())?;
    let config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])?
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let hello = warp::any().map(|| "hello".to_owned());
    drop(tokio::task::spawn(async move {
        while let Ok((tcp, _)) = listener.accept().await {
            let (acceptor, hello) = (acceptor.clone(), hello);
            drop(tokio::task::spawn(async move {
                let Ok(stream) = acceptor.accept(tcp).await else { return };
                let service = hyper_util::service::TowerToHyperService::new(warp::service(hello));
                let connection = hyper::server::conn::http1::Builder::new();
                drop(connection.serve_connection(TokioIo::new(stream), service).await);
            }));
        }
    }));
    Ok(address)
}

/// redb with one row of 2 KB a durable commit, one after the other, quick-repair on: commits a second, and the
/// latency of each.
pub(crate) fn commits(folder: &Path, time: Duration) -> anyhow::Result<(f64, Vec<Duration>)> {
    let path = folder.join("peer.redb");
    let database = Database::create(&path)?;
    let (began, row) = (Instant::now(), vec![7_u8; 2_048]);
    let mut latencies = Vec::new();
    while began.elapsed() < time {
        let start = Instant::now();
        let mut transaction = database.begin_write()?;
        transaction.set_durability(Durability::Immediate)?;
        transaction.set_quick_repair(true);
        transaction.open_table(TABLE)?.insert(latencies.len().to_be_bytes().as_slice(), row.as_slice())?;
        transaction.commit()?;
        latencies.push(start.elapsed());
    }
    let rate = per_second(latencies.len(), began.elapsed());
    drop(database);
    fs::remove_file(path)?;
    Ok((rate, latencies))
}

/// Appends of 4 KB, each with its own fdatasync: how many a second.
pub(crate) fn syncs(folder: &Path, time: Duration) -> anyhow::Result<f64> {
    let path = folder.join("peer.sync");
    let mut file = File::create(&path)?;
    let (began, page) = (Instant::now(), [7_u8; 4_096]);
    let mut count = 0;
    while began.elapsed() < time {
        file.write_all(&page)?;
        file.sync_data()?;
        count += 1;
    }
    fs::remove_file(path)?;
    Ok(per_second(count, began.elapsed()))
}

/// Seals so many bytes in chunks, writes them, syncs once: bytes a second.
pub(crate) fn seal_and_write(folder: &Path, bytes: usize) -> anyhow::Result<f64> {
    let path = folder.join("peer.blob");
    let key = UnboundKey::new(&AES_256_GCM, &[7; 32]).ok().context("a key of 32 bytes")?;
    let key = LessSafeKey::new(key);
    let plain = vec![7_u8; CHUNK];
    let mut sealed = Vec::with_capacity(CHUNK + 16);
    let began = Instant::now();
    let mut file = File::create(&path)?;
    for _ in 0..bytes / CHUNK {
        sealed.clear();
        sealed.extend_from_slice(&plain);
        let nonce = Nonce::assume_unique_for_key([9; NONCE_LEN]); // the same bytes each time: nothing secret here
        key.seal_in_place_append_tag(nonce, Aad::empty(), &mut sealed).ok().context("sealed")?;
        file.write_all(&sealed)?;
    }
    file.sync_all()?;
    let rate = per_second(bytes, began.elapsed());
    fs::remove_file(path)?;
    Ok(rate)
}
