//! The two proofs and the two checks (P4, P5).

use kuvert_domain::checks::{Check, TwoChecks};

use super::town::{ASTRID, ASTRIDS_MAIL, BERTIL, HOUSING, Town, only_thread, send};
use crate::{Arrival, Destination, Landing, NoticeState, Proof, Resident, ServiceError};

const NOT_INVITED: TwoChecks = TwoChecks { invited: Check::No, identity: Check::NotChecked };
const ANOTHER: TwoChecks = TwoChecks { invited: Check::Yes, identity: Check::No };

async fn shown(resident: &Resident) -> TwoChecks {
    resident.checks().await.unwrap().unwrap().checks
}

#[tokio::test]
async fn without_link_or_code_the_first_visit_shows_the_checks() {
    let town = Town::open().await;
    let (receipt, notice) = town.write_to(ASTRID, ASTRIDS_MAIL).await;
    let (astrid, arrival) = town.arrive("granby", ASTRID, Destination::Home).await;
    assert_eq!(arrival, Arrival::Checks);
    assert_eq!(shown(&astrid).await, NOT_INVITED);
    assert!(astrid.inbox().await.unwrap().is_empty());
    assert!(matches!(astrid.message(receipt.message).await, Err(ServiceError::NotFound)));

    let typed = notice.code.unwrap().to_string().to_lowercase().replace('-', " ");
    assert_eq!(astrid.land(Proof::Code(typed)).await.unwrap(), Landing::Open(receipt.message));
    assert_eq!(astrid.checks().await.unwrap(), None);
    assert_eq!(astrid.inbox().await.unwrap().len(), 1);

    let (_, again) = town.arrive("granby", ASTRID, Destination::Home).await;
    assert_eq!(again, Arrival::Inbox, "the second visit needs no link");
}

#[tokio::test]
async fn a_stranger_and_a_known_person_without_an_invitation_look_alike() {
    let town = Town::open().await;
    town.write_to(ASTRID, ASTRIDS_MAIL).await;
    let (astrid, _) = town.arrive("granby", ASTRID, Destination::Home).await;
    let (bertil, arrival) = town.arrive("granby", BERTIL, Destination::Home).await;
    assert_eq!(arrival, Arrival::Checks);
    assert_eq!(shown(&bertil).await, shown(&astrid).await);
}

#[tokio::test]
async fn another_person_with_the_right_link_is_told_so_and_can_say_it_is_not_theirs() {
    let town = Town::open().await;
    let (receipt, notice) = town.write_to(ASTRID, ASTRIDS_MAIL).await;
    let link = Destination::Link(notice.link.to_string());
    let (bertil, arrival) = town.arrive("granby", BERTIL, link).await;
    assert_eq!(arrival, Arrival::Checks);
    let view = bertil.checks().await.unwrap().unwrap();
    assert_eq!((view.checks, view.can_disown, view.disowned), (ANOTHER, true, false));
    assert!(matches!(bertil.message(receipt.message).await, Err(ServiceError::NotFound)));
    assert!(bertil.inbox().await.unwrap().is_empty());

    bertil.not_mine().await.unwrap();
    assert!(bertil.checks().await.unwrap().unwrap().disowned);
    let bo = town.bo().await;
    let thread = only_thread(&bo, town.mailbox(HOUSING)).await;
    let notice = bo.thread(thread).await.unwrap().messages[0].notice;
    assert_eq!(notice, Some(NoticeState::NotTheirs { at: town.now() }));
}

#[tokio::test]
async fn nobody_disowns_without_an_invitation_of_somebody_else() {
    let town = Town::open().await;
    let (astrid, _) = town.arrive("granby", ASTRID, Destination::Home).await;
    assert!(matches!(astrid.not_mine().await, Err(ServiceError::NotFound)));
}

