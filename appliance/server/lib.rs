//! The Kuvert appliance: what a municipality installs, as a library, so that tests and the demo can start it whole.
//!
//! `boot` wires the rooms together; everything else is told what it needs. This room knows no tables, no keys and no
//! plugins: it speaks to `kuvert_service` and to nothing below it.

#![forbid(unsafe_code)]

pub mod boot;
pub mod cli;
pub mod config;
pub mod mail;
pub mod tasks;
pub mod telemetry;
pub mod theme;
pub mod tls;
pub mod web;
