//! The key space: every kind of row in the one table, and how keys are laid out and scanned.
//!
//! A key is the kind's byte and then fixed-width parts, so that a prefix is always a whole number of parts. Invariant:
//! keys hold random ids, times, epochs and keyed digests only, never anything a person could recognise.

use std::{fmt, ops::Bound};

use jiff::Timestamp;
use kuvert_domain::id::Id;

use crate::epoch::Epoch;

macro_rules! kinds {
    ($($(#[$doc:meta])+ $name:ident = $byte:literal,)+) => {
        /// The first byte of a key. A byte once released keeps its meaning for ever.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        #[repr(u8)]
        pub enum Kind { $($(#[$doc])+ $name = $byte,)+ }

        impl Kind {
            /// Every kind, in key order.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];
        }
    };
}

kinds! {
    /// epoch → open or closing. The store's own.
    Epoch = 1,
    /// epoch → when its key was destroyed: the deletion record. The store's own.
    ClosedEpoch = 2,
    /// epoch, message → the message's data key, wrapped for that epoch's holder. The store's own.
    Wrap = 3,
    /// municipality → which generations of its blind index are alive. The store's own.
    IndexState = 4,
    /// municipality, first sequence number → the audit entries of one group commit. The store's own.
    Audit = 5,
    /// due time, job → one piece of work. The store's own.
    Outbox = 6,

    /// municipality, generation, keyed digest of a number → person.
    NumberIndex = 16,
    /// municipality, generation, keyed digest of an e-mail address → address.
    AddressIndex = 17,
    /// municipality, generation, keyed digest of an invitation's code → the invitation.
    CodeIndex = 18,

    /// municipality, person → a resident.
    Person = 32,
    /// municipality, person, address → what has been proven of the pair.
    Pair = 33,
    /// municipality, mailbox, thread → a conversation.
    Thread = 34,
    /// municipality, message → one message with its files, under its data key.
    Message = 35,
    /// municipality, author, draft → a message that is still being written.
    Draft = 36,
    /// municipality, person, message → a resident's folders, both directions.
    Inbox = 37,
    /// municipality, login → a sign-in that is under way.
    Login = 38,
    /// municipality, digest of the token → a session.
    Session = 39,
    /// municipality, help code → what the contact centre may see.
    Help = 40,
    /// municipality → when the purge last ran, to notice a clock that jumps.
    Clock = 41,
    /// municipality → how far the plugins' journal has been copied into the audit chain.
    Plugins = 42,
}

/// The key of one row, or the beginning of several rows' keys.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(Vec<u8>);

impl Key {
    /// A key that so far holds only its kind.
    #[must_use]
    pub fn new(kind: Kind) -> Self {
        let mut bytes = Vec::with_capacity(80);
        bytes.push(kind as u8);
        Self(bytes)
    }

    /// Appends an id: 16 bytes.
    #[must_use]
    pub fn id<I: Id>(self, id: &I) -> Self {
        self.bytes(id.as_bytes())
    }

    /// Appends a moment: milliseconds, 8 bytes, in order of time. Moments before 1970 sort as 1970.
    #[must_use]
    pub fn time(self, at: Timestamp) -> Self {
        let milliseconds = u64::try_from(at.as_millisecond()).unwrap_or(0);
        self.bytes(&milliseconds.to_be_bytes())
    }

    /// Appends a number: 4 bytes, in numeric order.
    #[must_use]
    pub fn number(self, number: u32) -> Self {
        self.bytes(&number.to_be_bytes())
    }

    /// Appends a large number: 8 bytes, in numeric order.
    #[must_use]
    pub fn large_number(self, number: u64) -> Self {
        self.bytes(&number.to_be_bytes())
    }

    /// Appends a keyed digest or another random fixed-width part. Security: never bytes that a person could recognise.
    #[must_use]
    pub fn bytes(mut self, bytes: &[u8]) -> Self {
        self.0.extend_from_slice(bytes);
        self
    }

    /// Appends an epoch: 39 bytes, in order of its day.
    #[must_use]
    pub fn epoch(self, epoch: &Epoch) -> Self {
        self.bytes(&epoch.to_bytes())
    }

    /// The whole key.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Reads the parts after the kind, in the order in which they were appended.
    #[must_use]
    pub fn parts(&self) -> KeyReader<'_> {
        KeyReader(self.0.get(1..).unwrap_or_default())
    }

    pub(crate) const fn from_row(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    pub(crate) fn kind_byte(&self) -> u8 {
        self.0.first().copied().unwrap_or(0)
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key(kind {}, {} bytes)", self.kind_byte(), self.0.len())
    }
}

/// Takes a key apart. Each method answers `None` when too few bytes are left.
#[derive(Debug, Clone)]
pub struct KeyReader<'a>(&'a [u8]);

impl KeyReader<'_> {
    /// The next id.
    pub fn id<I: Id>(&mut self) -> Option<I> {
        self.take::<16>().map(I::from_bytes)
    }

    /// The next moment.
    pub fn time(&mut self) -> Option<Timestamp> {
        let milliseconds = i64::try_from(self.large_number()?).ok()?;
        Timestamp::from_millisecond(milliseconds).ok()
    }

    /// The next number.
    pub fn number(&mut self) -> Option<u32> {
        self.take().map(u32::from_be_bytes)
    }

    /// The next large number.
    pub fn large_number(&mut self) -> Option<u64> {
        self.take().map(u64::from_be_bytes)
    }

    /// The next epoch.
    pub fn epoch(&mut self) -> Option<Epoch> {
        Epoch::from_bytes(&self.take()?)
    }

    /// The next `N` bytes.
    pub fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (part, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*part)
    }
}

/// Which rows to list, and in which order.
#[derive(Debug, Clone)]
pub struct Scan {
    pub(crate) from: Bound<Vec<u8>>,
    pub(crate) to: Bound<Vec<u8>>,
    pub(crate) limit: usize,
    pub(crate) reverse: bool,
}

impl Scan {
    /// All rows whose key begins so, ascending.
    #[must_use]
    pub fn prefix(prefix: &Key) -> Self {
        let to = successor(prefix.as_bytes()).map_or(Bound::Unbounded, Bound::Excluded);
        Self { from: Bound::Included(prefix.0.clone()), to, limit: usize::MAX, reverse: false }
    }

    /// At most so many rows.
    #[must_use]
    pub fn limit(mut self, rows: usize) -> Self {
        self.limit = rows;
        self
    }

    /// Descending. Call it before [`Scan::after`].
    #[must_use]
    pub fn reverse(mut self) -> Self {
        self.reverse = true;
        self
    }

    /// Begins behind this key, in the direction of the scan: the last key of the page before.
    #[must_use]
    pub fn after(mut self, key: &Key) -> Self {
        let bound = Bound::Excluded(key.0.clone());
        if self.reverse {
            self.to = bound;
        } else {
            self.from = bound;
        }
        self
    }

    /// Ends before this key: ascending scans only reach keys below it.
    #[must_use]
    pub fn below(mut self, key: &Key) -> Self {
        self.to = Bound::Excluded(key.0.clone());
        self
    }

    /// Ends before any key that begins with this one or follows it, this one's own rows included in the scan.
    #[must_use]
    pub fn through(mut self, prefix: &Key) -> Self {
        self.to = successor(prefix.as_bytes()).map_or(Bound::Unbounded, Bound::Excluded);
        self
    }

    /// Whether no key can lie between the bounds. Ordered maps refuse such ranges.
    pub(crate) fn is_void(&self) -> bool {
        match (&self.from, &self.to) {
            (Bound::Included(from), Bound::Included(to)) => from > to,
            (Bound::Included(from) | Bound::Excluded(from), Bound::Excluded(to) | Bound::Included(to)) => {
                from >= to
            }
            _ => false,
        }
    }

    pub(crate) fn bounds(&self) -> (Bound<&[u8]>, Bound<&[u8]>) {
        (self.from.as_ref().map(Vec::as_slice), self.to.as_ref().map(Vec::as_slice))
    }
}

/// The smallest key above every key with this prefix, if there is one.
fn successor(prefix: &[u8]) -> Option<Vec<u8>> {
    let mut end = prefix.to_vec();
    while let Some(last) = end.pop() {
        if let Some(next) = last.checked_add(1) {
            end.push(next);
            return Some(end);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use kuvert_domain::id::{MessageId, PersonId};

    use super::*;

    #[test]
    fn kinds_are_distinct_and_ordered() {
        assert!(Kind::ALL.windows(2).all(|pair| (pair[0] as u8) < (pair[1] as u8)));
    }

    #[test]
    fn a_key_gives_back_its_parts() {
        let person = PersonId::from_bytes([7; 16]);
        let message = MessageId::from_bytes([9; 16]);
        let at = Timestamp::from_millisecond(1_790_000_000_123).unwrap();
        let key = Key::new(Kind::Inbox).id(&person).time(at).id(&message).number(5);
        let mut parts = key.parts();
        assert_eq!(parts.id::<PersonId>(), Some(person));
        assert_eq!(parts.time(), Some(at));
        assert_eq!(parts.id::<MessageId>(), Some(message));
        assert_eq!(parts.number(), Some(5));
        assert_eq!(parts.number(), None);
    }

    #[test]
    fn the_successor_of_a_prefix_skips_over_full_bytes() {
        assert_eq!(successor(&[1, 2]), Some(vec![1, 3]));
        assert_eq!(successor(&[1, 255, 255]), Some(vec![2]));
        assert_eq!(successor(&[255]), None);
    }
}
