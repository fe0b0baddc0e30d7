//! Clients of BankID that others wrote, against our simulator over mutual TLS: they must find in it what they know.
//!
//! `cargo xtask peers` fetches them. Times are real here, because the clients have clocks of their own; the simulator's is
//! a second ahead when a code is read, as a phone always is.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test that meets the unexpected shall end; foreign clients go by the system's clock"
)]

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use kuvert_simulators::bankid::{BankId, BankIdSettings, OrderRef, Trouble};
use kuvert_simulators::clock::SimClock;
use kuvert_simulators::peer::Peer;
use kuvert_simulators::people;
use serde_json::{Value, json};

const ASTRID: &str = "199908072391";
const TEXT: &str = "Du identifierar dig för granby.example.";

/// How a library spells what it is asked for.
struct Dialect {
    auth: &'static str,
    sign: &'static str,
    visible: &'static str,
    ip: &'static str,
    order: &'static str,
}

const PYBANKID: Dialect = Dialect {
    auth: "authenticate",
    sign: "sign",
    visible: "user_visible_data",
    ip: "end_user_ip",
    order: "order_ref",
};
const BANKID6: Dialect =
    Dialect { auth: "auth", sign: "sign", visible: "userVisibleData", ip: "endUserIp", order: "orderRef" };
const NPM: Dialect = Dialect {
    auth: "authenticate",
    sign: "sign",
    visible: "userVisibleData",
    ip: "endUserIp",
    order: "orderRef",
};

/// The simulator and one client.
struct Stage {
    bankid: BankId,
    ahead_ms: Arc<AtomicU64>,
    client: Peer,
    dialect: Dialect,
    _folder: tempfile::TempDir,
}

impl Stage {
    async fn bankid() -> (BankId, Arc<AtomicU64>, tempfile::TempDir) {
        let ahead_ms = Arc::new(AtomicU64::new(0));
        let ahead = Arc::clone(&ahead_ms);
        let clock = SimClock::new(move || {
            let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis();
            u64::try_from(now).unwrap() + ahead.load(Ordering::Relaxed)
        });
        let settings = BankIdSettings { port: 0, clock, people: people::swedish() };
        (BankId::start(settings).await.unwrap(), ahead_ms, tempfile::tempdir().unwrap())
    }

    async fn python(library: &str, dialect: Dialect) -> Self {
        let (bankid, ahead_ms, folder) = Self::bankid().await;
        let identity = bankid.client();
        let file = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).unwrap();
            path.to_str().unwrap().to_owned()
        };
        let settings = json!({
            "library": library,
            "url": bankid.url(),
            "ca": file("ca.pem", &bankid.ca_pem()),
            "cert": file("client.pem", &identity.cert_pem),
            "key": file("client.key", &identity.key_pem),
        });
        let client = Peer::python("bankid_client.py", &settings).await.unwrap();
        Self { bankid, ahead_ms, client, dialect, _folder: folder }
    }

    async fn node() -> Self {
        let (bankid, ahead_ms, folder) = Self::bankid().await;
        let identity = bankid.client();
        let settings = json!({
            "url": bankid.url(),
            "ca": bankid.ca_pem(),
            "cert": identity.cert_pem,
            "key": identity.key_pem,
        });
        let client = Peer::node("bankid_client.js", &settings).await.unwrap();
        Self { bankid, ahead_ms, client, dialect: NPM, _folder: folder }
    }

    async fn step(&mut self, name: &str, with: Value) -> Value {
        self.client.ask(&json!({ "do": name, "with": with })).await.unwrap()
    }

    async fn of_order(&mut self, name: &str, order: &Value) -> Value {
        let with = json!({ self.dialect.order: order });
        self.step(name, with).await
    }

    async fn begin(&mut self) -> Value {
        let with = json!({ self.dialect.ip: "203.0.113.7", self.dialect.visible: TEXT });
        self.step(self.dialect.auth, with).await
    }

    /// Reads the code that the client draws, on Astrid's phone.
    async fn scan(&mut self, order: &Value) -> OrderRef {
        let frame = self.of_order("qr", order).await;
        self.ahead_ms.fetch_add(1_000, Ordering::Relaxed);
        self.bankid.phone().scan(ASTRID, frame["qr"].as_str().unwrap()).unwrap()
    }
}

