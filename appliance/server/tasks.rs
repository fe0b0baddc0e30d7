//! What the appliance does by itself, and when: notices, purge, sweep, sessions, a look at certificates.
//!
//! Each job is safe to repeat and safe to be cut short; what is due is known by the store, never by this room. Times are
//! cron expressions (UTC) on the appliance's own clock, which tests and the demo may set.

mod certificates;
mod schedule;

use std::{num::NonZeroUsize, sync::Arc, time::Duration};

use futures_util::{StreamExt, stream};
use kuvert_domain::{address::EmailAddress, id::MunicipalityId};
use kuvert_service::{Notice, NoticeLease, Refusal, Service, ServiceError};
use tokio::sync::{Notify, watch};

pub use self::certificates::Look;
use self::schedule::GLANCE;
pub(crate) use self::schedule::run;
use crate::{
    mail::{Envelope, MailError, Postman},
    theme::{Theme, Themes},
    web::view::letter,
};

/// How often a busy store is asked to strike a sent notice out: all of it within the lease.
const ATTEMPTS: usize = 30;

/// What the jobs need.
pub struct TaskEquipment {
    /// The use cases.
    pub service: Service,
    /// Every theme.
    pub themes: Arc<Themes>,
    /// The relay.
    pub postman: Postman,
    /// Who sends what in whose name.
    pub senders: std::collections::BTreeMap<MunicipalityId, Sender>,
    /// Most notices handed over at once.
    pub parallel: NonZeroUsize,
    /// The time.
    pub clock: Arc<dyn kuvert_domain::clock::Clock>,
    /// Rung when a notice has been queued, or when the clock was set.
    pub bell: Arc<Notify>,
}

/// How a municipality's notices are sent.
#[derive(Debug, Clone)]
pub struct Sender {
    /// The name of its theme.
    pub theme: String,
    /// The address that notices come from.
    pub from: EmailAddress,
    /// `https://host[:port]`, as it stands in links.
    pub origin: String,
}

/// The jobs. Cheap to clone.
#[derive(Clone)]
pub struct Tasks {
    equipment: Arc<TaskEquipment>,
}

impl Tasks {
    /// Takes the equipment.
    #[must_use]
    pub fn new(equipment: TaskEquipment) -> Self {
        Self { equipment: Arc::new(equipment) }
    }

    /// Every job once, in this order: plugins, sessions, notices, purge, sweep, certificates.
    pub async fn run_once(&self) -> Result<(), ServiceError> {
        self.keep_up_with_plugins().await?;
        self.expire_sessions().await?;
        self.send_notices().await?;
        self.purge().await?;
        self.sweep().await?;
        self.watch_certificates(Look::Daily).await
    }

    /// Takes over what administrators have changed about plugins.
    pub async fn keep_up_with_plugins(&self) -> Result<(), ServiceError> {
        self.equipment.service.tasks().keep_up_with_plugins().await
    }

    /// Looks at everything that plugins need, because somebody asked for it, and says in the log what it found.
    pub async fn look_at_plugins_anew(&self) {
        match self.equipment.service.tasks().look_at_plugins_anew().await {
            Ok(found) => tracing::info!(
                plugins.in_order = found.in_order.join(", "),
                plugins.out_of_order = found.out_of_order.join(", "),
                "looked anew at plugins, keys and trust profiles; what else the configuration says is read at a start"
            ),
            Err(error) => tracing::error!(%error, "the plugins could not be looked at"),
        }
    }

    /// Hands every notice that is due to the relay; says how many were taken.
    pub async fn send_notices(&self) -> Result<usize, ServiceError> {
        let parallel = self.equipment.parallel.get();
        let mut taken = 0;
        loop {
            let due = self.equipment.service.tasks().due_notices(parallel).await?;
            if due.is_empty() {
                return Ok(taken);
            }
            let sends = stream::iter(due.into_iter().map(|(lease, notice)| self.send(lease, notice)));
            // Every send is seen to its end before an error is passed on: a mail that the relay has taken must be struck out.
            let answers: Vec<_> = sends.buffer_unordered(parallel).collect().await;
            for answer in answers {
                taken += usize::from(answer?);
            }
        }
    }

    /// Removes what has reached its last day.
    pub async fn purge(&self) -> Result<(), ServiceError> {
        let report = self.equipment.service.tasks().purge().await?;
        if report.held > 0 {
            tracing::warn!(
                municipality.count = report.held,
                "the clock has jumped: nothing is purged until `kuvert serve --clock-confirmed` says that it is right"
            );
        }
        if report.ended + report.destroyed + report.postponed > 0 {
            tracing::info!(
                purge.ended = report.ended,
                purge.destroyed = report.destroyed,
                purge.postponed = report.postponed,
                purge.keys = report.epochs,
                "purged"
            );
        }
        Ok(())
    }

