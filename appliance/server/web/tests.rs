//! The door and the routes together, over a real service in memory: what a stranger meets.
//!
//! Everything behind a login is told by the stories in `tests/`, with real plugins and real providers.

use std::{path::Path, sync::Arc};

use bytes::Bytes;
use http::{HeaderMap, Request, StatusCode, header};
use http_body_util::{BodyExt, Full};
use kuvert_domain::clock::{Clock, Entropy};
use kuvert_service::{ClockJumps, Engine, PluginPlan, Service, Settings, sandbox::AddressPolicy};
use tempfile::TempDir;
use tokio::sync::Notify;

use super::{App, Equipment, door};
use crate::{boot::SystemEntropy, config::Config, theme::Themes, tls::Client};

const TOWN: &str = r#"
[[municipality]]
slug = "granby"
name = "Granby kommun"
country = "SE"
hosts = ["granby.localhost"]
languages = ["sv", "en"]
notice_from = "noreply@granby.example"
web_site = "https://granby.example/"
search_term = "säkra meddelanden"
get_eid_url = "https://granby.example/e-legitimation"
contact_centre = { name = "Kontaktcenter", phone = "0999-123 45", hours = "8–16" }
[[municipality.method]]
id = "bankid"
name = "BankID"
plugin = "bankid"
profile = "bankid"
audience = "resident"
[[municipality]]
slug = "havnby"
name = "Havnby Kommune"
country = "DK"
hosts = ["havnby.localhost"]
languages = ["da", "en"]
notice_from = "noreply@havnby.example"
web_site = "https://havnby.example/"
search_term = "sikre beskeder"
get_eid_url = "https://havnby.example/mitid"
contact_centre = { name = "Borgerservice", phone = "70 00 00 00", hours = "9–15" }
"#;

struct Noon;

impl Clock for Noon {
    fn now(&self) -> jiff::Timestamp {
        "2026-05-12T12:05:00Z".parse().unwrap()
    }
}

struct Town {
    app: App,
    _folder: TempDir,
}

struct Reply {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

impl Town {
    async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = Config::parse(TOWN, Path::new(".")).unwrap();
        let (clock, entropy): (Arc<dyn Clock>, Arc<dyn Entropy>) = (Arc::new(Noon), Arc::new(SystemEntropy));
        let service = Service::open(Settings {
            data_dir: folder.path().join("data"),
            root_key: kuvert_domain::secret::Secret::new([7; 32]),
            cache_bytes: 1024 * 1024,
            engine: Engine::Memory,
            municipalities: config.municipalities.iter().map(crate::boot::plans::municipality).collect(),
            plugins: PluginPlan {
                shipped: folder.path().join("shipped"),
                keys_file: folder.path().join("keys.toml"),
                profiles_dir: folder.path().join("profiles"),
                trial: Arc::new(kuvert_service::sandbox::NoTrial),
            },
            cache_dir: folder.path().join("cache"),
            bindings: Vec::new(),
            addresses: AddressPolicy::PublicOnly,
            clock: Arc::clone(&clock),
            entropy: Arc::clone(&entropy),
            clock_jumps: ClockJumps::Follow,
        })
        .await
        .unwrap();
        let app = App::new(Equipment {
            sites: crate::boot::plans::sites(&service, &config.municipalities),
            service,
            themes: Arc::new(Themes::open(None).unwrap()),
            port: Some(8443),
            clock,
            entropy,
            bell: Arc::new(Notify::new()),
        });
        Self { app, _folder: folder }
    }

    async fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Reply {
        self.ask_over("granby.localhost", method, path, headers, body).await
    }

