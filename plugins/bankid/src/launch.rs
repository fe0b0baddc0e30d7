//! How to open the app on the same device, and how the app finds its way back.
//!
//! Since v6 the way back is the server-side `returnUrl`; `redirect` in the link is always `null`.

use std::fmt::Write as _;

use crate::order::Order;

/// The link that opens the app.
pub(crate) fn link(order: &Order) -> String {
    let base = if order.https_link() { "https://app.bankid.com/" } else { "bankid:///" };
    format!("{base}?autostarttoken={}&redirect=null", order.started().auto_start_token)
}

/// Whether the browser hands an https link to the app: Safari on iOS, Chrome and Edge on Android. Every other needs
/// the app's own scheme.
pub(crate) fn takes_https_links(user_agent: &str) -> bool {
    let has = |word| user_agent.contains(word);
    if is_ios(user_agent) {
        return has("Safari/") && !["CriOS/", "FxiOS/", "EdgiOS/", "OPT/", "OPiOS/"].into_iter().any(has);
    }
    has("Android") && has("Chrome/") && !["OPR/", "SamsungBrowser/", "; wv)", "Firefox/"].into_iter().any(has)
}

/// Whether this is a telephone or tablet, for the choice of words.
pub(crate) fn is_mobile(user_agent: &str) -> bool {
    is_ios(user_agent) || user_agent.contains("Android")
}

/// The address that BankID's app opens afterwards. On iOS an https address opens in Safari, where the login's cookie
/// is not; Chrome and Firefox have schemes that bring the person back to them.
pub(crate) fn return_url(user_agent: &str, url: &str) -> String {
    match url.strip_prefix("https://") {
        Some(rest) if is_ios(user_agent) && user_agent.contains("CriOS/") => {
            format!("googlechromes://{rest}")
        }
        Some(_) if is_ios(user_agent) && user_agent.contains("FxiOS/") => {
            format!("firefox://open-url?url={}", escaped(url))
        }
        _ => url.to_owned(),
    }
}

fn is_ios(user_agent: &str) -> bool {
    ["iPhone", "iPad", "iPod"].into_iter().any(|device| user_agent.contains(device))
}

/// Percent-encodes everything but RFC 3986's unreserved characters.
fn escaped(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const IPHONE: &str =
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)";

    #[test]
    fn each_browser_gets_the_link_it_understands() {
        for (agent, https) in [
            (format!("{IPHONE} Version/18.0 Mobile/15E148 Safari/604.1"), true),
            (format!("{IPHONE} CriOS/130.0 Mobile/15E148 Safari/604.1"), false),
            (format!("{IPHONE} FxiOS/130.0 Mobile/15E148 Safari/605.1.15"), false),
            ("Mozilla/5.0 (Linux; Android 14; Pixel 8) Chrome/130.0 Mobile Safari/537.36".to_owned(), true),
            ("Mozilla/5.0 (Linux; Android 14; SM-S918B) SamsungBrowser/26.0 Chrome/122.0".to_owned(), false),
            ("Mozilla/5.0 (Android 14; Mobile; rv:130.0) Gecko/130.0 Firefox/130.0".to_owned(), false),
            ("Mozilla/5.0 (X11; Linux x86_64) Chrome/130.0 Safari/537.36".to_owned(), false),
        ] {
            assert_eq!(takes_https_links(&agent), https, "{agent}");
        }
    }

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
}
