//! The rules of the authentication service, one test each, over real mutual TLS.

use std::time::Duration;

use bytes::Bytes;
use data_encoding::{BASE64, BASE64URL_NOPAD};
use http::{Method, Request, StatusCode};
use http_body_util::Full;
use rustls::version::{TLS12, TLS13};
use serde_json::{Value, json};

use super::code::frame;
use super::{AppFault, AuthRef, Forgery, Freja, FrejaSettings, Holder, RELYING_PARTY, Registration, Trouble};
use crate::ca::Authority;
use crate::clock::ManualClock;
use crate::people;
use crate::testing::{Answer, send, tls};

const ASTRID: &str = "199908072391";
const TURE: &str = "189001019802";
const SIGNE: &str = "189001029819";

struct World {
    clock: ManualClock,
    freja: Freja,
}

impl World {
    async fn new() -> Self {
        let clock = ManualClock::at(1_795_000_000_000);
        let mut holders: Vec<Holder> = people::swedish().into_iter().map(Holder::plus).collect();
        holders[2].registration = Registration::Extended;
        let settings = FrejaSettings { port: 0, clock: clock.sim(), holders };
        Self { freja: Freja::start(settings).await.unwrap(), clock }
    }

    async fn raw(&self, request: Request<Full<Bytes>>) -> Answer {
        let config = tls(&self.freja.ca_pem(), Some(&self.freja.client()), &[&TLS13, &TLS12]);
        send(self.freja.api.port(), Some(config), request).await.unwrap()
    }

    async fn post(&self, verb: &str, parameter: &str, body: &Value) -> Answer {
        let body = format!("{parameter}={}", BASE64.encode(body.to_string().as_bytes()));
        self.raw(request(Method::POST, verb, "application/json", &body)).await
    }

    async fn init(&self, body: &Value) -> Answer {
        self.post("initAuthentication", "initAuthRequest", body).await
    }

    /// A new authentication by code: its reference.
    async fn begin(&self) -> String {
        self.init(&inferred()).await.json()["authRef"].as_str().unwrap().to_owned()
    }

    async fn result(&self, reference: &str) -> Answer {
        self.post("getOneResult", "getOneAuthResultRequest", &json!({ "authRef": reference })).await
    }

    async fn status(&self, reference: &str) -> String {
        self.result(reference).await.json()["status"].as_str().unwrap().to_owned()
    }

    async fn refuses(&self, body: &Value, code: u64) {
        let answer = self.init(body).await;
        assert!(answer.status.is_client_error());
        assert_eq!(answer.json()["code"], code, "{body}");
    }
}

fn request(method: Method, verb: &str, content_type: &str, body: &str) -> Request<Full<Bytes>> {
    Request::builder()
        .method(method)
        .uri(format!("/authentication/1.0/{verb}"))
        .header("host", "localhost")
        .header("content-type", content_type)
        .body(Full::new(Bytes::copy_from_slice(body.as_bytes())))
        .unwrap()
}

fn inferred() -> Value {
    json!({
        "userInfoType": "INFERRED", "userInfo": "N/A", "minRegistrationLevel": "PLUS",
        "attributesToReturn": [{ "attribute": "BASIC_USER_INFO" }, { "attribute": "SSN" },
            { "attribute": "REGISTRATION_LEVEL" }, { "attribute": "LOA_LEVEL" }],
    })
}

fn with(name: &str, value: Value) -> Value {
    let mut body = inferred();
    body[name] = value;
    body
}

fn link(reference: &str) -> String {
    format!("frejaeid://bindUserToTransaction?transactionReference={reference}")
}

/// Header and payload of a token.
fn pieces(token: &str) -> (Value, Value) {
    let piece = |n: usize| {
        let text = token.split('.').nth(n).unwrap();
        serde_json::from_slice(&BASE64URL_NOPAD.decode(text.as_bytes()).unwrap()).unwrap()
    };
    (piece(0), piece(1))
}

#[tokio::test]
async fn a_client_without_a_certificate_of_freja_is_refused() {
    let world = World::new().await;
    let stranger = Authority::new("Somebody else").unwrap().client("stranger").unwrap();
    for identity in [None, Some(&stranger)] {
        let config = tls(&world.freja.ca_pem(), identity, &[&TLS13, &TLS12]);
        let call = request(Method::POST, "initAuthentication", "application/json", "");
        assert!(send(world.freja.api.port(), Some(config), call).await.is_err());
    }
    assert_eq!(world.freja.app().count("initAuthentication"), 0);
}

