//! Notices that wait: handed out by lease, struck out when a mail server has taken them (P1, P27).
//!
//! A notice says that there is a message, how to get to it and until when. Nothing else of the message is read here.

use jiff::{SignedDuration, Timestamp, civil::Date};
use kuvert_domain::{
    address::EmailAddress,
    directory::{Audience, Municipality},
    id::MunicipalityId,
    invitation::{Code, Reference},
    language::Language,
};
use kuvert_store::{
    Key, Kind, Lease, Leased, Reading, Scan, Tx,
    records::{NoticeJob, NoticeMark, Pair, Thread},
};

use super::Tasks;
use crate::{MethodView, ServiceError, core::today, letters, posting};

/// How long a mail server may take before somebody else tries.
const LEASE: SignedDuration = SignedDuration::from_mins(5);
/// The first pause after a refusal; it doubles each time.
const FIRST_PAUSE: SignedDuration = SignedDuration::from_secs(30);
/// The longest pause.
const LONGEST_PAUSE: SignedDuration = SignedDuration::from_hours(1);

/// A notice to be handed to a mail server.
#[derive(Debug, Clone)]
pub struct Notice {
    /// Who sends it.
    pub municipality: MunicipalityId,
    /// Where it goes.
    pub to: EmailAddress,
    /// In which language.
    pub language: Language,
    /// What stands after `/m/` in its link.
    pub link: Reference,
    /// The code to type instead; only while number and address are not confirmed together.
    pub code: Option<Code>,
    /// The names of the methods that residents sign in with.
    pub methods: Vec<String>,
    /// The last day on which the message can be read.
    pub last_day: Date,
    /// The whole period, in days.
    pub days: u16,
    /// The same at each attempt, `…@host` without brackets, so that a repeat is seen as one.
    pub message_id: String,
}

/// The right to send one notice.
#[derive(Debug, Clone, Copy)]
pub struct NoticeLease {
    lease: Lease,
    job: NoticeJob,
    attempt: u32,
}

/// What a mail server said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// It may take it later.
    Later,
    /// It never will.
    ForGood,
}

impl Tasks {
    /// Takes up to `n` notices that are due. What has lost its sense meanwhile (read, ended, paused) is struck out.
    pub async fn due_notices(&self, n: usize) -> Result<Vec<(NoticeLease, Notice)>, ServiceError> {
        let owner = u64::from_le_bytes(self.core.draw());
        let leased = self
            .core
            .store
            .write::<_, ServiceError, _>(move |tx| {
                let until = tx.now().saturating_add(LEASE).unwrap_or(tx.now());
                Ok(tx.lease(owner, until, n)?)
            })
            .await?;
        let mut due = Vec::with_capacity(leased.len());
        for leased in leased {
            let (lease, attempt) = (leased.lease, leased.attempt);
            match self.notice(leased).await {
                Ok(ready) => due.extend(ready),
                Err(error) => {
                    tracing::error!(job.id = %lease.job, %error, "a notice cannot be made");
                    self.postpone(lease, pause(attempt)).await?;
                }
            }
        }
        Ok(due)
    }

    /// When the next notice is due; none when nothing waits. One that is being sent counts as due when its lease ends.
    pub async fn next_notice_at(&self) -> Result<Option<Timestamp>, ServiceError> {
        let first = Scan::prefix(&Key::new(Kind::Outbox)).limit(1);
        let keys = self.core.read(move |view| Ok(view.keys(&first)?)).await?;
        Ok(keys.first().and_then(|key| key.parts().time()))
    }

    /// A mail server took it.
    pub async fn notice_sent(&self, lease: &NoticeLease) -> Result<(), ServiceError> {
        self.settle(lease, NoticeMark::HandedOver, None).await
    }

    /// A mail server refused it.
    pub async fn notice_failed(&self, lease: &NoticeLease, refusal: Refusal) -> Result<(), ServiceError> {
        match refusal {
            Refusal::Later => self.settle(lease, NoticeMark::Delayed, Some(pause(lease.attempt))).await,
            Refusal::ForGood => self.settle(lease, NoticeMark::Refused, None).await,
        }
    }

    async fn notice(&self, leased: Leased) -> Result<Option<(NoticeLease, Notice)>, ServiceError> {
        let job = NoticeJob::decode(&leased.payload)?;
        let lease = NoticeLease { lease: leased.lease, job, attempt: leased.attempt };
        let Some(municipality) = self.core.directory.by_id(job.municipality).cloned() else {
            tracing::warn!(job.id = %leased.lease.job, "a notice waits for a municipality that is not configured");
            self.postpone(leased.lease, LONGEST_PAUSE).await?;
            return Ok(None);
        };
        match self.core.read(move |view| build(view, &municipality, &job)).await? {
            Made::Ready(notice) => {
                let place = self.core.municipality(notice.municipality)?;
                let shown = |method| MethodView::new(&self.core, place, method, notice.language).name;
                let methods = place.methods_for(Audience::Resident).map(shown).collect();
                Ok(Some((lease, Notice { methods, ..*notice })))
            }
            Made::Senseless(mark) => {
                self.settle(&lease, mark, None).await?;
                Ok(None)
            }
            Made::Over => {
                self.core
                    .store
                    .write::<_, ServiceError, _>(move |tx| Ok(tx.complete(&leased.lease)?))
                    .await?;
                Ok(None)
            }
        }
    }

