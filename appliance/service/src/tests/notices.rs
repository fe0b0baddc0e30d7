//! Notices: promised with the message, repeated until taken, silent about everything (P1, P27).

use jiff::SignedDuration;

use super::town::{ASTRID, ASTRIDS_MAIL, BERTIL, HOUSING, Town, only_thread, send};
use crate::{Destination, NoticeState, Refusal};

#[tokio::test]
async fn a_refused_notice_is_tried_again_with_the_same_message_id() {
    let town = Town::open().await;
    let tasks = town.service.tasks();
    send(&town.bo().await, town.mailbox(HOUSING), ASTRID, ASTRIDS_MAIL).await.unwrap();
    let mut ids = Vec::new();
    for pause in [30, 60, 120] {
        let (lease, notice) = tasks.due_notices(10).await.unwrap().pop().unwrap();
        ids.push(notice.message_id);
        tasks.notice_failed(&lease, Refusal::Later).await.unwrap();
        town.pass(SignedDuration::from_secs(pause - 1));
        assert!(tasks.due_notices(10).await.unwrap().is_empty(), "not before {pause} s");
        town.pass(SignedDuration::from_secs(1));
    }
    let (lease, notice) = tasks.due_notices(10).await.unwrap().pop().unwrap();
    assert!(ids.iter().all(|id| *id == notice.message_id));
    assert!(notice.message_id.ends_with("@granby.localhost"));
    tasks.notice_sent(&lease).await.unwrap();
    tasks.notice_sent(&lease).await.unwrap();
    assert!(tasks.due_notices(10).await.unwrap().is_empty());
    let bo = town.bo().await;
    let thread = only_thread(&bo, town.mailbox(HOUSING)).await;
    let state = bo.thread(thread).await.unwrap().messages[0].notice;
    assert!(matches!(state, Some(NoticeState::HandedOver { .. })));
}

#[tokio::test]
async fn a_notice_whose_sender_died_comes_back() {
    let town = Town::open().await;
    let tasks = town.service.tasks();
    send(&town.bo().await, town.mailbox(HOUSING), ASTRID, ASTRIDS_MAIL).await.unwrap();
    let (dead, _) = tasks.due_notices(10).await.unwrap().pop().unwrap();
    assert!(tasks.due_notices(10).await.unwrap().is_empty());
    town.pass(SignedDuration::from_mins(5));
    let (lease, _) = tasks.due_notices(10).await.unwrap().pop().unwrap();
    tasks.notice_failed(&dead, Refusal::ForGood).await.unwrap();
    tasks.notice_sent(&lease).await.unwrap();
    let bo = town.bo().await;
    let thread = only_thread(&bo, town.mailbox(HOUSING)).await;
    let state = bo.thread(thread).await.unwrap().messages[0].notice;
    assert!(matches!(state, Some(NoticeState::HandedOver { .. })), "a lost lease says nothing");
}

#[tokio::test]
async fn a_notice_says_what_p1_says() {
    let town = Town::open().await;
    let (_, notice) = town.write_to(ASTRID, ASTRIDS_MAIL).await;
    assert_eq!(notice.to.as_str(), ASTRIDS_MAIL);
    assert_eq!(notice.methods, ["BankID"]);
    assert_eq!((notice.last_day, notice.days), (jiff::civil::date(2026, 12, 20), 30));
    assert!(notice.code.is_some());
}

#[tokio::test]
async fn a_paused_or_ended_notice_is_struck_out() {
    let town = Town::open().await;
    let (_, notice) = town.write_to(ASTRID, ASTRIDS_MAIL).await;
    let (bertil, _) = town.arrive("granby", BERTIL, Destination::Link(notice.link.to_string())).await;
    send(&town.bo().await, town.mailbox(HOUSING), ASTRID, ASTRIDS_MAIL).await.unwrap();
    bertil.not_mine().await.unwrap();
    assert!(town.post().await.is_empty(), "paused before it went out");
    let bo = town.bo().await;
    let told = bo.threads(town.mailbox(HOUSING), crate::ThreadFilter::All).await.unwrap();
    assert!(
        told.iter().all(|row| matches!(row.notice, Some(NoticeState::NotTheirs { .. }))),
        "and staff see it"
    );
    send(&town.bo().await, town.mailbox(HOUSING), ASTRID, ASTRIDS_MAIL).await.unwrap();
    town.pass_days(40);
    assert!(town.post().await.is_empty(), "ended before it went out");
}
