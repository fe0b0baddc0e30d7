//! What to ask the provider for.
//!
//! Only wishes: what the answer must be like is in the host's trust profile.

use kuvert_plugin_sdk::{CallContext, Pair, answer::pair, json::json, settings};

/// Whether the provider is a broker for MitID.
pub(crate) fn is_mitid() -> bool {
    settings::get("claims").as_deref() == Some("mitid-broker")
}

/// The plugin's share of the parameters of the authorization request.
pub(crate) fn params(ctx: &CallContext, min_level: &str) -> Vec<Pair> {
    let mitid = is_mitid();
    let scope = if mitid { "openid mitid ssn" } else { "openid profile email" };
    let mut params = vec![pair("scope", &settings::get("scope").unwrap_or_else(|| scope.to_owned()))];
    let prompt = settings::get("prompt").or_else(|| mitid.then(|| "login".to_owned()));
    params.extend(prompt.map(|prompt| pair("prompt", &prompt)));
    params.extend(settings::get("acr-values").map(|values| pair("acr_values", &values)));
    let language = settings::get("language-parameter").unwrap_or_else(|| "ui_locales".to_owned());
    params.push(pair(&language, &ctx.locale));
    if mitid {
        params.push(pair("idp_values", "mitid"));
        let wanted = json!({ "mitid": { "loa_value": min_level } });
        params.push(pair("idp_params", &wanted.to_string()));
    }
    params
}
