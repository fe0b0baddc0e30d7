//! `kuvert:host/text`: the bundle's own texts.

use kuvert_domain::language::Language;

use crate::{
    contract::{MessageRef, powers::text},
    host::Host,
};

impl text::Host for Host {
    fn format(&mut self, message: MessageRef, locale: String) -> wasmtime::Result<String> {
        self.meter.host_call()?;
        let language = locale.parse().unwrap_or(Language::En);
        let args = message.args.iter().map(|pair| (pair.name.as_str(), pair.value.as_str()));
        Ok(self.bound.plugin.texts.format(language, &message.key, args))
    }
}
