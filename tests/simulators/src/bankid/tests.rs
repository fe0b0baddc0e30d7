//! The rules of RP API v6.0, one test each, over real mutual TLS.

use std::time::Duration;

use bytes::Bytes;
use data_encoding::BASE64;
use http::{Method, Request, StatusCode};
use http_body_util::Full;
use rustls::version::{TLS12, TLS13};
use serde_json::{Value, json};

use super::{BankId, BankIdSettings, OrderRef, PhoneFault, Trouble, frame};
use crate::ca::Authority;
use crate::clock::ManualClock;
use crate::people::{self, Risk};
use crate::testing::{Answer, send, tls};

const ASTRID: &str = "199908072391";
const TURE: &str = "189001019802";

struct World {
    clock: ManualClock,
    bank: BankId,
}

impl World {
    async fn new() -> Self {
        let clock = ManualClock::at(1_795_000_000_000);
        let mut people = people::swedish();
        people[3].risk = Risk::High;
        let settings = BankIdSettings { port: 0, clock: clock.sim(), people };
        Self { bank: BankId::start(settings).await.unwrap(), clock }
    }

    async fn raw(&self, request: Request<Full<Bytes>>) -> Answer {
        let config = tls(&self.bank.ca_pem(), Some(&self.bank.client()), &[&TLS13, &TLS12]);
        send(self.bank.port, Some(config), request).await.unwrap()
    }

    async fn post(&self, verb: &str, body: &Value) -> Answer {
        self.raw(request(Method::POST, verb, "application/json", &body.to_string())).await
    }

    async fn auth(&self) -> Value {
        let answer = self.post("auth", &json!({ "endUserIp": "127.0.0.1" })).await;
        assert_eq!(answer.status, StatusCode::OK);
        answer.json()
    }

    async fn collect(&self, order: &Value) -> Answer {
        self.post("collect", &json!({ "orderRef": order["orderRef"] })).await
    }

    /// Status and hint of an order.
    async fn hint(&self, order: &Value) -> (String, String) {
        let answer = self.collect(order).await.json();
        let text = |name: &str| answer[name].as_str().unwrap_or_default().to_owned();
        (text("status"), text("hintCode"))
    }

    async fn refuses(&self, verb: &str, body: &Value) {
        let answer = self.post(verb, body).await;
        assert_eq!((answer.status, answer.json()["errorCode"].as_str()), invalid(), "{body}");
    }
}

fn request(method: Method, verb: &str, content_type: &str, body: &str) -> Request<Full<Bytes>> {
    Request::builder()
        .method(method)
        .uri(format!("/rp/v6.0/{verb}"))
        .header("host", "localhost")
        .header("content-type", content_type)
        .body(Full::new(Bytes::copy_from_slice(body.as_bytes())))
        .unwrap()
}

fn frame_of(order: &Value, second: u64) -> String {
    frame(order["qrStartToken"].as_str().unwrap(), order["qrStartSecret"].as_str().unwrap(), second)
}

fn invalid() -> (StatusCode, Option<&'static str>) {
    (StatusCode::BAD_REQUEST, Some("invalidParameters"))
}

fn pending(hint: &str) -> (String, String) {
    ("pending".into(), hint.into())
}

fn failed(hint: &str) -> (String, String) {
    ("failed".into(), hint.into())
}

#[tokio::test]
async fn a_client_without_certificate_is_refused() {
    let world = World::new().await;
    let config = tls(&world.bank.ca_pem(), None, &[&TLS13, &TLS12]);
    let call = request(Method::POST, "auth", "application/json", "{\"endUserIp\":\"127.0.0.1\"}");
    assert!(send(world.bank.port, Some(config), call).await.is_err());
    assert_eq!(world.bank.phone().count("auth"), 0);
}