#[tokio::test]
async fn a_body_is_a_name_and_raw_base64() {
    let world = World::new().await;
    let data = BASE64.encode(inferred().to_string().as_bytes());
    let post =
        |body: String| world.raw(request(Method::POST, "initAuthentication", "application/json", &body));
    assert_eq!(post(format!("initAuthRequest={data}")).await.status, StatusCode::OK);
    let mine = post(format!("initAuthRequest={data}&relyingPartyId={RELYING_PARTY}")).await;
    assert_eq!(mine.status, StatusCode::OK);
    for (body, code) in [
        (String::new(), 1000),
        (inferred().to_string(), 1000),
        (format!("request={data}"), 1000),
        (format!("initAuthRequest={}", data.replace('=', "%3D").replace('+', "%2B")), 1000),
        (format!("initAuthRequest={}", data.trim_end_matches('=')), 1000),
        (format!("initAuthRequest={}", BASE64.encode(b"{")), 1010),
        (format!("initAuthRequest={data}&relyingPartyId=another"), 1008),
    ] {
        let padded = body != format!("initAuthRequest={data}");
        let answer = post(body.clone()).await;
        assert!(!padded || answer.json()["code"] == code, "{body}: {}", answer.text());
    }
    for content_type in ["application/x-www-form-urlencoded", "application/json; charset=utf-8", "text/plain"]
    {
        let body = format!("initAuthRequest={data}");
        let answer = world.raw(request(Method::POST, "initAuthentication", content_type, &body)).await;
        assert_eq!(answer.json()["code"], 1000, "{content_type}");
    }
    let get = world.raw(request(Method::GET, "initAuthentication", "application/json", "")).await;
    assert_eq!(get.status, StatusCode::NOT_FOUND);
    assert_eq!(
        world.post("initSignature", "initSignRequest", &json!({})).await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn every_field_has_its_code() {
    let world = World::new().await;
    world.refuses(&with("userInfoType", json!("NAME")), 1001).await;
    world.refuses(&with("userInfo", json!("199908072391")), 1002).await;
    world.refuses(&with("minRegistrationLevel", json!("HIGH")), 1007).await;
    world.refuses(&with("attributesToReturn", json!([{ "attribute": "SHOE_SIZE" }])), 2002).await;
    world.refuses(&with("minRegistrationLevel", json!("BASIC")), 2002).await;
    world.refuses(&with("userMood", json!("good")), 1010).await;
    world.refuses(&json!({ "userInfoType": "INFERRED" }), 1010).await;
    let all = world.post("getResults", "getAuthResultsRequest", &json!({ "includePrevious": "SOME" })).await;
    assert_eq!(all.json()["code"], 1000);
}

#[tokio::test]
async fn an_approval_is_a_signed_token() {
    let world = World::new().await;
    let app = world.freja.app();
    let reference = world.begin().await;
    assert_eq!(world.status(&reference).await, "STARTED");
    let order = app.bind(ASTRID, &link(&reference)).unwrap();
    assert_eq!(world.status(&reference).await, "DELIVERED_TO_MOBILE");
    assert_eq!(app.approve(&order).unwrap(), None);
    let result = world.result(&reference).await.json();
    let (header, payload) = pieces(result["details"].as_str().unwrap());
    assert_eq!(header["alg"], "RS256");
    assert_eq!(header["x5t"].as_str().unwrap().len(), 27);
    assert_eq!(
        (payload["authRef"].as_str(), payload["status"].as_str()),
        (Some(&*reference), Some("APPROVED"))
    );
    assert_eq!(
        (payload["userInfoType"].as_str(), payload["userInfo"].as_str()),
        (Some("INFERRED"), Some("N/A"))
    );
    assert_eq!(payload["timestamp"], 1_795_000_000_000_u64);
    let attributes = &payload["requestedAttributes"];
    assert_eq!(attributes["ssn"], json!({ "ssn": ASTRID, "country": "SE" }));
    assert_eq!(attributes["basicUserInfo"], json!({ "name": "Astrid", "surname": "Exempel" }));
    assert_eq!((&attributes["registrationLevel"], &attributes["loaLevel"]), (&json!("PLUS"), &json!("LOA3")));
    assert_eq!(&result["requestedAttributes"], attributes);
    assert_eq!(world.status(&reference).await, "APPROVED", "a result can be asked for again");
}

#[tokio::test]
async fn a_new_key_has_another_name() {
    let world = World::new().await;
    let app = world.freja.app();
    let mut names = Vec::new();
    for _ in 0..2 {
        let reference = world.begin().await;
        app.approve(&app.bind(ASTRID, &link(&reference)).unwrap()).unwrap();
        let result = world.result(&reference).await.json();
        names.push(pieces(result["details"].as_str().unwrap()).0["x5t"].clone());
        let before = world.freja.signer_pem();
        world.freja.rotate(90).unwrap();
        assert_ne!(before, world.freja.signer_pem());
    }
    assert_ne!(names[0], names[1]);
}

#[tokio::test]
async fn two_minutes_and_it_is_over() {
    let world = World::new().await;
    let app = world.freja.app();
    let (early, late) = (world.begin().await, world.begin().await);
    let order = app.bind(ASTRID, &link(&early)).unwrap();
    world.clock.advance(Duration::from_secs(119));
    assert_eq!(world.status(&late).await, "STARTED");
    app.approve(&order).unwrap();
    world.clock.advance(Duration::from_secs(1));
    assert_eq!(world.status(&late).await, "EXPIRED");
    assert_eq!(app.bind(TURE, &link(&late)), Err(AppFault::NoSuchOrder));
    assert_eq!(world.status(&early).await, "APPROVED");
    world.clock.advance(Duration::from_secs(601));
    assert_eq!(world.result(&early).await.json()["code"], 1100);
}

#[tokio::test]
async fn one_at_a_time_for_each_person() {
    let world = World::new().await;
    let app = world.freja.app();
    let (first, second) = (world.begin().await, world.begin().await);
    app.bind(ASTRID, &link(&first)).unwrap();
    assert_eq!(app.bind(ASTRID, &link(&second)), Err(AppFault::AlreadyInProgress));
    assert_eq!(
        (world.status(&first).await, world.status(&second).await),
        ("REJECTED".into(), "REJECTED".into())
    );
    let third = world.begin().await;
    assert!(app.bind(ASTRID, &link(&third)).is_ok(), "a third one is free again");
    let named = with("userInfoType", json!("SSN"));
    let ssn = BASE64.encode(json!({ "country": "SE", "ssn": ASTRID }).to_string().as_bytes());
    let mut named = named;
    named["userInfo"] = json!(ssn);
    world.refuses(&named, 2000).await;
    assert_eq!(world.status(&third).await, "REJECTED");
    let asked = world.init(&named).await.json();
    assert_eq!(world.status(asked["authRef"].as_str().unwrap()).await, "DELIVERED_TO_MOBILE");
}

#[tokio::test]
async fn who_says_no_and_who_gives_up() {
    let world = World::new().await;
    let app = world.freja.app();
    let declined = world.begin().await;
    app.decline(&app.bind(ASTRID, &link(&declined)).unwrap()).unwrap();
    assert_eq!(world.status(&declined).await, "CANCELED");
    let left = world.begin().await;
    let cancel = json!({ "authRef": left });
    assert_eq!(world.post("cancel", "cancelAuthRequest", &cancel).await.status, StatusCode::OK);
    assert_eq!(world.status(&left).await, "RP_CANCELED");
    assert_eq!(world.post("cancel", "cancelAuthRequest", &cancel).await.json()["code"], 1100);
    assert_eq!(world.result("never").await.json()["code"], 1100);
    assert_eq!(app.approve(&AuthRef("never".into())), Err(AppFault::NoSuchOrder));
    assert_eq!(app.bind("000000000000", "x"), Err(AppFault::NoSuchPerson));
}

#[tokio::test]
async fn a_lower_registration_is_told_to_upgrade() {
    let world = World::new().await;
    let reference = world.begin().await;
    assert_eq!(world.freja.app().bind(SIGNE, &link(&reference)), Err(AppFault::TooLow));
    assert_eq!(world.status(&reference).await, "STARTED");
}

#[tokio::test]
async fn a_changing_code_must_be_fresh_and_genuine() {
    let world = World::new().await;
    let app = world.freja.app();
    let begun = world.init(&with("useDynamicQrCode", json!(true))).await.json();
    let (reference, secret) = (begun["authRef"].as_str().unwrap(), begun["qrCodeSecret"].as_str().unwrap());
    world.clock.advance(Duration::from_secs(10));
    assert_eq!(app.bind(ASTRID, &link(reference)), Err(AppFault::NotACode), "a still code proves nothing");
    assert_eq!(app.bind(ASTRID, &frame(reference, secret, 4)), Err(AppFault::StaleCode));
    assert_eq!(app.bind(ASTRID, &frame(reference, secret, 11)), Err(AppFault::StaleCode));
    assert_eq!(app.bind(ASTRID, &frame(reference, "guess", 10)), Err(AppFault::ForgedCode));
    assert!(app.bind(ASTRID, &frame(reference, secret, 9)).is_ok());
    let still = world.begin().await;
    assert_eq!(app.bind(TURE, &frame(&still, secret, 0)), Err(AppFault::NotACode));
    assert_eq!(app.scan_screen(TURE, &AuthRef(still.clone())), Ok(AuthRef(still)));
}

#[tokio::test]
async fn the_service_can_be_in_trouble_and_can_lie() {
    let world = World::new().await;
    let app = world.freja.app();
    app.suffer(Some(Trouble { status: 503, code: 0 }));
    assert_eq!(world.init(&inferred()).await.status, StatusCode::SERVICE_UNAVAILABLE);
    app.suffer(None);
    let reference = world.begin().await;
    app.approve(&app.bind(ASTRID, &link(&reference)).unwrap()).unwrap();
    app.forge(Forgery::NoToken);
    assert!(world.result(&reference).await.json().get("details").is_none());
    app.forge(Forgery::OtherTransaction);
    let result = world.result(&reference).await.json();
    assert_eq!(result["authRef"], json!(reference), "only the token lies");
    assert_ne!(pieces(result["details"].as_str().unwrap()).1["authRef"], json!(reference));
    let all = world.post("getResults", "getAuthResultsRequest", &json!({ "includePrevious": "ALL" })).await;
    assert_eq!(all.json()["authenticationResults"].as_array().unwrap().len(), 1);
}
