//! Two clocks, and a third one that jumps (P6, P29).

use jiff::SignedDuration;
use kuvert_domain::registration::Registration;
use kuvert_store::{Reading as _, records};

use super::town::{ASTRID, ASTRIDS_MAIL, HOUSING, MINOR, Town, answer, bytes, draft, words};
use crate::{ClockJumps, Destination, Proof, PurgeReport, ServiceError};

#[tokio::test]
async fn a_month_later_the_undecided_copy_stays_and_the_access_is_gone() {
    let town = Town::open().await;
    let (receipt, notice) = town.write_to(ASTRID, ASTRIDS_MAIL).await;
    let (astrid, _) = town.arrive("granby", ASTRID, Destination::Link(notice.link.to_string())).await;
    astrid.message(receipt.message).await.unwrap();

    town.pass_days(31);
    let report = town.service.tasks().purge().await.unwrap();
    assert_eq!((report.ended, report.destroyed, report.postponed), (1, 0, 1));
    let astrid = town.resident(ASTRID).await;
    assert!(astrid.inbox().await.unwrap().is_empty());
    assert!(matches!(astrid.message(receipt.message).await, Err(ServiceError::NotFound)));

    let bo = town.staff("Bo Exempel", &[HOUSING]).await;
    let thread = bo.thread(receipt.thread).await.unwrap();
    assert_eq!(thread.messages[0].body.as_str(), "Hej!\nVi behöver ett intyg.");
    assert!(thread.messages[0].ended);
    assert_eq!(thread.messages[0].readable.days_left, 0);

    // Decided late, it goes on the day to which it was postponed, and not before.
    bo.register(receipt.thread, Registration::MinorImportance).await.unwrap();
    town.service.tasks().purge().await.unwrap();
    town.bo().await.thread(receipt.thread).await.unwrap();
    town.pass_days(31);
    assert_eq!(town.service.tasks().purge().await.unwrap().destroyed, 1);
    let late = town.bo().await;
    assert!(matches!(late.thread(receipt.thread).await, Err(ServiceError::NotFound)));
}

#[tokio::test]
async fn of_minor_importance_both_copies_both_keys_and_the_files_go() {
    let town = Town::open().await;
    let bo = town.staff("Bo Exempel", &[MINOR]).await;
    let text = draft(&bo, town.mailbox(MINOR), words(ASTRID, ASTRIDS_MAIL)).await;
    bo.attach(text, "a.pdf", bytes(b"%PDF-1.7 a")).await.unwrap();
    let receipt = bo.send(text).await.unwrap();
    let notice = town.post().await.pop().unwrap();
    let (astrid, _) = town.arrive("granby", ASTRID, Destination::Link(notice.link.to_string())).await;
    answer(&astrid, receipt.message).await;

    town.pass_days(31);
    let report = town.service.tasks().purge().await.unwrap();
    assert_eq!((report.ended, report.destroyed, report.files), (2, 2, 2));
    let bo = town.staff("Bo Exempel", &[MINOR]).await;
    assert!(bo.threads(town.mailbox(MINOR), crate::ThreadFilter::All).await.unwrap().is_empty());

    let id = town.municipality("granby").id;
    let left = town.service.core().read(move |view| {
        let row = view.has(&records::Message::key(id, receipt.message))?;
        let wraps =
            view.keys(&kuvert_store::Scan::prefix(&kuvert_store::Key::new(kuvert_store::Kind::Wrap)))?;
        Ok((row, wraps.len()))
    });
    assert_eq!(left.await.unwrap(), (false, 0));
    let swept = town.service.tasks().sweep().await.unwrap();
    assert_eq!((swept.removed, swept.missing), (0, 0));
}

#[tokio::test]
async fn nothing_goes_a_day_early_and_a_second_purge_finds_nothing() {
    let town = Town::open().await;
    let (receipt, notice) = town.write_to(ASTRID, ASTRIDS_MAIL).await;
    // The last day is the 20th of December, to its end in local time: 23:59 in Stockholm.
    town.pass("2026-12-20T22:59:00Z".parse::<jiff::Timestamp>().unwrap().duration_since(town.now()));
    assert_eq!(town.service.tasks().purge().await.unwrap().ended, 0);
    let (astrid, _) = town.arrive("granby", ASTRID, Destination::Link(notice.link.to_string())).await;
    let shown = astrid.message(receipt.message).await.unwrap();
    assert_eq!(shown.readable.days_left, 1);
    town.pass(SignedDuration::from_mins(2));
    assert!(astrid.message(receipt.message).await.is_err(), "access ends with the day, not with the purge");
    assert_eq!(town.service.tasks().purge().await.unwrap().ended, 1);
    assert_eq!(town.service.tasks().purge().await.unwrap(), PurgeReport::default());
}

#[tokio::test]
async fn a_jump_of_the_clock_holds_the_purge_until_somebody_confirms_it() {
    let town = Town::with(ClockJumps::Hold).await;
    let tasks = town.service.tasks();
    town.write_to(ASTRID, ASTRIDS_MAIL).await;
    assert_eq!(tasks.purge().await.unwrap().held, 0);
    town.pass_days(31);
    for _ in 0..3 {
        let report = tasks.purge().await.unwrap();
        assert_eq!((report.held, report.ended), (3, 0));
    }
    tasks.confirm_clock().await.unwrap();
    let report = tasks.purge().await.unwrap();
    assert_eq!((report.held, report.ended), (0, 1));
}