#[tokio::test]
async fn a_client_with_a_certificate_from_elsewhere_is_refused() {
    let world = World::new().await;
    let stranger = Authority::new("Somebody else").unwrap().client("stranger").unwrap();
    let config = tls(&world.bank.ca_pem(), Some(&stranger), &[&TLS13, &TLS12]);
    let call = request(Method::POST, "auth", "application/json", "{\"endUserIp\":\"127.0.0.1\"}");
    assert!(send(world.bank.port, Some(config), call).await.is_err());
}

#[tokio::test]
async fn both_versions_of_tls_are_spoken() {
    let world = World::new().await;
    for version in [&TLS12, &TLS13] {
        let config = tls(&world.bank.ca_pem(), Some(&world.bank.client()), &[version]);
        let call = request(Method::POST, "auth", "application/json", "{\"endUserIp\":\"::1\"}");
        assert_eq!(send(world.bank.port, Some(config), call).await.unwrap().status, StatusCode::OK);
    }
}

#[tokio::test]
async fn only_post_is_answered() {
    let world = World::new().await;
    for verb in ["auth", "sign", "phone/auth", "collect", "cancel"] {
        let answer = world.raw(request(Method::GET, verb, "application/json", "")).await;
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
        assert_eq!(answer.json()["errorCode"], "methodNotAllowed");
    }
}

#[tokio::test]
async fn an_unknown_path_is_not_found() {
    let world = World::new().await;
    let answer = world.post("payments", &json!({})).await;
    assert_eq!(
        (answer.status, answer.json()["errorCode"].as_str()),
        (StatusCode::NOT_FOUND, Some("notFound"))
    );
}

#[tokio::test]
async fn any_other_content_type_is_unsupported() {
    let world = World::new().await;
    for content_type in [
        "application/json; charset=utf-8",
        "application/json;charset=UTF-8",
        "text/plain",
        "application/JSON",
    ] {
        let answer =
            world.raw(request(Method::POST, "auth", content_type, "{\"endUserIp\":\"127.0.0.1\"}")).await;
        assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{content_type}");
        assert_eq!(answer.json()["errorCode"], "unsupportedMediaType");
    }
}

#[tokio::test]
async fn auth_gives_four_references() {
    let world = World::new().await;
    let order = world.auth().await;
    let names: Vec<_> = order.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(names, ["autoStartToken", "orderRef", "qrStartSecret", "qrStartToken"]);
    assert!(order.as_object().unwrap().values().all(|value| value.as_str().unwrap().len() == 36));
}

#[tokio::test]
async fn unknown_and_repeated_parameters_are_refused() {
    let world = World::new().await;
    world.refuses("auth", &json!({ "endUserIp": "127.0.0.1", "personalNumber": ASTRID })).await;
    world
        .refuses("auth", &json!({ "endUserIp": "127.0.0.1", "requirement": { "allowFingerprint": true } }))
        .await;
    world.refuses("auth", &json!({ "endUserIp": "127.0.0.1", "web": { "cookie": "x" } })).await;
    world.refuses("collect", &json!({ "orderRef": "x", "wait": true })).await;
    let twice = "{\"endUserIp\":\"127.0.0.1\",\"endUserIp\":\"127.0.0.1\"}";
    assert_eq!(world.raw(request(Method::POST, "auth", "application/json", twice)).await.status, 400);
}

#[tokio::test]
async fn the_users_address_is_required() {
    let world = World::new().await;
    world.refuses("auth", &json!({})).await;
    world.refuses("auth", &json!({ "endUserIp": "localhost" })).await;
    world.refuses("auth", &json!({ "endUserIp": 1 })).await;
}

