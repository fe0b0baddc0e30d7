//! Logins under way: who may end them, what two pages of one browser may do, and what is left when a page is left.

use jiff::SignedDuration;
use kuvert_domain::{language::Language, text::DisplayName};
use kuvert_store::records::{Identity, Login, LoginStage};

use super::town::{ASTRID, Town};
use crate::{Arrival, Conflict, Destination, Front, LoginCookie, LoginState, ServiceError};

pub(super) fn astrid() -> Identity {
    let number = kuvert_domain::number::Number::parse(
        kuvert_domain::country::Country::Sweden,
        ASTRID,
        jiff::civil::date(2026, 11, 21),
        kuvert_domain::number::TestNumbers::Refused,
    );
    Identity::Resident { number: number.unwrap(), name: DisplayName::parse("Astrid").unwrap() }
}

/// A login in another state than its plugin brought it to.
async fn edited(town: &Town, cookie: &LoginCookie, edit: impl FnOnce(Login) -> Login) -> Front {
    let (front, id) = (town.front("granby"), town.municipality("granby").id);
    let row = crate::front::stored(&front, cookie).await;
    town.keep_login(id, cookie, edit(row)).await;
    front
}

/// A login that waits for an app.
async fn waiting(town: &Town, this_device: bool) -> (LoginCookie, Front) {
    let cookie = town.approved("granby", astrid(), Destination::Home).await;
    let next_poll = town.now().saturating_add(SignedDuration::from_secs(2)).unwrap();
    let front = edited(town, &cookie, |row| {
        let stage = LoginStage::Waiting {
            transaction: Vec::new(),
            next_poll,
            pause_ms: 2_000,
            expires: row.ends,
            unanswered: 0,
        };
        Login { this_device, stage, ..row }
    });
    let front = front.await;
    (cookie, front)
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
    let method = row.method.clone();
    let url = "https://idp.example/authorize?client_id=k&state=s3cret".to_owned();
    let stage = LoginStage::Redirect { url: url.clone(), transaction: Vec::new() };
    town.keep_login(id, &cookie, kuvert_store::records::Login { stage, ..row }).await;
    for parameters in [vec![], vec![("state".to_owned(), "guess".to_owned())]] {
        assert!(matches!(front.callback(&cookie, &method, parameters).await, Err(ServiceError::NotFound)));
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
    let stage = LoginStage::Waiting {
        transaction: Vec::new(),
        next_poll: later,
        pause_ms: 2_000,
        expires: row.ends,
        unanswered: 0,
    };
    let row = kuvert_store::records::Login { this_device: true, stage, ..row };
    town.keep_login(id, &cookie, row.clone()).await;
    front.returned(&cookie, "nonce").await.unwrap();
    let after = crate::front::stored(&front, &cookie).await;
    assert!(after.returned);
    assert_eq!(after.turn, row.turn, "the poll's answer still counts");
}

#[tokio::test]
async fn the_page_that_comes_second_goes_where_the_first_went() {
    let town = Town::open().await;
    let front = town.front("granby");
    let cookie = town.approved("granby", astrid(), Destination::Home).await;
    let first = front.finish(&cookie).await.unwrap();
    assert_eq!(
        front.look(&cookie).await.unwrap().state,
        LoginState::NeedsReturn,
        "the first has the way to itself"
    );
    assert_eq!(front.already_in(&cookie, &first.token).await.unwrap(), Some(Arrival::Checks));
    assert!(front.session(&first.token).await.unwrap().is_some(), "nothing was revoked");

    let other = town.sign_in("granby", ASTRID, Destination::Home).await.token;
    assert_eq!(front.already_in(&cookie, &other).await.unwrap(), None, "a session of another login");
    town.pass(SignedDuration::from_mins(3));
    assert_eq!(front.look(&cookie).await.unwrap().state, LoginState::Done);
    assert!(matches!(front.finish(&cookie).await, Err(ServiceError::NotFound)), "no second session");
}

#[tokio::test]
async fn a_session_that_ended_leads_nowhere() {
    let town = Town::open().await;
    let front = town.front("granby");
    let cookie = town.approved("granby", astrid(), Destination::Home).await;
    let signed_in = front.finish(&cookie).await.unwrap();
    assert_eq!((signed_in.method.as_str(), signed_in.device), ("bankid", crate::Device::Other));
    let crate::Session::Resident(session) = &signed_in.session else { panic!("a resident") };
    town.service.as_resident(session).log_out().await.unwrap();
    assert_eq!(front.already_in(&cookie, &signed_in.token).await.unwrap(), None);
}

#[tokio::test]
async fn leaving_the_page_of_a_code_ends_its_order_and_going_to_an_app_does_not() {
    let town = Town::open().await;
    let (cookie, front) = waiting(&town, false).await;
    front.leave(&cookie, "the mark of a page that was shown before").await.unwrap();
    assert!(matches!(front.look(&cookie).await.unwrap().state, LoginState::Waiting(_)));
    front.leave(&cookie, &cookie.page_mark()).await.unwrap();
    assert_eq!(front.look(&cookie).await.unwrap().state, LoginState::Left);
    assert!(matches!(front.finish(&cookie).await, Err(ServiceError::Conflict(Conflict::WrongStep))));

    let (cookie, front) = waiting(&town, true).await;
    front.leave(&cookie, &cookie.page_mark()).await.unwrap();
    assert!(matches!(front.look(&cookie).await.unwrap().state, LoginState::Waiting(_)));

    let done = town.approved("granby", astrid(), Destination::Home).await;
    front.leave(&done, &done.page_mark()).await.unwrap();
    front.finish(&done).await.unwrap();
}

#[tokio::test]
async fn a_login_goes_on_in_the_language_that_was_chosen_meanwhile() {
    let town = Town::open().await;
    let (cookie, front) = waiting(&town, true).await;
    front.speak(&cookie, Language::En).await.unwrap();
    assert_eq!(front.look(&cookie).await.unwrap().language, Language::En);
    front.speak(&LoginCookie::from_bytes([9; 32]), Language::En).await.unwrap();
}

#[tokio::test]
async fn who_acts_for_an_organisation_opens_no_private_mailbox() {
    let town = Town::open().await;
    let havnby = town.municipality("havnby");
    let text = |text: &str| Some(kuvert_domain::secret::Secret::new(text.to_owned()));
    let private = kuvert_sandbox::Claim {
        number: text("6101014000"),
        country: Some(kuvert_domain::country::Country::Denmark),
        name: text("Asta Eksempel"),
        organisation: None,
        level: kuvert_domain::level::Level::Substantial,
        subject: text("s"),
        groups: None,
    };
    assert!(crate::front::resident(havnby, &private, town.now()).is_ok());
    let signatory = kuvert_sandbox::Claim { organisation: Some("43950932".to_owned()), ..private };
    let refused = crate::front::resident(havnby, &signatory, town.now());
    assert_eq!(refused.unwrap_err(), crate::LoginFault::Organisation);
}

#[tokio::test]
async fn a_session_ends_here_whatever_its_provider_makes_of_it() {
    let town = Town::open().await;
    let front = town.front("granby");
    let cookie = town.approved("granby", astrid(), Destination::Home).await;
    edited(&town, &cookie, |row| {
        let LoginStage::Approved { identity, issued, .. } = row.stage.clone() else { panic!("approved") };
        // Nothing that any version of the sandbox has written.
        Login { stage: LoginStage::Approved { identity, issued, parting: vec![7; 40] }, ..row }
    })
    .await;
    let signed_in = front.finish(&cookie).await.unwrap();
    let crate::Session::Resident(session) = &signed_in.session else { panic!("a resident") };
    let parting = town.service.as_resident(session).log_out().await.unwrap().expect("a provider to go to");
    assert!(front.session(&signed_in.token).await.unwrap().is_none(), "over before anybody was asked");
    assert_eq!((parting.method(), front.part(&parting, Language::Sv).await), ("bankid", None));

    let plain = town.sign_in("granby", ASTRID, Destination::Home).await;
    let crate::Session::Resident(session) = &plain.session else { panic!("a resident") };
    assert!(town.service.as_resident(session).log_out().await.unwrap().is_none(), "nothing to go to");
}
