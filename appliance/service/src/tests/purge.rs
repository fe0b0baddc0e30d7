//! Two clocks, and a third one that jumps (P6, P29).

use jiff::SignedDuration;
use kuvert_domain::registration::Registration;
use kuvert_store::{Reading as _, records};

use super::bench::{ASTRID, ASTRIDS_MAIL, Bench, HOUSING, MINOR, answer, bytes, draft, words};
use crate::{ClockJumps, Destination, Proof, PurgeReport, ServiceError};

#[tokio::test]
async fn a_month_later_the_undecided_copy_stays_and_the_access_is_gone() {
    let bench = Bench::open().await;
    let (receipt, notice) = bench.write_to(ASTRID, ASTRIDS_MAIL).await;
    let (astrid, _) = bench.arrive("granby", ASTRID, Destination::Link(notice.link.to_string())).await;
    astrid.message(receipt.message).await.unwrap();

    bench.pass_days(31);
    let report = bench.service.tasks().purge().await.unwrap();
    assert_eq!((report.ended, report.destroyed, report.postponed), (1, 0, 1));
    let astrid = bench.resident(ASTRID).await;
    assert!(astrid.inbox().await.unwrap().is_empty());
    assert!(matches!(astrid.message(receipt.message).await, Err(ServiceError::NotFound)));

    let bo = bench.staff("Bo Exempel", &[HOUSING]).await;
    let thread = bo.thread(receipt.thread).await.unwrap();
    assert_eq!(thread.messages[0].body.as_str(), "Hej!\nVi behöver ett intyg.");
    assert!(thread.messages[0].ended);
    assert_eq!(thread.messages[0].readable.days_left, 0);

    // Decided late, it goes on the day to which it was postponed, and not before.
    bo.register(receipt.thread, Registration::MinorImportance).await.unwrap();
    bench.service.tasks().purge().await.unwrap();
    bench.bo().await.thread(receipt.thread).await.unwrap();
    bench.pass_days(31);
    assert_eq!(bench.service.tasks().purge().await.unwrap().destroyed, 1);
    let late = bench.bo().await;
    assert!(matches!(late.thread(receipt.thread).await, Err(ServiceError::NotFound)));
}

#[tokio::test]
async fn of_minor_importance_both_copies_both_keys_and_the_files_go() {
    let bench = Bench::open().await;
    let bo = bench.staff("Bo Exempel", &[MINOR]).await;
    let text = draft(&bo, bench.mailbox(MINOR), words(ASTRID, ASTRIDS_MAIL)).await;
    bo.attach(text, "a.pdf", bytes(b"%PDF-1.7 a")).await.unwrap();
    let receipt = bo.send(text).await.unwrap();
    let notice = bench.post().await.pop().unwrap();
    let (astrid, _) = bench.arrive("granby", ASTRID, Destination::Link(notice.link.to_string())).await;
    answer(&astrid, receipt.message).await;

    bench.pass_days(31);
    let report = bench.service.tasks().purge().await.unwrap();
    assert_eq!((report.ended, report.destroyed, report.files), (2, 2, 2));
    let bo = bench.staff("Bo Exempel", &[MINOR]).await;
    assert!(bo.threads(bench.mailbox(MINOR), crate::ThreadFilter::All).await.unwrap().is_empty());

    let id = bench.municipality("granby").id;
    let left = bench.service.core().read(move |view| {
        let row = view.has(&records::Message::key(id, receipt.message))?;
        let wraps =
            view.keys(&kuvert_store::Scan::prefix(&kuvert_store::Key::new(kuvert_store::Kind::Wrap)))?;
        Ok((row, wraps.len()))
    });
    assert_eq!(left.await.unwrap(), (false, 0));
    let swept = bench.service.tasks().sweep().await.unwrap();
    assert_eq!((swept.removed, swept.missing), (0, 0));
}

#[tokio::test]
async fn nothing_goes_a_day_early_and_a_second_purge_finds_nothing() {
    let bench = Bench::open().await;
    let (receipt, notice) = bench.write_to(ASTRID, ASTRIDS_MAIL).await;
    // The last day is the 20th of December, to its end in local time: 23:59 in Stockholm.
    bench.pass("2026-12-20T22:59:00Z".parse::<jiff::Timestamp>().unwrap().duration_since(bench.now()));
    assert_eq!(bench.service.tasks().purge().await.unwrap().ended, 0);
    let (astrid, _) = bench.arrive("granby", ASTRID, Destination::Link(notice.link.to_string())).await;
    let shown = astrid.message(receipt.message).await.unwrap();
    assert_eq!(shown.readable.days_left, 1);
    bench.pass(SignedDuration::from_mins(2));
    assert!(astrid.message(receipt.message).await.is_err(), "access ends with the day, not with the purge");
    assert_eq!(bench.service.tasks().purge().await.unwrap().ended, 1);
    assert_eq!(bench.service.tasks().purge().await.unwrap(), PurgeReport::default());
}

#[tokio::test]
async fn a_jump_of_the_clock_holds_the_purge_until_somebody_confirms_it() {
    let bench = Bench::with(ClockJumps::Hold).await;
    let tasks = bench.service.tasks();
    bench.write_to(ASTRID, ASTRIDS_MAIL).await;
    assert_eq!(tasks.purge().await.unwrap().held, 0);
    bench.pass_days(31);
    for _ in 0..3 {
        let report = tasks.purge().await.unwrap();
        assert_eq!((report.held, report.ended), (2, 0));
    }
    tasks.confirm_clock().await.unwrap();
    let report = tasks.purge().await.unwrap();
    assert_eq!((report.held, report.ended), (0, 1));
}

