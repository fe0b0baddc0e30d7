//! `kuvert:host/token`: signed tokens under the profile's own keys and rules.
//!
//! No profile of this version keeps keys for tokens that come outside of OpenID Connect, so every name is unknown.

use crate::{contract::powers::token, host::Host};

impl token::Host for Host {
    fn verify(&mut self, trust: String, _token: String) -> wasmtime::Result<Result<token::Verified, String>> {
        self.meter.host_call()?;
        let id: String = trust.chars().filter(char::is_ascii_graphic).take(64).collect();
        Ok(Err(format!("the trust profile keeps no keys under the name {id:?}")))
    }
}
