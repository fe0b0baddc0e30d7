//! The OpenID plugin and the host's half of the flow, against a provider that can lie in every way there is.

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _},
};
use data_encoding::{BASE64, BASE64URL_NOPAD};
use kuvert_domain::{country::Country, level::Level, secret::Secret};
use kuvert_sandbox::{
    AddressPolicy, Binding, ClientAuthentication, EndpointBinding, Event, Failure, FailureClass, FaultCode,
    OidcClient, PushedRequests, Step, Transaction, Turn,
};
use kuvert_simulators::{
    openid::{Client, ClientAuth, Forgery, OpenId, OpenIdSettings},
    people,
};
use url::Url;

use crate::world::{TestClock, World, args, binding, built_plugins, context};

const BACK: &str = "https://granby.localhost/login/callback/staff";

struct Stage {
    clock: TestClock,
    openid: OpenId,
    world: World,
}

impl Stage {
    async fn set() -> Self {
        Self::set_under(AddressPolicy::PublicAndLoopback).await
    }

    async fn set_under(addresses: AddressPolicy) -> Self {
        let clock = TestClock::new();
        let clients =
            vec![Client::staff("desk", "s3cret:å", &[BACK]), Client::mitid_broker("post", "s3cret", &[BACK])];
        let (staff, danes) = (people::staff(), people::danish());
        let settings = OpenIdSettings { port: 0, clock: clock.0.sim(), clients, staff, danes };
        let openid = OpenId::start(settings).await.unwrap();
        let bindings = vec![
            bound(&openid, "granby/staff", "staff-oidc", ("desk", "s3cret:å")),
            bound(&openid, "havnby/mitid", "mitid-signaturgruppen", ("post", "s3cret")),
        ];
        let world = World::open_folder(&clock, bindings, &built_plugins(), addresses);
        Self { clock, openid, world }
    }

    async fn begin(&self, binding: &str) -> (Turn, String) {
        let turn = self.world.sandbox.begin(binding, &args(), &context()).await.unwrap();
        let Step::Redirect(url) = &turn.step else { panic!("not a redirect: {:?}", turn.step) };
        let url = url.clone();
        (turn, url)
    }

    async fn come_back(&self, binding: &str, turn: &Turn, back: &Url) -> Step {
        let params =
            back.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned())).collect();
        let event = Event::Callback(params);
        self.world.sandbox.advance(binding, &turn.transaction, event, &context()).await.unwrap().step
    }

    /// A whole login of one account.
    async fn sign_in(&self, binding: &str, account: &str) -> Step {
        let (turn, url) = self.begin(binding).await;
        let back = self.openid.sign_in(&url, account).unwrap();
        self.come_back(binding, &turn, &back).await
    }

    async fn failed(&self, binding: &str, account: &str) -> Failure {
        match self.sign_in(binding, account).await {
            Step::Failed(failure) => failure,
            other => panic!("expected a failure, got {other:?}"),
        }
    }
}

pub(crate) fn bound(openid: &OpenId, id: &str, profile: &str, (client, secret): (&str, &str)) -> Binding {
    let endpoint = EndpointBinding {
        url: openid.issuer().to_owned(),
        ca_pem: Some(openid.ca_pem()),
        client_identity: None,
        private_network: false,
    };
    let mut binding = binding(id, "oidc", profile, vec![("provider", endpoint)]);
    binding.oidc = Some(OidcClient {
        endpoint: "provider".to_owned(),
        issuer: openid.issuer().to_owned(),
        client_id: client.to_owned(),
        authentication: ClientAuthentication::Secret(Secret::new(secret.to_owned())),
        redirect_uri: BACK.to_owned(),
        pushed: PushedRequests::WhenOffered,
        second_factor: Some(Vec::new()),
        logged_out_uri: None,
    });
    binding
}

#[tokio::test]
async fn staff_sign_in_with_their_groups() {
    let stage = Stage::set().await;
    let Step::Done(claim) = stage.sign_in("granby/staff", "bo").await else { panic!("not done") };
    assert_eq!(claim.groups.as_deref(), Some(&["granby-social".to_owned()][..]));
    assert_eq!(claim.name.unwrap().expose(), "Bo Exempel");
    assert!(claim.subject.is_some() && claim.number.is_none() && claim.country.is_none());
}