#[tokio::test]
async fn a_missed_night_is_no_jump_and_a_nightly_purge_is_none() {
    let town = Town::with(ClockJumps::Hold).await;
    let tasks = town.service.tasks();
    town.write_to(ASTRID, ASTRIDS_MAIL).await;
    for hour in 0..24 * 40 {
        tasks.expire().await.unwrap();
        if hour % 24 == 2 && hour / 24 % 3 != 1 {
            assert_eq!(tasks.purge().await.unwrap().held, 0, "hour {hour}");
        }
        town.pass(SignedDuration::from_hours(1));
    }
    let bo = town.bo().await;
    let thread = super::town::only_thread(&bo, town.mailbox(HOUSING)).await;
    assert!(bo.thread(thread).await.unwrap().messages[0].ended);
}

#[tokio::test]
async fn a_jump_seen_first_by_another_task_holds_everything_too() {
    let town = Town::with(ClockJumps::Hold).await;
    let tasks = town.service.tasks();
    tasks.expire().await.unwrap();
    let kept = draft(&town.bo().await, town.mailbox(HOUSING), words(ASTRID, ASTRIDS_MAIL)).await;
    town.pass_days(31);
    assert_eq!(tasks.sweep().await.unwrap().drafts, 0);
    tasks.expire().await.unwrap();
    assert_eq!(tasks.purge().await.unwrap().held, 3);
    assert_eq!(town.bo().await.draft(kept).await.unwrap().id, kept);
    tasks.confirm_clock().await.unwrap();
    assert_eq!(tasks.sweep().await.unwrap().drafts, 1);
}

#[tokio::test]
async fn a_row_that_does_not_open_stops_nothing_else() {
    let town = Town::open().await;
    let (broken, _) = town.write_to(ASTRID, ASTRIDS_MAIL).await;
    let (whole, _) = town.write_to(ASTRID, ASTRIDS_MAIL).await;
    let (id, core) = (town.municipality("granby").id, town.service.core());
    let other = town.municipality("granby").authorities[0].id;
    let damage = core.write(id, move |tx| {
        let from = crate::epochs::resident(id, other, jiff::civil::date(2026, 12, 20));
        let key = tx.unwrap_key(&from, &whole.message)?.unwrap();
        let row: records::Message = tx.get_under(&records::Message::key(id, whole.message), &key)?.unwrap();
        let wrong = tx.new_data_key();
        Ok(tx.put_under(&records::Message::key(id, broken.message), &row, &wrong)?)
    });
    damage.await.unwrap();
    town.pass_days(31);
    let report = town.service.tasks().purge().await.unwrap();
    assert_eq!(
        (report.ended, report.postponed),
        (2, 2),
        "access ends, and an undecided copy is never destroyed"
    );
    assert_eq!(town.service.tasks().purge().await.unwrap(), PurgeReport::default());
}

#[tokio::test]
async fn old_links_are_as_good_as_none_and_a_new_message_works_as_before() {
    let town = Town::open().await;
    let (_, old) = town.write_to(ASTRID, ASTRIDS_MAIL).await;
    town.arrive("granby", ASTRID, Destination::Link(old.link.to_string())).await;
    town.pass_days(31);
    town.service.tasks().purge().await.unwrap();
    town.service.tasks().sweep().await.unwrap();
    let (receipt, notice) = town.write_to(ASTRID, ASTRIDS_MAIL).await;
    assert!(notice.code.is_none(), "the pair outlives the message, and the month of its index");
    let astrid = town.resident(ASTRID).await;
    assert_eq!(astrid.land(Proof::Link(old.link.to_string())).await.unwrap(), crate::Landing::Checks);
    astrid.message(receipt.message).await.unwrap();
}

#[tokio::test]
async fn drafts_people_and_sessions_do_not_stay_for_ever() {
    let town = Town::open().await;
    let bo = town.bo().await;
    let kept = draft(&bo, town.mailbox(HOUSING), words(ASTRID, ASTRIDS_MAIL)).await;
    bo.attach(kept, "a.pdf", bytes(b"%PDF-1.7 a")).await.unwrap();
    town.write_to(ASTRID, ASTRIDS_MAIL).await;
    town.pass_days(31);
    let report = town.service.tasks().expire().await.unwrap();
    assert!(report.sessions >= 1 && report.logins >= 1);
    let report = town.service.tasks().sweep().await.unwrap();
    assert_eq!(report.drafts, 2, "the one kept and the one sent");
    assert!(town.bo().await.drafts().await.unwrap().is_empty());
    town.pass_days(400);
    let report = town.service.tasks().sweep().await.unwrap();
    assert_eq!(report.persons, 2, "a pair and a person");
}

#[tokio::test]
async fn two_purges_at_once_do_what_one_does() {
    let town = Town::open().await;
    town.write_to(ASTRID, ASTRIDS_MAIL).await;
    draft(&town.bo().await, town.mailbox(HOUSING), words(ASTRID, ASTRIDS_MAIL)).await;
    town.pass_days(31);
    let (one, other) = (town.service.tasks(), town.service.tasks());
    let (one, other) = tokio::join!(one.purge(), other.purge());
    assert_eq!(one.unwrap().ended + other.unwrap().ended, 1);
}
