//! Sessions: they end, and they are renewed in time. What leads to one is in `logins`.

use jiff::SignedDuration;
use kuvert_store::Reading as _;

use super::town::{ASTRID, Town};
use crate::{Destination, ServiceError, Session, SessionToken};

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
