//! The provider as a relying party meets it: the code flow with its checks, and every lie told once.

use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use bytes::Bytes;
use data_encoding::{BASE64, BASE64URL_NOPAD};
use http::{Method, Request, StatusCode};
use http_body_util::Full;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use rustls::ClientConfig;
use rustls::version::TLS13;
use serde_json::{Value, json};
use url::Url;
use url::form_urlencoded::Serializer;

use super::{Client, ClientAuth, Forgery, OpenId, OpenIdSettings};
use crate::clock::ManualClock;
use crate::people;
use crate::testing::{Answer, send, tls};

const BACK: &str = "https://granby.localhost/login/callback/staff";
const OUT: &str = "https://granby.localhost/staff/logged-out";
const VERIFIER: &str = "a-verifier-that-is-long-enough-to-be-allowed-here";

struct World {
    clock: ManualClock,
    openid: OpenId,
    tls: Arc<ClientConfig>,
}

impl World {
    async fn new() -> Self {
        let clock = ManualClock::at(1_795_000_000_000);
        let clients = vec![
            Client::staff("desk", "s3cret:å", &[BACK]).logging_out_to(&[OUT]),
            Client::mitid_broker("post", "s3cret", &[BACK]),
        ];
        let (staff, danes) = (people::staff(), people::danish());
        let settings = OpenIdSettings { port: 0, clock: clock.sim(), clients, staff, danes };
        let openid = OpenId::start(settings).await.unwrap();
        let tls = tls(&openid.ca_pem(), None, &[&TLS13]);
        Self { clock, openid, tls }
    }

    async fn call(&self, method: Method, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let mut request = Request::builder().method(method).uri(path).header("host", "localhost");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Full::new(Bytes::copy_from_slice(body.as_bytes()))).unwrap();
        send(self.openid.listening.port(), Some(Arc::clone(&self.tls)), request).await.unwrap()
    }

    async fn get(&self, path: &str) -> Answer {
        self.call(Method::GET, path, &[], "").await
    }

    /// Opens the sign-in page and presses a button on it. Gives where the browser is sent, and the session's cookie.
    async fn sign_in(&self, client: &str, account: &str) -> (Url, String) {
        let page = self.get(&authorize(client, &[])).await.text();
        let login = between(&page, "name=\"login\" value=\"", "\"");
        assert!(page.contains(&format!("value=\"{account}\"")), "{page}");
        let form = Serializer::new(String::new())
            .append_pair("login", login)
            .append_pair("person", account)
            .finish();
        let answer = self.call(Method::POST, "/login", &[], &form).await;
        let cookie = answer.headers.get("set-cookie").map(|value| value.to_str().unwrap().to_owned());
        (answer.location(), cookie.unwrap_or_default().split(';').next().unwrap().to_owned())
    }

    async fn redeem(&self, client: &str, code: &str) -> Answer {
        let secret = if client == "desk" { "s3cret:å" } else { "s3cret" };
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", BACK),
            ("code_verifier", VERIFIER),
            ("client_id", client),
            ("client_secret", secret),
        ];
        self.call(Method::POST, "/token", &[], &encoded(&form)).await
    }

    /// The claims of a whole sign-in, checked against the published keys, and the access token.
    async fn tokens(&self, client: &str, account: &str) -> (Value, String) {
        let (back, _) = self.sign_in(client, account).await;
        let answer = self.redeem(client, &param(&back, "code")).await.json();
        let token = answer["id_token"].as_str().unwrap();
        (self.verified(token).await.unwrap(), answer["access_token"].as_str().unwrap().to_owned())
    }

    async fn verified(&self, token: &str) -> Option<Value> {
        let keys: JwkSet = serde_json::from_value(self.get("/jwks").await.json()).unwrap();
        let header = decode_header(token).ok()?;
        let key = DecodingKey::from_jwk(keys.find(&header.kid?)?).ok()?;
        let mut checks = Validation::new(Algorithm::RS256);
        (checks.validate_exp, checks.validate_aud) = (false, false);
        checks.required_spec_claims.clear();
        decode::<Value>(token, &key, &checks).ok().map(|token| token.claims)
    }
}

