//! Where in the provider's answers each particular of this person lies.
//!
//! It points; the host reads, and refuses every place that its trust profile does not name.

use kuvert_plugin_sdk::{
    Claim, Fault, Pointer, Step,
    answer::{failed, pair, pointer},
    http,
    json::{Document, step},
    log,
    oidc::Tokens,
    settings,
};

use crate::{
    answers,
    dialect::{Dialect, Naming},
};

const FREJA_COUNTRY: &str = "/https:~1~1frejaeid.com~1oidc~1claims~1country";
/// Levels, lowest first.
const LEVELS: [&str; 3] = ["low", "substantial", "high"];

/// What the host reads of one value, and of one list.
const VALUE_BYTES: usize = 512;
const GROUPS: usize = 256;

/// A document of the provider and the host's handle for it.
struct Held {
    evidence: u32,
    document: Document,
}

impl Held {
    /// A place with a text that the host would read: an empty name is no name, and pointing at it would be a false claim.
    fn at(&self, path: &str) -> Option<Pointer> {
        self.document.text(path).is_some_and(is_plain).then(|| pointer(self.evidence, path))
    }

    /// Where the groups are, when they are of a number and kind that the host would read.
    fn list_at(&self, path: &str) -> Option<Pointer> {
        let list = self.document.list(path)?;
        let fits = list.len() <= GROUPS && list.into_iter().all(is_plain);
        fits.then(|| pointer(self.evidence, path))
    }

    fn is_about_same(&self, other: &Self) -> bool {
        let subject = self.document.text("/sub");
        subject.is_some() && subject == other.document.text("/sub")
    }

    fn first(&self, paths: &[&str]) -> Option<Pointer> {
        paths.iter().find_map(|path| self.at(path))
    }
}

/// The id token, and userinfo when it was needed.
struct Answers {
    id_token: Held,
    userinfo: Option<Held>,
}

impl Answers {
    /// The groups at the first of these places that holds any: unknown when that place cannot be read.
    fn groups(&self, paths: &[&str]) -> Option<Pointer> {
        let documents = [Some(&self.id_token), self.userinfo.as_ref()];
        let mut places =
            documents.into_iter().flatten().flat_map(|held| paths.iter().map(move |path| (held, path)));
        places.find(|(held, path)| held.document.has(path)).and_then(|(held, path)| held.list_at(path))
    }

    fn first(&self, paths: &[&str]) -> Option<Pointer> {
        let asked = || self.userinfo.as_ref().and_then(|held| held.first(paths));
        self.id_token.first(paths).or_else(asked)
    }
}

/// The step that the tokens lead to.
pub(crate) fn read(dialect: Dialect, tokens: &Tokens, min_level: &str) -> Step {
    let Some(document) = Document::parse(tokens.claims.as_bytes()) else {
        return failed("protocol", "try-again", "claims", true);
    };
    let mut answers = Answers { id_token: Held { evidence: tokens.id_token, document }, userinfo: None };
    if dialect.has_userinfo() && is_incomplete(dialect, &answers.id_token) {
        match userinfo(tokens) {
            // OpenID Connect Core 1.0, 5.3.2: an answer about somebody else counts for nothing.
            Ok(Some(held)) if !answers.id_token.is_about_same(&held) => {
                return failed("protocol", "not-trusted", "userinfo:sub", true);
            }
            Ok(held) => answers.userinfo = held,
            // A directory's token is enough to know who somebody is; an e-ID's is not.
            Err(fault) if dialect.naming() != Naming::Staff => return answers::failed_exchange(&fault),
            Err(_) => {}
        }
    }
    // Freja says everything in one place; what the id token then lacks must not be cited from it.
    if dialect == Dialect::Freja && answers.id_token.first(dialect.places().number).is_none() {
        answers.id_token = answers.userinfo.take().unwrap_or(answers.id_token);
    }
    match dialect.naming() {
        Naming::Staff => staff(dialect, &answers),
        Naming::Resident | Naming::Organisation => e_id(dialect, &answers, min_level),
    }
}

/// Whether the id token lacks something that userinfo may hold.
fn is_incomplete(dialect: Dialect, id_token: &Held) -> bool {
    let places = dialect.places();
    let groups = places.groups.iter().any(|path| id_token.document.has(path));
    let lacks = |paths: &[&str]| !paths.is_empty() && id_token.first(paths).is_none();
    [places.number, places.name, places.organisation].into_iter().any(lacks)
        || (!groups && !places.groups.is_empty())
}

fn staff(dialect: Dialect, answers: &Answers) -> Step {
    let places = dialect.places();
    let id_token = &answers.id_token;
    if dialect == Dialect::Entra
        && is_guest(&id_token.document)
        && settings::get("guests").as_deref() != Some("allowed")
    {
        return failed("credential", "guest", "acct", false);
    }
    // Entra ID leaves the lasting name out when the scope does not ask for a profile.
    let Some(subject) = id_token.first(places.subject) else {
        return failed("config", "out-of-order", "no-subject", false);
    };
    let own = (dialect == Dialect::Keycloak).then(|| keycloak_roles(answers)).flatten();
    let unknown = has_too_many_groups(&id_token.document);
    Step::Done(Claim {
        number: None,
        name: answers.first(places.name),
        organisation: None,
        level: None,
        subject: Some(subject),
        groups: own.or_else(|| answers.groups(places.groups)).filter(|_| !unknown),
    })
}

