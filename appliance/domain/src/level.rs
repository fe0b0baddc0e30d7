//! How sure an e-ID is about who someone is.

/// The assurance level, common to the countries: Swedish *tillitsnivå* 2, 3, 4; Danish NSIS Low, Substantial, High.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Tillitsnivå 2, NSIS Low.
    Low,
    /// Tillitsnivå 3, NSIS Substantial: what a resident needs.
    Substantial,
    /// Tillitsnivå 4, NSIS High.
    High,
}

impl Level {
    /// The name used in plugins, trust profiles and configuration.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Substantial => "substantial",
            Self::High => "high",
        }
    }

    /// Reads the name back.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Low, Self::Substantial, Self::High].into_iter().find(|level| level.name() == name)
    }
}
