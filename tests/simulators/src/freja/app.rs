//! The app: what a person with Freja can do, for tests and for the phone page.
//!
//! It sees what the app would see. It can't look into a code's secret, only ask for the code that a screen shows now.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::Holder;
use super::code;
use super::forgery::Forgery;
use super::order::{AuthRef, Order, Stage};
use super::orders::Orders;
use super::signer::Signer;
use crate::clock::SimClock;

/// Everything the API and the app share.
pub(crate) struct World {
    pub(crate) clock: SimClock,
    pub(crate) holders: Vec<Holder>,
    orders: Mutex<Orders>,
    signer: Signer,
    forgery: Mutex<Forgery>,
    trouble: Mutex<Option<Trouble>>,
    counts: Mutex<BTreeMap<String, u64>>,
}

/// A handle on the apps of all persons.
#[derive(Clone)]
pub struct App(Arc<World>);

/// What the service can suffer from, for tests of the relying party's answer to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trouble {
    /// The HTTP status.
    pub status: u16,
    /// The `code` in the body.
    pub code: u64,
}

/// An authentication that is under way, as the app knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// The authentication.
    pub order: AuthRef,
    /// Twelve digits of the person whose app has it; none while nobody opened it.
    pub person: Option<String>,
    /// Where the app leads back to; none when it came by a code.
    pub way_back: Option<String>,
    /// Whole seconds since it began.
    pub age_s: u64,
}

/// What the app tells a person who can't go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AppFault {
    /// The simulator knows no such person.
    #[error("nobody with Freja has that number")]
    NoSuchPerson,
    /// Nothing waits for that: expired, ended, or never begun.
    #[error("nothing is waiting for that")]
    NoSuchOrder,
    /// The text was none of Freja's.
    #[error("that is not a Freja code")]
    NotACode,
    /// The code was not made with the secret.
    #[error("the code is forged")]
    ForgedCode,
    /// The code is too old, or ahead of its time.
    #[error("the code is no longer fresh")]
    StaleCode,
    /// The person has another authentication under way; both are ended.
    #[error("another authentication was under way; both have been stopped")]
    AlreadyInProgress,
    /// It is for somebody else.
    #[error("this is for another person")]
    WrongPerson,
    /// The relying party wants to know the person better than Freja does.
    #[error("this needs Freja+; upgrade in the app")]
    TooLow,
}

impl World {
    pub(crate) fn orders(&self) -> MutexGuard<'_, Orders> {
        self.orders.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn signer(&self) -> &Signer {
        &self.signer
    }

    pub(crate) fn forgery(&self) -> Forgery {
        *self.forgery.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn trouble(&self) -> Option<Trouble> {
        *self.trouble.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a call.
    pub(crate) fn note(&self, verb: &str) {
        *self.counts.lock().unwrap_or_else(PoisonError::into_inner).entry(verb.to_owned()).or_default() += 1;
    }
}

impl App {
    pub(crate) fn new(clock: SimClock, holders: Vec<Holder>) -> io::Result<Self> {
        let signer = Signer::new(clock.now_s())?;
        Ok(Self(Arc::new(World {
            clock,
            holders,
            orders: Mutex::default(),
            signer,
            forgery: Mutex::default(),
            trouble: Mutex::default(),
            counts: Mutex::default(),
        })))
    }

    pub(crate) fn world(&self) -> &Arc<World> {
        &self.0
    }

    /// Everybody who has Freja.
    #[must_use]
    pub fn holders(&self) -> &[Holder] {
        &self.0.holders
    }

    /// Reads a QR code with that person's app, or opens the app by the link on the page's own device.
    pub fn bind(&self, number: &str, text: &str) -> Result<AuthRef, AppFault> {
        let holder = self.0.holders.iter().find(|holder| holder.person.number == number);
        self.0.orders().bind(holder.ok_or(AppFault::NoSuchPerson)?, text, self.0.clock.now_ms())
    }

    /// Reads the code that a screen shows at this moment; for a person who sits before that screen.
    pub fn scan_screen(&self, number: &str, order: &AuthRef) -> Result<AuthRef, AppFault> {
        let now_ms = self.0.clock.now_ms();
        let text = self
            .0
            .orders()
            .live(now_ms)
            .into_iter()
            .find(|live| live.reference == order.0)
            .map(|live| match &live.secret {
                Some(secret) => code::frame(&live.reference, secret, live.second(now_ms)),
                None => format!("frejaeid://bindUserToTransaction?transactionReference={}", live.reference),
            })
            .ok_or(AppFault::NoSuchOrder)?;
        self.bind(number, &text)
    }

    /// Approves. After a start from the page's own device this gives the address that the app leads back to.
    pub fn approve(&self, order: &AuthRef) -> Result<Option<String>, AppFault> {
        self.0.orders().approve(order, self.0.clock.now_ms())
    }

    /// Says no.
    pub fn decline(&self, order: &AuthRef) -> Result<(), AppFault> {
        self.0.orders().decline(order, self.0.clock.now_ms())
    }

    /// All authentications under way, oldest first.
    #[must_use]
    pub fn waiting(&self) -> Vec<Waiting> {
        let now_ms = self.0.clock.now_ms();
        self.0.orders().live(now_ms).into_iter().map(|order| waiting(order, now_ms)).collect()
    }

    /// From now on every result tells this lie.
    pub fn forge(&self, forgery: Forgery) {
        *self.0.forgery.lock().unwrap_or_else(PoisonError::into_inner) = forgery;
    }

    /// Lets every call to the API fail in one way, until told otherwise.
    pub fn suffer(&self, trouble: Option<Trouble>) {
        *self.0.trouble.lock().unwrap_or_else(PoisonError::into_inner) = trouble;
    }

    /// How often the API's verb (`initAuthentication`, `getOneResult`, …) was called.
    #[must_use]
    pub fn count(&self, verb: &str) -> u64 {
        self.0.counts.lock().unwrap_or_else(PoisonError::into_inner).get(verb).copied().unwrap_or_default()
    }
}

fn waiting(order: &Order, now_ms: u64) -> Waiting {
    let (person, way_back) = match &order.stage {
        Stage::Delivered(holder, way_back) => (Some(holder.person.number.clone()), way_back.clone()),
        _ => (None, None),
    };
    Waiting { order: AuthRef(order.reference.clone()), person, way_back, age_s: order.second(now_ms) }
}
