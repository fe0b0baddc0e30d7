//! The animated QR code: a new proof each second that the page is live.
//!
//! `bankid.<token>.<t>.<hex hmac>`, where t is whole seconds since the answer to auth arrived and the key is the text
//! of the secret, not its UUID bytes. The published vector is a test of the sandbox, through the real component.

use std::fmt::Write as _;

use kuvert_plugin_sdk::crypto;

use crate::order::Started;

/// What the QR code says at this moment.
pub(crate) fn frame(started: &Started, now_ms: u64) -> String {
    let seconds = (now_ms.saturating_sub(started.at_ms) / 1_000).to_string();
    let code = crypto::hmac_sha256(started.qr_start_secret.as_bytes(), seconds.as_bytes());
    let mut text = format!("bankid.{}.{seconds}.", started.qr_start_token);
    for byte in code {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}
