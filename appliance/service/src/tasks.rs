//! What the appliance does by itself: notices, purge, sweep, tidying.
//!
//! Every call is safe to repeat and safe to be cut short. When they are called is the server's business.

mod certificates;
mod clock;
mod expiry;
mod notices;
mod plugins;
mod purge;
mod sweep;

use std::sync::Arc;

use crate::core::Core;

pub use expiry::ExpiryReport;
pub use notices::{Notice, NoticeLease, Refusal};
pub use plugins::PluginLook;
pub use purge::PurgeReport;
pub use sweep::SweepReport;

/// The appliance's own verbs. Cheap to clone.
#[derive(Clone)]
pub struct Tasks {
    core: Arc<Core>,
}

impl Tasks {
    pub(crate) const fn new(core: Arc<Core>) -> Self {
        Self { core }
    }
}
