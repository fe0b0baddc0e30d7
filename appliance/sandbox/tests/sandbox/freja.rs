//! The Freja plugin against the strict simulator, over mutual TLS, and every way round its trust profile.

use std::{fs, path::PathBuf};

use kuvert_bundle::Permission;
use kuvert_domain::{country::Country, level::Level, secret::Secret};
use kuvert_sandbox::{
    AddressPolicy, Binding, Claim, ClientIdentity, EndpointBinding, Event, FailureClass, Fault, FaultCode,
    Step, Transaction, Turn,
};
use kuvert_simulators::{
    freja::{Forgery, Freja, FrejaSettings, Holder, Registration, Trouble},
    people,
};

use crate::guest::{Memory, bundle, component};
use crate::world::{TestClock, World, args, binding, context, waiting};

const ASTRID: &str = "199908072391";
const SIGNE: &str = "189001029819";
const BINDING: &str = "granby/freja";

struct Stage {
    clock: TestClock,
    freja: Freja,
    world: World,
    /// The operator's folder of Freja's certificates.
    signers: tempfile::TempDir,
}

impl Stage {
    async fn set() -> Self {
        Self::set_with(|_| {}).await
    }

    async fn set_with(change: impl FnOnce(&mut Binding)) -> Self {
        let clock = TestClock::new();
        let mut holders: Vec<Holder> = people::swedish().into_iter().map(Holder::plus).collect();
        holders[2].registration = Registration::Extended;
        let freja = Freja::start(FrejaSettings { port: 0, clock: clock.0.sim(), holders }).await.unwrap();
        let identity = freja.client();
        let endpoint = EndpointBinding {
            url: freja.origin(),
            ca_pem: Some(freja.ca_pem()),
            private_network: false,
            client_identity: Some(ClientIdentity {
                certificate_pem: identity.cert_pem,
                key_pem: Secret::new(identity.key_pem),
            }),
        };
        let signers = tempfile::tempdir().unwrap();
        fs::write(signers.path().join("present.pem"), freja.signer_pem()).unwrap();
        let mut binding = binding(BINDING, "freja", "freja", vec![("api", endpoint)]);
        binding.trusts.insert("freja-jws".to_owned(), signers.path().to_owned());
        change(&mut binding);
        let world = World::open(&clock, vec![binding]);
        Self { clock, freja, world, signers }
    }

    /// Lays the certificate under which Freja signs now into the operator's folder.
    fn receive(&self, name: &str) -> PathBuf {
        let file = self.signers.path().join(name);
        fs::write(&file, self.freja.signer_pem()).unwrap();
        file
    }

    async fn begin(&self, same_device: bool) -> Turn {
        let mut args = args();
        args.client.same_device = same_device;
        self.world.sandbox.begin(BINDING, &args, &context()).await.unwrap()
    }

    async fn advance(&self, transaction: &Transaction) -> Result<Turn, Fault> {
        self.clock.forward(3);
        self.world.sandbox.advance(BINDING, transaction, Event::Poll, &context()).await
    }

    async fn poll(&self, transaction: &Transaction) -> Turn {
        self.advance(transaction).await.unwrap()
    }

    async fn code(&self, transaction: &Transaction) -> Option<String> {
        self.world.sandbox.render(BINDING, transaction, &context()).await.unwrap().qr
    }

    /// A login that Astrid approves; what the sandbox makes of the result.
    async fn approved(&self) -> Result<Step, Fault> {
        let turn = self.begin(false).await;
        let app = self.freja.app();
        let code = self.code(&turn.transaction).await.unwrap();
        app.approve(&app.bind(ASTRID, &code).unwrap()).unwrap();
        self.advance(&turn.transaction).await.map(|turn| turn.step)
    }

    async fn claim(&self) -> Claim {
        match self.approved().await.unwrap() {
            Step::Done(claim) => claim,
            other => panic!("not done: {other:?}"),
        }
    }
}

/// Class, text and code of a login that failed.
fn failed(turn: Turn) -> (FailureClass, String, String) {
    match turn.step {
        Step::Failed(failure) => (failure.class, failure.message.key, failure.code),
        other => panic!("not failed: {other:?}"),
    }
}

