//! An authentication as the plugin remembers it between two calls.
//!
//! The host seals it; the QR secret in it never reaches a browser.

use kuvert_plugin_sdk::{
    Client, Fault, State,
    answer::nonsense,
    browser,
    json::{self, Document, json},
};

use crate::texts::STARTED;

/// Freja ends an authentication after two minutes.
const ONE_TIME_MS: u64 = 2 * 60_000;
/// A QR code is kept alive this long, over as many authentications as it takes.
const SCAN_TIME_MS: u64 = 5 * 60_000;
/// Fewer seconds than this are not worth a new one.
const WORTH_A_RESTART_MS: u64 = 20_000;

/// What initAuthentication answered.
#[derive(Clone)]
pub(crate) struct Started {
    pub(crate) reference: String,
    /// Empty for a QR code that stands still.
    pub(crate) secret: String,
    /// When the answer arrived: the zero of a changing code's seconds.
    pub(crate) at_ms: u64,
}

/// The authentication in hand, and what is needed to replace it.
pub(crate) struct Order {
    started: Started,
    status: String,
    begun_ms: u64,
    same_device: bool,
    way_back: Option<String>,
}

impl Order {
    pub(crate) fn new(started: Started, client: &Client, way_back: Option<&str>, now_ms: u64) -> Self {
        let way_back = way_back.filter(|_| client.same_device);
        Self {
            started,
            status: STARTED.to_owned(),
            begun_ms: now_ms,
            same_device: client.same_device,
            way_back: way_back.map(|url| browser::return_url(&client.user_agent, url)),
        }
    }

    /// Takes over where the former one ended.
    pub(crate) fn replaced_by(&self, started: Started) -> Self {
        Self { started, status: STARTED.to_owned(), way_back: self.way_back.clone(), ..*self }
    }

    pub(crate) fn read(state: &State) -> Result<Self, Fault> {
        let read = || {
            let document = Document::parse(state)?;
            let text = |name| document.text(name).map(str::to_owned);
            Some(Self {
                started: Started {
                    reference: text("/ref")?,
                    secret: text("/secret")?,
                    at_ms: document.number("/at")?,
                },
                status: text("/status")?,
                begun_ms: document.number("/begun")?,
                same_device: document.number("/same") == Some(1),
                way_back: text("/back"),
            })
        };
        read().ok_or_else(|| nonsense("this login has no authentication"))
    }

    pub(crate) fn write(&self) -> State {
        json::bytes(&json!({
            "ref": self.started.reference,
            "secret": self.started.secret,
            "at": self.started.at_ms,
            "status": self.status,
            "begun": self.begun_ms,
            "same": u8::from(self.same_device),
            "back": self.way_back,
        }))
    }

    pub(crate) fn heard(&mut self, status: String) {
        self.status = status;
    }

    /// Whether it only ran out before anybody took it up, and there is time for another.
    pub(crate) fn may_restart(&self, status: &str, now_ms: u64) -> bool {
        !self.same_device
            && self.untouched()
            && status == "EXPIRED"
            && now_ms.saturating_add(WORTH_A_RESTART_MS) < self.expires_at_ms()
    }

    /// Whether no app has taken it up, as far as is known.
    pub(crate) fn untouched(&self) -> bool {
        self.status == STARTED
    }

    pub(crate) fn expires_at_ms(&self) -> u64 {
        self.begun_ms.saturating_add(if self.same_device { ONE_TIME_MS } else { SCAN_TIME_MS })
    }

    pub(crate) fn is_dynamic(&self) -> bool {
        !self.started.secret.is_empty()
    }

    pub(crate) fn reference(&self) -> &str {
        &self.started.reference
    }

    pub(crate) fn started(&self) -> &Started {
        &self.started
    }

    pub(crate) fn status(&self) -> &str {
        &self.status
    }

    pub(crate) fn same_device(&self) -> bool {
        self.same_device
    }

    pub(crate) fn way_back(&self) -> Option<&str> {
        self.way_back.as_deref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(same_device: bool) -> Order {
        let client = Client {
            ip: "203.0.113.7".to_owned(),
            user_agent: "iPhone CriOS/130.0".to_owned(),
            device_id: String::new(),
            domain: "granby.example".to_owned(),
            same_device,
        };
        let started = Started { reference: "r".to_owned(), secret: String::new(), at_ms: 1_000 };
        Order::new(started, &client, Some("https://granby.example/login/return?nonce=x"), 1_000)
    }

    #[test]
    fn what_is_written_is_read_again() {
        let mut order = order(true);
        order.heard("DELIVERED_TO_MOBILE".to_owned());
        let again = Order::read(&order.write()).unwrap();
        assert_eq!(again.write(), order.write());
        assert_eq!(again.way_back(), Some("googlechromes://granby.example/login/return?nonce=x"));
        assert!(Order::read(&b"{}".to_vec()).is_err() && Order::read(&State::new()).is_err());
    }

    #[test]
    fn only_a_code_that_nobody_scanned_is_replaced() {
        let mut scanned = order(false);
        assert!(scanned.may_restart("EXPIRED", 121_000) && scanned.way_back().is_none());
        assert!(!scanned.may_restart("CANCELED", 121_000));
        assert!(!scanned.may_restart("EXPIRED", 290_000), "too late to be worth it");
        assert!(!order(true).may_restart("EXPIRED", 121_000));
        scanned.heard("DELIVERED_TO_MOBILE".to_owned());
        assert!(!scanned.may_restart("EXPIRED", 121_000));
    }
}