#[tokio::test]
async fn a_dane_signs_in_with_his_number_from_userinfo() {
    let stage = Stage::set().await;
    let Step::Done(claim) = stage.sign_in("havnby/mitid", "asta").await else { panic!("not done") };
    assert_eq!(claim.number.unwrap().expose(), "6101014000");
    assert_eq!((claim.country, claim.level), (Some(Country::Denmark), Level::Substantial));
    assert_eq!(claim.name.unwrap().expose(), "Asta Eksempel");

    let failure = stage.failed("havnby/mitid", "noor").await;
    assert_eq!((failure.class, failure.message.key.as_str()), (FailureClass::NoNumber, "no-number"));
}

#[tokio::test]
async fn who_changes_his_mind_is_told_so() {
    let stage = Stage::set().await;
    let (turn, url) = stage.begin("havnby/mitid").await;
    let url = Url::parse(&url).unwrap();
    let sent = url.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned();
    let mut back = Url::parse(BACK).unwrap();
    back.query_pairs_mut()
        .append_pair("error", "access_denied")
        .append_pair("error_description", "mitid_user_aborted")
        .append_pair("iss", stage.openid.issuer())
        .append_pair("state", &sent);
    let Step::Failed(failure) = stage.come_back("havnby/mitid", &turn, &back).await else {
        panic!("not failed")
    };
    assert_eq!((failure.class, failure.message.key.as_str()), (FailureClass::Cancelled, "you-cancelled"));
    assert_eq!(failure.code, "provider:access_denied");
}

#[tokio::test]
async fn a_key_proves_the_client_as_well_as_a_secret() {
    let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new()).unwrap();
    let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref()).unwrap();
    let (x, y) = pair.public_key().as_ref()[1..].split_at(32);
    let (x, y) = (BASE64URL_NOPAD.encode(x), BASE64URL_NOPAD.encode(y));
    let jwk = format!(r#"{{"kty":"EC","crv":"P-256","kid":"own","x":"{x}","y":"{y}"}}"#);
    let pem = format!(
        "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
        BASE64.encode(pkcs8.as_ref())
    );

    let mut stage = Stage::set().await;
    let mut client = Client::staff("desk", "", &[BACK]);
    client.auth = ClientAuth::PrivateKeyJwt(jwk);
    stage.openid.register(client);
    let mut binding = bound(&stage.openid, "granby/staff", "staff-oidc", ("desk", ""));
    binding.oidc.as_mut().unwrap().authentication =
        ClientAuthentication::PrivateKey { key_pem: Secret::new(pem), key_id: Some("own".to_owned()) };
    stage.world = World::open(&stage.clock, vec![binding]);
    assert!(matches!(stage.sign_in("granby/staff", "bo").await, Step::Done(_)));
}

#[tokio::test]
async fn too_many_groups_are_unknown_groups() {
    let stage = Stage::set().await;
    stage.openid.forge(Forgery::TooManyGroups);
    let Step::Done(claim) = stage.sign_in("granby/staff", "bo").await else { panic!("not done") };
    assert_eq!(claim.groups, None);
}

#[tokio::test]
async fn every_lie_is_noticed() {
    for (forgery, code) in [
        (Forgery::WrongNonce, "token:nonce"),
        (Forgery::WrongAudience, "token:aud"),
        (Forgery::WrongIssuer, "token:iss"),
        (Forgery::Expired, "token:exp"),
        (Forgery::NotYetIssued, "token:iat"),
        (Forgery::StaleSignIn, "token:auth_time"),
        (Forgery::AlgNone, "token:alg"),
        (Forgery::ForeignKid, "token:key"),
        (Forgery::ForeignKey, "token:signature"),
        (Forgery::WrongCallbackIssuer, "issuer"),
        (Forgery::NoCallbackIssuer, "issuer"),
    ] {
        let stage = Stage::set().await;
        stage.openid.forge(forgery);
        let failure = stage.failed("havnby/mitid", "asta").await;
        assert_eq!(failure.code, code, "{forgery:?}");
    }
}