#[tokio::test]
async fn a_resident_scans_and_is_who_she_is() {
    let stage = Stage::set().await;
    let app = stage.freja.app();
    let turn = stage.begin(false).await;
    assert_eq!(waiting(&turn).display.message.text, "Öppna Freja-appen i din telefon och läs av QR-koden.");
    assert_eq!((waiting(&turn).poll_after_ms, &waiting(&turn).display.app_link), (3_000, &None));
    let code = stage.code(&turn.transaction).await.unwrap();
    stage.clock.forward(1);
    assert_eq!(stage.code(&turn.transaction).await.as_ref(), Some(&code), "this code stands still");

    let order = app.bind(ASTRID, &code).unwrap();
    let turn = stage.poll(&turn.transaction).await;
    assert_eq!(waiting(&turn).display.qr, None, "no QR code once the app has it");
    assert_eq!(waiting(&turn).display.message.text, "Godkänn i Freja-appen.");
    assert_eq!(app.approve(&order).unwrap(), None);

    let Step::Done(claim) = stage.poll(&turn.transaction).await.step else { panic!("not done") };
    assert_eq!(claim.number.unwrap().expose(), ASTRID);
    assert_eq!(claim.name.unwrap().expose(), "Astrid Exempel");
    assert_eq!((claim.country, claim.level), (Some(Country::Sweden), Level::Substantial));
    assert!(claim.groups.is_none() && claim.subject.is_none());
    assert_eq!(app.count("getResults"), 0);
}

#[tokio::test]
async fn a_changing_code_proves_that_the_page_is_live() {
    let stage = Stage::set_with(|binding| {
        binding.settings.insert("qr".to_owned(), "dynamic".to_owned());
        binding.settings.insert("environment".to_owned(), "test".to_owned());
    })
    .await;
    let app = stage.freja.app();
    let turn = stage.begin(false).await;
    let first = stage.code(&turn.transaction).await.unwrap();
    assert!(
        first.starts_with("https://app.test.frejaeid.com/freja?action=bindUserToTransaction&"),
        "{first}"
    );
    stage.clock.forward(8);
    let later = stage.code(&turn.transaction).await.unwrap();
    assert_ne!(first, later);
    assert!(app.bind(ASTRID, &first).is_err(), "a picture of eight seconds ago");
    app.approve(&app.bind(ASTRID, &later).unwrap()).unwrap();
    assert!(matches!(stage.poll(&turn.transaction).await.step, Step::Done(_)));
}

#[tokio::test]
async fn the_same_device_gets_a_link_and_a_way_back() {
    let stage = Stage::set().await;
    let app = stage.freja.app();
    let turn = stage.begin(true).await;
    assert!(waiting(&turn).display.qr.is_none());
    let link = waiting(&turn).display.app_link.clone().unwrap();
    let back = app.approve(&app.bind(ASTRID, &link).unwrap()).unwrap();
    assert_eq!(back.as_deref(), Some("https://granby.localhost/login/return?nonce=n0nce"));
    let sandbox = &stage.world.sandbox;
    let turn = sandbox.advance(BINDING, &turn.transaction, Event::Returned, &context()).await.unwrap();
    assert!(matches!(turn.step, Step::Done(_)));
}

#[tokio::test]
async fn a_code_that_nobody_scans_lives_on() {
    let stage = Stage::set().await;
    let mut turn = stage.begin(false).await;
    let first = stage.code(&turn.transaction).await.unwrap();
    for _ in 0..50 {
        turn = stage.poll(&turn.transaction).await;
        assert!(waiting(&turn).display.qr.is_some());
    }
    let later = stage.code(&turn.transaction).await.unwrap();
    assert_ne!(first, later, "the authentication was replaced");
    stage.freja.app().bind(ASTRID, &later).unwrap();
}

