//! What a step must come to, and what it came to, in the same words.
//!
//! Both are a few named facts; an expectation holds when every fact it names is so. What is absent reads as the empty
//! string, so that `qr = ""` says that there must be none.

use std::collections::BTreeMap;

use kuvert_domain::secret::Secret;
use kuvert_sandbox::{Check, Claim, Display, Failure, Fault, Step, Wait};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use url::Url;

use crate::wanted::holds;

/// The names of facts. The first group says what kind of outcome it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Fact {
    /// Wait and show this message.
    Wait,
    /// A frame with this message, from `render`.
    Frame,
    /// Send the browser to this address, without its query.
    Redirect,
    /// Somebody is who they are: number, name, level, country, subject, organisation, groups.
    Done,
    /// An ordinary unhappy end of this class.
    Failed,
    /// A fault with this code.
    Fault,
    /// Health checks by name: whether each is well.
    Checks,

    AppLink,
    Code,
    /// The key of the text.
    Message,
    PollAfterMs,
    Qr,
    /// Parameters of a redirect.
    Query,
    Retryable,
    /// The text in the cassette's language.
    Text,
}

/// What a cassette expects of a step.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Expectation(BTreeMap<Fact, Value>);

/// What a step came to.
#[derive(Debug)]
pub(crate) struct Outcome(BTreeMap<Fact, Value>);

impl Expectation {
    /// What is otherwise than expected. An outcome that nobody expects anything of is a mistake of the cassette.
    pub(crate) fn differs(&self, outcome: &Outcome) -> Option<String> {
        if self.0.is_empty() && !outcome.0.is_empty() {
            return Some(format!("nothing is expected, and there came {outcome}"));
        }
        let none = Value::String(String::new());
        let different =
            |(fact, wanted): &(&Fact, &Value)| !holds(outcome.0.get(fact).unwrap_or(&none), wanted);
        let (fact, wanted) = self.0.iter().find(different)?;
        Some(format!("expected {} = {wanted}, and there came {outcome}", fact.name()))
    }
}

impl Fact {
    fn name(self) -> String {
        serde_json::to_value(self).ok().and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default()
    }
}

impl Outcome {
    pub(crate) fn nothing() -> Self {
        Self(BTreeMap::new())
    }

    pub(crate) fn fault(fault: &Fault) -> Self {
        Self(BTreeMap::from([
            (Fact::Fault, json!(fault.code.name())),
            (Fact::Text, json!(fault.detail)),
            (Fact::Retryable, json!(fault.retryable)),
        ]))
    }

    /// `named` writes a provider's address as `{endpoint}`.
    pub(crate) fn step(step: &Step, named: impl Fn(&str) -> String) -> Self {
        match step {
            Step::Redirect(url) => Self::redirect(url, named),
            Step::Wait(wait) => Self::wait(wait),
            Step::Done(claim) => Self(BTreeMap::from([(Fact::Done, person(claim))])),
            Step::Failed(failure) => Self::failure(failure),
        }
    }

    pub(crate) fn frame(display: &Display) -> Self {
        let mut facts = shown(display);
        facts.insert(Fact::Frame, json!(display.message.key));
        Self(facts)
    }

    pub(crate) fn checks(checks: &[Check]) -> Self {
        let checks: BTreeMap<&str, bool> =
            checks.iter().map(|check| (check.name.as_str(), check.ok)).collect();
        Self(BTreeMap::from([(Fact::Checks, json!(checks))]))
    }

    fn redirect(url: &str, named: impl Fn(&str) -> String) -> Self {
        let Ok(mut parsed) = Url::parse(url) else { return Self::nothing() };
        let query: BTreeMap<String, String> = parsed.query_pairs().into_owned().collect();
        parsed.set_query(None);
        Self(BTreeMap::from([(Fact::Redirect, json!(named(parsed.as_str()))), (Fact::Query, json!(query))]))
    }

    fn wait(wait: &Wait) -> Self {
        let mut facts = shown(&wait.display);
        facts.insert(Fact::Wait, json!(wait.display.message.key));
        facts.insert(Fact::PollAfterMs, json!(wait.poll_after_ms));
        Self(facts)
    }

    fn failure(failure: &Failure) -> Self {
        Self(BTreeMap::from([
            (Fact::Failed, json!(failure.class.name())),
            (Fact::Message, json!(failure.message.key)),
            (Fact::Text, json!(failure.message.text)),
            (Fact::Code, json!(failure.code)),
            (Fact::Retryable, json!(failure.retryable)),
        ]))
    }
}

impl std::fmt::Display for Outcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let facts: Vec<String> =
            self.0.iter().map(|(fact, value)| format!("{} = {value}", fact.name())).collect();
        f.write_str(if facts.is_empty() { "nothing" } else { "" })?;
        f.write_str(&facts.join(", "))
    }
}

fn shown(display: &Display) -> BTreeMap<Fact, Value> {
    BTreeMap::from([
        (Fact::Message, json!(display.message.key)),
        (Fact::Text, json!(display.message.text)),
        (Fact::Qr, json!(display.qr.as_deref().unwrap_or_default())),
        (Fact::AppLink, json!(display.app_link.as_deref().unwrap_or_default())),
    ])
}

/// A recorded person: the numbers in cassettes are official test numbers.
fn person(claim: &Claim) -> Value {
    let open = |secret: &Option<Secret<String>>| {
        secret.as_ref().map_or_else(String::new, |secret| secret.expose().clone())
    };
    json!({
        "number": open(&claim.number),
        "name": open(&claim.name),
        "subject": open(&claim.subject),
        "organisation": claim.organisation.clone().unwrap_or_default(),
        "country": claim.country.map_or("", kuvert_domain::country::Country::code),
        "level": claim.level.name(),
        "groups": claim.groups.clone().unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fact_that_is_named_must_be_so() {
        let outcome = Outcome(BTreeMap::from([
            (Fact::Wait, json!("scan")),
            (Fact::Qr, json!("x")),
            (Fact::Done, json!({ "name": "A", "level": "high" })),
        ]));
        let differs = |text: &str| toml::from_str::<Expectation>(text).unwrap().differs(&outcome);
        for text in ["wait = \"scan\"", "qr = \"x\"\napp-link = \"\"", "done = { name = \"A\" }"] {
            assert_eq!(differs(text), None, "{text}");
        }
        for text in
            ["wait = \"look\"", "qr = \"\"", "done = { name = \"A\", level = \"low\" }", "code = \"x\"", ""]
        {
            assert!(differs(text).is_some(), "{text}");
        }
        assert!(toml::from_str::<Expectation>("waits = \"scan\"").is_err());
    }
}
