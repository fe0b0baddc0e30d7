//! The threads on which guests compute, apart from those that serve pages.
//!
//! A guest that computes for all it may is then the operating system's to share out: it delays no page and no timer of
//! the rest of the appliance. Whoever stops waiting ends the call, and a stumble of the host ends one call only. It
//! knows nothing of plugins; how much a call may use is in `limits`.

use std::{io, thread};

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

impl Workers {
    pub(crate) fn start() -> io::Result<Self> {
        let threads = thread::available_parallelism().map_or(1, usize::from);
        let runtime = Builder::new_multi_thread()
            .worker_threads(threads.max(2))
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
        let stumbled = |detail: &str| Fault::new(FaultCode::Trap, format!("the host stumbled: {detail}"));
        let Some(runtime) = &self.0 else { return Err(stumbled("it is closing")) };
        let mut task = JoinSet::new();
        task.spawn_on(work.in_current_span().with_current_subscriber(), runtime.handle());
        match task.join_next().await {
            Some(Ok(done)) => Ok(done),
            Some(Err(error)) => {
                tracing::error!(sandbox.error = %error, "a plugin call made the host stumble");
                Err(stumbled("see the log"))
            }
            None => Err(stumbled("there was nothing to do")),
        }
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}
