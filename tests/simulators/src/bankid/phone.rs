//! The phone: what a person with a BankID can do, for tests and for the phone page.
//!
//! It sees what the app would see. It can't look into an order's QR secret, only ask for the frame that a screen shows now.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::api::Trouble;
use super::order::{Kind, Opening, Order, OrderRef, Stage, Web};
use super::orders::Orders;
use super::qr;
use super::signer::Signer;
use crate::clock::SimClock;
use crate::people::Swede;

/// Everything the API and the phone share.
pub(crate) struct World {
    pub(crate) clock: SimClock,
    pub(crate) trouble: Mutex<Option<Trouble>>,
    orders: Mutex<Orders>,
    counts: Mutex<BTreeMap<String, u64>>,
    people: Vec<Swede>,
    signer: Signer,
}

/// A handle on the phones of all persons.
#[derive(Clone)]
pub struct Phone(Arc<World>);

/// An order that is under way, as the app knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// The order.
    pub order: OrderRef,
    /// What it is for.
    pub kind: Kind,
    /// The text that the person is shown.
    pub text: Option<String>,
    /// What the relying party told about the browser.
    pub web: Option<Web>,
    /// The browser's address, as the relying party saw it.
    pub end_user_ip: Option<String>,
    /// Where the app goes when it was started from the same device.
    pub return_url: Option<String>,
    /// Whether the relying party asked for the security code even where the app could use a fingerprint.
    pub pin_code: bool,
    /// Twelve digits of the person whose app has it; none while nobody opened it.
    pub person: Option<String>,
    /// Whether it was opened from the device that shows the page.
    pub same_device: bool,
    /// Whole seconds since it was made.
    pub age_s: u64,
}

/// What the app tells a person who can't go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PhoneFault {
    /// The simulator knows no such person.
    #[error("nobody has that number")]
    NoSuchPerson,
    /// No order waits for that: expired, ended, or never made.
    #[error("no order is waiting for that")]
    NoSuchOrder,
    /// The picture was not a BankID code.
    #[error("that is not a BankID code")]
    NotAFrame,
    /// The code was not made with the order's secret.
    #[error("the code is forged")]
    ForgedFrame,
    /// The code is too old, or ahead of its time.
    #[error("the code is no longer fresh")]
    StaleFrame,
    /// The person has another order under way; both are ended.
    #[error("another order was under way; both have been cancelled")]
    AlreadyInProgress,
    /// The order is for somebody else.
    #[error("the order is for another person")]
    WrongPerson,
    /// The person's BankID is not of the kind that was asked for.
    #[error("this kind of BankID is not accepted")]
    WrongBankId,
    /// The order is riskier than the relying party allows.
    #[error("the order was stopped because of its risk")]
    TooRisky,
    /// The simulator could not sign.
    #[error("the simulator could not sign")]
    Broken,
}

impl World {
    pub(crate) fn orders(&self) -> MutexGuard<'_, Orders> {
        self.orders.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a call.
    pub(crate) fn note(&self, verb: &str) {
        *self.counts.lock().unwrap_or_else(PoisonError::into_inner).entry(verb.to_owned()).or_default() += 1;
    }
}

impl Phone {
    pub(crate) fn new(clock: SimClock, people: Vec<Swede>) -> io::Result<Self> {
        Ok(Self(Arc::new(World {
            clock,
            trouble: Mutex::default(),
            orders: Mutex::default(),
            counts: Mutex::default(),
            people,
            signer: Signer::new()?,
        })))
    }

    pub(crate) fn world(&self) -> &Arc<World> {
        &self.0
    }

    /// Everybody who has a BankID.
    #[must_use]
    pub fn people(&self) -> &[Swede] {
        &self.0.people
    }

    /// Reads a frame of an animated QR code with that person's phone.
    pub fn scan(&self, number: &str, frame: &str) -> Result<OrderRef, PhoneFault> {
        self.0.orders().scan(self.person(number)?, frame, self.0.clock.now_ms())
    }

