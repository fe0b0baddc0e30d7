//! Ending a resident's access to one message.
//!
//! The authority's copy is not touched, except for the note in its thread.

use kuvert_domain::{directory::Municipality, id::MessageId};
use kuvert_store::{
    AuditEntry, Epoch, Reading as _, Tx,
    records::{FolderEntry, InvitationEntry, Message, Thread},
};

use super::if_it_opens;
use crate::{ServiceError, posting};

/// Removes the resident's wrap, the folder entry and the invitation.
pub(super) fn end(
    tx: &mut Tx<'_>,
    municipality: &Municipality,
    epoch: &Epoch,
    message: MessageId,
) -> Result<(), ServiceError> {
    let id = municipality.id;
    let row = match if_it_opens(tx.unwrap_key(epoch, &message), message)? {
        Some(key) => if_it_opens(tx.get_under::<Message>(&Message::key(id, message), &key), message)?,
        None => None,
    };
    tx.drop_wrap(epoch, &message);
    let Some(row) = row else { return Ok(()) };
    tx.delete(&FolderEntry::key(id, row.person, message));
    if let Some(invitation) = &row.invitation {
        tx.unindex::<InvitationEntry>(id, invitation.code().as_bytes())?;
    }
    let key = Thread::key(id, row.mailbox, row.thread);
    if let Some(mut thread) = if_it_opens(tx.get::<Thread>(&key), message)? {
        if let Some(entry) = thread.entry_mut(message) {
            entry.ended = true;
        }
        posting::put_thread(tx, municipality, row.mailbox, row.thread, &thread)?;
    }
    Ok(tx.emit(AuditEntry::new(id, "access.ended").authority(row.authority).object(&message))?)
}
