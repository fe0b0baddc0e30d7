//! A look at one moment of the store.
//!
//! A view lives inside one closure on the blocking pool; nothing of it can be carried across an await.

use jiff::Timestamp;

use crate::{engine::Rows, reading::Reading, vault::Vault};

/// A snapshot that can be read through [`Reading`].
#[derive(Clone, Copy)]
pub struct View<'a> {
    pub(crate) rows: &'a dyn Rows,
    pub(crate) vault: &'a Vault,
    pub(crate) now: Timestamp,
}

impl Reading for View<'_> {
    fn view(&self) -> View<'_> {
        *self
    }
}
