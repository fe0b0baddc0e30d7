//! Bundles from outside: what a good one is, and every way we know to make a bad one.
//!
//! The archives are made by hand where our own packer would refuse. Nothing here compiles or runs a component.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test that meets the unexpected shall end, and a child is told its part by the environment"
)]

mod archives;
mod contents;
mod fixture;
mod keys;
mod registry;
