//! The audit chain: who did what, when, so that a change of the past is found.
//!
//! Use cases *emit* entries; the writer chains them at the end of each group, per municipality, one row a group. Entries
//! hold ids; what is more telling goes into details, sealed under an epoch of their own, so that they can be erased
//! while the chain stays whole. A keyed chain does not bind root: only a head kept elsewhere does ([`verify`]).

use std::collections::HashMap;

use jiff::Timestamp;
use kuvert_domain::id::{AuthorityId, Id, MunicipalityId};
use serde::{Deserialize, Serialize};

use crate::{
    engine::Row,
    epoch::{Epoch, Holder},
    error::StoreError,
    key_space::{Key, Kind, Scan},
    reading::{Reading, bytes_of},
    record::Record,
    tx::Tx,
    vault::{
        EpochKey,
        cipher::{Under, open_record, seal_record},
    },
    view::View,
};

#[cfg(test)]
mod tests;
mod verify;

pub use verify::{AuditFault, AuditReport};

/// Something that was done, as a use case emits it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    municipality: MunicipalityId,
    authority: Option<AuthorityId>,
    action: &'static str,
    actor: Option<[u8; 16]>,
    object: Option<[u8; 16]>,
    details: Option<(Epoch, Vec<u8>)>,
}

impl AuditEntry {
    /// An entry about an action, such as `message.sent`.
    #[must_use]
    pub const fn new(municipality: MunicipalityId, action: &'static str) -> Self {
        Self { municipality, authority: None, action, actor: None, object: None, details: None }
    }

    /// In which authority.
    #[must_use]
    pub const fn authority(mut self, authority: AuthorityId) -> Self {
        self.authority = Some(authority);
        self
    }

    /// Who did it.
    #[must_use]
    pub fn actor<I: Id>(mut self, actor: &I) -> Self {
        self.actor = Some(*actor.as_bytes());
        self
    }

    /// To what.
    #[must_use]
    pub fn object<I: Id>(mut self, object: &I) -> Self {
        self.object = Some(*object.as_bytes());
        self
    }

    /// What more there is to say; sealed under this epoch, and unreadable once its key is destroyed.
    #[must_use]
    pub fn details(mut self, epoch: Epoch, details: Vec<u8>) -> Self {
        self.details = Some((epoch, details));
        self
    }
}

/// An entry as it is read back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditLine {
    /// Its place in the municipality's chain, from 0 without gaps.
    pub sequence: u64,
    /// When it was done.
    pub at: Timestamp,
    /// In which authority.
    pub authority: Option<AuthorityId>,
    /// What was done.
    pub action: String,
    /// The actor's id.
    pub actor: Option<[u8; 16]>,
    /// The object's id.
    pub object: Option<[u8; 16]>,
    /// The details, unless there are none or their key is gone.
    pub details: Option<Vec<u8>>,
}

/// The end of a chain: the next place, and the keyed digest of everything before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AuditHead {
    /// How many entries there are.
    pub entries: u64,
    /// The last entry's chained digest; zeros for an empty chain.
    pub digest: [u8; 32],
}

impl AuditHead {
    const EMPTY: Self = Self { entries: 0, digest: [0; 32] };

    /// The head after one more entry.
    fn after(&self, key: &EpochKey, entry: &Entry) -> Result<Self, StoreError> {
        let canonical = postcard::to_stdvec(entry)
            .map_err(|_| StoreError::Malformed(Chained::malformed(Chained::VERSION)))?;
        let digest = key.digest(b"audit chain", &[&self.digest, &self.entries.to_be_bytes(), &canonical]);
        Ok(Self { entries: self.entries + 1, digest })
    }
}

/// An emitted entry on its way to the chain.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Emitted {
    municipality: MunicipalityId,
    entry: Entry,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Entry {
    at_ms: i64,
    authority: Option<[u8; 16]>,
    action: String,
    actor: Option<[u8; 16]>,
    object: Option<[u8; 16]>,
    details: Option<Vec<u8>>,
}

/// The entries of one group commit, each with the chain's digest after it.
#[derive(Debug, Serialize, Deserialize)]
struct Chained {
    first: u64,
    entries: Vec<(Entry, [u8; 32])>,
}

impl Record for Chained {
    const KIND: Kind = Kind::Audit;
    const VERSION: u8 = 1;
}

#[derive(Serialize, Deserialize)]
struct Details(Vec<u8>);

impl Record for Details {
    const KIND: Kind = Kind::Audit;
    const VERSION: u8 = 1;
}

/// Under what a municipality's chain is sealed and keyed.
pub(crate) const fn chain_epoch(municipality: MunicipalityId) -> Epoch {
    Epoch::standing(municipality, Holder::Audit)
}

fn chain_prefix(municipality: MunicipalityId) -> Key {
    Key::new(Kind::Audit).id(&municipality)
}

/// What sealed details are bound to, besides their key.
fn details_place(municipality: MunicipalityId, entry: &Entry) -> Key {
    let time = Timestamp::from_millisecond(entry.at_ms).unwrap_or(Timestamp::UNIX_EPOCH);
    let actor = entry.actor.unwrap_or_default();
    let object = entry.object.unwrap_or_default();
    chain_prefix(municipality).time(time).bytes(&actor).bytes(&object).bytes(entry.action.as_bytes())
}

