//! Drafts of both roles: each found only through its author (P6).
//!
//! What a draft must hold to be sent is judged by the two who send.

use std::{cmp::Reverse, io};

use bytes::Bytes;
use futures_util::Stream;
use jiff::Timestamp;
use kuvert_domain::{
    directory::Municipality,
    id::{DraftId, FileId, MunicipalityId},
    limits::{MAX_BODY_CHARS, MAX_DRAFTS, MAX_FILES, MAX_SUBJECT_CHARS},
};
use kuvert_store::{
    Reading, Scan, Tx,
    records::{Author, Draft},
};

use crate::{
    Conflict, Field, FieldFault, FileView, Problem, ServiceError,
    core::{Core, today},
    epochs, files, letters,
};

/// An author's draft that has not been sent.
pub(crate) fn open(
    view: &impl Reading,
    municipality: MunicipalityId,
    author: Author,
    draft: DraftId,
) -> Result<Draft, ServiceError> {
    let found = view.get::<Draft>(&Draft::key(municipality, author, draft))?;
    found.filter(|draft| draft.sent.is_none()).ok_or(ServiceError::NotFound)
}

/// An author's drafts that have not been sent.
pub(crate) fn all(
    view: &impl Reading,
    municipality: MunicipalityId,
    author: Author,
) -> Result<Vec<(DraftId, Draft)>, ServiceError> {
    let rows = view.list::<Draft>(&Scan::prefix(&Draft::of(municipality, author)))?;
    let open = rows.into_iter().filter(|(_, draft)| draft.sent.is_none());
    let mut drafts: Vec<_> = open.filter_map(|(key, draft)| Some((id_of(&key)?, draft))).collect();
    drafts.sort_by_key(|(_, draft)| Reverse(draft.saved));
    Ok(drafts)
}

/// Begins a draft, unless its author has too many.
pub(crate) fn begin(
    tx: &mut Tx<'_>,
    municipality: &Municipality,
    author: Author,
    draft: Draft,
) -> Result<DraftId, ServiceError> {
    if all(tx, municipality.id, author)?.len() >= MAX_DRAFTS {
        return Err(ServiceError::Conflict(Conflict::TooManyDrafts));
    }
    let id = tx.fresh();
    put(tx, municipality, author, id, draft)?;
    Ok(id)
}

/// Stores a draft as it is now; its day moves on.
pub(crate) fn put(
    tx: &mut Tx<'_>,
    municipality: &Municipality,
    author: Author,
    id: DraftId,
    draft: Draft,
) -> Result<Timestamp, ServiceError> {
    let now = tx.now();
    let epoch = epochs::drafts(municipality.id, today(municipality, now));
    let day = match epoch.day {
        kuvert_store::Day::On(day) => day,
        kuvert_store::Day::Standing => draft.day,
    };
    let draft = Draft { saved: now, day, ..draft };
    tx.put(&Draft::key(municipality.id, author, id), &draft, &epoch)?;
    Ok(now)
}

/// Refuses texts that could never be sent, so that nobody fills the disk by typing.
pub(crate) fn bounded(subject: &str, body: &str) -> Result<(), ServiceError> {
    let mut faults = Vec::new();
    if subject.chars().count() > MAX_SUBJECT_CHARS {
        faults.push(FieldFault::new(Field::Subject, Problem::TooLong { limit: MAX_SUBJECT_CHARS }));
    }
    if body.chars().count() > MAX_BODY_CHARS {
        faults.push(FieldFault::new(Field::Body, Problem::TooLong { limit: MAX_BODY_CHARS }));
    }
    if faults.is_empty() { Ok(()) } else { Err(ServiceError::Invalid(faults)) }
}

/// Adds a file to a draft. Nothing of it stays when the draft is gone or full by then.
pub(crate) async fn attach<S>(
    core: &Core,
    municipality: MunicipalityId,
    author: Author,
    draft: DraftId,
    name: &str,
    content: S,
) -> Result<FileView, ServiceError>
where
    S: Stream<Item = io::Result<Bytes>> + Send + Unpin,
{
    let found = core.read(move |view| open(view, municipality, author, draft)).await?;
    room_for_one_more(&found)?;
    files::require_space(core)?;
    let place = core.municipality(municipality)?;
    let file = files::take_in(core, place, found.authority, name, content).await?;
    let shown = letters::files(std::slice::from_ref(&file)).into_iter().next();
    let (id, zone) = (file.id, place.clone());
    let added = core
        .write(municipality, move |tx| {
            let mut found = open(tx, municipality, author, draft)?;
            room_for_one_more(&found)?;
            found.files.push(file.clone());
            put(tx, &zone, author, draft, found)
        })
        .await;
    if let Err(error) = added {
        files::discard(core, id).await;
        return Err(error);
    }
    shown.ok_or(ServiceError::NotFound)
}

/// Takes a file out of a draft.
pub(crate) async fn detach(
    core: &Core,
    municipality: MunicipalityId,
    author: Author,
    draft: DraftId,
    file: FileId,
) -> Result<(), ServiceError> {
    let place = core.municipality(municipality)?.clone();
    core.write(municipality, move |tx| {
        let mut found = open(tx, municipality, author, draft)?;
        let before = found.files.len();
        found.files.retain(|it| it.id != file);
        if found.files.len() == before {
            return Err(ServiceError::NotFound);
        }
        put(tx, &place, author, draft, found)
    })
    .await?;
    files::discard(core, file).await;
    Ok(())
}

/// Deletes a draft with its files.
pub(crate) async fn delete(
    core: &Core,
    municipality: MunicipalityId,
    author: Author,
    draft: DraftId,
) -> Result<(), ServiceError> {
    let found = core
        .write(municipality, move |tx| {
            let found = open(tx, municipality, author, draft)?;
            tx.delete(&Draft::key(municipality, author, draft));
            Ok(found.files.iter().map(|file| file.id).collect::<Vec<_>>())
        })
        .await?;
    for file in found {
        files::discard(core, file).await;
    }
    Ok(())
}

fn room_for_one_more(draft: &Draft) -> Result<(), ServiceError> {
    if draft.files.len() < MAX_FILES {
        return Ok(());
    }
    Err(ServiceError::invalid(Field::File(None), Problem::TooMany { limit: MAX_FILES }))
}

/// The draft behind a key: the last part, after the author's 17 bytes.
fn id_of(key: &kuvert_store::Key) -> Option<DraftId> {
    let mut parts = key.parts();
    parts.id::<MunicipalityId>()?;
    parts.take::<17>()?;
    parts.id()
}
