//! Work that goes on when whoever asked for it has gone.
//!
//! A browser that hangs up ends its request at once, and phones do that whenever somebody turns to another app. What a
//! provider says only once must not be lost with it, and what a provider is only told need not be waited for. It keeps
//! nothing over a restart: an order that nobody ends runs out by itself within minutes.

use std::sync::{Mutex, PoisonError};

use tokio::{sync::oneshot, task::JoinSet};
use tracing::{Instrument as _, instrument::WithSubscriber as _};

use crate::ServiceError;

/// The tasks that are under way.
#[derive(Debug, Default)]
pub(crate) struct Aside(Mutex<JoinSet<()>>);

impl Aside {
    /// Begins something that nobody waits for.
    pub(crate) fn begin(&self, work: impl Future<Output = ()> + Send + 'static) {
        let mut tasks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        while tasks.try_join_next().is_some() {}
        tasks.spawn(work.in_current_span().with_current_subscriber());
    }

    /// Begins something that runs to its end even when nobody waits any longer, and gives what to wait for.
    pub(crate) fn run<T, Work>(
        &self,
        work: Work,
    ) -> impl Future<Output = Result<T, ServiceError>> + use<T, Work>
    where
        T: Send + 'static,
        Work: Future<Output = Result<T, ServiceError>> + Send + 'static,
    {
        self.run_or(work, |_| async {})
    }

    /// The same; where nobody waits for what came of it, something is done with that.
    pub(crate) fn run_or<T, Work, Unheard, Rest>(
        &self,
        work: Work,
        unheard: Unheard,
    ) -> impl Future<Output = Result<T, ServiceError>> + use<T, Work, Unheard, Rest>
    where
        T: Send + 'static,
        Work: Future<Output = Result<T, ServiceError>> + Send + 'static,
        Unheard: FnOnce(T) -> Rest + Send + 'static,
        Rest: Future<Output = ()> + Send,
    {
        let (answer, heard) = oneshot::channel();
        self.begin(async move {
            if let Err(Ok(done)) = answer.send(work.await) {
                unheard(done).await;
            }
        });
        let stumbled = || ServiceError::Broken("a step stumbled; see the log".to_owned());
        async move { heard.await.unwrap_or_else(|_| Err(stumbled())) }
    }

    /// Waits until nothing is under way.
    pub(crate) async fn quiet(&self) {
        loop {
            let mut tasks = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
            if tasks.is_empty() {
                return;
            }
            while tasks.join_next().await.is_some() {}
        }
    }
}
