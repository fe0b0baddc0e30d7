//! The writer: one thread that makes one durable commit of many use cases.
//!
//! Use cases wait in a bounded queue and are answered after the commit that holds them. Each runs over an overlay of
//! its own: refused or panicking, it leaves nothing behind. The writer never waits for more work to come, and never
//! retries a commit.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{Receiver, SyncSender, TrySendError, sync_channel},
    },
    thread::{self, JoinHandle},
};

use jiff::{SignedDuration, Timestamp};
use kuvert_domain::clock::Clock;
use tokio::sync::oneshot;

use crate::{
    audit::Chains,
    engine::{Engine, EngineError, Rows},
    error::StoreError,
    tx::{Changes, Tx},
    vault::Vault,
    view::View,
};

/// How many use cases may wait.
const QUEUE: usize = 1024;
/// How many use cases one commit takes at most.
const GROUP_CLOSURES: usize = 64;
/// How many bytes one commit takes at most; a single use case may exceed it.
const GROUP_BYTES: usize = 1024 * 1024;
/// How long a store that ran out of space waits before it tries to open again.
const REOPEN_AFTER: SignedDuration = SignedDuration::from_secs(1);

/// A use case without its types.
trait UseCase: Send {
    /// Runs it over the group's rows; what it leaves is `None` if it was refused.
    fn run(&mut self, bench: &Bench<'_>, rows: &dyn Rows) -> Result<Option<Changes>, EngineError>;
    /// Tells the caller, after the commit or its failure.
    fn answer(self: Box<Self>, committed: Result<(), StoreError>);
}

/// What every use case of a group is run with.
struct Bench<'a> {
    vault: &'a Vault,
    now: Timestamp,
    twice: bool,
}

/// Whether the store works, shared with readers.
#[derive(Debug, Default)]
pub(crate) struct Health(Mutex<Option<Failure>>);

#[derive(Debug, Clone)]
struct Failure {
    error: EngineError,
    at: Timestamp,
}

impl Health {
    /// Refuses when a commit has failed since the file was opened.
    pub(crate) fn check(&self) -> Result<(), StoreError> {
        match &*self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            Some(failure) => Err(failure.error.clone().into()),
            None => Ok(()),
        }
    }

    fn set(&self, failure: Option<Failure>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = failure;
    }

    fn failure(&self) -> Option<Failure> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// The queue's entrance. Dropping it lets the thread finish what waits, and joins it.
pub(crate) struct Writer {
    queue: Option<SyncSender<Box<dyn UseCase>>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    pub(crate) fn start(
        engine: Arc<dyn Engine>,
        vault: Arc<Vault>,
        clock: Arc<dyn Clock>,
        health: Arc<Health>,
    ) -> Result<Self, StoreError> {
        let (queue, waiting) = sync_channel(QUEUE);
        let mut desk = Desk { engine, vault, clock, health, chains: Chains::default() };
        let thread = thread::Builder::new()
            .name("kuvert-writer".into())
            .spawn(move || desk.serve(&waiting))
            .map_err(|error| StoreError::Directory(error.to_string().into()))?;
        Ok(Self { queue: Some(queue), thread: Some(thread) })
    }

    /// Queues a use case and waits for its commit.
    pub(crate) async fn write<T, E, F>(&self, seed: [u8; 32], closure: F) -> Result<T, E>
    where
        F: Fn(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let case = Case { closure, seed, outcome: None, answer };
        let closed = || StoreError::Closed("the writer has ended".into());
        let queue = self.queue.as_ref().ok_or_else(closed)?;
        match queue.try_send(Box::new(case)) {
            Ok(()) => {}
            Err(TrySendError::Full(_)) => return Err(StoreError::TryLater.into()),
            Err(TrySendError::Disconnected(_)) => return Err(closed().into()),
        }
        answered.await.unwrap_or_else(|_| Err(closed().into()))
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        drop(self.queue.take());
        if let Some(thread) = self.thread.take() {
            // A writer that panicked has dropped its callers' answers already.
            let _ended = thread.join();
        }
    }
}

struct Case<F, T, E> {
    closure: F,
    seed: [u8; 32],
    outcome: Option<Result<T, E>>,
    answer: oneshot::Sender<Result<T, E>>,
}

