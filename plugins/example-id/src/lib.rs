//! Example ID: a person scans a code or opens an app, approves, and is who she is.
//!
//! The provider is invented (its protocol is in README.md), the plugin is whole: `cargo xtask plugin new` begins every
//! new plugin with it. It holds no address, session or identity number; what the provider says about a person is only
//! pointed at.

#![forbid(unsafe_code)]

mod api;
mod order;

use kuvert_plugin_sdk::{
    BeginArgs, CallContext, Check, Claim, Display, Event, Fault, IdentityProvider, Info, MessageRef, State,
    Step, Wait,
    answer::{failed, message, nonsense, pair, pointer},
};

use crate::{
    api::{Refusal, Status},
    order::Order,
};

/// How often the provider wants to be asked.
const POLL_AFTER_MS: u32 = 2_000;

struct Provider;

kuvert_plugin_sdk::export_identity!(Provider);

impl IdentityProvider for Provider {
    /// Must agree with manifest.toml.
    fn describe() -> Info {
        let list = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        Info {
            id: "example-id".to_owned(),
            audiences: list(&["resident", "staff"]),
            flows: list(&["wait"]),
            levels: list(&["substantial"]),
            endpoints: list(&["api"]),
            settings_schema: list(&["app"]),
        }
    }

    fn probe(_ctx: CallContext) -> Vec<Check> {
        vec![api::probe()]
    }

    fn begin(ctx: CallContext, args: BeginArgs) -> Result<(State, Step), Fault> {
        let wishes = api::wishes(&args);
        match api::start(&wishes)? {
            Ok(started) => Ok(waiting(&Order::new(started, wishes, &args.client, ctx.now_ms))),
            Err(refusal) => Ok((State::new(), refused(&refusal))),
        }
    }

    fn advance(ctx: CallContext, state: State, event: Event) -> Result<(State, Step), Fault> {
        let mut order = Order::read(&state)?;
        let over = match event {
            Event::Poll | Event::Returned => false,
            Event::Restart => true,
            Event::Callback(_) => return Err(nonsense("Example ID sends nobody back with parameters")),
        };
        let answer = match api::status(&order.reference)? {
            Ok(answer) => answer,
            Err(refusal) => return Ok((state, refused(&refusal))),
        };
        match answer.status {
            Status::Complete => Ok((state, Step::Done(claim(answer.evidence)))),
            Status::Failed => Ok((state, unhappy(&answer.reason))),
            Status::Pending if over && !order.same_device => again(&order, ctx.now_ms),
            Status::Pending | Status::Opened if over => Ok((state, unhappy("expired"))),
            Status::Opened => {
                order.opened = true;
                Ok(waiting(&order))
            }
            Status::Pending => Ok(waiting(&order)),
        }
    }

    fn render(state: State, _now_ms: u64) -> Display {
        match Order::read(&state) {
            Ok(order) => display(&order),
            Err(_) => Display { qr: None, app_link: None, message: message("in-progress"), next_frame_ms: 0 },
        }
    }

    fn cancel(_ctx: CallContext, state: State) -> Result<(), Fault> {
        api::cancel(&Order::read(&state)?.reference)
    }
}

/// The order's time is over and nobody took it up: another one, so that the code on the page goes on living.
fn again(order: &Order, now_ms: u64) -> Result<(State, Step), Fault> {
    match api::start(&order.wishes)? {
        Ok(started) => Ok(waiting(&order.followed_by(started, now_ms))),
        Err(refusal) => Ok((order.write(), refused(&refusal))),
    }
}

/// Where the host finds who it is. Every place must be citable in the trust profile.
fn claim(evidence: u32) -> Claim {
    let at = |path| Some(pointer(evidence, path));
    Claim {
        number: at("/person/number"),
        name: at("/person/name"),
        organisation: None,
        level: None,
        subject: None,
        groups: None,
    }
}

fn waiting(order: &Order) -> (State, Step) {
    let wait =
        Wait { display: display(order), poll_after_ms: POLL_AFTER_MS, expires_at_ms: order.expires_at_ms };
    (order.write(), Step::Wait(wait))
}

/// A code for the phone, or a link for an app on this very device; neither once the app has the order.
fn display(order: &Order) -> Display {
    let text = if order.opened {
        MessageRef { key: "approve".to_owned(), args: vec![pair("domain", &order.domain)] }
    } else if order.same_device {
        message("open-app")
    } else {
        message("scan")
    };
    Display {
        qr: (!order.opened && !order.same_device).then(|| format!("example-id:{}", order.code)),
        app_link: (!order.opened && order.same_device)
            .then(|| format!("example-id://open?token={}", order.code)),
        message: text,
        next_frame_ms: 0,
    }
}

/// An ordinary end without a login. What the provider may say tomorrow still gets a text.
fn unhappy(reason: &str) -> Step {
    match reason {
        "cancelled" => failed("cancelled", "you-cancelled", reason, true),
        "expired" => failed("expired", "too-late", reason, true),
        _ => failed("protocol", "try-again", reason, true),
    }
}

/// The provider does not do what it was asked to.
fn refused(refusal: &Refusal) -> Step {
    match refusal.status {
        429 | 500..=599 => failed("provider-down", "try-again", &refusal.code, true),
        _ => failed("config", "out-of-order", &refusal.code, false),
    }
}
