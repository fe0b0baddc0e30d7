//! The sandbox from outside: the real plugins against strict simulators, and hostile guests against the host.
//!
//! The components are built by `cargo xtask plugins`, which `cargo xtask test` calls first. Nothing here leaves the
//! machine, and nothing waits for real time except where a limit is real time.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a test that meets the unexpected shall end; it measures real time, prints figures and owns its tasks"
)]

mod addresses;
mod arena;
mod attacks;
mod bankid;
mod canned;
mod cost;
mod figures;
mod foreign_bankid;
mod freja;
mod fuzz;
mod guest;
mod hostile;
mod lifted;
mod limits;
mod log;
mod network;
mod oidc;
mod orders;
mod own_limits;
mod own_network;
mod own_profiles;
mod peers;
mod permissions;
mod provider;
mod redirects;
mod secrets;
mod slow;
mod swap;
mod talker;
mod trial;
mod world;
