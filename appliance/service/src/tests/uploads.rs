//! What may be attached, how much, and what becomes of it.

use super::town::{ASTRID, ASTRIDS_MAIL, HOUSING, Town, bytes, draft, words};
use crate::{Field, Problem, ServiceError};

fn problem<T: std::fmt::Debug>(result: Result<T, ServiceError>) -> Problem {
    match result {
        Err(ServiceError::Invalid(faults)) if faults.len() == 1 => {
            assert!(matches!(faults[0].field, Field::File(_)));
            faults[0].problem
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_file_must_be_what_its_name_says() {
    let town = Town::open().await;
    let bo = town.bo().await;
    let text = draft(&bo, town.mailbox(HOUSING), words(ASTRID, ASTRIDS_MAIL)).await;
    for (name, content) in
        [("virus.exe", b"MZ\x90\0".as_slice()), ("virus.pdf", b"MZ\x90\0"), ("sida.txt", b"<html><script>")]
    {
        assert_eq!(problem(bo.attach(text, name, bytes(content)).await), Problem::TypeNotAllowed, "{name}");
    }
    assert_eq!(problem(bo.attach(text, "tom.pdf", bytes(b"")).await), Problem::Empty);
    assert_eq!(problem(bo.attach(text, "///", bytes(b"%PDF-1.7")).await), Problem::Malformed);
    assert!(bo.draft(text).await.unwrap().files.is_empty());
}

#[tokio::test]
async fn ten_files_and_no_more() {
    let town = Town::open().await;
    let bo = town.bo().await;
    let text = draft(&bo, town.mailbox(HOUSING), words(ASTRID, ASTRIDS_MAIL)).await;
    for _ in 0..10 {
        bo.attach(text, "a.pdf", bytes(b"%PDF-1.7")).await.unwrap();
    }
    let eleventh = bo.attach(text, "a.pdf", bytes(b"%PDF-1.7")).await;
    assert_eq!(problem(eleventh), Problem::TooMany { limit: 10 });
    let first = bo.draft(text).await.unwrap().files[0].id;
    bo.detach(text, first).await.unwrap();
    assert!(matches!(bo.detach(text, first).await, Err(ServiceError::NotFound)));
    bo.attach(text, "b.pdf", bytes(b"%PDF-1.7")).await.unwrap();
}

#[tokio::test]
async fn an_upload_that_breaks_off_leaves_nothing() {
    let town = Town::open().await;
    let bo = town.bo().await;
    let text = draft(&bo, town.mailbox(HOUSING), words(ASTRID, ASTRIDS_MAIL)).await;
    let broken = futures_util::stream::iter([
        Ok(bytes::Bytes::from(vec![b'%'; 1])),
        Ok(bytes::Bytes::from_static(b"PDF-1.7")),
        Err(std::io::Error::other("gone")),
    ]);
    assert!(matches!(bo.attach(text, "a.pdf", broken).await, Err(ServiceError::TryLater { .. })));
    assert!(bo.draft(text).await.unwrap().files.is_empty());
    town.pass_days(2);
    let swept = town.service.tasks().sweep().await.unwrap();
    assert_eq!((swept.removed, swept.missing), (0, 0));
}

#[tokio::test]
async fn a_sweep_keeps_what_drafts_and_messages_reference() {
    let town = Town::open().await;
    let bo = town.bo().await;
    let open = draft(&bo, town.mailbox(HOUSING), words(ASTRID, ASTRIDS_MAIL)).await;
    bo.attach(open, "a.pdf", bytes(b"%PDF-1.7 a")).await.unwrap();
    let sent = draft(&bo, town.mailbox(HOUSING), words(ASTRID, ASTRIDS_MAIL)).await;
    bo.attach(sent, "b.pdf", bytes(b"%PDF-1.7 b")).await.unwrap();
    bo.send(sent).await.unwrap();
    town.pass_days(3);
    let swept = town.service.tasks().sweep().await.unwrap();
    assert_eq!((swept.removed, swept.missing), (0, 0));
    let bo = town.bo().await;
    bo.delete_draft(open).await.unwrap();
    assert!(matches!(bo.draft(open).await, Err(ServiceError::NotFound)));
}
