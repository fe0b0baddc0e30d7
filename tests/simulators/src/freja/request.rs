//! What the API's requests may hold: the encoding, every field, and nothing else.
//!
//! Unknown fields are refused, so that a misspelt one is noticed here and not in production.

use data_encoding::BASE64;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::Registration;
use super::fault::Fault;

/// The id under which an integrator may ask on behalf of the simulated relying party.
pub const RELYING_PARTY: &str = "simulated-relying-party";

/// The attributes that the service knows.
const ATTRIBUTES: [&str; 21] = [
    "BASIC_USER_INFO",
    "SSN",
    "DATE_OF_BIRTH",
    "EMAIL_ADDRESS",
    "ALL_EMAIL_ADDRESSES",
    "ALL_PHONE_NUMBERS",
    "ADDRESSES",
    "RELYING_PARTY_USER_ID",
    "INTEGRATOR_SPECIFIC_USER_ID",
    "CUSTOM_IDENTIFIER",
    "ORGANISATION_ID",
    "ORGANISATION_ID_IDENTIFIER",
    "REGISTRATION_LEVEL",
    "AGE",
    "PHOTO",
    "DOCUMENT",
    "DOCUMENT_PHOTO",
    "NETWORK_INFO",
    "LOA_LEVEL",
    "UNIQUE_PERSONAL_IDENTIFIER",
    "GENDER",
];

/// A checked request for an authentication.
#[derive(Debug, Clone)]
pub(crate) struct Ask {
    /// Twelve digits of the person that the request names; none where the person comes by code or link.
    pub(crate) named: Option<String>,
    pub(crate) registration: Registration,
    pub(crate) attributes: Vec<String>,
    pub(crate) dynamic: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct InitBody {
    user_info_type: String,
    user_info: String,
    min_registration_level: Option<String>,
    #[serde(default)]
    attributes_to_return: Vec<Attribute>,
    user_confirmation_method: Option<ConfirmationMethod>,
    #[serde(default)]
    use_dynamic_qr_code: bool,
    origin_device_details: Option<OriginDevice>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Attribute {
    attribute: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum ConfirmationMethod {
    Default,
    DefaultAndFace,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[expect(dead_code, reason = "the fields must be known; the simulator warns of no new devices")]
struct OriginDevice {
    freja_cookie: Option<String>,
    user_agent: Option<String>,
    user_ip_address: Option<String>,
    flow_type: Option<FlowType>,
    new_device_warning_start_date: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum FlowType {
    SameDevice,
    AnotherDevice,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Ssn {
    country: String,
    ssn: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct ReferenceBody {
    auth_ref: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct AllBody {
    include_previous: String,
}

/// Takes a body apart: the parameter's name, `=`, Base64 as it is (never percent-encoded), and for integrators a second
/// parameter.
pub(crate) fn decode(parameter: &str, body: &[u8]) -> Result<Vec<u8>, Fault> {
    let body = std::str::from_utf8(body).map_err(|_| Fault::parameters("The body is not text"))?;
    let (first, party) = match body.split_once('&') {
        Some((first, rest)) => (first, rest.strip_prefix("relyingPartyId=")),
        None => (body, Some(RELYING_PARTY)),
    };
    if party != Some(RELYING_PARTY) {
        return Err(Fault::field(1008, "Unknown Relying Party."));
    }
    let data = first.strip_prefix(parameter).and_then(|rest| rest.strip_prefix('='));
    let data = data.ok_or_else(|| Fault::parameters("Invalid or missing parameter"))?;
    BASE64.decode(data.as_bytes()).map_err(|_| Fault::parameters("The parameter is not standard Base64"))
}

/// Reads the body of `initAuthentication`.
pub(crate) fn ask(body: &[u8]) -> Result<Ask, Fault> {
    let body: InitBody = parse(body)?;
    let registration = match body.min_registration_level.as_deref() {
        None | Some("BASIC") => Registration::Basic,
        Some("EXTENDED") => Registration::Extended,
        Some("PLUS") => Registration::Plus,
        Some(_) => return Err(Fault::field(1007, "Invalid min registration level.")),
    };
    let attributes: Vec<String> = body.attributes_to_return.into_iter().map(|item| item.attribute).collect();
    if !attributes.iter().all(|name| ATTRIBUTES.contains(&name.as_str())) {
        return Err(Fault::field(2002, "Invalid requested attributes."));
    }
    // Who is known by an address only has no identity to give.
    let identity = ["BASIC_USER_INFO", "SSN", "DATE_OF_BIRTH"];
    if registration == Registration::Basic && attributes.iter().any(|name| identity.contains(&name.as_str()))
    {
        return Err(Fault::field(2002, "Requested attributes need a higher registration level."));
    }
    // Only Freja's own words are taken; what they ask for changes nothing on a phone that is simulated.
    let _ = (body.user_confirmation_method, body.origin_device_details.and_then(|device| device.flow_type));
    let named = named(&body.user_info_type, &body.user_info)?;
    Ok(Ask { named, registration, attributes, dynamic: body.use_dynamic_qr_code })
}

/// Reads the body of `getOneResult` or `cancel`.
pub(crate) fn reference(body: &[u8]) -> Result<String, Fault> {
    Ok(parse::<ReferenceBody>(body)?.auth_ref)
}

/// Reads the body of `getResults`.
pub(crate) fn all(body: &[u8]) -> Result<(), Fault> {
    let word = parse::<AllBody>(body)?.include_previous;
    if word == "ALL" { Ok(()) } else { Err(Fault::parameters("includePrevious must be ALL")) }
}

/// The person that a request names. Addresses and phone numbers are left out: the simulator's people have none.
fn named(kind: &str, info: &str) -> Result<Option<String>, Fault> {
    let wrong = || Fault::field(1002, "Invalid userInfo.");
    match kind {
        "INFERRED" if info == "N/A" => Ok(None),
        "SSN" => {
            let json = BASE64.decode(info.as_bytes()).map_err(|_| wrong())?;
            let ssn: Ssn = serde_json::from_slice(&json).map_err(|_| wrong())?;
            if ssn.country == "SE" { Ok(Some(ssn.ssn)) } else { Err(wrong()) }
        }
        "INFERRED" => Err(wrong()),
        _ => Err(Fault::field(1001, "Invalid or missing userInfoType.")),
    }
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Fault> {
    serde_json::from_slice(body).map_err(|error| Fault::json(format!("JSON cannot be parsed: {error}")))
}
