//! Trust profiles: what a provider's answer may mean, as host data that no bundle can change.
//!
//! A profile names the answers that count, how each is bound to this very login, which places in them are citable as
//! what, the level, and where a person may be sent. Reading a claim under a profile is in [`reading`].

pub(crate) mod reading;

use std::collections::BTreeMap;

use kuvert_domain::{country::Country, level::Level};
use serde::Deserialize;

use crate::{Fault, FaultCode, trust::Trust};

/// Answers of an HTTP endpoint, of the host's own OpenID Connect half, or signed tokens that a trust of the profile let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Source {
    Http,
    TokenAnswer,
    IdToken,
    Token,
}

/// A place in an answer.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Place {
    pub(crate) answer: String,
    pub(crate) path: String,
}

/// A place that a claim may point at.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Citable {
    answer: String,
    path: String,
    /// Parts below the place, which the host joins with spaces: a name in two fields is one name.
    #[serde(default)]
    words: Vec<String>,
}

/// Which answers count under a name, and what else must be true of them.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rule {
    pub(crate) from: Source,
    /// For tokens: the trust that checked it.
    trust: Option<String>,
    /// Any endpoint of the plugin when absent: the path is then a discovered one.
    pub(crate) endpoint: Option<String>,
    pub(crate) method: Option<String>,
    /// Exact, or `{name}` of an address in the discovery document.
    pub(crate) path: Option<String>,
    /// The token that must have been sent along.
    pub(crate) bearer: Option<Place>,
    /// Values that must stand in the answer.
    #[serde(default)]
    pub(crate) holds: BTreeMap<String, String>,
    /// Values that must be equal to those of another answer of this login.
    #[serde(default)]
    pub(crate) equals: BTreeMap<String, Place>,
}

/// How sure the provider is.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Levels {
    constant: Option<String>,
    #[serde(default)]
    map: BTreeMap<String, String>,
}

/// Prefixes of what a page may show or follow.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Links {
    #[serde(default)]
    pub(crate) qr: Vec<String>,
    #[serde(default)]
    pub(crate) app: Vec<String>,
    /// `{authorization_endpoint}`: exactly that address of the discovery document.
    #[serde(default)]
    pub(crate) redirect: Vec<String>,
}

/// What an id token must be like beyond the standard's own rules.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct TokenRules {
    #[serde(default)]
    pub(crate) algorithms: Vec<String>,
    /// Sent as `max_age`, and `auth_time` is checked against it.
    pub(crate) max_age_s: Option<u32>,
}

/// A whole profile; the default one lets nothing count.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Profile {
    country: Option<String>,
    /// Fields without which a claim is none.
    requires: Vec<Field>,
    pub(crate) answers: BTreeMap<String, Rule>,
    claims: BTreeMap<Field, Vec<Citable>>,
    #[serde(default)]
    level: Levels,
    #[serde(default)]
    pub(crate) links: Links,
    #[serde(default)]
    pub(crate) token: TokenRules,
    /// By name: the rules of `kuvert:host/token`.
    #[serde(default)]
    pub(crate) trusts: BTreeMap<String, Trust>,
}

/// The fields of a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Field {
    Number,
    Name,
    Organisation,
    Level,
    Subject,
    Groups,
}

/// An answer that just came over HTTP.
pub(crate) struct Answer<'a> {
    pub(crate) endpoint: &'a str,
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    pub(crate) status: u16,
    pub(crate) content_type: &'a str,
    /// Rule and pointer of the bearer that went along.
    pub(crate) bearer: Option<(&'a str, &'a str)>,
}

