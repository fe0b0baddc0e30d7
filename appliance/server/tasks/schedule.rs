//! When jobs run: one loop per job, woken by its cron expression on the appliance's clock, by the bell, or by the end.
//!
//! The clock may be set, so no loop sleeps longer than a second before it looks at it again.

use std::time::Duration;

use chrono::{DateTime, Utc};
use cron::Schedule;
use jiff::Timestamp;
use kuvert_service::ServiceError;
use tokio::task::JoinSet;

use super::{Look, Stop, Tasks};
use crate::config::Schedules;

/// How often the clock is looked at.
pub(super) const GLANCE: Duration = Duration::from_secs(1);

/// Starts every job's loop. Dropping the set ends them all.
pub(crate) fn run(tasks: &Tasks, schedules: &Schedules, stop: &Stop) -> JoinSet<()> {
    let mut loops = JoinSet::new();
    let job = tasks.clone();
    loops.spawn(every(schedules.notices.clone(), tasks.clone(), true, stop.clone(), "notices", move || {
        let job = job.clone();
        async move { job.send_notices().await.map(|_| ()) }
    }));
    let job = tasks.clone();
    loops.spawn(every(schedules.purge.clone(), tasks.clone(), false, stop.clone(), "purge", move || {
        let job = job.clone();
        async move { job.purge().await }
    }));
    let job = tasks.clone();
    loops.spawn(every(schedules.sweep.clone(), tasks.clone(), false, stop.clone(), "sweep", move || {
        let job = job.clone();
        async move { job.sweep().await }
    }));
    let job = tasks.clone();
    loops.spawn(every(
        schedules.sessions.clone(),
        tasks.clone(),
        false,
        stop.clone(),
        "sessions",
        move || {
            let job = job.clone();
            async move { job.expire_sessions().await }
        },
    ));
    loops.spawn(plugins(tasks.clone(), stop.clone()));
    let (job, schedule, tasks, stop) =
        (tasks.clone(), schedules.certificates.clone(), tasks.clone(), stop.clone());
    loops.spawn(async move {
        if let Err(error) = job.watch_certificates(Look::First).await {
            tracing::error!(task.name = "certificates", %error, "a job failed");
        }
        let daily = move || {
            let job = job.clone();
            async move { job.watch_certificates(Look::Daily).await }
        };
        every(schedule, tasks, false, stop, "certificates", daily).await;
    });
    loops
}

/// Looks every second whether an administrator has changed a plugin. A failure is told once, until it is another one.
async fn plugins(tasks: Tasks, mut stop: Stop) {
    let mut told = String::new();
    loop {
        tokio::select! {
            biased;
            () = stopped(&mut stop) => return,
            () = wait(GLANCE) => {}
        }
        let failed =
            tasks.keep_up_with_plugins().await.err().map_or_else(String::new, |error| error.to_string());
        if failed != told && !failed.is_empty() {
            tracing::error!(error = failed, "the plugins could not be looked at");
        }
        told = failed;
    }
}

/// One job's loop. A failure is logged here, once, and the job waits for its next time. A job that has begun is never
/// cut off by a stop: the loop ends after it.
async fn every<F, Fut>(schedule: Schedule, tasks: Tasks, heeds_bell: bool, mut stop: Stop, name: &str, job: F)
where
    F: Fn() -> Fut,
    Fut: Future<Output = Result<(), ServiceError>>,
{
    let mut seen = tasks.equipment.clock.now();
    let mut due = next(&schedule, seen);
    loop {
        let rung = tokio::select! {
            biased;
            () = stopped(&mut stop) => return,
            () = tasks.equipment.bell.notified(), if heeds_bell => true,
            () = wait(GLANCE) => false,
        };
        let now = tasks.equipment.clock.now();
        if now < seen {
            due = next(&schedule, now);
        }
        seen = now;
        if rung || due.is_some_and(|due| due <= now) {
            if let Err(error) = job().await {
                tracing::error!(task.name = name, %error, "a job failed");
            }
            due = next(&schedule, tasks.equipment.clock.now());
        }
    }
}

/// The next time after this one; none when the expression names no more (a year that has passed).
fn next(schedule: &Schedule, after: Timestamp) -> Option<Timestamp> {
    let after = DateTime::<Utc>::from_timestamp(after.as_second(), 0)?;
    let next = schedule.after(&after).next()?;
    Timestamp::from_second(next.timestamp()).ok()
}

async fn stopped(stop: &mut Stop) {
    if stop.wait_for(|stop| *stop).await.is_err() {
        tracing::debug!("jobs end because nobody holds the switch any more");
    }
}

#[expect(clippy::disallowed_methods, reason = "jobs are one of the two places that may wait for time")]
pub(super) async fn wait(time: Duration) {
    tokio::time::sleep(time).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_time_is_after_this_one() {
        let nightly: Schedule = "0 30 2 * * *".parse().unwrap();
        let now: Timestamp = "2026-11-21T02:30:00Z".parse().unwrap();
        assert_eq!(next(&nightly, now), Some("2026-11-22T02:30:00Z".parse().unwrap()));
        let past: Schedule = "0 0 0 1 1 * 2020".parse().unwrap();
        assert_eq!(next(&past, now), None);
    }
}
