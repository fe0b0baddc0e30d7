//! The lives of BankID orders behind one login: they end unseen while nobody has taken them up, and never silently after.

use std::collections::BTreeSet;

use kuvert_sandbox::{Event, FailureClass, Step, Turn};
use kuvert_simulators::bankid::Trouble;

use crate::bankid::{ASTRID, Stage};
use crate::canned::{Canned, json};
use crate::world::{TestClock, World, args, binding, context, waiting};

fn failure(turn: &Turn) -> (FailureClass, &str, bool) {
    match &turn.step {
        Step::Failed(failure) => (failure.class, failure.message.key.as_str(), failure.retryable),
        other => panic!("not failed: {other:?}"),
    }
}

#[tokio::test]
async fn a_code_lives_for_as_long_as_the_host_lets_it() {
    let stage = Stage::set().await;
    let mut turn = stage.begin(false).await;
    let mut tokens = BTreeSet::new();
    for _ in 0..280 {
        let event =
            if waiting(&turn).expires_at_ms <= stage.clock.0.now_ms() { Event::Restart } else { Event::Poll };
        stage.clock.forward(2);
        turn = stage.tell(&turn.transaction, event).await;
        let frame = waiting(&turn).display.qr.clone().expect("a code at every look");
        tokens.insert(frame.split('.').nth(1).unwrap().to_owned());
    }
    assert!(tokens.len() > 10, "{} orders in nine minutes", tokens.len());
    stage.bankid.phone().scan(ASTRID, &stage.frame(&turn.transaction).await.unwrap()).unwrap();
}

#[tokio::test]
async fn a_link_that_nobody_pressed_is_replaced_and_says_what_else_to_do() {
    let stage = Stage::set().await;
    let mut turn = stage.begin(true).await;
    let first = waiting(&turn).display.app_link.clone().unwrap();
    assert_eq!(waiting(&turn).display.message.key, "opening-app");
    for _ in 0..20 {
        turn = stage.poll(&turn.transaction).await;
    }
    let display = &waiting(&turn).display;
    assert_eq!(display.message.key, "not-opened");
    let link = display.app_link.clone().unwrap();
    assert_ne!(first, link);
    let token = link.split(['=', '&']).nth(1).unwrap().to_owned();
    stage.bankid.phone().open(ASTRID, &token).unwrap();
}

#[tokio::test]
async fn an_order_that_somebody_took_up_is_never_given_up_for_another() {
    let stage = Stage::set().await;
    let turn = stage.begin(false).await;
    let frame = stage.frame(&turn.transaction).await.unwrap();
    let order = stage.bankid.phone().scan(ASTRID, &frame).unwrap();
    stage.bankid.phone().show(&order).unwrap();
    let turn = stage.poll(&turn.transaction).await;
    let turn = stage.tell(&turn.transaction, Event::Restart).await;
    assert_eq!(waiting(&turn).display.message.key, "type-code", "a clock that is early ends nothing");
    assert_eq!((stage.bankid.phone().count("auth"), stage.bankid.phone().count("cancel")), (1, 0));
    stage.bankid.phone().approve(&order).unwrap();
    let done = stage.tell(&turn.transaction, Event::Restart).await;
    assert!(matches!(done.step, Step::Done(_)), "what came of it counts first");

    let turn = stage.begin(false).await;
    let frame = stage.frame(&turn.transaction).await.unwrap();
    stage.bankid.phone().scan(ASTRID, &frame).unwrap();
    let turn = stage.poll(&turn.transaction).await;
    stage.clock.forward(180);
    let over = stage.tell(&turn.transaction, Event::Restart).await;
    assert_eq!(failure(&over), (FailureClass::Expired, "no-answer", true));
}

#[tokio::test]
async fn a_moment_of_maintenance_passes_and_a_long_one_is_said() {
    let stage = Stage::set().await;
    let phone = stage.bankid.phone();
    let mut turn = stage.begin(false).await;
    phone.suffer(Some(Trouble::Maintenance));
    turn = stage.poll(&turn.transaction).await;
    assert_eq!(waiting(&turn).display.message.key, "no-contact");
    phone.suffer(None);
    turn = stage.poll(&turn.transaction).await;
    assert_eq!(waiting(&turn).display.message.key, "open-and-scan");

    // The order ends while BankID is closed: there is no code until it opens again.
    stage.clock.forward(30);
    turn = stage.tell(&turn.transaction, Event::Poll).await;
    assert!(waiting(&turn).display.qr.is_some());
    phone.suffer(Some(Trouble::TooManyRequests));
    for _ in 0..4 {
        turn = stage.poll(&turn.transaction).await;
    }
    assert_eq!(
        failure(&stage.poll(&turn.transaction).await),
        (FailureClass::ProviderDown, "try-again", true)
    );
    for (trouble, class, text) in [
        (Trouble::Maintenance, FailureClass::ProviderDown, "maintenance"),
        (Trouble::InternalError, FailureClass::ProviderDown, "try-again"),
        (Trouble::RequestTimeout, FailureClass::ProviderDown, "try-again"),
        (Trouble::UnknownCode, FailureClass::Protocol, "try-again"),
    ] {
        phone.suffer(Some(trouble));
        assert_eq!(failure(&stage.begin(false).await), (class, text, true));
    }
}

/// Each failed hint, as a person sees it through the host: class, words in Swedish, and whether to try again.
#[tokio::test]
async fn every_end_that_bankid_knows_and_one_that_it_does_not() {
    for (hint, class, words, retryable) in [
        ("certificateErr", FailureClass::Credential, "spärrat eller för gammalt", false),
        ("userCancel", FailureClass::Cancelled, "Du avbröt", true),
        ("cancelled", FailureClass::Busy, "en annan identifiering började", true),
        ("userDeclinedCall", FailureClass::Cancelled, "Du avbröt", true),
        ("notSupportedByUserApp", FailureClass::Credential, "Uppdatera den", true),
        ("transactionRiskBlocked", FailureClass::Risk, "Lägg på", false),
        ("somethingOfTomorrow", FailureClass::Protocol, "Något gick fel hos BankID", true),
    ] {
        let auth = r#"{"orderRef":"131daac9-16c6-4618-beb0-365768f37288","autoStartToken":"7c40b5c9-fa74-49cf-b98c-bfe651f9a7c6",
            "qrStartToken":"67df3917-fa0d-44e5-b327-edcc928297f8","qrStartSecret":"d28db9a7-4cde-429e-a983-359be676944c"}"#;
        let collect = format!(
            r#"{{"orderRef":"131daac9-16c6-4618-beb0-365768f37288","status":"failed","hintCode":"{hint}"}}"#
        );
        let canned =
            Canned::start(move |line| json(200, if line.contains("/auth") { auth } else { &collect })).await;
        let binding = binding("granby/bankid", "bankid", "bankid", vec![("api", canned.endpoint(true))]);
        let world = World::open(&TestClock::new(), vec![binding]);
        let turn = world.sandbox.begin("granby/bankid", &args(), &context()).await.unwrap();
        let turn =
            world.sandbox.advance("granby/bankid", &turn.transaction, Event::Poll, &context()).await.unwrap();
        let Step::Failed(failure) = turn.step else { panic!("{hint}: not failed") };
        assert_eq!((failure.class, failure.retryable, failure.code.as_str()), (class, retryable, hint));
        assert!(failure.message.text.contains(words), "{hint}: {}", failure.message.text);
    }
}