impl Profile {
    /// The profile of this name: a built-in one, or one of those `added`. Security: the built-in ones come first, so
    /// that nothing added can take the name of a profile that came with the appliance.
    pub(crate) fn named(name: &str, added: &BTreeMap<String, String>) -> Result<Self, Fault> {
        let config = |detail: String| Fault::new(FaultCode::Config, detail);
        let text = match name {
            "bankid" => include_str!("../profiles/bankid.toml"),
            "freja" => include_str!("../profiles/freja.toml"),
            "oidc-staff" => include_str!("../profiles/oidc-staff.toml"),
            "mitid-broker" => include_str!("../profiles/mitid-broker.toml"),
            _ => added.get(name).ok_or_else(|| config(format!("there is no trust profile {name}")))?,
        };
        Self::read(text).map_err(|detail| config(format!("trust profile {name}: {detail}")))
    }

    /// Reads a profile and checks that it is whole: every word in it leads somewhere.
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        let profile: Self = toml::from_str(text).map_err(|error| error.to_string())?;
        let cited = profile.claims.values().flatten().map(|place| &place.answer);
        let bound = profile.answers.values().flat_map(|rule| rule.equals.values().chain(&rule.bearer));
        let mut answers = cited.chain(bound.map(|place| &place.answer));
        if let Some(answer) = answers.find(|answer| !profile.answers.contains_key(*answer)) {
            return Err(format!("no answer is called {answer}"));
        }
        for rule in profile.answers.values() {
            if (rule.from == Source::Token) != rule.trust.is_some() {
                return Err("tokens, and only they, have a trust".to_owned());
            }
            if let Some(trust) = rule.trust.iter().find(|trust| !profile.trusts.contains_key(*trust)) {
                return Err(format!("no trust is called {trust}"));
            }
        }
        let levels = profile.level.map.values().chain(&profile.level.constant);
        if let Some(level) = levels.into_iter().find(|level| Level::from_name(level).is_none()) {
            return Err(format!("there is no level {level}"));
        }
        if profile.country.is_some() && profile.country().is_none() {
            return Err("the country is none of SE and DK".to_owned());
        }
        if profile.requires.iter().any(|field| !profile.claims.contains_key(field)) {
            return Err("a field is required that nothing can be cited as".to_owned());
        }
        Ok(profile)
    }

    /// The rule that lets an HTTP answer count. `discovered` looks up `{…}` paths.
    pub(crate) fn rule_for(
        &self,
        answer: &Answer<'_>,
        discovered: impl Fn(&str) -> Option<String>,
    ) -> Option<&str> {
        let fits = |rule: &Rule| {
            rule.from == Source::Http
                && answer.status == 200
                && essence(answer.content_type) == "application/json"
                && rule.endpoint.as_deref().is_none_or(|endpoint| endpoint == answer.endpoint)
                && rule.method.as_deref() == Some(answer.method)
                && rule.path.as_deref().is_some_and(|path| match variable(path) {
                    Some(name) => discovered(name).is_some_and(|path| path == answer.path),
                    None => path == answer.path,
                })
                && match (&rule.bearer, answer.bearer) {
                    (Some(place), Some((rule, path))) => place.answer == rule && place.path == path,
                    (wanted, sent) => wanted.is_none() && sent.is_none(),
                }
        };
        self.answers.iter().find(|(_, rule)| fits(rule)).map(|(name, _)| name.as_str())
    }

    /// The rule for what the host's own OpenID Connect half produced.
    pub(crate) fn rule_from(&self, source: Source) -> Option<&str> {
        self.answers.iter().find(|(_, rule)| rule.from == source).map(|(name, _)| name.as_str())
    }

    /// The rule that lets a token count which this trust has checked.
    pub(crate) fn rule_for_token(&self, trust: &str) -> Option<&str> {
        let fits = |rule: &Rule| rule.from == Source::Token && rule.trust.as_deref() == Some(trust);
        self.answers.iter().find(|(_, rule)| fits(rule)).map(|(name, _)| name.as_str())
    }

    /// Whether some rule lets the token at this place be sent as a bearer.
    pub(crate) fn may_bear(&self, rule: &str, path: &str) -> bool {
        let place = |rule: &Rule| rule.bearer.clone();
        self.answers.values().filter_map(place).any(|place| place.answer == rule && place.path == path)
    }

    pub(crate) fn country(&self) -> Option<Country> {
        self.country.as_deref().and_then(Country::from_code)
    }

    fn citable(&self, field: Field, rule: &str, path: &str) -> Option<&Citable> {
        self.claims.get(&field)?.iter().find(|place| place.answer == rule && place.path == path)
    }

    /// The level of what the provider said; nothing it says counts unless it is in the map.
    fn level(&self, said: Option<&str>) -> Option<Level> {
        let name = match (&self.level.constant, said) {
            (Some(constant), _) => constant,
            (None, Some(said)) => self.level.map.get(said)?,
            (None, None) => return None,
        };
        Level::from_name(name)
    }
}

