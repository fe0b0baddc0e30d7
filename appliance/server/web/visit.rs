//! A request as handlers know it: which municipality, which language, from where, with which cookies.
//!
//! Built once by the door and passed along as a request extension. It reads no store: whether a session is real is asked
//! only by routes that need to know.

use std::{net::IpAddr, sync::Arc};

use http::{
    HeaderMap, HeaderName, HeaderValue, StatusCode,
    header::{ACCEPT_LANGUAGE, LOCATION, REFERER, SET_COOKIE, USER_AGENT},
};
use kuvert_domain::{
    directory::{Audience, Municipality},
    id::MunicipalityId,
    language::Language,
};
use kuvert_service::{Front, MethodView, Session};
use url::Url;
use warp::reply::Response;

use super::{
    app::App,
    cookies::Cookies,
    fault::{Answer, Fault},
    pace::{Deed, Whose},
    pages,
    view::{Page, frame::SignedIn},
    ways::Hardware,
};

/// Longest user agent passed on to a provider.
const USER_AGENT_CHARS: usize = 256;

/// A request, as far as it is not about its route.
pub(super) struct Visit {
    pub(super) app: App,
    pub(super) municipality: MunicipalityId,
    pub(super) language: Language,
    pub(super) address: IpAddr,
    pub(super) user_agent: String,
    /// What the browser runs on.
    pub(super) hardware: Hardware,
    pub(super) cookies: Cookies,
    /// Where on this very site the visitor came from.
    pub(super) came_from: Option<String>,
    /// A browser opens this as a page, as against a program that only fetches it.
    pub(super) navigates: bool,
}

impl Visit {
    /// Reads what the headers say.
    pub(super) fn new(app: App, municipality: &Municipality, address: IpAddr, headers: &HeaderMap) -> Self {
        let cookies = Cookies::read(headers);
        let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
        let offered = &municipality.languages;
        let language = cookies
            .language
            .filter(|chosen| offered.contains(chosen))
            .or_else(|| Language::from_accept_language(text(ACCEPT_LANGUAGE)?, offered))
            .unwrap_or_else(|| municipality.language());
        let user_agent: String =
            text(USER_AGENT).unwrap_or_default().chars().take(USER_AGENT_CHARS).collect();
        Self {
            municipality: municipality.id,
            language,
            address,
            hardware: Hardware::of(headers, &user_agent),
            user_agent,
            cookies,
            came_from: text(REFERER).and_then(|referer| local_path(referer, municipality)),
            navigates: headers.get("sec-fetch-mode").is_some_and(|mode| mode == "navigate"),
            app,
        }
    }

    /// Counts a deed; a fault when there were too many.
    pub(super) fn pace(&self, deed: Deed, whose: Whose) -> Result<(), Fault> {
        self.app.paces().step(deed, whose, self.app.now()).map_err(Fault::Later)
    }

    /// The municipality's entry in the directory.
    pub(super) fn place(&self) -> Result<&Municipality, Fault> {
        self.app
            .municipality(self.municipality)
            .ok_or_else(|| Fault::Broken("no such municipality".to_owned()))
    }

    /// What can be done before login.
    pub(super) fn front(&self) -> Result<Front, Fault> {
        self.app
            .service()
            .front(self.municipality)
            .ok_or_else(|| Fault::Broken("no such municipality".to_owned()))
    }

    /// `https://host[:port]`, as it stands in links.
    pub(super) fn origin(&self) -> Result<String, Fault> {
        Ok(format!("https://{}", self.app.authority(self.place()?.host())))
    }

    /// The session that the cookie names, if it is a real one. Counts as activity.
    pub(super) async fn session(&self) -> Result<Option<Session>, Fault> {
        match &self.cookies.session {
            None => Ok(None),
            Some(token) => Ok(self.front()?.session(token).await?),
        }
    }

    /// A page for somebody who is not signed in.
    pub(super) fn page<P: Page>(&self, page: &P) -> Answer {
        self.page_for(page, None)
    }

    /// A page with the header of whoever is signed in.
    pub(super) fn page_for<P: Page>(&self, page: &P, signed_in: Option<SignedIn>) -> Answer {
        let frame = pages::frame(self, signed_in)?;
        let html =
            self.app.theme(self.municipality).page(&frame, page).map_err(|error| Fault::broken(&error))?;
        Ok(pages::html(html))
    }

    /// A way to sign in as people know it; nameless where there is none of this id any longer.
    pub(super) fn method(&self, audience: Audience, id: &str) -> Result<MethodView, Fault> {
        Ok(self.front()?.shown(audience, id, self.language)?.unwrap_or_default())
    }
}

/// The route's access to the visit.
pub(super) type Visitor = Arc<Visit>;

/// "See over there": the answer to a form that did what it was meant to.
pub(super) fn see_other(path: &str) -> Response {
    let mut response = Response::default();
    *response.status_mut() = StatusCode::SEE_OTHER;
    let location = HeaderValue::from_str(path).unwrap_or(HeaderValue::from_static("/"));
    response.headers_mut().insert(LOCATION, location);
    response
}

/// The same with a cookie.
pub(super) fn with_cookie(mut response: Response, cookie: HeaderValue) -> Response {
    response.headers_mut().append(SET_COOKIE, cookie);
    response
}

/// The path of a referring page on one of the municipality's own hosts.
fn local_path(referer: &str, municipality: &Municipality) -> Option<String> {
    let url = Url::parse(referer).ok()?;
    let host = url.host_str()?;
    let own = municipality.hosts.iter().any(|own| own == host);
    let path = url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()));
    (own && !path.starts_with("//")).then_some(path)
}
