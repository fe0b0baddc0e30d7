//! What the API's requests may hold: every field with its length, and nothing else.
//!
//! Unknown and repeated fields are refused, as the real service refuses them. It knows nothing of orders.

use std::net::IpAddr;

use data_encoding::BASE64;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::fault::Fault;
use super::order::{Ask, Kind, Requirement, RiskLimit, Web};

/// The policies that BankID's test environment knows: file, card, mobile, Nordea.
const POLICIES: [&str; 4] = ["1.2.3.4.5", "1.2.3.4.10", "1.2.3.4.25", "1.2.752.60.1.6"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct OrderBody {
    end_user_ip: String,
    user_visible_data: Option<String>,
    user_visible_data_format: Option<Format>,
    user_non_visible_data: Option<String>,
    return_url: Option<String>,
    return_risk: Option<bool>,
    requirement: Option<RequirementBody>,
    web: Option<WebBody>,
    app: Option<AppBody>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct CallBody {
    personal_number: String,
    call_initiator: CallInitiator,
    user_visible_data: Option<String>,
    user_visible_data_format: Option<Format>,
    user_non_visible_data: Option<String>,
    requirement: Option<RequirementBody>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct ReferenceBody {
    order_ref: String,
}

#[derive(Deserialize)]
enum Format {
    #[serde(rename = "plaintext")]
    Plaintext,
    #[serde(rename = "simpleMarkdownV1")]
    SimpleMarkdownV1,
}

#[derive(Deserialize)]
enum CallInitiator {
    #[serde(rename = "user")]
    User,
    #[serde(rename = "RP")]
    RelyingParty,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct RequirementBody {
    pin_code: Option<bool>,
    mrtd: Option<bool>,
    personal_number: Option<String>,
    certificate_policies: Option<Vec<String>>,
    card_reader: Option<CardReader>,
    risk: Option<RiskLimit>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum CardReader {
    Class1,
    Class2,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct WebBody {
    referring_domain: Option<String>,
    user_agent: Option<String>,
    device_identifier: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct AppBody {
    app_identifier: Option<String>,
    #[serde(rename = "deviceOS")]
    device_os: Option<String>,
    device_model_name: Option<String>,
    device_identifier: Option<String>,
}

/// Reads the body of `auth`, `sign`, `phone/auth` or `phone/sign`.
pub(crate) fn ask(kind: Kind, body: &[u8]) -> Result<Ask, Fault> {
    if kind.is_call() { call(kind, body) } else { order(kind, body) }
}

/// Reads the body of `collect` or `cancel`: the order's reference.
pub(crate) fn reference(body: &[u8]) -> Result<String, Fault> {
    Ok(parse::<ReferenceBody>(body)?.order_ref)
}

fn order(kind: Kind, body: &[u8]) -> Result<Ask, Fault> {
    let body: OrderBody = parse(body)?;
    let end_user_ip: IpAddr = body.end_user_ip.parse().map_err(|_| Fault::invalid("Incorrect endUserIp"))?;
    length("returnUrl", body.return_url.as_deref(), 1, 512)?;
    if body.web.is_some() && body.app.is_some() {
        return Err(Fault::invalid("Both web and app"));
    }
    if let Some(app) = &body.app {
        for field in [&app.app_identifier, &app.device_os, &app.device_model_name, &app.device_identifier] {
            length("app", field.as_deref(), 1, 256)?;
        }
    }
    Ok(Ask {
        kind,
        end_user_ip: Some(end_user_ip),
        caller: None,
        visible: visible(kind, body.user_visible_data, body.user_visible_data_format.as_ref())?,
        hidden: hidden(kind, body.user_non_visible_data)?,
        return_url: body.return_url,
        return_risk: body.return_risk.unwrap_or(false),
        requirement: body.requirement.map(requirement).transpose()?.unwrap_or_default(),
        web: body.web.map(web).transpose()?,
    })
}

fn call(kind: Kind, body: &[u8]) -> Result<Ask, Fault> {
    let body: CallBody = parse(body)?;
    personal_number(&body.personal_number)?;
    match body.call_initiator {
        CallInitiator::User | CallInitiator::RelyingParty => {}
    }
    Ok(Ask {
        kind,
        end_user_ip: None,
        caller: Some(body.personal_number),
        visible: visible(kind, body.user_visible_data, body.user_visible_data_format.as_ref())?,
        hidden: hidden(kind, body.user_non_visible_data)?,
        return_url: None,
        return_risk: false,
        requirement: body.requirement.map(requirement).transpose()?.unwrap_or_default(),
        web: None,
    })
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Fault> {
    serde_json::from_slice(body).map_err(|error| Fault::invalid(format!("Invalid body: {error}")))
}

/// The visible text, decoded. The lengths count the characters of the base64, not of the text.
fn visible(kind: Kind, data: Option<String>, format: Option<&Format>) -> Result<Option<String>, Fault> {
    if kind.is_signing() && data.is_none() {
        return Err(Fault::invalid("Missing userVisibleData"));
    }
    match (format, &data) {
        (Some(Format::Plaintext | Format::SimpleMarkdownV1), None) => {
            return Err(Fault::invalid("userVisibleDataFormat without userVisibleData"));
        }
        (None | Some(Format::Plaintext | Format::SimpleMarkdownV1), _) => {}
    }
    length("userVisibleData", data.as_deref(), 1, if kind.is_signing() { 40_000 } else { 1500 })?;
    data.map(|data| {
        let bytes =
            BASE64.decode(data.as_bytes()).map_err(|_| Fault::invalid("userVisibleData is not base64"))?;
        String::from_utf8(bytes).map_err(|_| Fault::invalid("userVisibleData is not UTF-8"))
    })
    .transpose()
}

fn hidden(kind: Kind, data: Option<String>) -> Result<Option<String>, Fault> {
    length("userNonVisibleData", data.as_deref(), 1, if kind.is_signing() { 200_000 } else { 1500 })?;
    if let Some(data) = &data {
        BASE64.decode(data.as_bytes()).map_err(|_| Fault::invalid("userNonVisibleData is not base64"))?;
    }
    Ok(data)
}

fn requirement(body: RequirementBody) -> Result<Requirement, Fault> {
    if let Some(number) = &body.personal_number {
        personal_number(number)?;
    }
    let policies = body.certificate_policies.unwrap_or_default();
    if let Some(unknown) =
        policies.iter().find(|policy| !POLICIES.iter().any(|known| policy_covers(policy, known)))
    {
        return Err(Fault::invalid(format!("Unknown certificate policy {unknown}")));
    }
    match body.card_reader {
        Some(CardReader::Class1 | CardReader::Class2) if policies.is_empty() => {
            return Err(Fault::invalid("cardReader needs a certificate policy for cards"));
        }
        Some(CardReader::Class1 | CardReader::Class2) | None => {}
    }
    Ok(Requirement {
        pin_code: body.pin_code.unwrap_or(false),
        mrtd: body.mrtd.unwrap_or(false),
        personal_number: body.personal_number,
        policies,
        risk: body.risk,
    })
}

/// Whether a policy, perhaps with one `*` at its end and not before its fifth number, covers another.
pub(crate) fn policy_covers(policy: &str, known: &str) -> bool {
    match policy.strip_suffix(".*") {
        Some(stem) if stem.split('.').count() >= 4 => {
            known.strip_prefix(stem).is_some_and(|rest| rest.starts_with('.'))
        }
        Some(_) => false,
        None => policy == known,
    }
}

fn web(body: WebBody) -> Result<Web, Fault> {
    length("referringDomain", body.referring_domain.as_deref(), 3, 253)?;
    length("userAgent", body.user_agent.as_deref(), 1, 256)?;
    length("deviceIdentifier", body.device_identifier.as_deref(), 1, 64)?;
    Ok(Web {
        referring_domain: body.referring_domain,
        user_agent: body.user_agent,
        device_identifier: body.device_identifier,
    })
}

fn personal_number(text: &str) -> Result<(), Fault> {
    let twelve_digits = text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit());
    if twelve_digits { Ok(()) } else { Err(Fault::invalid("Incorrect personalNumber")) }
}

fn length(name: &str, value: Option<&str>, least: usize, most: usize) -> Result<(), Fault> {
    match value.map(|text| text.chars().count()) {
        Some(count) if !(least..=most).contains(&count) => {
            Err(Fault::invalid(format!("{name} must have {least} to {most} characters")))
        }
        Some(_) | None => Ok(()),
    }
}
