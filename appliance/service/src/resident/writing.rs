//! Replying: the draft is sealed to the resident, the earlier text stays a reference, and Send sends once (P8, P9).

use std::{io, sync::Arc};

use bytes::Bytes;
use futures_util::Stream;
use jiff::Timestamp;
use kuvert_domain::{
    directory::Municipality,
    id::{DraftId, FileId, MessageId, PersonId},
    language::Language,
    limits::MAX_BODY_CHARS,
    text::{Body, DisplayName, TextFault},
};
use kuvert_store::{
    Reading as _, Tx, View,
    records::{Author, Draft},
};

use super::Resident;
use crate::{
    Conflict, DraftText, DraftView, Field, FileView, Problem, Receipt, ServiceError,
    core::{place, today, unit},
    drafts, files, letters, posting,
};

impl Resident {
    /// Begins an answer to a message, or goes on with the one begun before.
    pub async fn reply(&self, message: MessageId) -> Result<DraftId, ServiceError> {
        let (id, person, author) = (self.municipality_id(), self.person(), self.author());
        let language = self.language()?;
        let core = Arc::clone(&self.core);
        self.core
            .write(id, move |tx| {
                let municipality = core.municipality(id)?;
                let (entry, row) = letters::of_resident(tx, municipality, person, message)?;
                let begun = drafts::all(tx, id, author)?;
                if let Some((draft, _)) = begun.iter().find(|(_, draft)| draft.answers == Some(message)) {
                    return Ok(*draft);
                }
                place(municipality, entry.mailbox)?;
                let draft = Draft {
                    mailbox: entry.mailbox,
                    authority: entry.authority,
                    thread: Some(entry.thread),
                    answers: Some(message),
                    number: String::new(),
                    address: String::new(),
                    language: None,
                    case_number: String::new(),
                    subject: row.subject.reply(language).as_str().to_owned(),
                    body: String::new(),
                    files: Vec::new(),
                    saved: tx.now(),
                    sent: None,
                    day: today(municipality, tx.now()),
                };
                drafts::begin(tx, municipality, author, draft)
            })
            .await
    }

    /// A draft with the exchange it continues, which thereby is opened.
    pub async fn draft(&self, draft: DraftId) -> Result<DraftView, ServiceError> {
        let (id, person, author) = (self.municipality_id(), self.person(), self.author());
        let core = Arc::clone(&self.core);
        let look = move |view: &View<'_>| show(view, core.municipality(id)?, person, author, draft);
        let view = self.core.read(look.clone()).await?;
        let shown = view.earlier.iter().map(|it| it.id).collect();
        if self.note_opened(shown).await? { self.core.read(look).await } else { Ok(view) }
    }

    /// Keeps what was typed. The subject of a reply is fixed, whatever the text says.
    pub async fn save(&self, draft: DraftId, text: DraftText) -> Result<Timestamp, ServiceError> {
        drafts::bounded("", &text.body)?;
        let (id, author) = (self.municipality_id(), self.author());
        let core = Arc::clone(&self.core);
        self.core
            .write(id, move |tx| {
                let found = drafts::open(tx, id, author, draft)?;
                let body = text.body.clone();
                drafts::put(tx, core.municipality(id)?, author, draft, Draft { body, ..found })
            })
            .await
    }

    /// Adds a file to a draft, as it streams in.
    pub async fn attach<S>(&self, draft: DraftId, name: &str, content: S) -> Result<FileView, ServiceError>
    where
        S: Stream<Item = io::Result<Bytes>> + Send + Unpin,
    {
        drafts::attach(&self.core, self.municipality_id(), self.author(), draft, name, content).await
    }

    /// Takes a file out of a draft.
    pub async fn detach(&self, draft: DraftId, file: FileId) -> Result<(), ServiceError> {
        drafts::detach(&self.core, self.municipality_id(), self.author(), draft, file).await
    }

    /// Deletes a draft with its files.
    pub async fn delete_draft(&self, draft: DraftId) -> Result<(), ServiceError> {
        drafts::delete(&self.core, self.municipality_id(), self.author(), draft).await
    }

    /// Sends a draft as it was last saved. Sending it again answers the same receipt.
    pub async fn send(&self, draft: DraftId) -> Result<Receipt, ServiceError> {
        files::require_space(&self.core)?;
        let (id, person) = (self.municipality_id(), self.person());
        let (name, language) = (self.session.badge.name.clone(), self.language()?);
        let core = Arc::clone(&self.core);
        self.core.write(id, move |tx| send(tx, core.municipality(id)?, person, &name, language, draft)).await
    }
}

fn show(
    view: &View<'_>,
    municipality: &Municipality,
    person: PersonId,
    author: Author,
    draft: DraftId,
) -> Result<DraftView, ServiceError> {
    let found = drafts::open(view, municipality.id, author, draft)?;
    let answers = found.answers.ok_or(ServiceError::NotFound)?;
    let thread = found.thread.ok_or(ServiceError::NotFound)?;
    Ok(DraftView {
        id: draft,
        to: unit(municipality, found.mailbox),
        answers,
        files: letters::files(&found.files),
        saved: found.saved,
        earlier: letters::earlier(view, municipality, person, thread, Timestamp::MAX)?,
        text: DraftText { subject: found.subject, body: found.body },
    })
}

fn send(
    tx: &mut Tx<'_>,
    municipality: &Municipality,
    person: PersonId,
    name: &DisplayName,
    language: Language,
    draft: DraftId,
) -> Result<Receipt, ServiceError> {
    let author = Author::Resident(person);
    let key = Draft::key(municipality.id, author, draft);
    let found = tx.get::<Draft>(&key)?.ok_or(ServiceError::NotFound)?;
    let message = match found.sent {
        Some(message) => message,
        None => post(tx, municipality, person, name, language, (draft, found))?,
    };
    let (_, row) = letters::of_resident(tx, municipality, person, message)?;
    Ok(posting::receipt(municipality, message, &row, tx.now()))
}

fn post(
    tx: &mut Tx<'_>,
    municipality: &Municipality,
    person: PersonId,
    name: &DisplayName,
    language: Language,
    (draft, mut found): (DraftId, Draft),
) -> Result<MessageId, ServiceError> {
    let answers = found.answers.ok_or(ServiceError::NotFound)?;
    let original = letters::of_resident(tx, municipality, person, answers);
    let (Ok((_, original)), Some((authority, mailbox))) = (original, municipality.mailbox(found.mailbox))
    else {
        return Err(ServiceError::Conflict(Conflict::Closed));
    };
    let letter = posting::Letter {
        mailbox: mailbox.id,
        authority: authority.id,
        thread: found.thread,
        person,
        author: name.clone(),
        subject: original.subject.reply(language),
        body: body(&found.body)?,
        files: std::mem::take(&mut found.files),
        registration: mailbox.default_registration.clone(),
        side: posting::Side::Resident,
    };
    let posted = posting::post(tx, municipality, letter)?;
    let spent = Draft { sent: Some(posted.message), body: String::new(), ..found };
    drafts::put(tx, municipality, Author::Resident(person), draft, spent)?;
    Ok(posted.message)
}

/// A text that can be sent.
fn body(typed: &str) -> Result<Body, ServiceError> {
    Body::parse(typed).map_err(|fault| {
        let problem = match fault {
            TextFault::Empty => Problem::Missing,
            TextFault::TooLong { .. } => Problem::TooLong { limit: MAX_BODY_CHARS },
        };
        ServiceError::invalid(Field::Body, problem)
    })
}