#[tokio::test]
async fn lengths_are_checked() {
    let world = World::new().await;
    let visible = |length: usize| json!({ "endUserIp": "127.0.0.1", "userVisibleData": "A".repeat(length) });
    assert_eq!(world.post("auth", &visible(1500)).await.status, 200);
    world.refuses("auth", &visible(1504)).await;
    world.refuses("auth", &visible(0)).await;
    assert_eq!(world.post("sign", &visible(40_000)).await.status, 200);
    world.refuses("sign", &visible(40_004)).await;
    let with = |name: &str, value: Value| json!({ "endUserIp": "127.0.0.1", name: value });
    world.refuses("auth", &with("returnUrl", "x".repeat(513).into())).await;
    world.refuses("auth", &with("returnUrl", "".into())).await;
    world.refuses("auth", &with("web", json!({ "userAgent": "x".repeat(257) }))).await;
    world.refuses("auth", &with("web", json!({ "deviceIdentifier": "x".repeat(65) }))).await;
    world.refuses("auth", &with("web", json!({ "referringDomain": "ab" }))).await;
    world.refuses("auth", &with("userNonVisibleData", "A".repeat(1504).into())).await;
}

#[tokio::test]
async fn visible_text_is_base64_of_utf8() {
    let world = World::new().await;
    world.refuses("auth", &json!({ "endUserIp": "127.0.0.1", "userVisibleData": "åäö" })).await;
    let latin = BASE64.encode(&[0xe5, 0xe4]);
    world.refuses("auth", &json!({ "endUserIp": "127.0.0.1", "userVisibleData": latin })).await;
    world.refuses("auth", &json!({ "endUserIp": "127.0.0.1", "userVisibleDataFormat": "plaintext" })).await;
    let html =
        json!({ "endUserIp": "127.0.0.1", "userVisibleData": "QQ==", "userVisibleDataFormat": "html" });
    world.refuses("auth", &html).await;
}

#[tokio::test]
async fn signing_needs_a_text() {
    let world = World::new().await;
    world.refuses("sign", &json!({ "endUserIp": "127.0.0.1" })).await;
    assert_eq!(
        world.post("sign", &json!({ "endUserIp": "127.0.0.1", "userVisibleData": "QQ==" })).await.status,
        200
    );
}

#[tokio::test]
async fn requirements_are_checked() {
    let world = World::new().await;
    let with = |requirement: Value| json!({ "endUserIp": "127.0.0.1", "requirement": requirement });
    world.refuses("auth", &with(json!({ "personalNumber": "9908072391" }))).await;
    world.refuses("auth", &with(json!({ "risk": "LOW" }))).await;
    world.refuses("auth", &with(json!({ "certificatePolicies": ["1.2.3"] }))).await;
    world.refuses("auth", &with(json!({ "certificatePolicies": ["1.2.*"] }))).await;
    world.refuses("auth", &with(json!({ "pinCode": "yes" }))).await;
    let fine = json!({ "pinCode": true, "mrtd": false, "risk": "low", "certificatePolicies": ["1.2.3.4.*"] });
    assert_eq!(world.post("auth", &with(fine)).await.status, 200);
}

#[tokio::test]
async fn an_order_goes_through_all_hints_to_its_result() {
    let world = World::new().await;
    let phone = world.bank.phone();
    let order = world.auth().await;
    assert_eq!(world.hint(&order).await, pending("outstandingTransaction"));
    let taken = phone.scan(ASTRID, &frame_of(&order, 0)).unwrap();
    assert_eq!(world.hint(&order).await, pending("started"));
    phone.show(&taken).unwrap();
    assert_eq!(world.hint(&order).await, pending("userSign"));
    assert_eq!(phone.approve(&taken).unwrap(), None);
    let result = world.collect(&order).await.json();
    assert_eq!(
        (result["status"].as_str(), result["orderRef"].as_str()),
        (Some("complete"), Some(taken.as_str()))
    );
    let data = &result["completionData"];
    assert_eq!(data["user"]["personalNumber"], ASTRID);
    assert_eq!(data["user"]["name"], "Astrid Exempel");
    assert_eq!(
        (data["user"]["givenName"].as_str(), data["user"]["surname"].as_str()),
        (Some("Astrid"), Some("Exempel"))
    );
    assert_eq!(data["device"]["ipAddress"], "127.0.0.1");
    assert!(!data["device"]["uhi"].as_str().unwrap().is_empty());
    assert_eq!(data["bankIdIssueDate"], "2025-02-03");
    assert_eq!(data["stepUp"], json!({ "mrtd": false }));
    assert!(data.get("risk").is_none());
    let signature = BASE64.decode(data["signature"].as_str().unwrap().as_bytes()).unwrap();
    assert!(String::from_utf8(signature).unwrap().contains("<funcId>Identification</funcId>"));
    let proof = BASE64.decode(data["ocspResponse"].as_str().unwrap().as_bytes()).unwrap();
    assert_eq!(
        (proof[0], proof[1], usize::from(proof[2]) << 8 | usize::from(proof[3])),
        (0x30, 0x82, proof.len() - 4)
    );
}

