//! npm's oidc-provider in the shape of Entra ID, AD FS and Keycloak: whose groups count, and when they are unknown.

use kuvert_sandbox::FailureClass;
use kuvert_simulators::peer::Peer;
use serde_json::{Value, json};

use super::{BACK, CLIENT, LOGGED_OUT, Meeting, certificate, done, failed, with};

const TENANT: &str = "0b6f4e5c-6a52-4b8e-9d43-9e6f4ab1c0de";
const OBJECT: &str = "4c1b9f0e-7f0a-4c55-8f0d-1de1c38be3a4";

pub(super) async fn meet(make: &str, person: Value) -> Meeting {
    meet_with(make, person, Some(Vec::new())).await
}

pub(super) async fn meet_with(make: &str, person: Value, second_factor: Option<Vec<String>>) -> Meeting {
    let (certificate, ca) = certificate();
    let client = json!({ "id": CLIENT, "redirects": [BACK], "logged_out": [LOGGED_OUT] });
    let settings = json!({ "model": make, "client": client, "people": { "bo": person } });
    let mut peer = Peer::node("oidc-provider.js", &with(certificate, settings)).await.unwrap();
    peer.ask(&json!({ "account": "bo" })).await.unwrap();
    Meeting::open(peer, ca, &format!("staff-{make}"), |client| client.second_factor = second_factor)
}

pub(super) fn entra() -> Value {
    json!({ "oid": OBJECT, "tid": TENANT, "name": "Bo Exempel", "amr": ["pwd", "mfa"], "groups": ["g1", "g2"] })
}

fn changed(mut person: Value, name: &str, value: Value) -> Value {
    person[name] = value;
    person
}

#[tokio::test]
async fn entra_names_people_by_their_object_in_one_tenant() {
    let claim = done(meet("entra", entra()).await.sign_in(&[]).await);
    assert_eq!(claim.subject.unwrap().expose(), OBJECT);
    assert_eq!(claim.groups.unwrap(), ["g1", "g2"]);
    assert_eq!(claim.name.unwrap().expose(), "Bo Exempel");
    assert!(claim.number.is_none() && claim.country.is_none());
}

#[tokio::test]
async fn app_roles_come_before_groups() {
    let person = changed(entra(), "roles", json!(["Kuvert.Social"]));
    assert_eq!(done(meet("entra", person).await.sign_in(&[]).await).groups.unwrap(), ["Kuvert.Social"]);
}

#[tokio::test]
async fn groups_that_did_not_fit_are_unknown() {
    let mut person = changed(entra(), "_claim_names", json!({ "groups": "src1" }));
    person["_claim_sources"] = json!({ "src1": { "endpoint": "https://graph.example/" } });
    person["groups"] = Value::Null;
    assert_eq!(done(meet("entra", person).await.sign_in(&[]).await).groups, None);
}

#[tokio::test]
async fn another_tenant_signs_nobody_in() {
    for (case, tid) in [("another", json!("9188040d-6c67-4c5b-b112-36a304b66dad")), ("none", Value::Null)] {
        let failure = failed(meet("entra", changed(entra(), "tid", tid)).await.sign_in(&[]).await);
        assert_eq!((failure.class, failure.code.as_str()), (FailureClass::Credential, "token:tid"), "{case}");
    }
}

#[tokio::test]
async fn a_guest_of_the_directory_is_not_staff() {
    let guest = changed(entra(), "acct", json!(1));
    let failure = failed(meet("entra", guest).await.sign_in(&[]).await);
    assert_eq!(failure.message.key, "guest");
}

#[tokio::test]
async fn a_password_alone_is_not_enough() {
    let person = changed(entra(), "amr", json!(["pwd"]));
    let failure = failed(meet("entra", person.clone()).await.sign_in(&[]).await);
    assert_eq!(
        (failure.code.as_str(), failure.message.key.as_str()),
        ("token:second-factor", "second-factor")
    );

    let own = Some(vec!["pwd".to_owned()]);
    assert!(done(meet_with("entra", person.clone(), own).await.sign_in(&[]).await).subject.is_some());
    assert!(done(meet_with("entra", person, None).await.sign_in(&[]).await).subject.is_some());
}

#[tokio::test]
async fn adfs_writes_a_list_of_one_as_its_only_item() {
    let person = json!({
        "unique_name": "GRANBY\\bo", "upn": "bo@granby.example", "group": "granby-social",
        "authmethod": "http://schemas.microsoft.com/claims/multipleauthn",
    });
    let claim = done(meet("adfs", person).await.sign_in(&[]).await);
    assert_eq!(claim.groups.unwrap(), ["granby-social"]);
    assert_eq!(
        (claim.subject.unwrap().expose().as_str(), claim.name.unwrap().expose().as_str()),
        ("bo", "GRANBY\\bo")
    );
}

#[tokio::test]
async fn keycloak_tells_the_roles_of_this_very_client() {
    let person = json!({
        "name": "Bo Exempel", "amr": ["mfa"], "realm_access": { "roles": ["offline_access"] },
        "resource_access": { CLIENT: { "roles": ["desk"] }, "another": { "roles": ["admin"] } },
    });
    let claim = done(meet("keycloak", person.clone()).await.sign_in(&[]).await);
    assert_eq!(claim.groups.unwrap(), ["desk"]);
    let person = changed(person, "resource_access", json!({ "another": { "roles": ["admin"] } }));
    let claim = done(meet("keycloak", person).await.sign_in(&[]).await);
    assert_eq!(claim.groups.unwrap(), ["offline_access"], "roles of the realm, never another client's");
}
