//! What a use case answers when it cannot do what was asked, sorted by what the caller can do about it.
//!
//! There is deliberately no "not allowed": for somebody else's object the answer is the one for nonsense.

use std::time::Duration;

use kuvert_domain::text::FileName;
use thiserror::Error;

/// Why a use case did not happen.
#[derive(Debug, Error)]
pub enum ServiceError {
    /// No such thing, or not for this caller: the two are never told apart.
    #[error("not found")]
    NotFound,
    /// What was typed cannot be used; nothing was changed and nothing typed is lost.
    #[error("{} field(s) must be mended", .0.len())]
    Invalid(Vec<FieldFault>),
    /// The thing has changed meanwhile, so the step no longer makes sense.
    #[error("conflict: {0:?}")]
    Conflict(Conflict),
    /// Too much at once or too many attempts; the same call may work later.
    #[error("try later")]
    TryLater {
        /// How long to wait, where it is known.
        after: Option<Duration>,
    },
    /// Our own fault. The inner text goes to the log, once, with the request's id.
    #[error("broken: {0}")]
    Broken(String),
}

/// What stands in the way of a step that was fine a moment ago.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conflict {
    /// The login is in a state where this step does not belong.
    WrongStep,
    /// The message can no longer be answered by this person.
    Closed,
    /// This person keeps as many drafts as anyone may.
    TooManyDrafts,
}

/// One field and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldFault {
    /// The field.
    pub field: Field,
    /// What is wrong.
    pub problem: Problem,
}

impl FieldFault {
    /// Names a field and its problem.
    #[must_use]
    pub const fn new(field: Field, problem: Problem) -> Self {
        Self { field, problem }
    }
}

/// Fields a person fills in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Field {
    /// The recipient's number.
    Number,
    /// The recipient's e-mail address.
    Address,
    /// The subject line.
    Subject,
    /// The text.
    Body,
    /// The case number.
    CaseNumber,
    /// One attached file, by the name it was given (none when the name itself is unusable).
    File(Option<FileName>),
}

/// What may be wrong with a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Problem {
    /// Nothing was typed.
    Missing,
    /// It is not written the way it must be.
    Malformed,
    /// More than this many characters.
    TooLong {
        /// The most that fits.
        limit: usize,
    },
    /// More than this many bytes.
    TooLarge {
        /// The most that fits, in bytes.
        limit: u64,
    },
    /// More files than this.
    TooMany {
        /// The most that fit.
        limit: usize,
    },
    /// The file's type is not on the list, or its content is not what its name says.
    TypeNotAllowed,
    /// The file is empty.
    Empty,
}

impl ServiceError {
    /// One field, one problem.
    #[must_use]
    pub fn invalid(field: Field, problem: Problem) -> Self {
        Self::Invalid(vec![FieldFault::new(field, problem)])
    }
}
