//! Trust profiles: what a provider's answer may mean, as host data that no bundle can change.
//!
//! A profile names the answers that count, how each is bound to this very login, which places in them are citable as
//! what, the level, and where a person may be sent. Which answer counts is in [`matching`], reading a claim in
//! [`reading`].

mod doors;
pub(crate) mod matching;
pub(crate) mod reading;

use std::collections::BTreeMap;

pub use doors::check_audience;

use kuvert_domain::{country::Country, level::Level};
use serde::Deserialize;
use serde_json::Value;

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
    /// Values that must stand in the answer: one, or any of a list.
    #[serde(default)]
    pub(crate) holds: BTreeMap<String, OneOf>,
    /// Places that must be empty, because they would make it the answer about another kind of login.
    #[serde(default)]
    pub(crate) lacks: Vec<String>,
    /// Values that must be equal to those of another answer of this login.
    #[serde(default)]
    pub(crate) equals: BTreeMap<String, Place>,
}

/// A value, or several of which any will do.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(crate) enum OneOf {
    One(String),
    Any(Vec<String>),
}

impl OneOf {
    pub(crate) fn has(&self, said: &str) -> bool {
        match self {
            Self::One(wanted) => wanted == said,
            Self::Any(wanted) => wanted.iter().any(|wanted| wanted == said),
        }
    }
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
    /// The app learns the way back from the link itself, so whoever began the login can read it and send the link on.
    #[serde(default, rename = "way-back-in-link")]
    pub(crate) way_back_in_link: bool,
    /// `{prepared}`: exactly the address that the host prepared in this login, down to the last parameter.
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
    /// The person must sign in anew, whatever the plugin asks for: `prompt=login` is sent, and an `auth_time` of before,
    /// or none, is refused.
    #[serde(default)]
    pub(crate) fresh: bool,
    /// Claims that hold the time of signing in as a date, for a provider that does not say `auth_time`.
    #[serde(default)]
    pub(crate) signed_in: Vec<String>,
    /// Claims whose value must be a step of the issuer's path: the tenant of a directory that serves many.
    #[serde(default)]
    pub(crate) in_issuer: Vec<String>,
    /// Claim → values, each of which says that a second factor was used. Empty: the level says it.
    #[serde(default)]
    pub(crate) second_factor: BTreeMap<String, Vec<String>>,
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

/// Whether the text is a whole trust profile; the error says what is wrong with it.
pub fn check_profile(text: &str) -> Result<(), String> {
    Profile::read(text).map(drop)
}

impl Profile {
    /// The profile of this name: a built-in one, or one of those `added`. Security: the built-in ones come first, so
    /// that nothing added can take the name of a profile that came with the appliance.
    pub(crate) fn named(name: &str, added: &BTreeMap<String, String>) -> Result<Self, Fault> {
        let config = |detail: String| Fault::new(FaultCode::Config, detail);
        let text = match name {
            "bankid" => include_str!("../profiles/bankid.toml"),
            "freja" => include_str!("../profiles/freja.toml"),
            "mitid-signaturgruppen" => include_str!("../profiles/mitid-signaturgruppen.toml"),
            "mitid-signaturgruppen-erhverv" => include_str!("../profiles/mitid-signaturgruppen-erhverv.toml"),
            "mitid-idura" => include_str!("../profiles/mitid-idura.toml"),
            "mitid-idura-erhverv" => include_str!("../profiles/mitid-idura-erhverv.toml"),
            "freja-oidc" => include_str!("../profiles/freja-oidc.toml"),
            "staff-entra" => include_str!("../profiles/staff-entra.toml"),
            "staff-adfs" => include_str!("../profiles/staff-adfs.toml"),
            "staff-keycloak" => include_str!("../profiles/staff-keycloak.toml"),
            "staff-oidc" => include_str!("../profiles/staff-oidc.toml"),
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
        if profile.token.fresh && profile.token.max_age_s.is_none() {
            return Err(
                "who must sign in anew needs a max-age-s, so that the provider says when they did".to_owned()
            );
        }
        if profile.requires.iter().any(|field| !profile.claims.contains_key(field)) {
            return Err("a field is required that nothing can be cited as".to_owned());
        }
        Ok(profile)
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

    /// Whether an id token holds something that could be cited as an identity number.
    pub(crate) fn names_a_number(&self, id_token: &Value) -> bool {
        let of_the_token = |place: &&Citable| Some(place.answer.as_str()) == self.rule_from(Source::IdToken);
        let mut places = self.claims.get(&Field::Number).into_iter().flatten().filter(of_the_token);
        places.any(|place| id_token.pointer(&place.path).is_some_and(|value| !value.is_null()))
    }

    /// The same profile for one client of the provider: `{client_id}` in a place becomes its name there.
    pub(crate) fn for_client(mut self, client_id: &str) -> Self {
        let step = client_id.replace('~', "~0").replace('/', "~1");
        for place in self.claims.values_mut().flatten() {
            place.path = place.path.replace("{client_id}", &step);
        }
        self
    }

    pub(crate) fn country(&self) -> Option<Country> {
        self.country.as_deref().and_then(Country::from_code)
    }

    /// Every place that may be cited as this field.
    fn places(&self, field: Field) -> impl Iterator<Item = &Citable> {
        self.claims.get(&field).into_iter().flatten()
    }

    fn citable(&self, field: Field, rule: &str, path: &str) -> Option<&Citable> {
        self.places(field).find(|place| place.answer == rule && place.path == path)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_profile_is_whole() {
        for name in [
            "bankid",
            "freja",
            "mitid-signaturgruppen",
            "mitid-signaturgruppen-erhverv",
            "mitid-idura",
            "mitid-idura-erhverv",
            "freja-oidc",
            "staff-entra",
            "staff-adfs",
            "staff-keycloak",
            "staff-oidc",
        ] {
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
        let broker = include_str!("../profiles/mitid-idura.toml");
        assert!(Profile::read(&broker.replace("max-age-s = 600", "")).is_err(), "fresh without an age");
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
}
