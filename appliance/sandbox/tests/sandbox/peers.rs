//! The plugins against servers that nobody here wrote; `tests/peers` says which and how they are started.
//!
//! A peer goes by the real clock, and so do these tests. What an honest peer must lead to is in [`brokers`],
//! [`directories`] and [`opinions`], how one leaves it in [`partings`]; what a lying one must not lead to in [`lies`].

mod brokers;
mod directories;
mod lies;
mod opinions;
mod partings;
mod visitor;

use std::time::SystemTime;

use kuvert_domain::secret::Secret;
use kuvert_sandbox::{
    Claim, ClientAuthentication, EndpointBinding, Event, Failure, Fault, OidcClient, PushedRequests, Step,
    Transaction, Turn,
};
use kuvert_simulators::{ca::Authority, clock::ManualClock, peer::Peer};
use serde_json::{Value, json};
use url::Url;

use crate::world::{TestClock, World, args, binding, context};

const BACK: &str = "https://granby.localhost/login/callback/staff";
const LOGGED_OUT: &str = "https://granby.localhost/logged-out";
const CLIENT: &str = "kuvert-desk";
const SECRET: &str = "a-secret-of-these-tests";
const BINDING: &str = "granby/peer";

/// A peer, and a sandbox with one binding that leads to it.
struct Meeting {
    peer: Peer,
    ca: String,
    clock: TestClock,
    world: World,
}

/// A certificate for `localhost`, in the words of the peers' scripts, with the root that it leads to.
fn certificate() -> (Value, String) {
    let authority = Authority::new("Peers").unwrap();
    let own = authority.server(&["localhost"]).unwrap();
    (json!({ "cert": own.cert_pem, "key": own.key_pem }), authority.pem())
}

/// The settings of a script: those of the certificate and its own.
fn with(certificate: Value, own: Value) -> Value {
    let (Value::Object(mut all), Value::Object(own)) = (certificate, own) else {
        panic!("settings are objects")
    };
    all.extend(own);
    Value::Object(all)
}

impl Meeting {
    /// Opens a sandbox that knows the peer under this trust profile.
    fn open(peer: Peer, ca: String, profile: &str, change: impl FnOnce(&mut OidcClient)) -> Self {
        let clock = TestClock(ManualClock::at(now_ms()));
        let text = |name: &str| peer.ready()[name].as_str().map(str::to_owned);
        let issuer = text("issuer").unwrap();
        let authentication = match text("key") {
            Some(pem) => {
                ClientAuthentication::PrivateKey { key_pem: Secret::new(pem), key_id: Some("own".to_owned()) }
            }
            None => ClientAuthentication::Secret(Secret::new(SECRET.to_owned())),
        };
        let endpoint = EndpointBinding {
            url: Url::parse(&issuer).unwrap().origin().ascii_serialization(),
            ca_pem: Some(ca.clone()),
            client_identity: None,
            private_network: false,
        };
        let mut client = OidcClient {
            endpoint: "provider".to_owned(),
            issuer,
            client_id: CLIENT.to_owned(),
            authentication,
            redirect_uri: BACK.to_owned(),
            pushed: PushedRequests::WhenOffered,
            second_factor: Some(Vec::new()),
            logged_out_uri: Some(LOGGED_OUT.to_owned()),
        };
        change(&mut client);
        let mut binding = binding(BINDING, "oidc", profile, vec![("provider", endpoint)]);
        binding.oidc = Some(client);
        let world = World::open(&clock, vec![binding]);
        Self { peer, ca, clock, world }
    }

    async fn begin(&self) -> Result<Turn, Fault> {
        self.world.sandbox.begin(BINDING, &args(), &context()).await
    }

    async fn come_back(&self, turn: &Turn, back: &Url) -> Result<Step, Fault> {
        let params = back.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned()));
        let event = Event::Callback(params.collect());
        let sandbox = &self.world.sandbox;
        sandbox.advance(BINDING, &turn.transaction, event, &context()).await.map(|turn| turn.step)
    }

    /// A whole login of somebody who is let in, and what is left of it.
    async fn signed_in(&self) -> Transaction {
        let turn = self.begin().await.unwrap();
        let Step::Redirect(url) = &turn.step else { panic!("not a redirect") };
        let back = visitor::walk(url, &self.ca, BACK, &[]).await;
        let params = back.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned()));
        let event = Event::Callback(params.collect());
        let done = self.world.sandbox.advance(BINDING, &turn.transaction, event, &context()).await.unwrap();
        assert!(matches!(done.step, Step::Done(_)), "{:?}", done.step);
        done.transaction
    }

    /// A whole login, in which the browser fills every form it meets with these fields.
    async fn sign_in(&self, form: &[(&str, &str)]) -> Result<Step, Fault> {
        let turn = self.begin().await?;
        let Step::Redirect(url) = &turn.step else { return Ok(turn.step) };
        let back = visitor::walk(url, &self.ca, BACK, form).await;
        self.come_back(&turn, &back).await
    }
}

fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    u64::try_from(since.as_millis()).unwrap()
}

fn done(outcome: Result<Step, Fault>) -> Claim {
    match outcome {
        Ok(Step::Done(claim)) => claim,
        other => panic!("not done: {other:?}"),
    }
}

fn failed(outcome: Result<Step, Fault>) -> Failure {
    match outcome {
        Ok(Step::Failed(failure)) => failure,
        other => panic!("not failed: {other:?}"),
    }
}
