//! One press of Send is one message, and what cannot be sent says why (P22, P23).

use kuvert_store::{Key, Kind, Reading as _, Scan};

use super::town::{ASTRID, ASTRIDS_MAIL, BERTIL, HOUSING, MINOR, Town, draft, words};
use crate::{
    CheckLine, Destination, Field, FieldFault, Problem, Recipient, ServiceError, StaffDraftText, ThreadFilter,
};

#[tokio::test]
async fn pressing_send_twice_sends_once() {
    let town = Town::open().await;
    let bo = town.bo().await;
    let text = draft(&bo, town.mailbox(HOUSING), words(ASTRID, ASTRIDS_MAIL)).await;
    let (first, second) = tokio::join!(bo.send(text), bo.send(text));
    let first = first.unwrap();
    assert_eq!(first, second.unwrap());
    assert_eq!(bo.send(text).await.unwrap(), first);
    assert_eq!(town.post().await.len(), 1);
    assert_eq!(bo.threads(town.mailbox(HOUSING), ThreadFilter::All).await.unwrap().len(), 1);
    assert!(bo.drafts().await.unwrap().is_empty());
    assert!(matches!(bo.save(text, words(ASTRID, ASTRIDS_MAIL)).await, Err(ServiceError::NotFound)));
}

#[tokio::test]
async fn a_resident_too_sends_once() {
    let town = Town::open().await;
    let (receipt, notice) = town.write_to(ASTRID, ASTRIDS_MAIL).await;
    let (astrid, _) = town.arrive("granby", ASTRID, Destination::Link(notice.link.to_string())).await;
    let reply = astrid.reply(receipt.message).await.unwrap();
    assert_eq!(astrid.reply(receipt.message).await.unwrap(), reply);
    let empty = astrid.send(reply).await;
    let expected = vec![FieldFault::new(Field::Body, Problem::Missing)];
    assert!(matches!(empty, Err(ServiceError::Invalid(faults)) if faults == expected));
    astrid.save(reply, crate::DraftText { subject: "x".to_owned(), body: "Ja.".to_owned() }).await.unwrap();
    let sent = astrid.send(reply).await.unwrap();
    assert_eq!(astrid.send(reply).await.unwrap(), sent);
    assert_eq!(astrid.sent().await.unwrap().len(), 1);
    assert_ne!(astrid.reply(receipt.message).await.unwrap(), reply, "a new answer is a new draft");
}

#[tokio::test]
async fn every_fault_shows_at_once_and_nothing_typed_is_lost() {
    let town = Town::open().await;
    let bo = town.bo().await;
    let typed = StaffDraftText {
        recipient: Recipient {
            number: "19990807-2392".to_owned(),
            address: "astrid@".to_owned(),
            language: None,
        },
        subject: " ".to_owned(),
        body: String::new(),
        case_number: String::new(),
    };
    let text = draft(&bo, town.mailbox(HOUSING), typed.clone()).await;
    let Err(ServiceError::Invalid(faults)) = bo.send(text).await else { panic!("sent") };
    let fields: Vec<_> = faults.into_iter().map(|fault| fault.field).collect();
    assert_eq!(fields, [Field::Number, Field::Address, Field::Subject, Field::Body]);
    assert_eq!(bo.draft(text).await.unwrap().text, typed);
    assert!(town.post().await.is_empty());
}

#[tokio::test]
async fn checking_a_recipient_says_what_is_known_and_nothing_of_others() {
    let town = Town::open().await;
    let bo = town.bo().await;
    let check = |number: &str, address: &str| {
        let recipient = Recipient { number: number.to_owned(), address: address.to_owned(), language: None };
        let bo = bo.clone();
        async move { bo.check_recipient(&recipient).await.unwrap() }
    };
    let new = check(ASTRID, ASTRIDS_MAIL).await;
    assert_eq!(new.lines, [CheckLine::NumberOk, CheckLine::AddressOk, CheckLine::PairNo]);
    assert_eq!(new.reach.as_deref(), Some("a…@example.org"));
    assert!(!new.blocks());

    let (_, notice) = town.write_to(ASTRID, ASTRIDS_MAIL).await;
    town.arrive("granby", ASTRID, Destination::Link(notice.link.to_string())).await;
    assert_eq!(check(ASTRID, "ASTRID@example.org").await.lines[2], CheckLine::PairYes);
    assert_eq!(check(ASTRID, "").await.reach.as_deref(), Some("a…@example.org"));
    assert_eq!(check(ASTRID, "new@example.org").await.lines[2], CheckLine::PairDifferent);
    let other = check(BERTIL, ASTRIDS_MAIL).await;
    assert_eq!(other.lines[2..], [CheckLine::PairNo, CheckLine::AddressUsed]);

    let child = check("20150101-2383", "x@example.org").await;
    assert!(child.lines.contains(&CheckLine::Guardians) || child.lines.contains(&CheckLine::NumberBad));
    let bad = check("19990807-2392", "x").await;
    assert_eq!(bad.lines, [CheckLine::NumberBad, CheckLine::AddressBad]);
    assert!(bad.blocks());
    assert!(check("", "").await.blocks());
}

#[tokio::test]
async fn a_number_in_the_subject_is_pointed_out() {
    let town = Town::open().await;
    let bo = town.bo().await;
    let subject = format!("Om {ASTRID}, ditt ärende");
    let text = StaffDraftText { subject, ..words(ASTRID, ASTRIDS_MAIL) };
    let text = draft(&bo, town.mailbox(HOUSING), text).await;
    assert!(bo.draft(text).await.unwrap().check.lines.contains(&CheckLine::NumberInSubject));
    assert!(bo.send(text).await.is_ok(), "nothing of the subject leaves");
}

#[tokio::test]
async fn a_role_taken_away_takes_the_drafts_sending_with_it() {
    let town = Town::open().await;
    let bo = town.staff("Bo Exempel", &[HOUSING, MINOR]).await;
    let text = draft(&bo, town.mailbox(MINOR), words(ASTRID, ASTRIDS_MAIL)).await;
    let narrower = town.bo().await;
    assert!(matches!(narrower.send(text).await, Err(ServiceError::NotFound)));
    let minor = town.mailbox(MINOR);
    assert!(matches!(narrower.compose(minor).await, Err(ServiceError::NotFound)));
}

#[tokio::test]
async fn a_send_in_the_steady_state_takes_eight_rows() {
    let town = Town::open().await;
    town.write_to(ASTRID, ASTRIDS_MAIL).await;
    let bo = town.bo().await;
    let text = draft(&bo, town.mailbox(HOUSING), words(ASTRID, ASTRIDS_MAIL)).await;
    let rows = || async {
        let count = town.service.core().read(|view| {
            let all = Kind::ALL.iter().filter(|kind| **kind != Kind::Audit);
            let keys = all.map(|kind| view.keys(&Scan::prefix(&Key::new(*kind))));
            Ok(keys.map(|keys| keys.map(|keys| keys.len())).sum::<Result<usize, _>>()?)
        });
        count.await.unwrap()
    };
    let before = rows().await;
    bo.send(text).await.unwrap();
    // The eighth is the draft, which is written anew. The audit entry shares a row with the whole group.
    assert_eq!(rows().await - before, 7);
}
