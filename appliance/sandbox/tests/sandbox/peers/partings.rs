//! Leaving npm's oidc-provider after leaving Kuvert: what goes into the address, and what may never.

use kuvert_sandbox::{Event, OidcClient, Transaction};
use url::Url;

use super::{BINDING, CLIENT, LOGGED_OUT, Meeting, brokers, directories, visitor};
use crate::world::context;

/// Where Kuvert sends the browser, with its parameters.
async fn way_out(meeting: &Meeting, left: &Transaction) -> Option<(Url, Vec<(String, String)>)> {
    let address = meeting.world.sandbox.end_session(BINDING, left, &context()).await.unwrap()?;
    let url = Url::parse(&address).unwrap();
    let pairs = url.query_pairs().into_owned().collect();
    Some((url, pairs))
}

fn one<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

#[tokio::test]
async fn who_leaves_proves_whose_session_it_is_and_comes_back() {
    let meeting = brokers::meet("signaturgruppen", "mitid-signaturgruppen", brokers::asta()).await;
    let left = meeting.signed_in().await;
    let (url, pairs) = way_out(&meeting, &left).await.unwrap();
    assert_eq!(one(&pairs, "post_logout_redirect_uri"), Some(LOGGED_OUT));
    assert_eq!((one(&pairs, "client_id"), one(&pairs, "language")), (Some(CLIENT), Some("en")));
    let token = one(&pairs, "id_token_hint").unwrap();
    assert_eq!(token.split('.').count(), 3);
    let back = visitor::walk(url.as_str(), &meeting.ca, LOGGED_OUT, &[]).await;
    assert_eq!(back.as_str(), LOGGED_OUT);
}

#[tokio::test]
async fn nothing_is_left_but_what_the_way_out_needs() {
    let meeting = brokers::meet("signaturgruppen", "mitid-signaturgruppen", brokers::asta()).await;
    let left = meeting.signed_in().await;
    let bytes = String::from_utf8_lossy(left.to_bytes()).into_owned();
    assert!(!bytes.contains("6101014000") && !bytes.contains("access_token"), "evidence is kept");
    let again = meeting.world.sandbox.advance(BINDING, &left, Event::Callback(vec![]), &context()).await;
    assert!(again.is_err(), "what is left signs nobody in");
}

#[tokio::test]
async fn an_id_token_with_an_identity_number_never_stands_in_an_address() {
    let meeting = brokers::meet("idura", "mitid-idura", brokers::idura()).await;
    let left = meeting.signed_in().await;
    assert!(!String::from_utf8_lossy(left.to_bytes()).contains("eyJ"), "the token is not even kept");
    let (_, pairs) = way_out(&meeting, &left).await.unwrap();
    assert_eq!((one(&pairs, "client_id"), one(&pairs, "id_token_hint")), (Some(CLIENT), None));
    assert_eq!(one(&pairs, "post_logout_redirect_uri"), Some(LOGGED_OUT));
}

#[tokio::test]
async fn a_token_that_makes_the_address_too_long_stays_at_home() {
    let mut bo = directories::entra();
    bo["groups"] = (0..200).map(|number| format!("granby-group-{number}")).collect();
    let meeting = directories::meet("entra", bo).await;
    let left = meeting.signed_in().await;
    let (_, pairs) = way_out(&meeting, &left).await.unwrap();
    assert_eq!((one(&pairs, "client_id"), one(&pairs, "id_token_hint")), (Some(CLIENT), None));
}

#[tokio::test]
async fn where_the_providers_session_is_left_alone_nothing_is_kept() {
    let Meeting { peer, ca, .. } = directories::meet("entra", directories::entra()).await;
    let alone = |client: &mut OidcClient| client.logged_out_uri = None;
    let meeting = Meeting::open(peer, ca, "staff-entra", alone);
    assert!(meeting.signed_in().await.is_empty());
}

#[tokio::test]
async fn a_provider_without_a_way_out_is_left_as_it_is() {
    let meeting = brokers::meet("freja", "freja-oidc", brokers::astrid()).await;
    let left = meeting.signed_in().await;
    assert!(way_out(&meeting, &left).await.is_none());
}
