//! Freja eID+, REST authentication service 1.0: QR code, or the app on the same device.
//!
//! It deliberately knows no address, certificate, session or identity number: those are the host's. What Freja answered
//! about a person is only pointed at, and only in the token that the host has verified, never in the JSON around it.
//! Protocol: <https://frejaeid.atlassian.net/wiki/spaces/DOC/pages/2162802>. Not used: requests that name a person
//! beforehand, results of other authentications (`getResults`), organisation identities, Freja's own device cookie.

#![forbid(unsafe_code)]

mod api;
mod links;
mod order;
mod result;
mod texts;

use kuvert_plugin_sdk::{
    BeginArgs, CallContext, Check, Display, Event, Fault, IdentityProvider, Info, State, Step, Wait,
    answer::{failed, message, nonsense},
};

use crate::{
    api::{Refusal, Standing},
    order::Order,
};

/// What Freja's own client does; more often than once a second is not allowed.
const POLL_AFTER_MS: u32 = 3_000;
/// A new QR code each second, where it changes.
const FRAME_MS: u32 = 1_000;

struct Freja;

kuvert_plugin_sdk::export_identity!(Freja);

impl IdentityProvider for Freja {
    fn describe() -> Info {
        let list = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        Info {
            id: "freja".to_owned(),
            audiences: list(&["resident"]),
            flows: list(&["wait"]),
            levels: list(&["substantial"]),
            endpoints: list(&["api"]),
            settings_schema: list(&["qr", "environment", "relying-party-id"]),
        }
    }

    fn probe(_ctx: CallContext) -> Vec<Check> {
        vec![api::probe()]
    }

    fn begin(ctx: CallContext, args: BeginArgs) -> Result<(State, Step), Fault> {
        let dynamic = !args.client.same_device && links::dynamic();
        match api::init(dynamic)? {
            Ok(started) => {
                let way_back = args.return_url.as_deref();
                Ok(waiting(&Order::new(started, &args.client, way_back), ctx.now_ms))
            }
            Err(refusal) => Ok((State::new(), refused(&refusal))),
        }
    }

    fn advance(ctx: CallContext, state: State, event: Event) -> Result<(State, Step), Fault> {
        let order = Order::read(&state)?;
        match event {
            Event::Poll | Event::Returned if order.is_over() => restart(order, ctx.now_ms),
            Event::Poll | Event::Returned => look(order, ctx.now_ms),
            Event::Restart => renew(order, ctx.now_ms),
            Event::Callback(_) => Err(nonsense("Freja sends nobody back with parameters")),
        }
    }

    fn render(state: State, now_ms: u64) -> Display {
        match Order::read(&state) {
            Ok(order) => display(&order, now_ms),
            Err(_) => Display { qr: None, app_link: None, message: message("in-progress"), next_frame_ms: 0 },
        }
    }

    fn cancel(_ctx: CallContext, state: State) -> Result<(), Fault> {
        // One that is over cannot be cancelled; that is as good.
        api::cancel(Order::read(&state)?.reference())
    }
}

/// Asks how the authentication stands. One that nobody took up is replaced, so that the code or link goes on living.
fn look(mut order: Order, now_ms: u64) -> Result<(State, Step), Fault> {
    match api::one_result(order.reference())? {
        Ok(Standing::Approved { details }) => Ok((order.write(), result::judge(&details))),
        Ok(Standing::Pending { status }) => {
            order.heard(status);
            Ok(waiting(&order, now_ms))
        }
        Ok(Standing::Ended { status }) if order.may_restart(&status) => restart(order, now_ms),
        Ok(Standing::Ended { status }) => {
            let (class, key, retryable) = texts::ended(&status);
            Ok((order.write(), failed(class, key, &status, retryable)))
        }
        Err(refusal) if refusal.passes() && !order.strike() => Ok(waiting(&order, now_ms)),
        Err(refusal) => Ok((order.write(), refused(&refusal))),
    }
}

/// Its time is over. What came of it counts first; only one that nobody took up is given up for another.
fn renew(order: Order, now_ms: u64) -> Result<(State, Step), Fault> {
    if order.is_over() {
        return restart(order, now_ms);
    }
    let (state, step) = look(order, now_ms)?;
    let order = Order::read(&state)?;
    if matches!(step, Step::Wait(_)) && order.untouched() && order.expires_at_ms() <= now_ms {
        // It may end at this very moment; a refusal changes nothing.
        let _ = api::cancel(order.reference());
        return restart(order, now_ms);
    }
    Ok((state, step))
}

/// Begins its successor, or waits for a better moment to do so.
fn restart(mut order: Order, now_ms: u64) -> Result<(State, Step), Fault> {
    match api::init(order.is_dynamic())? {
        Ok(started) => Ok(waiting(&order.replaced_by(started), now_ms)),
        Err(refusal) if refusal.passes() && !order.strike() => Ok(waiting(&order.over(), now_ms)),
        Err(refusal) => Ok((order.write(), refused(&refusal))),
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

/// Code and link are shown only while nobody has taken the authentication up.
fn display(order: &Order, now_ms: u64) -> Display {
    let scan = order.untouched() && !order.same_device();
    let open = order.untouched() && order.same_device();
    Display {
        qr: scan.then(|| links::code(order.started(), now_ms)),
        app_link: open.then(|| links::app(order.started(), order.way_back())),
        message: message(order.text()),
        next_frame_ms: if scan && order.is_dynamic() { FRAME_MS } else { POLL_AFTER_MS },
    }
}

fn refused(refusal: &Refusal) -> Step {
    let (class, key, retryable) = texts::refused(refusal.status, refusal.code);
    failed(class, key, &refusal.to_code(), retryable)
}
