//! What the child of a trial may use, and that it takes it upon itself.
//!
//! A limit of the system binds the whole process and everything that it might start. How long the parent waits is the
//! parent's to say.

use rustix::process::{DumpableBehavior, Resource, Rlimit, Signal};

use super::calls;
use crate::{Fault, FaultCode};

/// How far the child steps back from those who sign in; 19 would be the furthest, and on a busy machine never come to an end.
const MODESTY: i32 = 5;

/// What one trial may use. As with [`Limits`](crate::Limits), none of it can be set: the program hands
/// [`Bounds::DEFAULT`] in, and only tests hand in another. `tests/confinement` lifts each line alone.
#[derive(Debug, Clone)]
pub struct Bounds {
    /// Address space, in bytes.
    pub memory_bytes: u64,
    /// Computing, in seconds.
    pub computing_s: u64,
    /// What it may write to any one file, in bytes.
    pub file_bytes: u64,
    /// Open files, the pipes to its parent among them.
    pub open_files: u64,
    /// Whether only listed calls reach the system.
    pub only_listed_calls: bool,
}

impl Bounds {
    /// The bounds of every appliance.
    pub const DEFAULT: Self = Self {
        memory_bytes: 1 << 30,
        computing_s: 60,
        file_bytes: 0,
        open_files: 16,
        only_listed_calls: true,
    };

    /// Takes them upon this process, for good. Call it before anything of a stranger's is read.
    pub fn take_upon_oneself(&self) -> Result<(), Fault> {
        let unable = |what: &str| Fault::new(FaultCode::Compile, format!("no limit could be set: {what}"));
        self.rlimits().map_err(|error| unable(&error.to_string()))?;
        if self.only_listed_calls {
            calls::keep_to_the_list().map_err(|error| unable(&error.to_string()))?;
        }
        Ok(())
    }

    fn rlimits(&self) -> rustix::io::Result<()> {
        // Whoever signs in comes first. Where the system does not let us be modest, the other limits still hold.
        let _ = rustix::process::setpriority_process(None, MODESTY);
        rustix::process::set_parent_process_death_signal(Some(Signal::KILL))?;
        rustix::process::set_dumpable_behavior(DumpableBehavior::NotDumpable)?;
        set(Resource::Core, 0, 0)?;
        set(Resource::As, self.memory_bytes, self.memory_bytes)?;
        // At the first limit comes a signal with a name of its own, at the second the end.
        set(Resource::Cpu, self.computing_s, self.computing_s.saturating_add(1))?;
        set(Resource::Fsize, self.file_bytes, self.file_bytes)?;
        set(Resource::Nofile, self.open_files, self.open_files)
    }
}

fn set(resource: Resource, current: u64, maximum: u64) -> rustix::io::Result<()> {
    rustix::process::setrlimit(resource, Rlimit { current: Some(current), maximum: Some(maximum) })
}
