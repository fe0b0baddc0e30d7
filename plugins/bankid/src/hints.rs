//! What BankID's codes mean for a person: a class for the host and a text of the bundle.
//!
//! New codes come without notice: an unknown pending hint means "go on", an unknown failure means "try again".
//! Source: <https://developers.bankid.com/resources/user-messages>.

/// The hint of an order that no app has taken up.
pub(crate) const UNTOUCHED: &str = "outstandingTransaction";

/// Whether no app has taken the order up, so that a QR code or link still makes sense.
pub(crate) fn untouched(hint: &str) -> bool {
    matches!(hint, UNTOUCHED | "noClient")
}

/// The text for an order that is going on.
pub(crate) fn pending(hint: &str, same_device: bool, mobile: bool) -> &'static str {
    match hint {
        UNTOUCHED if same_device => "opening-app",
        "noClient" if same_device => "open-app",
        UNTOUCHED | "noClient" => "open-and-scan",
        "started" if same_device && !mobile => "searching-computer",
        "started" => "searching-device",
        "userMrtd" => "read-document",
        "userSign" => "type-code",
        _ => "in-progress",
    }
}

/// Class, text and whether trying again makes sense, for an order that failed.
pub(crate) fn failed(hint: &str, same_device: bool) -> (&'static str, &'static str, bool) {
    match hint {
        "userCancel" | "userDeclinedCall" => ("cancelled", "you-cancelled", true),
        "cancelled" => ("cancelled", "cancelled", true),
        "expiredTransaction" => ("expired", "no-answer", true),
        "certificateErr" => ("credential", "blocked", false),
        "startFailed" if same_device => ("not-started", "app-not-found", true),
        "startFailed" => ("not-started", "not-scanned", true),
        "notSupportedByUserApp" => ("credential", "app-too-old", true),
        "transactionRiskBlocked" => ("risk", "risk", false),
        _ => ("protocol", "try-again", true),
    }
}

/// The same for an answer that is not 200. `invalidParameters` is our own mistake and never shown as BankID's.
pub(crate) fn refused(status: u16, code: &str) -> (&'static str, &'static str, bool) {
    match (status, code) {
        (_, "alreadyInProgress") => ("busy", "already-in-progress", true),
        (401 | 403, _) => ("config", "out-of-order", false),
        (408 | 429 | 500.., _) => ("provider-down", "try-again", true),
        _ => ("protocol", "try-again", true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_nobody_has_heard_of_do_no_harm() {
        assert_eq!(pending("userDances", false, false), "in-progress");
        assert_eq!(failed("moonPhase", false), ("protocol", "try-again", true));
        assert_eq!(refused(400, "somethingNew"), ("protocol", "try-again", true));
    }

    #[test]
    fn every_text_is_in_every_locale() {
        let hints = ["outstandingTransaction", "noClient", "started", "userMrtd", "userSign", "processing"];
        let failures = [
            "userCancel",
            "cancelled",
            "expiredTransaction",
            "certificateErr",
            "startFailed",
            "notSupportedByUserApp",
            "transactionRiskBlocked",
            "?",
        ];
        let refusals = [(400, "alreadyInProgress"), (401, "unauthorized"), (503, "maintenance"), (400, "?")];
        let mut keys = vec!["name", "visible"];
        for same_device in [false, true] {
            keys.extend(hints.iter().map(|hint| pending(hint, same_device, false)));
            keys.extend(hints.iter().map(|hint| pending(hint, same_device, true)));
            keys.extend(failures.iter().map(|hint| failed(hint, same_device).1));
        }
        keys.extend(refusals.iter().map(|(status, code)| refused(*status, code).1));
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
