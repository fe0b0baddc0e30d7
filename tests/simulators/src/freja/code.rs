//! What an app reads from a QR code or a link: a reference, for some with a proof that the page is live.
//!
//! It does not draw, and it knows no authentication.

use aws_lc_rs::hmac;
use data_encoding::BASE64URL_NOPAD;
use percent_encoding::percent_decode_str;
use url::Url;

/// What was read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Code {
    pub(crate) reference: String,
    /// Second and seal of a code that changes.
    pub(crate) proof: Option<(u64, Vec<u8>)>,
    /// Where the app leads back to.
    pub(crate) way_back: Option<String>,
}

impl Code {
    /// Reads a text in one of Freja's two forms.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let query = match text.strip_prefix("frejaeid://bindUserToTransaction?") {
            Some(query) => query.to_owned(),
            None => bound(text)?,
        };
        let value = |name: &str| {
            let prefix = format!("{name}=");
            let value = query.split('&').find_map(|pair| pair.strip_prefix(&prefix))?;
            Some(percent_decode_str(value).decode_utf8().ok()?.into_owned())
        };
        let written = value("transactionReference")?;
        let mut parts = written.split('.');
        let reference = parts.next().filter(|reference| !reference.is_empty())?.to_owned();
        let proof = match (parts.next(), parts.next(), parts.next()) {
            (None, None, None) => None,
            (Some(second), Some(seal), None) => {
                Some((second.parse().ok()?, BASE64URL_NOPAD.decode(seal.as_bytes()).ok()?))
            }
            _ => return None,
        };
        Some(Self { reference, proof, way_back: value("originAppScheme") })
    }
}

/// The query of `https://app.<environment>.frejaeid.com/freja?action=bindUserToTransaction&…`.
fn bound(text: &str) -> Option<String> {
    let url = Url::parse(text).ok()?;
    let host = matches!(url.host_str(), Some("app.prod.frejaeid.com" | "app.test.frejaeid.com"));
    let query = url.query()?.strip_prefix("action=bindUserToTransaction&")?;
    (url.scheme() == "https" && host && url.path() == "/freja").then(|| query.to_owned())
}

/// The text of a code that changes, for the given second since the authentication began.
pub(crate) fn frame(reference: &str, secret: &str, second: u64) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let seal = BASE64URL_NOPAD.encode(hmac::sign(&key, second.to_string().as_bytes()).as_ref());
    format!(
        "https://app.prod.frejaeid.com/freja?action=bindUserToTransaction&transactionReference={reference}.{second}.{seal}"
    )
}

/// Whether a seal was made with this secret for this second.
pub(crate) fn is_sealed_by(secret: &str, second: u64, seal: &[u8]) -> bool {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    hmac::verify(&key, second.to_string().as_bytes(), seal).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_are_read_and_nothing_else() {
        let plain = Code::read("frejaeid://bindUserToTransaction?transactionReference=a-b_c").unwrap();
        assert_eq!((plain.reference.as_str(), plain.proof, plain.way_back), ("a-b_c", None, None));
        let back = "frejaeid://bindUserToTransaction?transactionReference=a&originAppScheme=https%3A%2F%2Fx%2Fy%3Fn%3D1";
        assert_eq!(Code::read(back).unwrap().way_back.as_deref(), Some("https://x/y?n=1"));
        let (second, seal) = Code::read(&frame("a", "secret", 7)).unwrap().proof.unwrap();
        assert!(second == 7 && is_sealed_by("secret", 7, &seal) && !is_sealed_by("secret", 8, &seal));
        for text in [
            "",
            "bankid.a.0.b",
            "frejaeid://bindUserToTransaction?transactionReference=",
            "https://app.evil.example/freja?action=bindUserToTransaction&transactionReference=a",
            "http://app.prod.frejaeid.com/freja?action=bindUserToTransaction&transactionReference=a",
            "https://app.prod.frejaeid.com/freja?transactionReference=a",
            "frejaeid://bindUserToTransaction?transactionReference=a.1",
        ] {
            assert_eq!(Code::read(text), None, "{text}");
        }
    }
}
