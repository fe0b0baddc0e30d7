//! `kuvert:host/log`: lines in our log, cut and escaped.
//!
//! What a guest writes is a guest's word: it goes in one field, and digits that could be an identity number go out.

use crate::{contract::powers::log, host::Host};

impl log::Host for Host {
    fn write(&mut self, level: u8, message: String) -> wasmtime::Result<()> {
        self.meter.host_call()?;
        let granted = self.meter.log_bytes(message.len());
        if granted == 0 {
            return Ok(());
        }
        let line = tidy(&message, granted);
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

/// Cuts, escapes control characters, and blanks every run of six digits or more.
fn tidy(message: &str, bytes: usize) -> String {
    let mut line = String::new();
    let mut digits = String::new();
    for character in message.chars().chain(['\n']) {
        if character.is_ascii_digit() || (character == '-' && !digits.is_empty()) {
            digits.push(character);
            continue;
        }
        let count = digits.chars().filter(char::is_ascii_digit).count();
        line.push_str(if count < 6 { &digits } else { "…" });
        digits.clear();
        if character.is_control() {
            line.extend(character.escape_default());
        } else {
            line.push(character);
        }
    }
    line.truncate(line.len().saturating_sub("\\n".len()));
    while line.len() > bytes {
        line.pop();
    }
    line
}

#[cfg(test)]
mod tests {
    use super::tidy;

    #[test]
    fn a_line_is_one_line_without_numbers() {
        assert_eq!(tidy("a\nERROR x\u{1b}[2J", 100), "a\\nERROR x\\u{1b}[2J");
        assert_eq!(tidy("who: 19990807-2391, port 8443, 990807", 100), "who: …, port 8443, …");
        assert_eq!(tidy("äää", 3), "ä");
    }
}
