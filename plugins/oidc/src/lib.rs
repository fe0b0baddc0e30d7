//! OpenID Connect by redirect: the municipality's own directory for staff, a broker for MitID, or Freja's own provider.
//!
//! The host keeps everything that a login stands on: state, nonce, PKCE, keys, tokens and their checks. What is left
//! here is what to ask for, where in the answer each particular lies, and what to tell the person.

#![forbid(unsafe_code)]

mod answers;
mod claims;
mod dialect;
mod wishes;

use dialect::Dialect;
use kuvert_plugin_sdk::{
    BeginArgs, CallContext, Check, Display, Event, Fault, IdentityProvider, Info, Location, State, Step,
    answer::{message, nonsense},
    json::{self, Document, json},
    oidc,
};

struct Oidc;

kuvert_plugin_sdk::export_identity!(Oidc);

impl IdentityProvider for Oidc {
    fn describe() -> Info {
        let list = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        Info {
            id: "oidc".to_owned(),
            audiences: list(&["resident", "staff"]),
            flows: list(&["redirect"]),
            levels: list(&["low", "substantial", "high"]),
            endpoints: list(&["provider"]),
            settings_schema: list(&[
                "claims",
                "scope",
                "prompt",
                "acr-values",
                "language-parameter",
                "guests",
            ]),
        }
    }

    /// Preparing a redirect reads the provider's discovery document and, where requests are pushed, proves us to it: all
    /// that can be asked without a person.
    fn probe(ctx: CallContext) -> Vec<Check> {
        let outcome = oidc::authorize_url(&wishes::params(Dialect::of_this_binding(), &ctx, "low"));
        let detail = outcome.as_ref().err().map(|fault| format!("{}: {}", fault.code, fault.detail));
        vec![Check {
            name: "discovery".to_owned(),
            ok: outcome.is_ok(),
            detail: detail.unwrap_or_default(),
            expires_ms: None,
        }]
    }

    fn begin(ctx: CallContext, args: BeginArgs) -> Result<(State, Step), Fault> {
        redirect(&ctx, &args.min_level)
    }

    fn advance(ctx: CallContext, state: State, event: Event) -> Result<(State, Step), Fault> {
        let document = Document::parse(&state).ok_or_else(|| nonsense("this login has not begun"))?;
        let min_level = document.text("/min").unwrap_or("high").to_owned();
        match event {
            Event::Callback(params) => {
                let step = match oidc::exchange(&params) {
                    Ok(tokens) => claims::read(Dialect::of_this_binding(), &tokens, &min_level),
                    Err(fault) => answers::failed_exchange(&fault),
                };
                Ok((state, step))
            }
            Event::Restart => redirect(&ctx, &min_level),
            Event::Poll | Event::Returned => Err(nonsense("a redirect ends with a callback")),
        }
    }

    fn render(_state: State, _now_ms: u64) -> Display {
        Display { qr: None, app_link: None, message: message("in-progress"), next_frame_ms: 0 }
    }

    /// The provider is not told: it has its own way of ending what nobody comes back from.
    fn cancel(_ctx: CallContext, _state: State) -> Result<(), Fault> {
        Ok(())
    }

    fn end_session(ctx: CallContext, _state: State) -> Result<Option<Location>, Fault> {
        oidc::end_session_url(&[wishes::language_param(Dialect::of_this_binding(), &ctx)])
    }
}

fn redirect(ctx: &CallContext, min_level: &str) -> Result<(State, Step), Fault> {
    let state = json::bytes(&json!({ "min": min_level }));
    match oidc::authorize_url(&wishes::params(Dialect::of_this_binding(), ctx, min_level)) {
        Ok(location) => Ok((state, Step::Redirect(location))),
        // A pushed request that the provider refuses.
        Err(fault) if fault.code.starts_with("provider:") => Ok((state, answers::failed_exchange(&fault))),
        Err(fault) => Err(fault),
    }
}