#[tokio::test]
async fn a_result_is_collected_once() {
    let world = World::new().await;
    let phone = world.bank.phone();
    let order = world.auth().await;
    phone.approve(&phone.scan(ASTRID, &frame_of(&order, 0)).unwrap()).unwrap();
    assert_eq!(world.collect(&order).await.status, 200);
    let again = world.collect(&order).await;
    assert_eq!((again.status, again.json()["errorCode"].as_str()), invalid());
}

#[tokio::test]
async fn a_failure_is_collected_once() {
    let world = World::new().await;
    let order = world.auth().await;
    let taken = world.bank.phone().scan(ASTRID, &frame_of(&order, 0)).unwrap();
    world.bank.phone().decline(&taken).unwrap();
    assert_eq!(world.hint(&order).await, failed("userCancel"));
    assert_eq!(world.collect(&order).await.status, 400);
}

#[tokio::test]
async fn risk_is_told_when_it_was_asked_for() {
    let world = World::new().await;
    let order = world.post("auth", &json!({ "endUserIp": "127.0.0.1", "returnRisk": true })).await.json();
    let taken = world.bank.phone().scan(ASTRID, &frame_of(&order, 0)).unwrap();
    world.bank.phone().approve(&taken).unwrap();
    assert_eq!(world.collect(&order).await.json()["completionData"]["risk"], "low");
}

#[tokio::test]
async fn too_high_a_risk_blocks_the_order() {
    let world = World::new().await;
    let body = json!({ "endUserIp": "127.0.0.1", "requirement": { "risk": "moderate" } });
    let order = world.post("auth", &body).await.json();
    let taken = world.bank.phone().scan("191401682396", &frame_of(&order, 0)).unwrap();
    assert_eq!(world.bank.phone().approve(&taken), Err(PhoneFault::TooRisky));
    assert_eq!(world.hint(&order).await, failed("transactionRiskBlocked"));
}

#[tokio::test]
async fn an_order_nobody_opens_fails_after_thirty_seconds() {
    let world = World::new().await;
    let order = world.auth().await;
    world.clock.advance(Duration::from_millis(29_999));
    assert_eq!(world.hint(&order).await, pending("outstandingTransaction"));
    world.clock.advance(Duration::from_millis(1));
    assert_eq!(world.hint(&order).await, failed("startFailed"));
}

#[tokio::test]
async fn an_order_nobody_finishes_expires_after_three_minutes() {
    let world = World::new().await;
    let order = world.auth().await;
    world.bank.phone().scan(ASTRID, &frame_of(&order, 0)).unwrap();
    world.clock.advance(Duration::from_millis(179_999));
    assert_eq!(world.hint(&order).await, pending("started"));
    world.clock.advance(Duration::from_millis(1));
    assert_eq!(world.hint(&order).await, failed("expiredTransaction"));
}

