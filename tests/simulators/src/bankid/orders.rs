//! All orders together, and the rules that hold between them: one live order per person, one collection per result.
//!
//! Every verb first lets time pass over the orders. It does not speak HTTP and does not know the phone's pages.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::fault::Fault;
use super::order::{Ask, Opening, Order, OrderRef, Outcome, Stage, Tokens};
use super::phone::PhoneFault;
use super::qr::Frame;
use super::request::policy_covers;
use super::signer::Signer;
use crate::people::Swede;
use crate::random;

/// A frame may be this many seconds old; BankID does not publish its own figure.
const FRAME_AGE_S: u64 = 5;
/// The policy of a mobile BankID in BankID's test environment: what every person here has.
const MOBILE_POLICY: &str = "1.2.3.4.25";

/// The orders of one simulator.
#[derive(Default)]
pub(crate) struct Orders(BTreeMap<OrderRef, Order>);

impl Orders {
    /// Makes an order. If the request names a person who has one, both are ended.
    pub(crate) fn make(&mut self, ask: Ask, now_ms: u64) -> Result<Value, Fault> {
        self.age(now_ms);
        let named = ask.caller.as_deref().or(ask.requirement.personal_number.as_deref());
        if named.is_some_and(|number| self.cancel_live(number, now_ms)) {
            return Err(Fault::already_in_progress());
        }
        let is_call = ask.kind.is_call();
        let tokens = tokens().map_err(|_| Fault::internal())?;
        let answer = if is_call {
            json!({ "orderRef": tokens.reference })
        } else {
            json!({
                "orderRef": tokens.reference,
                "autoStartToken": tokens.auto_start,
                "qrStartToken": tokens.qr_token,
                "qrStartSecret": tokens.qr_secret,
            })
        };
        let order = Order { ask, tokens, made_ms: now_ms, stage: Stage::Outstanding };
        self.0.insert(order.reference(), order);
        Ok(answer)
    }

    /// Tells how an order stands. A result is told once, then the order is gone.
    pub(crate) fn collect(&mut self, reference: String, now_ms: u64) -> Result<Value, Fault> {
        self.age(now_ms);
        let reference = OrderRef(reference);
        let order = self.0.get(&reference).ok_or_else(no_such_order)?;
        let Stage::Ended(outcome, _) = &order.stage else {
            return Ok(
                json!({ "orderRef": reference.0, "status": "pending", "hintCode": order.pending_hint() }),
            );
        };
        let answer = match outcome {
            Outcome::Failed(hint) => json!({ "orderRef": reference.0, "status": "failed", "hintCode": hint }),
            Outcome::Complete(data) => {
                json!({ "orderRef": reference.0, "status": "complete", "completionData": data })
            }
        };
        self.0.remove(&reference);
        Ok(answer)
    }

    /// Ends an order that is under way.
    pub(crate) fn cancel(&mut self, reference: String, now_ms: u64) -> Result<Value, Fault> {
        self.age(now_ms);
        let reference = OrderRef(reference);
        if !self.0.get(&reference).is_some_and(Order::is_live) {
            return Err(no_such_order());
        }
        self.0.remove(&reference);
        Ok(json!({}))
    }

    /// Takes an order into a person's app by a frame of its QR code.
    pub(crate) fn scan(&mut self, person: &Swede, frame: &str, now_ms: u64) -> Result<OrderRef, PhoneFault> {
        self.age(now_ms);
        let frame = Frame::read(frame).ok_or(PhoneFault::NotAFrame)?;
        let order = self.outstanding(|order| order.tokens.qr_token == frame.token)?;
        if !frame.is_sealed_by(&order.tokens.qr_secret) {
            return Err(PhoneFault::ForgedFrame);
        }
        let second = order.second(now_ms);
        // The relying party counts from when the answer arrived, so it may be a moment behind, never ahead.
        if frame.second > second || second - frame.second > FRAME_AGE_S {
            return Err(PhoneFault::StaleFrame);
        }
        let reference = order.reference();
        self.take(&reference, person, Opening::Scanned, now_ms)
    }

    /// Takes an order into the app of the device that shows the page.
    pub(crate) fn open(
        &mut self,
        person: &Swede,
        auto_start: &str,
        now_ms: u64,
    ) -> Result<OrderRef, PhoneFault> {
        self.age(now_ms);
        let reference = self.outstanding(|order| order.tokens.auto_start == auto_start)?.reference();
        self.take(&reference, person, Opening::SameDevice, now_ms)
    }

    /// Opens the app of somebody who is on the phone with the relying party.
    pub(crate) fn answer_call(&mut self, person: &Swede, now_ms: u64) -> Result<OrderRef, PhoneFault> {
        self.age(now_ms);
        let reference =
            self.outstanding(|order| order.ask.caller.as_ref() == Some(&person.number))?.reference();
        self.take(&reference, person, Opening::Called, now_ms)
    }

