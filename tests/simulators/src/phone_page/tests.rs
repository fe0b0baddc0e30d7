//! The page as a person uses it: from a code or a list to the answer, in either app.

use bytes::Bytes;
use data_encoding::BASE64;
use http::{Method, Request, StatusCode};
use http_body_util::Full;
use rustls::version::{TLS12, TLS13};
use serde_json::{Value, json};

use super::PhonePage;
use crate::bankid::{BankId, BankIdSettings, frame};
use crate::clock::ManualClock;
use crate::freja::{Freja, FrejaSettings, Holder};
use crate::people;
use crate::testing::{Answer, send, tls};

const ASTRID: &str = "199908072391";
const TURE: &str = "189001019802";

struct World {
    bank: BankId,
    freja: Freja,
    phones: PhonePage,
}

impl World {
    async fn new() -> Self {
        let clock = ManualClock::at(1_795_000_000_000);
        let people = people::swedish();
        // Only the first two have Freja.
        let holders = people.iter().take(2).cloned().map(Holder::plus).collect();
        let bank = BankId::start(BankIdSettings { port: 0, clock: clock.sim(), people }).await.unwrap();
        let freja = Freja::start(FrejaSettings { port: 0, clock: clock.sim(), holders }).await.unwrap();
        let phones = PhonePage::start(0, bank.phone(), Some(freja.app())).await.unwrap();
        Self { bank, freja, phones }
    }

    async fn order(&self, body: &Value) -> Value {
        let config = tls(&self.bank.ca_pem(), Some(&self.bank.client()), &[&TLS13, &TLS12]);
        let port = self.bank.origin().rsplit(':').next().unwrap().parse().unwrap();
        let request = request(Method::POST, "/rp/v6.0/auth", "application/json", &body.to_string());
        send(port, Some(config), request).await.unwrap().json()
    }

    /// A new authentication at Freja: its reference.
    async fn begin(&self) -> String {
        let ask = json!({ "userInfoType": "INFERRED", "userInfo": "N/A", "minRegistrationLevel": "PLUS" });
        let body = format!("initAuthRequest={}", BASE64.encode(ask.to_string().as_bytes()));
        let config = tls(&self.freja.ca_pem(), Some(&self.freja.client()), &[&TLS13, &TLS12]);
        let port = self.freja.origin().rsplit(':').next().unwrap().parse().unwrap();
        let request =
            request(Method::POST, "/authentication/1.0/initAuthentication", "application/json", &body);
        let answer = send(port, Some(config), request).await.unwrap().json();
        answer["authRef"].as_str().unwrap().to_owned()
    }

    async fn get(&self, path: &str) -> Answer {
        self.page(Method::GET, path, "").await
    }

    async fn post(&self, path: &str, form: &str) -> Answer {
        self.page(Method::POST, path, form).await
    }

    async fn page(&self, method: Method, path: &str, form: &str) -> Answer {
        let port = self.phones.url().trim_end_matches('/').rsplit(':').next().unwrap().parse().unwrap();
        send(port, None, request(method, path, "application/x-www-form-urlencoded", form)).await.unwrap()
    }
}

fn request(method: Method, path: &str, content_type: &str, body: &str) -> Request<Full<Bytes>> {
    Request::builder()
        .method(method)
        .uri(path)
        .header("host", "localhost")
        .header("content-type", content_type)
        .body(Full::new(Bytes::copy_from_slice(body.as_bytes())))
        .unwrap()
}

