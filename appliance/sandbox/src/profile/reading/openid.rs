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

fn refused_by(profile: &str, dossier: &Dossier, pointed: &Pointed<'_>, case: &str) {
    assert_eq!(read(profile, dossier, pointed).unwrap_err().code, FaultCode::Claim, "{case}");
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
    for (case, id_token, userinfo, pointed) in [
        ("userinfo of somebody else", MITID, PERSON.replace("\"s\"", "\"t\""), ASTA.to_vec()),
        ("userinfo of nobody", MITID, PERSON.replace("\"sub\":\"s\",", ""), ASTA.to_vec()),
        ("an employee's login", ERHVERV, PERSON.to_owned(), ASTA.to_vec()),
        (
            "a number that comes twice",
            MITID,
            PERSON.replace("{\"sub\"", "{\"dk.cpr\":\"1\",\"sub\""),
            ASTA.to_vec(),
        ),
        ("a key that comes twice", MITID, PERSON.replace("\"note\"", "\"sub\""), ASTA.to_vec()),
        ("a place that is not citable", MITID, PERSON.to_owned(), but(ASTA, "number", "userinfo", "/note")),
        ("the token answer", MITID, PERSON.to_owned(), but(ASTA, "number", "token-answer", "/dk.cpr")),
        ("a higher level from elsewhere", MITID, PERSON.to_owned(), but(ASTA, "level", "id-token", "/acr")),
        (
            "another subject",
            MITID,
            PERSON.to_owned(),
            but(ASTA, "subject", "userinfo", "/mitid.identity_name"),
        ),
        ("an organisation beside a private login", MITID, PERSON.to_owned(), {
            but(ASTA, "organisation", "userinfo", "/nemlogin.cvr")
        }),
    ] {
        refused_by(profile, &login(id_token, &userinfo), &pointed, case);
    }
    let unknown = MITID.replace("nsis/Substantial", "nsis/Excellent");
    refused_by(profile, &login(&unknown, PERSON), ASTA, "a level that nobody knows");
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
    refused_by(profile, &login(MITID, PERSON), EMPLOYEE, "a private login");
    let nobody = &EMPLOYEE[1..];
    refused_by(profile, &login(ERHVERV, PERSON), nobody, "no organisation");
    let high = ERHVERV.replace("Substantial", "High");
    refused_by(profile, &login(&high, PERSON), EMPLOYEE, "higher than the broker can vouch for");
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
        ("no subject", vec![("name", "id-token", "/name")]),
    ] {
        refused_by("staff-entra", &dossier, &pointed, case);
    }
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
