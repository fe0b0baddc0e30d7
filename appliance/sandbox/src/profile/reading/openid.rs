//! Claims from OpenID Connect, by the profiles of brokers and directories: every way round them is closed.

use std::collections::BTreeMap;

use super::*;

/// Where a claim's fields point: rule and path.
type Pointed<'a> = [(&'a str, &'a str, &'a str)];

const MITID: &str = r#"{"sub":"s","idp":"mitid","identity_type":"private",
    "loa":"https://data.gov.dk/concept/core/nsis/Substantial","acr":"https://data.gov.dk/concept/core/nsis/High"}"#;
const ERHVERV: &str = r#"{"sub":"s","idp":"mitid_erhverv","identity_type":"professional",
    "loa":"https://data.gov.dk/concept/core/nsis/Substantial"}"#;
const PERSON: &str = r#"{"sub":"s","dk.cpr":"6101014000","mitid.identity_name":"Asta Eksempel",
    "nemlogin.cvr":"43950932","nemlogin.persistent_professional_id":"p","note":"6101014001"}"#;
const TOKENS: &str = r#"{"access_token":"a","id_token":"i","dk.cpr":"6101014001"}"#;

const ASTA: &Pointed<'static> = &[
    ("number", "userinfo", "/dk.cpr"),
    ("name", "userinfo", "/mitid.identity_name"),
    ("subject", "id-token", "/sub"),
    ("level", "id-token", "/loa"),
];
const EMPLOYEE: &Pointed<'static> = &[
    ("organisation", "userinfo", "/nemlogin.cvr"),
    ("subject", "userinfo", "/nemlogin.persistent_professional_id"),
    ("level", "id-token", "/loa"),
];

/// A login whose userinfo was fetched with the token of its own answer.
fn login(id_token: &str, userinfo: &str) -> Dossier {
    let mut dossier = Dossier::default();
    let bearer = dossier.keep("token-answer", TOKENS.as_bytes(), None, 8192);
    dossier.keep("id-token", id_token.as_bytes(), None, 8192).unwrap();
    dossier.keep("userinfo", userinfo.as_bytes(), bearer, 8192).unwrap();
    dossier
}

fn read(profile: &str, dossier: &Dossier, pointed: &Pointed<'_>) -> Result<Claim, Fault> {
    let at = |field: &str| {
        let (_, rule, path) = pointed.iter().find(|(name, _, _)| *name == field)?;
        Some(Pointer { evidence: dossier.under(rule)?.handle(), path: (*path).to_owned() })
    };
    let pointers = provider::Claim {
        number: at("number"),
        name: at("name"),
        organisation: at("organisation"),
        level: at("level"),
        subject: at("subject"),
        groups: at("groups"),
    };
    let profile = Profile::named(profile, &BTreeMap::new()).unwrap().for_client("desk");
    claim(&profile, dossier, &pointers, &Limits::DEFAULT)
}

/// The guest lied.
fn refused_by(profile: &str, dossier: &Dossier, pointed: &Pointed<'_>, case: &str) {
    assert_eq!(read(profile, dossier, pointed).unwrap_err().code, FaultCode::Claim, "{case}");
}

/// The provider's answers are no good, and no plugin is blamed for it.
fn unusable_by(profile: &str, dossier: &Dossier, pointed: &Pointed<'_>, case: &str) {
    assert_eq!(read(profile, dossier, pointed).unwrap_err().code, FaultCode::Http, "{case}");
}

/// The same pointers with one of them elsewhere.
fn but<'a>(
    pointed: &Pointed<'a>,
    field: &'a str,
    rule: &'a str,
    path: &'a str,
) -> Vec<(&'a str, &'a str, &'a str)> {
    let others = pointed.iter().copied().filter(|(name, _, _)| *name != field);
    others.chain([(field, rule, path)]).collect()
}