#[tokio::test]
async fn a_link_that_nobody_follows_lives_on_and_says_so() {
    let stage = Stage::set().await;
    let turn = stage.begin(true).await;
    let first = waiting(&turn).display.app_link.clone();
    stage.clock.forward(121);
    let turn = stage.poll(&turn.transaction).await;
    assert_eq!(waiting(&turn).display.message.key, "not-opened");
    assert_ne!(waiting(&turn).display.app_link, first);
    let app = stage.freja.app();
    let order = app.bind(ASTRID, waiting(&turn).display.app_link.as_ref().unwrap()).unwrap();
    assert!(app.approve(&order).unwrap().is_some());
    assert!(matches!(stage.poll(&turn.transaction).await.step, Step::Done(_)));
}

#[tokio::test]
async fn at_the_end_of_its_time_what_came_of_it_counts_first() {
    let stage = Stage::set().await;
    let app = stage.freja.app();
    let sandbox = &stage.world.sandbox;
    let turn = stage.begin(false).await;
    let order = app.bind(ASTRID, &stage.code(&turn.transaction).await.unwrap()).unwrap();
    app.approve(&order).unwrap();
    stage.clock.forward(120);
    let turn = sandbox.advance(BINDING, &turn.transaction, Event::Restart, &context()).await.unwrap();
    assert!(matches!(turn.step, Step::Done(_)), "approved in the last moment");

    let turn = stage.begin(false).await;
    let code = stage.code(&turn.transaction).await;
    let again = sandbox.advance(BINDING, &turn.transaction, Event::Restart, &context()).await.unwrap();
    assert_eq!(stage.code(&again.transaction).await, code, "nothing is thrown away before its time");
    assert_eq!(app.count("cancel"), 0);
}

#[tokio::test]
async fn unhappy_ends_have_their_own_words() {
    let stage = Stage::set().await;
    let app = stage.freja.app();
    let end = |class, key: &str, code: &str| (class, key.to_owned(), code.to_owned());

    let turn = stage.begin(false).await;
    let order = app.bind(ASTRID, &stage.code(&turn.transaction).await.unwrap()).unwrap();
    app.decline(&order).unwrap();
    let turn = stage.poll(&turn.transaction).await;
    assert_eq!(failed(turn), end(FailureClass::Cancelled, "you-cancelled", "CANCELED"));

    let (one, two) = (stage.begin(false).await, stage.begin(false).await);
    app.bind(ASTRID, &stage.code(&one.transaction).await.unwrap()).unwrap();
    app.bind(ASTRID, &stage.code(&two.transaction).await.unwrap()).unwrap_err();
    for turn in [one, two] {
        let turn = stage.poll(&turn.transaction).await;
        assert_eq!(failed(turn), end(FailureClass::Busy, "already-in-progress", "REJECTED"));
    }

    let turn = stage.begin(false).await;
    app.bind(ASTRID, &stage.code(&turn.transaction).await.unwrap()).unwrap();
    let turn = stage.poll(&turn.transaction).await;
    stage.clock.forward(121);
    let turn = stage.poll(&turn.transaction).await;
    assert_eq!(failed(turn), end(FailureClass::Expired, "no-answer", "EXPIRED"));

    let turn = stage.begin(false).await;
    let code = stage.code(&turn.transaction).await.unwrap();
    assert!(app.bind(SIGNE, &code).is_err(), "the app itself asks for Freja+");
    let cancelled = stage.world.sandbox.cancel(BINDING, &turn.transaction, &context()).await;
    assert!(cancelled.is_ok() && app.count("cancel") == 1);
    let turn = stage.poll(&turn.transaction).await;
    assert_eq!(failed(turn), end(FailureClass::Cancelled, "cancelled", "RP_CANCELED"));
}

