//! The pages for what goes wrong.
//!
//! They say what happened and what to do; never what is behind it.

use serde::Serialize;

use super::Page;

/// Not found; answers alike for what does not exist and for what belongs to somebody else.
#[derive(Debug, Clone, Serialize)]
pub struct NotFound;

impl Page for NotFound {
    const TEMPLATE: &'static str = "not_found.html";
}

/// Something broke on our side.
#[derive(Debug, Clone, Serialize)]
pub struct Broken {
    /// The request's id, to be given on the telephone.
    pub reference: String,
}

impl Page for Broken {
    const TEMPLATE: &'static str = "broken.html";
}

/// Too many attempts.
#[derive(Debug, Clone, Serialize)]
pub struct TooMany {
    /// Seconds to wait.
    pub wait_seconds: u32,
}

impl Page for TooMany {
    const TEMPLATE: &'static str = "too_many.html";
}

/// The form is out of date: its token does not fit the session, or what it changes was changed meanwhile.
#[derive(Debug, Clone, Serialize)]
pub struct Stale {
    /// Where to begin again.
    pub back: String,
}

impl Page for Stale {
    const TEMPLATE: &'static str = "stale.html";
}
