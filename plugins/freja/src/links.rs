//! What a QR code says, and what opens the app on the same device.
//!
//! A code that stands still and a link to the app have the app's own scheme, as Freja's own client writes them. A code
//! that changes proves each second that the page is live: `<reference>.<t>.<base64url hmac>`, where t is whole seconds
//! since initAuthentication answered, and the key is the text of the secret.
//! Source: <https://frejaeid.atlassian.net/wiki/spaces/DOC/pages/718012422>.

use kuvert_plugin_sdk::{crypto, encode::percent, settings};

use crate::order::Started;

const SCHEME: &str = "frejaeid://bindUserToTransaction?transactionReference=";
const BIND: &str = "freja?action=bindUserToTransaction&transactionReference=";

/// Whether the administrator wants codes that change.
pub(crate) fn dynamic() -> bool {
    settings::get("qr").as_deref() != Some("static")
}

/// What the QR code says at this moment.
pub(crate) fn code(started: &Started, now_ms: u64) -> String {
    if started.secret.is_empty() {
        return format!("{SCHEME}{}", percent(&started.reference));
    }
    let host = match settings::get("environment").as_deref() {
        Some("test") => "https://app.test.frejaeid.com/",
        _ => "https://app.prod.frejaeid.com/",
    };
    let seconds = (now_ms.saturating_sub(started.at_ms) / 1_000).to_string();
    let proof = crypto::hmac_sha256(started.secret.as_bytes(), seconds.as_bytes());
    let proof = crypto::base64url(&proof);
    format!("{host}{BIND}{}.{seconds}.{proof}", percent(&started.reference))
}

/// The link that opens the app, which then leads back to this address.
pub(crate) fn app(started: &Started, way_back: Option<&str>) -> String {
    let link = format!("{SCHEME}{}", percent(&started.reference));
    match way_back {
        Some(url) => format!("{link}&originAppScheme={}", percent(url)),
        None => link,
    }
}
