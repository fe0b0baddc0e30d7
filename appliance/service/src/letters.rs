//! Opening stored messages, each through its holder's own wrap.
//!
//! Security: there is no way to a message's text but these two functions: one asks for the resident's wrap and the two
//! proofs, the other for the authority's.

use std::cmp::Reverse;

use jiff::Timestamp;
use kuvert_domain::{
    checks::opens_without_invitation,
    directory::Municipality,
    id::{MessageId, PersonId, ThreadId},
};
use kuvert_store::{
    Reading, Scan,
    records::{self, FolderEntry, Message, Thread, ThreadEntry, Way},
};

use crate::{Direction, EarlierView, FileView, NoticeState, ServiceError, core::today, epochs, people};

/// A message in a resident's folders, if this person may open it now.
pub(crate) fn of_resident(
    view: &impl Reading,
    municipality: &Municipality,
    person: PersonId,
    message: MessageId,
) -> Result<(FolderEntry, Message), ServiceError> {
    let key = FolderEntry::key(municipality.id, person, message);
    let entry = view.get::<FolderEntry>(&key)?.ok_or(ServiceError::NotFound)?;
    if !may_open(view, municipality, person, &entry, view.now())? {
        return Err(ServiceError::NotFound);
    }
    let row = content(view, municipality, &entry, message)?.ok_or(ServiceError::NotFound)?;
    Ok((entry, row))
}

/// Everything in a resident's folders that this person may see now, newest first.
pub(crate) fn folder(
    view: &impl Reading,
    municipality: &Municipality,
    person: PersonId,
) -> Result<Vec<(MessageId, FolderEntry)>, ServiceError> {
    let rows = view.list::<FolderEntry>(&Scan::prefix(&FolderEntry::of(municipality.id, person)))?;
    let mut seen = Vec::with_capacity(rows.len());
    for (key, entry) in rows {
        let mut parts = key.parts();
        let _scope: Option<(kuvert_domain::id::MunicipalityId, PersonId)> = parts.id().zip(parts.id());
        let Some(message) = parts.id::<MessageId>() else { continue };
        if may_open(view, municipality, person, &entry, view.now())? {
            seen.push((message, entry));
        }
    }
    seen.sort_by_key(|(_, entry)| Reverse(entry.sent));
    Ok(seen)
}

/// What a message of a folder says. The caller has asked whether it may be opened.
pub(crate) fn content(
    view: &impl Reading,
    municipality: &Municipality,
    entry: &FolderEntry,
    message: MessageId,
) -> Result<Option<Message>, ServiceError> {
    let epoch = epochs::resident(municipality.id, entry.authority, entry.last_day);
    match view.unwrap_key(&epoch, &message)? {
        Some(key) => Ok(view.get_under(&Message::key(municipality.id, message), &key)?),
        None => Ok(None),
    }
}

/// What the authority's copy of a message says.
pub(crate) fn copy(
    view: &impl Reading,
    municipality: &Municipality,
    thread: &Thread,
    entry: &ThreadEntry,
) -> Result<Option<Message>, ServiceError> {
    let epoch = epochs::copy(municipality.id, thread.authority, entry.copy_day);
    match view.unwrap_key(&epoch, &entry.message)? {
        Some(key) => Ok(view.get_under(&Message::key(municipality.id, entry.message), &key)?),
        None => Ok(None),
    }
}

/// The exchange before a message, as far as this resident can still read it, newest first.
pub(crate) fn earlier(
    view: &impl Reading,
    municipality: &Municipality,
    person: PersonId,
    thread: ThreadId,
    before: Timestamp,
) -> Result<Vec<EarlierView>, ServiceError> {
    let mut earlier = Vec::new();
    for (message, entry) in folder(view, municipality, person)? {
        if entry.thread != thread || entry.sent >= before {
            continue;
        }
        if let Some(row) = content(view, municipality, &entry, message)? {
            earlier.push(quoted(message, &row, entry.opened));
        }
    }
    Ok(earlier)
}

/// A message as the exchange before another one shows it.
pub(crate) fn quoted(message: MessageId, row: &Message, opened: Option<Timestamp>) -> EarlierView {
    EarlierView {
        id: message,
        direction: direction(row.way),
        subject: row.subject.clone(),
        body: row.body.clone(),
        sent: row.sent,
        opened,
        files: files(&row.files),
    }
}

/// Files as people see them.
pub(crate) fn files(files: &[records::File]) -> Vec<FileView> {
    files.iter().map(|file| FileView { id: file.id, name: file.name.clone(), bytes: file.bytes }).collect()
}

/// The first words of a text, on one line.
pub(crate) fn preview(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().take(40).collect();
    words.join(" ").chars().take(140).collect()
}

pub(crate) const fn direction(way: Way) -> Direction {
    match way {
        Way::Out => Direction::ToResident,
        Way::In => Direction::ToUnit,
    }
}

pub(crate) const fn notice(mark: records::NoticeMark) -> NoticeState {
    match mark {
        records::NoticeMark::Queued => NoticeState::Queued,
        records::NoticeMark::HandedOver(at) => NoticeState::HandedOver { at },
        records::NoticeMark::Delayed(at) => NoticeState::Delayed { at },
        records::NoticeMark::Refused(at) => NoticeState::Refused { at },
        records::NoticeMark::NotTheirs(at) => NoticeState::NotTheirs { at },
    }
}

/// P4: what this person sent is theirs; what was sent to them needs a confirmed pair or a thread they began. Access ends
/// with the last day, whether or not the purge has run.
fn may_open(
    view: &impl Reading,
    municipality: &Municipality,
    person: PersonId,
    entry: &FolderEntry,
    now: Timestamp,
) -> Result<bool, ServiceError> {
    if entry.last_day < today(municipality, now) {
        return Ok(false);
    }
    if entry.way == Way::In {
        return Ok(true);
    }
    let confirmed = match entry.address {
        Some(address) => people::is_confirmed(view, municipality.id, person, address)?,
        None => false,
    };
    Ok(opens_without_invitation(entry.began_by_person, confirmed))
}