#[test]
fn the_host_reads_both_kinds_of_people_for_itself() {
    let claim = read("mitid-signaturgruppen", &login(MITID, PERSON), ASTA).unwrap();
    assert_eq!(claim.number.unwrap().expose(), "6101014000");
    assert_eq!(claim.level, kuvert_domain::level::Level::Substantial);
    let claim = read("mitid-signaturgruppen-erhverv", &login(ERHVERV, PERSON), EMPLOYEE).unwrap();
    assert_eq!(claim.organisation.as_deref(), Some("43950932"));
    assert!(claim.number.is_none() && claim.name.is_none());
}

#[test]
fn every_way_round_a_broker_is_closed() {
    let profile = "mitid-signaturgruppen";
    for (case, id_token, userinfo) in [
        ("userinfo of somebody else", MITID, PERSON.replace("\"s\"", "\"t\"")),
        ("userinfo of nobody", MITID, PERSON.replace("\"sub\":\"s\",", "")),
        ("an employee's login", ERHVERV, PERSON.to_owned()),
        ("a number that comes twice", MITID, PERSON.replace("{\"sub\"", "{\"dk.cpr\":\"1\",\"sub\"")),
        ("a key that comes twice", MITID, PERSON.replace("\"note\"", "\"sub\"")),
        ("an empty place", MITID, PERSON.replace("dk.cpr", "dk.none")),
    ] {
        unusable_by(profile, &login(id_token, &userinfo), ASTA, case);
    }
    for (case, pointed) in [
        ("a place that is not citable", but(ASTA, "number", "userinfo", "/note")),
        ("the token answer", but(ASTA, "number", "token-answer", "/dk.cpr")),
        ("a higher level from elsewhere", but(ASTA, "level", "id-token", "/acr")),
        ("another subject", but(ASTA, "subject", "userinfo", "/mitid.identity_name")),
        ("an organisation beside a private login", but(ASTA, "organisation", "userinfo", "/nemlogin.cvr")),
    ] {
        refused_by(profile, &login(MITID, PERSON), &pointed, case);
    }
    let unknown = MITID.replace("nsis/Substantial", "nsis/Excellent");
    unusable_by(profile, &login(&unknown, PERSON), ASTA, "a level that nobody knows");
}

#[test]
fn userinfo_counts_only_with_the_token_of_this_very_answer() {
    let mut dossier = login(MITID, PERSON);
    dossier.keep("token-answer", TOKENS.as_bytes(), None, 8192).unwrap();
    refused_by("mitid-signaturgruppen", &dossier, ASTA, "the token of an earlier answer");

    let mut dossier = Dossier::default();
    dossier.keep("id-token", MITID.as_bytes(), None, 8192).unwrap();
    dossier.keep("userinfo", PERSON.as_bytes(), None, 8192).unwrap();
    refused_by("mitid-signaturgruppen", &dossier, ASTA, "no token at all");
}

#[test]
fn an_organisation_is_not_a_person_and_a_person_no_organisation() {
    let profile = "mitid-signaturgruppen-erhverv";
    unusable_by(profile, &login(MITID, PERSON), EMPLOYEE, "a private login");
    let nobody = &EMPLOYEE[1..];
    unusable_by(profile, &login(ERHVERV, PERSON), nobody, "no organisation");
    let high = ERHVERV.replace("Substantial", "High");
    unusable_by(profile, &login(&high, PERSON), EMPLOYEE, "higher than the broker can vouch for");
}

