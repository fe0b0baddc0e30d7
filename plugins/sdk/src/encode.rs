//! Text encodings that providers ask for.

use data_encoding::BASE64;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What RFC 3986 does not reserve stays as it is.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Base64 with the standard alphabet and padding (RFC 4648, 4).
#[must_use]
pub fn base64(data: &[u8]) -> String {
    BASE64.encode(data)
}

/// Percent-encodes everything but RFC 3986's unreserved characters.
#[must_use]
pub fn percent(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vectors_of_rfc_4648() {
        for (data, text) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(data.as_bytes()), text);
        }
        assert_eq!(base64(&[0xfb, 0xff, 0xbf]), "+/+/");
    }

    #[test]
    fn only_unreserved_characters_stay() {
        assert_eq!(percent("aZ0-._~ å&=/?"), "aZ0-._~%20%C3%A5%26%3D%2F%3F");
    }
}