#[tokio::test]
async fn it_leads_from_person_to_approval_in_bankid() {
    let world = World::new().await;
    let body = json!({
        "endUserIp": "127.0.0.1", "returnUrl": "https://granby.localhost/r?nonce=1&x=2",
        "userVisibleData": BASE64.encode("Logga in <här>".as_bytes()), "web": { "referringDomain": "granby.localhost" },
    });
    let order = world.order(&body).await;
    assert!(world.get("/").await.text().contains("Astrid Exempel"));
    let waiting = world.get(&format!("/person/{ASTRID}")).await.text();
    assert!(waiting.contains("granby.localhost"));
    assert!(!waiting.contains(order["qrStartSecret"].as_str().unwrap()));
    let reference = format!("order={}", order["orderRef"].as_str().unwrap());
    let opened = world.post(&format!("/person/{ASTRID}/bankid/open"), &reference).await;
    assert_eq!(opened.status, StatusCode::SEE_OTHER);
    assert_eq!(opened.headers["location"], format!("/person/{ASTRID}"));
    let approval = world.get(&format!("/person/{ASTRID}")).await.text();
    assert!(approval.contains("Logga in &lt;här&gt;") && approval.contains("Identify with BankID"));
    let done = world.post(&format!("/person/{ASTRID}/bankid/approve"), &reference).await.text();
    assert!(done.contains("href=\"https://granby.localhost/r?nonce=1&amp;x=2\""));
    assert!(world.bank.phone().waiting().is_empty());
}

#[tokio::test]
async fn it_takes_a_frame_of_bankid_from_its_address() {
    let world = World::new().await;
    let order = world.order(&json!({ "endUserIp": "127.0.0.1" })).await;
    let frame = frame(order["qrStartToken"].as_str().unwrap(), order["qrStartSecret"].as_str().unwrap(), 0);
    let chooser = world.get(&format!("/?scan={frame}")).await.text();
    assert!(chooser.contains(&format!("value=\"{frame}\"")) && chooser.contains("/bankid/scan"));
    world.post(&format!("/person/{TURE}/any/scan"), &format!("data={frame}")).await;
    assert_eq!(world.bank.phone().waiting()[0].person.as_deref(), Some(TURE));
    let late = world.post(&format!("/person/{ASTRID}/bankid/scan"), &format!("data={frame}")).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn it_opens_freja_by_code_and_by_link() {
    let world = World::new().await;
    let link = format!("frejaeid://bindUserToTransaction?transactionReference={}", world.begin().await);
    let chooser = world.get(&format!("/?scan={link}")).await.text();
    assert!(chooser.contains("/freja/scan") && !chooser.contains("Signe"), "only people with Freja");
    let taken = world.post(&format!("/person/{ASTRID}/freja/scan"), &format!("data={link}")).await;
    assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.text());
    let approval = world.get(&format!("/person/{ASTRID}")).await.text();
    assert!(approval.contains("Identify with Freja") && approval.contains("Started on another device."));
    let order = format!("order={}", world.freja.app().waiting()[0].order);
    let done = world.post(&format!("/person/{ASTRID}/freja/approve"), &order).await.text();
    assert!(done.contains("You have identified yourself.") && !done.contains("id=\"return\""));

    let link = format!("frejaeid://bindUserToTransaction?transactionReference={}", world.begin().await);
    let data = format!("data={link}%26originAppScheme=https%253A%252F%252Fgranby.localhost%252Fr");
    world.post(&format!("/person/{TURE}/freja/open"), &data).await;
    let order = format!("order={}", world.freja.app().waiting()[0].order);
    let done = world.post(&format!("/person/{TURE}/freja/approve"), &order).await.text();
    assert!(done.contains("href=\"https://granby.localhost/r\""), "{done}");
}

#[tokio::test]
async fn it_knows_no_other_codes_and_no_other_people() {
    let world = World::new().await;
    assert_eq!(world.get("/?scan=https://evil.example/").await.status, StatusCode::CONFLICT);
    assert_eq!(world.get("/person/000000000000").await.status, StatusCode::CONFLICT);
    assert_eq!(
        world.post(&format!("/person/{ASTRID}/mitid/scan"), "data=x").await.status,
        StatusCode::CONFLICT
    );
    assert_eq!(world.get("/elsewhere").await.status, StatusCode::NOT_FOUND);
    world.begin().await;
    let screen = world.get(&format!("/person/{ASTRID}")).await.text();
    assert!(screen.contains("Scan the QR code on its screen"));
    assert!(screen.contains("No site is waiting for BankID right now."));
}
