//! Unpredictable references, in the shapes that the protocols write them.
//!
//! It does not fall back to anything weaker: a system without randomness stops the simulator's answer.

use aws_lc_rs::error::Unspecified;
use data_encoding::{BASE64URL_NOPAD, HEXLOWER};

/// Fills an array with unpredictable bytes.
pub(crate) fn bytes<const N: usize>() -> Result<[u8; N], Unspecified> {
    let mut bytes = [0; N];
    aws_lc_rs::rand::fill(&mut bytes)?;
    Ok(bytes)
}

/// A random UUID (version 4) in lower-case text, as BankID writes its references.
pub(crate) fn uuid() -> Result<String, Unspecified> {
    let mut raw: [u8; 16] = bytes()?;
    raw[6] = raw[6] & 0x0f | 0x40;
    raw[8] = raw[8] & 0x3f | 0x80;
    let hex = HEXLOWER.encode(&raw);
    let parts = [hex.get(..8), hex.get(8..12), hex.get(12..16), hex.get(16..20), hex.get(20..)];
    Ok(parts.into_iter().flatten().collect::<Vec<_>>().join("-"))
}

/// 256 random bits in base64url, for codes and tokens.
pub(crate) fn token() -> Result<String, Unspecified> {
    Ok(BASE64URL_NOPAD.encode(&bytes::<32>()?))
}
