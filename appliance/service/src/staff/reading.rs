//! Reading a thread and its files, and deciding what its messages are for the record (P29).

use kuvert_domain::{
    id::{FileId, MailboxId, MessageId, ThreadId},
    registration::Registration,
};
use kuvert_store::{
    AuditEntry, Reading, Tx, View,
    records::{FolderEntry, Session, Thread, Way},
};

use super::{Desk, Staff, mailboxes};
use crate::{
    Download, ServiceError, StaffMessage, ThreadView,
    core::{readable, unit},
    epochs, files, letters, own_session, posting,
};

impl Staff {
    /// A thread. What the resident wrote counts as opened by the unit from now on.
    pub async fn thread(&self, thread: ThreadId) -> Result<ThreadView, ServiceError> {
        let desk = self.desk();
        let look = move |view: &View<'_>| {
            let (mailbox, row) = desk.thread(view, thread)?;
            show(view, &desk, mailbox, thread, &row)
        };
        let view = self.core.read(look.clone()).await?;
        let shown = view.messages.iter().map(|it| it.id).collect();
        if self.note_opened(thread, shown).await? { self.core.read(look).await } else { Ok(view) }
    }

    /// Notes that the text of a thread's messages is shown in this session; answers whether any of them was news.
    pub(super) async fn note_opened(
        &self,
        thread: ThreadId,
        shown: Vec<MessageId>,
    ) -> Result<bool, ServiceError> {
        let (desk, session) = (self.desk(), self.session_id());
        let key = Session::key(desk.id, session);
        let seen = self.core.read(move |view| Ok(view.get::<Session>(&key)?)).await?;
        let seen = seen.map(|row| row.seen).unwrap_or_default();
        if shown.iter().all(|it| seen.contains(it)) {
            return Ok(false);
        }
        self.core.write(desk.id, move |tx| open(tx, &desk, session, thread)).await?;
        Ok(true)
    }

    /// A file of a message.
    pub async fn file(
        &self,
        thread: ThreadId,
        message: MessageId,
        file: FileId,
    ) -> Result<Download, ServiceError> {
        let desk = self.desk();
        let (authority, found) = self
            .core
            .read(move |view| {
                let (_, row) = desk.thread(view, thread)?;
                let entry = row.entry(message).ok_or(ServiceError::NotFound)?;
                let content = letters::copy(view, desk.municipality()?, &row, entry)?;
                let found = content.and_then(|it| it.files.iter().find(|it| it.id == file).cloned());
                Ok((row.authority, found.ok_or(ServiceError::NotFound)?))
            })
            .await?;
        files::hand_out(&self.core, self.municipality()?, authority, found).await
    }

    /// Decides what a whole thread is for the record.
    pub async fn register(&self, thread: ThreadId, registration: Registration) -> Result<(), ServiceError> {
        let desk = self.desk();
        self.core
            .write(desk.id, move |tx| {
                let (mailbox, mut row) = desk.thread(tx, thread)?;
                for entry in &mut row.entries {
                    entry.registration = registration.clone();
                }
                posting::put_thread(tx, desk.municipality()?, mailbox, thread, &row)?;
                let audit = AuditEntry::new(desk.id, "thread.registered").authority(row.authority);
                Ok(tx.emit(audit.actor(&desk.staff).object(&thread))?)
            })
            .await
    }
}

fn show(
    view: &impl Reading,
    desk: &Desk,
    mailbox: MailboxId,
    id: ThreadId,
    thread: &Thread,
) -> Result<ThreadView, ServiceError> {
    let municipality = desk.municipality()?;
    let mut messages = Vec::with_capacity(thread.entries.len());
    for entry in thread.entries.iter().rev() {
        let Some(row) = letters::copy(view, municipality, thread, entry)? else { continue };
        messages.push(StaffMessage {
            id: entry.message,
            direction: letters::direction(entry.way),
            author: Some(row.author.clone()),
            subject: row.subject.clone(),
            body: row.body.clone(),
            sent: entry.sent,
            opened: entry.opened,
            files: letters::files(&row.files),
            notice: entry.notice.map(letters::notice),
            registration: entry.registration.clone(),
            readable: readable(municipality, entry.last_day, view.now()),
            ended: mailboxes::has_ended(view, municipality, entry),
        });
    }
    let latest = messages.first().ok_or(ServiceError::NotFound)?;
    Ok(ThreadView {
        id,
        unit: unit(municipality, mailbox),
        person: mailboxes::card(view, desk, thread)?,
        case_number: thread.case_number.as_ref().map(|it| it.as_str().to_owned()),
        subject: latest.subject.clone(),
        messages,
    })
}

/// Notes openings: the resident's eye the first time of all, the audit entries the first time in a session.
fn open(
    tx: &mut Tx<'_>,
    desk: &Desk,
    session: kuvert_domain::id::SessionId,
    thread: ThreadId,
) -> Result<(), ServiceError> {
    let municipality = desk.municipality()?;
    let (mailbox, mut row) = desk.thread(tx, thread)?;
    let now = tx.now();
    let mut first = Vec::new();
    for entry in &mut row.entries {
        if own_session::note_opened(tx, municipality, session, entry.message)? {
            let audit = AuditEntry::new(desk.id, "message.opened").authority(row.authority);
            tx.emit(audit.actor(&desk.staff).object(&entry.message))?;
        }
        if entry.way == Way::In && entry.opened.is_none() {
            entry.opened = Some(now);
            first.push(entry.message);
        }
    }
    if first.is_empty() {
        return Ok(());
    }
    for message in first {
        let key = FolderEntry::key(desk.id, row.person, message);
        if let Some(mut folder) = tx.get::<FolderEntry>(&key)? {
            folder.opened = Some(now);
            let epoch = epochs::resident(desk.id, folder.authority, folder.last_day);
            tx.put(&key, &folder, &epoch)?;
        }
    }
    posting::put_thread(tx, municipality, mailbox, thread, &row)
}
