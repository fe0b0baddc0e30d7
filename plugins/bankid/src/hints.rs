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
        // BankID received another order for this person and ended both: perhaps somebody else's.
        "cancelled" => ("busy", "cancelled", true),
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
        (400, "invalidParameters") => ("protocol", "our-fault", true),
        (401 | 403 | 404 | 405 | 415, _) => ("config", "out-of-order", false),
        (503, "maintenance") => ("provider-down", "maintenance", true),
        (408 | 429 | 500.., _) => ("provider-down", "try-again", true),
        _ => ("protocol", "try-again", true),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// Hint, and its text with an app elsewhere, on this phone, on this computer.
    const PENDING: [(&str, [&str; 3]); 8] = [
        ("outstandingTransaction", ["open-and-scan", "opening-app", "opening-app"]),
        ("noClient", ["open-and-scan", "open-app", "open-app"]),
        ("started", ["searching-device", "searching-device", "searching-computer"]),
        ("userMrtd", ["read-document"; 3]),
        ("userCallConfirm", ["in-progress"; 3]),
        ("userSign", ["type-code"; 3]),
        ("processing", ["in-progress"; 3]),
        ("userDances", ["in-progress"; 3]),
    ];

    /// Hint, class, text with an app elsewhere and on this device, whether trying again makes sense.
    const FAILED: [(&str, &str, [&str; 2], bool); 9] = [
        ("expiredTransaction", "expired", ["no-answer"; 2], true),
        ("certificateErr", "credential", ["blocked"; 2], false),
        ("userCancel", "cancelled", ["you-cancelled"; 2], true),
        ("cancelled", "busy", ["cancelled"; 2], true),
        ("startFailed", "not-started", ["not-scanned", "app-not-found"], true),
        ("userDeclinedCall", "cancelled", ["you-cancelled"; 2], true),
        ("notSupportedByUserApp", "credential", ["app-too-old"; 2], true),
        ("transactionRiskBlocked", "risk", ["risk"; 2], false),
        ("moonPhase", "protocol", ["try-again"; 2], true),
    ];

    /// Status, code, class, text, whether trying again makes sense.
    const REFUSED: [(u16, &str, &str, &str, bool); 13] = [
        (400, "alreadyInProgress", "busy", "already-in-progress", true),
        (400, "invalidParameters", "protocol", "our-fault", true),
        (400, "somethingNew", "protocol", "try-again", true),
        (400, "", "protocol", "try-again", true),
        (401, "unauthorized", "config", "out-of-order", false),
        (403, "unauthorized", "config", "out-of-order", false),
        (404, "notFound", "config", "out-of-order", false),
        (405, "methodNotAllowed", "config", "out-of-order", false),
        (408, "requestTimeout", "provider-down", "try-again", true),
        (415, "unsupportedMediaType", "config", "out-of-order", false),
        (429, "tooManyRequests", "provider-down", "try-again", true),
        (500, "internalError", "provider-down", "try-again", true),
        (503, "maintenance", "provider-down", "maintenance", true),
    ];

    #[test]
    fn every_hint_and_code_has_its_meaning_and_unknown_ones_do_no_harm() {
        for (hint, [elsewhere, phone, computer]) in PENDING {
            assert_eq!(pending(hint, false, false), elsewhere, "{hint}");
            assert_eq!(pending(hint, true, true), phone, "{hint}");
            assert_eq!(pending(hint, true, false), computer, "{hint}");
        }
        for (hint, class, [elsewhere, here], retryable) in FAILED {
            assert_eq!(failed(hint, false), (class, elsewhere, retryable), "{hint}");
            assert_eq!(failed(hint, true), (class, here, retryable), "{hint}");
        }
        for (status, code, class, text, retryable) in REFUSED {
            assert_eq!(refused(status, code), (class, text, retryable), "{status} {code}");
        }
    }

    #[test]
    fn every_locale_has_every_text_and_none_too_many() {
        let mut keys = BTreeSet::from(["name", "visible", "no-contact", "other-browser", "not-opened"]);
        keys.extend(PENDING.iter().flat_map(|(_, texts)| texts));
        keys.extend(FAILED.iter().flat_map(|(_, _, texts, _)| texts));
        keys.extend(REFUSED.iter().map(|(_, _, _, text, _)| *text));
        for (locale, texts) in [
            ("sv", include_str!("../locales/sv.ftl")),
            ("da", include_str!("../locales/da.ftl")),
            ("en", include_str!("../locales/en.ftl")),
        ] {
            let own: BTreeSet<&str> =
                texts.lines().filter_map(|line| Some(line.split_once(" = ")?.0)).collect();
            assert_eq!(own, keys, "{locale}");
        }
    }
}
