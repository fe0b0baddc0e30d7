//! Most business tests: a real store in memory (which runs every use case twice), a set clock, no network.
//!
//! Residents and staff come in through [`Front::finish`](crate::Front::finish) with an approved login put in place; what
//! leads up to the approval is tested with real plugins in `tests/`.

mod aside;
mod exchange;
mod faults;
mod guests;
mod isolation;
mod lies;
mod logins;
mod notices;
mod plugins;
mod proofs;
mod purge;
mod sending;
mod sessions;
mod town;
mod uploads;