    /// The app has found the person's BankID and shows the order.
    pub(crate) fn show(&mut self, reference: &OrderRef, now_ms: u64) -> Result<(), PhoneFault> {
        self.age(now_ms);
        let order = self.0.get_mut(reference).ok_or(PhoneFault::NoSuchOrder)?;
        match &order.stage {
            Stage::Started(person, opening) => order.stage = Stage::Signing(person.clone(), *opening),
            Stage::Signing(..) => {}
            Stage::Outstanding | Stage::Ended(..) => return Err(PhoneFault::NoSuchOrder),
        }
        Ok(())
    }

    /// The person enters the security code. Tells where the app sends the browser, if it was started from it.
    pub(crate) fn approve(
        &mut self,
        reference: &OrderRef,
        signer: &Signer,
        now_ms: u64,
    ) -> Result<Option<String>, PhoneFault> {
        self.show(reference, now_ms)?;
        let order = self.0.get_mut(reference).ok_or(PhoneFault::NoSuchOrder)?;
        let Stage::Signing(person, opening) = &order.stage else { return Err(PhoneFault::NoSuchOrder) };
        let (person, opening) = (person.clone(), *opening);
        if order.ask.requirement.risk.is_some_and(|limit| !limit.admits(person.risk)) {
            order.fail("transactionRiskBlocked", now_ms);
            return Err(PhoneFault::TooRisky);
        }
        let data = signer.complete(order, &person, now_ms).map_err(|_| PhoneFault::Broken)?;
        order.stage = Stage::Ended(Outcome::Complete(data), now_ms);
        Ok(order.ask.return_url.clone().filter(|_| opening == Opening::SameDevice))
    }

    /// The person presses "cancel", or says that there was no such call.
    pub(crate) fn decline(&mut self, reference: &OrderRef, now_ms: u64) -> Result<(), PhoneFault> {
        self.age(now_ms);
        let order = self.0.get_mut(reference).ok_or(PhoneFault::NoSuchOrder)?;
        let hint = match &order.stage {
            Stage::Started(_, Opening::Called) => "userDeclinedCall",
            Stage::Started(..) | Stage::Signing(..) => "userCancel",
            Stage::Outstanding | Stage::Ended(..) => return Err(PhoneFault::NoSuchOrder),
        };
        order.fail(hint, now_ms);
        Ok(())
    }

    /// The orders that are under way, oldest first.
    pub(crate) fn live(&mut self, now_ms: u64) -> Vec<&Order> {
        self.age(now_ms);
        let mut live: Vec<_> = self.0.values().filter(|order| order.is_live()).collect();
        live.sort_by_key(|order| order.made_ms);
        live
    }

    fn age(&mut self, now_ms: u64) {
        self.0.values_mut().for_each(|order| order.age(now_ms));
        self.0.retain(|_, order| !order.is_forgotten(now_ms));
    }

    fn outstanding(&self, fits: impl Fn(&Order) -> bool) -> Result<&Order, PhoneFault> {
        self.0.values().find(|order| order.is_outstanding() && fits(order)).ok_or(PhoneFault::NoSuchOrder)
    }

    fn take(
        &mut self,
        reference: &OrderRef,
        person: &Swede,
        opening: Opening,
        now_ms: u64,
    ) -> Result<OrderRef, PhoneFault> {
        let other = |order: &Order| order.is_live() && order.holder() == Some(&person.number);
        if self.0.iter().any(|(name, order)| name != reference && other(order)) {
            self.cancel_live(&person.number, now_ms);
            self.fail(reference, "cancelled", now_ms);
            return Err(PhoneFault::AlreadyInProgress);
        }
        let order = self.0.get_mut(reference).ok_or(PhoneFault::NoSuchOrder)?;
        if order.holder().is_some_and(|number| number != person.number) {
            // Only that the order fails is published, not by which hint.
            order.fail("cancelled", now_ms);
            return Err(PhoneFault::WrongPerson);
        }
        let policies = &order.ask.requirement.policies;
        if !policies.is_empty() && !policies.iter().any(|policy| policy_covers(policy, MOBILE_POLICY)) {
            order.fail("certificateErr", now_ms);
            return Err(PhoneFault::WrongBankId);
        }
        order.stage = Stage::Started(person.clone(), opening);
        Ok(reference.clone())
    }

    fn fail(&mut self, reference: &OrderRef, hint: &'static str, now_ms: u64) {
        if let Some(order) = self.0.get_mut(reference) {
            order.fail(hint, now_ms);
        }
    }

    /// Ends every live order of that person; tells whether there was one.
    fn cancel_live(&mut self, number: &str, now_ms: u64) -> bool {
        let mut found = false;
        for order in self.0.values_mut().filter(|order| order.is_live() && order.holder() == Some(number)) {
            order.fail("cancelled", now_ms);
            found = true;
        }
        found
    }
}

fn no_such_order() -> Fault {
    Fault::invalid("No such order")
}

fn tokens() -> Result<Tokens, aws_lc_rs::error::Unspecified> {
    Ok(Tokens {
        reference: random::uuid()?,
        auto_start: random::uuid()?,
        qr_token: random::uuid()?,
        qr_secret: random::uuid()?,
    })
}