#[tokio::test]
async fn a_later_message_to_a_mistyped_address_does_not_open_without_its_own_link() {
    let town = Town::open().await;
    let (first, notice) = town.write_to(ASTRID, ASTRIDS_MAIL).await;
    let (astrid, _) = town.arrive("granby", ASTRID, Destination::Link(notice.link.to_string())).await;
    let (second, second_notice) = town.write_to(ASTRID, "astrd@example.org").await;
    assert!(second_notice.code.is_some(), "the new pair is unconfirmed");

    let inbox = astrid.inbox().await.unwrap();
    assert_eq!(inbox.iter().map(|it| it.id).collect::<Vec<_>>(), [first.message]);
    assert!(matches!(astrid.message(second.message).await, Err(ServiceError::NotFound)));
    assert!(matches!(astrid.reply(second.message).await, Err(ServiceError::NotFound)));

    let landed = astrid.land(Proof::Link(second_notice.link.to_string())).await.unwrap();
    assert_eq!(landed, Landing::Open(second.message));
    assert_eq!(astrid.inbox().await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_mistyped_number_opens_nothing_for_the_one_who_has_it() {
    let town = Town::open().await;
    // Meant for Astrid, whose address it is, but written with Bertil's number.
    let (receipt, notice) = town.write_to(BERTIL, ASTRIDS_MAIL).await;
    let (bertil, _) = town.arrive("granby", BERTIL, Destination::Home).await;
    assert!(matches!(bertil.message(receipt.message).await, Err(ServiceError::NotFound)));
    let (astrid, _) = town.arrive("granby", ASTRID, Destination::Link(notice.link.to_string())).await;
    assert_eq!(shown(&astrid).await, ANOTHER);
}

#[tokio::test]
async fn expired_and_invented_links_and_codes_are_all_alike() {
    let town = Town::open().await;
    let (_, notice) = town.write_to(ASTRID, ASTRIDS_MAIL).await;
    let old = notice.link.to_string();
    town.pass_days(31);
    let (late, _) = town.arrive("granby", ASTRID, Destination::Link(old.clone())).await;
    assert_eq!(shown(&late).await, NOT_INVITED, "before the purge");
    town.service.tasks().purge().await.unwrap();
    for text in [old, "x".repeat(32), String::new(), "å".repeat(300), "AAAA".repeat(8)] {
        let (person, arrival) = town.arrive("granby", ASTRID, Destination::Link(text)).await;
        assert_eq!(arrival, Arrival::Checks);
        let view = person.checks().await.unwrap().unwrap();
        assert_eq!((view.checks, view.can_disown), (NOT_INVITED, false));
    }
}

#[tokio::test]
async fn a_link_with_the_right_code_and_a_wrong_rest_is_no_link() {
    let town = Town::open().await;
    let (_, notice) = town.write_to(ASTRID, ASTRIDS_MAIL).await;
    let mut text = notice.link.to_string();
    let last = if text.ends_with('A') { 'B' } else { 'A' };
    text.pop();
    text.push(last);
    let (astrid, _) = town.arrive("granby", ASTRID, Destination::Link(text)).await;
    assert_eq!(shown(&astrid).await, NOT_INVITED);
}

#[tokio::test]
async fn codes_cannot_be_tried_for_ever() {
    let town = Town::open().await;
    let (receipt, notice) = town.write_to(ASTRID, ASTRIDS_MAIL).await;
    let astrid = town.resident(ASTRID).await;
    for _ in 0..10 {
        assert_eq!(astrid.land(Proof::Code("AAAA-AAAA".to_owned())).await.unwrap(), Landing::Checks);
    }
    let code = notice.code.unwrap().to_string();
    let again = town.resident(ASTRID).await;
    assert!(
        matches!(again.land(Proof::Code(code)).await, Err(ServiceError::TryLater { .. })),
        "a new login is no help"
    );
    let link = notice.link.to_string();
    assert_eq!(astrid.land(Proof::Link(link)).await.unwrap(), Landing::Open(receipt.message));
}

#[tokio::test]
async fn a_number_alone_is_enough_once_an_address_is_confirmed() {
    let town = Town::open().await;
    let bo = town.bo().await;
    let housing = town.mailbox(HOUSING);
    assert!(matches!(send(&bo, housing, ASTRID, "").await, Err(ServiceError::Invalid(_))));
    let (_, notice) = town.write_to(ASTRID, ASTRIDS_MAIL).await;
    assert!(matches!(send(&bo, housing, ASTRID, "").await, Err(ServiceError::Invalid(_))));
    town.arrive("granby", ASTRID, Destination::Link(notice.link.to_string())).await;
    send(&bo, housing, ASTRID, "").await.unwrap();
    assert_eq!(town.post().await.pop().unwrap().to.as_str(), ASTRIDS_MAIL);
}
