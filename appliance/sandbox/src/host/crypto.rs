//! `kuvert:host/crypto`: small primitives. There is no power to sign or to decrypt.

use aws_lc_rs::{digest, hmac};
use data_encoding::BASE64URL_NOPAD;

use crate::{FaultCode, contract::powers::crypto, host::Host, meter::Refusal};

impl crypto::Host for Host {
    fn hmac_sha256(&mut self, key: Vec<u8>, data: Vec<u8>) -> wasmtime::Result<Vec<u8>> {
        self.meter.host_call()?;
        Ok(hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &key), &data).as_ref().to_vec())
    }

    fn sha256(&mut self, data: Vec<u8>) -> wasmtime::Result<Vec<u8>> {
        self.meter.host_call()?;
        Ok(digest::digest(&digest::SHA256, &data).as_ref().to_vec())
    }

    fn random(&mut self, count: u32) -> wasmtime::Result<Vec<u8>> {
        self.meter.host_call()?;
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        if count > self.shared.limits.random_bytes {
            return Err(Refusal::error(FaultCode::Budget, format!("{count} random bytes at once")));
        }
        let mut bytes = vec![0; count];
        self.shared.entropy.fill(&mut bytes);
        Ok(bytes)
    }

    fn base64url(&mut self, data: Vec<u8>) -> wasmtime::Result<String> {
        self.meter.host_call()?;
        Ok(BASE64URL_NOPAD.encode(&data))
    }
}
