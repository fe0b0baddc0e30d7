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

    /// Waits for something that runs to its end even when nobody waits any longer.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, ServiceError>> + Send + 'static,
    ) -> Result<T, ServiceError> {
        self.run_or(work, |_| async {}).await
    }

    /// The same; where nobody waits for what came of it, something is done with that.
    pub(crate) async fn run_or<T, Rest>(
        &self,
        work: impl Future<Output = Result<T, ServiceError>> + Send + 'static,
        unheard: impl FnOnce(T) -> Rest + Send + 'static,
    ) -> Result<T, ServiceError>
    where
        T: Send + 'static,
        Rest: Future<Output = ()> + Send,
    {
        let (answer, heard) = oneshot::channel();
        self.begin(async move {
            if let Err(Ok(done)) = answer.send(work.await) {
                unheard(done).await;
            }
        });
        heard.await.unwrap_or_else(|_| Err(ServiceError::Broken("a step stumbled; see the log".to_owned())))
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
