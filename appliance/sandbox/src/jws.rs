//! A signed token in its compact form (RFC 7515, 7.1), taken apart strictly.
//!
//! It verifies nothing: `trust` does, with keys that never come from the token itself.

use data_encoding::BASE64URL_NOPAD;
use serde_json::Value;

use crate::strict_json;

/// The pieces of a token.
pub(crate) struct Compact<'a> {
    pub(crate) header: Value,
    pub(crate) payload: Vec<u8>,
    pub(crate) signature: &'a str,
    /// What the signature is over.
    pub(crate) signed: &'a [u8],
}

impl<'a> Compact<'a> {
    /// Takes a token apart; the error names the rule that it breaks.
    pub(crate) fn parse(token: &'a str) -> Result<Self, &'static str> {
        let (signed, signature) = token.rsplit_once('.').ok_or("form")?;
        let (head, body) = signed.split_once('.').ok_or("form")?;
        if body.contains('.') || signature.is_empty() {
            return Err("form");
        }
        let decode = |part: &str| BASE64URL_NOPAD.decode(part.as_bytes()).map_err(|_| "form");
        let header = strict_json::parse(&decode(head)?).map_err(|_| "header")?;
        // `crit` names rules that nobody here knows.
        if !header.is_object() || header.get("crit").is_some() {
            return Err("header");
        }
        Ok(Self { header, payload: decode(body)?, signature, signed: signed.as_bytes() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(token: &str) -> Option<&'static str> {
        Compact::parse(token).err()
    }

    #[test]
    fn only_three_whole_pieces_are_a_token() {
        let head = BASE64URL_NOPAD.encode(br#"{"alg":"RS256"}"#);
        let token = Compact::parse("eyJhbGciOiJSUzI1NiJ9.e30.c2ln").unwrap();
        assert_eq!((token.signed, token.signature), (&b"eyJhbGciOiJSUzI1NiJ9.e30"[..], "c2ln"));
        for text in ["", "a", "a.b", "{}", &format!("{head}.e30"), &format!("{head}.e30.")] {
            assert_eq!(rule(text), Some("form"), "{text}");
        }
        assert_eq!(rule(&format!("{head}.e30.c2ln.c2ln")), Some("form"));
        assert_eq!(rule(&format!("{head}=.e30.c2ln")), Some("form"), "padding is not base64url");
        for header in ["[]", "x", r#"{"alg":"a","alg":"b"}"#, r#"{"crit":["b64"],"b64":false}"#] {
            let head = BASE64URL_NOPAD.encode(header.as_bytes());
            assert_eq!(rule(&format!("{head}.e30.c2ln")), Some("header"), "{header}");
        }
    }
}
