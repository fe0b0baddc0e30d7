//! The words and the rules of Kuvert.
//!
//! Everything here is plain data and plain functions: what a number is, when a letter may be opened, how long it
//! may be read. This room does no I/O, reads no clock, draws no randomness and knows no wire format; whoever needs
//! those things hands the result in. `GLOSSARY.md` beside the manifest explains each word once.

#![forbid(unsafe_code)]

pub mod address;
pub mod checks;
pub mod clock;
pub mod country;
pub mod directory;
pub mod help_code;
pub mod id;
pub mod invitation;
pub mod language;
pub mod level;
pub mod limits;
pub mod number;
pub mod organisation;
pub mod registration;
pub mod retention;
pub mod secret;
pub mod text;
