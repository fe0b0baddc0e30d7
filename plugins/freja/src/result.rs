//! From the signed token of an approval to a step.
//!
//! The host verifies it and reads the claim for itself under its trust profile. What is looked at here only decides
//! which words a person gets who cannot be let in.

use kuvert_plugin_sdk::{
    Claim, Step,
    answer::{failed, pointer},
    json::Document,
    token,
};

/// The trust of the host's profile.
const TRUST: &str = "freja-jws";
const COUNTRY: &str = "/requestedAttributes/ssn/country";
const LEVEL: &str = "/requestedAttributes/loaLevel";
const NAME: &str = "/requestedAttributes/basicUserInfo";
const NUMBER: &str = "/requestedAttributes/ssn/ssn";
const REGISTRATION: &str = "/requestedAttributes/registrationLevel";

/// The claim, or why there is none.
pub(crate) fn judge(details: &str) -> Step {
    let verified = match token::verify(TRUST, details) {
        Ok(verified) => verified,
        Err(rule) => return refused(&rule),
    };
    let Some(payload) = Document::parse(verified.payload.as_bytes()) else { return refused("json") };
    if let Some(step) = unfit(&payload) {
        return step;
    }
    let at = |path| Some(pointer(verified.evidence, path));
    Step::Done(Claim {
        number: at(NUMBER),
        name: at(NAME),
        organisation: None,
        level: at(LEVEL),
        subject: None,
        groups: None,
    })
}

/// A person with a lower registration, or without a Swedish number, is told so. Whatever a person can cause must end
/// here: a claim that the host refuses counts against the plugin.
fn unfit(payload: &Document) -> Option<Step> {
    let text = |path| payload.text(path).unwrap_or("none");
    if text(REGISTRATION) != "PLUS" || text(LEVEL) != "LOA3" {
        return Some(failed(
            "level",
            "needs-plus",
            &format!("{}:{}", text(REGISTRATION), text(LEVEL)),
            false,
        ));
    }
    let empty = |path: &str| payload.text(path).is_none_or(str::is_empty);
    if text(COUNTRY) != "SE" || empty(NUMBER) {
        return Some(failed("no-number", "no-number", &format!("country:{}", text(COUNTRY)), false));
    }
    let nameless = empty(&format!("{NAME}/name")) && empty(&format!("{NAME}/surname"));
    nameless.then(|| failed("protocol", "try-again", "no-name", true))
}

/// A broken rule of a token is Freja's fault or an attack; a certificate that is missing here is the operator's.
fn refused(rule: &str) -> Step {
    let code = format!("token:{rule}");
    match rule {
        "x5t" | "certificates" | "certificate-validity" | "certificate-key" => {
            failed("config", "out-of-order", &code, false)
        }
        _ => failed("protocol", "try-again", &code, true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(payload: &str) -> Option<(String, String)> {
        match unfit(&Document::parse(payload.as_bytes()).unwrap()) {
            Some(Step::Failed(failure)) => Some((failure.message.key, failure.code)),
            _ => None,
        }
    }

    #[test]
    fn who_cannot_be_let_in_is_told_why() {
        let person = |level, loa, country| {
            format!(
                r#"{{"requestedAttributes":{{"registrationLevel":"{level}","loaLevel":"{loa}",
                "ssn":{{"ssn":"199908072391","country":"{country}"}},"basicUserInfo":{{"surname":"Ek"}}}}}}"#
            )
        };
        let told = |key: &str, code: &str| Some((key.to_owned(), code.to_owned()));
        assert_eq!(code(&person("PLUS", "LOA3", "SE")), None);
        assert_eq!(code(&person("EXTENDED", "LOA2", "SE")), told("needs-plus", "EXTENDED:LOA2"));
        assert_eq!(code(&person("PLUS", "LOA3_NR", "SE")), told("needs-plus", "PLUS:LOA3_NR"));
        assert_eq!(code(&person("PLUS", "LOA3", "NO")), told("no-number", "country:NO"));
        assert_eq!(code("{}"), told("needs-plus", "none:none"));
        let astrid = person("PLUS", "LOA3", "SE");
        assert_eq!(code(&astrid.replace("199908072391", "")), told("no-number", "country:SE"));
        assert_eq!(code(&astrid.replace("\"Ek\"", "null")), told("try-again", "no-name"));
    }

    #[test]
    fn a_missing_certificate_is_the_municipalitys_to_mend() {
        for (rule, class, retryable) in [("x5t", "config", false), ("signature", "protocol", true)] {
            let Step::Failed(failure) = refused(rule) else { panic!("not failed") };
            assert_eq!((failure.class.as_str(), failure.retryable), (class, retryable));
            assert_eq!(failure.code, format!("token:{rule}"));
        }
    }
}
