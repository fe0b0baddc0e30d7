//! What one closure has changed so far, laid over the rows beneath it.
//!
//! A tombstone hides a row. Dropping the overlay undoes everything: that is how a refused or panicking closure leaves
//! nothing behind (redb's own savepoints cannot be taken once a table is open).

use std::{cmp::Ordering, collections::BTreeMap, iter::Peekable};

use crate::{
    engine::{EngineError, Group, Row, RowIter, Rows},
    key_space::Scan,
};

/// Changes by key; `None` is a tombstone.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Overlay {
    changes: BTreeMap<Vec<u8>, Option<Vec<u8>>>,
    bytes: usize,
}

impl Overlay {
    pub(crate) fn insert(&mut self, key: Vec<u8>, value: Vec<u8>) {
        self.bytes += key.len() + value.len();
        self.changes.insert(key, Some(value));
    }

    pub(crate) fn remove(&mut self, key: Vec<u8>) {
        self.bytes += key.len();
        self.changes.insert(key, None);
    }

    /// How much was written, overwritten rows counted again.
    pub(crate) const fn bytes(&self) -> usize {
        self.bytes
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    pub(crate) fn get(&self, base: &dyn Rows, key: &[u8]) -> Result<Option<Vec<u8>>, EngineError> {
        match self.changes.get(key) {
            Some(change) => Ok(change.clone()),
            None => base.get(key),
        }
    }

    pub(crate) fn range<'a>(
        &'a self,
        base: &'a dyn Rows,
        scan: &'a Scan,
    ) -> Result<RowIter<'a>, EngineError> {
        if scan.is_void() {
            return Ok(Box::new(std::iter::empty()));
        }
        let below = base.range(scan)?;
        if self.changes.is_empty() {
            return Ok(below);
        }
        let above = self.changes.range::<[u8], _>(scan.bounds());
        Ok(if scan.reverse {
            Box::new(Merge { below: below.peekable(), above: above.rev().peekable(), reverse: true })
        } else {
            Box::new(Merge { below: below.peekable(), above: above.peekable(), reverse: false })
        })
    }

    /// Writes the changes into what lies beneath.
    pub(crate) fn apply(self, group: &mut dyn Group) -> Result<(), EngineError> {
        for (key, change) in self.changes {
            match change {
                Some(value) => group.insert(&key, &value)?,
                None => group.remove(&key)?,
            }
        }
        Ok(())
    }

    pub(crate) fn into_changes(self) -> impl Iterator<Item = (Vec<u8>, Option<Vec<u8>>)> {
        self.changes.into_iter()
    }
}

/// Two ordered rows of keys read as one; the overlay wins, its tombstones hide.
struct Merge<'a, A: Iterator<Item = (&'a Vec<u8>, &'a Option<Vec<u8>>)>> {
    below: Peekable<RowIter<'a>>,
    above: Peekable<A>,
    reverse: bool,
}

impl<'a, A: Iterator<Item = (&'a Vec<u8>, &'a Option<Vec<u8>>)>> Iterator for Merge<'a, A> {
    type Item = Result<Row, EngineError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let order = match (self.below.peek(), self.above.peek()) {
                (None, None) => return None,
                (Some(_), None) | (Some(Err(_)), Some(_)) => return self.below.next(),
                (None, Some(_)) => Ordering::Greater,
                (Some(Ok((low, _))), Some((high, _))) if self.reverse => (*high).cmp(low),
                (Some(Ok((low, _))), Some((high, _))) => low.cmp(high),
            };
            match order {
                Ordering::Less => return self.below.next(),
                Ordering::Equal => drop(self.below.next()),
                Ordering::Greater => {}
            }
            if let Some((key, Some(value))) = self.above.next() {
                return Some(Ok((key.clone(), value.clone())));
            }
        }
    }
}
