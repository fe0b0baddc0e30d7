//! How the mail server treats those who bring mail.
//!
//! Only the names; `session` acts on them.

/// The server's mood, for tests of what a sender does about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mood {
    /// Takes every mail.
    #[default]
    Open,
    /// Asks to come back later (451 to every recipient).
    Deferring,
    /// Knows no recipient (550).
    Refusing,
    /// Hangs up at once, as if it were down.
    Down,
}
