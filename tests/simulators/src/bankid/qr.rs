//! The animated QR code: what each frame says, and how a phone reads one.
//!
//! It does not draw: a frame is a text, the relying party makes the picture.

use aws_lc_rs::hmac;
use data_encoding::HEXLOWER;

/// What a phone read from a frame.
pub(crate) struct Frame<'a> {
    pub(crate) token: &'a str,
    pub(crate) second: u64,
    seal: Vec<u8>,
}

/// The text of the frame for the given second since the order was made.
///
/// The key is the secret's *text*, not the bytes of the UUID that it looks like.
#[must_use]
pub fn frame(token: &str, secret: &str, second: u64) -> String {
    format!("bankid.{token}.{second}.{}", HEXLOWER.encode(seal(secret, second).as_ref()))
}

impl<'a> Frame<'a> {
    /// Reads a frame's text; its seal is not checked yet.
    pub(crate) fn read(text: &'a str) -> Option<Self> {
        let mut parts = text.strip_prefix("bankid.")?.split('.');
        let (token, second, seal) = (parts.next()?, parts.next()?, parts.next()?);
        let plain = second == "0" || !second.starts_with(['0', '+']);
        let seal = HEXLOWER.decode(seal.as_bytes()).ok()?;
        (parts.next().is_none() && plain).then_some(())?;
        Some(Self { token, second: second.parse().ok()?, seal })
    }

    /// Whether the frame was made with this secret.
    pub(crate) fn is_sealed_by(&self, secret: &str) -> bool {
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
        hmac::verify(&key, self.second.to_string().as_bytes(), &self.seal).is_ok()
    }
}

fn seal(secret: &str, second: u64) -> hmac::Tag {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    hmac::sign(&key, second.to_string().as_bytes())
}

#[cfg(test)]
mod tests {
    use super::{Frame, frame};

    /// The vector that BankID publishes in its guideline.
    #[test]
    fn frames_equal_the_published_vector() {
        let token = "67df3917-fa0d-44e5-b327-edcc928297f8";
        let secret = "d28db9a7-4cde-429e-a983-359be676944c";
        for (second, seal) in [
            (0, "dc69358e712458a66a7525beef148ae8526b1c71610eff2c16cdffb4cdac9bf8"),
            (1, "949d559bf23403952a94d103e67743126381eda00f0b3cbddbf7c96b1adcbce2"),
            (2, "a9e5ec59cb4eee4ef4117150abc58fad7a85439a6a96ccbecc3668b41795b3f3"),
        ] {
            let text = frame(token, secret, second);
            assert_eq!(text, format!("bankid.{token}.{second}.{seal}"));
            let read = Frame::read(&text).unwrap();
            assert!(read.token == token && read.second == second && read.is_sealed_by(secret));
            assert!(!read.is_sealed_by("d28db9a7-4cde-429e-a983-359be676944d"));
        }
    }

    #[test]
    fn other_texts_are_not_frames() {
        for text in [
            "",
            "bankid.",
            "bankid.a.1",
            "bankid.a.01.00",
            "bankid.a.+1.00",
            "bankid.a.1.zz",
            "bankid.a.1.00.x",
        ] {
            assert!(Frame::read(text).is_none(), "{text}");
        }
    }
}