    /// A request over a connection that was made for this host name.
    async fn ask_over(
        &self,
        server_name: &str,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Reply {
        let mut request = Request::builder().method(method).uri(path);
        if !headers.iter().any(|(name, _)| *name == "host") {
            request = request.header("host", "granby.localhost:8443");
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut request = request.body(Full::new(Bytes::from(body.to_owned()))).unwrap();
        let address = "192.0.2.7:4711".parse().unwrap();
        let client = Client { address, server_name: Some(server_name.to_owned()) };
        request.extensions_mut().insert(client);
        let response = door(self.app.clone())(request).await;
        let (head, body) = response.into_parts();
        let body = String::from_utf8(body.collect().await.unwrap().to_bytes().to_vec()).unwrap();
        Reply { status: head.status, headers: head.headers, body }
    }

    async fn get(&self, path: &str) -> Reply {
        self.ask("GET", path, &[], "").await
    }
}

#[tokio::test]
async fn every_link_gets_the_same_bytes() {
    let town = Town::open().await;
    let first = town.get("/m/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA").await;
    assert_eq!(first.status, StatusCode::OK);
    for link in ["/m/x", "/m/", "/m/a/b/c", "/m/%C3%A5", "/m/x?utm_source=mail"] {
        let other = town.get(link).await;
        assert_eq!((other.status, &other.body), (first.status, &first.body), "{link}");
        assert_eq!(other.headers, first.headers, "{link}");
    }
    let head = town.ask("HEAD", "/m/x", &[], "").await;
    assert_eq!((head.status, head.body.as_str()), (StatusCode::OK, ""));
    assert_eq!(head.headers[header::CONTENT_LENGTH], first.body.len().to_string());
}

#[tokio::test]
async fn every_answer_carries_the_headers() {
    let town = Town::open().await;
    for (method, path) in
        [("GET", "/"), ("GET", "/nothing"), ("GET", "/inbox"), ("POST", "/login"), ("DELETE", "/")]
    {
        let reply = town.ask(method, path, &[], "").await;
        let policy = reply.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(
            policy.contains("default-src 'none'") && policy.contains("form-action 'self'"),
            "{path}: {policy}"
        );
        assert_eq!(reply.headers[header::CACHE_CONTROL], "no-store", "{path}");
        assert_eq!(reply.headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff", "{path}");
        assert_eq!(reply.headers[header::REFERRER_POLICY], "same-origin", "{path}");
    }
}

#[tokio::test]
async fn a_host_that_is_not_ours_or_not_the_connections_is_misdirected() {
    let town = Town::open().await;
    let own = town.ask_over("havnby.localhost", "GET", "/", &[("host", "havnby.localhost")], "").await;
    assert!(own.status == StatusCode::OK && own.body.contains("Havnby Kommune"));
    for host in ["havnby.localhost", "127.0.0.1:8443", "granby.localhost.evil.example"] {
        let reply = town.ask("GET", "/", &[("host", host)], "").await;
        assert_eq!(reply.status, StatusCode::MISDIRECTED_REQUEST, "{host}");
    }
}

#[tokio::test]
async fn a_form_from_another_site_is_refused_before_anything_is_read() {
    let town = Town::open().await;
    let form = ("content-type", "application/x-www-form-urlencoded");
    let reply =
        town.ask("POST", "/login", &[form, ("sec-fetch-site", "cross-site")], "login=bankid/this").await;
    assert_eq!(reply.status, StatusCode::FORBIDDEN);
    let origin = ("origin", "https://evil.example");
    let reply = town.ask("POST", "/language", &[form, origin], "language=en").await;
    assert_eq!(reply.status, StatusCode::FORBIDDEN);
    // A provider's own page may post to the return address; without the login's cookie that leads nowhere.
    let reply = town.ask("POST", "/login/callback/mitid", &[form, origin], "state=x&code=y").await;
    assert_eq!(
        (reply.status, &reply.headers[header::LOCATION]),
        (StatusCode::SEE_OTHER, &"/".parse().unwrap())
    );
}

#[tokio::test]
async fn nobody_signed_in_is_sent_to_the_right_door() {
    let town = Town::open().await;
    let id = kuvert_domain::id::MessageId::from_bytes([7; 16]).to_string();
    for (path, start) in [
        ("/inbox".to_owned(), "/"),
        (format!("/message/{id}"), "/"),
        (format!("/draft/{id}"), "/"),
        (format!("/staff/thread/{id}"), "/staff"),
    ] {
        let reply = town.get(&path).await;
        assert_eq!(reply.status, StatusCode::SEE_OTHER, "{path}");
        assert_eq!(reply.headers[header::LOCATION], start, "{path}");
    }
    let ended = format!("__Host-session={}", "A".repeat(43));
    let reply = town.ask("GET", "/inbox", &[("cookie", &ended)], "").await;
    assert_eq!(reply.status, StatusCode::UNAUTHORIZED);
    assert!(reply.headers[header::SET_COOKIE].to_str().unwrap().starts_with("__Host-session=;"));
}

#[tokio::test]
async fn nonsense_ids_and_unknown_pages_are_alike() {
    let town = Town::open().await;
    let unknown = town.get("/no/such/page").await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    for path in [
        "/message/1",
        "/message/../etc",
        "/staff/thread/x",
        "/static/0/kuvert.css",
        "/sent/1",
        "/draft/1/file",
    ] {
        let reply = town.get(path).await;
        assert_eq!((reply.status, &reply.body), (StatusCode::NOT_FOUND, &unknown.body), "{path}");
    }
}

#[tokio::test]
async fn the_language_is_the_persons_then_the_browsers_then_the_municipalitys() {
    let town = Town::open().await;
    let language = |reply: &Reply| reply.body.split_once("<html lang=\"").unwrap().1[..2].to_owned();
    assert_eq!(language(&town.get("/").await), "sv");
    let browser = ("accept-language", "en-GB,en;q=0.9");
    assert_eq!(language(&town.ask("GET", "/", &[browser], "").await), "en");
    let chosen = ("cookie", "__Host-language=sv");
    assert_eq!(language(&town.ask("GET", "/", &[browser, chosen], "").await), "sv");
    let not_offered = ("cookie", "__Host-language=da");
    assert_eq!(language(&town.ask("GET", "/", &[not_offered], "").await), "sv");

    let form = ("content-type", "application/x-www-form-urlencoded");
    let referer = ("referer", "https://granby.localhost:8443/m/x?y=1");
    let reply = town.ask("POST", "/language", &[form, referer], "language=en").await;
    assert_eq!(reply.headers[header::LOCATION], "/m/x?y=1");
    assert!(reply.headers[header::SET_COOKIE].to_str().unwrap().starts_with("__Host-language=en;"));
    let elsewhere = ("referer", "https://evil.example/");
    let reply = town.ask("POST", "/language", &[form, elsewhere], "language=en").await;
    assert_eq!(reply.headers[header::LOCATION], "/");
}

#[tokio::test]
async fn static_files_are_kept_for_ever_under_their_hash() {
    let town = Town::open().await;
    let page = town.get("/").await.body;
    let start = page.find("/static/").unwrap();
    let path: String = page[start..].chars().take_while(|c| *c != '"').collect();
    let file = town.get(&path).await;
    assert_eq!(file.status, StatusCode::OK, "{path}");
    assert_eq!(file.headers[header::CACHE_CONTROL], "public, max-age=31536000, immutable");
}

#[tokio::test]
async fn logins_from_one_address_are_paced() {
    let town = Town::open().await;
    let form = ("content-type", "application/x-www-form-urlencoded");
    let mut last = StatusCode::OK;
    for _ in 0..61 {
        last = town.ask("POST", "/login", &[form], "login=nothing/this").await.status;
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
}

/// Everything that a stranger can send is answered, and never with "our fault".
#[tokio::test]
async fn no_request_of_a_stranger_breaks_anything() {
    let town = Town::open().await;
    let id = kuvert_domain::id::MessageId::from_bytes([7; 16]).to_string();
    let paths = [
        "/",
        "/m/x",
        "/login",
        "/login/look",
        "/login/cancel",
        "/login/return",
        "/login/callback",
        "/login/callback/mitid",
        "/login/finish",
        "/checks",
        "/checks/code",
        "/checks/not-mine",
        "/inbox",
        "/sent",
        "/drafts",
        "/logout",
        "/logged-out",
        "/language",
        "/session/stay",
        "/staff",
        "/staff/login",
        "/staff/compose",
        "/staff/logged-out",
    ];
    let below = [
        "/message/ID",
        "/message/ID/reply",
        "/message/ID/file/ID",
        "/draft/ID",
        "/draft/ID/file",
        "/sent/ID",
        "/staff/thread/ID",
        "/staff/thread/ID/reply",
        "/staff/thread/ID/registration",
        "/staff/thread/ID/file/ID/ID",
        "/staff/draft/ID",
        "/staff/draft/ID/file",
        "/staff/mailbox/ID",
        "/staff/mailbox/ID?show=unread",
    ];
    let all: Vec<String> = paths.into_iter().chain(below).map(|path| path.replace("ID", &id)).collect();
    for path in &all {
        for method in ["GET", "HEAD", "POST", "PUT", "OPTIONS"] {
            for (kind, body) in [
                ("", ""),
                ("application/x-www-form-urlencoded", "a=%FF&csrf=x"),
                ("multipart/form-data; boundary=X", "--X"),
            ] {
                let cookie = format!("__Host-login={}; __Host-session=x", "B".repeat(43));
                let reply =
                    town.ask(method, path, &[("content-type", kind), ("cookie", &cookie)], body).await;
                assert!(!reply.status.is_server_error(), "{method} {path} {kind}: {}", reply.status);
            }
        }
    }
}

#[tokio::test]
async fn an_app_that_leads_to_another_browser_lets_nobody_in_and_says_so() {
    let town = Town::open().await;
    let unknown = format!("__Host-login={}", "A".repeat(43));
    for headers in [&[][..], &[("cookie", unknown.as_str())]] {
        for path in ["/login/return?nonce=x", "/login/return?nonce=", "/login/return"] {
            let reply = town.ask("GET", path, headers, "").await;
            assert_eq!(reply.status, StatusCode::OK, "{path}");
            assert!(reply.body.contains("Av säkerhetsskäl är den nu avslutad"), "{path}");
            assert!(!reply.headers.contains_key(header::SET_COOKIE), "{path}");
        }
    }
}

#[tokio::test]
async fn a_login_that_is_spent_leads_to_the_front_and_not_to_nowhere() {
    let town = Town::open().await;
    let unknown = format!("__Host-login={}", "A".repeat(43));
    let headers = [("cookie", unknown.as_str()), ("sec-fetch-site", "same-origin")];
    let reply = town.ask("POST", "/login/finish", &headers, "").await;
    assert_eq!(
        (reply.status, &reply.headers[header::LOCATION]),
        (StatusCode::SEE_OTHER, &"/".parse().unwrap())
    );
    let left = town.ask("POST", "/login/leave", &headers, "").await;
    assert_eq!(left.status, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn what_was_used_last_is_said() {
    let town = Town::open().await;
    let last = ("cookie", "__Host-method=bankid/this");
    for (headers, remembered) in [(&[][..], false), (&[last], true)] {
        for path in ["/", "/m/anything"] {
            let reply = town.ask("GET", path, headers, "").await;
            assert!(reply.body.contains("name=\"login\" value=\"bankid/this\""), "{path}");
            assert_eq!(reply.body.contains("Du använde det senast"), remembered, "{path} {headers:?}");
        }
    }
}
