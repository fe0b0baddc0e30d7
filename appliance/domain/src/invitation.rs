//! What invites a person to a message: the link in the notice, or the code typed by hand.
//!
//! Both come from the same 24 random bytes: the *reference* in the link is all of them, the *code* their first 40 bits.
//! Whoever has the link has the code, never the other way round. Neither says anything about the message.

use std::{fmt, str::FromStr};

use data_encoding::BASE64URL_NOPAD;
use subtle::ConstantTimeEq;
use thiserror::Error;
use zeroize::Zeroize;

const ALPHABET: [u8; 32] = *b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// A text that is not a link reference. The web answers it like any other reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not a link reference")]
pub struct NotAReference;

/// A text that can't be a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not a code")]
pub struct NotACode;

/// The secret behind one message's link and code.
#[derive(Clone)]
pub struct Invitation([u8; 24]);

/// The part of a link that names an invitation: 32 characters of base64url.
#[derive(Clone)]
pub struct Reference([u8; 24]);

/// The short form for people: eight characters, `H4K9-TR2M`, without letters that look like digits.
#[derive(Clone, Copy)]
pub struct Code([u8; 8]);

impl Invitation {
    /// Makes an invitation from random bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 24]) -> Self {
        Self(bytes)
    }

    /// The secret itself, for the store to seal.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 24] {
        &self.0
    }

    /// The long form for the link.
    #[must_use]
    pub const fn reference(&self) -> Reference {
        Reference(self.0)
    }

    /// The short form for typing.
    #[must_use]
    pub fn code(&self) -> Code {
        code_of(&self.0)
    }
}

impl Reference {
    /// The bytes that were in the link, to compare with the stored secret.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 24] {
        &self.0
    }

    /// The code that belongs to this link: what an invitation is looked up by.
    #[must_use]
    pub fn code(&self) -> Code {
        code_of(&self.0)
    }

    /// Whether the link is this invitation's own, in constant time.
    #[must_use]
    pub fn is_of(&self, invitation: &Invitation) -> bool {
        self.0.ct_eq(&invitation.0).into()
    }
}

impl Code {
    /// The eight characters without the dash.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 8] {
        &self.0
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&BASE64URL_NOPAD.encode(&self.0))
    }
}

impl FromStr for Reference {
    type Err = NotAReference;

    fn from_str(text: &str) -> Result<Self, NotAReference> {
        let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).map_err(|_| NotAReference)?;
        bytes.try_into().map(Self).map_err(|_| NotAReference)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, character) in self.0.into_iter().enumerate() {
            if place == 4 {
                f.write_str("-")?;
            }
            write!(f, "{}", char::from(character))?;
        }
        Ok(())
    }
}

impl FromStr for Code {
    type Err = NotACode;

    /// Forgives what people do: small letters, spaces, dashes, `O` for 0, `I` and `L` for 1.
    fn from_str(text: &str) -> Result<Self, NotACode> {
        let values = crockford_value(text, 8)?;
        let characters: Vec<u8> = values.into_iter().map(crockford).collect();
        characters.try_into().map(Self).map_err(|_| NotACode)
    }
}

impl fmt::Debug for Invitation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Invitation(…)")
    }
}

impl fmt::Debug for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Reference(…)")
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(…)")
    }
}

impl Drop for Invitation {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

/// The Crockford base32 character of the low five bits.
fn crockford(value: u8) -> u8 {
    ALPHABET.get(usize::from(value & 31)).copied().unwrap_or(b'0')
}

/// Reads `length` Crockford characters, forgiving spaces, dashes and look-alikes.
fn crockford_value(text: &str, length: usize) -> Result<Vec<u8>, NotACode> {
    let values: Option<Vec<u8>> = text
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '–' | '.'))
        .take(length + 1)
        .map(|c| match c.to_ascii_uppercase() {
            'O' => Some(0),
            'I' | 'L' => Some(1),
            upper => ALPHABET.iter().position(|a| char::from(*a) == upper).and_then(|v| u8::try_from(v).ok()),
        })
        .collect();
    values.filter(|v| v.len() == length).ok_or(NotACode)
}

fn code_of(secret: &[u8; 24]) -> Code {
    let bits = secret.iter().take(5).fold(0_u64, |bits, byte| (bits << 8) | u64::from(*byte));
    let mut characters = [b'0'; 8];
    for (place, character) in characters.iter_mut().enumerate() {
        let value = (bits >> (35 - 5 * place)) & 31;
        *character = crockford(u8::try_from(value).unwrap_or(0));
    }
    Code(characters)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn link_and_code_belong_together() {
        let invitation = Invitation::from_bytes([0x8a; 24]);
        let reference: Reference = invitation.reference().to_string().parse().unwrap();
        assert_eq!(reference.to_string().len(), 32);
        assert!(reference.is_of(&invitation));
        assert_eq!(reference.code().as_bytes(), invitation.code().as_bytes());
        assert!(!reference.is_of(&Invitation::from_bytes([0x8b; 24])));
    }

    #[test]
    fn a_code_survives_how_people_type_it() {
        let code = Invitation::from_bytes([0x01; 24]).code();
        let shown = code.to_string();
        assert_eq!(shown, "040G-2081");
        for typed in ["040g2081", " 040G 2081 ", "o4og-2o8l", "O4OG–2O8I"] {
            assert_eq!(typed.parse::<Code>().unwrap().as_bytes(), code.as_bytes(), "{typed}");
        }
        for wrong in ["", "040G", "040G-20811", "040G-208U", "åäö"] {
            assert!(wrong.parse::<Code>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn neither_is_printed_by_accident() {
        let invitation = Invitation::from_bytes([7; 24]);
        assert_eq!(
            format!("{invitation:?} {:?} {:?}", invitation.reference(), invitation.code()),
            "Invitation(…) Reference(…) Code(…)"
        );
    }
}
