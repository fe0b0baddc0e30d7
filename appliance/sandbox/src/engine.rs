//! One engine for every plugin: what WebAssembly may use here, and the ticking that bounds its computing.
//!
//! It keeps no state of any call. WASI, threads, garbage collection, exceptions, 64-bit and shared memories are off:
//! nearly every published hole of a WebAssembly host lay in one of them.

use std::{
    fs, io,
    os::unix::fs::{DirBuilderExt as _, MetadataExt as _, PermissionsExt as _},
    path::Path,
    sync::mpsc::{self, RecvTimeoutError, Sender},
    thread,
    time::Duration,
};

use wasmtime::{Cache, CacheConfig, Config, Engine, InstanceAllocationStrategy, PoolingAllocationConfig};

use crate::{
    Limits, OpenError,
    workers::{self, Workers},
};

/// The engine and its ticker. Dropping it ends the ticker's thread.
pub(crate) struct Runtime {
    pub(crate) engine: Engine,
    pub(crate) workers: Workers,
    _ticker: Sender<()>,
}

impl Runtime {
    pub(crate) fn start(cache_dir: &Path, limits: &Limits) -> Result<Self, OpenError> {
        own_folder(cache_dir).map_err(|source| OpenError::Cache { path: cache_dir.to_path_buf(), source })?;
        let broken = |error: wasmtime::Error| OpenError::Engine(format!("{error:#}"));
        let engine = match Engine::new(config(cache_dir, Some(limits)).map_err(broken)?.as_ref()) {
            Ok(engine) => engine,
            Err(error) => {
                tracing::warn!(sandbox.reason = %error, "no address space for a pool of instances; each is made anew");
                Engine::new(config(cache_dir, None).map_err(broken)?.as_ref()).map_err(broken)?
            }
        };
        Self::ticking(engine, limits, workers::FOR_MANY)
    }

    /// One without a cache and with little address space, for a process under limits.
    pub(crate) fn for_trial(limits: &Limits) -> Result<Self, OpenError> {
        let mut config = rules();
        config.memory_reservation(0).memory_guard_size(64 * 1024).memory_reservation_for_growth(0);
        // An image of a memory is written to a file in memory, and that process may write no file at all.
        config.memory_init_cow(false);
        let engine = Engine::new(&config).map_err(|error| OpenError::Engine(format!("{error:#}")))?;
        Self::ticking(engine, limits, workers::FOR_ONE)
    }

    fn ticking(engine: Engine, limits: &Limits, threads: usize) -> Result<Self, OpenError> {
        let ticker = tick(&engine, limits.tick).map_err(|error| OpenError::Engine(error.to_string()))?;
        let workers = Workers::start(threads).map_err(|error| OpenError::Engine(error.to_string()))?;
        Ok(Self { engine, workers, _ticker: ticker })
    }
}

/// What WebAssembly may use.
fn rules() -> Box<Config> {
    let mut config = Box::new(Config::new());
    config
        .epoch_interruption(true)
        .async_stack_zeroing(true)
        .wasm_component_model(true)
        .wasm_memory64(false)
        .wasm_multi_memory(false)
        .wasm_relaxed_simd(false)
        .wasm_wide_arithmetic(false)
        .wasm_tail_call(false)
        .wasm_custom_page_sizes(false)
        .shared_memory(false);
    config
}

fn config(cache_dir: &Path, pooled: Option<&Limits>) -> wasmtime::Result<Box<Config>> {
    let mut config = rules();
    if let Some(limits) = pooled {
        config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool(limits)));
    }
    // Wasmtime's own cache: its files are only ever written by it, in a folder that only this user can enter.
    let mut cache = CacheConfig::new();
    cache.with_directory(std::path::absolute(cache_dir)?);
    config.cache(Some(Cache::new(cache)?));
    Ok(config)
}

/// A little larger than the number of live stores, so that the semaphores are met before the engine's own limits.
fn pool(limits: &Limits) -> PoolingAllocationConfig {
    let stores = u32::try_from(limits.stores).unwrap_or(u32::MAX).saturating_add(16);
    let per_store = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(stores)
        .total_core_instances(stores.saturating_mul(per_store(limits.instances)))
        .total_memories(stores.saturating_mul(per_store(limits.memories)))
        .total_tables(stores.saturating_mul(per_store(limits.tables)))
        .total_stacks(stores)
        .max_core_instances_per_component(per_store(limits.instances))
        .max_memories_per_component(per_store(limits.memories))
        .max_tables_per_component(per_store(limits.tables))
        .table_elements(limits.table_elements)
        .max_memory_size(limits.memory_bytes)
        .max_unused_warm_slots(16);
    pool
}

/// Counts time for the guests on a thread of its own, so that a busy runtime cannot stop the clock.
fn tick(engine: &Engine, every: Duration) -> io::Result<Sender<()>> {
    let (alive, ended) = mpsc::channel::<()>();
    let engine = engine.weak();
    thread::Builder::new().name("plugin ticks".to_owned()).spawn(move || {
        while let Err(RecvTimeoutError::Timeout) = ended.recv_timeout(every) {
            match engine.upgrade() {
                Some(engine) => engine.increment_epoch(),
                None => break,
            }
        }
    })?;
    Ok(alive)
}

/// Makes the folder, or checks that an existing one is ours alone. Compiled code of others would run with our rights.
fn own_folder(path: &Path) -> io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(path)?;
    let folder = fs::symlink_metadata(path)?;
    let own = rustix::process::geteuid().as_raw();
    if !folder.is_dir() || folder.uid() != own {
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, "not a folder of this user"));
    }
    if folder.permissions().mode() & 0o077 != 0 {
        fs::set_permissions(path, fs::Permissions::from_mode(0o700))?;
    }
    Ok(())
}
