//! The BankID plugin against the strict simulator, over mutual TLS.

use kuvert_domain::level::Level;
use kuvert_domain::secret::Secret;
use kuvert_sandbox::{
    Binding, ClientIdentity, EndpointBinding, Event, FailureClass, FaultCode, Step, Transaction, Turn,
};
use kuvert_simulators::{
    bankid::{BankId, BankIdSettings},
    people,
};

use crate::canned::{Canned, json};
use crate::world::{TestClock, World, args, binding, context, waiting};

pub(crate) const ASTRID: &str = "199908072391";

/// BankID, a clock and a sandbox that is bound to it.
pub(crate) struct Stage {
    pub(crate) clock: TestClock,
    pub(crate) bankid: BankId,
    pub(crate) world: World,
}

impl Stage {
    pub(crate) async fn set() -> Self {
        Self::set_with(|_| {}).await
    }

    async fn set_with(change: impl FnOnce(&mut Binding)) -> Self {
        let clock = TestClock::new();
        let people = people::swedish();
        let settings = BankIdSettings { port: 0, clock: clock.0.sim(), people };
        let bankid = BankId::start(settings).await.unwrap();
        let identity = bankid.client();
        let endpoint = EndpointBinding {
            url: bankid.origin(),
            ca_pem: Some(bankid.ca_pem()),
            private_network: false,
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

    pub(crate) async fn begin(&self, same_device: bool) -> Turn {
        let mut args = args();
        args.client.same_device = same_device;
        self.world.sandbox.begin("granby/bankid", &args, &context()).await.unwrap()
    }

    pub(crate) async fn poll(&self, transaction: &Transaction) -> Turn {
        self.clock.forward(2);
        self.tell(transaction, Event::Poll).await
    }

    pub(crate) async fn tell(&self, transaction: &Transaction, event: Event) -> Turn {
        self.world.sandbox.advance("granby/bankid", transaction, event, &context()).await.unwrap()
    }

    pub(crate) async fn frame(&self, transaction: &Transaction) -> Option<String> {
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

#[tokio::test]
async fn the_published_qr_vector() {
    let auth = r#"{"orderRef":"131daac9-16c6-4618-beb0-365768f37288","autoStartToken":"7c40b5c9-fa74-49cf-b98c-bfe651f9a7c6",
        "qrStartToken":"67df3917-fa0d-44e5-b327-edcc928297f8","qrStartSecret":"d28db9a7-4cde-429e-a983-359be676944c"}"#;
    let canned = Canned::start(|_| json(200, auth)).await;
    let clock = TestClock::new();
    let binding = binding("granby/bankid", "bankid", "bankid", vec![("api", canned.endpoint(true))]);
    let world = World::open(&clock, vec![binding]);
    let turn = world.sandbox.begin("granby/bankid", &args(), &context()).await.unwrap();
    for (second, code) in [
        "dc69358e712458a66a7525beef148ae8526b1c71610eff2c16cdffb4cdac9bf8",
        "949d559bf23403952a94d103e67743126381eda00f0b3cbddbf7c96b1adcbce2",
        "a9e5ec59cb4eee4ef4117150abc58fad7a85439a6a96ccbecc3668b41795b3f3",
    ]
    .into_iter()
    .enumerate()
    {
        let display = world.sandbox.render("granby/bankid", &turn.transaction, &context()).await.unwrap();
        assert_eq!(
            display.qr.unwrap(),
            format!("bankid.67df3917-fa0d-44e5-b327-edcc928297f8.{second}.{code}")
        );
        clock.forward(1);
    }
}

#[tokio::test]
async fn the_same_device_gets_a_link_and_a_way_back() {
    let stage = Stage::set().await;
    let phone = stage.bankid.phone();
    let turn = stage.begin(true).await;
    let link = waiting(&turn).display.app_link.clone().unwrap();
    assert!(waiting(&turn).display.qr.is_none());
    let token =
        link.strip_prefix("bankid:///?autostarttoken=").unwrap().strip_suffix("&redirect=null").unwrap();

    let order = phone.open(ASTRID, token).unwrap();
    phone.show(&order).unwrap();
    let back = phone.approve(&order).unwrap();
    assert_eq!(back.as_deref(), Some("https://granby.localhost/login/return?nonce=n0nce"));
    let sandbox = &stage.world.sandbox;
    let turn =
        sandbox.advance("granby/bankid", &turn.transaction, Event::Returned, &context()).await.unwrap();
    assert!(matches!(turn.step, Step::Done(_)));
}

#[tokio::test]
async fn a_code_that_nobody_scans_lives_on() {
    let stage = Stage::set().await;
    let mut turn = stage.begin(false).await;
    let first = stage.frame(&turn.transaction).await.unwrap();
    for _ in 0..40 {
        turn = stage.poll(&turn.transaction).await;
        assert!(waiting(&turn).display.qr.is_some());
    }
    let later = stage.frame(&turn.transaction).await.unwrap();
    let token = |frame: &str| frame.split('.').nth(1).unwrap().to_owned();
    assert_ne!(token(&first), token(&later), "the order was replaced");
    stage.bankid.phone().scan(ASTRID, &later).unwrap();
}

#[tokio::test]
async fn unhappy_ends_have_their_own_words() {
    let stage = Stage::set().await;
    let phone = stage.bankid.phone();
    let turn = stage.begin(false).await;
    let order = phone.scan(ASTRID, &stage.frame(&turn.transaction).await.unwrap()).unwrap();
    phone.decline(&order).unwrap();
    let Step::Failed(failure) = stage.poll(&turn.transaction).await.step else { panic!("not failed") };
    assert_eq!((failure.class, failure.message.key.as_str()), (FailureClass::Cancelled, "you-cancelled"));
    assert_eq!((failure.code.as_str(), failure.retryable), ("userCancel", true));

    let turn = stage.begin(false).await;
    stage.world.sandbox.cancel("granby/bankid", &turn.transaction, &context()).await.unwrap();
    stage.world.sandbox.cancel("granby/bankid", &turn.transaction, &context()).await.unwrap();
    assert_eq!(phone.count("cancel"), 2);
    let Step::Failed(_) = stage.poll(&turn.transaction).await.step else { panic!("not failed") };
}

#[tokio::test]
async fn a_transaction_opens_nothing_elsewhere() {
    let stage = Stage::set().await;
    let turn = stage.begin(false).await;
    let mut bytes = turn.transaction.to_bytes().to_vec();
    let context = context();
    let sandbox = &stage.world.sandbox;
    for (at, name) in [(0, "format"), (16, "version")] {
        bytes[at] ^= 1;
        let broken = Transaction::from_bytes(bytes.clone());
        let fault = sandbox.render("granby/bankid", &broken, &context).await.unwrap_err();
        assert!(matches!(fault.code, FaultCode::Config | FaultCode::Denied), "{name}: {fault}");
        bytes[at] ^= 1;
    }
}

#[tokio::test]
async fn a_probe_looks_at_the_certificate() {
    let stage = Stage::set().await;
    let checks = stage.world.sandbox.probe("granby/bankid", &context()).await.unwrap();
    assert!(checks.iter().all(|check| check.ok), "{checks:?}");

    let other = kuvert_simulators::ca::Authority::new("Somebody else").unwrap().client("Mallory").unwrap();
    let stage = Stage::set_with(|binding| {
        let endpoint = binding.endpoints.get_mut("api").unwrap();
        endpoint.client_identity =
            Some(ClientIdentity { certificate_pem: other.cert_pem, key_pem: Secret::new(other.key_pem) });
    })
    .await;
    let checks = stage.world.sandbox.probe("granby/bankid", &context()).await.unwrap();
    assert!(checks.iter().any(|check| check.name == "api" && !check.ok), "{checks:?}");
    let fault = stage.world.sandbox.begin("granby/bankid", &args(), &context()).await.unwrap_err();
    assert_eq!(fault.code, FaultCode::Http);
}
