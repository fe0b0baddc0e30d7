//! The two secrets a browser carries: a login's cookie and a session's token.
//!
//! Only their hashes are stored. What a cookie is called and which attributes it has is the server's business.

use std::{fmt, str::FromStr};

use aws_lc_rs::{
    constant_time,
    digest::{SHA256, digest},
};
use data_encoding::BASE64URL_NOPAD;
use kuvert_domain::{
    id::{LoginId, SessionId},
    secret::Secret,
};
use thiserror::Error;

/// A text that is not one of our tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not a token")]
pub struct NotAToken;

/// Names a login under way in the browser that began it: 256 random bits.
#[derive(Clone)]
pub struct LoginCookie(Secret<[u8; 32]>);

/// Names a session: 256 random bits, new at each login.
#[derive(Clone)]
pub struct SessionToken(Secret<[u8; 32]>);

macro_rules! tokens {
    ($($name:ident)+) => {$(
        impl $name {
            pub(crate) const fn from_bytes(bytes: [u8; 32]) -> Self {
                Self(Secret::new(bytes))
            }

            /// The form for a cookie: 43 characters of base64url. Security: never log it.
            #[must_use]
            pub fn text(&self) -> String {
                BASE64URL_NOPAD.encode(self.0.expose())
            }

            /// What is stored instead of the token itself.
            pub(crate) fn hash(&self) -> [u8; 32] {
                hash_of(self.0.expose())
            }
        }

        impl FromStr for $name {
            type Err = NotAToken;

            fn from_str(text: &str) -> Result<Self, NotAToken> {
                let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).map_err(|_| NotAToken)?;
                bytes.try_into().map(Self::from_bytes).map_err(|_| NotAToken)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    )+};
}

tokens! { LoginCookie SessionToken }

impl LoginCookie {
    /// The login's id: it is found by the cookie and by nothing else.
    pub(crate) fn id(&self) -> LoginId {
        login_of(&self.hash())
    }

    /// What a page of this login shows to say that it is one: worthless without the cookie.
    #[must_use]
    pub fn page_mark(&self) -> String {
        let mut material = b"kuvert page ".to_vec();
        material.extend_from_slice(self.0.expose());
        BASE64URL_NOPAD.encode(&first_half(&hash_of(&material)))
    }
}

impl SessionToken {
    /// The session's id: it is found by the token and by nothing else.
    pub(crate) fn id(&self) -> SessionId {
        SessionId::from_bytes(first_half(&self.hash()))
    }

    /// What a form must carry to be taken as this session's own.
    pub(crate) fn csrf(&self) -> String {
        let mut material = b"kuvert csrf ".to_vec();
        material.extend_from_slice(self.0.expose());
        BASE64URL_NOPAD.encode(&hash_of(&material))
    }
}

/// SHA-256.
pub(crate) fn hash_of(bytes: &[u8]) -> [u8; 32] {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest(&SHA256, bytes).as_ref());
    hash
}

/// The id of the login whose cookie has this hash.
pub(crate) fn login_of(cookie_hash: &[u8; 32]) -> LoginId {
    LoginId::from_bytes(first_half(cookie_hash))
}

/// Compares without telling by time how much was equal.
pub(crate) fn equal(left: &[u8], right: &[u8]) -> bool {
    constant_time::verify_slices_are_equal(left, right).is_ok()
}

fn first_half(hash: &[u8; 32]) -> [u8; 16] {
    let mut half = [0; 16];
    half.iter_mut().zip(hash).for_each(|(to, from)| *to = *from);
    half
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_survives_its_cookie_and_hides_from_debug() {
        let token = SessionToken::from_bytes([7; 32]);
        let again: SessionToken = token.text().parse().unwrap();
        assert_eq!(again.hash(), token.hash());
        assert_eq!(format!("{token:?}"), "SessionToken(…)");
        assert!("".parse::<SessionToken>().is_err());
        assert!("AAAA".parse::<LoginCookie>().is_err());
    }

    #[test]
    fn the_form_token_is_not_the_session_token() {
        let token = SessionToken::from_bytes([7; 32]);
        assert_ne!(token.csrf(), token.text());
        assert_ne!(token.csrf(), SessionToken::from_bytes([8; 32]).csrf());
    }

    #[test]
    fn the_mark_of_a_page_says_nothing_about_its_cookie() {
        let cookie = LoginCookie::from_bytes([7; 32]);
        assert_ne!(cookie.page_mark(), LoginCookie::from_bytes([8; 32]).page_mark());
        assert!(cookie.page_mark().parse::<LoginCookie>().is_err());
        assert_ne!(cookie.page_mark(), BASE64URL_NOPAD.encode(cookie.id().as_bytes()));
    }
}