fn authorize(client: &str, changes: &[(&str, &str)]) -> String {
    let challenge = BASE64URL_NOPAD.encode(digest(&SHA256, VERIFIER.as_bytes()).as_ref());
    let scope = if client == "desk" { "openid profile email" } else { "openid mitid ssn" };
    let mut pairs = vec![
        ("client_id", client),
        ("redirect_uri", BACK),
        ("response_type", "code"),
        ("scope", scope),
        ("state", "of-this-attempt"),
        ("nonce", "n-1"),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ];
    for (name, value) in changes {
        pairs.retain(|(own, _)| own != name);
        if !value.is_empty() {
            pairs.push((name, value));
        }
    }
    format!("/authorize?{}", encoded(&pairs))
}

fn encoded(pairs: &[(&str, &str)]) -> String {
    Serializer::new(String::new()).extend_pairs(pairs).finish()
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let from = text.find(before).unwrap() + before.len();
    text[from..].split(after).next().unwrap()
}

fn param(url: &Url, name: &str) -> String {
    url.query_pairs().find(|(own, _)| own == name).map(|(_, value)| value.into_owned()).unwrap_or_default()
}

#[tokio::test]
async fn metadata_names_the_issuer_and_its_endpoints() {
    let world = World::new().await;
    let metadata = world.get("/.well-known/openid-configuration").await.json();
    assert_eq!(metadata["issuer"], world.openid.issuer());
    assert_eq!(metadata["jwks_uri"], format!("{}/jwks", world.openid.issuer()));
    assert_eq!(metadata["code_challenge_methods_supported"], json!(["S256"]));
    assert_eq!(metadata["authorization_response_iss_parameter_supported"], true);
}

#[tokio::test]
async fn staff_get_their_groups_and_how_they_signed_in() {
    let world = World::new().await;
    let (claims, access) = world.tokens("desk", "bo").await;
    assert_eq!((claims["aud"].as_str(), claims["nonce"].as_str()), (Some("desk"), Some("n-1")));
    assert_eq!(claims["iss"], world.openid.issuer());
    assert_eq!(claims["groups"], json!(["granby-social"]));
    assert_eq!(claims["amr"], json!(["pwd", "mfa"]));
    assert_eq!(claims["name"], "Bo Exempel");
    assert!(claims["oid"].is_string() && claims["tid"].is_string() && claims["at_hash"].is_string());
    assert_eq!(claims["exp"].as_u64().unwrap() - claims["iat"].as_u64().unwrap(), 3600);
    let info = world
        .call(Method::GET, "/userinfo", &[("authorization", &format!("Bearer {access}"))], "")
        .await
        .json();
    assert_eq!(info["sub"], claims["sub"]);
}

#[tokio::test]
async fn danes_get_their_level_and_the_number_only_at_userinfo() {
    let world = World::new().await;
    let (claims, access) = world.tokens("post", "asta").await;
    assert_eq!((claims["idp"].as_str(), claims["identity_type"].as_str()), (Some("mitid"), Some("private")));
    assert_eq!(claims["loa"], "https://data.gov.dk/concept/core/nsis/Substantial");
    assert!(!claims.to_string().contains("6101014000"));
    let info = world
        .call(Method::GET, "/userinfo", &[("authorization", &format!("Bearer {access}"))], "")
        .await
        .json();
    assert_eq!(
        (info["dk.cpr"].as_str(), info["mitid.identity_name"].as_str()),
        (Some("6101014000"), Some("Asta Eksempel"))
    );
    assert_eq!(info["sub"], claims["sub"]);
}

#[tokio::test]
async fn a_dane_without_number_has_none_at_userinfo() {
    let world = World::new().await;
    let (_, access) = world.tokens("post", "noor").await;
    let info = world
        .call(Method::GET, "/userinfo", &[("authorization", &format!("Bearer {access}"))], "")
        .await
        .json();
    assert_eq!((info.get("dk.cpr"), info["mitid.has_cpr"].as_str()), (None, Some("false")));
}

#[tokio::test]
async fn the_same_person_has_another_subject_at_another_client() {
    let world = World::new().await;
    world.openid.register(Client::staff("other", "s3cret", &[BACK]));
    let (first, _) = world.tokens("desk", "bo").await;
    let (back, _) = world.sign_in("other", "bo").await;
    let token = world.redeem("other", &param(&back, "code")).await.json();
    let second = world.verified(token["id_token"].as_str().unwrap()).await.unwrap();
    assert_ne!(first["sub"], second["sub"]);
    assert_eq!(first["oid"], second["oid"]);
}

