//! Storing a message: one transaction, eight rows, both wraps, the notice promised with it.
//!
//! Who may send what to whom has been decided by the caller; nothing here asks.

use jiff::{Timestamp, civil::Date};
use kuvert_domain::{
    directory::Municipality,
    id::{AddressId, AuthorityId, MailboxId, MessageId, PersonId, StaffId, ThreadId},
    invitation::Invitation,
    language::Language,
    registration::Registration,
    retention::deletion_day,
    text::{Body, CaseNumber, DisplayName, Subject},
};
use kuvert_store::{
    AuditEntry, Epoch, Job, Reading as _, Tx,
    records::{self, FolderEntry, InvitationEntry, Message, NoticeJob, NoticeMark, Thread, ThreadEntry, Way},
};

use crate::{Receipt, ServiceError, core, epochs};

/// A message that is ready to be stored.
pub(crate) struct Letter {
    pub(crate) mailbox: MailboxId,
    pub(crate) authority: AuthorityId,
    /// The thread it continues; none begins a new one.
    pub(crate) thread: Option<ThreadId>,
    pub(crate) person: PersonId,
    pub(crate) author: DisplayName,
    pub(crate) subject: Subject,
    pub(crate) body: Body,
    pub(crate) files: Vec<records::File>,
    pub(crate) registration: Registration,
    pub(crate) side: Side,
}

/// Who sends it, with what only that side has.
pub(crate) enum Side {
    /// A unit, to a resident.
    Unit { staff: StaffId, address: AddressId, case_number: Option<CaseNumber>, language: Language },
    /// A resident, to a unit.
    Resident,
}

/// A message that was stored.
pub(crate) struct Posted {
    pub(crate) message: MessageId,
    pub(crate) thread: ThreadId,
}

/// Stores a message. Everything of it commits together, the promise of the notice included.
pub(crate) fn post(
    tx: &mut Tx<'_>,
    municipality: &Municipality,
    letter: Letter,
) -> Result<Posted, ServiceError> {
    let id = municipality.id;
    let now = tx.now();
    let last_day = municipality.retention.last_day(now, &municipality.time_zone);
    let message: MessageId = tx.fresh();
    let mut thread = open_thread(tx, municipality, &letter)?;
    let (way, address, invitation) = match &letter.side {
        Side::Unit { address, .. } => (Way::Out, Some(*address), Some(invitation(tx, municipality)?)),
        Side::Resident => (Way::In, None, None),
    };
    thread.row.entries.push(entry(&letter, message, way, now, last_day));
    put_thread(tx, municipality, letter.mailbox, thread.id, &thread.row)?;

    let folder = FolderEntry {
        way,
        thread: thread.id,
        mailbox: letter.mailbox,
        authority: letter.authority,
        address,
        began_by_person: thread.row.began_by_person,
        sent: now,
        opened: None,
        last_day,
    };
    let resident = epochs::resident(id, letter.authority, last_day);
    tx.put(&FolderEntry::key(id, letter.person, message), &folder, &resident)?;
    if let (Side::Unit { address, language, .. }, Some(secret)) = (&letter.side, &invitation) {
        invite(tx, municipality, &folder, letter.person, message, *address, secret)?;
        let job = NoticeJob {
            municipality: id,
            mailbox: letter.mailbox,
            thread: thread.id,
            message,
            language: *language,
        };
        promise(tx, &job, resident)?;
    }
    audit(tx, municipality, &letter, message)?;

    let key = tx.new_data_key();
    tx.wrap(&key, &resident, &message)?;
    tx.wrap(&key, &epochs::copy(id, letter.authority, deletion_day(last_day)), &message)?;
    let row = row(letter, &folder, invitation);
    tx.put_under(&Message::key(id, message), &row, &key)?;
    Ok(Posted { message, thread: thread.id })
}

/// Writes a thread's row, under the key of its longest-lived message.
pub(crate) fn put_thread(
    tx: &mut Tx<'_>,
    municipality: &Municipality,
    mailbox: MailboxId,
    id: ThreadId,
    thread: &Thread,
) -> Result<(), ServiceError> {
    let key = Thread::key(municipality.id, mailbox, id);
    match thread.entries.iter().map(|entry| entry.copy_day).max() {
        Some(day) => tx.put(&key, thread, &epochs::copy(municipality.id, thread.authority, day))?,
        None => tx.delete(&key),
    }
    Ok(())
}

