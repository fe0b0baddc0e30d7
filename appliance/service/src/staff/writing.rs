//! Drafts of staff: composing, replying, attaching (P21, P23).

use std::io;

use bytes::Bytes;
use futures_util::Stream;
use jiff::Timestamp;
use kuvert_domain::{
    directory::Municipality,
    id::{DraftId, FileId, MailboxId, ThreadId},
    limits::MAX_CASE_NUMBER_CHARS,
    number::Number,
};
use kuvert_store::{
    Reading, View,
    records::{Author, Draft, Pair, Person},
};

use super::{Desk, Staff, check, mailboxes};
use crate::{
    Check, CheckLine, EarlierView, FileView, Recipient, ServiceError, StaffDraftText, StaffDraftView,
    core::{place, today, unit},
    drafts, letters,
};

/// The most that is kept of what is typed into a short field.
const MAX_TYPED: usize = 254;

impl Staff {
    /// Begins a new message from a mailbox.
    pub async fn compose(&self, mailbox: MailboxId) -> Result<DraftId, ServiceError> {
        let (desk, author) = (self.desk(), self.author());
        self.core
            .write(desk.id, move |tx| {
                let municipality = desk.municipality()?;
                let (authority, found) = place(municipality, desk.mailbox(mailbox)?)?;
                let draft = empty(municipality, found.id, authority.id, tx.now());
                drafts::begin(tx, municipality, author, draft)
            })
            .await
    }

    /// Begins an answer in a thread, or goes on with the one begun before.
    pub async fn reply(&self, thread: ThreadId) -> Result<DraftId, ServiceError> {
        let (desk, author) = (self.desk(), self.author());
        self.core
            .write(desk.id, move |tx| {
                let municipality = desk.municipality()?;
                let (mailbox, row) = desk.thread(tx, thread)?;
                let begun = drafts::all(tx, desk.id, author)?;
                if let Some((draft, _)) = begun.iter().find(|(_, draft)| draft.thread == Some(thread)) {
                    return Ok(*draft);
                }
                let (authority, found) = place(municipality, mailbox)?;
                let last = row.entries.last().ok_or(ServiceError::NotFound)?;
                let latest = letters::copy(tx, municipality, &row, last)?.ok_or(ServiceError::NotFound)?;
                let person = tx.get::<Person>(&Person::key(desk.id, row.person))?;
                let language = person.and_then(|it| it.language).unwrap_or(municipality.language());
                let draft = Draft {
                    thread: Some(thread),
                    subject: latest.subject.reply(language).as_str().to_owned(),
                    case_number: row
                        .case_number
                        .as_ref()
                        .map(|it| it.as_str().to_owned())
                        .unwrap_or_default(),
                    language: Some(language),
                    ..empty(municipality, found.id, authority.id, tx.now())
                };
                drafts::begin(tx, municipality, author, draft)
            })
            .await
    }

    /// A draft with what is known about its recipient now, and the exchange it continues, which thereby is opened.
    pub async fn draft(&self, draft: DraftId) -> Result<StaffDraftView, ServiceError> {
        let (desk, author) = (self.desk(), self.author());
        let look = move |view: &View<'_>| show(view, &desk, author, draft);
        let view = self.core.read(look.clone()).await?;
        let Some((thread, _)) = &view.thread else { return Ok(view) };
        let shown = view.earlier.iter().map(|it| it.id).collect();
        if self.note_opened(*thread, shown).await? { self.core.read(look).await } else { Ok(view) }
    }

