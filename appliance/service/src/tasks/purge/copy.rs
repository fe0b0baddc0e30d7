//! Judging the authority's copy of one message.
//!
//! Law: an undecided copy is never destroyed here, however old it is; nor is one whose row does not open.

use kuvert_domain::{
    directory::Municipality,
    id::{FileId, MessageId},
    registration::Registration,
};
use kuvert_store::{
    AuditEntry, Day, Epoch, Reading as _, Tx,
    records::{Message, Person, Thread},
};

use super::if_it_opens;
use crate::{ServiceError, people, posting};

/// What became of a copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fate {
    /// It is gone; so must its files be, once this is committed.
    Destroyed(Vec<FileId>),
    /// Its key moved to a later day.
    Postponed,
    /// Its key does not open, so nothing can be decided: the epoch's key is kept, for whoever mends it.
    Stuck,
}

/// Destroys the copy if the authority's decision allows it, else moves it to a later day.
pub(super) fn judge(
    tx: &mut Tx<'_>,
    municipality: &Municipality,
    epoch: &Epoch,
    later: &Epoch,
    message: MessageId,
) -> Result<Fate, ServiceError> {
    let id = municipality.id;
    let Some(key) = if_it_opens(tx.unwrap_key(epoch, &message), message)? else { return Ok(Fate::Stuck) };
    let row = if_it_opens(tx.get_under::<Message>(&Message::key(id, message), &key), message)?;
    let Some(row) = row else {
        tx.rewrap(epoch, later, &message)?;
        return Ok(Fate::Postponed);
    };
    let thread = if_it_opens(tx.get::<Thread>(&Thread::key(id, row.mailbox, row.thread)), message)?;
    let decided = thread.as_ref().and_then(|it| it.entry(message)).map(|entry| entry.registration.clone());
    if decided.as_ref().is_some_and(Registration::allows_purge) {
        destroy(tx, municipality, epoch, message, &row, thread)?;
        return Ok(Fate::Destroyed(row.files.iter().map(|file| file.id).collect()));
    }
    postpone(tx, municipality, epoch, later, message, &row, thread)?;
    Ok(Fate::Postponed)
}

fn destroy(
    tx: &mut Tx<'_>,
    municipality: &Municipality,
    epoch: &Epoch,
    message: MessageId,
    row: &Message,
    thread: Option<Thread>,
) -> Result<(), ServiceError> {
    tx.drop_wrap(epoch, &message);
    tx.delete(&Message::key(municipality.id, message));
    if let Some(mut thread) = thread {
        thread.entries.retain(|entry| entry.message != message);
        posting::put_thread(tx, municipality, row.mailbox, row.thread, &thread)?;
    }
    let audit = AuditEntry::new(municipality.id, "message.destroyed").authority(row.authority);
    Ok(tx.emit(audit.object(&message))?)
}

fn postpone(
    tx: &mut Tx<'_>,
    municipality: &Municipality,
    epoch: &Epoch,
    later: &Epoch,
    message: MessageId,
    row: &Message,
    thread: Option<Thread>,
) -> Result<(), ServiceError> {
    tx.rewrap(epoch, later, &message)?;
    if let Some(mut thread) = thread {
        if let (Some(entry), Day::On(day)) = (thread.entry_mut(message), later.day) {
            entry.copy_day = day;
        }
        posting::put_thread(tx, municipality, row.mailbox, row.thread, &thread)?;
    }
    // Whom a kept message was written to must stay known as long as the message.
    if let Some(person) = tx.get::<Person>(&Person::key(municipality.id, row.person))? {
        people::addressed(tx, municipality, &person.number)?;
    }
    let audit = AuditEntry::new(municipality.id, "purge.postponed").authority(row.authority);
    Ok(tx.emit(audit.object(&message))?)
}
