//! A BankID order as the plugin remembers it between two calls.
//!
//! The host seals it; the QR secret in it never reaches a browser.

use kuvert_plugin_sdk::{
    Client, Fault, State,
    answer::nonsense,
    json::{self, Document, json},
};

use crate::{hints, launch::Browser};

/// BankID ends an order by then; a new one takes its place where nobody has opened it.
const ORDER_TIME_MS: u64 = 3 * 60_000;
/// After this many refusals in a row that might have passed, BankID is down.
const STRIKES: u64 = 5;

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
    /// How many refusals in a row might have passed.
    strikes: u64,
    /// The order is over and its successor was not to be had yet.
    over: bool,
    /// An order before this one was never opened.
    missed: bool,
    same_device: bool,
    browser: Browser,
}

impl Order {
    pub(crate) fn new(started: Started, request: Vec<u8>, client: &Client) -> Self {
        Self {
            started,
            request: String::from_utf8(request).unwrap_or_default(),
            hint: hints::UNTOUCHED.to_owned(),
            strikes: 0,
            over: false,
            missed: false,
            same_device: client.same_device,
            browser: Browser::of(&client.user_agent),
        }
    }

    /// Takes over where the former order ended: nobody had opened that one.
    pub(crate) fn replaced_by(self, started: Started) -> Self {
        Self { started, hint: hints::UNTOUCHED.to_owned(), strikes: 0, over: false, missed: true, ..self }
    }

    /// The order is over, and a new one could not be begun at this moment.
    pub(crate) fn over(self) -> Self {
        Self { over: true, ..self }
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
                strikes: document.number("/strikes")?,
                over: yes("/over"),
                missed: yes("/missed"),
                same_device: yes("/same"),
                browser: Browser {
                    mobile: yes("/mobile"),
                    https_links: yes("/https"),
                    strands: yes("/strands"),
                },
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
            "strikes": self.strikes,
            "over": u8::from(self.over),
            "missed": u8::from(self.missed),
            "same": u8::from(self.same_device),
            "mobile": u8::from(self.browser.mobile),
            "https": u8::from(self.browser.https_links),
            "strands": u8::from(self.browser.strands),
        }))
    }

    /// BankID answered: the order is under way.
    pub(crate) fn heard(&mut self, hint: String) {
        self.hint = hint;
        self.strikes = 0;
    }

    /// BankID did not answer, and may the next time. Whether it has been asked often enough by now.
    pub(crate) fn strike(&mut self) -> bool {
        self.strikes += 1;
        self.strikes >= STRIKES
    }

    /// Whether a failed order is only one that nobody took up, so that another may take its place unseen.
    pub(crate) fn may_restart(&self, hint: &str) -> bool {
        self.is_untouched() && matches!(hint, "startFailed" | "expiredTransaction")
    }

    /// Whether no app has taken the order up, so that a code or a link still makes sense.
    pub(crate) fn is_untouched(&self) -> bool {
        !self.over && hints::untouched(&self.hint)
    }

    /// Whether the order waits for a successor.
    pub(crate) fn is_over(&self) -> bool {
        self.over
    }

    /// What to tell the person.
    pub(crate) fn text(&self) -> &'static str {
        match (self.over || self.strikes > 0, self.same_device && self.is_untouched()) {
            (true, _) => "no-contact",
            (false, true) if self.browser.strands => "other-browser",
            (false, true) if self.missed => "not-opened",
            _ => hints::pending(&self.hint, self.same_device, self.browser.mobile),
        }
    }

    pub(crate) fn expires_at_ms(&self) -> u64 {
        self.started.at_ms.saturating_add(ORDER_TIME_MS)
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

    pub(crate) fn same_device(&self) -> bool {
        self.same_device
    }

    pub(crate) fn https_links(&self) -> bool {
        self.browser.https_links
    }
}