    async fn postpone(&self, lease: Lease, pause: SignedDuration) -> Result<(), ServiceError> {
        self.core
            .store
            .write(move |tx| {
                let due = tx.now().saturating_add(pause).unwrap_or(tx.now());
                tx.retry_at(&lease, due).map(drop).map_err(ServiceError::from)
            })
            .await
    }

    /// Notes how a notice fared, in its thread, together with the end or the next time of its job.
    async fn settle(
        &self,
        lease: &NoticeLease,
        mark: fn(Timestamp) -> NoticeMark,
        again: Option<SignedDuration>,
    ) -> Result<(), ServiceError> {
        let (lease, core) = (*lease, std::sync::Arc::clone(&self.core));
        self.core
            .write(lease.job.municipality, move |tx| {
                let now = tx.now();
                let held = match again {
                    None => tx.complete(&lease.lease)?,
                    Some(pause) => tx.retry_at(&lease.lease, now.saturating_add(pause).unwrap_or(now))?,
                };
                if held {
                    note(tx, core.municipality(lease.job.municipality)?, &lease.job, mark(now))?;
                }
                Ok(())
            })
            .await
    }
}

/// What comes of a job.
enum Made {
    /// A notice to be sent.
    Ready(Box<Notice>),
    /// Nothing may be sent, and the sender must see why.
    Senseless(fn(Timestamp) -> NoticeMark),
    /// The message can no longer be read, so there is nothing to say.
    Over,
}

/// The notice of a job, unless it has lost its sense.
fn build(view: &impl Reading, municipality: &Municipality, job: &NoticeJob) -> Result<Made, ServiceError> {
    let key = Thread::key(municipality.id, job.mailbox, job.thread);
    let Some(thread) = view.get::<Thread>(&key)? else { return Ok(Made::Over) };
    let Some(entry) = thread.entry(job.message) else { return Ok(Made::Over) };
    if entry.ended || entry.last_day < today(municipality, view.now()) {
        return Ok(Made::Over);
    }
    let Some(message) = letters::copy(view, municipality, &thread, entry)? else { return Ok(Made::Over) };
    let (Some(invitation), Some(address)) = (&message.invitation, message.address) else {
        return Ok(Made::Over);
    };
    let Some(pair) = view.get::<Pair>(&Pair::key(municipality.id, thread.person, address))? else {
        return Ok(Made::Senseless(NoticeMark::Refused));
    };
    if pair.paused.is_some() {
        return Ok(Made::Senseless(NoticeMark::NotTheirs));
    }
    Ok(Made::Ready(Box::new(Notice {
        municipality: municipality.id,
        to: pair.email.clone(),
        language: job.language,
        link: invitation.reference(),
        code: pair.confirmed.is_none().then(|| invitation.code()),
        // Outside of the transaction, because plugins are asked what they are called.
        methods: Vec::new(),
        last_day: entry.last_day,
        days: municipality.retention.days(),
        message_id: message_id(job, municipality),
    })))
}

/// Says nothing about the message: a digest of its id.
fn message_id(job: &NoticeJob, municipality: &Municipality) -> String {
    let digest = crate::token::hash_of(&[b"notice ".as_slice(), job.message.as_bytes()].concat());
    let local = data_encoding::HEXLOWER.encode(digest.get(..16).unwrap_or_default());
    format!("{local}@{}", municipality.host())
}

fn note(
    tx: &mut Tx<'_>,
    municipality: &Municipality,
    job: &NoticeJob,
    mark: NoticeMark,
) -> Result<(), ServiceError> {
    let key = Thread::key(municipality.id, job.mailbox, job.thread);
    let Some(mut thread) = tx.get::<Thread>(&key)? else { return Ok(()) };
    let Some(entry) = thread.entry_mut(job.message) else { return Ok(()) };
    if !matches!(entry.notice, Some(NoticeMark::NotTheirs(_))) {
        entry.notice = Some(mark);
        posting::put_thread(tx, municipality, job.mailbox, job.thread, &thread)?;
    }
    Ok(())
}

/// Half a minute, a minute, two … an hour.
fn pause(attempt: u32) -> SignedDuration {
    let doubled = FIRST_PAUSE.checked_mul(1 << attempt.saturating_sub(1).min(10)).unwrap_or(LONGEST_PAUSE);
    doubled.min(LONGEST_PAUSE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_an_hour_and_no_further() {
        assert_eq!(pause(1), SignedDuration::from_secs(30));
        assert_eq!(pause(2), SignedDuration::from_mins(1));
        assert_eq!(pause(7), SignedDuration::from_mins(32));
        assert_eq!(pause(8), SignedDuration::from_hours(1));
        assert_eq!(pause(4_000), SignedDuration::from_hours(1));
    }
}
