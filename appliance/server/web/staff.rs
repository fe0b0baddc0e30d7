//! The staff's pages: each handler asks the service and turns what it says into the page's view.

pub(super) mod desk;
pub(super) mod draft;
pub(super) mod thread;
