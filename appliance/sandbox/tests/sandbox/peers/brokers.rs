//! npm's oidc-provider as both brokers for MitID and as Freja: private keys, pushed requests, issuers that name themselves.

use kuvert_domain::{country::Country, level::Level};
use kuvert_sandbox::{FailureClass, PushedRequests};
use kuvert_simulators::peer::Peer;
use serde_json::{Value, json};

use super::{BACK, CLIENT, LOGGED_OUT, Meeting, certificate, done, failed, with};

const NSIS: &str = "https://data.gov.dk/concept/core/nsis/";

pub(super) async fn meet(model: &str, profile: &str, person: Value) -> Meeting {
    let (certificate, ca) = certificate();
    let client = json!({ "id": CLIENT, "redirects": [BACK], "logged_out": [LOGGED_OUT] });
    let settings = json!({ "model": model, "client": client, "people": { "somebody": person } });
    let mut peer = Peer::node("oidc-provider.js", &with(certificate, settings)).await.unwrap();
    peer.ask(&json!({ "account": "somebody" })).await.unwrap();
    Meeting::open(peer, ca, profile, |_| {})
}

pub(super) fn asta() -> Value {
    json!({
        "idp": "mitid", "identity_type": "private", "loa": format!("{NSIS}Substantial"),
        "mitid.uuid": "7d4f0b62-3f5e-4b4b-9a39-2f1f7c0f6a10", "mitid.identity_name": "Asta Eksempel",
        "mitid.has_cpr": "true", "dk.cpr": "6101014000",
    })
}

fn changed(mut person: Value, name: &str, value: Value) -> Value {
    person[name] = value;
    person
}