#[tokio::test]
async fn userinfo_of_somebody_else_signs_nobody_in_and_blames_no_plugin() {
    let stage = Stage::set().await;
    stage.openid.forge(Forgery::OtherSubject);
    let failure = stage.failed("havnby/mitid", "asta").await;
    assert_eq!((failure.class, failure.code.as_str()), (FailureClass::Protocol, "userinfo:sub"));
}

#[tokio::test]
async fn a_discovery_document_of_another_issuer_leads_nowhere() {
    let stage = Stage::set().await;
    stage.openid.forge(Forgery::WrongDiscoveryIssuer);
    let fault = stage.world.sandbox.begin("granby/staff", &args(), &context()).await.unwrap_err();
    assert_eq!(fault.code, FaultCode::Http);
}

#[tokio::test]
async fn a_callback_belongs_to_one_login() {
    let stage = Stage::set().await;
    let (victim, _) = stage.begin("granby/staff").await;
    let (_, url) = stage.begin("granby/staff").await;
    let back = stage.openid.sign_in(&url, "bo").unwrap();
    let Step::Failed(failure) = stage.come_back("granby/staff", &victim, &back).await else {
        panic!("not failed")
    };
    assert_eq!(failure.code, "state");
}

#[tokio::test]
async fn a_login_knows_what_answers_it_before_anything_is_spent() {
    let stage = Stage::set().await;
    let (turn, url) = stage.begin("havnby/mitid").await;
    let back = stage.openid.sign_in(&url, "asta").unwrap();
    let own: Vec<(String, String)> = back.query_pairs().into_owned().collect();
    assert!(turn.transaction.is_answered_by(&own));
    let others = own.iter().filter(|(name, _)| name != "state").cloned().collect::<Vec<_>>();
    assert!(!turn.transaction.is_answered_by(&others));
    let guess = others.into_iter().chain([("state".to_owned(), "guess".to_owned())]).collect::<Vec<_>>();
    assert!(!turn.transaction.is_answered_by(&guess));
    assert!(!Transaction::from_bytes(Vec::new()).is_answered_by(&own));
}

#[tokio::test]
async fn a_provider_that_is_gone_is_said_to_be_gone_whatever_the_plugin_says() {
    let stage = Stage::set().await;
    let (turn, url) = stage.begin("granby/staff").await;
    assert!(!turn.unreachable);
    let back = stage.openid.sign_in(&url, "bo").unwrap();
    stage.openid.stop().await;
    let event = Event::Callback(back.query_pairs().into_owned().collect());
    let end =
        stage.world.sandbox.advance("granby/staff", &turn.transaction, event, &context()).await.unwrap();
    let Step::Failed(failure) = &end.step else { panic!("not failed: {:?}", end.step) };
    assert_eq!((failure.class, end.unreachable), (FailureClass::ProviderDown, true), "{}", failure.code);
}

#[tokio::test]
async fn new_keys_are_fetched_once_per_cool_down() {
    let stage = Stage::set().await;
    assert!(matches!(stage.sign_in("granby/staff", "bo").await, Step::Done(_)));
    stage.openid.rotate_keys().unwrap();
    assert_eq!(stage.failed("granby/staff", "bo").await.code, "token:key");
    stage.clock.forward(31);
    assert!(matches!(stage.sign_in("granby/staff", "bo").await, Step::Done(_)));
    stage.openid.forge(Forgery::ForeignKid);
    for _ in 0..5 {
        assert_eq!(stage.failed("granby/staff", "bo").await.code, "token:key");
    }
    assert_eq!(stage.openid.count("/jwks"), 2, "an unknown key within the cool-down asks nobody");

    stage.openid.forge(Forgery::None);
    stage.clock.forward(3_601);
    assert!(matches!(stage.sign_in("granby/staff", "bo").await, Step::Done(_)));
    assert_eq!(stage.openid.count("/jwks"), 3, "a key that was withdrawn is not trusted for ever");
}

#[tokio::test]
async fn a_name_that_leads_to_this_machine_is_not_dialled() {
    let stage = Stage::set_under(AddressPolicy::PublicOnly).await;
    let fault = stage.world.sandbox.begin("granby/staff", &args(), &context()).await.unwrap_err();
    assert_eq!(fault.code, FaultCode::Http);
    assert_eq!(stage.openid.count("/.well-known/openid-configuration"), 0);
}
