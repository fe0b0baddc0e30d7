//! The people of the stories, each with a browser and a mailbox of their own.
//!
//! A verb of theirs is what a person does, page by page; it asserts only what it needs to go on.

mod browser;
mod caseworker;
pub(crate) mod qr;
mod resident;

pub(crate) use browser::{Browser, Page};
pub(crate) use caseworker::{Caseworker, sign_in_staff};
pub(crate) use resident::{Resident, link_of};

/// What a caseworker writes.
#[derive(Clone)]
pub(crate) struct Letter {
    pub(crate) number: String,
    pub(crate) address: String,
    pub(crate) mailbox: &'static str,
    pub(crate) subject: String,
    pub(crate) text: String,
    pub(crate) files: Vec<(String, Vec<u8>)>,
}

impl Letter {
    /// The same letter with a file.
    pub(crate) fn with(mut self, name: &str, content: &[u8]) -> Self {
        self.files.push((name.to_owned(), content.to_vec()));
        self
    }

    /// The same letter from another mailbox.
    pub(crate) fn in_mailbox(mut self, name: &'static str) -> Self {
        self.mailbox = name;
        self
    }

    /// The same letter to another address, as when it is mistyped.
    pub(crate) fn addressed(mut self, address: &str) -> Self {
        address.clone_into(&mut self.address);
        self
    }
}
