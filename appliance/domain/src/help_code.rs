//! The code that a person reads to the contact centre when a check has failed.

use std::{fmt, str::FromStr};

use crate::invitation::NotACode;

/// Digits and consonants: no code spells a word, and no letter looks like a digit.
const ALPHABET: [u8; 30] = *b"0123456789BCDFGHJKMNPQRSTVWXYZ";

/// Six characters, shown as `KX4 7TB`. It names a failed check, never a person.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HelpCode([u8; 6]);

impl HelpCode {
    /// Makes a code from random bytes: 29 bits, enough for the days on which it is read out.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 6]) -> Self {
        Self(bytes.map(|byte| ALPHABET.get(usize::from(byte) % ALPHABET.len()).copied().unwrap_or(b'0')))
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
    type Err = NotACode;

    fn from_str(text: &str) -> Result<Self, NotACode> {
        let characters: Option<Vec<u8>> = text
            .chars()
            .filter(|c| !c.is_whitespace() && *c != '-')
            .take(7)
            .map(|c| match c.to_ascii_uppercase() {
                'O' => Some(b'0'),
                'I' | 'L' => Some(b'1'),
                upper => ALPHABET.iter().copied().find(|own| char::from(*own) == upper),
            })
            .collect();
        characters.ok_or(NotACode)?.try_into().map(Self).map_err(|_| NotACode)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_help_code_can_be_read_out_and_typed_back() {
        let code = HelpCode::from_bytes([17, 27, 4, 7, 24, 10]);
        assert_eq!(code.to_string(), "KX4 7TB");
        assert_eq!("kx4-7tb".parse(), Ok(code));
        assert_eq!("KX4 7T".parse::<HelpCode>(), Err(NotACode));
        assert_eq!("SEX P3Z".parse::<HelpCode>(), Err(NotACode));
    }
}
