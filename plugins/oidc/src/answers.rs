//! What a refusal of the provider, or of the host's checks, means for a person.
//!
//! The codes of the host are in the contract (`oidc.exchange`); those of providers in RFC 6749, 4.1.2.1, and OpenID
//! Connect Core 1.0, 3.1.2.6.

use kuvert_plugin_sdk::{Fault, Step, answer::failed};

/// The step after an exchange that came to nothing. A code is traded once, so that nothing here can be repeated.
pub(crate) fn failed_exchange(fault: &Fault) -> Step {
    let (class, key, retryable) = meaning(&fault.code);
    failed(class, key, &fault.code, retryable)
}

fn meaning(code: &str) -> (&'static str, &'static str, bool) {
    match code {
        "provider:access_denied" | "provider:mitid_user_aborted" => ("cancelled", "you-cancelled", true),
        "provider:temporarily_unavailable"
        | "provider:server_error"
        | "timeout"
        | "connect"
        | "too-large" => ("provider-down", "provider-down", true),
        "provider:invalid_client"
        | "provider:unauthorized_client"
        | "provider:invalid_scope"
        | "provider:invalid_request"
        | "config"
        | "tls" => ("config", "out-of-order", false),
        "state" => ("expired", "old-page", true),
        "token:exp" | "token:iat" | "token:nbf" | "token:auth_time" => ("expired", "sign-in-anew", true),
        "token:second-factor" => ("second-factor", "second-factor", true),
        "token:tid" => ("credential", "other-directory", false),
        "issuer" => ("protocol", "not-trusted", true),
        code if code.starts_with("token:") => ("protocol", "not-trusted", true),
        _ => ("protocol", "try-again", true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_is_in_every_locale() {
        let codes = [
            "provider:access_denied",
            "timeout",
            "config",
            "state",
            "token:exp",
            "token:nonce",
            "token:second-factor",
            "token:tid",
            "issuer",
            "provider:new",
        ];
        let mut keys: Vec<&str> = codes.iter().map(|code| meaning(code).1).collect();
        keys.extend([
            "name",
            "in-progress",
            "level-too-low",
            "no-number",
            "no-organisation",
            "another-kind",
            "guest",
        ]);
        for (locale, texts) in [
            ("sv", include_str!("../locales/sv.ftl")),
            ("da", include_str!("../locales/da.ftl")),
            ("en", include_str!("../locales/en.ftl")),
        ] {
            for key in &keys {
                assert!(texts.lines().any(|line| line.starts_with(&format!("{key} = "))), "{locale}: {key}");
            }
        }
    }
}
