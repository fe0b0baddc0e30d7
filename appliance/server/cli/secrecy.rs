//! Keys that a process holds stay in it: no image of its memory is ever made.
//!
//! It does nothing against root, and nothing about memory that the system swaps out: for that, see SECURITY.md.

use anyhow::Context as _;
use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};

/// From now on the system writes no core file of this process, hands none to a collector of crashes, and lets no other
/// process of the same user read its memory or its environment.
pub(super) fn leave_no_image() -> anyhow::Result<()> {
    // Each is needed: a collector that core files are piped into does not ask for the limit.
    set_dumpable_behavior(DumpableBehavior::NotDumpable)
        .context("the memory of this process cannot be closed to others")?;
    let none = Rlimit { current: Some(0), maximum: Some(0) };
    setrlimit(Resource::Core, none).context("core files cannot be switched off")
}
