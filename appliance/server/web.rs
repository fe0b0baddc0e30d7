//! The portal's pages: from a request to an answer.
//!
//! `door` checks and finishes every request, `routes` is the table of contents, `who` says who is asking, and the
//! handlers turn the service's answers into the views that the theme draws. Nothing here decides who may do what: that
//! is the service's, by giving each role only its own verbs.

mod app;
mod cookies;
mod door;
mod download;
mod fault;
mod form;
mod headers;
mod leaving;
mod login;
mod mending;
mod pace;
mod pages;
mod resident;
mod routes;
mod staff;
mod start;
mod statics;
mod upload;
pub mod view;
mod visit;
mod ways;
mod who;
mod writing;

pub use self::{
    app::{App, Equipment, Site},
    door::{Answering, door},
    leaving::logged_out_path,
    routes::callback,
};

#[cfg(test)]
mod tests;
