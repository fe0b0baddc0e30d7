//! Sessions: they end, they are renewed in time, and a login gives one.

use jiff::SignedDuration;
use kuvert_domain::text::DisplayName;
use kuvert_store::{
    Reading as _,
    records::{Identity, LoginStage},
};

use super::town::{ASTRID, Town};
use crate::{Conflict, Destination, LoginState, ServiceError, Session, SessionToken};

fn astrid() -> Identity {
    let number = kuvert_domain::number::Number::parse(
        kuvert_domain::country::Country::Sweden,
        ASTRID,
        jiff::civil::date(2026, 11, 21),
        kuvert_domain::number::TestNumbers::Refused,
    );
    Identity::Resident { number: number.unwrap(), name: DisplayName::parse("Astrid").unwrap() }
}

#[tokio::test]
async fn a_session_ends_when_idle_and_after_an_hour_whatever_happens() {
    let town = Town::open().await;
    let front = town.front("granby");
    let token = town.sign_in("granby", ASTRID, Destination::Home).await.token;
    for _ in 0..4 {
        assert!(front.session(&token).await.unwrap().is_some());
        town.pass(SignedDuration::from_mins(14));
    }
    let session = front.session(&token).await.unwrap().unwrap();
    assert_eq!(session.times().idle_ends, session.times().ends, "idle time never outlives the whole");
    town.pass(SignedDuration::from_mins(4));
    assert!(front.session(&token).await.unwrap().is_none(), "an hour in all");

    let idle = town.sign_in("granby", ASTRID, Destination::Home).await.token;
    town.pass(SignedDuration::from_mins(15));
    assert!(front.session(&idle).await.unwrap().is_none(), "nobody came for a quarter of an hour");
}

#[tokio::test]
async fn staying_counts_as_activity_and_logging_out_ends_it() {
    let town = Town::open().await;
    let front = town.front("granby");
    let signed_in = town.sign_in("granby", ASTRID, Destination::Home).await;
    let Session::Resident(session) = &signed_in.session else { panic!("a resident") };
    let resident = town.service.as_resident(session);
    town.pass(SignedDuration::from_mins(14));
    resident.stay().await.unwrap();
    town.pass(SignedDuration::from_mins(14));
    assert!(front.session(&signed_in.token).await.unwrap().is_some());
    resident.log_out().await.unwrap();
    assert!(front.session(&signed_in.token).await.unwrap().is_none());
    assert!(matches!(resident.stay().await, Err(ServiceError::NotFound)));
}

#[tokio::test]
async fn a_token_of_another_makes_nobody() {
    let town = Town::open().await;
    let token = SessionToken::from_bytes([3; 32]);
    assert!(town.front("granby").session(&token).await.unwrap().is_none());
    let session = town.sign_in("granby", ASTRID, Destination::Home).await.session;
    assert!(session.csrf_matches(session.csrf()));
    assert!(!session.csrf_matches(&token.csrf()));
}

#[tokio::test]
async fn a_phone_that_comes_back_twice_gets_a_new_token_and_loses_the_unused_one() {
    let town = Town::open().await;
    let front = town.front("granby");
    let cookie = town.approved("granby", astrid(), Destination::Home).await;
    let first = front.finish(&cookie).await.unwrap().token;
    town.pass(SignedDuration::from_secs(30));
    let second = front.finish(&cookie).await.unwrap().token;
    assert!(front.session(&first).await.unwrap().is_none(), "revoked");
    assert!(front.session(&second).await.unwrap().is_some());
    assert!(matches!(front.finish(&cookie).await, Err(ServiceError::NotFound)), "used: the login is spent");

    let late = town.approved("granby", astrid(), Destination::Home).await;
    front.finish(&late).await.unwrap();
    town.pass(SignedDuration::from_secs(61));
    assert!(matches!(front.finish(&late).await, Err(ServiceError::NotFound)));
}