impl<F, T, E> Case<F, T, E>
where
    F: Fn(&mut Tx<'_>) -> Result<T, E> + Send,
    E: From<StoreError>,
{
    /// One run: the answer, and what it changed if it was accepted.
    fn once(
        &self,
        bench: &Bench<'_>,
        rows: &dyn Rows,
    ) -> Result<(Result<T, E>, Option<Changes>), EngineError> {
        let mut tx = Tx::new(rows, bench.vault, bench.now, self.seed);
        let result = catch_unwind(AssertUnwindSafe(|| (self.closure)(&mut tx)));
        if let Some(fault) = tx.fault() {
            return Err(fault);
        }
        Ok(match result {
            Ok(Ok(value)) => (Ok(value), Some(tx.into_changes())),
            Ok(Err(refusal)) => (Err(refusal), None),
            Err(_panic) => (Err(StoreError::Panicked.into()), None),
        })
    }
}

impl<F, T, E> UseCase for Case<F, T, E>
where
    F: Fn(&mut Tx<'_>) -> Result<T, E> + Send,
    T: Send,
    E: From<StoreError> + Send,
{
    fn run(&mut self, bench: &Bench<'_>, rows: &dyn Rows) -> Result<Option<Changes>, EngineError> {
        let (mut outcome, mut changes) = self.once(bench, rows)?;
        if bench.twice {
            let (_, again) = self.once(bench, rows)?;
            if again != changes {
                (outcome, changes) = (Err(StoreError::NotRerunnable.into()), None);
            }
        }
        self.outcome = Some(outcome);
        Ok(changes)
    }

    fn answer(self: Box<Self>, committed: Result<(), StoreError>) {
        let closed = || E::from(StoreError::Closed("the use case did not run".into()));
        let outcome = match committed {
            Ok(()) => self.outcome.unwrap_or_else(|| Err(closed())),
            Err(error) => Err(error.into()),
        };
        // The caller may have gone away; what was committed stays.
        let _gone = self.answer.send(outcome);
    }
}

/// The writer thread's own things.
struct Desk {
    engine: Arc<dyn Engine>,
    vault: Arc<Vault>,
    clock: Arc<dyn Clock>,
    health: Arc<Health>,
    chains: Chains,
}

impl Desk {
    fn serve(&mut self, waiting: &Receiver<Box<dyn UseCase>>) {
        while let Ok(first) = waiting.recv() {
            let mut cases = Vec::with_capacity(GROUP_CLOSURES);
            cases.push(first);
            let committed = match self.ensure_open() {
                Ok(()) => self.commit(&mut cases, waiting),
                Err(error) => Err(error),
            };
            for case in cases {
                case.answer(committed.clone());
            }
        }
    }

    /// Runs and commits one group; takes more use cases from the queue while there is room.
    fn commit(
        &mut self,
        cases: &mut Vec<Box<dyn UseCase>>,
        waiting: &Receiver<Box<dyn UseCase>>,
    ) -> Result<(), StoreError> {
        let Self { engine, vault, clock, chains, .. } = self;
        let twice = engine.proves_reruns();
        let mut refused = None;
        let committed = engine.commit(&mut |group| {
            let (mut bytes, mut next, mut emitted, mut changed) = (0, 0, Vec::new(), false);
            while let Some(case) = cases.get_mut(next) {
                let bench = Bench { vault, now: clock.now(), twice };
                if let Some(changes) = case.run(&bench, &*group)? {
                    bytes += changes.overlay.bytes();
                    changed |= !changes.overlay.is_empty() || !changes.emitted.is_empty();
                    changes.overlay.apply(group)?;
                    emitted.extend(changes.emitted);
                }
                next += 1;
                if next == cases.len() && next < GROUP_CLOSURES && bytes < GROUP_BYTES {
                    cases.extend(waiting.try_recv());
                }
            }
            let view = View { rows: &*group, vault, now: clock.now() };
            match chains.extend(&view, emitted) {
                Ok(rows) => rows.iter().try_for_each(|(key, value)| group.insert(key, value))?,
                Err(error) => refused = Some(error),
            }
            Ok(changed && refused.is_none())
        });
        match (committed, refused) {
            (Ok(()), None) => Ok(()),
            (Ok(()), Some(error)) => {
                self.chains.forget();
                Err(error)
            }
            (Err(error), _) => Err(self.fail(error)),
        }
    }

    fn fail(&mut self, error: EngineError) -> StoreError {
        tracing::error!(store.error = %error, store.full = error.full, "commit failed, the store is closed");
        self.chains.forget();
        self.health.set(Some(Failure { error: error.clone(), at: self.clock.now() }));
        error.into()
    }

    /// After a failed commit: a full disk may have room again, any other fault needs a restart.
    fn ensure_open(&mut self) -> Result<(), StoreError> {
        let Some(failure) = self.health.failure() else { return Ok(()) };
        let now = self.clock.now();
        if !failure.error.full || now.duration_since(failure.at) < REOPEN_AFTER {
            return Err(failure.error.into());
        }
        match self.engine.reopen() {
            Ok(()) => {
                tracing::info!("the store is open again");
                self.health.set(None);
                Ok(())
            }
            Err(error) => {
                self.health.set(Some(Failure { error: failure.error.clone(), at: now }));
                Err(error.into())
            }
        }
    }
}

/// Shows a snapshot, on the caller's own thread.
pub(crate) fn look<T, E: From<StoreError>>(
    engine: &dyn Engine,
    vault: &Vault,
    now: Timestamp,
    closure: impl FnOnce(&View<'_>) -> Result<T, E>,
) -> Result<T, E> {
    let (mut closure, mut result) = (Some(closure), None);
    let read = engine.read(&mut |rows| {
        result = closure.take().map(|closure| closure(&View { rows, vault, now }));
    });
    match (read, result) {
        (Ok(()), Some(result)) => result,
        (Err(error), _) => Err(StoreError::from(error).into()),
        (Ok(()), None) => Err(StoreError::Closed("the snapshot was not shown".into()).into()),
    }
}

/// Makes one commit on the caller's own thread, before the writer has started. It takes no audit entries.
pub(crate) fn run_now<T>(
    engine: &dyn Engine,
    vault: &Vault,
    now: Timestamp,
    seed: [u8; 32],
    closure: impl Fn(&mut Tx<'_>) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    let mut result = Err(StoreError::Closed("the use case did not run".into()));
    engine.commit(&mut |group| {
        let mut tx = Tx::new(&*group, vault, now, seed);
        result = closure(&mut tx);
        if let Some(fault) = tx.fault() {
            return Err(fault);
        }
        let overlay = tx.into_changes().overlay;
        if result.is_ok() {
            overlay.apply(group)?;
        }
        Ok(result.is_ok())
    })?;
    result
}

#[cfg(test)]
mod tests;
