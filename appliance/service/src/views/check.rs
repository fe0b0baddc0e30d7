//! What is known about a recipient, line by line.
//!
//! The words are in the locales; here is only what may be said, and how heavily it weighs.

/// What is known about a recipient (P22). Never a date, a unit or a name of anyone else.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Check {
    /// The lines, most basic first.
    pub lines: Vec<CheckLine>,
    /// The masked address the notice would go to; none while something blocks.
    pub reach: Option<String>,
}

impl Check {
    /// Whether a line forbids sending.
    #[must_use]
    pub fn blocks(&self) -> bool {
        self.reach.is_none() || self.lines.iter().any(|line| line.weight() == Weight::Stop)
    }
}

/// One line about a recipient. `texts.md` 10 has the words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckLine {
    /// The number is well formed.
    NumberOk,
    /// The number is not well formed.
    NumberBad,
    /// No number was typed yet.
    NumberMissing,
    /// Under 18: it goes to the child.
    Minor,
    /// Under 15: better to write to the guardians.
    Guardians,
    /// The address is well formed (its domain is not asked).
    AddressOk,
    /// The address is not well formed.
    AddressBad,
    /// Neither an address was typed nor one is confirmed.
    AddressMissing,
    /// Number and address are confirmed together.
    PairYes,
    /// Number and address are not confirmed together yet.
    PairNo,
    /// The recipient has confirmed another address.
    PairDifferent,
    /// The address is used for another recipient.
    AddressUsed,
    /// The subject holds an identity number.
    NumberInSubject,
    /// A file's name holds an identity number.
    NumberInFileName,
}

/// How heavily a line weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// As it should be.
    Good,
    /// Worth a second look.
    Look,
    /// Nothing can be sent like this.
    Stop,
}

impl CheckLine {
    /// How heavily it weighs.
    #[must_use]
    pub const fn weight(self) -> Weight {
        match self {
            Self::NumberOk | Self::AddressOk | Self::PairYes => Weight::Good,
            Self::NumberBad | Self::NumberMissing | Self::AddressBad | Self::AddressMissing => Weight::Stop,
            Self::Minor
            | Self::Guardians
            | Self::PairNo
            | Self::PairDifferent
            | Self::AddressUsed
            | Self::NumberInSubject
            | Self::NumberInFileName => Weight::Look,
        }
    }
}
