//! The store as its callers see it: both engines, real files, set clock.

mod audit;
mod epochs;
mod files;
mod fixture;
mod groups;
mod index;
mod outbox;
mod rows;
mod secrecy;
