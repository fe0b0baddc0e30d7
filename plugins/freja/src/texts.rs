//! What Freja's words and codes mean for a person: a class for the host and a text of the bundle.
//!
//! Words that nobody has heard of do no harm: an unknown status means "go on", an unknown code "try again".
//! Source: <https://github.com/Freja-eID/frejaeidclient>.

/// The status of an authentication that no app has taken up.
pub(crate) const STARTED: &str = "STARTED";

/// Class, text, and whether trying again makes sense.
type Ending = (&'static str, &'static str, bool);

/// The text for an authentication that is going on.
pub(crate) fn pending(status: &str, same_device: bool) -> &'static str {
    match status {
        STARTED if same_device => "open-app",
        STARTED => "open-and-scan",
        "DELIVERED_TO_MOBILE" => "approve",
        _ => "in-progress",
    }
}

/// An authentication that ended without approval.
pub(crate) fn ended(status: &str) -> Ending {
    match status {
        "CANCELED" => ("cancelled", "you-cancelled", true),
        "RP_CANCELED" => ("cancelled", "cancelled", true),
        // Freja's protection: a second one for the same person ends both.
        "REJECTED" => ("busy", "already-in-progress", true),
        "EXPIRED" => ("expired", "no-answer", true),
        _ => ("protocol", "try-again", true),
    }
}

/// An answer that is no success. Faults of our own request are never shown as the person's.
pub(crate) fn refused(status: u16, code: u64) -> Ending {
    match (status, code) {
        // The person has switched this relying party off in the app.
        (_, 1005) => ("credential", "switched-off", false),
        (_, 1012) => ("credential", "unknown-user", false),
        (_, 1100) | (410, _) => ("expired", "no-answer", true),
        (_, 2000) => ("busy", "already-in-progress", true),
        // Parameters, encoding, agreement: set up wrongly, here or at Freja.
        (401 | 403 | 404, _) | (_, 1000..=1002 | 1004 | 1007 | 1008 | 1010 | 2002) => {
            ("config", "out-of-order", false)
        }
        (408 | 429 | 500.., _) => ("provider-down", "try-again", true),
        _ => ("protocol", "try-again", true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_nobody_has_heard_of_do_no_harm() {
        assert_eq!(pending("PONDERING", false), "in-progress");
        assert_eq!(ended("MOON_PHASE"), ("protocol", "try-again", true));
        assert_eq!(refused(400, 9999), ("protocol", "try-again", true));
        assert_eq!(refused(422, 0), ("protocol", "try-again", true));
    }

    #[test]
    fn what_the_operator_must_mend_is_not_called_the_persons_fault() {
        for (status, code) in [(400, 1008), (401, 0), (404, 0), (422, 1007), (400, 2002)] {
            assert_eq!(refused(status, code).0, "config", "{status} {code}");
        }
        assert_eq!(refused(503, 0).0, "provider-down");
        assert_eq!(refused(400, 2000).0, "busy");
    }

    #[test]
    fn every_text_is_in_every_locale() {
        let mut keys = vec!["name", "needs-plus", "no-number", "not-opened", "no-contact"];
        for same_device in [false, true] {
            for status in [STARTED, "DELIVERED_TO_MOBILE", "?"] {
                keys.push(pending(status, same_device));
            }
        }
        keys.extend(["CANCELED", "RP_CANCELED", "REJECTED", "EXPIRED", "?"].map(|status| ended(status).1));
        for code in [1000, 1005, 1012, 1100, 2000, 9999] {
            keys.push(refused(400, code).1);
        }
        for (locale, texts) in [
            ("sv", include_str!("../locales/sv.ftl")),
            ("da", include_str!("../locales/da.ftl")),
            ("en", include_str!("../locales/en.ftl")),
        ] {
            for key in &keys {
                assert!(texts.lines().any(|line| line.starts_with(&format!("{key} = "))), "{locale}: {key}");
            }
            for line in texts.lines().filter(|line| !line.is_empty()) {
                let key = line.split(" = ").next().unwrap_or_default();
                assert!(keys.contains(&key), "{locale}: {key} is never shown");
            }
        }
    }
}
