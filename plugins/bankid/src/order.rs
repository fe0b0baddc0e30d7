//! A BankID order as the plugin remembers it between two calls.
//!
//! The host seals it; the QR secret in it never reaches a browser.

use kuvert_plugin_sdk::{
    Client, Fault, State,
    answer::nonsense,
    json::{self, Document, json},
};

use crate::{hints, launch};

/// A QR code is kept alive this long, over as many orders as it takes.
const SCAN_TIME_MS: u64 = 5 * 60_000;
/// One order on the same device; BankID ends it after about three minutes.
const SAME_DEVICE_TIME_MS: u64 = 3 * 60_000;
/// Fewer seconds than this are not worth a new order.
const WORTH_A_RESTART_MS: u64 = 20_000;

/// What auth answered.
pub(crate) struct Started {
    pub(crate) reference: String,
    pub(crate) auto_start_token: String,
    pub(crate) qr_start_token: String,
    pub(crate) qr_start_secret: String,
    /// When the answer arrived: the zero of the QR code's seconds.
    pub(crate) at_ms: u64,
}

/// The order in hand, and what is needed to replace it.
pub(crate) struct Order {
    started: Started,
    request: String,
    hint: String,
    begun_ms: u64,
    same_device: bool,
    mobile: bool,
    https_link: bool,
}

impl Order {
    pub(crate) fn new(started: Started, request: Vec<u8>, client: &Client, now_ms: u64) -> Self {
        Self {
            started,
            request: String::from_utf8(request).unwrap_or_default(),
            hint: hints::UNTOUCHED.to_owned(),
            begun_ms: now_ms,
            same_device: client.same_device,
            mobile: launch::is_mobile(&client.user_agent),
            https_link: launch::takes_https_links(&client.user_agent),
        }
    }

    /// Takes over where the former order ended.
    pub(crate) fn replaced_by(&self, started: Started) -> Self {
        Self { started, request: self.request.clone(), hint: hints::UNTOUCHED.to_owned(), ..*self }
    }

    pub(crate) fn read(state: &State) -> Result<Self, Fault> {
        let read = || {
            let document = Document::parse(state)?;
            let text = |name| document.text(name).map(str::to_owned);
            let yes = |name| document.number(name) == Some(1);
            Some(Self {
                started: Started {
                    reference: text("/ref")?,
                    auto_start_token: text("/auto")?,
                    qr_start_token: text("/qr")?,
                    qr_start_secret: text("/secret")?,
                    at_ms: document.number("/at")?,
                },
                request: text("/request")?,
                hint: text("/hint")?,
                begun_ms: document.number("/begun")?,
                same_device: yes("/same"),
                mobile: yes("/mobile"),
                https_link: yes("/https"),
            })
        };
        read().ok_or_else(|| nonsense("this login has no order"))
    }

    pub(crate) fn write(&self) -> State {
        json::bytes(&json!({
            "ref": self.started.reference,
            "auto": self.started.auto_start_token,
            "qr": self.started.qr_start_token,
            "secret": self.started.qr_start_secret,
            "at": self.started.at_ms,
            "request": self.request,
            "hint": self.hint,
            "begun": self.begun_ms,
            "same": u8::from(self.same_device),
            "mobile": u8::from(self.mobile),
            "https": u8::from(self.https_link),
        }))
    }

    pub(crate) fn heard(&mut self, hint: String) {
        self.hint = hint;
    }

    /// Whether a failed order is only one that nobody took up, and there is time for another.
    pub(crate) fn may_restart(&self, hint: &str, now_ms: u64) -> bool {
        !self.same_device
            && hints::untouched(&self.hint)
            && matches!(hint, "startFailed" | "expiredTransaction")
            && now_ms.saturating_add(WORTH_A_RESTART_MS) < self.expires_at_ms()
    }

    pub(crate) fn expires_at_ms(&self) -> u64 {
        self.begun_ms.saturating_add(if self.same_device { SAME_DEVICE_TIME_MS } else { SCAN_TIME_MS })
    }

    pub(crate) fn reference(&self) -> &str {
        &self.started.reference
    }

    pub(crate) fn started(&self) -> &Started {
        &self.started
    }

    pub(crate) fn request(&self) -> &[u8] {
        self.request.as_bytes()
    }

    pub(crate) fn hint(&self) -> &str {
        &self.hint
    }

    pub(crate) fn same_device(&self) -> bool {
        self.same_device
    }

    pub(crate) fn mobile(&self) -> bool {
        self.mobile
    }

    pub(crate) fn https_link(&self) -> bool {
        self.https_link
    }
}
