//! What the host takes from a provider: answers, values, documents, keys and times.

use kuvert_sandbox::{Limits, Step};
use kuvert_simulators::openid::Forgery;

use super::{Line, Outcome};
use crate::arena::Plan;
use crate::canned::{Canned, json};
use crate::guest::{Memory, component};
use crate::hostile::send;
use crate::provider::Provider;

const NUMBER: &str = "/completionData/user/personalNumber";
const NAME: &str = "/completionData/user/name";

/// A trust profile under which an answer names somebody's groups.
const GROUPS: &str = r#"
requires = ["groups"]
[answers.listed]
from = "http"
endpoint = "api"
method = "POST"
path = "/rp/v6.0/auth"
[claims]
groups = [{ answer = "listed", path = "/groups" }]
[level]
constant = "substantial"
"#;

pub(super) fn lines() -> Vec<Line> {
    vec![
        Line::of(
            "evidence_bytes",
            "P-HTTP",
            |limits| limits.evidence_bytes = 4096,
            |limits| named(limits, 10),
        )
        .under(|limits| limits.evidence_bytes = 64),
        Line::of("value_bytes", "P-HTTP", |limits| limits.value_bytes += 1, |limits| named(limits, 513)),
        Line::of("groups", "P-HTTP", |limits| limits.groups += 1, grouped),
        Line::of("discovery_fresh_ms", "asked again", |limits| limits.discovery_fresh_ms *= 2, fresh),
        Line::of("keys_cool_down_ms", "token:key", |limits| limits.keys_cool_down_ms = 0, cooling),
        Line::of("keys_stale_ms", "protocol", |limits| limits.keys_stale_ms *= 2, stale),
        Line::of(
            "skew_s",
            "token:exp",
            |limits| limits.skew_s = 1_000_000,
            |limits| told(limits, Forgery::Expired),
        ),
        Line::of(
            "token_age_s",
            "token:iat",
            |limits| limits.token_age_s = 600,
            |limits| told(limits, Forgery::None),
        )
        .under(|limits| limits.token_age_s = -120),
    ]
}

/// A login whose name has so many bytes.
fn named(limits: Limits, length: usize) -> Outcome {
    Box::pin(async move {
        let collected = format!(
            r#"{{"orderRef":"a","status":"complete","completionData":{{"user":
            {{"personalNumber":"199908072391","name":"{}"}}}}}}"#,
            "x".repeat(length)
        );
        let canned = Canned::start(move |line| {
            let is_collect = line.contains("collect");
            json(200, if is_collect { &collected } else { r#"{"orderRef":"a"}"# })
        })
        .await;
        let (auth, memory) = send(Memory::claim(2, NUMBER, NAME), "api", "POST", "/rp/v6.0/auth", None);
        let collect = auth.replacen(
            "(i32.load (i32.const 1200)) (i32.load (i32.const 1204))",
            "(i32.load (i32.const 1232)) (i32.load (i32.const 1236))",
            1,
        );
        let memory = memory.text(208, "/rp/v6.0/collect");
        claimed(limits, "bankid", &format!("{auth} {collect}"), &memory, &canned).await
    })
}

/// A login of somebody with 257 groups.
fn grouped(limits: Limits) -> Outcome {
    Box::pin(async move {
        let list: Vec<String> = (0..257).map(|at| format!("\"g{at}\"")).collect();
        let body = format!(r#"{{"groups":[{}]}}"#, list.join(","));
        let canned = Canned::start(move |_| json(200, &body)).await;
        let memory = Memory::step(2).number(104, 1).number(108, 1).text(112, "/groups");
        let (asked, memory) = send(memory, "api", "POST", "/rp/v6.0/auth", None);
        claimed(limits, "groups", &asked, &memory, &canned).await
    })
}

async fn claimed(
    limits: Limits,
    profile: &str,
    body: &str,
    memory: &Memory,
    canned: &Canned,
) -> &'static str {
    let mut plan = Plan::new().limits(limits);
    plan.profiles.insert("groups".to_owned(), GROUPS.to_owned());
    let plan = plan.guest_under("guest", component(body, memory), canned.endpoint(false), profile);
    match plan.open().begin("guest").await {
        Ok(Step::Done(_)) => "through",
        Ok(_) => "not done",
        Err(fault) => fault.code.name(),
    }
}

/// Keys that are an hour old are fetched again.
fn fresh(limits: Limits) -> Outcome {
    Box::pin(async move {
        let provider = Provider::start(limits).await;
        assert_eq!(provider.sign_in().await, "through");
        provider.clock.forward(3_601);
        assert_eq!(provider.sign_in().await, "through");
        if provider.openid.count("/jwks") == 1 { "through" } else { "asked again" }
    })
}

/// An unknown key a second after the last look-up.
fn cooling(limits: Limits) -> Outcome {
    Box::pin(async move {
        let provider = Provider::start(limits).await;
        assert_eq!(provider.sign_in().await, "through");
        provider.openid.rotate_keys().unwrap();
        provider.clock.forward(1);
        provider.sign_in().await
    })
}

/// A provider whose keys cannot be had for more than a day.
fn stale(limits: Limits) -> Outcome {
    Box::pin(async move {
        let provider = Provider::start(limits).await;
        assert_eq!(provider.sign_in().await, "through");
        provider.clock.forward(24 * 3_600 + 60);
        provider.openid.forge(Forgery::NoKeys);
        provider.sign_in().await
    })
}

/// A token that is told in this way.
fn told(limits: Limits, forgery: Forgery) -> Outcome {
    Box::pin(async move {
        let provider = Provider::start(limits).await;
        provider.openid.forge(forgery);
        provider.sign_in().await
    })
}