/// The name in `{name}`.
pub(crate) fn variable(text: &str) -> Option<&str> {
    text.strip_prefix('{')?.strip_suffix('}')
}

/// A content type without its parameters.
fn essence(content_type: &str) -> String {
    content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_profile_is_whole() {
        for name in ["bankid", "freja", "oidc-staff", "mitid-broker"] {
            assert!(Profile::named(name, &BTreeMap::new()).is_ok(), "{name}");
        }
        assert_eq!(Profile::named("../bankid", &BTreeMap::new()).unwrap_err().code, FaultCode::Config);
    }

    #[test]
    fn a_profile_that_leads_nowhere_is_none() {
        let whole = include_str!("../profiles/bankid.toml");
        assert!(Profile::read(whole).is_ok());
        for (from, to) in [
            ("constant = \"substantial\"", "constant = \"certain\""),
            ("country = \"SE\"", "country = \"XX\""),
            ("requires = [\"number\"", "requires = [\"groups\""),
            ("answer = \"collected\"", "answer = \"elected\""),
            ("answer = \"started\"", "answer = \"never\""),
            ("[level]", "[shadow]"),
        ] {
            assert!(Profile::read(&whole.replace(from, to)).is_err(), "{to}");
        }
        let signed = include_str!("../profiles/freja.toml");
        for (from, to) in [
            ("trust = \"freja-jws\"", "trust = \"anybody\""),
            ("trust = \"freja-jws\"", ""),
            ("from = \"token\"", "from = \"http\""),
            ("algorithm = \"RS256\"", "algorithm = \"none\""),
            ("keys = \"x5t\"", "keys = \"jwk\""),
        ] {
            assert!(Profile::read(&signed.replace(from, to)).is_err(), "{to}");
        }
    }

    #[test]
    fn an_added_profile_never_takes_a_built_in_name() {
        let lax = include_str!("../profiles/bankid.toml").replace("substantial", "high");
        let added = BTreeMap::from([("bankid".to_owned(), lax.clone()), ("granby-id".to_owned(), lax)]);
        let level = |name: &str| Profile::named(name, &added).unwrap().level(None);
        assert_eq!(level("bankid"), Some(Level::Substantial));
        assert_eq!(level("granby-id"), Some(Level::High));
    }

    #[test]
    fn only_the_exact_answer_counts() {
        let profile = Profile::named("bankid", &BTreeMap::new()).unwrap();
        let answer = |method, path, status, content_type| {
            let answer = Answer { endpoint: "api", method, path, status, content_type, bearer: None };
            profile.rule_for(&answer, |_| None).map(str::to_owned)
        };
        let collect = "/rp/v6.0/collect";
        assert_eq!(
            answer("POST", collect, 200, "application/json;charset=UTF-8").as_deref(),
            Some("collected")
        );
        assert_eq!(answer("GET", collect, 200, "application/json"), None);
        assert_eq!(answer("POST", "/rp/v6.0/phone/auth", 200, "application/json"), None);
        assert_eq!(answer("POST", collect, 400, "application/json"), None);
        assert_eq!(answer("POST", collect, 200, "text/html"), None);
    }
}
