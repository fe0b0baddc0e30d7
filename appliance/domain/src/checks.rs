//! The two proofs (P4) and what is said when one is missing (P5).
//!
//! A message opens for the person it was sent to, who came by its invitation or has confirmed its address before. All
//! else gets the same page, which says which of the two checks failed and never whether there is a message.

/// The answer to one check, in words a person reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Check {
    /// It matched.
    Yes,
    /// It did not match.
    No,
    /// It could not be asked, because the check before it failed.
    NotChecked,
}

/// The two rows of the page that a failed check leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TwoChecks {
    /// Came by a valid link or code.
    pub invited: Check,
    /// The link or code is for the person who logged in.
    pub identity: Check,
}

/// What the visitor brought, as far as the store knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Invited {
    /// No link or code, or one that is damaged, expired, recalled or invented: all alike.
    No,
    /// A valid one, sent to the person who logged in.
    ToThisPerson,
    /// A valid one, sent to somebody else.
    ToSomebodyElse,
}

/// Judges a landing by link or code: `Ok` opens the message and confirms the pair of number and address.
pub const fn judge(invited: Invited) -> Result<(), TwoChecks> {
    match invited {
        Invited::ToThisPerson => Ok(()),
        Invited::ToSomebodyElse => Err(TwoChecks { invited: Check::Yes, identity: Check::No }),
        Invited::No => Err(TwoChecks { invited: Check::No, identity: Check::NotChecked }),
    }
}

/// Whether a message may be seen by the person it was sent to, without link or code.
///
/// `began_by_person`: the person began the thread. `pair_confirmed`: this person has confirmed the address that *this*
/// message was sent to. Security: a confirmed old address never opens a message sent to a new one.
#[must_use]
pub const fn opens_without_invitation(began_by_person: bool, pair_confirmed: bool) -> bool {
    began_by_person || pair_confirmed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_failed_landing_says_one_of_two_things() {
        assert_eq!(judge(Invited::ToThisPerson), Ok(()));
        assert_eq!(
            judge(Invited::ToSomebodyElse),
            Err(TwoChecks { invited: Check::Yes, identity: Check::No })
        );
        assert_eq!(judge(Invited::No), Err(TwoChecks { invited: Check::No, identity: Check::NotChecked }));
    }

    #[test]
    fn a_new_address_needs_its_own_proof() {
        assert!(opens_without_invitation(false, true));
        assert!(opens_without_invitation(true, false));
        assert!(!opens_without_invitation(false, false));
    }
}
