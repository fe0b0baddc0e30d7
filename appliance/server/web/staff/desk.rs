//! A mailbox with its threads, and the column to its left.

use kuvert_domain::{id::MailboxId, registration::Registration as Kept};
use kuvert_service::{Direction, MailboxRow, ThreadFilter, ThreadRow as Row};

use crate::web::{
    fault::{Answer, Fault},
    form::Form,
    view::staff::{
        Desk, DraftLink, Latest, Mailbox, MailboxLink, Registration, RegistrationState, Show, ThreadRow,
    },
    who::{AsStaff, small},
};

/// `GET /staff/mailbox/<id>?show=…`
pub(in crate::web) async fn mailbox(who: AsStaff, id: MailboxId, query: String) -> Answer {
    let (show, filter) = match Form::decode(query.as_bytes()).text("show") {
        "unread" => (Show::Unread, ThreadFilter::Unread),
        "undecided" => (Show::Undecided, ThreadFilter::Undecided),
        _ => (Show::All, ThreadFilter::All),
    };
    let mailboxes = who.verbs.mailboxes().await?;
    let mine = mailboxes.iter().find(|row| row.unit.mailbox == id).ok_or(Fault::NotFound)?;
    let name = mine.unit.name.clone();
    let threads = who.verbs.threads(id, filter).await?.into_iter().map(row).collect();
    let desk = desk(&who, &mailboxes).await?;
    who.page(&Mailbox { desk, id: id.to_string(), name, show, threads })
}

/// A message's registration as the page shows it.
pub(super) fn registration(kept: &Kept) -> Registration {
    let (state, case) = match kept {
        Kept::Undecided => (RegistrationState::Undecided, None),
        Kept::Registered(case) => (RegistrationState::Registered, Some(case)),
        Kept::Filed(case) => (RegistrationState::Filed, Some(case)),
        Kept::MinorImportance => (RegistrationState::Minor, None),
    };
    Registration { state, case: case.map(|case| case.as_str().to_owned()) }
}

async fn desk(who: &AsStaff, mailboxes: &[MailboxRow]) -> Result<Desk, Fault> {
    let link = |row: &MailboxRow| MailboxLink {
        id: row.unit.mailbox.to_string(),
        name: row.unit.name.clone(),
        authority: row.unit.authority.clone(),
        unread: small(row.unread),
    };
    let drafts = who.verbs.drafts().await?;
    let drafts =
        drafts.into_iter().map(|draft| DraftLink { id: draft.id.to_string(), subject: draft.subject });
    Ok(Desk { mailboxes: mailboxes.iter().map(link).collect(), drafts: drafts.collect() })
}

fn row(row: Row) -> ThreadRow {
    ThreadRow {
        id: row.id.to_string(),
        latest: match (row.last_direction, row.opened) {
            (Direction::ToUnit, _) => Latest::Incoming,
            (Direction::ToResident, Some(_)) => Latest::Opened,
            (Direction::ToResident, None) if row.ended => Latest::NeverOpened,
            (Direction::ToResident, None) => Latest::NotOpened,
        },
        who: row.person.name.map_or(row.person.number, |name| name.as_str().to_owned()),
        subject: row.subject.as_str().to_owned(),
        at: row.last.into(),
        unread: row.unread,
        files: u32::from(row.files),
        registration: registration(&row.registration),
    }
}
