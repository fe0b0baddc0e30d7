//! Inbox, sent, drafts: what a resident may see now, newest first (P6).

use std::sync::Arc;

use kuvert_store::{Reading as _, records::Way};

use super::Resident;
use crate::{
    DraftRow, Envelope, ServiceError,
    core::{readable, unit},
    drafts, letters,
};

/// What the tabs of the folders count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FolderCounts {
    /// Messages nobody has opened.
    pub unread: usize,
    /// Drafts.
    pub drafts: usize,
}

impl Resident {
    /// How much is in the folders.
    pub async fn folders(&self) -> Result<FolderCounts, ServiceError> {
        let (core, id, person, author) =
            (Arc::clone(&self.core), self.municipality_id(), self.person(), self.author());
        self.core
            .read(move |view| {
                let folder = letters::folder(view, core.municipality(id)?, person)?;
                let unread =
                    folder.iter().filter(|(_, it)| it.way == Way::Out && it.opened.is_none()).count();
                Ok(FolderCounts { unread, drafts: drafts::all(view, id, author)?.len() })
            })
            .await
    }

    /// Messages to this person.
    pub async fn inbox(&self) -> Result<Vec<Envelope>, ServiceError> {
        self.envelopes(Way::Out).await
    }

    /// Messages from this person.
    pub async fn sent(&self) -> Result<Vec<Envelope>, ServiceError> {
        self.envelopes(Way::In).await
    }

    /// This person's drafts. Nobody else's key leads to them.
    pub async fn drafts(&self) -> Result<Vec<DraftRow>, ServiceError> {
        let (core, id, author) = (Arc::clone(&self.core), self.municipality_id(), self.author());
        self.core
            .read(move |view| {
                let municipality = core.municipality(id)?;
                let rows = drafts::all(view, id, author)?.into_iter().map(|(id, draft)| DraftRow {
                    id,
                    to: unit(municipality, draft.mailbox).name,
                    subject: draft.subject,
                    saved: draft.saved,
                    files: draft.files.len(),
                });
                Ok(rows.collect())
            })
            .await
    }

    async fn envelopes(&self, way: Way) -> Result<Vec<Envelope>, ServiceError> {
        let (core, id, person) = (Arc::clone(&self.core), self.municipality_id(), self.person());
        self.core
            .read(move |view| {
                let municipality = core.municipality(id)?;
                let mut envelopes = Vec::new();
                for (message, entry) in letters::folder(view, municipality, person)? {
                    if entry.way != way {
                        continue;
                    }
                    let Some(row) = letters::content(view, municipality, &entry, message)? else { continue };
                    envelopes.push(Envelope {
                        id: message,
                        unit: unit(municipality, entry.mailbox),
                        subject: row.subject.clone(),
                        preview: letters::preview(row.body.as_str()),
                        sent: entry.sent,
                        opened: entry.opened,
                        files: row.files.len(),
                        readable: readable(municipality, entry.last_day, view.now()),
                    });
                }
                Ok(envelopes)
            })
            .await
    }
}
