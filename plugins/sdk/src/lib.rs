//! What a Kuvert plugin is written with: the contract as Rust types, the host's powers, and small conveniences.
//!
//! A plugin implements [`IdentityProvider`] and names itself with [`export_identity!`]. It deliberately gets no
//! clock, no files, no sockets and no memory between two calls: what it must know next time goes into its state.
//!
//! The only `unsafe` code is what the binding generator writes for [`bindings`].

pub mod answer;
pub mod browser;
pub mod encode;
pub mod json;
mod panic;

#[expect(
    missing_docs,
    clippy::pedantic,
    reason = "generated from plugins/wit, which holds the documentation"
)]
pub mod bindings {
    //! The contract, generated from `plugins/wit`.
    wit_bindgen::generate!({
        path: ["../wit/common", "../wit/host", "../wit/identity"],
        world: "kuvert:identity/identity-provider",
        generate_all,
        pub_export_macro: true,
        default_bindings_module: "kuvert_plugin_sdk::bindings",
        export_macro_name: "export_bindings",
        additional_derives: [PartialEq],
    });
}

#[doc(hidden)]
pub use panic::report as report_panics;

pub use bindings::exports::kuvert::identity::provider::{
    BeginArgs, Check, Claim, Client, Display, Event, Failure, Info, State, Step, Wait,
};
pub use bindings::kuvert::{
    common::types::{CallContext, Fault, Location, MessageRef, Pair, Pointer},
    host::{crypto, http, log, oidc, settings, text, token},
};

/// What a plugin does. Every call starts with an empty memory; everything that must last is in `state`.
pub trait IdentityProvider {
    /// What the plugin is; must agree with its manifest.
    fn describe() -> Info;

    /// Asks the provider whether everything is well; never logs anybody in.
    fn probe(ctx: CallContext) -> Vec<Check>;

    /// Begins a login.
    fn begin(ctx: CallContext, args: BeginArgs) -> Result<(State, Step), Fault>;

    /// Moves a login on.
    fn advance(ctx: CallContext, state: State, event: Event) -> Result<(State, Step), Fault>;

    /// Draws a frame from nothing but the state and the time. Called once a second.
    fn render(state: State, now_ms: u64) -> Display;

    /// Tells the provider that the person went away.
    fn cancel(ctx: CallContext, state: State) -> Result<(), Fault>;

    /// Where to send the person to end the provider's own session, if anywhere.
    fn end_session(_ctx: CallContext, _state: State) -> Result<Option<Location>, Fault> {
        Ok(None)
    }
}

/// Exports a type that implements [`IdentityProvider`] as the component's `provider`.
#[macro_export]
macro_rules! export_identity {
    ($plugin:ty) => {
        const _: () = {
            use $crate::{
                BeginArgs, CallContext, Check, Display, Event, Fault, IdentityProvider, Info, Location,
                State, Step,
            };

            struct Component;

            impl $crate::bindings::exports::kuvert::identity::provider::Guest for Component {
                fn describe() -> Info {
                    $crate::report_panics();
                    <$plugin as IdentityProvider>::describe()
                }
                fn probe(ctx: CallContext) -> Vec<Check> {
                    $crate::report_panics();
                    <$plugin as IdentityProvider>::probe(ctx)
                }
                fn begin(ctx: CallContext, args: BeginArgs) -> Result<(State, Step), Fault> {
                    $crate::report_panics();
                    <$plugin as IdentityProvider>::begin(ctx, args)
                }
                fn advance(ctx: CallContext, state: State, event: Event) -> Result<(State, Step), Fault> {
                    $crate::report_panics();
                    <$plugin as IdentityProvider>::advance(ctx, state, event)
                }
                fn render(state: State, now_ms: u64) -> Display {
                    $crate::report_panics();
                    <$plugin as IdentityProvider>::render(state, now_ms)
                }
                fn cancel(ctx: CallContext, state: State) -> Result<(), Fault> {
                    $crate::report_panics();
                    <$plugin as IdentityProvider>::cancel(ctx, state)
                }
                fn end_session(ctx: CallContext, state: State) -> Result<Option<Location>, Fault> {
                    $crate::report_panics();
                    <$plugin as IdentityProvider>::end_session(ctx, state)
                }
            }

    $crate::bindings::export_bindings!(Component with_types_in $crate::bindings);
        };
    };
}