#[tokio::test]
async fn troubles_of_the_service_are_sorted() {
    let stage = Stage::set().await;
    let app = stage.freja.app();
    for (status, code, class, key) in [
        (400, 1005, FailureClass::Credential, "switched-off"),
        (422, 1012, FailureClass::Credential, "unknown-user"),
        (400, 2000, FailureClass::Busy, "already-in-progress"),
        (400, 1008, FailureClass::Config, "out-of-order"),
        (401, 0, FailureClass::Config, "out-of-order"),
        (500, 0, FailureClass::ProviderDown, "try-again"),
        (400, 4711, FailureClass::Protocol, "try-again"),
    ] {
        app.suffer(Some(Trouble { status, code }));
        let turn = stage.begin(false).await;
        assert_eq!(failed(turn), (class, key.to_owned(), format!("{status}:{code}")));
    }
    app.suffer(None);
    let turn = stage.begin(false).await;
    app.suffer(Some(Trouble { status: 503, code: 0 }));
    let turn = stage.poll(&turn.transaction).await;
    assert!(waiting(&turn).display.qr.is_some(), "a pause of the service costs no login");
    assert_eq!(waiting(&turn).display.message.key, "no-contact");
    let mut turn = turn;
    for _ in 0..3 {
        turn = stage.poll(&turn.transaction).await;
    }
    let turn = stage.poll(&turn.transaction).await;
    assert_eq!(failed(turn).0, FailureClass::ProviderDown, "but not for ever");
}

