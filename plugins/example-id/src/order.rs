//! An order as the plugin remembers it between two calls.
//!
//! The host seals it and keeps it from the browser. Nothing about a person stands in it.

use kuvert_plugin_sdk::{
    Client, Fault, State,
    answer::nonsense,
    json::{self, Document, json},
};

use crate::api::Started;

/// The provider forgets an order after this long.
const LIFE_MS: u64 = 3 * 60_000;

/// The order in hand.
pub(crate) struct Order {
    pub(crate) reference: String,
    pub(crate) code: String,
    /// What started it.
    pub(crate) wishes: String,
    /// What the person sees in the address bar.
    pub(crate) domain: String,
    pub(crate) same_device: bool,
    /// The app has it.
    pub(crate) opened: bool,
    pub(crate) expires_at_ms: u64,
}

impl Order {
    pub(crate) fn new(started: Started, wishes: String, client: &Client, now_ms: u64) -> Self {
        Self {
            reference: started.reference,
            code: started.code,
            wishes,
            domain: client.domain.clone(),
            same_device: client.same_device,
            opened: false,
            expires_at_ms: now_ms.saturating_add(LIFE_MS),
        }
    }

    /// The next order of the same login.
    pub(crate) fn followed_by(&self, started: Started, now_ms: u64) -> Self {
        Self {
            reference: started.reference,
            code: started.code,
            wishes: self.wishes.clone(),
            domain: self.domain.clone(),
            same_device: self.same_device,
            opened: false,
            expires_at_ms: now_ms.saturating_add(LIFE_MS),
        }
    }

    /// Reads what [`Order::write`] wrote.
    pub(crate) fn read(state: &State) -> Result<Self, Fault> {
        let read = || {
            let document = Document::parse(state)?;
            let text = |pointer| document.text(pointer).map(str::to_owned);
            let yes = |pointer| document.number(pointer) == Some(1);
            Some(Self {
                reference: text("/ref")?,
                code: text("/code")?,
                wishes: text("/wishes")?,
                domain: text("/domain")?,
                same_device: yes("/same"),
                opened: yes("/opened"),
                expires_at_ms: document.number("/until")?,
            })
        };
        read().ok_or_else(|| nonsense("this login has no order"))
    }

    pub(crate) fn write(&self) -> State {
        json::bytes(&json!({
            "ref": self.reference,
            "code": self.code,
            "wishes": self.wishes,
            "domain": self.domain,
            "same": u8::from(self.same_device),
            "opened": u8::from(self.opened),
            "until": self.expires_at_ms,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_what_it_was() {
        let order = Order {
            reference: "a".to_owned(),
            code: "b".to_owned(),
            wishes: "{}".to_owned(),
            domain: "granby.example".to_owned(),
            same_device: true,
            opened: false,
            expires_at_ms: 7,
        };
        let state = order.write();
        assert_eq!(Order::read(&state).unwrap().write(), state);
        assert!(Order::read(&b"{}".to_vec()).is_err());
    }
}
