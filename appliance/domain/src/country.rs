//! The countries whose rules Kuvert knows.

/// Decides number formats, registration law and the default language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Country {
    /// Sweden: personnummer, samordningsnummer, BankID, Freja.
    Sweden,
    /// Denmark: CPR, MitID.
    Denmark,
}

impl Country {
    /// The ISO 3166 two-letter code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Sweden => "SE",
            Self::Denmark => "DK",
        }
    }

    /// Reads an ISO 3166 two-letter code, in either case.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        match code {
            "SE" | "se" => Some(Self::Sweden),
            "DK" | "dk" => Some(Self::Denmark),
            _ => None,
        }
    }
}
