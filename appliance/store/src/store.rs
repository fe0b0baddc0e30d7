//! The handle that everything else holds.
//!
//! Cheap to clone; the last one to go lets the writer finish what waits and closes the file. It offers transactions,
//! snapshots, files and the life of keys, and no meaning.

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use kuvert_domain::{
    clock::{Clock, Entropy},
    id::{Id, MunicipalityId},
    secret::Secret,
};

use crate::{
    audit::chain_epoch,
    blobs::Blobs,
    cabinet::{Cabinet, file::FileCabinet, memory::MemoryCabinet},
    engine::{Engine, file::File, memory::Memory},
    epoch::Epoch,
    error::StoreError,
    index::{Rotation, index_epoch},
    key_space::{Key, Kind, Scan},
    purge::{self, Start},
    reading::Reading,
    tx::Tx,
    vault::{DataKey, Vault, fresh_seed},
    view::View,
    writer::{self, Health, Writer},
};

/// How a store on disk is opened.
pub struct StoreSettings {
    /// The one directory that holds everything; made if it is missing.
    pub data_dir: PathBuf,
    /// What the key cabinet is wrapped with.
    pub root_key: Secret<[u8; 32]>,
    /// How much memory the database file's pages may take.
    pub cache_bytes: usize,
    /// Where time comes from.
    pub clock: Arc<dyn Clock>,
    /// Where keys, ids and nonces come from.
    pub entropy: Arc<dyn Entropy>,
}

/// The store.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

struct Inner {
    /// Dropped first, so that the engine is free when the thread has ended.
    writer: Writer,
    engine: Arc<dyn Engine>,
    vault: Arc<Vault>,
    health: Arc<Health>,
    blobs: Blobs,
    start: Start,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
}

impl Store {
    /// Opens the data directory, or begins a new one. Blocks on the disk.
    pub fn open(settings: StoreSettings) -> Result<Self, StoreError> {
        let StoreSettings { data_dir, root_key, cache_bytes, clock, entropy } = settings;
        let directory = |error: io::Error| StoreError::Directory(error.to_string().into());
        make_private(&data_dir).map_err(directory)?;
        // Opened first: its lock keeps a second process away from the cabinet too.
        let engine: Arc<dyn Engine> = Arc::new(File::open(&data_dir.join("rows.redb"), cache_bytes)?);
        let cabinet = FileCabinet::open(&data_dir.join("keys"), &root_key, Arc::clone(&entropy))?;
        let blobs = Blobs::at(&data_dir.join("files"), Arc::clone(&clock), Arc::clone(&entropy))?;
        Self::assemble(engine, Box::new(cabinet), blobs, clock, entropy)
    }

