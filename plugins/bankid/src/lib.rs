//! Swedish BankID, relying-party API v6.0: animated QR code, or the app on the same device.
//!
//! It deliberately knows no address, certificate, session or identity number: those are the host's. What BankID
//! answered about a person is only pointed at. Protocol: <https://developers.bankid.com/api-references/auth--sign>.

#![forbid(unsafe_code)]

mod api;
mod hints;
mod launch;
mod order;
mod qr;

use kuvert_plugin_sdk::{
    BeginArgs, CallContext, Check, Claim, Display, Event, Fault, IdentityProvider, Info, State, Step, Wait,
    answer::{failed, message, nonsense, pointer},
};

use crate::{
    api::{Collected, Refusal},
    order::Order,
};

/// BankID asks for a collect every two seconds, not more often.
const POLL_AFTER_MS: u32 = 2_000;
/// A new QR code each second.
const FRAME_MS: u32 = 1_000;

struct BankId;

kuvert_plugin_sdk::export_identity!(BankId);

impl IdentityProvider for BankId {
    fn describe() -> Info {
        let list = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        Info {
            id: "bankid".to_owned(),
            audiences: list(&["resident"]),
            flows: list(&["wait"]),
            levels: list(&["substantial"]),
            endpoints: list(&["api"]),
            settings_schema: list(&["max-risk", "certificate-policies", "pin-code"]),
        }
    }

    fn probe(_ctx: CallContext) -> Vec<Check> {
        vec![api::probe()]
    }

    fn begin(ctx: CallContext, args: BeginArgs) -> Result<(State, Step), Fault> {
        let request = api::auth_request(&ctx, &args);
        match api::auth(&request)? {
            Ok(started) => Ok(waiting(&Order::new(started, request, &args.client), ctx.now_ms)),
            Err(refusal) => Ok((State::new(), refused(&refusal))),
        }
    }

    fn advance(ctx: CallContext, state: State, event: Event) -> Result<(State, Step), Fault> {
        let order = Order::read(&state)?;
        match event {
            Event::Poll | Event::Returned if order.is_over() => restart(order, ctx.now_ms),
            Event::Poll | Event::Returned => collect(order, ctx.now_ms),
            Event::Restart => renew(order, ctx.now_ms),
            Event::Callback(_) => Err(nonsense("BankID sends nobody back with parameters")),
        }
    }

    fn render(state: State, now_ms: u64) -> Display {
        match Order::read(&state) {
            Ok(order) => display(&order, now_ms),
            Err(_) => Display { qr: None, app_link: None, message: message("in-progress"), next_frame_ms: 0 },
        }
    }

    fn cancel(_ctx: CallContext, state: State) -> Result<(), Fault> {
        // An order that is over cannot be cancelled; that is as good.
        api::cancel(Order::read(&state)?.reference())
    }
}

/// Asks how the order stands. An order that nobody took up is replaced, so that the code or link goes on living.
fn collect(mut order: Order, now_ms: u64) -> Result<(State, Step), Fault> {
    match api::collect(order.reference())? {
        Ok(Collected::Complete { evidence }) => Ok((order.write(), Step::Done(claim(evidence)))),
        Ok(Collected::Pending { hint }) => {
            order.heard(hint);
            Ok(waiting(&order, now_ms))
        }
        Ok(Collected::Failed { hint }) if order.may_restart(&hint) => restart(order, now_ms),
        Ok(Collected::Failed { hint }) => {
            let (class, key, retryable) = hints::failed(&hint, order.same_device());
            Ok((order.write(), failed(class, key, &hint, retryable)))
        }
        Err(refusal) if refusal.passes() && !order.strike() => Ok(waiting(&order, now_ms)),
        Err(refusal) => Ok((order.write(), refused(&refusal))),
    }
}

/// The order's time is over. What came of it counts first; only one that nobody took up is given up for another.
fn renew(order: Order, now_ms: u64) -> Result<(State, Step), Fault> {
    if order.is_over() {
        return restart(order, now_ms);
    }
    let (state, step) = collect(order, now_ms)?;
    let order = Order::read(&state)?;
    let waits = matches!(step, Step::Wait(_));
    if waits && order.is_untouched() && order.expires_at_ms() <= now_ms {
        // It may end at this very moment; a refusal changes nothing.
        let _ = api::cancel(order.reference());
        return restart(order, now_ms);
    }
    Ok((state, step))
}

/// Begins the order's successor, or waits for a better moment to do so.
fn restart(mut order: Order, now_ms: u64) -> Result<(State, Step), Fault> {
    match api::auth(order.request())? {
        Ok(started) => Ok(waiting(&order.replaced_by(started), now_ms)),
        Err(refusal) if refusal.passes() && !order.strike() => Ok(waiting(&order.over(), now_ms)),
        Err(refusal) => Ok((order.write(), refused(&refusal))),
    }
}

/// Where BankID says who it was.
fn claim(evidence: u32) -> Claim {
    let at = |path| Some(pointer(evidence, path));
    Claim {
        number: at("/completionData/user/personalNumber"),
        name: at("/completionData/user/name"),
        organisation: None,
        level: None,
        subject: None,
        groups: None,
    }
}

fn waiting(order: &Order, now_ms: u64) -> (State, Step) {
    let wait = Wait {
        display: display(order, now_ms),
        poll_after_ms: POLL_AFTER_MS,
        expires_at_ms: order.expires_at_ms(),
    };
    (order.write(), Step::Wait(wait))
}

/// A code or a link is shown only while nobody has taken the order up.
fn display(order: &Order, now_ms: u64) -> Display {
    let scan = order.is_untouched() && !order.same_device();
    let open = order.is_untouched() && order.same_device();
    Display {
        qr: scan.then(|| qr::frame(order.started(), now_ms)),
        app_link: open.then(|| launch::link(order)),
        message: message(order.text()),
        next_frame_ms: if scan { FRAME_MS } else { POLL_AFTER_MS },
    }
}

fn refused(refusal: &Refusal) -> Step {
    let (class, key, retryable) = hints::refused(refusal.status, &refusal.code);
    failed(class, key, &refusal.code, retryable)
}