/// The roles of this very client, which `azp` names.
fn keycloak_roles(answers: &Answers) -> Option<Pointer> {
    let document = &answers.id_token.document;
    let client = document.text("/azp").or_else(|| document.text("/aud"))?;
    answers.groups(&[format!("/resource_access{}/roles", step(client)).as_str()])
}

/// Entra ID's optional claim `acct`: 1 is somebody who was invited from elsewhere.
fn is_guest(document: &Document) -> bool {
    document.number("/acct") == Some(1) || document.text("/acct") == Some("1")
}

/// Entra ID leaves the groups out when there are many and says so. The host takes "unknown" as "give nothing on it".
fn has_too_many_groups(document: &Document) -> bool {
    !document.has("/roles") && (document.has("/_claim_names/groups") || document.has("/hasgroups"))
}

fn e_id(dialect: Dialect, answers: &Answers, min_level: &str) -> Step {
    let places = dialect.places();
    let foreign = dialect == Dialect::Freja && answers.id_token.document.text(FREJA_COUNTRY) != Some("SE");
    if foreign {
        return failed("no-number", "no-number", "country", false);
    }
    let spoilt = answers.userinfo.as_ref().is_some_and(|held| dialect.is_spoilt_by(&held.document));
    if spoilt || !dialect.is_about(&answers.id_token.document) {
        return failed("credential", "another-kind", "kind", true);
    }
    let level = answers.id_token.first(places.level);
    let said = level.as_ref().and_then(|level| answers.id_token.document.text(&level.path));
    let said = said.and_then(|said| dialect.level(said));
    let rank = |wanted: &str| LEVELS.iter().position(|level| *level == wanted);
    if said.is_none() || said.and_then(rank) < rank(min_level) {
        return failed("level", "level-too-low", "level", true);
    }
    let number = answers.first(places.number);
    let organisation = answers.first(places.organisation);
    match dialect.naming() {
        // Not everybody who has an e-ID has a number, and a mailbox is found by it.
        Naming::Resident if number.is_none() => return failed("no-number", "no-number", "number", false),
        Naming::Organisation if organisation.is_none() => {
            return failed("credential", "no-organisation", "organisation", true);
        }
        _ => {}
    }
    let subject = answers.first(places.subject);
    if subject.is_none() {
        return failed("config", "out-of-order", "no-subject", false);
    }
    Step::Done(Claim { number, name: answers.first(places.name), organisation, level, subject, groups: None })
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

fn is_plain(text: &str) -> bool {
    !text.is_empty() && text.len() <= VALUE_BYTES && !text.chars().any(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(evidence: u32, text: &str) -> Held {
        Held { evidence, document: Document::parse(text.as_bytes()).unwrap() }
    }

    fn answers(id_token: &str, userinfo: &str) -> Answers {
        Answers { id_token: held(7, id_token), userinfo: Some(held(8, userinfo)) }
    }

    fn done(step: Step) -> Claim {
        match step {
            Step::Done(claim) => claim,
            other => panic!("{other:?}"),
        }
    }

    fn failure(step: Step) -> String {
        match step {
            Step::Failed(failure) => failure.class,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn roles_come_before_groups_and_too_many_are_unknown() {
        let claim = |text: &str| done(staff(Dialect::Adfs, &answers(text, "{}")));
        assert_eq!(claim(r#"{"sub":"x","groups":["a"],"roles":["b"]}"#).groups, Some(pointer(7, "/roles")));
        assert_eq!(claim(r#"{"sub":"x"}"#).groups, None);
        assert!(has_too_many_groups(&held(7, r#"{"_claim_names":{"groups":"src1"}}"#).document));
        assert!(!has_too_many_groups(
            &held(7, r#"{"roles":["b"],"_claim_names":{"groups":"src1"}}"#).document
        ));
    }

    #[test]
    fn keycloak_keeps_the_roles_of_this_client_under_its_name() {
        let text = r#"{"sub":"x","azp":"kuvert/desk","realm_access":{"roles":["r"]},
            "resource_access":{"kuvert/desk":{"roles":["own"]},"other":{"roles":["not"]}}}"#;
        let claim = done(staff(Dialect::Keycloak, &answers(text, "{}")));
        assert_eq!(claim.groups, Some(pointer(7, "/resource_access/kuvert~1desk/roles")));
        let claim =
            done(staff(Dialect::Keycloak, &answers(r#"{"sub":"x","realm_access":{"roles":[]}}"#, "{}")));
        assert_eq!(claim.groups, Some(pointer(7, "/realm_access/roles")), "else those of the realm");
    }

    #[test]
    fn an_employee_may_have_a_pseudonym_and_no_name() {
        let dialect = Dialect::Signaturgruppen { business: true };
        let token = r#"{"sub":"s","idp":"mitid_erhverv","identity_type":"professional",
            "loa":"https://data.gov.dk/concept/core/nsis/Substantial"}"#;
        let info = r#"{"sub":"s","nemlogin.alias":"Pseudonym","nemlogin.cvr":"43950932",
            "nemlogin.persistent_professional_id":"u"}"#;
        let claim = done(e_id(dialect, &answers(token, info), "substantial"));
        assert_eq!(claim.name, None);
        assert_eq!(claim.organisation, Some(pointer(8, "/nemlogin.cvr")));
        assert_eq!(claim.subject, Some(pointer(8, "/nemlogin.persistent_professional_id")));
        assert_eq!(failure(e_id(dialect, &answers(token, r#"{"sub":"s"}"#), "low")), "credential");
        assert_eq!(failure(e_id(dialect, &answers(token, info), "high")), "level");
    }

    #[test]
    fn a_resident_without_a_number_is_told_so() {
        let dialect = Dialect::Signaturgruppen { business: false };
        let token = r#"{"sub":"s","idp":"mitid","identity_type":"private",
            "loa":"https://data.gov.dk/concept/core/nsis/High"}"#;
        assert_eq!(failure(e_id(dialect, &answers(token, "{}"), "substantial")), "no-number");
        let claim = done(e_id(dialect, &answers(token, r#"{"dk.cpr":"6101014000"}"#), "substantial"));
        assert_eq!(claim.number, Some(pointer(8, "/dk.cpr")));
    }

    #[test]
    fn what_the_host_would_not_read_is_not_pointed_at() {
        let many: Vec<String> = (0..257).map(|at| format!("\"g{at}\"")).collect();
        let text =
            format!(r#"{{"sub":"x","name":"","preferred_username":"bo","groups":[{}]}}"#, many.join(","));
        let claim = done(staff(Dialect::Directory, &answers(&text, "{}")));
        assert_eq!((claim.name, claim.groups), (Some(pointer(7, "/preferred_username")), None));
        let claim = done(staff(Dialect::Directory, &answers(r#"{"sub":"x","groups":["a",1]}"#, "{}")));
        assert_eq!(claim.groups, None);
    }

    #[test]
    fn who_has_no_lasting_name_is_not_claimed_to_have_one() {
        let token = r#"{"sub":"s","name":"Bo"}"#;
        assert_eq!(failure(staff(Dialect::Entra, &answers(token, "{}"))), "config", "no oid");
        let business = r#"{"sub":"s","idp":"mitid_erhverv","identity_type":"professional",
            "loa":"https://data.gov.dk/concept/core/nsis/Substantial"}"#;
        let info = r#"{"sub":"s","nemlogin.cvr":"43950932"}"#;
        let dialect = Dialect::Signaturgruppen { business: true };
        assert_eq!(failure(e_id(dialect, &answers(business, info), "low")), "config");
    }

    #[test]
    fn userinfo_is_about_the_same_person_or_nobody() {
        let token = held(7, r#"{"sub":"s"}"#);
        assert!(token.is_about_same(&held(8, r#"{"sub":"s"}"#)));
        for other in [r#"{"sub":"t"}"#, "{}", r#"{"sub":["s"]}"#] {
            assert!(!token.is_about_same(&held(8, other)), "{other}");
        }
    }

    #[test]
    fn a_login_of_another_kind_is_told_so() {
        let dialect = Dialect::Idura { business: false };
        let token = |more: &str| {
            let level = "urn:grn:authn:dk:mitid:substantial";
            format!(
                r#"{{"sub":"s","identityscheme":"dkmitid","authenticationtype":"{level}","cprNumberIdentifier":"1"{more}}}"#
            )
        };
        done(e_id(dialect, &answers(&token(""), "{}"), "low"));
        let employee = token(r#","employee":"true""#);
        assert_eq!(failure(e_id(dialect, &answers(&employee, "{}"), "low")), "credential");
    }

    #[test]
    fn names_that_are_addresses_are_never_split() {
        let name = "https://frejaeid.com/oidc/claims/";
        let text = format!(
            r#"{{"sub":"s","{name}personalIdentityNumber":"199908072391","{name}country":"SE","{name}loaLevel":"LOA3"}}"#
        );
        let claim = done(e_id(Dialect::Freja, &answers(&text, "{}"), "substantial"));
        assert_eq!(claim.number.unwrap().evidence, 7);
        let foreign = text.replace("\"SE\"", "\"NO\"");
        assert_eq!(failure(e_id(Dialect::Freja, &answers(&foreign, "{}"), "low")), "no-number");
        let low = text.replace("LOA3", "LOA2");
        assert_eq!(failure(e_id(Dialect::Freja, &answers(&low, "{}"), "substantial")), "level");
    }
}