    /// Keeps what was typed.
    pub async fn save(&self, draft: DraftId, text: StaffDraftText) -> Result<Timestamp, ServiceError> {
        drafts::bounded(&text.subject, &text.body)?;
        let (desk, author) = (self.desk(), self.author());
        self.core
            .write(desk.id, move |tx| {
                let found = drafts::open(tx, desk.id, author, draft)?;
                let fixed = found.thread.is_some();
                let typed = |field: &str| -> String {
                    if fixed { String::new() } else { field.chars().take(MAX_TYPED).collect() }
                };
                let kept = Draft {
                    number: typed(&text.recipient.number),
                    address: typed(&text.recipient.address),
                    language: text.recipient.language,
                    case_number: text.case_number.chars().take(MAX_CASE_NUMBER_CHARS).collect(),
                    subject: text.subject.clone(),
                    body: text.body.clone(),
                    ..found
                };
                drafts::put(tx, desk.municipality()?, author, draft, kept)
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
}

fn empty(
    municipality: &Municipality,
    mailbox: MailboxId,
    authority: kuvert_domain::id::AuthorityId,
    now: Timestamp,
) -> Draft {
    Draft {
        mailbox,
        authority,
        thread: None,
        answers: None,
        number: String::new(),
        address: String::new(),
        language: None,
        case_number: String::new(),
        subject: String::new(),
        body: String::new(),
        files: Vec::new(),
        saved: now,
        sent: None,
        day: today(municipality, now),
    }
}

fn show(
    view: &impl Reading,
    desk: &Desk,
    author: Author,
    id: DraftId,
) -> Result<StaffDraftView, ServiceError> {
    let municipality = desk.municipality()?;
    let draft = drafts::open(view, desk.id, author, id)?;
    let recipient =
        Recipient { number: draft.number.clone(), address: draft.address.clone(), language: draft.language };
    let (thread, mut check, earlier) = match draft.thread {
        None => (None, check::check(view, municipality, &recipient)?, Vec::new()),
        Some(thread) => {
            let (_, row) = desk.thread(view, thread)?;
            let card = mailboxes::card(view, desk, &row)?;
            let check = known_recipient(view, desk, &row)?;
            (Some((thread, card)), check, earlier(view, desk, &row)?)
        }
    };
    if holds_number(municipality, &draft.subject, view.now()) {
        check.lines.push(CheckLine::NumberInSubject);
    }
    if draft.files.iter().any(|file| holds_number(municipality, file.name.as_str(), view.now())) {
        check.lines.push(CheckLine::NumberInFileName);
    }
    Ok(StaffDraftView {
        id,
        from: unit(municipality, draft.mailbox),
        thread,
        text: StaffDraftText {
            recipient,
            subject: draft.subject,
            body: draft.body,
            case_number: draft.case_number,
        },
        files: letters::files(&draft.files),
        saved: draft.saved,
        check,
        earlier,
    })
}

/// A thread's recipient is fixed: only the pair is looked at again.
fn known_recipient(
    view: &impl Reading,
    desk: &Desk,
    thread: &kuvert_store::records::Thread,
) -> Result<Check, ServiceError> {
    let pair = match thread.address {
        Some(address) => view.get::<Pair>(&Pair::key(desk.id, thread.person, address))?,
        None => None,
    };
    Ok(match pair {
        Some(pair) => {
            let line = if pair.confirmed.is_some() { CheckLine::PairYes } else { CheckLine::PairNo };
            Check { lines: vec![line], reach: Some(pair.email.masked()) }
        }
        None => Check { lines: vec![CheckLine::AddressMissing], reach: None },
    })
}

fn earlier(
    view: &impl Reading,
    desk: &Desk,
    thread: &kuvert_store::records::Thread,
) -> Result<Vec<EarlierView>, ServiceError> {
    let municipality = desk.municipality()?;
    let mut earlier = Vec::with_capacity(thread.entries.len());
    for entry in thread.entries.iter().rev() {
        if let Some(row) = letters::copy(view, municipality, thread, entry)? {
            earlier.push(letters::quoted(entry.message, &row, entry.opened));
        }
    }
    Ok(earlier)
}

/// Whether a short text holds an identity number of this country (P23).
pub(super) fn holds_number(municipality: &Municipality, text: &str, now: Timestamp) -> bool {
    let today = today(municipality, now);
    let digit_run = |c: char| !(c.is_ascii_digit() || c == '-' || c == '+');
    text.split(digit_run)
        .filter(|run| run.len() >= 10)
        .any(|run| Number::parse(municipality.country, run, today, municipality.test_numbers).is_ok())
}