#[tokio::test]
async fn every_lie_of_a_token_is_noticed() {
    for (forgery, class, code) in [
        (Forgery::Unsigned, FailureClass::Protocol, "token:form"),
        (Forgery::AlgNone, FailureClass::Protocol, "token:alg"),
        (Forgery::AlgHs256, FailureClass::Protocol, "token:alg"),
        (Forgery::NoCertificate, FailureClass::Config, "token:x5t"),
        (Forgery::UnknownCertificate, FailureClass::Config, "token:x5t"),
        (Forgery::OwnCertificate, FailureClass::Config, "token:x5t"),
        (Forgery::ForeignKey, FailureClass::Protocol, "token:signature"),
        (Forgery::Critical, FailureClass::Protocol, "token:header"),
        (Forgery::Stale, FailureClass::Protocol, "token:time"),
        (Forgery::Early, FailureClass::Protocol, "token:time"),
        (Forgery::DuplicateKey, FailureClass::Protocol, "token:json"),
        (Forgery::PlainJson, FailureClass::Protocol, "token:form"),
        (Forgery::LowerRegistration, FailureClass::Level, "EXTENDED:LOA2"),
    ] {
        let stage = Stage::set().await;
        stage.freja.app().forge(forgery);
        match stage.approved().await.unwrap() {
            Step::Failed(failure) => {
                assert_eq!((failure.class, failure.code.as_str()), (class, code), "{forgery:?}");
            }
            other => panic!("{forgery:?}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn a_token_that_is_not_about_this_login_is_a_false_claim() {
    for forgery in [Forgery::OtherTransaction, Forgery::NotApproved, Forgery::NamedPerson] {
        let stage = Stage::set().await;
        stage.freja.app().forge(forgery);
        assert_eq!(stage.approved().await.unwrap_err().code, FaultCode::Claim, "{forgery:?}");
    }
}

#[tokio::test]
async fn what_stands_around_a_token_counts_for_nothing() {
    let stage = Stage::set().await;
    stage.freja.app().forge(Forgery::OtherOutside);
    assert_eq!(stage.claim().await.number.unwrap().expose(), ASTRID);
    stage.freja.app().forge(Forgery::NoToken);
    assert_eq!(stage.approved().await.unwrap_err().code, FaultCode::Http);
}

#[tokio::test]
async fn keys_change_without_a_restart() {
    let stage = Stage::set().await;
    stage.claim().await;
    stage.freja.rotate(90).unwrap();
    let Step::Failed(failure) = stage.approved().await.unwrap() else { panic!("not failed") };
    assert_eq!((failure.class, failure.code.as_str()), (FailureClass::Config, "token:x5t"));

    let next = stage.receive("next.pem");
    stage.claim().await;
    fs::write(stage.signers.path().join("broken.pem"), "not a certificate").unwrap();
    stage.claim().await;

    stage.clock.forward(91 * 24 * 3600);
    let Step::Failed(failure) = stage.approved().await.unwrap() else { panic!("not failed") };
    assert_eq!(failure.code, "token:certificate-validity", "a signature under a certificate that is over");
    fs::remove_file(next).unwrap();
    let Step::Failed(failure) = stage.approved().await.unwrap() else { panic!("not failed") };
    assert_eq!(failure.code, "token:x5t");
}

#[tokio::test]
async fn a_probe_tells_when_certificates_end() {
    let stage = Stage::set().await;
    let checks = stage.world.sandbox.probe(BINDING, &context()).await.unwrap();
    let names: Vec<&str> = checks.iter().map(|check| check.name.as_str()).collect();
    assert_eq!(names, ["api", "credential:api:client-certificate", "token.verify:freja-jws"]);
    assert!(checks.iter().all(|check| check.ok), "{checks:?}");
    let ends = checks[2].expires_ms.unwrap();

    stage.freja.rotate(30).unwrap();
    stage.receive("next.pem");
    let papers: Vec<_> = stage.world.sandbox.certificates().await.into_iter().map(Result::unwrap).collect();
    assert_eq!(papers.len(), 3);
    assert!(papers.iter().any(|paper| u64::try_from(paper.expires_ms) == Ok(ends)));
    stage.clock.forward(31 * 24 * 3600);
    let checks = stage.world.sandbox.probe(BINDING, &context()).await.unwrap();
    let over: Vec<_> = checks.iter().filter(|check| check.detail.contains("is over")).collect();
    assert_eq!(over.len(), 1);
    assert!(over[0].ok, "the other one is good for longer: {over:?}");
    fs::remove_file(stage.signers.path().join("present.pem")).unwrap();
    let checks = stage.world.sandbox.probe(BINDING, &context()).await.unwrap();
    assert!(checks.iter().any(|check| !check.ok && check.name == "token.verify:freja-jws"), "{checks:?}");
}

#[tokio::test]
async fn without_certificates_no_login_begins() {
    for change in [
        (|binding: &mut Binding| binding.trusts.clear()) as fn(&mut Binding),
        |binding| drop(binding.trusts.insert("freja-jws".to_owned(), "/nonexistent".into())),
        |binding| drop(binding.trusts.insert("mitid-jws".to_owned(), "/nonexistent".into())),
    ] {
        let stage = Stage::set_with(change).await;
        let fault = stage.world.sandbox.begin(BINDING, &args(), &context()).await.unwrap_err();
        assert_eq!(fault.code, FaultCode::Config, "{fault}");
    }
}

#[tokio::test]
async fn an_administrator_can_keep_tokens_from_being_checked() {
    let words = ["http:api", "credential:api:client-certificate", "identity.assert:SE:substantial"];
    let allow = words.map(|word| Permission::parse(word).unwrap());
    let stage = Stage::set_with(|binding| binding.allow = Some(allow.into())).await;
    let fault = stage.approved().await.unwrap_err();
    assert_eq!(fault.code, FaultCode::Denied, "{fault}");
    assert!(
        fault.detail.contains("token.verify:freja-jws is not granted: `allow` does not name it"),
        "{fault}"
    );
}

#[tokio::test]
async fn tokens_are_checked_only_for_who_was_granted_it() {
    let stage = Stage::set().await;
    let api = || EndpointBinding {
        url: stage.freja.origin(),
        ca_pem: Some(stage.freja.ca_pem()),
        client_identity: None,
        private_network: false,
    };
    let string = |at: u32| format!("(i32.load (i32.const {at})) (i32.load (i32.const {}))", at + 4);
    // The strings stand behind the outcome, at 1024.
    let call = format!("(call $verify {} {} (i32.const 2048))", string(1184), string(1192));
    let plugins = tempfile::tempdir().unwrap();
    for (id, trust) in [("curious", "freja-jws"), ("inventive", "anybody")] {
        let memory = Memory::polite().text(160, trust).text(168, "a.b.c");
        bundle(plugins.path(), id, &component(&call, &memory));
        // The profile knows the trust and the operator bound it; the manifest does not ask for it.
        let mut binding = binding("granby/hostile", id, "freja", vec![("api", api())]);
        binding.trusts.insert("freja-jws".to_owned(), stage.signers.path().to_owned());
        let policy = AddressPolicy::PublicAndLoopback;
        let world = World::open_folder(&stage.clock, vec![binding], plugins.path(), policy);
        let fault = world.sandbox.begin("granby/hostile", &args(), &context()).await.unwrap_err();
        assert_eq!(fault.code, FaultCode::Denied, "{id}: {fault}");
    }
}
