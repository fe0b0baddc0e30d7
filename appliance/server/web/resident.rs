//! The resident's pages: each handler asks the service and turns what it says into the page's view.

pub(super) mod checks;
pub(super) mod draft;
pub(super) mod folders;
pub(super) mod message;