#[tokio::test]
async fn the_browser_comes_back_with_state_and_issuer() {
    let world = World::new().await;
    let (back, cookie) = world.sign_in("desk", "bo").await;
    assert!(back.as_str().starts_with(BACK));
    assert_eq!(
        (param(&back, "state").as_str(), param(&back, "iss").as_str()),
        ("of-this-attempt", world.openid.issuer())
    );
    assert!(cookie.starts_with("__Host-"));
}

#[tokio::test]
async fn an_aborted_sign_in_comes_back_as_an_error() {
    let world = World::new().await;
    let (back, _) = world.sign_in("post", "abort").await;
    assert_eq!(param(&back, "error"), "access_denied");
    assert_eq!(param(&back, "error_description"), "mitid_user_aborted");
    assert_eq!(param(&back, "state"), "of-this-attempt");
}

#[tokio::test]
async fn a_strange_client_or_address_is_never_redirected_to() {
    let world = World::new().await;
    let near = format!("{BACK}/");
    for changes in [("client_id", "nobody"), ("redirect_uri", &*near), ("redirect_uri", "")] {
        let answer = world.get(&authorize("desk", &[changes])).await;
        assert_eq!(
            (answer.status, answer.headers.get("location")),
            (StatusCode::BAD_REQUEST, None),
            "{changes:?}"
        );
    }
}

#[tokio::test]
async fn faulty_requests_come_back_with_the_reason() {
    let world = World::new().await;
    for (changes, error) in [
        (("response_type", "token"), "unsupported_response_type"),
        (("scope", "profile"), "invalid_scope"),
        (("state", ""), "invalid_request"),
        (("nonce", ""), "invalid_request"),
        (("code_challenge", ""), "invalid_request"),
        (("code_challenge_method", "plain"), "invalid_request"),
        (("max_age", "soon"), "invalid_request"),
        (("response_mode", "fragment"), "invalid_request"),
    ] {
        let back = world.get(&authorize("desk", &[changes])).await.location();
        assert_eq!(param(&back, "error"), error, "{changes:?}");
    }
}

#[tokio::test]
async fn a_code_works_once_and_a_second_use_takes_the_token_back() {
    let world = World::new().await;
    let (back, _) = world.sign_in("desk", "bo").await;
    let code = param(&back, "code");
    let access = world.redeem("desk", &code).await.json()["access_token"].as_str().unwrap().to_owned();
    let bearer = format!("Bearer {access}");
    assert_eq!(world.call(Method::GET, "/userinfo", &[("authorization", &bearer)], "").await.status, 200);
    let again = world.redeem("desk", &code).await;
    assert_eq!((again.status.as_u16(), again.json()["error"].as_str()), (400, Some("invalid_grant")));
    assert_eq!(world.call(Method::GET, "/userinfo", &[("authorization", &bearer)], "").await.status, 401);
}

#[tokio::test]
async fn a_code_is_refused_with_any_wrong_part() {
    let world = World::new().await;
    for (name, value) in [
        ("code_verifier", "another-verifier-that-is-long-enough-to-be-allowed"),
        ("redirect_uri", "https://granby.localhost/other"),
        ("code", "invented"),
        ("client_secret", "wrong"),
        ("client_id", "post"),
        ("grant_type", "password"),
    ] {
        let (back, _) = world.sign_in("desk", "bo").await;
        let code = param(&back, "code");
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("code", &code),
            ("redirect_uri", BACK),
            ("code_verifier", VERIFIER),
            ("client_id", "desk"),
            ("client_secret", "s3cret:å"),
        ];
        form.retain(|(own, _)| *own != name);
        form.push((name, value));
        let answer = world.call(Method::POST, "/token", &[], &encoded(&form)).await;
        assert!(answer.status.is_client_error(), "{name}");
    }
}

#[tokio::test]
async fn a_code_ages() {
    let world = World::new().await;
    let (back, _) = world.sign_in("desk", "bo").await;
    world.clock.advance(Duration::from_mins(1));
    assert_eq!(world.redeem("desk", &param(&back, "code")).await.json()["error"], "invalid_grant");
}

