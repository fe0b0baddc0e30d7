//! A version that claims what the evidence does not say is shut away, and no other is.

use kuvert_sandbox::{Event, FaultCode, Transaction};

use super::{
    guests::{Guest, Memory, args, calling, calling_in, context, registry, shut_away, swap, town, towns},
    town::Town,
};

/// Shows a code, and says who somebody is without having asked anybody.
fn liar() -> Guest {
    let claims = "(i32.store8 (i32.const 1040) (i32.const 2)) (i32.store (i32.const 1048) (i32.const 1))
        (i32.store (i32.const 1052) (i32.const 7))";
    Guest::of(Memory::waiting()).does("advance", claims)
}

/// Shows a code, and goes on showing it.
fn honest() -> Guest {
    Guest::of(Memory::waiting()).does("advance", "")
}

async fn begin(town: &Town, login: &str) -> Transaction {
    calling(town).begin(&args(), &context(login)).await.unwrap().transaction
}

/// The code that a poll of this login ends with.
async fn poll(town: &Town, login: &str, transaction: &Transaction) -> Option<FaultCode> {
    let polled = calling(town).advance(transaction, Event::Poll, &context(login)).await;
    polled.err().map(|fault| fault.code)
}

#[tokio::test]
async fn a_version_that_lies_after_another_was_activated_is_the_one_shut_away() {
    let town = town("1.2.0", &liar()).await;
    let (one, two) = (begin(&town, "one").await, begin(&town, "two").await);
    swap(&town, "1.3.0", &honest()).await;
    assert_eq!(poll(&town, "one", &one).await, Some(FaultCode::Claim));
    assert_eq!(shut_away(&town, "1.2.0"), None, "once may be an accident");
    assert_eq!(poll(&town, "two", &two).await, Some(FaultCode::Claim));
    assert!(shut_away(&town, "1.2.0").unwrap().contains("false claims in two logins"));
    assert_eq!(shut_away(&town, "1.3.0"), None);
    let three = begin(&town, "three").await;
    assert_eq!(poll(&town, "three", &three).await, None);
}

#[tokio::test]
async fn logins_that_find_their_version_shut_away_do_not_shut_the_good_one_away() {
    let town = town("1.1.0", &honest()).await;
    swap(&town, "1.2.0", &liar()).await;
    let mut logins = Vec::new();
    for login in ["one", "two", "three", "four", "five"] {
        logins.push((login, begin(&town, login).await));
    }
    for (login, transaction) in &logins[..2] {
        poll(&town, login, transaction).await.unwrap();
    }
    assert!(shut_away(&town, "1.2.0").is_some());
    registry(&town).roll_back("bankid", "anna", "it lied").unwrap();
    town.service.core().sandbox.refresh().await.unwrap();
    for (login, transaction) in &logins[2..] {
        assert_eq!(poll(&town, login, transaction).await, Some(FaultCode::Claim), "it stays shut away");
    }
    assert_eq!(shut_away(&town, "1.1.0"), None);
    let after = begin(&town, "after").await;
    assert_eq!(poll(&town, "after", &after).await, None);
}

#[tokio::test]
async fn a_stand_in_that_lies_is_the_one_shut_away() {
    let claims = Guest::of(Memory::claim(7, "/number", "/name"));
    let town = town("1.0.0", &claims).await;
    swap(&town, "1.1.0", &Guest::attack("trap", Memory::polite())).await;
    for login in ["one", "two"] {
        let fault = calling(&town).begin(&args(), &context(login)).await.unwrap_err();
        assert_eq!(fault.code, FaultCode::Claim, "{fault}");
    }
    assert!(shut_away(&town, "1.0.0").is_some());
    assert_eq!(shut_away(&town, "1.1.0"), None);
}

/// The code that a whole login of one municipality ends with.
async fn lied(town: &Town, slug: &str, login: &str) -> Option<FaultCode> {
    let calling = calling_in(town, slug);
    let begun = calling.begin(&args(), &context(login)).await;
    let transaction = match begun {
        Ok(turn) => turn.transaction,
        Err(fault) => return Some(fault.code),
    };
    calling.advance(&transaction, Event::Poll, &context(login)).await.err().map(|fault| fault.code)
}

#[tokio::test]
async fn one_municipality_of_two_takes_a_plugin_from_nobody_else() {
    let town = towns("1.2.0", &liar(), &["granby", "havnby"]).await;
    let elsewhere = calling_in(&town, "havnby").begin(&args(), &context("before")).await.unwrap().transaction;
    for login in ["one", "two", "three"] {
        assert_eq!(lied(&town, "granby", login).await, Some(FaultCode::Claim));
    }
    assert_eq!(shut_away(&town, "1.2.0"), None, "one municipality is not enough");
    let rests = calling_in(&town, "granby").begin(&args(), &context("four")).await.unwrap_err();
    assert!(rests.retryable && rests.detail.contains("rests"), "{rests}");
    assert!(
        calling_in(&town, "havnby").begin(&args(), &context("five")).await.is_ok(),
        "the neighbour goes on"
    );
    let lie = calling_in(&town, "havnby").advance(&elsewhere, Event::Poll, &context("before")).await;
    assert_eq!(lie.unwrap_err().code, FaultCode::Claim);
    assert!(shut_away(&town, "1.2.0").is_some(), "two municipalities are");
}
