//! The member's mailboxes and what lies in them.

use std::cmp::Reverse;

use kuvert_domain::{
    directory::Municipality,
    id::{MailboxId, MunicipalityId, ThreadId},
    registration::Registration,
};
use kuvert_store::{
    Reading, Scan,
    records::{Pair, Person, Thread, ThreadEntry, Way},
};

use super::{Desk, Staff};
use crate::{
    DraftRow, MailboxRow, PersonCard, ServiceError, ThreadFilter, ThreadRow,
    core::{today, unit},
    drafts, letters,
};

impl Staff {
    /// The mailboxes this member works in.
    pub async fn mailboxes(&self) -> Result<Vec<MailboxRow>, ServiceError> {
        let desk = self.desk();
        self.core
            .read(move |view| {
                let municipality = desk.municipality()?;
                let mut rows = Vec::with_capacity(desk.mailboxes.len());
                for mailbox in &desk.mailboxes {
                    let threads = threads(view, desk.id, *mailbox)?;
                    rows.push(MailboxRow {
                        unit: unit(municipality, *mailbox),
                        unread: threads.iter().filter(|(_, thread)| is_unread(thread)).count(),
                        threads: threads.len(),
                    });
                }
                Ok(rows)
            })
            .await
    }

    /// The threads of a mailbox, the latest word first.
    pub async fn threads(
        &self,
        mailbox: MailboxId,
        filter: ThreadFilter,
    ) -> Result<Vec<ThreadRow>, ServiceError> {
        let desk = self.desk();
        self.core
            .read(move |view| {
                let mailbox = desk.mailbox(mailbox)?;
                let mut rows = Vec::new();
                for (id, thread) in threads(view, desk.id, mailbox)? {
                    if passes(&thread, filter)
                        && let Some(row) = row(view, &desk, id, &thread)?
                    {
                        rows.push(row);
                    }
                }
                rows.sort_by_key(|row| Reverse(row.last));
                Ok(rows)
            })
            .await
    }

    /// This member's drafts, in all mailboxes.
    pub async fn drafts(&self) -> Result<Vec<DraftRow>, ServiceError> {
        let (id, author) = (self.municipality_id(), self.author());
        self.core
            .read(move |view| {
                let rows = drafts::all(view, id, author)?.into_iter().map(|(id, draft)| DraftRow {
                    id,
                    to: draft.number,
                    subject: draft.subject,
                    saved: draft.saved,
                    files: draft.files.len(),
                });
                Ok(rows.collect())
            })
            .await
    }
}

/// A resident as staff see them in one thread.
pub(super) fn card(view: &impl Reading, desk: &Desk, thread: &Thread) -> Result<PersonCard, ServiceError> {
    let person = view.get::<Person>(&Person::key(desk.id, thread.person))?;
    let pair = match thread.address {
        Some(address) => view.get::<Pair>(&Pair::key(desk.id, thread.person, address))?,
        None => None,
    };
    Ok(PersonCard {
        name: person.as_ref().and_then(|it| it.name.clone()),
        number: person.map(|it| it.number.written()).unwrap_or_default(),
        address: pair.as_ref().map(|it| it.email.masked()),
        confirmed: pair.is_some_and(|it| it.confirmed.is_some()),
    })
}

/// Whether a resident wrote something that nobody of the unit has opened.
pub(super) fn is_unread(thread: &Thread) -> bool {
    thread.entries.iter().any(|entry| entry.way == Way::In && entry.opened.is_none())
}

/// Whether the resident can no longer read a message: noted by the purge, and true from midnight even before it.
pub(super) fn has_ended(view: &impl Reading, municipality: &Municipality, entry: &ThreadEntry) -> bool {
    entry.ended || entry.last_day < today(municipality, view.now())
}

fn threads(
    view: &impl Reading,
    municipality: MunicipalityId,
    mailbox: MailboxId,
) -> Result<Vec<(ThreadId, Thread)>, ServiceError> {
    let rows = view.list::<Thread>(&Scan::prefix(&Thread::of(municipality, mailbox)))?;
    let id = |key: &kuvert_store::Key| {
        let mut parts = key.parts();
        parts.id::<MunicipalityId>()?;
        parts.id::<MailboxId>()?;
        parts.id::<ThreadId>()
    };
    Ok(rows.into_iter().filter_map(|(key, thread)| Some((id(&key)?, thread))).collect())
}

fn passes(thread: &Thread, filter: ThreadFilter) -> bool {
    match filter {
        ThreadFilter::All => true,
        ThreadFilter::Unread => is_unread(thread),
        ThreadFilter::Waiting => thread.entries.last().is_some_and(|entry| entry.way == Way::In),
        ThreadFilter::Undecided => {
            thread.entries.iter().any(|entry| entry.registration == Registration::Undecided)
        }
    }
}

fn row(
    view: &impl Reading,
    desk: &Desk,
    id: ThreadId,
    thread: &Thread,
) -> Result<Option<ThreadRow>, ServiceError> {
    let Some(last) = thread.entries.last() else { return Ok(None) };
    let Some(message) = letters::copy(view, desk.municipality()?, thread, last)? else { return Ok(None) };
    let latest_out = thread.entries.iter().rev().find(|entry: &&ThreadEntry| entry.way == Way::Out);
    Ok(Some(ThreadRow {
        id,
        person: card(view, desk, thread)?,
        subject: message.subject.clone(),
        preview: letters::preview(message.body.as_str()),
        last: last.sent,
        last_direction: letters::direction(last.way),
        unread: is_unread(thread),
        opened: latest_out.and_then(|entry| entry.opened),
        notice: latest_out.and_then(|entry| entry.notice).map(letters::notice),
        files: thread.entries.iter().any(|entry| entry.files > 0),
        messages: thread.entries.len(),
        registration: last.registration.clone(),
        ended: has_ended(view, desk.municipality()?, last),
    }))
}
