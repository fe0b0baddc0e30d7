//! Epochs: which key seals a row, and on which day that key must be gone.
//!
//! An epoch only names a key. The keys themselves are in the cabinet, and who decides about days is the service.

use std::fmt;

use jiff::civil::Date;
use kuvert_domain::id::{AuthorityId, MunicipalityId};

/// Names one key: municipality × authority × holder × day of deletion × generation.
///
/// Law: whatever is sealed under an epoch can be read by nobody once the epoch's key has been destroyed, wherever
/// copies of the row may lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Epoch {
    /// When the key must be gone.
    pub day: Day,
    /// The municipality whose rows it seals.
    pub municipality: MunicipalityId,
    /// The authority whose rows it seals; none for what belongs to the municipality as a whole.
    pub authority: Option<AuthorityId>,
    /// On whose behalf the key exists.
    pub holder: Holder,
    /// Rises when a key is replaced before its day (early erasure, rotation).
    pub generation: u16,
}

/// When an epoch's key must be gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Day {
    /// On this day, as the municipality's calendar has it.
    On(Date),
    /// No fixed day: the key is rotated by generation instead.
    Standing,
}

/// On whose behalf a key exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Holder {
    /// The store itself: states of epochs and indexes, derivations.
    Store = 0,
    /// The resident's access to messages.
    Resident = 1,
    /// The authority's copy of messages.
    Authority = 2,
    /// Drafts, sealed to their author.
    Drafts = 3,
    /// Proven pairs of number and address.
    Pairs = 4,
    /// People, addresses, staff.
    Directory = 5,
    /// Work that waits.
    Outbox = 6,
    /// The audit chain (standing) and the details of its entries (by day).
    Audit = 7,
    /// Signed-in sessions.
    Sessions = 8,
    /// Sign-ins that are under way, with their evidence.
    Logins = 9,
    /// The blind index.
    Index = 10,
}

impl Holder {
    const ALL: [Self; 11] = [
        Self::Store,
        Self::Resident,
        Self::Authority,
        Self::Drafts,
        Self::Pairs,
        Self::Directory,
        Self::Outbox,
        Self::Audit,
        Self::Sessions,
        Self::Logins,
        Self::Index,
    ];
}

/// How many bytes an epoch takes in a key or a sealed value.
pub(crate) const EPOCH_BYTES: usize = 39;

impl Epoch {
    /// The key of the store itself. It seals no one's words, only states.
    pub(crate) const OWN: Self = Self {
        day: Day::Standing,
        municipality: MunicipalityId::from_bytes([0; 16]),
        authority: None,
        holder: Holder::Store,
        generation: 0,
    };

    /// An epoch of the whole municipality that ends on a day, first generation.
    #[must_use]
    pub const fn on(day: Date, municipality: MunicipalityId, holder: Holder) -> Self {
        Self { day: Day::On(day), municipality, authority: None, holder, generation: 0 }
    }

    /// An epoch of the whole municipality without a day, first generation.
    #[must_use]
    pub const fn standing(municipality: MunicipalityId, holder: Holder) -> Self {
        Self { day: Day::Standing, municipality, authority: None, holder, generation: 0 }
    }

    /// The same epoch of one authority.
    #[must_use]
    pub const fn of(mut self, authority: AuthorityId) -> Self {
        self.authority = Some(authority);
        self
    }

    /// The same epoch in another generation.
    #[must_use]
    pub const fn generation(mut self, generation: u16) -> Self {
        self.generation = generation;
        self
    }

    /// Whether the day has come.
    #[must_use]
    pub fn is_due(&self, today: Date) -> bool {
        matches!(self.day, Day::On(day) if day <= today)
    }

    /// Day first, so that epochs sort by when they are due.
    pub(crate) fn to_bytes(self) -> [u8; EPOCH_BYTES] {
        let mut bytes = [0; EPOCH_BYTES];
        let day = match self.day {
            Day::On(date) => day_bytes(date),
            Day::Standing => [0xff; 4],
        };
        let authority = self.authority.map_or([0; 16], |id| *id.as_bytes());
        let parts: [&[u8]; 5] = [
            &day,
            self.municipality.as_bytes(),
            &authority,
            &[self.holder as u8],
            &self.generation.to_be_bytes(),
        ];
        let sources = parts.into_iter().flatten();
        for (target, source) in bytes.iter_mut().zip(sources) {
            *target = *source;
        }
        bytes
    }

    pub(crate) fn from_bytes(bytes: &[u8; EPOCH_BYTES]) -> Option<Self> {
        let (day, rest) = bytes.split_first_chunk::<4>()?;
        let (municipality, rest) = rest.split_first_chunk::<16>()?;
        let (authority, rest) = rest.split_first_chunk::<16>()?;
        let ([holder], rest) = rest.split_first_chunk::<1>()?;
        let generation = u16::from_be_bytes(*rest.first_chunk()?);
        Some(Self {
            day: if *day == [0xff; 4] { Day::Standing } else { Day::On(day_from(*day)?) },
            municipality: MunicipalityId::from_bytes(*municipality),
            authority: (*authority != [0; 16]).then(|| AuthorityId::from_bytes(*authority)),
            holder: Holder::ALL.into_iter().find(|known| *known as u8 == *holder)?,
            generation,
        })
    }
}

impl fmt::Display for Epoch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.day {
            Day::On(date) => write!(f, "{:?}/{date}", self.holder)?,
            Day::Standing => write!(f, "{:?}/standing", self.holder)?,
        }
        write!(f, "/{}/{}", self.municipality, self.generation)
    }
}

/// The first four bytes of every epoch that ends on this day.
pub(crate) fn day_bytes(date: Date) -> [u8; 4] {
    let year = u16::try_from(date.year()).unwrap_or(0).to_be_bytes();
    let month = u8::try_from(date.month()).unwrap_or(0);
    let day = u8::try_from(date.day()).unwrap_or(0);
    let [high, low] = year;
    [high, low, month, day]
}

fn day_from([high, low, month, day]: [u8; 4]) -> Option<Date> {
    let year = i16::try_from(u16::from_be_bytes([high, low])).ok()?;
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn bytes_give_back_the_epoch_and_sort_by_day() {
        let municipality = MunicipalityId::from_bytes([3; 16]);
        let early = Epoch::on(date(2026, 12, 31), municipality, Holder::Resident);
        let late = Epoch::on(date(2027, 1, 1), municipality, Holder::Authority)
            .of(AuthorityId::from_bytes([4; 16]))
            .generation(2);
        let standing = Epoch::standing(municipality, Holder::Audit);
        for epoch in [early, late, standing, Epoch::OWN] {
            assert_eq!(Epoch::from_bytes(&epoch.to_bytes()), Some(epoch));
        }
        assert!(early.to_bytes() < late.to_bytes());
        assert!(late.to_bytes() < standing.to_bytes());
        assert!(early.is_due(date(2026, 12, 31)) && !early.is_due(date(2026, 12, 30)));
        assert!(!standing.is_due(date(9999, 1, 1)));
    }
}
