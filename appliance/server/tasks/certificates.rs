//! Warnings before a certificate runs out that a way to sign in depends on: a provider's for signing, our own for TLS.
//!
//! Nothing is remembered: what is said on a day follows from that day alone. Renewing is a person's work.

use jiff::Timestamp;
use kuvert_service::{ServiceError, sandbox::CertificateExpiry};

use super::Tasks;

const DAY_MS: i64 = 24 * 60 * 60_000;
/// So many days before the end it is said.
const TOLD_DAYS: [i64; 5] = [60, 30, 14, 7, 1];

/// When a look at the certificates happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// At the start: everything that ends within the longest warning is said.
    First,
    /// Once a day.
    Daily,
}

impl Tasks {
    /// Says in the log which certificates end soon, on the days for it.
    pub async fn watch_certificates(&self, look: Look) -> Result<(), ServiceError> {
        let now = self.equipment.clock.now();
        for paper in self.equipment.service.tasks().certificates().await {
            match paper {
                Ok(paper) => say(&paper, now, look),
                Err(fault) => {
                    tracing::error!(fault.code = %fault.code, fault.detail, "certificates cannot be read");
                }
            }
        }
        Ok(())
    }
}

fn say(paper: &CertificateExpiry, now: Timestamp, look: Look) {
    let days = days_left(paper, now);
    if !is_told(days, look) {
        return;
    }
    let CertificateExpiry { binding, purpose, x5t, .. } = paper;
    match (days, paper.replaced) {
        (..=-1, false) => {
            tracing::error!(
                binding,
                purpose,
                x5t,
                "a certificate is over: this way to sign in does not work"
            );
        }
        (_, false) => {
            tracing::warn!(binding, purpose, x5t, days, "a certificate ends soon and none follows it");
        }
        (_, true) => {
            tracing::info!(binding, purpose, x5t, days, "a certificate ends soon; another follows it");
        }
    }
}

/// Whole days until it ends; negative when it has ended.
fn days_left(paper: &CertificateExpiry, now: Timestamp) -> i64 {
    paper.expires_ms.saturating_sub(now.as_millisecond()).div_euclid(DAY_MS)
}

/// Whether something is said when so many days are left. From the last day on, every day.
fn is_told(days: i64, look: Look) -> bool {
    match look {
        Look::First => TOLD_DAYS.iter().any(|told| days <= *told),
        Look::Daily => days < 1 || TOLD_DAYS.contains(&days),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(look: Look) -> Vec<i64> {
        (-2..=365).filter(|days| is_told(*days, look)).collect()
    }

    #[test]
    fn five_warnings_and_then_every_day() {
        assert_eq!(told(Look::Daily), [-2, -1, 0, 1, 7, 14, 30, 60]);
        assert_eq!(told(Look::First), (-2..=60).collect::<Vec<_>>());
    }

    #[test]
    fn days_are_whole() {
        let now: Timestamp = "2026-11-22T06:00:00Z".parse().unwrap();
        let left = |offset_ms| {
            let paper = CertificateExpiry {
                binding: "granby/freja".to_owned(),
                purpose: "token.verify:freja-jws".to_owned(),
                x5t: "x".to_owned(),
                expires_ms: now.as_millisecond() + offset_ms,
                replaced: false,
            };
            days_left(&paper, now)
        };
        assert_eq!([left(60 * DAY_MS), left(DAY_MS - 1), left(0), left(-1)], [60, 0, 0, -1]);
    }
}
