//! Checking a chain from its first entry: names the first bad one, and a cut tail.
//!
//! A chain alone cannot show that its end was cut off; a head that was written down elsewhere can.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use kuvert_domain::id::MunicipalityId;
use thiserror::Error;

use crate::{
    audit::{AuditHead, Chained, chain_epoch, chain_prefix},
    error::StoreError,
    key_space::{Key, Scan},
    reading::Reading,
    vault::EpochKey,
    view::View,
};

/// A chain that holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AuditReport {
    /// Its end, to be written down elsewhere.
    pub head: AuditHead,
}

/// A chain that does not hold.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum AuditFault {
    /// The first entry that is missing, moved or changed.
    #[error("audit entry {sequence} is missing or was changed")]
    Broken {
        /// Its place in the chain.
        sequence: u64,
    },
    /// Entries that once existed are gone from the end.
    #[error("the audit log ends at entry {has} but had {had}")]
    Cut {
        /// How many entries there are.
        has: u64,
        /// How many there were when the known head was written down.
        had: u64,
    },
    /// The chain could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl View<'_> {
    /// Checks a municipality's whole chain, against a head known from elsewhere if there is one.
    pub fn verify_audit(
        &self,
        municipality: MunicipalityId,
        known: Option<AuditHead>,
    ) -> Result<AuditReport, AuditFault> {
        let epoch = chain_epoch(municipality);
        let held = self.vault.key(&epoch).ok_or(StoreError::KeyMissing(epoch))?;
        let mut walk = Walk { head: AuditHead::EMPTY, known, key: &held };
        walk.meet_known()?;
        for key in self.keys(&Scan::prefix(&chain_prefix(municipality)))? {
            let broken = AuditFault::Broken { sequence: walk.head.entries };
            match self.get::<Chained>(&key) {
                Ok(Some(chained)) => walk.group(&key, &chained)?,
                Ok(None) | Err(StoreError::Damaged(_) | StoreError::Malformed(_)) => return Err(broken),
                Err(error) => return Err(error.into()),
            }
        }
        match known {
            Some(known) if known.entries > walk.head.entries => {
                Err(AuditFault::Cut { has: walk.head.entries, had: known.entries })
            }
            _ => Ok(AuditReport { head: walk.head }),
        }
    }
}

struct Walk<'k> {
    head: AuditHead,
    known: Option<AuditHead>,
    key: &'k EpochKey,
}

impl Walk<'_> {
    fn group(&mut self, key: &Key, chained: &Chained) -> Result<(), AuditFault> {
        let mut parts = key.parts();
        let placed = parts.take::<16>().and_then(|_| parts.large_number());
        if placed != Some(self.head.entries) || chained.first != self.head.entries {
            return Err(AuditFault::Broken { sequence: self.head.entries });
        }
        for (entry, digest) in &chained.entries {
            let next = self.head.after(self.key, entry)?;
            if verify_slices_are_equal(&next.digest, digest).is_err() {
                return Err(AuditFault::Broken { sequence: self.head.entries });
            }
            self.head = next;
            self.meet_known()?;
        }
        Ok(())
    }

    /// Where the known head was taken, the chain must have had exactly that digest.
    fn meet_known(&self) -> Result<(), AuditFault> {
        match self.known {
            Some(known) if known.entries == self.head.entries && known.digest != self.head.digest => {
                Err(AuditFault::Broken { sequence: known.entries.saturating_sub(1) })
            }
            _ => Ok(()),
        }
    }
}
