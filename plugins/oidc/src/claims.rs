//! Where in the provider's answers each particular of a person lies.
//!
//! It points; the host reads, and refuses every place that its trust profile does not name.

use kuvert_plugin_sdk::{
    Claim, Fault, Pointer, Step,
    answer::{failed, pair, pointer},
    http,
    json::Document,
    log,
    oidc::Tokens,
};

use crate::{answers, wishes};

const LEVELS: [(&str, &str); 3] = [
    ("low", "https://data.gov.dk/concept/core/nsis/Low"),
    ("substantial", "https://data.gov.dk/concept/core/nsis/Substantial"),
    ("high", "https://data.gov.dk/concept/core/nsis/High"),
];

/// A document of the provider and the host's handle for it.
struct Held {
    evidence: u32,
    document: Document,
}

impl Held {
    fn at(&self, path: &str) -> Option<Pointer> {
        self.document.has(path).then(|| pointer(self.evidence, path))
    }
}

/// The step that the tokens lead to.
pub(crate) fn read(tokens: &Tokens, min_level: &str) -> Step {
    let Some(document) = Document::parse(tokens.claims.as_bytes()) else {
        return failed("protocol", "try-again", "claims", true);
    };
    let id_token = Held { evidence: tokens.id_token, document };
    if wishes::is_mitid() { mitid(tokens, &id_token, min_level) } else { staff(tokens, &id_token) }
}

/// A directory may put names and roles into the id token or keep them at userinfo.
fn staff(tokens: &Tokens, id_token: &Held) -> Step {
    let own_name = id_token.at("/name");
    let own_groups = groups(id_token);
    let asked =
        if own_name.is_some() && own_groups.is_some() { None } else { userinfo(tokens).ok().flatten() };
    let asked_name = asked.as_ref().and_then(|held| held.at("/name"));
    let fallback =
        || ["/preferred_username", "/upn", "/unique_name"].iter().find_map(|path| id_token.at(path));
    let unknown = has_too_many_groups(&id_token.document);
    Step::Done(Claim {
        number: None,
        name: own_name.or(asked_name).or_else(fallback),
        organisation: None,
        level: None,
        subject: id_token.at("/oid").or_else(|| id_token.at("/sub")),
        groups: own_groups.or_else(|| asked.as_ref().and_then(groups)).filter(|_| !unknown),
    })
}

/// App roles are better than groups: an administrator chose them for this very application.
fn groups(held: &Held) -> Option<Pointer> {
    ["/roles", "/groups", "/realm_access/roles"].iter().find_map(|path| held.at(path))
}

/// Entra ID leaves the groups out when there are many and says so. The host takes "unknown" as "give nothing on it".
fn has_too_many_groups(document: &Document) -> bool {
    !document.has("/roles") && (document.has("/_claim_names/groups") || document.has("/hasgroups"))
}

fn mitid(tokens: &Tokens, id_token: &Held, min_level: &str) -> Step {
    let rank = |wanted: &str| LEVELS.iter().position(|(name, uri)| *name == wanted || *uri == wanted);
    let reached = id_token.document.text("/loa").and_then(rank);
    if reached.is_none() || reached < rank(min_level) {
        return failed("level", "level-too-low", "loa", true);
    }
    let userinfo = match userinfo(tokens) {
        Ok(Some(held)) => held,
        Ok(None) => return failed("protocol", "try-again", "userinfo", true),
        Err(fault) => return answers::failed_exchange(&fault),
    };
    // Not everybody who has MitID has a CPR number, and a mailbox is found by it.
    let Some(number) = userinfo.at("/dk.cpr") else {
        return failed("credential", "no-number", "dk.cpr", false);
    };
    Step::Done(Claim {
        number: Some(number),
        name: userinfo.at("/mitid.identity_name"),
        organisation: None,
        level: id_token.at("/loa"),
        subject: userinfo.at("/mitid.uuid").or_else(|| id_token.at("/sub")),
        groups: None,
    })
}

/// Asks userinfo with the access token, which only the host can see.
fn userinfo(tokens: &Tokens) -> Result<Option<Held>, Fault> {
    let Some(location) = &tokens.userinfo else { return Ok(None) };
    let response = http::send(&http::Request {
        endpoint: location.endpoint.clone(),
        method: "GET".to_owned(),
        path: location.path.clone(),
        query: location.query.clone(),
        headers: vec![pair("accept", "application/json")],
        body: Vec::new(),
        bearer: Some(pointer(tokens.answer, "/access_token")),
    })?;
    if response.status != 200 {
        log::write(1, &format!("userinfo answered {}", response.status));
        return Ok(None);
    }
    let held = Document::parse(&response.body).map(|document| Held { evidence: response.evidence, document });
    Ok(held)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(text: &str) -> Held {
        Held { evidence: 7, document: Document::parse(text.as_bytes()).unwrap() }
    }

    #[test]
    fn roles_come_before_groups_and_too_many_are_unknown() {
        assert_eq!(groups(&held(r#"{"groups":["a"],"roles":["b"]}"#)), Some(pointer(7, "/roles")));
        assert_eq!(
            groups(&held(r#"{"realm_access":{"roles":[]}}"#)),
            Some(pointer(7, "/realm_access/roles"))
        );
        assert_eq!(groups(&held("{}")), None);
        assert!(has_too_many_groups(&held(r#"{"_claim_names":{"groups":"src1"}}"#).document));
        assert!(!has_too_many_groups(&held(r#"{"roles":["b"],"_claim_names":{"groups":"src1"}}"#).document));
    }
}
