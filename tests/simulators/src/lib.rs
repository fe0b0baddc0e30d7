//! The parties around the appliance, played on loopback: BankID and Freja with a phone, an OpenID provider, a mail server.
//!
//! Each simulator speaks the public protocol over real sockets and real TLS and is as strict as the original, so that
//! a client that works here has been told everything it would be told there. Tests drive them through Rust; the demo
//! shows their pages. A simulator stops when its handle is dropped.
//!
//! It does not belong in a production binary, keeps nothing on disk, knows no real person (only published test
//! numbers, see [`people`]), and never asks the system for the time: all of them take a [`clock::SimClock`].

pub mod bankid;
pub mod ca;
pub mod clock;
pub mod clock_page;
pub mod freja;
mod http;
pub mod openid;
mod page;
pub mod peer;
pub mod people;
pub mod phone_page;
mod random;
pub mod smtp;
#[cfg(test)]
mod testing;
