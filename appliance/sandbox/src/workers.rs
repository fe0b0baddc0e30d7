//! Where guests compute: the first moment with whoever asked, everything longer on threads apart from those that serve
//! pages.
//!
//! Nearly every call is over before the first tick, and needs no way to another thread and back. A guest that computes
//! for all it may is the operating system's to share out: it delays no page by more than that tick. Whoever stops
//! waiting ends the call, and a stumble of the host ends one call only. It knows nothing of plugins; how much a call may
//! use is in `limits`.

use std::{future::poll_fn, io, panic::AssertUnwindSafe, task::Poll};

use futures_util::FutureExt as _;
use tokio::{
    runtime::{Builder, Runtime},
    task::JoinSet,
};
use tracing::{Instrument as _, instrument::WithSubscriber as _};

use crate::{Fault, FaultCode};

/// So many tasks may run before timers and sockets are looked at again: a guest takes a whole tick, and the
/// neighbour's answer must not wait for many of those.
const EVENT_INTERVAL: u32 = 2;

/// Threads of our own. They end with this value, without waiting for what still runs on them.
pub(crate) struct Workers(Option<Runtime>);

/// More than there are cores: a guest that fills its whole memory cannot be interrupted in that one instruction, and nobody
/// shall queue behind it.
pub(crate) const FOR_MANY: usize = 8;
/// For a process in which nobody waits for anybody, and which has little address space.
pub(crate) const FOR_ONE: usize = 2;

impl Workers {
    pub(crate) fn start(threads: usize) -> io::Result<Self> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(threads)
            .thread_name("plugin calls")
            .event_interval(EVENT_INTERVAL)
            .enable_all()
            .build()?;
        Ok(Self(Some(runtime)))
    }

    /// Runs something to its end, or until nobody waits for it any longer.
    pub(crate) async fn run<T, F>(&self, work: F) -> Result<T, Fault>
    where
        T: Send + 'static,
        F: Future<Output = T> + Send + 'static,
    {
        let Some(runtime) = &self.0 else { return Err(stumbled("it is closing")) };
        let guarded = AssertUnwindSafe(work.in_current_span().with_current_subscriber()).catch_unwind();
        let mut work = Box::pin(guarded);
        let first = poll_fn(|waker| {
            // Timers and sockets that it opens are these threads' from the start.
            let _inside = runtime.enter();
            Poll::Ready(work.as_mut().poll(waker))
        });
        let done = match first.await {
            Poll::Ready(done) => done,
            Poll::Pending => {
                let mut task = JoinSet::new();
                task.spawn_on(work, runtime.handle());
                let Some(Ok(done)) = task.join_next().await else { return Err(stumbled("it was ended")) };
                done
            }
        };
        done.map_err(|_panic| {
            tracing::error!("a plugin call made the host stumble");
            stumbled("see the log")
        })
    }
}

fn stumbled(detail: &str) -> Fault {
    Fault::new(FaultCode::Trap, format!("the host stumbled: {detail}"))
}

impl Drop for Workers {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}
