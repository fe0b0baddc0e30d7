//! What to ask each make of provider for.
//!
//! Only wishes: what the answer must be like is in the host's trust profile, and state, nonce, PKCE and the rest of a
//! request are the host's own.

use kuvert_plugin_sdk::{CallContext, Pair, answer::pair, json::json, settings};

use crate::dialect::Dialect;

const FREJA_SCOPES: &str = "openid profile https://frejaeid.com/oidc/scopes/personalIdentityNumber \
                            https://frejaeid.com/oidc/scopes/registrationLevel";

/// The plugin's share of the parameters of the authorization request. Settings come before what the make of provider
/// usually wants.
pub(crate) fn params(dialect: Dialect, ctx: &CallContext, min_level: &str) -> Vec<Pair> {
    let mut params =
        vec![pair("scope", &settings::get("scope").unwrap_or_else(|| scope(dialect).to_owned()))];
    params.extend(settings::get("prompt").map(|prompt| pair("prompt", &prompt)));
    let acr = settings::get("acr-values").or_else(|| acr_values(dialect, min_level));
    params.extend(acr.map(|values| pair("acr_values", &values)));
    params.push(language_param(dialect, ctx));
    params.extend(identity_provider(dialect, min_level));
    params
}

/// The language of the provider's pages.
pub(crate) fn language_param(dialect: Dialect, ctx: &CallContext) -> Pair {
    let (name, language) = language(dialect, &ctx.locale);
    pair(&settings::get("language-parameter").unwrap_or_else(|| name.to_owned()), language)
}

fn scope(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Signaturgruppen { business: false } => "openid mitid ssn",
        Dialect::Signaturgruppen { business: true } => "openid nemlogin",
        Dialect::Idura { business: false } => "openid ssn",
        Dialect::Idura { business: true } => "openid",
        Dialect::Freja => FREJA_SCOPES,
        Dialect::Entra | Dialect::Adfs | Dialect::Keycloak | Dialect::Directory => "openid profile email",
    }
}

/// Idura picks the e-ID and its level by `acr_values`.
fn acr_values(dialect: Dialect, min_level: &str) -> Option<String> {
    match dialect {
        Dialect::Idura { business: true } => Some("urn:grn:authn:dk:mitid:business".to_owned()),
        Dialect::Idura { business: false } => Some(format!("urn:grn:authn:dk:mitid:{min_level}")),
        _ => None,
    }
}

/// The parameter that carries the language, and a language that the provider has.
fn language(dialect: Dialect, locale: &str) -> (&'static str, &str) {
    match (dialect, locale) {
        (Dialect::Signaturgruppen { .. }, "da") => ("language", "da"),
        (Dialect::Signaturgruppen { .. }, _) => ("language", "en"),
        _ => ("ui_locales", locale),
    }
}

/// Signaturgruppen's broker picks the e-ID by `idp_values`, and its level by `idp_params`.
fn identity_provider(dialect: Dialect, min_level: &str) -> Vec<Pair> {
    let (name, wanted) = match dialect {
        Dialect::Signaturgruppen { business: false } => ("mitid", json!({ "loa_value": min_level })),
        // A private login through this door would name nobody's organisation.
        Dialect::Signaturgruppen { business: true } => ("mitid_erhverv", json!({ "allow_private": false })),
        _ => return Vec::new(),
    };
    vec![pair("idp_values", name), pair("idp_params", &json!({ name: wanted }).to_string())]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_broker_is_asked_in_its_own_words() {
        let broker = Dialect::Signaturgruppen { business: false };
        assert_eq!(
            identity_provider(broker, "high"),
            [pair("idp_values", "mitid"), pair("idp_params", r#"{"mitid":{"loa_value":"high"}}"#)]
        );
        assert_eq!(language(broker, "sv"), ("language", "en"));
        let idura = Dialect::Idura { business: false };
        assert_eq!(acr_values(idura, "substantial").as_deref(), Some("urn:grn:authn:dk:mitid:substantial"));
        assert_eq!(language(idura, "sv"), ("ui_locales", "sv"));
        assert!(identity_provider(idura, "high").is_empty() && acr_values(Dialect::Freja, "high").is_none());
    }

    #[test]
    fn every_scope_asks_for_an_id_token() {
        for dialect in [
            Dialect::Signaturgruppen { business: true },
            Dialect::Idura { business: true },
            Dialect::Freja,
            Dialect::Keycloak,
        ] {
            assert_eq!(scope(dialect).split(' ').next(), Some("openid"));
        }
    }
}
