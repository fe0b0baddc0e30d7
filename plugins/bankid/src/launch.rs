//! How to open the app on the same device, and how the app finds its way back.
//!
//! Since v6 the way back is the server-side `returnUrl`; `redirect` in the link is always `null`. Nothing is opened by
//! itself: the person presses the link, which is what Android's browsers ask for.

use kuvert_plugin_sdk::browser::{is_ios, is_mobile};

use crate::order::Order;

/// The oldest Android whose browsers hand app links over.
const ANDROID_WITH_APP_LINKS: u32 = 6;

/// What matters of a browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Browser {
    /// On a telephone or tablet, for the choice of words.
    pub(crate) mobile: bool,
    /// Hands an https link over to the app.
    pub(crate) https_links: bool,
    /// No address leads the person back into it: the app opens Safari instead.
    pub(crate) strands: bool,
}

impl Browser {
    /// What its name tells. A tablet that calls itself a computer counts as one; the app's own scheme works there too.
    pub(crate) fn of(user_agent: &str) -> Self {
        let has = |word| user_agent.contains(word);
        let ios = is_ios(user_agent);
        let safari = ios && has("Version/") && has("Safari/") && !OTHERS_ON_IOS.into_iter().any(has);
        Self {
            mobile: is_mobile(user_agent),
            https_links: if ios { safari } else { takes_app_links(user_agent) },
            strands: ios && !safari && !has("CriOS/") && !has("FxiOS/"),
        }
    }
}

/// How browsers on iOS that are not Safari call themselves.
const OTHERS_ON_IOS: [&str; 8] =
    ["CriOS/", "FxiOS/", "EdgiOS/", "OPT/", "OPiOS/", "DuckDuckGo/", "Ddg/", "GSA/"];

/// The link that opens the app.
pub(crate) fn link(order: &Order) -> String {
    let base = if order.https_links() { "https://app.bankid.com/" } else { "bankid:///" };
    format!("{base}?autostarttoken={}&redirect=null", order.started().auto_start_token)
}

/// Chrome and Edge on Android since 6. Firefox, Opera and Samsung's browser, and whatever sits inside another app, need
/// the app's own scheme.
fn takes_app_links(user_agent: &str) -> bool {
    let has = |word| user_agent.contains(word);
    let version = user_agent.split_once("Android ").and_then(|(_, rest)| {
        let digits = rest.split(|c: char| !c.is_ascii_digit()).next()?;
        digits.parse::<u32>().ok()
    });
    version.is_some_and(|version| version >= ANDROID_WITH_APP_LINKS)
        && has("Chrome/")
        && !["OPR/", "SamsungBrowser/", "; wv)", "Firefox/"].into_iter().any(has)
}

#[cfg(test)]
mod tests {
    use super::*;

    const IPHONE: &str =
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)";
    const PIXEL: &str = "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko)";

    /// Name, hands https links over, strands the person, is mobile.
    fn browsers() -> Vec<(String, bool, bool, bool)> {
        let on = |device: &str, name: &str| format!("{device} {name}");
        vec![
            (on(IPHONE, "Version/18.0 Mobile/15E148 Safari/604.1"), true, false, true),
            (on(IPHONE, "CriOS/130.0 Mobile/15E148 Safari/604.1"), false, false, true),
            (on(IPHONE, "FxiOS/130.0 Mobile/15E148 Safari/605.1.15"), false, false, true),
            (on(IPHONE, "Version/18.0 EdgiOS/130.0 Mobile/15E148 Safari/604.1"), false, true, true),
            (on(IPHONE, "Version/18.0 Mobile/15E148 Safari/604.1 OPT/5.0"), false, true, true),
            // Inside another app there is no browser's name at all.
            (on(IPHONE, "Mobile/15E148"), false, true, true),
            (on(PIXEL, "Chrome/130.0 Mobile Safari/537.36"), true, false, true),
            (on(PIXEL, "Chrome/130.0 Mobile Safari/537.36 EdgA/130.0"), true, false, true),
            (on(PIXEL, "Chrome/130.0 Mobile Safari/537.36 OPR/80.0"), false, false, true),
            (on(PIXEL, "SamsungBrowser/26.0 Chrome/122.0 Mobile Safari/537.36"), false, false, true),
            (
                "Mozilla/5.0 (Linux; Android 14; Pixel 8; wv) Version/4.0 Chrome/130.0".to_owned(),
                false,
                false,
                true,
            ),
            ("Mozilla/5.0 (Linux; Android 5.1.1; Nexus 5) Chrome/95.0".to_owned(), false, false, true),
            (
                "Mozilla/5.0 (Android 14; Mobile; rv:130.0) Gecko/130.0 Firefox/130.0".to_owned(),
                false,
                false,
                true,
            ),
            ("Mozilla/5.0 (X11; Linux x86_64) Chrome/130.0 Safari/537.36".to_owned(), false, false, false),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.0 Safari/605.1.15".to_owned(),
                false,
                false,
                false,
            ),
            (String::new(), false, false, false),
        ]
    }

    #[test]
    fn each_browser_gets_the_link_it_understands() {
        for (agent, https_links, strands, mobile) in browsers() {
            assert_eq!(Browser::of(&agent), Browser { mobile, https_links, strands }, "{agent}");
        }
    }
}
