//! Every lie that a provider can tell, told by npm's oauth2-mock-server, one test each.
//!
//! The rows are those of OpenID's test plan for relying parties, and of RFC 9207 and 9700. Each expects the code of the
//! very rule that was broken: "not signed in" alone would also pass for a peer that is down.

use kuvert_sandbox::{Fault, FaultCode, Step};
use kuvert_simulators::peer::Peer;
use serde_json::json;

use super::{Meeting, certificate, done, failed, with};

async fn meet(lie: &str) -> Meeting {
    let (certificate, ca) = certificate();
    let settings = with(certificate, json!({ "lie": lie }));
    let peer = Peer::node("oauth2-mock-server.js", &settings).await.unwrap();
    Meeting::open(peer, ca, "staff-oidc", |_| {})
}

async fn code(lie: &str) -> String {
    failed(meet(lie).await.sign_in(&[]).await).code
}

async fn fault(lie: &str) -> FaultCode {
    let outcome: Result<Step, Fault> = meet(lie).await.sign_in(&[]).await;
    outcome.unwrap_err().code
}

/// One test for each lie that ends a login with the code of the broken rule.
macro_rules! noticed {
    ($($name:ident: $lie:literal => $code:literal,)*) => {
        $(#[tokio::test]
        async fn $name() {
            assert_eq!(code($lie).await, $code);
        })*
    };
}

noticed! {
    id_token_of_another_issuer: "another issuer" => "token:iss",
    id_token_of_almost_the_same_issuer: "an issuer with a slash" => "token:iss",
    id_token_for_another_audience: "another audience" => "token:aud",
    id_token_for_another_audience_as_well: "an audience too many" => "token:aud",
    id_token_without_an_audience: "no audience" => "token:aud",
    id_token_for_another_authorized_party: "another authorized party" => "token:azp",
    id_token_without_a_subject: "no subject" => "token:sub",
    id_token_with_an_empty_subject: "an empty subject" => "token:sub",
    id_token_without_a_time_of_issue: "no time of issue" => "token:iat",
    id_token_from_tomorrow: "issued tomorrow" => "token:iat",
    id_token_from_yesterday: "issued yesterday" => "token:iat",
    id_token_without_an_end: "no end" => "token:exp",
    id_token_that_is_over: "over" => "token:exp",
    id_token_with_an_end_that_is_no_number: "an end that is no number" => "token:exp",
    id_token_that_is_not_valid_yet: "not yet" => "token:nbf",
    nonce_of_another_login: "another nonce" => "token:nonce",
    nonce_that_is_missing: "no nonce" => "token:nonce",
    access_token_of_another_login: "the hash of another token" => "token:at_hash",
    second_factor_that_nobody_used: "no second factor" => "token:second-factor",
    key_id_absent_with_several_keys: "no key id, two keys" => "token:key",
    key_id_that_nobody_published: "a key id of nobody" => "token:key",
    key_id_that_is_no_text: "a key id that is no text" => "token:header",
    signature_that_is_broken: "a broken signature" => "token:signature",
    signature_that_is_none: "no signature" => "token:alg",
    signature_with_the_public_key_as_a_secret: "signed with the public key as a secret" => "token:alg",
    signature_with_a_key_that_the_token_brings: "a key of its own inside" => "token:signature",
    header_with_rules_that_nobody_knows: "rules that nobody knows" => "token:crit",
    claim_that_comes_twice: "a claim that comes twice" => "token:json",
    token_with_five_parts: "five parts" => "token:form",
    token_endpoint_that_refuses_the_code: "a refused code" => "provider:invalid_grant",
    token_endpoint_that_refuses_the_client: "no client" => "provider:invalid_client",
    token_endpoint_that_is_broken: "a broken token endpoint" => "protocol",
    token_endpoint_that_leads_elsewhere: "a redirect at the token endpoint" => "protocol",
    token_answer_without_a_bearer: "no bearer" => "protocol",
    token_answer_without_an_id_token: "no id token" => "protocol",
    token_answer_without_an_access_token: "no access token" => "protocol",
    token_answer_without_end: "an answer without end" => "too-large",
    callback_with_another_state: "another state" => "state",
    callback_without_a_state: "no state" => "state",
    callback_with_a_second_code: "a second code" => "state",
    callback_without_a_code: "no code" => "protocol",
    callback_of_another_provider: "another provider's name" => "issuer",
    callback_with_an_error_of_nobody: "an error without a state" => "state",
    userinfo_of_another_subject: "somebody else's userinfo" => "userinfo:sub",
    keys_that_come_twice: "keys that come twice" => "protocol",
}

#[tokio::test]
async fn response_type_code() {
    let claim = done(meet("none").await.sign_in(&[]).await);
    assert_eq!(claim.subject.unwrap().expose(), "johndoe");
    assert_eq!(claim.groups.unwrap(), ["granby-social"]);
}

#[tokio::test]
async fn key_id_absent_with_a_single_key() {
    assert!(done(meet("no key id, one key").await.sign_in(&[]).await).subject.is_some());
}

#[tokio::test]
async fn discovery_of_another_issuer() {
    assert_eq!(fault("discovery of another issuer").await, FaultCode::Http);
}

#[tokio::test]
async fn discovery_with_a_template_for_an_issuer() {
    assert_eq!(fault("discovery with a template").await, FaultCode::Http);
}

#[tokio::test]
async fn discovery_that_leads_to_keys_elsewhere() {
    assert_eq!(fault("keys somewhere else").await, FaultCode::Http);
}

#[tokio::test]
async fn key_rotation_of_the_provider() {
    let mut meeting = meet("none").await;
    done(meeting.sign_in(&[]).await);
    meeting.peer.ask(&json!({ "keys": "new" })).await.unwrap();
    meeting.clock.forward(31);
    done(meeting.sign_in(&[]).await);
    let counts = meeting.peer.ask(&json!({})).await.unwrap();
    assert_eq!(counts["/jwks"], 2, "one look-up for one new key");
}

#[tokio::test]
async fn keys_of_nobody_cause_one_look_up_per_cool_down() {
    let mut meeting = meet("a key id of nobody").await;
    for _ in 0..4 {
        assert_eq!(failed(meeting.sign_in(&[]).await).code, "token:key");
    }
    assert_eq!(meeting.peer.ask(&json!({})).await.unwrap()["/jwks"], 1);
}

#[tokio::test]
async fn a_code_is_traded_once() {
    let mut meeting = meet("none").await;
    let turn = meeting.begin().await.unwrap();
    let Step::Redirect(url) = &turn.step else { panic!("not a redirect") };
    let back = super::visitor::walk(url, &meeting.ca, super::BACK, &[]).await;
    done(meeting.come_back(&turn, &back).await);
    // The service never does this: it keeps the transaction of the first answer. The provider would refuse it too.
    assert_eq!(failed(meeting.come_back(&turn, &back).await).code, "provider:invalid_request");
    assert_eq!(meeting.peer.ask(&json!({})).await.unwrap()["/token"], 2);
}
