//! The buttons to log in with, in the order that suits this browser.
//!
//! First what the person used last; else an app on this device where the device is a phone, and a code for the phone where
//! it is not. An app is offered only where it exists: some are for phones alone. What
//! does not work at the moment comes last of all. Nothing here depends on the
//! address that was asked for, so pages before login stay alike (P2).

use data_encoding::BASE64;
use http::HeaderMap;
use kuvert_service::{Device, MethodView, bundle::AppOn};

use super::view::signing_in::{AppPlace, Method};

/// What the browser runs on, as far as it says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hardware {
    /// A phone or a tablet.
    Handheld,
    /// A computer.
    Computer,
    /// A computer by its own words, which some tablets use too.
    Unclear,
}

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

impl Hardware {
    /// Reads what the browser says. Safari on an iPad says what Safari on a Mac says.
    pub(super) fn of(headers: &HeaderMap, user_agent: &str) -> Self {
        let named = |words: &[&str]| words.iter().any(|word| user_agent.contains(word));
        let hinted = headers.get("sec-ch-ua-mobile").is_some_and(|said| said == "?1");
        if hinted || named(&["iPhone", "iPad", "iPod", "Android", "Mobile"]) {
            Self::Handheld
        } else if named(&["Macintosh"]) && !named(&["Chrome/", "Firefox/"]) {
            Self::Unclear
        } else {
            Self::Computer
        }
    }
}

/// The sides on which a method's app can be for this browser, the likelier one first.
pub(super) fn sides(method: &MethodView, hardware: Hardware) -> &'static [Device] {
    let on = |device| method.app_on.contains(&device);
    match hardware {
        // Not asked: the provider's own page knows.
        _ if method.app_on.is_empty() => &[Device::This],
        _ if method.elsewhere_only => &[Device::Other],
        Hardware::Handheld if on(AppOn::Handheld) => &[Device::This, Device::Other],
        Hardware::Computer if on(AppOn::Computer) => &[Device::Other, Device::This],
        Hardware::Unclear => &[Device::Other, Device::This],
        Hardware::Handheld | Hardware::Computer => &[Device::Other],
    }
}

/// The buttons.
pub(super) fn ways(methods: &[MethodView], hardware: Hardware, last: Option<&str>) -> Vec<Method> {
    let mut ways: Vec<Method> = Vec::new();
    for method in methods {
        let icon = method.icon_svg.as_deref().map(picture);
        let asked = !method.app_on.is_empty();
        let places = sides(method, hardware).iter().map(|device| match device {
            _ if !asked => (AppPlace::Any, *device),
            Device::This => (AppPlace::This, *device),
            Device::Other => (AppPlace::Other, *device),
        });
        ways.extend(places.map(|(place, device)| {
            let login = choice(&method.id, device);
            let last = last == Some(login.as_str());
            Method { login, name: method.name.clone(), place, icon: icon.clone(), last }
        }));
    }
    // The sort keeps the order of what is equal: the last one first, then its own method, then the others.
    let favourite = last.and_then(chosen).map(|(method, _)| method);
    ways.sort_by_key(|way| {
        let id = chosen(&way.login).map(|(method, _)| method);
        let works = methods.iter().any(|method| method.works && Some(&method.id) == id.as_ref());
        let own = id == favourite;
        (!works, !way.last, !(own && favourite.is_some()))
    });
    ways
}