impl Tx<'_> {
    /// Adds an entry to the municipality's audit chain, if this use case is committed.
    pub fn emit(&mut self, audit: AuditEntry) -> Result<(), StoreError> {
        let chain = chain_epoch(audit.municipality);
        if self.vault().key(&chain).is_none() {
            return Err(StoreError::NoKey(chain));
        }
        let mut entry = Entry {
            at_ms: self.now().as_millisecond(),
            authority: audit.authority.as_ref().map(bytes_of),
            action: audit.action.to_owned(),
            actor: audit.actor,
            object: audit.object,
            details: None,
        };
        if let Some((epoch, details)) = audit.details {
            self.require_open(&epoch)?;
            let held = self.vault().key(&epoch).ok_or(StoreError::NoKey(epoch))?;
            let place = details_place(audit.municipality, &entry);
            let nonce = self.random();
            let sealed = seal_record(&held.cipher, Under::Epoch(epoch), nonce, &place, &Details(details))?;
            entry.details = Some(sealed);
        }
        self.push_emitted(Emitted { municipality: audit.municipality, entry });
        Ok(())
    }
}

/// The chains' ends, as the writer knows them. Invariant: dropped whenever a commit fails.
#[derive(Debug, Default)]
pub(crate) struct Chains(HashMap<MunicipalityId, AuditHead>);

impl Chains {
    /// Chains what a group emitted: one row per municipality, to be written with the group.
    pub(crate) fn extend(&mut self, view: &View<'_>, emitted: Vec<Emitted>) -> Result<Vec<Row>, StoreError> {
        let mut rows = Vec::new();
        let mut by_municipality: Vec<(MunicipalityId, Vec<Entry>)> = Vec::new();
        for Emitted { municipality, entry } in emitted {
            match by_municipality.iter_mut().find(|(known, _)| *known == municipality) {
                Some((_, entries)) => entries.push(entry),
                None => by_municipality.push((municipality, vec![entry])),
            }
        }
        for (municipality, entries) in by_municipality {
            let epoch = chain_epoch(municipality);
            let held = view.vault.key(&epoch).ok_or(StoreError::NoKey(epoch))?;
            let mut end = match self.0.get(&municipality) {
                Some(known) => *known,
                None => view.audit_head(municipality)?,
            };
            let mut chained = Chained { first: end.entries, entries: Vec::with_capacity(entries.len()) };
            for entry in entries {
                end = end.after(&held, &entry)?;
                chained.entries.push((entry, end.digest));
            }
            let key = chain_prefix(municipality).large_number(chained.first);
            let value = seal_record(&held.cipher, Under::Epoch(epoch), view.vault.nonce(), &key, &chained)?;
            rows.push((key.as_bytes().to_vec(), value));
            self.0.insert(municipality, end);
        }
        Ok(rows)
    }

    pub(crate) fn forget(&mut self) {
        self.0.clear();
    }
}

impl View<'_> {
    /// The end of a municipality's chain, as the rows have it.
    pub fn audit_head(&self, municipality: MunicipalityId) -> Result<AuditHead, StoreError> {
        let last = Scan::prefix(&chain_prefix(municipality)).reverse().limit(1);
        let rows = self.list::<Chained>(&last)?;
        let Some((_, chained)) = rows.first() else { return Ok(AuditHead::EMPTY) };
        let count = u64::try_from(chained.entries.len()).unwrap_or(u64::MAX);
        let digest = chained.entries.last().map_or([0; 32], |(_, digest)| *digest);
        Ok(AuditHead { entries: chained.first.saturating_add(count), digest })
    }

    /// The newest `n` entries of a municipality, newest first.
    pub fn audit_lines(&self, municipality: MunicipalityId, n: usize) -> Result<Vec<AuditLine>, StoreError> {
        let newest = Scan::prefix(&chain_prefix(municipality)).reverse().limit(n);
        let mut lines = Vec::new();
        for (_, chained) in self.list::<Chained>(&newest)? {
            let numbered = chained.entries.into_iter().zip(chained.first..);
            for ((entry, _), sequence) in numbered.collect::<Vec<_>>().into_iter().rev() {
                if lines.len() == n {
                    return Ok(lines);
                }
                lines.push(self.line(municipality, sequence, entry)?);
            }
        }
        Ok(lines)
    }

    fn line(
        &self,
        municipality: MunicipalityId,
        sequence: u64,
        entry: Entry,
    ) -> Result<AuditLine, StoreError> {
        let place = details_place(municipality, &entry);
        let held = entry.details.as_deref().and_then(Under::of).and_then(|under| match under {
            Under::Epoch(epoch) => self.vault.key(&epoch).map(|held| (under, held)),
            Under::DataKey => None,
        });
        let details = match (held, entry.details) {
            (Some((under, held)), Some(sealed)) => {
                Some(open_record::<Details>(&held.cipher, under, &place, sealed)?.0)
            }
            _ => None,
        };
        Ok(AuditLine {
            sequence,
            at: Timestamp::from_millisecond(entry.at_ms).unwrap_or(Timestamp::UNIX_EPOCH),
            authority: entry.authority.map(AuthorityId::from_bytes),
            action: entry.action,
            actor: entry.actor,
            object: entry.object,
            details,
        })
    }
}