/// The proof that a message was taken in, rebuilt from the message itself.
pub(crate) fn receipt(
    municipality: &Municipality,
    message: MessageId,
    row: &Message,
    now: Timestamp,
) -> Receipt {
    Receipt {
        message,
        thread: row.thread,
        number: number(message),
        at: row.sent,
        unit: core::unit(municipality, row.mailbox),
        subject: row.subject.clone(),
        files: row.files.len(),
        readable: core::readable(municipality, row.last_day, now),
    }
}

/// A receipt's number: the beginning of the message's id, to be read aloud.
fn number(message: MessageId) -> String {
    let text = data_encoding::BASE32_NOPAD.encode(message.as_bytes().get(..5).unwrap_or_default());
    let (head, tail) = text.split_at_checked(4).unwrap_or((&text, ""));
    format!("{head}-{tail}")
}

struct Open {
    id: ThreadId,
    row: Thread,
}

fn open_thread(tx: &mut Tx<'_>, municipality: &Municipality, letter: &Letter) -> Result<Open, ServiceError> {
    if let Some(id) = letter.thread {
        let key = Thread::key(municipality.id, letter.mailbox, id);
        let row = tx.get::<Thread>(&key)?.filter(|row| row.person == letter.person);
        return Ok(Open { id, row: row.ok_or(ServiceError::NotFound)? });
    }
    let (address, case_number, began_by_person) = match &letter.side {
        Side::Unit { address, case_number, .. } => (Some(*address), case_number.clone(), false),
        Side::Resident => (None, None, true),
    };
    let row = Thread {
        authority: letter.authority,
        person: letter.person,
        address,
        began_by_person,
        case_number,
        entries: Vec::new(),
    };
    Ok(Open { id: tx.fresh(), row })
}

fn row(letter: Letter, folder: &FolderEntry, invitation: Option<Invitation>) -> Message {
    Message {
        mailbox: folder.mailbox,
        authority: folder.authority,
        thread: folder.thread,
        person: letter.person,
        address: folder.address,
        invitation,
        way: folder.way,
        sent: folder.sent,
        last_day: folder.last_day,
        author: letter.author,
        subject: letter.subject,
        body: letter.body,
        files: letter.files,
    }
}

fn entry(letter: &Letter, message: MessageId, way: Way, now: Timestamp, last_day: Date) -> ThreadEntry {
    ThreadEntry {
        message,
        way,
        author: match letter.side {
            Side::Unit { staff, .. } => Some(staff),
            Side::Resident => None,
        },
        sent: now,
        opened: None,
        files: u16::try_from(letter.files.len()).unwrap_or(u16::MAX),
        last_day,
        ended: false,
        copy_day: deletion_day(last_day),
        registration: letter.registration.clone(),
        notice: matches!(letter.side, Side::Unit { .. }).then_some(NoticeMark::Queued),
    }
}

/// A secret whose code no living invitation of this municipality has.
fn invitation(tx: &mut Tx<'_>, municipality: &Municipality) -> Result<Invitation, ServiceError> {
    loop {
        let secret = Invitation::from_bytes(tx.random());
        if tx.find::<InvitationEntry>(municipality.id, secret.code().as_bytes())?.is_none() {
            return Ok(secret);
        }
    }
}

/// Promises the notice: it goes out exactly if the message is stored.
fn promise(tx: &mut Tx<'_>, job: &NoticeJob, epoch: Epoch) -> Result<(), ServiceError> {
    let (municipality, payload, due) = (job.municipality, job.encode()?, tx.now());
    tx.queue(Job { municipality, topic: NoticeJob::TOPIC, payload, due, epoch })?;
    Ok(())
}

fn invite(
    tx: &mut Tx<'_>,
    municipality: &Municipality,
    folder: &FolderEntry,
    person: PersonId,
    message: MessageId,
    address: AddressId,
    secret: &Invitation,
) -> Result<(), ServiceError> {
    let row = InvitationEntry {
        secret: secret.clone(),
        mailbox: folder.mailbox,
        thread: folder.thread,
        message,
        person,
        address,
        last_day: folder.last_day,
    };
    let epoch = epochs::resident(municipality.id, folder.authority, folder.last_day);
    Ok(tx.index(municipality.id, secret.code().as_bytes(), &row, &epoch)?)
}

fn audit(
    tx: &mut Tx<'_>,
    municipality: &Municipality,
    letter: &Letter,
    message: MessageId,
) -> Result<(), ServiceError> {
    let entry = AuditEntry::new(municipality.id, "message.sent").authority(letter.authority).object(&message);
    let entry = match letter.side {
        Side::Unit { staff, .. } => entry.actor(&staff),
        Side::Resident => entry.actor(&letter.person),
    };
    Ok(tx.emit(entry)?)
}