    /// Removes files that nothing references.
    pub async fn sweep(&self) -> Result<(), ServiceError> {
        let report = self.equipment.service.tasks().sweep().await?;
        if report.missing > 0 {
            tracing::error!(sweep.missing = report.missing, "files are referenced and not there");
        }
        if report.removed > 0 {
            tracing::info!(sweep.removed = report.removed, "swept");
        }
        Ok(())
    }

    /// Ends sessions and logins that have run out.
    pub async fn expire_sessions(&self) -> Result<(), ServiceError> {
        self.equipment.service.tasks().expire().await.map(|_| ())
    }

    /// Whether the relay took it. A refusal is written down for the next attempt and is no error.
    async fn send(&self, lease: NoticeLease, notice: Notice) -> Result<bool, ServiceError> {
        let jobs = self.equipment.service.tasks();
        let handed = match self.envelope(notice) {
            Ok(envelope) => self.equipment.postman.hand_over(envelope).await,
            Err(error) => Err(error),
        };
        match handed {
            Ok(()) => {
                insistently(GLANCE, || jobs.notice_sent(&lease)).await?;
                return Ok(true);
            }
            Err(MailError::ForGood(why)) => {
                tracing::warn!(reason = %why, "a notice was refused for good");
                jobs.notice_failed(&lease, Refusal::ForGood).await?;
            }
            Err(MailError::Later(why) | MailError::Unusable(why)) => {
                tracing::warn!(reason = %why, "a notice was not taken and is tried again");
                jobs.notice_failed(&lease, Refusal::Later).await?;
            }
        }
        Ok(false)
    }

    fn envelope(&self, notice: Notice) -> Result<Envelope, MailError> {
        let unknown = || MailError::Unusable("a notice of no municipality".to_owned());
        let place = self.equipment.service.directory().by_id(notice.municipality).ok_or_else(unknown)?;
        let sender = self.equipment.senders.get(&notice.municipality).ok_or_else(unknown)?;
        let view = letter::Notice {
            municipality: place.name.clone(),
            host: sender.origin.trim_start_matches("https://").to_owned(),
            link: format!("{}/m/{}", sender.origin, notice.link),
            code: notice.code.map(|code| code.to_string()),
            methods: notice.methods,
            get_eid_url: place.get_eid_url.clone(),
            last_day: notice.last_day.into(),
            days: notice.days,
            search_term: place.search_term.clone(),
            contact_name: place.contact.name.clone(),
            contact_phone: place.contact.phone.clone(),
        };
        let letter = self
            .theme(&sender.theme)
            .notice(notice.language, &view)
            .map_err(|error| MailError::Unusable(error.to_string()))?;
        Ok(Envelope {
            from_name: place.name.clone(),
            from: sender.from.clone(),
            to: notice.to,
            message_id: notice.message_id,
            date: self.equipment.clock.now(),
            language: notice.language,
            letter,
        })
    }

    fn theme(&self, name: &str) -> &Theme {
        self.equipment.themes.named(name).unwrap_or_else(|| self.equipment.themes.built_in())
    }
}

/// Repeats a write that a busy store puts off: the relay has the mail, and forgetting that would send it twice.
async fn insistently<F, Fut>(pause: Duration, write: F) -> Result<(), ServiceError>
where
    F: Fn() -> Fut,
    Fut: Future<Output = Result<(), ServiceError>>,
{
    for _ in 0..ATTEMPTS {
        match write().await {
            Err(ServiceError::TryLater { .. }) => schedule::wait(pause).await,
            other => return other,
        }
    }
    write().await
}

/// The end of the appliance, as jobs see it.
pub(crate) type Stop = watch::Receiver<bool>;

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[tokio::test]
    async fn a_sent_notice_is_struck_out_however_busy_the_store_is() {
        let refusals = Cell::new(3);
        let write = || {
            let left = refusals.get();
            refusals.set(left - 1);
            async move { if left > 0 { Err(ServiceError::TryLater { after: None }) } else { Ok(()) } }
        };
        assert!(insistently(Duration::ZERO, write).await.is_ok());
        let broken = || async { Err(ServiceError::Broken("x".to_owned())) };
        assert!(matches!(insistently(Duration::ZERO, broken).await, Err(ServiceError::Broken(_))));
    }
}
