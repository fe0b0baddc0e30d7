//! One OpenID provider and one way to sign in there, under limits of one's own.

use kuvert_domain::secret::Secret;
use kuvert_sandbox::{
    AddressPolicy, ClientAuthentication, EndpointBinding, Event, Limits, OidcClient, PushedRequests, Step,
};
use kuvert_simulators::{
    openid::{Client, OpenId, OpenIdSettings},
    people,
};

use crate::world::{TestClock, World, args, binding, built_plugins, context};

const BACK: &str = "https://granby.localhost/login/callback/staff";
const SECRET: &str = "cl1ent-s3cret-canary";

pub(crate) struct Provider {
    pub(crate) clock: TestClock,
    pub(crate) openid: OpenId,
    pub(crate) world: World,
}

impl Provider {
    pub(crate) async fn start(limits: Limits) -> Self {
        let clock = TestClock::new();
        let clients = vec![Client::staff("desk", SECRET, &[BACK])];
        let (staff, danes) = (people::staff(), people::danish());
        let settings = OpenIdSettings { port: 0, clock: clock.0.sim(), clients, staff, danes };
        let openid = OpenId::start(settings).await.unwrap();
        let endpoint = EndpointBinding {
            url: openid.issuer().to_owned(),
            ca_pem: Some(openid.ca_pem()),
            client_identity: None,
            private_network: false,
        };
        let mut binding = binding("granby/staff", "oidc", "staff-oidc", vec![("provider", endpoint)]);
        binding.oidc = Some(OidcClient {
            endpoint: "provider".to_owned(),
            issuer: openid.issuer().to_owned(),
            client_id: "desk".to_owned(),
            authentication: ClientAuthentication::Secret(Secret::new(SECRET.to_owned())),
            redirect_uri: BACK.to_owned(),
            pushed: PushedRequests::WhenOffered,
            second_factor: None,
            logged_out_uri: None,
        });
        let policy = AddressPolicy::PublicAndLoopback;
        let world = World::open_limited(&clock, vec![binding], &built_plugins(), policy, limits);
        Self { clock, openid, world }
    }

    /// A whole login: "through", or the code of what stood in its way.
    pub(crate) async fn sign_in(&self) -> &'static str {
        let sandbox = &self.world.sandbox;
        let turn = sandbox.begin("granby/staff", &args(), &context()).await.unwrap();
        let Step::Redirect(url) = &turn.step else { panic!("not a redirect: {:?}", turn.step) };
        let back = self.openid.sign_in(url, "bo").unwrap();
        let params =
            back.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned())).collect();
        let event = Event::Callback(params);
        match sandbox.advance("granby/staff", &turn.transaction, event, &context()).await {
            Ok(turn) => match turn.step {
                Step::Done(_) => "through",
                Step::Failed(failure) => failure.code.leak(),
                _ => "neither done nor failed",
            },
            Err(fault) => fault.code.name(),
        }
    }
}
