//! `kuvert:host/settings`: what the administrator set. Secrets are never among it.

use crate::{contract::powers::settings, host::Host};

impl settings::Host for Host {
    fn get(&mut self, name: String) -> wasmtime::Result<Option<String>> {
        self.meter.host_call()?;
        Ok(self.bound.settings.get(&name).cloned())
    }
}
