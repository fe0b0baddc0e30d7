//! What a browser says about itself, as far as it decides how an app on the same device sends the person back.
//!
//! User agents lie and change; nothing here may decide about safety.

use crate::encode::percent;

/// Whether this is a telephone or tablet, for the choice of words.
#[must_use]
pub fn is_mobile(user_agent: &str) -> bool {
    is_ios(user_agent) || user_agent.contains("Android")
}

/// Whether this is an iPhone or iPad that says so: an iPad that asks for desktop pages calls itself a Macintosh.
#[must_use]
pub fn is_ios(user_agent: &str) -> bool {
    ["iPhone", "iPad", "iPod"].into_iter().any(|device| user_agent.contains(device))
}

/// The address that an app opens to bring the person back. On iOS an https address opens in Safari, where the login's
/// cookie is not; Chrome and Firefox have schemes that lead back to them.
#[must_use]
pub fn return_url(user_agent: &str, url: &str) -> String {
    match url.strip_prefix("https://") {
        Some(rest) if is_ios(user_agent) && user_agent.contains("CriOS/") => {
            format!("googlechromes://{rest}")
        }
        Some(_) if is_ios(user_agent) && user_agent.contains("FxiOS/") => {
            format!("firefox://open-url?url={}", percent(url))
        }
        _ => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const IPHONE: &str =
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)";

    #[test]
    fn the_way_back_leads_to_the_same_browser() {
        let url = "https://granby.example/login/return?nonce=a_b";
        assert_eq!(return_url("Mozilla/5.0 (X11; Linux x86_64)", url), url);
        assert_eq!(return_url(&format!("{IPHONE} Safari/604.1"), url), url);
        assert_eq!(
            return_url(&format!("{IPHONE} CriOS/130.0"), url),
            "googlechromes://granby.example/login/return?nonce=a_b"
        );
        assert_eq!(
            return_url(&format!("{IPHONE} FxiOS/130.0"), url),
            "firefox://open-url?url=https%3A%2F%2Fgranby.example%2Flogin%2Freturn%3Fnonce%3Da_b"
        );
    }

    #[test]
    fn telephones_and_tablets_are_told_from_desks() {
        assert!(is_mobile(IPHONE) && is_ios(IPHONE));
        assert!(is_mobile("Mozilla/5.0 (Linux; Android 14; Pixel 8) Chrome/130.0 Mobile"));
        assert!(!is_mobile("Mozilla/5.0 (X11; Linux x86_64) Chrome/130.0") && !is_ios("Android"));
    }
}
