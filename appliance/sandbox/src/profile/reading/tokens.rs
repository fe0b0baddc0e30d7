//! Claims from signed tokens, by the profile of Freja: every way round it is closed.

use std::collections::BTreeMap;

use super::*;
use crate::profile::matching::Asked;

const STARTED: &str = r#"{"authRef":"own"}"#;
const APPROVED: &str = r#"{"authRef":"own","status":"APPROVED","userInfoType":"INFERRED","userInfo":"N/A",
    "minRegistrationLevel":"PLUS","timestamp":1795262400000,"requestedAttributes":{
    "basicUserInfo":{"name":"Astrid","surname":"Exempel"},"registrationLevel":"PLUS","loaLevel":"LOA3",
    "ssn":{"ssn":"199908072391","country":"SE"},"emailAddress":"astrid@example.test"}}"#;
const NUMBER: &str = "/requestedAttributes/ssn/ssn";
const NAME: &str = "/requestedAttributes/basicUserInfo";
const LEVEL: &str = "/requestedAttributes/loaLevel";

/// A claim from a token with this payload, pointing at these places.
fn read(started: &str, payload: &str, [number, name, level]: [&str; 3]) -> Result<Claim, Fault> {
    let profile = Profile::named("freja", &BTreeMap::new()).unwrap();
    let mut dossier = Dossier::default();
    dossier.keep("started", started.as_bytes(), None, 4096).unwrap();
    let rule = profile.rule_for_token("freja-jws").unwrap();
    let evidence = dossier.keep(rule, payload.as_bytes(), None, 4096).unwrap();
    let at = |path: &str| (!path.is_empty()).then(|| Pointer { evidence, path: path.to_owned() });
    let pointers = provider::Claim {
        number: at(number),
        name: at(name),
        organisation: None,
        level: at(level),
        subject: None,
        groups: None,
    };
    claim(&profile, &dossier, &pointers, &Limits::DEFAULT)
}

#[test]
fn a_name_in_two_fields_is_one_name() {
    let claim = read(STARTED, APPROVED, [NUMBER, NAME, LEVEL]).unwrap();
    assert_eq!(claim.number.unwrap().expose(), "199908072391");
    assert_eq!(claim.name.unwrap().expose(), "Astrid Exempel");
    assert_eq!(claim.level, kuvert_domain::level::Level::Substantial);
}

#[test]
fn who_has_one_name_only_is_let_in_with_it() {
    for (from, to, name) in [
        ("\"name\":\"Astrid\",", "", "Exempel"),
        ("\"Exempel\"", "null", "Astrid"),
        ("\"Exempel\"", "\"\"", "Astrid"),
    ] {
        let claim = read(STARTED, &APPROVED.replace(from, to), [NUMBER, NAME, LEVEL]).unwrap();
        assert_eq!(claim.name.unwrap().expose(), name);
    }
}

#[test]
fn every_way_round_the_token_is_closed() {
    let own = [NUMBER, NAME, LEVEL];
    for (case, started, payload, places) in [
        ("the token of another transaction", STARTED, APPROVED.replace("own", "other"), own),
        ("an authentication that never began", "{}", APPROVED.to_owned(), own),
        ("one that is going on", STARTED, APPROVED.replace("APPROVED", "STARTED"), own),
        ("one that named the person", STARTED, APPROVED.replace("INFERRED", "SSN"), own),
        (
            "a lower registration",
            STARTED,
            APPROVED.replace("Level\":\"PLUS\",\"loa", "Level\":\"EXTENDED\",\"loa"),
            own,
        ),
        ("a lower level", STARTED, APPROVED.replace("LOA3", "LOA2"), own),
        ("a level of another kind", STARTED, APPROVED.replace("LOA3", "LOA3_NR"), own),
        ("a number of another country", STARTED, APPROVED.replace("\"SE\"", "\"NO\""), own),
        (
            "a key that comes twice",
            STARTED,
            APPROVED.replace("\"authRef\"", "\"authRef\":\"x\",\"authRef\""),
            own,
        ),
        (
            "nobody's name",
            STARTED,
            APPROVED.replace("\"name\":\"Astrid\",\"surname\":\"Exempel\"", "\"surname\":\"\""),
            own,
        ),
        ("a name that is no text", STARTED, APPROVED.replace("\"Exempel\"", "[\"Exempel\"]"), own),
        (
            "a number from another field",
            STARTED,
            APPROVED.to_owned(),
            ["/requestedAttributes/emailAddress", NAME, LEVEL],
        ),
        (
            "the level that was only asked for",
            STARTED,
            APPROVED.to_owned(),
            [NUMBER, NAME, "/minRegistrationLevel"],
        ),
        (
            "half a name",
            STARTED,
            APPROVED.to_owned(),
            [NUMBER, "/requestedAttributes/basicUserInfo/name", LEVEL],
        ),
        ("no level", STARTED, APPROVED.to_owned(), [NUMBER, NAME, ""]),
        ("no number", STARTED, APPROVED.to_owned(), ["", NAME, LEVEL]),
    ] {
        assert_ne!((started, payload.as_str(), places), (STARTED, APPROVED, own), "{case} changes nothing");
        let fault = read(started, &payload, places).unwrap_err();
        let lies = places.iter().any(|place| !["", NUMBER, NAME, LEVEL].contains(place));
        let code = if lies { FaultCode::Claim } else { FaultCode::Http };
        assert_eq!(fault.code, code, "{case}");
    }
}

#[test]
fn the_json_around_a_token_is_no_evidence() {
    let profile = Profile::named("freja", &BTreeMap::new()).unwrap();
    for path in ["getOneResult", "getResults", "initAuthentication/", "cancel"] {
        let path = format!("/authentication/1.0/{path}");
        let asked = Asked { endpoint: "api", method: "POST", path: &path, has_query: false, bearer: None };
        let rule = profile.rule_for(asked, (200, "application/json"), |_| None);
        assert_eq!(rule, None, "{path}");
    }
}