/// What every client must be able to do: identify, be told each stage, collect once, cancel once, hear each refusal.
async fn gets_along(mut stage: Stage) {
    let phone = stage.bankid.phone();
    let begun = stage.begin().await;
    for field in ["orderRef", "autoStartToken", "qrStartToken", "qrStartSecret"] {
        assert!(begun[field].as_str().is_some_and(|text| text.len() == 36), "{field}: {begun}");
    }
    let order = &begun["orderRef"];
    let pending = stage.of_order("collect", order).await;
    assert_eq!(
        (&pending["status"], &pending["hintCode"]),
        (&json!("pending"), &json!("outstandingTransaction"))
    );
    let taken = stage.scan(order).await;
    assert_eq!(phone.waiting()[0].text.as_deref(), Some(TEXT), "the text arrives as it was written");
    assert_eq!(stage.of_order("collect", order).await["hintCode"], "started");
    phone.show(&taken).unwrap();
    assert_eq!(stage.of_order("collect", order).await["hintCode"], "userSign");
    phone.approve(&taken).unwrap();
    let done = stage.of_order("collect", order).await;
    assert_eq!(done["status"], "complete", "{done}");
    assert_eq!(done["completionData"]["user"]["personalNumber"], ASTRID);
    assert!(done["completionData"]["device"]["ipAddress"].is_string(), "{done}");
    assert_eq!(stage.of_order("collect", order).await["error"], "invalidParameters", "a result is told once");

    let begun = stage.begin().await;
    let order = &begun["orderRef"];
    let taken = stage.scan(order).await;
    phone.decline(&taken).unwrap();
    let failed = stage.of_order("collect", order).await;
    assert_eq!((&failed["status"], &failed["hintCode"]), (&json!("failed"), &json!("userCancel")));

    let begun = stage.begin().await;
    let order = &begun["orderRef"];
    assert!(stage.of_order("cancel", order).await.get("error").is_none());
    assert_eq!(stage.of_order("cancel", order).await["error"], "invalidParameters", "cancelled once");

    let with = json!({ stage.dialect.ip: "203.0.113.7", stage.dialect.visible: "Jag godkänner." });
    let signing = stage.step(stage.dialect.sign, with).await;
    stage.scan(&signing["orderRef"]).await;

    for (trouble, code) in [
        (Trouble::Maintenance, "maintenance"),
        (Trouble::InternalError, "internalError"),
        (Trouble::RequestTimeout, "requestTimeout"),
    ] {
        phone.suffer(Some(trouble));
        assert_eq!(stage.begin().await["error"], code);
    }
}

#[tokio::test]
async fn pybankid_gets_along_with_it() {
    let mut stage = Stage::python("pybankid", PYBANKID).await;
    let call = json!({ "personal_number": ASTRID, "call_initiator": "user" });
    let called = stage.step("phone_authenticate", call.clone()).await;
    assert!(called["orderRef"].is_string() && called.get("qrStartSecret").is_none(), "{called}");
    let again = stage.step("phone_authenticate", call).await;
    assert_eq!(
        (&again["error"], &again["class"]),
        (&json!("alreadyInProgress"), &json!("AlreadyInProgressError"))
    );
    gets_along(stage).await;
}

#[tokio::test]
async fn bankid6_gets_along_with_it() {
    gets_along(Stage::python("bankid6", BANKID6).await).await;
}

#[tokio::test]
async fn the_npm_client_gets_along_with_it() {
    gets_along(Stage::node().await).await;
}

#[tokio::test]
async fn a_client_without_our_certificate_is_turned_away() {
    let (bankid, _, folder) = Stage::bankid().await;
    let other = kuvert_simulators::ca::Authority::new("Somebody else").unwrap().client("Mallory").unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        Path::new(&path).to_str().unwrap().to_owned()
    };
    let mut settings = json!({
        "library": "bankid6",
        "url": bankid.url(),
        "ca": file("ca.pem", &bankid.ca_pem()),
        "cert": file("other.pem", &other.cert_pem),
        "key": file("other.key", &other.key_pem),
    });
    let begin = json!({ "do": "auth", "with": { "endUserIp": "203.0.113.7" } });
    let mut client = Peer::python("bankid_client.py", &settings).await.unwrap();
    let answer = client.ask(&begin).await.unwrap();
    assert!(answer["broken_off"].is_string(), "the connection does not come about: {answer}");
    assert_eq!(bankid.phone().count("auth"), 0);

    // With ours, and all else as before, it does.
    let ours = bankid.client();
    settings["cert"] = file("client.pem", &ours.cert_pem).into();
    settings["key"] = file("client.key", &ours.key_pem).into();
    let mut client = Peer::python("bankid_client.py", &settings).await.unwrap();
    let answer = client.ask(&begin).await.unwrap();
    assert!(answer["orderRef"].is_string(), "{answer}");
    assert_eq!(bankid.phone().count("auth"), 1);
}
