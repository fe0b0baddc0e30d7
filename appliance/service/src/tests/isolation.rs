//! Another's object answers exactly as nonsense does, whoever asks.

use kuvert_domain::id::{DraftId, FileId, MessageId, ThreadId};

use super::town::{
    ASTRID, ASTRIDS_MAIL, BERTIL, HOUSING, PORT, SCHOOL, Town, answer, bytes, draft, send, words,
};
use crate::{Destination, DraftText, ServiceError, StaffDraftText, ThreadFilter};

macro_rules! nothing_there {
    ($($call:expr),+ $(,)?) => {$(
        let answer = $call.await;
        assert!(matches!(answer, Err(ServiceError::NotFound)), "{} gave {answer:?}", stringify!($call));
    )+};
}

#[tokio::test]
async fn residents_find_only_what_is_theirs() {
    let town = Town::open().await;
    let bo = town.bo().await;
    let with_file = draft(&bo, town.mailbox(HOUSING), words(ASTRID, ASTRIDS_MAIL)).await;
    let file = bo.attach(with_file, "a.pdf", bytes(b"%PDF-1.7")).await.unwrap().id;
    let receipt = bo.send(with_file).await.unwrap();
    let notice = town.post().await.pop().unwrap();
    let (astrid, _) = town.arrive("granby", ASTRID, Destination::Link(notice.link.to_string())).await;
    let open = astrid.reply(receipt.message).await.unwrap();
    let own_file = astrid.attach(open, "b.pdf", bytes(b"%PDF-1.7")).await.unwrap().id;

    let (_, other) = town.write_to(BERTIL, "bertil@example.org").await;
    let (bertil, _) = town.arrive("granby", BERTIL, Destination::Link(other.link.to_string())).await;
    let (abroad, _) = town.arrive("holmby", ASTRID, Destination::Link(notice.link.to_string())).await;
    for stranger in [&bertil, &abroad] {
        for (message, draft, file) in [
            (receipt.message, open, file),
            (MessageId::from_bytes([9; 16]), DraftId::from_bytes([9; 16]), FileId::from_bytes([9; 16])),
        ] {
            nothing_there!(
                stranger.message(message),
                stranger.file(message, file),
                stranger.file(message, own_file),
                stranger.reply(message),
                stranger.receipt(message),
                stranger.draft(draft),
                stranger.save(draft, DraftText::default()),
                stranger.attach(draft, "c.pdf", bytes(b"%PDF-1.7")),
                stranger.detach(draft, own_file),
                stranger.delete_draft(draft),
                stranger.send(draft),
            );
        }
    }
    assert_eq!(astrid.draft(open).await.unwrap().files.len(), 1);
}

#[tokio::test]
async fn staff_find_only_what_lies_in_their_mailboxes() {
    let town = Town::open().await;
    let bo = town.bo().await;
    let (receipt, notice) = town.write_to(ASTRID, ASTRIDS_MAIL).await;
    let (astrid, _) = town.arrive("granby", ASTRID, Destination::Link(notice.link.to_string())).await;
    let reply = answer(&astrid, receipt.message).await;
    let thread = receipt.thread;
    let file = bo.thread(thread).await.unwrap().messages[0].files[0].id;
    let open = bo.reply(thread).await.unwrap();

    let school = town.staff("Kim Exempel", &[SCHOOL]).await;
    let port = town.staff("Dan Eksempel", &[PORT]).await;
    for stranger in [&school, &port] {
        for thread in [thread, ThreadId::from_bytes([9; 16])] {
            nothing_there!(
                stranger.thread(thread),
                stranger.reply(thread),
                stranger.file(thread, reply.message, file),
                stranger.register(thread, kuvert_domain::registration::Registration::MinorImportance),
            );
        }
        nothing_there!(
            stranger.threads(town.mailbox(HOUSING), ThreadFilter::All),
            stranger.compose(town.mailbox(HOUSING)),
            stranger.draft(open),
            stranger.save(open, StaffDraftText::default()),
            stranger.detach(open, file),
            stranger.delete_draft(open),
            stranger.send(open),
        );
    }
    // A colleague in the same mailbox reads the thread and never the draft.
    let colleague = town.staff("Eva Exempel", &[HOUSING]).await;
    colleague.thread(thread).await.unwrap();
    nothing_there!(colleague.draft(open), colleague.send(open));
}

#[tokio::test]
async fn a_person_is_another_person_in_another_municipality() {
    let town = Town::open().await;
    let (_, notice) = town.write_to(ASTRID, ASTRIDS_MAIL).await;
    town.arrive("granby", ASTRID, Destination::Link(notice.link.to_string())).await;
    let dan = town.staff("Dan Eksempel", &[PORT]).await;
    let check = dan
        .check_recipient(&crate::Recipient {
            number: ASTRID.to_owned(),
            address: ASTRIDS_MAIL.to_owned(),
            language: None,
        })
        .await
        .unwrap();
    assert!(check.lines.contains(&crate::CheckLine::PairNo), "what Granby knows, Holmby does not");
    send(&dan, town.mailbox(PORT), ASTRID, ASTRIDS_MAIL).await.unwrap();
    let astrid = town.resident(ASTRID).await;
    assert_eq!(astrid.inbox().await.unwrap().len(), 1, "Granby's alone");
}

#[tokio::test]
async fn a_session_of_one_municipality_is_none_in_another() {
    let town = Town::open().await;
    let signed_in = town.sign_in("granby", ASTRID, Destination::Home).await;
    assert!(town.front("granby").session(&signed_in.token).await.unwrap().is_some());
    assert!(town.front("holmby").session(&signed_in.token).await.unwrap().is_none());
}