#[tokio::test]
async fn results_are_kept_for_a_while_only() {
    let world = World::new().await;
    let order = world.auth().await;
    let taken = world.bank.phone().scan(ASTRID, &frame_of(&order, 0)).unwrap();
    world.bank.phone().approve(&taken).unwrap();
    world.clock.advance(Duration::from_mins(3));
    assert_eq!(world.collect(&order).await.status, 400);
}

#[tokio::test]
async fn a_second_order_for_a_person_ends_both() {
    let world = World::new().await;
    let phone = world.bank.phone();
    let (first, second) = (world.auth().await, world.auth().await);
    phone.scan(ASTRID, &frame_of(&first, 0)).unwrap();
    assert_eq!(phone.scan(ASTRID, &frame_of(&second, 0)), Err(PhoneFault::AlreadyInProgress));
    assert_eq!(world.hint(&first).await, failed("cancelled"));
    assert_eq!(world.hint(&second).await, failed("cancelled"));
}

#[tokio::test]
async fn a_second_order_that_names_the_person_is_refused_and_ends_the_first() {
    let world = World::new().await;
    let first = world.auth().await;
    world.bank.phone().scan(ASTRID, &frame_of(&first, 0)).unwrap();
    let body = json!({ "endUserIp": "127.0.0.1", "requirement": { "personalNumber": ASTRID } });
    let second = world.post("auth", &body).await;
    assert_eq!(
        (second.status, second.json()["errorCode"].as_str()),
        (StatusCode::BAD_REQUEST, Some("alreadyInProgress"))
    );
    assert_eq!(world.hint(&first).await, failed("cancelled"));
}

#[tokio::test]
async fn two_persons_do_not_disturb_each_other() {
    let world = World::new().await;
    let (first, second) = (world.auth().await, world.auth().await);
    world.bank.phone().scan(ASTRID, &frame_of(&first, 0)).unwrap();
    world.bank.phone().scan(TURE, &frame_of(&second, 0)).unwrap();
    assert_eq!(world.hint(&first).await, pending("started"));
    assert_eq!(world.hint(&second).await, pending("started"));
}

#[tokio::test]
async fn an_order_for_somebody_else_fails() {
    let world = World::new().await;
    let body = json!({ "endUserIp": "127.0.0.1", "requirement": { "personalNumber": ASTRID } });
    let order = world.post("auth", &body).await.json();
    assert_eq!(world.bank.phone().scan(TURE, &frame_of(&order, 0)), Err(PhoneFault::WrongPerson));
    assert_eq!(world.hint(&order).await.0, "failed");
}

#[tokio::test]
async fn a_bankid_of_another_kind_fails() {
    let world = World::new().await;
    let body = json!({ "endUserIp": "127.0.0.1", "requirement": { "certificatePolicies": ["1.2.3.4.10"] } });
    let order = world.post("auth", &body).await.json();
    assert_eq!(world.bank.phone().scan(ASTRID, &frame_of(&order, 0)), Err(PhoneFault::WrongBankId));
    assert_eq!(world.hint(&order).await, failed("certificateErr"));
}

#[tokio::test]
async fn cancel_answers_an_empty_object_and_works_once() {
    let world = World::new().await;
    let order = world.auth().await;
    let reference = json!({ "orderRef": order["orderRef"] });
    let answer = world.post("cancel", &reference).await;
    assert_eq!((answer.status, answer.text().as_str()), (StatusCode::OK, "{}"));
    world.refuses("cancel", &reference).await;
    world.refuses("collect", &reference).await;
}

