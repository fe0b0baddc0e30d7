//! The code that a person reads to the contact centre when a check has failed.

use std::{fmt, str::FromStr};

use crate::invitation::{crockford, crockford_value};

/// Six characters, shown as `KX4 7TB`. It names a failed check, never a person.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HelpCode([u8; 6]);

impl HelpCode {
    /// Makes a code from random bytes: 30 bits, enough for the day on which it is read out.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 6]) -> Self {
        Self(bytes.map(crockford))
    }

    /// The six characters without the space, for keys.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 6] {
        &self.0
    }
}

impl fmt::Display for HelpCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, character) in self.0.into_iter().enumerate() {
            if place == 3 {
                f.write_str(" ")?;
            }
            write!(f, "{}", char::from(character))?;
        }
        Ok(())
    }
}

impl fmt::Debug for HelpCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HelpCode(…)")
    }
}

impl FromStr for HelpCode {
    type Err = crate::invitation::NotACode;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let values = crockford_value(text, 6)?;
        let bytes: [u8; 6] = values.try_into().map_err(|_| crate::invitation::NotACode)?;
        Ok(Self::from_bytes(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_help_code_can_be_read_out_and_typed_back() {
        let code = HelpCode::from_bytes([19, 29, 4, 7, 26, 11]);
        assert_eq!(code.to_string(), "KX4 7TB");
        assert_eq!("kx4-7tb".parse(), Ok(code));
    }
}
