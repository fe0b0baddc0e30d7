//! What the tokens and userinfo say about each kind of person.
//!
//! Claim names and values follow Signaturgruppen's broker for MitID and Entra ID for staff. Which claims go where
//! matters: a CPR number stands only at userinfo, and only with the scope `ssn`.

use aws_lc_rs::digest::{SHA256, digest};
use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use serde_json::{Map, Value, json};

use super::forgery::Forgery;
use super::login::Account;
use super::token::Grant;
use crate::people::{Dane, Employee};

/// The tenant of the simulated directory.
const TENANT: &str = "5e1f0c64-9a0b-4d0a-8f4e-6d2b7a3c9e00";
const NSIS: &str = "https://data.gov.dk/concept/core/nsis/";
const MULTI_FACTOR: &str = "http://schemas.openid.net/pape/policies/2007/06/multi-factor";
const NO_POLICY: &str = "http://schemas.openid.net/pape/policies/2007/06/none";

/// The claims of an id token.
pub(crate) fn id_token(
    issuer: &str,
    grant: &Grant,
    access_token: &str,
    now_s: u64,
    forgery: Forgery,
) -> Value {
    let life_s = if matches!(grant.account, Account::Dane(_)) { 300 } else { 3600 };
    let mut claims = json!({
        "iss": issuer,
        "sub": grant.account.subject(&grant.client),
        "aud": grant.client,
        "iat": now_s,
        "nbf": now_s,
        "exp": now_s + life_s,
        "auth_time": grant.auth_time,
        "nonce": grant.nonce,
    });
    let own = match &grant.account {
        Account::Dane(dane) => mitid(dane, grant),
        Account::Employee(employee) => directory(employee, grant, access_token, forgery),
    };
    if let (Value::Object(claims), Value::Object(own)) = (&mut claims, own) {
        claims.extend(own);
        distort(claims, now_s, forgery);
    }
    claims
}

/// The claims of userinfo.
pub(crate) fn userinfo(grant: &Grant, forgery: Forgery) -> Value {
    let subject = match forgery {
        Forgery::OtherSubject => "somebody-else".to_owned(),
        _ => grant.account.subject(&grant.client),
    };
    match &grant.account {
        Account::Employee(employee) => json!({
            "sub": subject,
            "name": employee.name,
            "preferred_username": format!("{}@granby.example", employee.account),
            "email": format!("{}@granby.example", employee.account),
        }),
        Account::Dane(dane) => {
            let mut claims = json!({
                "sub": subject,
                "mitid.uuid": dane.uuid,
                "mitid.identity_name": dane.name,
                "mitid.has_cpr": dane.number.is_some().to_string(),
                "mitid.transaction_id": grant.transaction,
            });
            if let (Value::Object(claims), Some(number), true) =
                (&mut claims, &dane.number, grant.has_scope("ssn"))
            {
                claims.insert("dk.cpr".into(), number.as_str().into());
            }
            claims
        }
    }
}

fn mitid(dane: &Dane, grant: &Grant) -> Value {
    let level = format!("{NSIS}{}", dane.level);
    json!({
        "idp": "mitid",
        "identity_type": "private",
        "loa": level,
        "ial": level,
        "aal": level,
        "amr": ["code_app"],
        "acr": level,
        "neb_sid": grant.session,
        "transaction_id": grant.transaction,
    })
}

fn directory(employee: &Employee, grant: &Grant, access_token: &str, forgery: Forgery) -> Value {
    let hash = digest(&SHA256, access_token.as_bytes());
    let methods: &[&str] = if employee.second_factor { &["pwd", "mfa"] } else { &["pwd"] };
    let mut claims = json!({
        "oid": employee.object,
        "tid": TENANT,
        "at_hash": BASE64URL_NOPAD.encode(hash.as_ref().get(..16).unwrap_or_default()),
        "amr": methods,
        "acr": if employee.second_factor { MULTI_FACTOR } else { NO_POLICY },
    });
    let Value::Object(fields) = &mut claims else { return claims };
    if !employee.roles.is_empty() {
        fields.insert("roles".into(), employee.roles.clone().into());
    }
    if grant.has_scope("profile") {
        fields.insert("name".into(), employee.name.as_str().into());
        fields.insert("preferred_username".into(), format!("{}@granby.example", employee.account).into());
    }
    if grant.has_scope("email") {
        fields.insert("email".into(), format!("{}@granby.example", employee.account).into());
    }
    if forgery == Forgery::TooManyGroups {
        fields.insert("_claim_names".into(), json!({ "groups": "src1" }));
        let endpoint = format!("https://graph.example/{TENANT}/users/{}/getMemberObjects", employee.object);
        fields.insert("_claim_sources".into(), json!({ "src1": { "endpoint": endpoint } }));
    } else {
        fields.insert("groups".into(), employee.groups.clone().into());
    }
    claims
}

fn distort(claims: &mut Map<String, Value>, now_s: u64, forgery: Forgery) {
    let (name, value): (_, Value) = match forgery {
        Forgery::WrongNonce => ("nonce", "of-another-attempt".into()),
        Forgery::WrongAudience => ("aud", "another-client".into()),
        Forgery::WrongIssuer => ("iss", "https://another.example".into()),
        Forgery::Expired => ("exp", now_s.saturating_sub(3600).into()),
        Forgery::NotYetIssued => ("iat", (now_s + 3600).into()),
        Forgery::StaleSignIn => ("auth_time", now_s.saturating_sub(86_400).into()),
        _ => return,
    };
    claims.insert(name.into(), value);
}

impl Account {
    /// The subject that this client knows the person by: another one for every client.
    pub(crate) fn subject(&self, client: &str) -> String {
        let own = match self {
            Self::Dane(dane) => &dane.uuid,
            Self::Employee(employee) => &employee.object,
        };
        let hex = HEXLOWER.encode(digest(&SHA256, format!("{client}\n{own}").as_bytes()).as_ref());
        let parts = [hex.get(..8), hex.get(8..12), hex.get(12..16), hex.get(16..20), hex.get(20..32)];
        parts.into_iter().flatten().collect::<Vec<_>>().join("-")
    }
}
