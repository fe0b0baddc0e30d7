//! The contract of `plugins/wit` as Rust, and the domain's words in the plugin's.
//!
//! Nothing is decided here; what comes back from a guest is judged in `judge`. The generated glue is the only code of
//! this room that nobody wrote by hand.

use kuvert_domain::directory::Audience;
use wasmtime::component::{HasSelf, Linker};

use crate::{BeginArgs, Client, Context, Event, host::Host};

pub(crate) use generated::{
    IdentityProvider, IdentityProviderPre,
    exports::kuvert::identity::provider,
    kuvert::{
        common::types as powers_types,
        common::types::{CallContext, Fault as GuestFault, Location, MessageRef, Pair, Pointer},
        host as powers,
    },
};

mod generated {
    //! Generated from `plugins/wit`, which holds the documentation.
    wasmtime::component::bindgen!({
        path: ["../../plugins/wit/common", "../../plugins/wit/host", "../../plugins/wit/identity"],
        world: "kuvert:identity/identity-provider",
        imports: {
            "kuvert:host/http@0.1.0.send": async | trappable,
            "kuvert:host/oidc@0.1.0.authorize-url": async | trappable,
            "kuvert:host/oidc@0.1.0.exchange": async | trappable,
            "kuvert:host/oidc@0.1.0.end-session-url": async | trappable,
            "kuvert:host/token@0.1.0.verify": async | trappable,
            default: trappable,
        },
        exports: { default: async },
    });
}

/// Everything that a guest can import.
pub(crate) fn link(linker: &mut Linker<Host>) -> wasmtime::Result<()> {
    IdentityProvider::add_to_linker::<_, HasSelf<Host>>(linker, |host| host)
}

/// BankID and others take no more, and nobody needs more.
const USER_AGENT_BYTES: usize = 256;

pub(crate) fn context(context: &Context, municipality: &str, now_ms: u64) -> CallContext {
    CallContext {
        municipality: municipality.to_owned(),
        locale: context.language.tag().to_owned(),
        now_ms,
        correlation: context.correlation.clone(),
    }
}

pub(crate) fn begin_args(args: &BeginArgs, flow: &str) -> provider::BeginArgs {
    provider::BeginArgs {
        transaction: args.transaction.clone(),
        flow: flow.to_owned(),
        audience: audience(args.audience).to_owned(),
        min_level: args.min_level.name().to_owned(),
        client: client(&args.client),
        return_url: args.return_url.clone(),
    }
}

pub(crate) fn event(event: Event) -> provider::Event {
    match event {
        Event::Poll => provider::Event::Poll,
        Event::Returned => provider::Event::Returned,
        Event::Restart => provider::Event::Restart,
        Event::Callback(params) => {
            provider::Event::Callback(params.into_iter().map(|(name, value)| Pair { name, value }).collect())
        }
    }
}

fn client(client: &Client) -> provider::Client {
    let mut user_agent = client.user_agent.clone();
    while user_agent.len() > USER_AGENT_BYTES {
        user_agent.pop();
    }
    provider::Client {
        ip: client.ip.to_canonical().to_string(),
        user_agent,
        device_id: client.device_id.clone(),
        domain: client.domain.clone(),
        same_device: client.same_device,
    }
}

const fn audience(audience: Audience) -> &'static str {
    match audience {
        Audience::Resident => "resident",
        Audience::Staff => "staff",
    }
}
