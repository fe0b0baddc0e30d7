//! Bundles from outside: what a good one is, and every way we know to make a bad one.
//!
//! The archives are made by hand where our own packer would refuse. Nothing here compiles or runs a component.
#![expect(clippy::unwrap_used, reason = "a test that meets the unexpected shall end")]

mod archives;
mod contents;
mod fixture;
mod keys;
