//! All authentications together, and the rules that hold between them: one live authentication per person.
//!
//! Every verb first lets time pass over them. It does not speak HTTP and does not know the phone's pages.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::Holder;
use super::app::AppFault;
use super::code::{self, Code};
use super::fault::Fault;
use super::forgery::Forgery;
use super::order::{AuthRef, Order, Stage};
use super::request::Ask;
use super::signer::Signer;
use crate::random;

/// A changing code may be this many seconds old; Freja does not publish its own figure.
const CODE_AGE_S: u64 = 5;

/// The authentications of one simulator.
#[derive(Default)]
pub(crate) struct Orders(BTreeMap<AuthRef, Order>);

impl Orders {
    /// Begins one. If the request names a person who has one, both are ended.
    pub(crate) fn begin(&mut self, ask: Ask, holders: &[Holder], now_ms: u64) -> Result<Value, Fault> {
        self.age(now_ms);
        // Whether a number is known is not told: an authentication of an unknown one simply runs out.
        if let Some(number) = &ask.named
            && self.reject_live(number, now_ms)
        {
            let message = "Authentication request failed. Previous authentication request was rejected.";
            return Err(Fault::field(2000, message));
        }
        let reference = random::token().map_err(|_| Fault::internal())?;
        let secret = ask.dynamic.then(random::token).transpose().map_err(|_| Fault::internal())?;
        let mut answer = json!({ "authRef": reference });
        if let (Some(secret), Value::Object(fields)) = (&secret, &mut answer) {
            fields.insert("qrCodeSecret".to_owned(), json!(secret));
        }
        // A person who is named is asked at once, without a code.
        let person = holders.iter().find(|holder| Some(&holder.person.number) == ask.named.as_ref());
        let fits = person.filter(|holder| holder.registration >= ask.registration);
        let stage = fits.map_or(Stage::Started, |holder| Stage::Delivered(holder.clone(), None));
        let order = Order { ask, reference: reference.clone(), secret, made_ms: now_ms, stage };
        self.0.insert(AuthRef(reference), order);
        Ok(answer)
    }

    /// How one stands. A result can be asked for again.
    pub(crate) fn result(
        &mut self,
        reference: &str,
        signer: &Signer,
        forgery: Forgery,
        now_ms: u64,
    ) -> Result<Value, Fault> {
        self.age(now_ms);
        let order = self.0.get(&AuthRef(reference.to_owned())).ok_or_else(Fault::reference)?;
        signer.result(order, forgery).map_err(|_| Fault::internal())
    }

    /// How all of them stand, whoever began them: what a relying party should never ask.
    pub(crate) fn results(&mut self, signer: &Signer, now_ms: u64) -> Vec<Value> {
        self.age(now_ms);
        self.0.values().filter_map(|order| signer.result(order, Forgery::None).ok()).collect()
    }

    /// Ends one that is under way.
    pub(crate) fn cancel(&mut self, reference: &str, now_ms: u64) -> Result<Value, Fault> {
        self.age(now_ms);
        let order = self.0.get_mut(&AuthRef(reference.to_owned())).filter(|order| order.is_live());
        order.ok_or_else(Fault::reference)?.end("RP_CANCELED", now_ms);
        Ok(json!({}))
    }

    /// Takes one into a person's app by what was read from a code, or by the link of the page's own device.
    pub(crate) fn bind(&mut self, holder: &Holder, text: &str, now_ms: u64) -> Result<AuthRef, AppFault> {
        self.age(now_ms);
        let code = Code::read(text).ok_or(AppFault::NotACode)?;
        let reference = AuthRef(code.reference.clone());
        let order = self.0.get(&reference).filter(|order| order.is_untouched());
        let order = order.ok_or(AppFault::NoSuchOrder)?;
        match (&order.secret, &code.proof) {
            (None, None) => {}
            (Some(secret), Some((second, seal))) => {
                if !code::is_sealed_by(secret, *second, seal) {
                    return Err(AppFault::ForgedCode);
                }
                // The relying party counts from when the answer arrived, so it may be a moment behind, never ahead.
                let now = order.second(now_ms);
                if *second > now || now - *second > CODE_AGE_S {
                    return Err(AppFault::StaleCode);
                }
            }
            // A code that stands still, where a changing one was agreed, or the other way round.
            _ => return Err(AppFault::NotACode),
        }
        self.take(&reference, holder, code.way_back, now_ms)
    }

    /// The person approves. Tells where the app leads back to, if it was started from there.
    pub(crate) fn approve(&mut self, reference: &AuthRef, now_ms: u64) -> Result<Option<String>, AppFault> {
        self.age(now_ms);
        let order = self.0.get_mut(reference).ok_or(AppFault::NoSuchOrder)?;
        let Stage::Delivered(holder, way_back) = &order.stage else { return Err(AppFault::NoSuchOrder) };
        let (holder, way_back) = (holder.clone(), way_back.clone());
        order.stage = Stage::Approved(holder, now_ms);
        Ok(way_back)
    }

    /// The person says no.
    pub(crate) fn decline(&mut self, reference: &AuthRef, now_ms: u64) -> Result<(), AppFault> {
        self.age(now_ms);
        let order = self.0.get_mut(reference).ok_or(AppFault::NoSuchOrder)?;
        if !matches!(order.stage, Stage::Delivered(..)) {
            return Err(AppFault::NoSuchOrder);
        }
        order.end("CANCELED", now_ms);
        Ok(())
    }

    /// Those that are under way, oldest first.
    pub(crate) fn live(&mut self, now_ms: u64) -> Vec<&Order> {
        self.age(now_ms);
        let mut live: Vec<_> = self.0.values().filter(|order| order.is_live()).collect();
        live.sort_by_key(|order| order.made_ms);
        live
    }

    fn take(
        &mut self,
        reference: &AuthRef,
        holder: &Holder,
        way_back: Option<String>,
        now_ms: u64,
    ) -> Result<AuthRef, AppFault> {
        let number = &holder.person.number;
        if self
            .0
            .iter()
            .any(|(name, order)| name != reference && order.is_live() && order.holder() == Some(number))
        {
            self.reject_live(number, now_ms);
            if let Some(order) = self.0.get_mut(reference) {
                order.end("REJECTED", now_ms);
            }
            return Err(AppFault::AlreadyInProgress);
        }
        let order = self.0.get_mut(reference).ok_or(AppFault::NoSuchOrder)?;
        if order.holder().is_some_and(|named| named != number) {
            return Err(AppFault::WrongPerson);
        }
        // The app tells the person to upgrade; the relying party sees nothing but the time running out.
        if holder.registration < order.ask.registration {
            return Err(AppFault::TooLow);
        }
        order.stage = Stage::Delivered(holder.clone(), way_back);
        Ok(reference.clone())
    }

    /// Ends every live one of that person; tells whether there was one.
    fn reject_live(&mut self, number: &str, now_ms: u64) -> bool {
        let mut found = false;
        for order in self.0.values_mut().filter(|order| order.is_live() && order.holder() == Some(number)) {
            order.end("REJECTED", now_ms);
            found = true;
        }
        found
    }

    fn age(&mut self, now_ms: u64) {
        self.0.values_mut().for_each(|order| order.age(now_ms));
        self.0.retain(|_, order| !order.is_forgotten(now_ms));
    }
}
