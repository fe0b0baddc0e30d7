//! `kuvert:host/text`: the bundle's own texts.

use kuvert_domain::language::Language;

use crate::{
    FaultCode,
    contract::{MessageRef, powers::text},
    guest_words,
    host::Host,
    meter::Refusal,
};

impl text::Host for Host {
    fn format(&mut self, message: MessageRef, locale: String) -> wasmtime::Result<String> {
        self.meter.host_call()?;
        let language = locale.parse().unwrap_or(Language::En);
        let args = message.args.iter().map(|pair| (pair.name.as_str(), pair.value.as_str()));
        self.bound.plugin.texts.format(language, &message.key, args).ok_or_else(|| {
            let key = guest_words::word(&message.key);
            Refusal::error(
                FaultCode::Output,
                format!("the bundle has no text {key}, or an argument of it is no word"),
            )
        })
    }
}
