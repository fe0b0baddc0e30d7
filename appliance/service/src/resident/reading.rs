//! Reading a message and its files; the first opening is the receipt (P7, P12).

use std::sync::Arc;

use kuvert_domain::{
    directory::Municipality,
    id::{FileId, MessageId, PersonId, SessionId},
};
use kuvert_store::{
    AuditEntry, Reading, Tx, View,
    records::{FolderEntry, Session, Thread, Way},
};

use super::Resident;
use crate::{
    Download, MessageView, Receipt, ServiceError,
    core::{readable, unit},
    epochs, files, letters, own_session, posting,
};

impl Resident {
    /// A message with its earlier exchange. The first opening is stored before it shows, of every message that is shown.
    pub async fn message(&self, message: MessageId) -> Result<MessageView, ServiceError> {
        let (id, person, core) = (self.municipality_id(), self.person(), Arc::clone(&self.core));
        let look = move |view: &View<'_>| show(view, core.municipality(id)?, person, message);
        let view = self.core.read(look.clone()).await?;
        let shown = view.earlier.iter().map(|it| it.id).chain([message]).collect();
        if self.note_opened(shown).await? { self.core.read(look).await } else { Ok(view) }
    }

    /// Notes that the text of these messages is shown in this session; answers whether any of them was news.
    pub(super) async fn note_opened(&self, shown: Vec<MessageId>) -> Result<bool, ServiceError> {
        let (id, person, session) = (self.municipality_id(), self.person(), self.session_id());
        let key = Session::key(id, session);
        let seen = self.core.read(move |view| Ok(view.get::<Session>(&key)?)).await?;
        let seen = seen.map(|row| row.seen).unwrap_or_default();
        let news: Vec<MessageId> = shown.into_iter().filter(|it| !seen.contains(it)).collect();
        if news.is_empty() {
            return Ok(false);
        }
        let core = Arc::clone(&self.core);
        self.core
            .write(id, move |tx| {
                let municipality = core.municipality(id)?;
                news.iter().try_for_each(|it| open(tx, municipality, person, session, *it))
            })
            .await?;
        Ok(true)
    }

    /// A file of a message.
    pub async fn file(&self, message: MessageId, file: FileId) -> Result<Download, ServiceError> {
        let (id, person) = (self.municipality_id(), self.person());
        let core = Arc::clone(&self.core);
        let (authority, found) = self
            .core
            .read(move |view| {
                let (entry, row) = letters::of_resident(view, core.municipality(id)?, person, message)?;
                let found = row.files.iter().find(|it| it.id == file).cloned();
                Ok((entry.authority, found.ok_or(ServiceError::NotFound)?))
            })
            .await?;
        files::hand_out(&self.core, self.municipality()?, authority, found).await
    }

    /// The receipt of a message this person sent.
    pub async fn receipt(&self, message: MessageId) -> Result<Receipt, ServiceError> {
        let (id, person) = (self.municipality_id(), self.person());
        let core = Arc::clone(&self.core);
        self.core
            .read(move |view| {
                let municipality = core.municipality(id)?;
                let (entry, row) = letters::of_resident(view, municipality, person, message)?;
                if entry.way != Way::In {
                    return Err(ServiceError::NotFound);
                }
                Ok(posting::receipt(municipality, message, &row, view.now()))
            })
            .await
    }
}

fn show(
    view: &impl Reading,
    municipality: &Municipality,
    person: PersonId,
    message: MessageId,
) -> Result<MessageView, ServiceError> {
    let (entry, row) = letters::of_resident(view, municipality, person, message)?;
    Ok(MessageView {
        id: message,
        direction: letters::direction(entry.way),
        unit: unit(municipality, entry.mailbox),
        earlier: letters::earlier(view, municipality, person, entry.thread, entry.sent)?,
        subject: row.subject.clone(),
        body: row.body.clone(),
        sent: entry.sent,
        opened: entry.opened,
        files: letters::files(&row.files),
        readable: readable(municipality, entry.last_day, view.now()),
        can_reply: municipality.mailbox(entry.mailbox).is_some(),
    })
}

/// Notes an opening: the receipt the first time of all, the audit entry the first time in a session.
fn open(
    tx: &mut Tx<'_>,
    municipality: &Municipality,
    person: PersonId,
    session: SessionId,
    message: MessageId,
) -> Result<(), ServiceError> {
    let (mut entry, _) = letters::of_resident(tx, municipality, person, message)?;
    if !own_session::note_opened(tx, municipality, session, message)? {
        return Ok(());
    }
    let audit = AuditEntry::new(municipality.id, "message.opened").authority(entry.authority);
    tx.emit(audit.actor(&person).object(&message))?;
    if entry.way == Way::In || entry.opened.is_some() {
        return Ok(());
    }
    let now = tx.now();
    entry.opened = Some(now);
    let epoch = epochs::resident(municipality.id, entry.authority, entry.last_day);
    tx.put(&FolderEntry::key(municipality.id, person, message), &entry, &epoch)?;
    let key = Thread::key(municipality.id, entry.mailbox, entry.thread);
    if let Some(mut thread) = tx.get::<Thread>(&key)? {
        if let Some(noted) = thread.entry_mut(message) {
            noted.opened = Some(now);
        }
        posting::put_thread(tx, municipality, entry.mailbox, entry.thread, &thread)?;
    }
    Ok(())
}