#[tokio::test]
async fn a_dane_through_signaturgruppen_with_a_pushed_request_and_a_key() {
    let mut meeting = meet("signaturgruppen", "mitid-signaturgruppen", asta()).await;
    let claim = done(meeting.sign_in(&[]).await);
    assert_eq!(claim.number.unwrap().expose(), "6101014000");
    assert_eq!(claim.name.unwrap().expose(), "Asta Eksempel");
    assert_eq!((claim.country, claim.level), (Some(Country::Denmark), Level::Substantial));
    assert!(claim.organisation.is_none() && claim.groups.is_none());

    let asked = meeting.peer.ask(&json!({})).await.unwrap();
    assert_eq!(asked["idp_values"], "mitid");
    assert_eq!(asked["idp_params"], r#"{"mitid":{"loa_value":"substantial"}}"#);
    assert_eq!(asked["scope"], "openid mitid ssn");
    assert_eq!(asked["prompt"], "login", "from a session of the broker's own nobody is let in");
    assert_eq!(asked["max_age"], "600");
}

#[tokio::test]
async fn the_browser_carries_nothing_of_a_pushed_request() {
    let meeting = meet("signaturgruppen", "mitid-signaturgruppen", asta()).await;
    let turn = meeting.begin().await.unwrap();
    let kuvert_sandbox::Step::Redirect(url) = &turn.step else { panic!("not a redirect") };
    let url = url::Url::parse(url).unwrap();
    let names: Vec<String> = url.query_pairs().map(|(name, _)| name.into_owned()).collect();
    assert_eq!(names, ["client_id", "request_uri"]);
    for stray in [vec![], vec![("state".to_owned(), "guess".to_owned())]] {
        assert!(!turn.transaction.is_answered_by(&stray), "what a foreign page sends answers nothing");
    }
}

#[tokio::test]
async fn a_broker_that_wants_pushed_requests_gets_nothing_else() {
    let (certificate, ca) = certificate();
    let client = json!({ "id": CLIENT, "redirects": [BACK], "logged_out": [LOGGED_OUT] });
    let settings = json!({ "model": "signaturgruppen", "client": client, "people": { "somebody": asta() } });
    let mut peer = Peer::node("oidc-provider.js", &with(certificate, settings)).await.unwrap();
    peer.ask(&json!({ "account": "somebody" })).await.unwrap();
    let change = |client: &mut kuvert_sandbox::OidcClient| client.pushed = PushedRequests::Never;
    let meeting = Meeting::open(peer, ca, "mitid-signaturgruppen", change);
    assert_eq!(failed(meeting.sign_in(&[]).await).code, "provider:invalid_request");
}

#[tokio::test]
async fn another_clients_key_pushes_nothing() {
    let own = meet("signaturgruppen", "mitid-signaturgruppen", asta()).await;
    let other = meet("signaturgruppen", "mitid-signaturgruppen", asta()).await;
    let key = other.peer.ready()["key"].as_str().unwrap().to_owned();
    let Meeting { peer, ca, .. } = own;
    let meeting = Meeting::open(peer, ca, "mitid-signaturgruppen", |client| {
        client.authentication = kuvert_sandbox::ClientAuthentication::PrivateKey {
            key_pem: kuvert_domain::secret::Secret::new(key),
            key_id: Some("own".to_owned()),
        };
    });
    let failure = failed(meeting.sign_in(&[]).await);
    assert_eq!((failure.class, failure.code.as_str()), (FailureClass::Config, "provider:invalid_client"));
}

#[tokio::test]
async fn who_changes_her_mind_is_told_so() {
    let mut meeting = meet("signaturgruppen", "mitid-signaturgruppen", asta()).await;
    meeting.peer.ask(&json!({ "account": "nobody" })).await.unwrap();
    let failure = failed(meeting.sign_in(&[]).await);
    assert_eq!((failure.class, failure.code.as_str()), (FailureClass::Cancelled, "provider:access_denied"));
}

#[tokio::test]
async fn who_has_no_cpr_number_is_told_so() {
    let nobody = changed(asta(), "dk.cpr", Value::Null);
    let meeting = meet("signaturgruppen", "mitid-signaturgruppen", nobody).await;
    let failure = failed(meeting.sign_in(&[]).await);
    assert_eq!((failure.message.key.as_str(), failure.retryable), ("no-number", false));
}

#[tokio::test]
async fn a_level_that_is_too_low_is_told_so() {
    let low = changed(asta(), "loa", json!(format!("{NSIS}Low")));
    let failure = failed(meet("signaturgruppen", "mitid-signaturgruppen", low).await.sign_in(&[]).await);
    assert_eq!((failure.class, failure.message.key.as_str()), (FailureClass::Level, "level-too-low"));
}

#[tokio::test]
async fn an_employee_is_no_resident() {
    let employee = changed(asta(), "identity_type", json!("professional"));
    let failure = failed(meet("signaturgruppen", "mitid-signaturgruppen", employee).await.sign_in(&[]).await);
    assert_eq!((failure.class, failure.message.key.as_str()), (FailureClass::Credential, "another-kind"));
}

#[tokio::test]
async fn an_employee_through_signaturgruppen_may_have_a_pseudonym() {
    let employee = json!({
        "idp": "mitid_erhverv", "identity_type": "professional", "loa": format!("{NSIS}Substantial"),
        "nemlogin.cvr": "43950932", "nemlogin.org_name": "Testfirma", "nemlogin.alias": "Pseudonym",
        "nemlogin.persistent_professional_id": "f3a0b7a8-25ad-4b5d-9c3e-0d1b5a1c2e3f",
    });
    let mut meeting = meet("signaturgruppen", "mitid-signaturgruppen-erhverv", employee.clone()).await;
    let claim = done(meeting.sign_in(&[]).await);
    assert_eq!(claim.organisation.as_deref(), Some("43950932"));
    assert_eq!(claim.subject.unwrap().expose(), "f3a0b7a8-25ad-4b5d-9c3e-0d1b5a1c2e3f");
    assert!(claim.name.is_none() && claim.number.is_none());
    assert_eq!(meeting.peer.ask(&json!({})).await.unwrap()["idp_values"], "mitid_erhverv");

    let private = changed(employee, "identity_type", json!("private"));
    let meeting = meet("signaturgruppen", "mitid-signaturgruppen-erhverv", private).await;
    assert_eq!(
        failed(meeting.sign_in(&[]).await).message.key,
        "another-kind",
        "a private login names no organisation"
    );
}

pub(super) fn idura() -> Value {
    json!({
        "identityscheme": "dkmitid", "authenticationtype": "urn:grn:authn:dk:mitid:substantial",
        "name": "Asta Eksempel", "cprNumberIdentifier": "6101014000",
    })
}

#[tokio::test]
async fn a_dane_through_idura_with_an_rsa_key() {
    let mut meeting = meet("idura", "mitid-idura", idura()).await;
    let claim = done(meeting.sign_in(&[]).await);
    assert_eq!(claim.number.unwrap().expose(), "6101014000");
    assert_eq!((claim.country, claim.level), (Some(Country::Denmark), Level::Substantial));
    let asked = meeting.peer.ask(&json!({})).await.unwrap();
    assert_eq!(asked["acr_values"], "urn:grn:authn:dk:mitid:substantial");
    assert_eq!((&asked["scope"], &asked["prompt"]), (&json!("openid ssn"), &json!("login")));
}

#[tokio::test]
async fn a_login_for_a_company_is_no_residents_whatever_way_was_asked_for() {
    for (name, value) in
        [("cvrNumberIdentifier", "43950932"), ("employee", "true"), ("companySignatory", "true")]
    {
        let person = changed(idura(), name, json!(value));
        let failure = failed(meet("idura", "mitid-idura", person).await.sign_in(&[]).await);
        assert_eq!(failure.message.key, "another-kind", "{name}");
    }
}

#[tokio::test]
async fn another_e_id_of_the_same_broker_is_not_mitid() {
    let swede = changed(idura(), "authenticationtype", json!("urn:grn:authn:se:bankid"));
    let failure = failed(meet("idura", "mitid-idura", swede).await.sign_in(&[]).await);
    assert_eq!(failure.class, FailureClass::Level);
    let scheme = changed(idura(), "identityscheme", json!("sebankid"));
    let failure = failed(meet("idura", "mitid-idura", scheme).await.sign_in(&[]).await);
    assert_eq!(failure.message.key, "another-kind");
}

#[tokio::test]
async fn an_employee_through_idura_counts_as_low() {
    let employee = json!({
        "identityscheme": "dkmitid", "authenticationtype": "urn:grn:authn:dk:mitid:business",
        "name": "Asta Eksempel", "cvrNumberIdentifier": "43950932", "employee": "true",
    });
    let failure = failed(meet("idura", "mitid-idura-erhverv", employee).await.sign_in(&[]).await);
    assert_eq!(failure.class, FailureClass::Level, "the broker states no level for it");
}

fn of_freja(claim: &str) -> String {
    format!("https://frejaeid.com/oidc/claims/{claim}")
}

pub(super) fn astrid() -> Value {
    json!({
        "name": "Astrid Exempel", of_freja("personalIdentityNumber"): "199908072391", of_freja("country"): "SE",
        of_freja("registrationLevel"): "PLUS", of_freja("loaLevel"): "LOA3",
    })
}

#[tokio::test]
async fn a_swede_through_frejas_own_provider() {
    let claim = done(meet("freja", "freja-oidc", astrid()).await.sign_in(&[]).await);
    assert_eq!(claim.number.unwrap().expose(), "199908072391");
    assert_eq!((claim.country, claim.level), (Some(Country::Sweden), Level::Substantial));

    let elsewhere = changed(astrid(), &of_freja("country"), json!("NO"));
    let failure = failed(meet("freja", "freja-oidc", elsewhere).await.sign_in(&[]).await);
    assert_eq!(failure.message.key, "no-number", "a number of another country");
}
