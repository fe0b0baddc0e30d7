//! `kuvert:host/log`: lines in our log, cut and escaped.
//!
//! What a guest writes is a guest's word: it goes in one field, made fit by `guest_words`.

use crate::{contract::powers::log, guest_words, host::Host};

impl log::Host for Host {
    fn write(&mut self, level: u8, message: String) -> wasmtime::Result<()> {
        self.meter.host_call()?;
        let granted = self.meter.log_bytes(message.len());
        if granted == 0 {
            return Ok(());
        }
        let line = guest_words::tidy(&message, granted);
        let plugin = self.bound.plugin.manifest.id.as_str();
        let (binding, correlation) = (self.bound.id.as_str(), self.correlation.as_str());
        match level {
            0 => tracing::error!(plugin, binding, correlation, plugin.says = line),
            1 => tracing::warn!(plugin, binding, correlation, plugin.says = line),
            2 => tracing::info!(plugin, binding, correlation, plugin.says = line),
            _ => tracing::debug!(plugin, binding, correlation, plugin.says = line),
        }
        Ok(())
    }
}