    /// A store for tests: rows and keys in memory, every use case run twice, files in a directory that is removed at
    /// the end.
    pub fn in_memory(clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Result<Self, StoreError> {
        let blobs = Blobs::temporary(Arc::clone(&clock), Arc::clone(&entropy))?;
        Self::assemble(Arc::new(Memory::default()), Box::new(MemoryCabinet::default()), blobs, clock, entropy)
    }

    fn assemble(
        engine: Arc<dyn Engine>,
        cabinet: Box<dyn Cabinet>,
        blobs: Blobs,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, StoreError> {
        if cabinet.epochs().is_empty() && !is_empty(engine.as_ref())? {
            return Err(StoreError::Cabinet("there are rows but no keys: the key cabinet is missing".into()));
        }
        let vault = Arc::new(Vault::open(cabinet, Arc::clone(&entropy))?);
        let start = purge::settle(&engine, &vault, clock.now(), entropy.as_ref())?;
        let health = Arc::new(Health::default());
        let writer =
            Writer::start(Arc::clone(&engine), Arc::clone(&vault), Arc::clone(&clock), Arc::clone(&health))?;
        Ok(Self(Arc::new(Inner { writer, engine, vault, health, blobs, start, clock, entropy })))
    }

    /// Runs one use case as one transaction and answers after its commit is durable.
    ///
    /// The closure must be re-runnable: it decides inside, from what [`Tx`] shows it, and awaits nothing. It leaves
    /// nothing behind when it answers an error or panics.
    pub async fn write<T, E, F>(&self, closure: F) -> Result<T, E>
    where
        F: Fn(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.0.writer.write(fresh_seed(self.0.entropy.as_ref()), closure).await
    }

    /// Shows one snapshot to a closure on the blocking pool: one hop for a whole request's reads.
    pub async fn read<T, E, F>(&self, closure: F) -> Result<T, E>
    where
        F: FnOnce(&View<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.0.health.check()?;
        let inner = Arc::clone(&self.0);
        blocking(move || writer::look(inner.engine.as_ref(), &inner.vault, inner.clock.now(), closure)).await
    }

    /// The attachments.
    #[must_use]
    pub fn blobs(&self) -> &Blobs {
        &self.0.blobs
    }

    /// What the start had to finish.
    #[must_use]
    pub fn start(&self) -> Start {
        self.0.start
    }

    /// Makes a municipality's standing keys (audit chain, blind index) if it has none. Await it once at start.
    pub async fn enroll(&self, municipality: MunicipalityId) -> Result<(), StoreError> {
        let first = index_epoch(municipality, 0);
        let begun: bool = self.read(move |view| view.has(&crate::index::state_key(municipality))).await?;
        let wanted =
            if begun { vec![chain_epoch(municipality)] } else { vec![chain_epoch(municipality), first] };
        self.prepare(&wanted).await?;
        if begun {
            return Ok(());
        }
        self.write(move |tx| {
            tx.require_open(&chain_epoch(municipality))?;
            tx.begin_index(municipality)
        })
        .await
    }

    /// Makes the keys of those epochs that have none yet; they are durable when this returns.
    ///
    /// Await it before a write that seals under these epochs: a key cannot be made inside a use case. It costs nothing
    /// when the keys exist. An epoch that is closing or closed is refused.
    pub async fn prepare(&self, epochs: &[Epoch]) -> Result<(), StoreError> {
        let missing = self.0.vault.without_key(epochs);
        if missing.is_empty() {
            return Ok(());
        }
        self.0.health.check()?;
        let inner = Arc::clone(&self.0);
        blocking(move || {
            writer::look(inner.engine.as_ref(), &inner.vault, inner.clock.now(), |view| {
                missing.iter().try_for_each(|epoch| view.require_usable(epoch))
            })?;
            inner.vault.create(&missing)
        })
        .await
    }

    /// Destroys the keys of epochs that are marked closing and wrap nothing any more, then leaves their deletion
    /// records. Epochs that have been destroyed already are passed over, so that it is safe to run twice, even at once.
    pub async fn destroy_epochs(&self, epochs: Vec<Epoch>) -> Result<(), StoreError> {
        let inner = Arc::clone(&self.0);
        let destroyed = blocking(move || {
            let due = writer::look(inner.engine.as_ref(), &inner.vault, inner.clock.now(), |view| {
                let due = epochs
                    .into_iter()
                    .map(|epoch| view.needs_destroying(&epoch).map(|due| due.then_some(epoch)));
                due.filter_map(Result::transpose).collect::<Result<Vec<_>, StoreError>>()
            })?;
            inner.vault.destroy(&due)?;
            Ok::<_, StoreError>(due)
        })
        .await?;
        self.write(move |tx| purge::record_destroyed(tx, &destroyed)).await
    }

    /// Takes one step of a municipality's monthly index rotation: begins it, moves up to `n` rows, or ends it.
    pub async fn rotate_index(&self, municipality: MunicipalityId, n: usize) -> Result<Rotation, StoreError> {
        let state = self.read(move |view| view.index_state(municipality)).await?;
        if !state.wants_rotation(self.0.clock.now()) {
            return Ok(Rotation::NotDue);
        }
        if state.oldest == state.current {
            let closed = StoreError::EpochClosed(index_epoch(municipality, state.current));
            let next = index_epoch(municipality, state.next().ok_or(closed)?);
            self.prepare(&[next]).await?;
            self.write(move |tx| tx.advance_index(municipality)).await?;
        }
        let moved = self.write(move |tx| tx.move_index(municipality, n)).await?;
        if moved > 0 {
            return Ok(Rotation::Moved(moved));
        }
        self.destroy_epochs(vec![index_epoch(municipality, state.oldest)]).await?;
        Ok(Rotation::Done)
    }

    /// The lasting id of a unit (municipality, authority, mailbox), from the path that configuration gives it.
    #[must_use]
    pub fn unit_id<I: Id>(&self, path: &str) -> I {
        let digest = self.0.vault.own().digest(b"unit", &[path.as_bytes()]);
        I::from_bytes(digest.first_chunk().copied().unwrap_or_default())
    }

    /// A new random id, for things that exist before their use case, such as uploaded files.
    #[must_use]
    pub fn fresh<I: Id>(&self) -> I {
        let mut bytes = [0; 16];
        self.0.entropy.fill(&mut bytes);
        I::from_bytes(bytes)
    }

    /// A new key for one message or file.
    #[must_use]
    pub fn new_data_key(&self) -> DataKey {
        self.0.vault.data_key()
    }
}

/// Makes a directory that only the service enters. One that exists is left as its owner set it.
fn make_private(directory: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(directory)
}

fn is_empty(engine: &dyn Engine) -> Result<bool, StoreError> {
    let mut empty = Ok(true);
    let all = Scan::prefix(&Key::new(Kind::Epoch));
    engine.read(&mut |rows| empty = rows.range(&all).map(|mut rows| rows.next().is_none()))?;
    Ok(empty?)
}

/// Runs on the blocking pool. A panic there ends the request, not the process.
pub(crate) async fn blocking<T, E, F>(work: F) -> Result<T, E>
where
    F: FnOnce() -> Result<T, E> + Send + 'static,
    T: Send + 'static,
    E: From<StoreError> + Send + 'static,
{
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(_panic) => Err(StoreError::Panicked.into()),
    }
}
