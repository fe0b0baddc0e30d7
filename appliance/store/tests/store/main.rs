//! The store as its callers see it: both engines, real files, set clock.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod audit;
mod epochs;
mod files;
mod fixture;
mod groups;
mod index;
mod outbox;
mod rows;
mod secrecy;