#[tokio::test]
async fn a_missed_night_is_no_jump_and_a_nightly_purge_is_none() {
    let bench = Bench::with(ClockJumps::Hold).await;
    let tasks = bench.service.tasks();
    bench.write_to(ASTRID, ASTRIDS_MAIL).await;
    for hour in 0..24 * 40 {
        tasks.expire().await.unwrap();
        if hour % 24 == 2 && hour / 24 % 3 != 1 {
            assert_eq!(tasks.purge().await.unwrap().held, 0, "hour {hour}");
        }
        bench.pass(SignedDuration::from_hours(1));
    }
    let bo = bench.bo().await;
    let thread = super::bench::only_thread(&bo, bench.mailbox(HOUSING)).await;
    assert!(bo.thread(thread).await.unwrap().messages[0].ended);
}

#[tokio::test]
async fn a_jump_seen_first_by_another_task_holds_everything_too() {
    let bench = Bench::with(ClockJumps::Hold).await;
    let tasks = bench.service.tasks();
    tasks.expire().await.unwrap();
    let kept = draft(&bench.bo().await, bench.mailbox(HOUSING), words(ASTRID, ASTRIDS_MAIL)).await;
    bench.pass_days(31);
    assert_eq!(tasks.sweep().await.unwrap().drafts, 0);
    tasks.expire().await.unwrap();
    assert_eq!(tasks.purge().await.unwrap().held, 2);
    assert_eq!(bench.bo().await.draft(kept).await.unwrap().id, kept);
    tasks.confirm_clock().await.unwrap();
    assert_eq!(tasks.sweep().await.unwrap().drafts, 1);
}

#[tokio::test]
async fn a_row_that_does_not_open_stops_nothing_else() {
    let bench = Bench::open().await;
    let (broken, _) = bench.write_to(ASTRID, ASTRIDS_MAIL).await;
    let (whole, _) = bench.write_to(ASTRID, ASTRIDS_MAIL).await;
    let (id, core) = (bench.municipality("granby").id, bench.service.core());
    let other = bench.municipality("granby").authorities[0].id;
    let damage = core.write(id, move |tx| {
        let from = crate::epochs::resident(id, other, jiff::civil::date(2026, 12, 20));
        let key = tx.unwrap_key(&from, &whole.message)?.unwrap();
        let row: records::Message = tx.get_under(&records::Message::key(id, whole.message), &key)?.unwrap();
        let wrong = tx.new_data_key();
        Ok(tx.put_under(&records::Message::key(id, broken.message), &row, &wrong)?)
    });
    damage.await.unwrap();
    bench.pass_days(31);
    let report = bench.service.tasks().purge().await.unwrap();
    assert_eq!(
        (report.ended, report.postponed),
        (2, 2),
        "access ends, and an undecided copy is never destroyed"
    );
    assert_eq!(bench.service.tasks().purge().await.unwrap(), PurgeReport::default());
}

#[tokio::test]
async fn old_links_are_as_good_as_none_and_a_new_message_works_as_before() {
    let bench = Bench::open().await;
    let (_, old) = bench.write_to(ASTRID, ASTRIDS_MAIL).await;
    bench.arrive("granby", ASTRID, Destination::Link(old.link.to_string())).await;
    bench.pass_days(31);
    bench.service.tasks().purge().await.unwrap();
    bench.service.tasks().sweep().await.unwrap();
    let (receipt, notice) = bench.write_to(ASTRID, ASTRIDS_MAIL).await;
    assert!(notice.code.is_none(), "the pair outlives the message, and the month of its index");
    let astrid = bench.resident(ASTRID).await;
    assert_eq!(astrid.land(Proof::Link(old.link.to_string())).await.unwrap(), crate::Landing::Checks);
    astrid.message(receipt.message).await.unwrap();
}

#[tokio::test]
async fn drafts_people_and_sessions_do_not_stay_for_ever() {
    let bench = Bench::open().await;
    let bo = bench.bo().await;
    let kept = draft(&bo, bench.mailbox(HOUSING), words(ASTRID, ASTRIDS_MAIL)).await;
    bo.attach(kept, "a.pdf", bytes(b"%PDF-1.7 a")).await.unwrap();
    bench.write_to(ASTRID, ASTRIDS_MAIL).await;
    bench.pass_days(31);
    let report = bench.service.tasks().expire().await.unwrap();
    assert!(report.sessions >= 1 && report.logins >= 1);
    let report = bench.service.tasks().sweep().await.unwrap();
    assert_eq!(report.drafts, 2, "the one kept and the one sent");
    assert!(bench.bo().await.drafts().await.unwrap().is_empty());
    bench.pass_days(400);
    let report = bench.service.tasks().sweep().await.unwrap();
    assert_eq!(report.persons, 2, "a pair and a person");
}

#[tokio::test]
async fn two_purges_at_once_do_what_one_does() {
    let bench = Bench::open().await;
    bench.write_to(ASTRID, ASTRIDS_MAIL).await;
    draft(&bench.bo().await, bench.mailbox(HOUSING), words(ASTRID, ASTRIDS_MAIL)).await;
    bench.pass_days(31);
    let (one, other) = (bench.service.tasks(), bench.service.tasks());
    let (one, other) = tokio::join!(one.purge(), other.purge());
    assert_eq!(one.unwrap().ended + other.unwrap().ended, 1);
}