    /// Reads the frame that the order's screen shows at this moment; for a person who sits before that screen.
    pub fn scan_screen(&self, number: &str, order: &OrderRef) -> Result<OrderRef, PhoneFault> {
        let frame = self
            .find(order, |order, now_ms| {
                qr::frame(&order.tokens.qr_token, &order.tokens.qr_secret, order.second(now_ms))
            })
            .ok_or(PhoneFault::NoSuchOrder)?;
        self.scan(number, &frame)
    }

    /// Starts the app from the page's own device.
    pub fn open(&self, number: &str, auto_start_token: &str) -> Result<OrderRef, PhoneFault> {
        self.0.orders().open(self.person(number)?, auto_start_token, self.0.clock.now_ms())
    }

    /// Starts the app from the page's own device, for a person who sees the order's link on the screen.
    pub fn open_screen(&self, number: &str, order: &OrderRef) -> Result<OrderRef, PhoneFault> {
        let token =
            self.find(order, |order, _| order.tokens.auto_start.clone()).ok_or(PhoneFault::NoSuchOrder)?;
        self.open(number, &token)
    }

    /// Opens the app during a phone call with the relying party.
    pub fn answer_call(&self, number: &str) -> Result<OrderRef, PhoneFault> {
        self.0.orders().answer_call(self.person(number)?, self.0.clock.now_ms())
    }

    /// The app has found the BankID and shows what is to be approved.
    pub fn show(&self, order: &OrderRef) -> Result<(), PhoneFault> {
        self.0.orders().show(order, self.0.clock.now_ms())
    }

    /// Enters the security code. After a same-device start this gives the address that the app sends the browser to.
    pub fn approve(&self, order: &OrderRef) -> Result<Option<String>, PhoneFault> {
        self.0.orders().approve(order, &self.0.signer, self.0.clock.now_ms())
    }

    /// Presses "cancel".
    pub fn decline(&self, order: &OrderRef) -> Result<(), PhoneFault> {
        self.0.orders().decline(order, self.0.clock.now_ms())
    }

    /// All orders under way, oldest first.
    #[must_use]
    pub fn waiting(&self) -> Vec<Waiting> {
        let now_ms = self.0.clock.now_ms();
        self.0.orders().live(now_ms).into_iter().map(|order| waiting(order, now_ms)).collect()
    }

    /// How often the API's verb (`auth`, `collect`, …) was called.
    #[must_use]
    pub fn count(&self, verb: &str) -> u64 {
        self.0.counts.lock().unwrap_or_else(PoisonError::into_inner).get(verb).copied().unwrap_or_default()
    }

    /// Lets every call to the API fail in one way, until told otherwise.
    pub fn suffer(&self, trouble: Option<Trouble>) {
        *self.0.trouble.lock().unwrap_or_else(PoisonError::into_inner) = trouble;
    }

    fn find<T>(&self, reference: &OrderRef, read: impl Fn(&Order, u64) -> T) -> Option<T> {
        let now_ms = self.0.clock.now_ms();
        let mut orders = self.0.orders();
        orders
            .live(now_ms)
            .into_iter()
            .find(|order| order.reference() == *reference)
            .map(|order| read(order, now_ms))
    }

    fn person(&self, number: &str) -> Result<&Swede, PhoneFault> {
        self.0.people.iter().find(|person| person.number == number).ok_or(PhoneFault::NoSuchPerson)
    }
}

fn waiting(order: &Order, now_ms: u64) -> Waiting {
    let (person, same_device) = match &order.stage {
        Stage::Started(person, opening) | Stage::Signing(person, opening) => {
            (Some(person.number.clone()), *opening == Opening::SameDevice)
        }
        Stage::Outstanding | Stage::Ended(..) => (None, false),
    };
    Waiting {
        order: order.reference(),
        kind: order.ask.kind,
        text: order.ask.visible.clone(),
        web: order.ask.web.clone(),
        end_user_ip: order.ask.end_user_ip.map(|ip| ip.to_string()),
        return_url: order.ask.return_url.clone(),
        pin_code: order.ask.requirement.pin_code,
        person,
        same_device,
        age_s: order.second(now_ms),
    }
}
