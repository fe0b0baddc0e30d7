//! The nightly sweep: what nothing references and nobody uses any more is removed.
//!
//! Invariant: it removes nothing unless every reference could be read; a reference that cannot be read stops it.

use std::collections::HashSet;

use kuvert_domain::id::{FileId, MessageId};
use kuvert_store::{
    Epoch, Key, Kind, Reading as _, Scan, View,
    records::{Draft, Message},
};

use super::Tasks;
use crate::ServiceError;

/// How many wraps one snapshot looks at.
const PAGE: usize = 500;

/// What a sweep did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SweepReport {
    /// Files that nothing referenced.
    pub removed: usize,
    /// Referenced files that are not there: an alarm.
    pub missing: usize,
    /// Drafts whose day had come.
    pub drafts: usize,
    /// Persons and pairs that nobody used for a year.
    pub persons: usize,
}

impl Tasks {
    /// Removes drafts and persons whose time is over, takes the blind index to this month's key, then removes files that no
    /// message and no draft references.
    pub async fn sweep(&self) -> Result<SweepReport, ServiceError> {
        let _turn = self.core.purging.lock().await;
        let tidied = self.tidy().await?;
        self.rotate_index().await?;
        // Drafts first: a file only ever moves from a draft to a message, so none slips between the two looks.
        let mut referenced: HashSet<FileId> = self.core.read(of_drafts).await?;
        let mut from = None;
        loop {
            let after = from.take();
            let (page, last) = self.core.read(move |view| of_messages(view, after.as_ref())).await?;
            referenced.extend(page);
            match last {
                Some(key) => from = Some(key),
                None => break,
            }
        }
        let swept = self.core.store.blobs().sweep(referenced).await?;
        let missing = swept.missing.len();
        Ok(SweepReport { removed: swept.removed, missing, drafts: tidied.drafts, persons: tidied.persons })
    }
}

/// The files of all drafts, of municipalities that the configuration has dropped too.
fn of_drafts(view: &View<'_>) -> Result<HashSet<FileId>, ServiceError> {
    let drafts = view.list::<Draft>(&Scan::prefix(&Key::new(Kind::Draft)))?;
    Ok(drafts.iter().flat_map(|(_, draft)| draft.files.iter().map(|file| file.id)).collect())
}

/// The files of one page of wrapped messages, and where the next page begins.
fn of_messages(view: &View<'_>, after: Option<&Key>) -> Result<(Vec<FileId>, Option<Key>), ServiceError> {
    let all = Key::new(Kind::Wrap);
    let scan = Scan::prefix(&all).limit(PAGE);
    let keys = view.keys(&match after {
        Some(key) => scan.after(key),
        None => scan,
    })?;
    let mut files = Vec::new();
    for key in &keys {
        let mut parts = key.parts();
        let broken = || ServiceError::Broken("a wrap's key does not read".to_owned());
        let epoch: Epoch = parts.epoch().ok_or_else(broken)?;
        let message: MessageId = parts.id().ok_or_else(broken)?;
        let Some(data_key) = view.unwrap_key(&epoch, &message)? else { continue };
        if let Some(row) = view.get_under::<Message>(&Message::key(epoch.municipality, message), &data_key)? {
            files.extend(row.files.iter().map(|file| file.id));
        }
    }
    let more = keys.len() == PAGE;
    Ok((files, keys.into_iter().next_back().filter(|_| more)))
}
