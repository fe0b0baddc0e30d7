//! Codes and tokens: what was granted to whom, for how long, and how often.
//!
//! A code works once; a second use takes back what the first one gave. It does not make claims or know pages.

use std::collections::BTreeMap;

use aws_lc_rs::digest::{SHA256, digest};
use data_encoding::BASE64URL_NOPAD;

use super::client::Client;
use super::login::Account;
use crate::http::first;

/// A code may be redeemed for this long, in seconds.
const CODE_LIFE_S: u64 = 60;
/// An access token works for this long, in seconds.
pub(crate) const ACCESS_LIFE_S: u64 = 300;

/// What a person's sign-in gave to a client.
#[derive(Clone)]
pub(crate) struct Grant {
    pub(crate) client: String,
    pub(crate) account: Account,
    pub(crate) scope: String,
    pub(crate) nonce: String,
    pub(crate) redirect_uri: String,
    pub(crate) challenge: String,
    pub(crate) auth_time: u64,
    pub(crate) session: String,
    pub(crate) transaction: String,
    pub(crate) made_s: u64,
}

impl Grant {
    /// Whether the client asked for, and got, that scope.
    pub(crate) fn has_scope(&self, name: &str) -> bool {
        self.scope.split(' ').any(|scope| scope == name)
    }
}

/// The codes and access tokens that are alive.
#[derive(Default)]
pub(crate) struct Grants {
    codes: BTreeMap<String, (Grant, Option<String>)>,
    access: BTreeMap<String, Grant>,
}

impl Grants {
    /// Remembers a grant under its code.
    pub(crate) fn issue(&mut self, code: String, grant: Grant) {
        self.codes.insert(code, (grant, None));
    }

    /// Redeems the code of a token request for an access token; the reason of a refusal is for the developer.
    pub(crate) fn redeem(
        &mut self,
        client: &Client,
        form: &[(String, String)],
        access_token: String,
        now_s: u64,
    ) -> Result<Grant, &'static str> {
        let code = first(form, "code").ok_or("no code")?;
        let (grant, given) = self.codes.get_mut(code).ok_or("unknown code")?;
        if let Some(token) = given {
            self.access.remove(token);
            return Err("the code was used before; what it gave is taken back");
        }
        *given = Some(access_token.clone());
        if grant.client != client.id {
            return Err("the code belongs to another client");
        }
        if now_s.saturating_sub(grant.made_s) >= CODE_LIFE_S {
            return Err("the code is too old");
        }
        if first(form, "redirect_uri") != Some(&grant.redirect_uri) {
            return Err("another redirect_uri");
        }
        let verifier = first(form, "code_verifier").ok_or("no code_verifier")?;
        if !(43..=128).contains(&verifier.len()) || challenge(verifier) != grant.challenge {
            return Err("the code_verifier does not fit");
        }
        self.access.insert(access_token, grant.clone());
        Ok(grant.clone())
    }

    /// What an access token stands for.
    pub(crate) fn bearer(&self, token: &str, now_s: u64) -> Option<&Grant> {
        self.access.get(token).filter(|grant| now_s.saturating_sub(grant.made_s) < ACCESS_LIFE_S)
    }
}

fn challenge(verifier: &str) -> String {
    BASE64URL_NOPAD.encode(digest(&SHA256, verifier.as_bytes()).as_ref())
}