#[tokio::test]
async fn a_login_on_this_device_ends_only_in_the_browser_that_comes_back() {
    let town = Town::open().await;
    let front = town.front("granby");
    let id = town.municipality("granby").id;
    let cookie = town.approved("granby", astrid(), Destination::Home).await;
    let (row, other) = (crate::front::stored(&front, &cookie).await, crate::LoginCookie::from_bytes([9; 32]));
    town.keep_login(id, &cookie, kuvert_store::records::Login { this_device: true, ..row }).await;

    assert_eq!(front.look(&cookie).await.unwrap().state, LoginState::NeedsReturn);
    let early = front.finish(&cookie).await;
    assert!(matches!(early, Err(ServiceError::Conflict(Conflict::WrongStep))), "polling alone is not enough");
    assert!(matches!(front.returned(&cookie, "wrong").await, Err(ServiceError::NotFound)));
    assert!(matches!(front.returned(&other, "nonce").await, Err(ServiceError::NotFound)), "another browser");
    assert_eq!(front.look(&cookie).await.unwrap().state, LoginState::NeedsReturn);
    assert_eq!(front.returned(&cookie, "nonce").await.unwrap().state, LoginState::Done);
    front.finish(&cookie).await.unwrap();
}

#[tokio::test]
async fn a_login_runs_out_after_ten_minutes_even_when_it_was_approved() {
    let town = Town::open().await;
    let front = town.front("granby");
    let cookie = town.approved("granby", astrid(), Destination::Home).await;
    town.pass(SignedDuration::from_mins(10));
    assert!(matches!(front.finish(&cookie).await, Err(ServiceError::Conflict(Conflict::WrongStep))));
    let LoginState::Failed(failure) = front.look(&cookie).await.unwrap().state else { panic!("over") };
    assert_eq!(failure.class.key(), "eid-expired");
}

#[tokio::test]
async fn a_cancelled_login_is_gone_and_a_login_of_another_municipality_was_never_there() {
    let town = Town::open().await;
    let cookie = town.approved("granby", astrid(), Destination::Home).await;
    assert!(matches!(town.front("holmby").finish(&cookie).await, Err(ServiceError::NotFound)));
    town.front("granby").cancel(&cookie).await.unwrap();
    assert!(matches!(town.front("granby").look(&cookie).await, Err(ServiceError::NotFound)));
    town.front("granby").cancel(&cookie).await.unwrap();
}

#[tokio::test]
async fn a_foreign_page_that_calls_the_callback_spends_nothing() {
    let town = Town::open().await;
    let (front, id) = (town.front("granby"), town.municipality("granby").id);
    let cookie = town.approved("granby", astrid(), Destination::Home).await;
    let row = crate::front::stored(&front, &cookie).await;
    let url = "https://idp.example/authorize?client_id=k&state=s3cret".to_owned();
    let stage = LoginStage::Redirect { url: url.clone(), transaction: Vec::new() };
    town.keep_login(id, &cookie, kuvert_store::records::Login { stage, ..row }).await;
    for parameters in [vec![], vec![("state".to_owned(), "guess".to_owned())]] {
        assert!(matches!(front.callback(&cookie, parameters).await, Err(ServiceError::NotFound)));
        assert_eq!(front.look(&cookie).await.unwrap().state, LoginState::Redirect { url: url.clone() });
    }
}

#[tokio::test]
async fn coming_back_does_not_throw_away_a_poll_that_is_under_way() {
    let town = Town::open().await;
    let (front, id) = (town.front("granby"), town.municipality("granby").id);
    let cookie = town.approved("granby", astrid(), Destination::Home).await;
    let row = crate::front::stored(&front, &cookie).await;
    let later = town.now().saturating_add(SignedDuration::from_secs(2)).unwrap();
    let stage =
        LoginStage::Waiting { transaction: Vec::new(), next_poll: later, pause_ms: 2_000, expires: row.ends };
    let row = kuvert_store::records::Login { this_device: true, stage, ..row };
    town.keep_login(id, &cookie, row.clone()).await;
    front.returned(&cookie, "nonce").await.unwrap();
    let after = crate::front::stored(&front, &cookie).await;
    assert!(after.returned);
    assert_eq!(after.turn, row.turn, "the poll's answer still counts");
}

#[tokio::test]
async fn of_somebody_nobody_wrote_to_nothing_is_kept() {
    let town = Town::open().await;
    town.sign_in("granby", ASTRID, Destination::Home).await;
    town.pass_days(3);
    town.service.tasks().purge().await.unwrap();
    town.service.tasks().sweep().await.unwrap();
    let id = town.municipality("granby").id;
    let kept = town.service.core().read(move |view| {
        Ok(view.keys(&kuvert_store::Scan::prefix(&kuvert_store::records::Person::all(id)))?.len())
    });
    assert_eq!(kept.await.unwrap(), 0);
}
