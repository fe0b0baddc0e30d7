//! An authentication as the plugin remembers it between two calls.
//!
//! The host seals it; the QR secret in it never reaches a browser.

use kuvert_plugin_sdk::{
    Client, Fault, State,
    answer::nonsense,
    browser,
    json::{self, Document, json},
};

use crate::texts::{self, STARTED};

/// Freja ends an authentication by then; a new one takes its place where nobody has opened it.
const LIFE_MS: u64 = 2 * 60_000;
/// After this many refusals in a row that might have passed, Freja is down.
const STRIKES: u64 = 5;

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
    /// How many refusals in a row might have passed.
    strikes: u64,
    /// It is over, and its successor was not to be had yet.
    over: bool,
    /// One before this was never opened.
    missed: bool,
    same_device: bool,
    way_back: Option<String>,
}

impl Order {
    pub(crate) fn new(started: Started, client: &Client, way_back: Option<&str>) -> Self {
        let way_back = way_back.filter(|_| client.same_device);
        Self {
            started,
            status: STARTED.to_owned(),
            strikes: 0,
            over: false,
            missed: false,
            same_device: client.same_device,
            way_back: way_back.map(|url| browser::return_url(&client.user_agent, url)),
        }
    }

    /// Takes over where the former one ended: nobody had opened that one.
    pub(crate) fn replaced_by(&self, started: Started) -> Self {
        let way_back = self.way_back.clone();
        Self { started, status: STARTED.to_owned(), way_back, strikes: 0, over: false, missed: true, ..*self }
    }

    /// It is over, and a new one could not be begun at this moment.
    pub(crate) fn over(self) -> Self {
        Self { over: true, ..self }
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
                strikes: document.number("/strikes")?,
                over: document.number("/over") == Some(1),
                missed: document.number("/missed") == Some(1),
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
            "strikes": self.strikes,
            "over": u8::from(self.over),
            "missed": u8::from(self.missed),
            "same": u8::from(self.same_device),
            "back": self.way_back,
        }))
    }

    /// Freja answered: it is under way.
    pub(crate) fn heard(&mut self, status: String) {
        self.status = status;
        self.strikes = 0;
    }

    /// Freja did not answer, and may the next time. Whether it has been asked often enough by now.
    pub(crate) fn strike(&mut self) -> bool {
        self.strikes = self.strikes.saturating_add(1);
        self.strikes >= STRIKES
    }

    /// Whether it only ran out before anybody took it up, so that another may take its place unseen.
    pub(crate) fn may_restart(&self, status: &str) -> bool {
        self.untouched() && status == "EXPIRED"
    }

    /// What to tell the person.
    pub(crate) fn text(&self) -> &'static str {
        match (self.over || self.strikes > 0, self.missed && self.same_device && self.untouched()) {
            (true, _) => "no-contact",
            (false, true) => "not-opened",
            (false, false) => texts::pending(&self.status, self.same_device),
        }
    }

    /// Whether no app has taken it up, as far as is known, so that a code or a link still makes sense.
    pub(crate) fn untouched(&self) -> bool {
        !self.over && self.status == STARTED
    }

    /// Whether it waits for a successor.
    pub(crate) fn is_over(&self) -> bool {
        self.over
    }

    pub(crate) fn expires_at_ms(&self) -> u64 {
        self.started.at_ms.saturating_add(LIFE_MS)
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
        Order::new(started, &client, Some("https://granby.example/login/return?nonce=x"))
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
    fn only_one_that_nobody_took_up_is_replaced() {
        for same_device in [false, true] {
            let mut order = order(same_device);
            assert!(order.may_restart("EXPIRED") && !order.may_restart("CANCELED"));
            assert_eq!(order.expires_at_ms(), 121_000);
            order.heard("DELIVERED_TO_MOBILE".to_owned());
            assert!(!order.may_restart("EXPIRED"));
        }
        let started = Started { reference: "s".to_owned(), secret: String::new(), at_ms: 121_000 };
        assert_eq!(order(true).replaced_by(started.clone()).text(), "not-opened");
        assert_eq!(order(false).replaced_by(started).text(), "open-and-scan");
    }

    #[test]
    fn one_that_is_over_shows_nothing_until_it_has_a_successor() {
        let order = order(true).over();
        let again = Order::read(&order.write()).unwrap();
        assert!(again.is_over() && !again.untouched());
        assert_eq!(again.text(), "no-contact");
        let started = Started { reference: "s".to_owned(), secret: String::new(), at_ms: 121_000 };
        let next = again.replaced_by(started);
        assert!(!next.is_over() && next.untouched());
    }

    #[test]
    fn freja_is_down_after_five_refusals_in_a_row() {
        let mut order = order(false);
        assert!((0..4).all(|_| !order.strike()));
        assert_eq!(order.text(), "no-contact");
        order.heard(STARTED.to_owned());
        assert_eq!(order.text(), "open-and-scan");
        assert!((0..4).all(|_| !order.strike()) && order.strike());
    }
}
