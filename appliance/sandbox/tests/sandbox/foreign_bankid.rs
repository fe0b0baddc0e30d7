//! The BankID plugin against a BankID that somebody else wrote (npm's `@lucasros98/bankid-mock`): the happy path, and each
//! end that it knows. It is lax where BankID is strict, so it shows that we speak the protocol, not that we keep its rules.

use kuvert_domain::secret::Secret;
use kuvert_sandbox::{ClientIdentity, EndpointBinding, Event, FailureClass, Step, Turn};
use kuvert_simulators::{ca::Authority, peer::Peer};
use serde_json::json;

use crate::world::{TestClock, World, args, binding, context, waiting};

const NUMBER: &str = "199908072391";
/// So many looks until an order ends there.
const LOOKS: usize = 5;

struct Stage {
    world: World,
    clock: TestClock,
    _mock: Peer,
}

impl Stage {
    async fn set(scenario: &str) -> Self {
        let authority = Authority::new("Foreign CA").unwrap();
        let own = authority.server(&["localhost"]).unwrap();
        let options = json!({
            "defaultScenario": scenario,
            "pollsUntilResolved": LOOKS,
            "fixturePersonalNumber": NUMBER,
            "fixtureName": "ASTRID EXEMPEL",
        });
        let settings = json!({ "cert": own.cert_pem, "key": own.key_pem, "options": options });
        let mock = Peer::node("bankid_mock.js", &settings).await.unwrap();
        let client = authority.client("Test").unwrap();
        let endpoint = EndpointBinding {
            url: format!("https://localhost:{}", mock.ready()["port"]),
            ca_pem: Some(authority.pem()),
            private_network: false,
            client_identity: Some(ClientIdentity {
                certificate_pem: client.cert_pem,
                key_pem: Secret::new(client.key_pem),
            }),
        };
        let clock = TestClock::new();
        let binding = binding("granby/bankid", "bankid", "bankid", vec![("api", endpoint)]);
        Self { world: World::open(&clock, vec![binding]), clock, _mock: mock }
    }

    async fn begin(&self) -> Turn {
        self.world.sandbox.begin("granby/bankid", &args(), &context()).await.unwrap()
    }

    async fn poll(&self, turn: &Turn) -> Turn {
        self.clock.forward(2);
        let sandbox = &self.world.sandbox;
        sandbox.advance("granby/bankid", &turn.transaction, Event::Poll, &context()).await.unwrap()
    }

    /// Looks until the order ends.
    async fn end(&self) -> Step {
        let mut turn = self.begin().await;
        for _ in 0..LOOKS {
            turn = self.poll(&turn).await;
        }
        turn.step
    }
}

#[tokio::test]
async fn somebody_identifies_at_a_bankid_of_another_hand() {
    let stage = Stage::set("success").await;
    let mut turn = stage.begin().await;
    let mut texts = Vec::new();
    for _ in 1..LOOKS {
        turn = stage.poll(&turn).await;
        texts.push(waiting(&turn).display.message.key.clone());
    }
    assert_eq!(texts, ["open-and-scan", "open-and-scan", "searching-device", "type-code"]);
    let Step::Done(claim) = stage.poll(&turn).await.step else { panic!("not done") };
    assert_eq!(claim.number.unwrap().expose(), NUMBER);
    assert_eq!(claim.name.unwrap().expose(), "ASTRID EXEMPEL");
}

#[tokio::test]
async fn its_unhappy_ends_are_ours() {
    for (scenario, class) in [
        ("userCancel", FailureClass::Cancelled),
        ("certificateErr", FailureClass::Credential),
        ("expiredTransaction", FailureClass::Expired),
        ("startFailed", FailureClass::NotStarted),
    ] {
        let Step::Failed(failure) = Stage::set(scenario).await.end().await else { panic!("{scenario}") };
        assert_eq!((failure.class, failure.code.as_str()), (class, scenario));
    }
}

#[tokio::test]
async fn an_order_can_be_given_up_there() {
    let stage = Stage::set("success").await;
    let turn = stage.begin().await;
    stage.world.sandbox.cancel("granby/bankid", &turn.transaction, &context()).await.unwrap();
    let Step::Failed(failure) = stage.poll(&turn).await.step else { panic!("not over") };
    assert_eq!(
        failure.class,
        FailureClass::Busy,
        "it says `cancelled`, as BankID does when another order came"
    );
}
