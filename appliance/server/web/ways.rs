//! The buttons to log in with, in the order that suits this browser.
//!
//! First what the person used last; else an app on this device where the device is a phone, and a code for the phone where
//! it is not; last of all what does not work at the moment. Nothing here depends on the address that was asked for, so pages before login stay alike (P2).

use data_encoding::BASE64;
use http::HeaderMap;
use kuvert_service::{Device, MethodView};

use super::view::signing_in::{AppPlace, Method};

/// What is remembered of the last login, and what a button sends: `bankid/this` or `bankid/other`.
pub(super) fn choice(method: &str, device: Device) -> String {
    match device {
        Device::This => format!("{method}/this"),
        Device::Other => format!("{method}/other"),
    }
}

/// Reads it back.
pub(super) fn chosen(text: &str) -> Option<(String, Device)> {
    let (method, device) = text.split_once('/')?;
    match device {
        "this" => Some((method.to_owned(), Device::This)),
        "other" => Some((method.to_owned(), Device::Other)),
        _ => None,
    }
}

/// The same method with the app on the other side, where there are two.
pub(super) fn switched(method: &str, device: Device) -> String {
    match device {
        Device::This => choice(method, Device::Other),
        Device::Other => choice(method, Device::This),
    }
}

/// Whether the browser is on something that one holds in the hand. A tablet that calls itself a computer counts as one.
pub(super) fn is_handheld(headers: &HeaderMap, user_agent: &str) -> bool {
    headers.get("sec-ch-ua-mobile").is_some_and(|said| said == "?1")
        || ["iPhone", "iPad", "iPod", "Android", "Mobile"].into_iter().any(|word| user_agent.contains(word))
}

/// The buttons. `two_devices` says which methods have their app on either side.
pub(super) fn ways(
    methods: &[MethodView],
    two_devices: impl Fn(&str) -> bool,
    handheld: bool,
    last: Option<&str>,
) -> Vec<Method> {
    let mut ways: Vec<Method> = Vec::new();
    for method in methods {
        let icon = method.icon_svg.as_deref().map(picture);
        let places = match (two_devices(&method.id), handheld) {
            (false, _) => vec![(AppPlace::Any, Device::This)],
            (true, true) => vec![(AppPlace::This, Device::This), (AppPlace::Other, Device::Other)],
            (true, false) => vec![(AppPlace::Other, Device::Other), (AppPlace::This, Device::This)],
        };
        ways.extend(places.into_iter().map(|(place, device)| {
            let login = choice(&method.id, device);
            let last = last == Some(login.as_str());
            Method { login, name: method.name.clone(), place, icon: icon.clone(), last }
        }));
    }
    // The sort keeps the order of what is equal: the last one first, then its own method, then the others.
    let favourite = last.and_then(chosen).map(|(method, _)| method);
    ways.sort_by_key(|way| {
        let own = chosen(&way.login).map(|(method, _)| method) == favourite;
        // A plugin that does not load shows no icon. Its button stays, for its failure has a text of its own.
        (way.icon.is_none(), !way.last, !(own && favourite.is_some()))
    });
    ways
}

fn picture(svg: &str) -> String {
    format!("data:image/svg+xml;base64,{}", BASE64.encode(svg.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(handheld: bool, last: Option<&str>) -> Vec<String> {
        let method = |id: &str| MethodView { id: id.to_owned(), name: id.to_owned(), icon_svg: None };
        let methods = [method("bankid"), method("mitid"), method("freja")];
        ways(&methods, |id| id != "mitid", handheld, last).into_iter().map(|way| way.login).collect()
    }

    #[test]
    fn a_computer_offers_the_code_first_and_a_phone_its_own_app() {
        assert_eq!(
            order(false, None),
            ["bankid/other", "bankid/this", "mitid/this", "freja/other", "freja/this"]
        );
        assert_eq!(
            order(true, None),
            ["bankid/this", "bankid/other", "mitid/this", "freja/this", "freja/other"]
        );
    }

    #[test]
    fn what_was_used_last_comes_first_with_its_sibling() {
        assert_eq!(
            order(false, Some("freja/this")),
            ["freja/this", "freja/other", "bankid/other", "bankid/this", "mitid/this"]
        );
        assert_eq!(order(false, Some("mitid/this")).first().map(String::as_str), Some("mitid/this"));
        for gone in ["entra/this", "bankid", "", "bankid/other/x"] {
            assert_eq!(order(false, Some(gone)).len(), 5, "{gone}");
        }
    }

    #[test]
    fn what_is_out_of_order_comes_last_even_if_it_was_used_last() {
        let method = |id: &str, works: bool| MethodView {
            id: id.to_owned(),
            name: id.to_owned(),
            icon_svg: works.then(|| "<svg/>".to_owned()),
        };
        let methods = [method("bankid", false), method("freja", true)];
        for last in [None, Some("bankid/other"), Some("freja/other")] {
            let ways = ways(&methods, |_| true, false, last);
            let order: Vec<&str> = ways.iter().map(|way| way.login.as_str()).collect();
            assert_eq!(order, ["freja/other", "freja/this", "bankid/other", "bankid/this"], "{last:?}");
        }
    }

    #[test]
    fn only_one_way_is_the_last() {
        let methods = [MethodView { id: "bankid".to_owned(), name: "BankID".to_owned(), icon_svg: None }];
        let ways = ways(&methods, |_| true, true, Some("bankid/other"));
        assert_eq!(ways.iter().map(|way| way.last).collect::<Vec<_>>(), [true, false]);
    }

    #[test]
    fn buttons_name_a_method_and_a_device() {
        assert_eq!(chosen("bankid/this"), Some(("bankid".to_owned(), Device::This)));
        assert_eq!(chosen(&choice("bankid", Device::Other)), Some(("bankid".to_owned(), Device::Other)));
        assert_eq!(switched("bankid", Device::Other), "bankid/this");
        for nonsense in ["", "bankid", "bankid/", "bankid/both", "/"] {
            assert_eq!(chosen(nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn phones_are_told_by_hint_or_by_name() {
        let mut hinted = HeaderMap::new();
        hinted.insert("sec-ch-ua-mobile", "?1".parse().unwrap());
        assert!(is_handheld(&hinted, "Mozilla/5.0"));
        hinted.insert("sec-ch-ua-mobile", "?0".parse().unwrap());
        assert!(!is_handheld(&hinted, "Mozilla/5.0 (X11; Linux x86_64) Chrome/130.0 Safari/537.36"));
        assert!(is_handheld(&HeaderMap::new(), "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X)"));
        assert!(is_handheld(&HeaderMap::new(), "Mozilla/5.0 (Android 14; Mobile; rv:130.0) Firefox/130.0"));
    }
}
