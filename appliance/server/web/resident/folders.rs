//! The three folders.

use kuvert_service::{DraftRow as Draft, Envelope};

use crate::web::{
    fault::Answer,
    view::resident::{DraftRow, Drafts, Inbox, InboxRow, Sent, SentRow},
    who::{AsResident, small},
};

/// `GET /inbox`
pub(in crate::web) async fn inbox(who: AsResident) -> Answer {
    let rows = who.verbs.inbox().await?.into_iter().map(received).collect();
    let days = who.visit.place()?.retention.days();
    who.page(&Inbox { days, rows }).await
}

/// `GET /sent`
pub(in crate::web) async fn sent(who: AsResident) -> Answer {
    let rows = who.verbs.sent().await?.into_iter().map(gone).collect();
    let days = who.visit.place()?.retention.days();
    who.page(&Sent { days, rows }).await
}

/// `GET /drafts`
pub(in crate::web) async fn drafts(who: AsResident) -> Answer {
    let rows = who.verbs.drafts().await?.into_iter().map(begun).collect();
    who.page(&Drafts { rows }).await
}

fn received(envelope: Envelope) -> InboxRow {
    InboxRow {
        id: envelope.id.to_string(),
        unread: envelope.opened.is_none(),
        from: envelope.unit.name,
        subject: envelope.subject.as_str().to_owned(),
        excerpt: envelope.preview,
        files: small(envelope.files),
        at: envelope.sent.into(),
        days_left: envelope.readable.days_left,
    }
}

fn gone(envelope: Envelope) -> SentRow {
    SentRow {
        id: envelope.id.to_string(),
        to: envelope.unit.name,
        subject: envelope.subject.as_str().to_owned(),
        files: small(envelope.files),
        at: envelope.sent.into(),
        opened: envelope.opened.map(Into::into),
        days_left: envelope.readable.days_left,
    }
}

fn begun(draft: Draft) -> DraftRow {
    DraftRow {
        id: draft.id.to_string(),
        to: draft.to,
        subject: draft.subject,
        excerpt: String::new(),
        files: small(draft.files),
        saved: draft.saved.into(),
    }
}