#[test]
fn a_directory_names_people_by_what_they_cannot_change() {
    let token = r#"{"sub":"s","oid":"o","email":"bo@granby.example","name":"Bo","groups":"one"}"#;
    let dossier = login(token, r#"{"sub":"s","groups":["admin"]}"#);
    let bo: &Pointed<'_> = &[("subject", "id-token", "/oid"), ("name", "id-token", "/name")];
    assert_eq!(read("staff-entra", &dossier, bo).unwrap().subject.unwrap().expose(), "o");
    let groups = but(bo, "groups", "id-token", "/groups");
    assert_eq!(read("staff-entra", &dossier, &groups).unwrap().groups.unwrap(), ["one"]);
    for (case, pointed) in [
        ("an address as the subject", but(bo, "subject", "id-token", "/email")),
        ("groups from userinfo", but(bo, "groups", "userinfo", "/groups")),
        ("a number", but(bo, "number", "id-token", "/sub")),
    ] {
        refused_by("staff-entra", &dossier, &pointed, case);
    }
    let nobody = [("name", "id-token", "/name")];
    unusable_by("staff-entra", &dossier, &nobody, "no subject, because the scope did not ask for one");
}

#[test]
fn a_clients_roles_are_that_clients() {
    let token = r#"{"sub":"s","resource_access":{"desk":{"roles":["own"]},"other":{"roles":["admin"]}}}"#;
    let bo: &Pointed<'_> = &[("subject", "id-token", "/sub")];
    let own = but(bo, "groups", "id-token", "/resource_access/desk/roles");
    assert_eq!(read("staff-keycloak", &login(token, "{}"), &own).unwrap().groups.unwrap(), ["own"]);
    let other = but(bo, "groups", "id-token", "/resource_access/other/roles");
    refused_by("staff-keycloak", &login(token, "{}"), &other, "the roles of another client");
}

/// Freja's provider may say both how surely somebody was registered and how surely they are there now.
#[test]
fn two_levels_are_worth_the_lower_one() {
    use kuvert_domain::level::Level;
    let place = |claim: &str| format!("/https:~1~1frejaeid.com~1oidc~1claims~1{claim}");
    let (number, now, once) =
        (place("personalIdentityNumber"), place("loaLevel"), place("registrationLevel"));
    let pointed = |rule: &'static str, level: &str| {
        let level = level.to_owned();
        [("subject", "id-token", "/sub".to_owned()), ("number", rule, number.clone()), ("level", rule, level)]
    };
    let token = |said: &str| {
        format!(
            r#"{{"sub":"s","https://frejaeid.com/oidc/claims/country":"SE",{said}
                "https://frejaeid.com/oidc/claims/personalIdentityNumber":"199908072391"}}"#
        )
    };
    let said = |now: &str, once: &str| {
        let part = |claim: &str, word: &str| match word {
            "" => String::new(),
            word => format!(r#""https://frejaeid.com/oidc/claims/{claim}":"{word}","#),
        };
        part("loaLevel", now) + &part("registrationLevel", once)
    };
    let level = |id_token: &str, userinfo: &str, pointed: &[(&str, &str, String)]| {
        let dossier = login(&token(id_token), &token(userinfo));
        let pointed: Vec<(&str, &str, &str)> =
            pointed.iter().map(|(field, rule, path)| (*field, *rule, path.as_str())).collect();
        read("freja-oidc", &dossier, &pointed).map(|claim| claim.level).map_err(|fault| fault.code)
    };
    for path in [&now, &once] {
        let pointed = pointed("id-token", path);
        assert_eq!(level(&said("LOA3", "PLUS"), "", &pointed), Ok(Level::Substantial));
        assert_eq!(level(&said("LOA2", "PLUS"), "", &pointed), Ok(Level::Low));
        assert_eq!(level(&said("LOA3", "EXTENDED"), "", &pointed), Ok(Level::Low));
        for unknown in ["LOA3_NR", "LOA1"] {
            assert_eq!(level(&said(unknown, "PLUS"), "", &pointed), Err(FaultCode::Http), "{unknown}");
        }
    }
    let registered = pointed("id-token", &once);
    assert_eq!(level(&said("", "PLUS"), "", &registered), Ok(Level::Substantial));
    let asked = pointed("userinfo", &once);
    assert_eq!(
        level(&said("LOA2", ""), &said("", "PLUS"), &asked),
        Ok(Level::Low),
        "the other answer counts too"
    );
    assert_eq!(level(&said("LOA1", ""), &said("", "PLUS"), &asked), Err(FaultCode::Http));
}
