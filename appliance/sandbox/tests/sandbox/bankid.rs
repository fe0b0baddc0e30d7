//! The BankID plugin against the strict simulator, over mutual TLS.

use kuvert_domain::level::Level;
use kuvert_domain::secret::Secret;
use kuvert_sandbox::{Binding, ClientIdentity, EndpointBinding, Event, Step, Transaction, Turn};
use kuvert_simulators::{
    bankid::{BankId, BankIdSettings},
    people,
};

use crate::world::{TestClock, World, args, binding, context, waiting};

const ASTRID: &str = "199908072391";

struct Stage {
    clock: TestClock,
    bankid: BankId,
    world: World,
}

impl Stage {
    async fn set() -> Self {
        Self::set_with(|_| {}).await
    }

    async fn set_with(change: impl FnOnce(&mut Binding)) -> Self {
        let clock = TestClock::new();
        let people = people::swedish();
        let settings = BankIdSettings { port: 0, phone_port: 0, clock: clock.0.sim(), people };
        let bankid = BankId::start(settings).await.unwrap();
        let identity = bankid.client();
        let endpoint = EndpointBinding {
            url: bankid.origin(),
            ca_pem: Some(bankid.ca_pem()),
            client_identity: Some(ClientIdentity {
                certificate_pem: identity.cert_pem,
                key_pem: Secret::new(identity.key_pem),
            }),
        };
        let mut binding = binding("granby/bankid", "bankid", "bankid", vec![("api", endpoint)]);
        change(&mut binding);
        let world = World::open(&clock, vec![binding]);
        Self { clock, bankid, world }
    }

    async fn begin(&self, same_device: bool) -> Turn {
        let mut args = args();
        args.client.same_device = same_device;
        self.world.sandbox.begin("granby/bankid", &args, &context()).await.unwrap()
    }

    async fn poll(&self, transaction: &Transaction) -> Turn {
        self.clock.forward(2);
        self.world.sandbox.advance("granby/bankid", transaction, Event::Poll, &context()).await.unwrap()
    }

    async fn frame(&self, transaction: &Transaction) -> Option<String> {
        self.world.sandbox.render("granby/bankid", transaction, &context()).await.unwrap().qr
    }
}

#[tokio::test]
async fn a_resident_scans_and_is_who_she_is() {
    let stage = Stage::set().await;
    let phone = stage.bankid.phone();
    let turn = stage.begin(false).await;
    assert_eq!(waiting(&turn).display.message.text, "Öppna BankID-appen i din telefon och läs av QR-koden.");
    assert_eq!(waiting(&turn).display.app_link, None);

    let first = stage.frame(&turn.transaction).await.unwrap();
    stage.clock.forward(1);
    let second = stage.frame(&turn.transaction).await.unwrap();
    assert_ne!(first, second, "a new frame each second");

    let order = phone.scan(ASTRID, &second).unwrap();
    let turn = stage.poll(&turn.transaction).await;
    assert_eq!(waiting(&turn).display.qr, None, "no QR code once the app has taken the order up");
    phone.show(&order).unwrap();
    let turn = stage.poll(&turn.transaction).await;
    assert_eq!(waiting(&turn).display.message.key, "type-code");
    phone.approve(&order).unwrap();

    let Step::Done(claim) = stage.poll(&turn.transaction).await.step else { panic!("not done") };
    assert_eq!(claim.number.unwrap().expose(), ASTRID);
    assert_eq!(claim.level, Level::Substantial);
    assert_eq!(claim.country, Some(kuvert_domain::country::Country::Sweden));
    assert!(claim.name.unwrap().expose().to_lowercase().contains("astrid"));
    assert!(claim.groups.is_none());
}