#[tokio::test]
async fn a_secret_may_come_in_the_header() {
    let world = World::new().await;
    let (back, _) = world.sign_in("desk", "bo").await;
    let code = param(&back, "code");
    let form = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", BACK),
        ("code_verifier", VERIFIER),
    ];
    let basic = format!("Basic {}", BASE64.encode(b"desk:s3cret%3A%C3%A5"));
    let answer = world.call(Method::POST, "/token", &[("authorization", &basic)], &encoded(&form)).await;
    assert_eq!(answer.status, StatusCode::OK);
}

#[tokio::test]
async fn a_signed_assertion_proves_a_client_once() {
    let world = World::new().await;
    let key = rcgen::KeyPair::generate().unwrap();
    let point = key.public_key_raw();
    let jwk = json!({ "kty": "EC", "crv": "P-256", "alg": "ES256",
        "x": BASE64URL_NOPAD.encode(&point[1..33]), "y": BASE64URL_NOPAD.encode(&point[33..]) });
    let auth = ClientAuth::PrivateKeyJwt(jwk.to_string());
    let client = Client { auth, ..Client::staff("signed", "", &[BACK]) };
    world.openid.register(client);
    let now_s = world.clock.now_ms() / 1000;
    let claims = json!({ "iss": "signed", "sub": "signed", "aud": world.openid.issuer(), "exp": now_s + 60, "jti": "1" });
    let header = jsonwebtoken::Header::new(Algorithm::ES256);
    let der = key.serialize_der();
    let assertion =
        jsonwebtoken::encode(&header, &claims, &jsonwebtoken::EncodingKey::from_ec_der(&der)).unwrap();
    for expected in [StatusCode::OK, StatusCode::UNAUTHORIZED] {
        let (back, _) = world.sign_in("signed", "bo").await;
        let code = param(&back, "code");
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code.as_str()),
            ("redirect_uri", BACK),
            ("code_verifier", VERIFIER),
            ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            ("client_assertion", &assertion),
        ];
        assert_eq!(world.call(Method::POST, "/token", &[], &encoded(&form)).await.status, expected);
    }
}

#[tokio::test]
async fn a_session_is_used_again_unless_a_fresh_sign_in_is_asked_for() {
    let world = World::new().await;
    let (_, cookie) = world.sign_in("desk", "bo").await;
    let cookie = [("cookie", cookie.as_str())];
    world.clock.advance(Duration::from_secs(100));
    let again = |changes: &'static [(&'static str, &'static str)]| authorize("desk", changes);
    assert_eq!(world.call(Method::GET, &again(&[]), &cookie, "").await.status, StatusCode::SEE_OTHER);
    assert_eq!(
        world.call(Method::GET, &again(&[("max_age", "100")]), &cookie, "").await.status,
        StatusCode::SEE_OTHER
    );
    assert_eq!(
        world.call(Method::GET, &again(&[("max_age", "99")]), &cookie, "").await.status,
        StatusCode::OK
    );
    assert_eq!(
        world.call(Method::GET, &again(&[("prompt", "login")]), &cookie, "").await.status,
        StatusCode::OK
    );
    assert_eq!(world.call(Method::GET, &authorize("post", &[]), &cookie, "").await.status, StatusCode::OK);
    let silent = world.get(&again(&[("prompt", "none")])).await.location();
    assert_eq!(param(&silent, "error"), "login_required");
    world.call(Method::POST, "/logout", &cookie, "").await;
    assert_eq!(world.call(Method::GET, &again(&[]), &cookie, "").await.status, StatusCode::OK);
}

#[tokio::test]
async fn logging_out_ends_the_session_of_the_token_and_leads_back_where_its_client_said() {
    let world = World::new().await;
    let (back, cookie) = world.sign_in("desk", "bo").await;
    let tokens = world.redeem("desk", &param(&back, "code")).await.json();
    let hint = tokens["id_token"].as_str().unwrap();
    let out = |pairs: &[(&str, &str)]| format!("/logout?{}", encoded(pairs));
    for (case, pairs) in [
        ("no token", vec![("post_logout_redirect_uri", OUT)]),
        ("a token of nobody", vec![("id_token_hint", "a.b.c"), ("post_logout_redirect_uri", OUT)]),
        ("elsewhere", vec![("id_token_hint", hint), ("post_logout_redirect_uri", "https://evil.example/")]),
        (
            "another client",
            vec![("id_token_hint", hint), ("post_logout_redirect_uri", OUT), ("client_id", "post")],
        ),
    ] {
        assert_eq!(world.get(&out(&pairs)).await.status, StatusCode::OK, "{case}");
    }
    let (_, cookie_of_another) = world.sign_in("desk", "kim").await;
    let pairs = [("id_token_hint", hint), ("client_id", "desk"), ("post_logout_redirect_uri", OUT)];
    assert_eq!(world.get(&out(&pairs)).await.location().as_str(), OUT);
    let again = |cookie: String| {
        let world = &world;
        async move { world.call(Method::GET, &authorize("desk", &[]), &[("cookie", &cookie)], "").await.status }
    };
    assert_eq!(again(cookie).await, StatusCode::OK, "the page to choose from");
    assert_ne!(again(cookie_of_another).await, StatusCode::OK, "still signed in");
}

