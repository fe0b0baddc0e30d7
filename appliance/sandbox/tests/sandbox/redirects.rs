//! Hostile guests that would like to send people somewhere else, or with something else, than the host prepared.
//!
//! Which parameters a guest may ask for at all is tested with the plugin; here it asks rightly and then lies.

use kuvert_domain::secret::Secret;
use kuvert_sandbox::{
    AddressPolicy, ClientAuthentication, EndpointBinding, Fault, FaultCode, OidcClient, PushedRequests, Step,
};
use kuvert_simulators::{
    openid::{Client, OpenId, OpenIdSettings},
    people,
};

use crate::guest::{Guest, Memory, bundle, component};
use crate::world::{TestClock, World, args, binding, context};

const BACK: &str = "https://granby.localhost/login/callback/staff";
/// Asks the host for an address, with the pair that [`asking`] lays into memory.
const ASK: &str = "(call $authorize (i32.const 1184) (i32.const 1) (i32.const 2048))";
/// Returns the address that the host gave.
const OBEY: &str = "(memory.copy (i32.const 1048) (i32.const 2052) (i32.const 24))";

/// A redirect, and a wish for an id token.
fn asking() -> Memory {
    Memory::step(0).text(160, "scope").text(168, "openid")
}

/// A redirect to the right door with one parameter of the guest's own.
fn with_own(name: &str, value: &str) -> Memory {
    let place = 1024 + 176;
    asking()
        .text(24, "api")
        .text(32, "/authorize")
        .text(176, name)
        .text(184, value)
        .number(40, place)
        .number(44, 1)
}

/// What comes of a guest whose `begin` has this body, bound to an honest provider.
async fn outcome(body: &str, memory: &Memory) -> Result<Step, Fault> {
    let (_openid, world) = bound(&component(body, memory)).await;
    world.sandbox.begin("granby/hostile", &args(), &context()).await.map(|turn| turn.step)
}

/// A guest and its honest provider.
async fn bound(guest: &[u8]) -> (OpenId, World) {
    let clock = TestClock::new();
    let clients = vec![Client::staff("desk", "s3cret", &[BACK])];
    let settings = OpenIdSettings {
        port: 0,
        clock: clock.0.sim(),
        clients,
        staff: people::staff(),
        danes: people::danish(),
    };
    let openid = OpenId::start(settings).await.unwrap();
    let endpoint = EndpointBinding {
        url: openid.issuer().to_owned(),
        ca_pem: Some(openid.ca_pem()),
        client_identity: None,
        private_network: false,
    };
    let mut binding = binding("granby/hostile", "hostile", "staff-oidc", vec![("api", endpoint)]);
    binding.oidc = Some(OidcClient {
        endpoint: "api".to_owned(),
        issuer: openid.issuer().to_owned(),
        client_id: "desk".to_owned(),
        authentication: ClientAuthentication::Secret(Secret::new("s3cret".to_owned())),
        redirect_uri: BACK.to_owned(),
        pushed: PushedRequests::WhenOffered,
        second_factor: None,
        logged_out_uri: None,
    });
    let plugins = tempfile::tempdir().unwrap();
    bundle(plugins.path(), "hostile", guest);
    let world = World::open_folder(&clock, vec![binding], plugins.path(), AddressPolicy::PublicAndLoopback);
    (openid, world)
}

#[tokio::test]
async fn the_address_that_the_host_prepared_is_the_only_one() {
    let Ok(Step::Redirect(url)) = outcome(&format!("{ASK} {OBEY}"), &asking()).await else {
        panic!("an honest guest of the same make is let through")
    };
    assert!(url.contains("/authorize?response_type=code&client_id=desk&"), "{url}");
    for (case, body, memory) in [
        ("without asking", "", with_own("scope", "openid")),
        ("without parameters", ASK, asking().text(24, "api").text(32, "/authorize")),
        ("with its own way back", ASK, with_own("redirect_uri", "https://evil.example/")),
        ("with a request of its own", ASK, with_own("request_uri", "https://evil.example/request")),
        ("to another door of the provider", ASK, asking().text(24, "api").text(32, "/logout")),
    ] {
        let fault = outcome(body, &memory).await.unwrap_err();
        assert_eq!(fault.code, FaultCode::Denied, "{case}");
    }
}

#[tokio::test]
async fn what_the_host_keeps_to_itself_cannot_be_asked_for() {
    for name in [
        "state",
        "nonce",
        "redirect_uri",
        "code_challenge",
        "client_id",
        "request_uri",
        "response_mode",
        "max_age",
    ] {
        let memory = Memory::step(0).text(160, "scope").text(168, "openid").text(176, name).text(184, "x");
        let body = "(call $authorize (i32.const 1184) (i32.const 2) (i32.const 2048))";
        let fault = outcome(&format!("{body} {OBEY}"), &memory).await.unwrap_err();
        assert_eq!(fault.code, FaultCode::Denied, "{name}");
    }
}

#[tokio::test]
async fn the_end_of_a_session_leads_nowhere_that_the_host_did_not_prepare() {
    // `ok(some(location))`, at the endpoint and the path that the shell knows.
    let elsewhere = "(i32.store8 (i32.const 1024) (i32.const 0)) (i32.store (i32.const 1028) (i32.const 1))
        (i32.store (i32.const 1032) (i32.const 60000)) (i32.store (i32.const 1036) (i32.const 3))
        (i32.store (i32.const 1040) (i32.const 60007)) (i32.store (i32.const 1044) (i32.const 13))
        (i32.store (i32.const 1052) (i32.const 0))";
    let nowhere = "(i32.store8 (i32.const 1024) (i32.const 0)) (i32.store (i32.const 1028) (i32.const 0))";
    for (case, body, denied) in [("elsewhere", elsewhere, true), ("nowhere", nowhere, false)] {
        let guest = Guest::of(asking()).does("begin", &format!("{ASK} {OBEY}")).does("end-session", body);
        let (_openid, world) = bound(&guest.wasm()).await;
        let begun = world.sandbox.begin("granby/hostile", &args(), &context()).await.unwrap();
        let end = world.sandbox.end_session("granby/hostile", &begun.transaction, &context()).await;
        let expected = if denied { Err(FaultCode::Denied) } else { Ok(None) };
        assert_eq!(end.map_err(|fault| fault.code), expected, "{case}");
    }
}
