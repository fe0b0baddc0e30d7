//! Which answers of a provider count, by the request that brought them.
//!
//! Security: a rule names one request. The same path at another endpoint, another method, a query of the guest's own
//! making, another token or an error page is another request, and its answer counts for nothing.

use super::{Place, Profile, Rule, Source, variable};

/// A request that a guest wants to send, or sent.
#[derive(Clone, Copy)]
pub(crate) struct Asked<'a> {
    pub(crate) endpoint: &'a str,
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    /// Whether the guest added a query. A server may echo it.
    pub(crate) has_query: bool,
    /// Rule and pointer of the token that goes along.
    pub(crate) bearer: Option<(&'a str, &'a str)>,
}

impl Profile {
    /// The rule that lets the answer to a request count. `discovered` gives endpoint and path of `{…}` addresses.
    pub(crate) fn rule_for(
        &self,
        asked: Asked<'_>,
        (status, content_type): (u16, &str),
        discovered: impl Fn(&str) -> Option<(String, String)>,
    ) -> Option<&str> {
        let counts = status == 200 && essence(content_type) == "application/json";
        let fits = |rule: &Rule| counts && asks_by(rule, asked, &discovered);
        self.answers.iter().find(|(_, rule)| fits(rule)).map(|(name, _)| name.as_str())
    }

    /// Whether an answer to this request counts, provided that its form is right.
    pub(crate) fn may_count(
        &self,
        asked: Asked<'_>,
        discovered: impl Fn(&str) -> Option<(String, String)>,
    ) -> bool {
        self.answers.values().any(|rule| asks_by(rule, asked, &discovered))
    }

    /// Whether some rule lets the token at this place go along with this very request: a token is for one door.
    pub(crate) fn may_bear(
        &self,
        asked: Asked<'_>,
        discovered: impl Fn(&str) -> Option<(String, String)>,
    ) -> bool {
        self.answers.values().any(|rule| rule.bearer.is_some() && asks_by(rule, asked, &discovered))
    }
}

fn asks_by(rule: &Rule, asked: Asked<'_>, discovered: &impl Fn(&str) -> Option<(String, String)>) -> bool {
    rule.from == Source::Http
        && !asked.has_query
        && rule.method.as_deref() == Some(asked.method)
        && rule.path.as_deref().is_some_and(|path| match variable(path) {
            Some(name) => discovered(name)
                .is_some_and(|(endpoint, path)| endpoint == asked.endpoint && path == asked.path),
            None => path == asked.path && rule.endpoint.as_deref() == Some(asked.endpoint),
        })
        && bears(rule.bearer.as_ref(), asked.bearer)
}

fn bears(wanted: Option<&Place>, sent: Option<(&str, &str)>) -> bool {
    match (wanted, sent) {
        (Some(place), Some((rule, path))) => place.answer == rule && place.path == path,
        (wanted, sent) => wanted.is_none() && sent.is_none(),
    }
}

/// A content type without its parameters.
fn essence(content_type: &str) -> String {
    content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    const JSON: (u16, &str) = (200, "application/json");

    #[test]
    fn only_the_exact_answer_counts() {
        let profile = Profile::named("bankid", &BTreeMap::new()).unwrap();
        let rule = |method, path, answer| {
            let asked = Asked { endpoint: "api", method, path, has_query: false, bearer: None };
            profile.rule_for(asked, answer, |_| None).map(str::to_owned)
        };
        let collect = "/rp/v6.0/collect";
        assert_eq!(
            rule("POST", collect, (200, "application/json;charset=UTF-8")).as_deref(),
            Some("collected")
        );
        assert_eq!(rule("GET", collect, JSON), None);
        assert_eq!(rule("POST", "/rp/v6.0/phone/auth", JSON), None);
        assert_eq!(rule("POST", collect, (400, "application/json")), None);
        assert_eq!(rule("POST", collect, (200, "text/html")), None);
    }

    #[test]
    fn userinfo_counts_at_its_own_door_with_its_own_token_and_nothing_else() {
        let profile = Profile::named("mitid-signaturgruppen", &BTreeMap::new()).unwrap();
        let found = |name: &str| {
            (name == "userinfo_endpoint").then(|| ("provider".to_owned(), "/op/connect/userinfo".to_owned()))
        };
        let right = Asked {
            endpoint: "provider",
            method: "GET",
            path: "/op/connect/userinfo",
            has_query: false,
            bearer: Some(("token-answer", "/access_token")),
        };
        assert_eq!(profile.rule_for(right, JSON, found), Some("userinfo"));
        assert!(profile.may_bear(right, found));
        for (what, wrong) in [
            ("another endpoint", Asked { endpoint: "mirror", ..right }),
            ("another path", Asked { path: "/op/connect/echo", ..right }),
            ("another method", Asked { method: "POST", ..right }),
            ("an echoed query", Asked { has_query: true, ..right }),
            ("the id token as a bearer", Asked { bearer: Some(("token-answer", "/id_token")), ..right }),
            ("a token from userinfo", Asked { bearer: Some(("userinfo", "/access_token")), ..right }),
        ] {
            assert_eq!(profile.rule_for(wrong, JSON, found), None, "{what}");
            assert!(!profile.may_bear(wrong, found), "{what}");
        }
        let bare = Asked { bearer: None, ..right };
        assert_eq!(profile.rule_for(bare, JSON, found), None, "without a token");
    }
}
