//! The audit chain as it is written by groups and checked from outside.

use jiff::civil::date;
use kuvert_domain::id::{AuthorityId, MessageId, MunicipalityId, StaffId};
use kuvert_store::{AuditEntry, AuditFault, AuditHead, Epoch, Holder, Store, StoreError};

use crate::fixture::{Disk, GRANBY, both, note, person, standing};

const STAFF: StaffId = StaffId::from_bytes([1; 16]);

fn opened(message: u8) -> AuditEntry {
    let authority = AuthorityId::from_bytes([8; 16]);
    AuditEntry::new(GRANBY, "message.opened")
        .authority(authority)
        .actor(&STAFF)
        .object(&MessageId::from_bytes([message; 16]))
}

async fn emit(store: &Store, message: u8) {
    store.write(move |tx| tx.emit(opened(message))).await.unwrap();
}

async fn head(store: &Store) -> AuditHead {
    store.read(|view| view.verify_audit(GRANBY, None).map(|report| report.head)).await.unwrap()
}

#[tokio::test]
async fn entries_are_chained_in_order_over_groups_and_restarts() {
    let disk = Disk::new();
    let store = disk.open().await;
    let many = (0..100).map(|number| emit(&store, number));
    futures_util::future::join_all(many).await;
    let first = head(&store).await;
    assert_eq!(first.entries, 100);
    drop(store);

    let store = disk.open().await;
    emit(&store, 100).await;
    assert_eq!(head(&store).await.entries, 101);
    let known = store.read(move |view| view.verify_audit(GRANBY, Some(first))).await;
    assert_eq!(known.unwrap().head.entries, 101);
    let lines = store.read(|view| view.audit_lines(GRANBY, 3)).await.unwrap();
    let places: Vec<_> = lines.iter().map(|line| line.sequence).collect();
    assert_eq!(places, [100, 99, 98]);
    assert_eq!(lines[0].action, "message.opened");
    assert_eq!(lines[0].actor, Some([1; 16]));
    assert_eq!(lines[0].object, Some([100; 16]));
}

#[tokio::test]
async fn refused_use_cases_leave_no_entry() {
    for (store, ..) in both().await {
        let refused: Result<(), StoreError> = store
            .write(|tx| {
                tx.emit(opened(1))?;
                tx.put(&person(1), &note("x"), &standing())
            })
            .await;
        assert_eq!(refused, Err(StoreError::NoKey(standing())));
        assert_eq!(head(&store).await.entries, 0);
    }
}

#[tokio::test]
async fn an_unknown_municipality_has_no_chain() {
    for (store, ..) in both().await {
        let strange = MunicipalityId::from_bytes([9; 16]);
        let refused = store.write(move |tx| tx.emit(AuditEntry::new(strange, "x"))).await;
        assert!(matches!(refused, Err(StoreError::NoKey(_))));
    }
}

#[tokio::test]
async fn details_can_be_erased_while_the_chain_stays_whole() {
    for (store, ..) in both().await {
        let epoch = Epoch::on(date(2030, 1, 1), GRANBY, Holder::Audit);
        store.prepare(&[epoch]).await.unwrap();
        store.write(move |tx| tx.emit(opened(1).details(epoch, b"from 10.0.0.1".to_vec()))).await.unwrap();
        let details = || store.read(|view| view.audit_lines(GRANBY, 1).map(|lines| lines[0].details.clone()));
        assert_eq!(details().await, Ok::<_, StoreError>(Some(b"from 10.0.0.1".to_vec())));
        store.write(move |tx| tx.close_epoch(&epoch)).await.unwrap();
        store.destroy_epochs(vec![epoch]).await.unwrap();
        assert_eq!(details().await, Ok::<_, StoreError>(None));
        assert_eq!(head(&store).await.entries, 1);
    }
}

#[tokio::test]
async fn a_cut_tail_and_a_rewritten_past_show_against_a_known_head() {
    let disk = Disk::new();
    let store = disk.open().await;
    emit(&store, 1).await;
    let one = head(&store).await;
    emit(&store, 2).await;
    let two = head(&store).await;

    let cut = AuditHead { entries: 5, ..two };
    let fault = store.read(move |view| view.verify_audit(GRANBY, Some(cut))).await;
    assert_eq!(fault, Err(AuditFault::Cut { has: 2, had: 5 }));
    let rewritten = AuditHead { digest: [7; 32], ..one };
    let fault = store.read(move |view| view.verify_audit(GRANBY, Some(rewritten))).await;
    assert_eq!(fault, Err(AuditFault::Broken { sequence: 0 }));
    assert!(store.read(move |view| view.verify_audit(GRANBY, Some(one))).await.is_ok());
}
