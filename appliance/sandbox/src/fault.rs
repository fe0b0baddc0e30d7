//! What can go wrong in a plugin or with it, by code.
//!
//! A [`Fault`] is the machinery's failure; a person who declines in an app is a [`crate::Failure`]. The texts for
//! residents and administrators belong to `server`, by the code's name.

use std::{fmt, sync::Arc};

use kuvert_bundle::Digest;
use thiserror::Error;

/// The registry of codes. Each is a key of texts, a metric and an audit line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FaultCode {
    /// A signature is missing or wrong.
    Signature,
    /// The bundle is not as it should be.
    Bundle,
    /// The component does not fit the contract.
    Wit,
    /// The component does not compile.
    Compile,
    /// Binding, settings or profile are wrong.
    Config,
    /// Too much computing.
    Cpu,
    /// Too much time in all.
    Wall,
    /// Too much memory.
    Memory,
    /// The guest trapped.
    Trap,
    /// The guest returned something that nobody can use.
    Output,
    /// Too many host calls, bytes or requests.
    Budget,
    /// The guest asked for something it may not have.
    Denied,
    /// The provider could not be reached, spoke nonsense or contradicted itself.
    Http,
    /// The guest cited evidence that there is not, or a place that nobody may cite. Security: twice in two logins is
    /// quarantine.
    Claim,
    /// All places are taken; try again within seconds.
    Busy,
}

impl FaultCode {
    /// Every code there is.
    pub const ALL: [Self; 15] = [
        Self::Signature,
        Self::Bundle,
        Self::Wit,
        Self::Compile,
        Self::Config,
        Self::Cpu,
        Self::Wall,
        Self::Memory,
        Self::Trap,
        Self::Output,
        Self::Budget,
        Self::Denied,
        Self::Http,
        Self::Claim,
        Self::Busy,
    ];

    /// The name in logs, texts and documentation.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Signature => "P-SIGNATURE",
            Self::Bundle => "P-BUNDLE",
            Self::Wit => "P-WIT",
            Self::Compile => "P-COMPILE",
            Self::Config => "P-CONFIG",
            Self::Cpu => "P-CPU",
            Self::Wall => "P-WALL",
            Self::Memory => "P-MEMORY",
            Self::Trap => "P-TRAP",
            Self::Output => "P-OUTPUT",
            Self::Budget => "P-BUDGET",
            Self::Denied => "P-DENIED",
            Self::Http => "P-HTTP",
            Self::Claim => "P-CLAIM",
            Self::Busy => "P-BUSY",
        }
    }

    /// Whether only the plugin itself can be the cause: what a version that has just been activated may be forgiven for
    /// by going back to the one before it.
    pub(crate) const fn is_the_plugins_own(self) -> bool {
        matches!(
            self,
            Self::Bundle
                | Self::Wit
                | Self::Compile
                | Self::Cpu
                | Self::Memory
                | Self::Trap
                | Self::Output
                | Self::Budget
                | Self::Denied
        )
    }

    /// What a trial can say about a bundle, read back.
    pub(crate) fn of_trial(name: &str) -> Option<Self> {
        let sayable = [
            Self::Bundle,
            Self::Wit,
            Self::Compile,
            Self::Cpu,
            Self::Wall,
            Self::Memory,
            Self::Trap,
            Self::Output,
            Self::Budget,
            Self::Denied,
        ];
        sayable.into_iter().find(|code| code.name() == name)
    }
}

impl fmt::Display for FaultCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A call that came to nothing. Nobody was signed in.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{code}: {detail}")]
pub struct Fault {
    /// What kind of fault.
    pub code: FaultCode,
    /// For the log and the administrator; holds nothing about a person.
    pub detail: String,
    /// Whether the same call may work a little later.
    pub retryable: bool,
    /// What the call had used when it ended.
    pub used: Used,
    /// The version that was called. `None` where none was, because it did not load or is shut away: such a fault says
    /// nothing about what a version does.
    pub by: Option<Arc<PluginVersion>>,
}

/// One exact version of a plugin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PluginVersion {
    /// The plugin's id.
    pub plugin: String,
    /// Its version.
    pub version: String,
    /// Its bundle.
    pub digest: Digest,
}

/// What a call used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Used {
    /// Computing, in ticks of [`Limits::tick`](crate::Limits).
    pub ticks: u32,
    /// The most memory that it held.
    pub memory_bytes: usize,
}

impl Fault {
    /// A fault that will not go away by itself.
    #[must_use]
    pub fn new(code: FaultCode, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into(), retryable: false, used: Used::default(), by: None }
    }

    /// A fault that may pass.
    #[must_use]
    pub fn passing(code: FaultCode, detail: impl Into<String>) -> Self {
        Self { retryable: true, ..Self::new(code, detail) }
    }
}

impl fmt::Display for PluginVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.plugin, self.version, self.digest.short())
    }
}