#[tokio::test]
async fn frames_must_be_genuine_and_fresh() {
    let world = World::new().await;
    let phone = world.bank.phone();
    let order = world.auth().await;
    let token = order["qrStartToken"].as_str().unwrap();
    assert_eq!(phone.scan(ASTRID, "https://example.org/"), Err(PhoneFault::NotAFrame));
    assert_eq!(phone.scan(ASTRID, &frame(token, "guessed", 0)), Err(PhoneFault::ForgedFrame));
    assert_eq!(phone.scan(ASTRID, &frame("unknown", "guessed", 0)), Err(PhoneFault::NoSuchOrder));
    assert_eq!(phone.scan(ASTRID, &frame_of(&order, 1)), Err(PhoneFault::StaleFrame));
    world.clock.advance(Duration::from_secs(6));
    assert_eq!(phone.scan(ASTRID, &frame_of(&order, 0)), Err(PhoneFault::StaleFrame));
    assert!(phone.scan(ASTRID, &frame_of(&order, 6)).is_ok());
    assert_eq!(phone.scan(TURE, &frame_of(&order, 6)), Err(PhoneFault::NoSuchOrder));
}

#[tokio::test]
async fn the_return_address_comes_after_a_start_on_the_same_device_only() {
    let world = World::new().await;
    let phone = world.bank.phone();
    let body =
        json!({ "endUserIp": "127.0.0.1", "returnUrl": "https://granby.localhost/login/return?nonce=1" });
    let order = world.post("auth", &body).await.json();
    let taken = phone.open(ASTRID, order["autoStartToken"].as_str().unwrap()).unwrap();
    assert_eq!(
        phone.approve(&taken).unwrap().as_deref(),
        Some("https://granby.localhost/login/return?nonce=1")
    );
    let order = world.post("auth", &body).await.json();
    let taken = phone.scan(ASTRID, &frame_of(&order, 0)).unwrap();
    assert_eq!(phone.approve(&taken).unwrap(), None);
}

#[tokio::test]
async fn a_call_has_no_tokens_and_is_confirmed_in_the_app() {
    let world = World::new().await;
    let phone = world.bank.phone();
    let body = json!({ "personalNumber": ASTRID, "callInitiator": "RP" });
    let order = world.post("phone/auth", &body).await.json();
    assert_eq!(order.as_object().unwrap().keys().collect::<Vec<_>>(), ["orderRef"]);
    assert_eq!(world.hint(&order).await, pending("outstandingTransaction"));
    let taken = phone.answer_call(ASTRID).unwrap();
    assert_eq!(world.hint(&order).await, pending("userCallConfirm"));
    phone.decline(&taken).unwrap();
    assert_eq!(world.hint(&order).await, failed("userDeclinedCall"));
    world.refuses("phone/auth", &json!({ "personalNumber": ASTRID })).await;
    world.refuses("phone/auth", &json!({ "personalNumber": ASTRID, "callInitiator": "nobody" })).await;
    world
        .refuses(
            "phone/auth",
            &json!({ "personalNumber": ASTRID, "callInitiator": "RP", "endUserIp": "::1" }),
        )
        .await;
}

#[tokio::test]
async fn the_service_can_be_in_trouble() {
    let world = World::new().await;
    for (trouble, status, code) in [
        (Trouble::Maintenance, 503, "maintenance"),
        (Trouble::InternalError, 500, "internalError"),
        (Trouble::RequestTimeout, 408, "requestTimeout"),
        (Trouble::TooManyRequests, 429, "tooManyRequests"),
        (Trouble::UnknownCode, 400, "somethingNew"),
    ] {
        world.bank.phone().suffer(Some(trouble));
        let answer = world.post("auth", &json!({ "endUserIp": "127.0.0.1" })).await;
        assert_eq!((answer.status.as_u16(), answer.json()["errorCode"].as_str()), (status, Some(code)));
    }
    world.bank.phone().suffer(None);
    world.auth().await;
}

#[tokio::test]
async fn unknown_orders_are_invalid() {
    let world = World::new().await;
    world.refuses("collect", &json!({ "orderRef": "67df3917-fa0d-44e5-b327-edcc928297f8" })).await;
    assert_eq!(world.bank.phone().show(&OrderRef("x".into())), Err(PhoneFault::NoSuchOrder));
    assert_eq!(world.bank.phone().scan("000000000000", "x"), Err(PhoneFault::NoSuchPerson));
}