fn picture(svg: &str) -> String {
    format!("data:image/svg+xml;base64,{}", BASE64.encode(svg.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PHONE: Hardware = Hardware::Handheld;
    const COMPUTER: Hardware = Hardware::Computer;

    fn method(id: &str, app_on: &[AppOn]) -> MethodView {
        let app_on = app_on.iter().copied().collect();
        MethodView {
            id: id.to_owned(),
            name: id.to_owned(),
            works: true,
            icon_svg: None,
            app_on,
            elsewhere_only: false,
        }
    }

    fn order(hardware: Hardware, last: Option<&str>) -> Vec<String> {
        let methods = [
            method("bankid", &[AppOn::Handheld, AppOn::Computer]),
            method("mitid", &[]),
            method("freja", &[AppOn::Handheld]),
        ];
        ways(&methods, hardware, last).into_iter().map(|way| way.login).collect()
    }

    #[test]
    fn a_computer_offers_the_code_first_and_a_phone_its_own_app() {
        assert_eq!(
            order(COMPUTER, None),
            ["bankid/other", "bankid/this", "mitid/this", "freja/other"],
            "an app that no computer has is not offered there"
        );
        assert_eq!(
            order(PHONE, None),
            ["bankid/this", "bankid/other", "mitid/this", "freja/this", "freja/other"]
        );
        assert_eq!(
            order(Hardware::Unclear, None),
            ["bankid/other", "bankid/this", "mitid/this", "freja/other", "freja/this"],
            "a tablet that says it is a computer can still open its app"
        );
    }

    #[test]
    fn what_was_used_last_comes_first_with_its_sibling() {
        assert_eq!(
            order(PHONE, Some("freja/other")),
            ["freja/other", "freja/this", "bankid/this", "bankid/other", "mitid/this"]
        );
        assert_eq!(order(COMPUTER, Some("mitid/this")).first().map(String::as_str), Some("mitid/this"));
        for gone in ["entra/this", "bankid", "", "bankid/other/x", "freja/this"] {
            assert_eq!(order(COMPUTER, Some(gone)).len(), 4, "{gone}");
        }
    }

    #[test]
    fn what_is_out_of_order_comes_last_even_if_it_was_used_last() {
        // A plugin that does not load cannot say where its app is.
        let broken = MethodView { works: false, ..method("bankid", &[]) };
        let methods = [broken, method("freja", &[AppOn::Handheld])];
        for last in [None, Some("bankid/this"), Some("freja/other")] {
            let ways = ways(&methods, COMPUTER, last);
            let order: Vec<&str> = ways.iter().map(|way| way.login.as_str()).collect();
            assert_eq!(order, ["freja/other", "bankid/this"], "{last:?}");
        }
    }

    #[test]
    fn only_one_way_is_the_last() {
        let methods = [method("bankid", &[AppOn::Handheld])];
        let ways = ways(&methods, PHONE, Some("bankid/other"));
        assert_eq!(ways.iter().map(|way| way.last).collect::<Vec<_>>(), [true, false]);
    }

    #[test]
    fn buttons_name_a_method_and_a_device() {
        assert_eq!(chosen("bankid/this"), Some(("bankid".to_owned(), Device::This)));
        assert_eq!(chosen(&choice("bankid", Device::Other)), Some(("bankid".to_owned(), Device::Other)));
        for nonsense in ["", "bankid", "bankid/", "bankid/both", "/"] {
            assert_eq!(chosen(nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn phones_are_told_by_hint_or_by_name() {
        let mut hinted = HeaderMap::new();
        hinted.insert("sec-ch-ua-mobile", "?1".parse().unwrap());
        assert_eq!(Hardware::of(&hinted, "Mozilla/5.0"), PHONE);
        hinted.insert("sec-ch-ua-mobile", "?0".parse().unwrap());
        for (said, meant) in [
            ("(X11; Linux x86_64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36", COMPUTER),
            ("(iPhone; CPU iPhone OS 18_0 like Mac OS X)", PHONE),
            ("(Android 14; Mobile; rv:130.0) Firefox/130.0", PHONE),
            (
                "(Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.0 Safari/605.1.15",
                Hardware::Unclear,
            ),
            ("(Macintosh; Intel Mac OS X 10.15; rv:130.0) Gecko/20100101 Firefox/130.0", COMPUTER),
        ] {
            assert_eq!(Hardware::of(&hinted, &format!("Mozilla/5.0 {said}")), meant, "{said}");
        }
    }
}