#[tokio::test]
async fn the_answer_can_come_as_a_form() {
    let world = World::new().await;
    let page = world.get(&authorize("desk", &[("response_mode", "form_post")])).await.text();
    let form = encoded(&[("login", between(&page, "name=\"login\" value=\"", "\"")), ("person", "bo")]);
    let answer = world.call(Method::POST, "/login", &[], &form).await.text();
    assert!(answer.contains(&format!("action=\"{BACK}\"")) && answer.contains("name=\"code\""));
}

#[tokio::test]
async fn every_lie_about_a_claim_is_told() {
    let world = World::new().await;
    for (forgery, name) in [
        (Forgery::WrongNonce, "nonce"),
        (Forgery::WrongAudience, "aud"),
        (Forgery::WrongIssuer, "iss"),
        (Forgery::Expired, "exp"),
        (Forgery::NotYetIssued, "iat"),
        (Forgery::StaleSignIn, "auth_time"),
        (Forgery::TooManyGroups, "groups"),
    ] {
        world.openid.forge(Forgery::None);
        let (honest, _) = world.tokens("desk", "bo").await;
        world.openid.forge(forgery);
        let (forged, _) = world.tokens("desk", "bo").await;
        assert_ne!(honest.get(name), forged.get(name), "{forgery:?}");
    }
}

#[tokio::test]
async fn forged_signatures_do_not_verify() {
    let world = World::new().await;
    for forgery in [Forgery::AlgNone, Forgery::ForeignKid, Forgery::ForeignKey] {
        world.openid.forge(forgery);
        let (back, _) = world.sign_in("desk", "bo").await;
        let answer = world.redeem("desk", &param(&back, "code")).await.json();
        assert_eq!(world.verified(answer["id_token"].as_str().unwrap()).await, None, "{forgery:?}");
    }
}

#[tokio::test]
async fn lies_around_the_token_are_told() {
    let world = World::new().await;
    world.openid.forge(Forgery::WrongCallbackIssuer);
    assert_eq!(param(&world.sign_in("desk", "bo").await.0, "iss"), "https://another.example");
    world.openid.forge(Forgery::NoCallbackIssuer);
    assert_eq!(param(&world.sign_in("desk", "bo").await.0, "iss"), "");
    world.openid.forge(Forgery::WrongDiscoveryIssuer);
    let metadata = world.get("/.well-known/openid-configuration").await.json();
    assert_eq!(metadata["issuer"], "https://another.example");
    world.openid.forge(Forgery::OtherSubject);
    let (claims, access) = world.tokens("post", "asta").await;
    let info = world
        .call(Method::GET, "/userinfo", &[("authorization", &format!("Bearer {access}"))], "")
        .await
        .json();
    assert_ne!(info["sub"], claims["sub"]);
}

#[tokio::test]
async fn after_a_change_of_keys_only_the_new_one_is_published() {
    let world = World::new().await;
    let before = world.get("/jwks").await.json();
    world.openid.rotate_keys().unwrap();
    let after = world.get("/jwks").await.json();
    assert_ne!(before["keys"][0]["kid"], after["keys"][0]["kid"]);
    world.tokens("desk", "bo").await;
    assert!(world.openid.count("/jwks") >= 3);
}

#[tokio::test]
async fn a_program_can_sign_in_without_a_browser() {
    let world = World::new().await;
    let authorization = format!("{}{}", world.openid.issuer(), authorize("desk", &[]));
    let back = world.openid.sign_in(&authorization, "kim").unwrap();
    assert_eq!(world.redeem("desk", &param(&back, "code")).await.status, StatusCode::OK);
    assert_eq!(world.openid.sign_in(&authorization, "nobody"), None);
}
