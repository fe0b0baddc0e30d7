//! The cookies, by name and attribute. Their values belong to the service.
//!
//! `__Host-session` says who is signed in and ends with the browser. `__Host-login` exists only for the return from a
//! provider, some of which post across sites, hence SameSite=None and a short life: longer than the ten minutes of a login,
//! so that the page can still say that they are over. `__Host-language` and `__Host-method`
//! (which button worked last) are preferences and say nothing about anybody.

use http::{HeaderMap, HeaderValue, header::COOKIE};
use kuvert_domain::language::Language;
use kuvert_service::{LoginCookie, SessionToken};

const SESSION: &str = "__Host-session";
const LOGIN: &str = "__Host-login";
const LANGUAGE: &str = "__Host-language";
const METHOD: &str = "__Host-method";
const LOGIN_SECONDS: u32 = 1_200;
const YEAR_SECONDS: u32 = 31_536_000;

/// The cookies of a request, as far as they make sense.
#[derive(Debug, Default)]
pub(super) struct Cookies {
    /// Who is signed in, perhaps.
    pub(super) session: Option<SessionToken>,
    /// A login under way, perhaps.
    pub(super) login: Option<LoginCookie>,
    /// The language chosen earlier.
    pub(super) language: Option<Language>,
    /// The way to log in that worked last, as its button names it. Only ever compared with what there is.
    pub(super) method: Option<String>,
}

impl Cookies {
    pub(super) fn read(headers: &HeaderMap) -> Self {
        let mut cookies = Self::default();
        let pairs = headers
            .get_all(COOKIE)
            .into_iter()
            .filter_map(|header| header.to_str().ok())
            .flat_map(|header| header.split(';'))
            .filter_map(|pair| pair.trim().split_once('='));
        for (name, value) in pairs {
            match name {
                SESSION => cookies.session = value.parse().ok(),
                LOGIN => cookies.login = value.parse().ok(),
                LANGUAGE => cookies.language = value.parse().ok(),
                METHOD => cookies.method = Some(value.to_owned()),
                _ => {}
            }
        }
        cookies
    }
}

/// Sets the session's cookie: no lifetime, so it goes when the browser does.
pub(super) fn session(token: &SessionToken) -> HeaderValue {
    header(&format!("{SESSION}={}; Path=/; Secure; HttpOnly; SameSite=Lax", token.text()))
}

/// Removes the session's cookie.
pub(super) fn no_session() -> HeaderValue {
    header(&format!("{SESSION}=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0"))
}

/// Sets the cookie of a login under way.
pub(super) fn login(cookie: &LoginCookie) -> HeaderValue {
    let value = cookie.text();
    header(&format!("{LOGIN}={value}; Path=/; Secure; HttpOnly; SameSite=None; Max-Age={LOGIN_SECONDS}"))
}

/// Removes the cookie of a login.
pub(super) fn no_login() -> HeaderValue {
    header(&format!("{LOGIN}=; Path=/; Secure; HttpOnly; SameSite=None; Max-Age=0"))
}

/// Remembers a language.
pub(super) fn language(language: Language) -> HeaderValue {
    let tag = language.tag();
    header(&format!("{LANGUAGE}={tag}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age={YEAR_SECONDS}"))
}

/// Remembers the way to log in that worked, as its button names it.
pub(super) fn method(choice: &str) -> HeaderValue {
    header(&format!("{METHOD}={choice}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age={YEAR_SECONDS}"))
}

/// Every value here is made of base64url, digits, configured ids and our own words, which always fit a header.
fn header(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).unwrap_or_else(|_| HeaderValue::from_static(""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_are_found_among_others_and_nonsense_is_none() {
        let token = "A".repeat(43);
        let mut headers = HeaderMap::new();
        let line = format!("other=1; __Host-session={token}; __Host-login=short; __Host-language=da");
        headers.insert(COOKIE, line.parse().unwrap());
        let cookies = Cookies::read(&headers);
        assert!(cookies.session.is_some());
        assert!(cookies.login.is_none());
        assert_eq!(cookies.language, Some(Language::Da));
    }

    #[test]
    fn the_session_cookie_has_no_lifetime_and_the_login_cookie_outlives_the_login() {
        let token: SessionToken = "A".repeat(43).parse().unwrap();
        let login_cookie: LoginCookie = "A".repeat(43).parse().unwrap();
        let session = session(&token);
        let session = session.to_str().unwrap();
        assert!(session.ends_with("; Path=/; Secure; HttpOnly; SameSite=Lax"), "{session}");
        let login = login(&login_cookie);
        assert!(login.to_str().unwrap().ends_with("SameSite=None; Max-Age=1200"));
    }
}
