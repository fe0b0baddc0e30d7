//! The door: what is checked before any route is looked for, and what is done to every answer.
//!
//! Before: the host must be one of ours and the one that the handshake named (else 421), and a request that changes
//! something must come from our own pages. After: faults become pages, headers are completed, one line is logged. The
//! door knows no route but the provider's return, which alone may be posted from elsewhere.

use std::{convert::Infallible, net::Ipv4Addr, sync::Arc};

use bytes::Bytes;
use data_encoding::BASE32_NOPAD;
use http::{
    HeaderMap, HeaderValue, Method, Request, StatusCode,
    header::{CONTENT_LENGTH, CONTENT_TYPE, COOKIE, HOST, ORIGIN, RETRY_AFTER},
};
use hyper::{body::Body, service::Service as _};
use hyper_util::service::TowerToHyperService;
use tracing::Instrument as _;
use warp::{Filter, reply::Response};

use super::{
    app::App,
    cookies,
    fault::{Fault, Shown},
    headers, routes,
    view::signing_in::LoggedOut,
    visit::{Visit, see_other, with_cookie},
};
use crate::{telemetry::Stopwatch, tls::Client};

/// Answers requests: the function that the accept loop is given.
pub fn door<B>(app: App) -> impl Fn(Request<B>) -> Answering + Clone + Send + Sync + 'static
where
    B: Body<Data = Bytes, Error: Into<Box<dyn std::error::Error + Send + Sync>>> + Send + Sync + 'static,
{
    let routes = TowerToHyperService::new(warp::service(routes::routes().boxed()));
    move |request: Request<B>| -> Answering {
        let (app, routes) = (app.clone(), routes.clone());
        Box::pin(async move {
            let watch = Stopwatch::start();
            let method = request.method().clone();
            let request_id = request_id(&app);
            let (mut response, visit) = match admit(&app, request) {
                Ok((request, visit)) => {
                    let span = tracing::info_span!("request", request.id = %request_id);
                    let answered: Result<Response, Infallible> = routes.call(request).instrument(span).await;
                    (answered.unwrap_or_else(|never| match never {}), Some(visit))
                }
                Err(refusal) => (refusal, None),
            };
            if let Some(fault) = response.extensions_mut().remove::<Fault>() {
                response = explain(&fault, visit.as_deref(), &request_id, response);
            }
            if method == Method::HEAD {
                response = without_body(response);
            }
            headers::complete(response.headers_mut());
            let status = response.status().as_u16();
            let duration_ms = watch.duration_ms();
            tracing::info!(request.id = %request_id, http.method = %method, http.status = status, duration_ms);
            response
        })
    }
}

/// An answer on its way.
pub type Answering = std::pin::Pin<Box<dyn Future<Output = Response> + Send>>;

type Admitted<B> = (Request<B>, Arc<Visit>);

/// Lets a request in, with its visit among the extensions, or refuses it in plain words.
#[expect(clippy::result_large_err, reason = "a refusal is the answer itself, made once and moved once")]
fn admit<B>(app: &App, mut request: Request<B>) -> Result<Admitted<B>, Response> {
    let client = request.extensions().get::<Client>();
    let address = client.map_or(Ipv4Addr::UNSPECIFIED.into(), |client| client.address.ip());
    let named = client.and_then(|client| client.server_name.clone());
    let host = host_of(&request);
    let municipality = host.as_deref().and_then(|host| app.service().directory().by_host(host));
    let (Some(host), Some(municipality)) = (host, municipality) else {
        return Err(plain(
            StatusCode::MISDIRECTED_REQUEST,
            "This appliance does not answer to that host name.",
        ));
    };
    if named.is_some_and(|named| !named.eq_ignore_ascii_case(&host)) {
        return Err(plain(StatusCode::MISDIRECTED_REQUEST, "The connection was made for another host name."));
    }
    if request.method() == Method::HEAD {
        // Whoever asks for a head only (mail filters do) is a stranger: nobody is signed in, nothing is opened.
        *request.method_mut() = Method::GET;
        request.headers_mut().remove(COOKIE);
    }
    let changes = request.method() != Method::GET;
    if changes && !routes::is_callback(request.uri().path()) && !is_from_us(request.headers(), &host) {
        return Err(plain(StatusCode::FORBIDDEN, "This form was sent from another site."));
    }
    let visit = Visit::new(app.clone(), municipality, address, request.headers());
    let visit = Arc::new(visit);
    request.extensions_mut().insert(Arc::clone(&visit));
    Ok((request, visit))
}

/// Draws the page for a fault, and logs its inner text, once.
fn explain(fault: &Fault, visit: Option<&Visit>, request_id: &str, bare: Response) -> Response {
    match fault {
        Fault::Broken(inner) => tracing::error!(request.id = %request_id, error = %inner, "request failed"),
        other => tracing::debug!(request.id = %request_id, reason = %other, "request refused"),
    }
    let Some(visit) = visit else { return bare };
    if let Fault::SignedOut { staff, ended } = fault {
        return signed_out(visit, *staff, *ended, bare);
    }
    let page = match fault.shown(request_id) {
        Shown::NotFound(page) => visit.page(&page),
        Shown::Broken(page) => visit.page(&page),
        Shown::TooMany(page) => visit.page(&page),
        Shown::Stale(page) => visit.page(&page),
    };
    match page {
        Ok(mut page) => {
            *page.status_mut() = fault.status();
            if let Fault::Later(wait) | Fault::Busy(wait) = fault {
                page.headers_mut().insert(RETRY_AFTER, HeaderValue::from(wait.as_secs().max(1)));
            }
            page
        }
        Err(error) => {
            tracing::error!(request.id = %request_id, %error, "the page for a fault cannot be drawn");
            plain(fault.status(), "Something went wrong here. Please try again later.")
        }
    }
}

/// Nobody is signed in: to the start page, or, where a session has just ended, to the page that says so.
fn signed_out(visit: &Visit, staff: bool, ended: bool, bare: Response) -> Response {
    if !ended {
        return see_other(if staff { "/staff" } else { "/" });
    }
    let page = visit.page(&LoggedOut { staff, idle: true }).map(|mut page| {
        *page.status_mut() = StatusCode::UNAUTHORIZED;
        with_cookie(page, cookies::no_session())
    });
    page.unwrap_or(bare)
}

/// The host asked for, without its port: HTTP/2 has it in the address, HTTP/1.1 in a header.
fn host_of<B>(request: &Request<B>) -> Option<String> {
    let authority = match request.uri().authority() {
        Some(authority) => authority.clone(),
        None => request.headers().get(HOST)?.to_str().ok()?.parse().ok()?,
    };
    Some(authority.host().to_ascii_lowercase())
}

/// Whether the browser says that our own page sent this. A client that sends neither header is no browser and carries
/// nobody's cookies by itself.
fn is_from_us(headers: &HeaderMap, host: &str) -> bool {
    if let Some(site) = headers.get("sec-fetch-site") {
        return site == "same-origin";
    }
    match headers
        .get(ORIGIN)
        .map(|origin| origin.to_str().ok().and_then(|origin| url::Url::parse(origin).ok()))
    {
        None => true,
        Some(None) => false,
        Some(Some(origin)) => origin.scheme() == "https" && origin.host_str() == Some(host),
    }
}

/// The answer to a HEAD: the head of the answer to a GET, down to the length. HTTP/2 would send the body along.
fn without_body(response: Response) -> Response {
    let length = response.body().size_hint().exact();
    let mut bare = response.map(|_| warp::reply::Response::default().into_body());
    if let Some(length) = length {
        bare.headers_mut().entry(CONTENT_LENGTH).or_insert(HeaderValue::from(length));
    }
    bare
}

fn plain(status: StatusCode, words: &'static str) -> Response {
    let mut response = Response::new(words.into());
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response
}

fn request_id(app: &App) -> String {
    let mut bytes = [0; 10];
    app.entropy().fill(&mut bytes);
    BASE32_NOPAD.encode(&bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_pages_may_change_things() {
        let cases = [
            (vec![("sec-fetch-site", "same-origin")], true),
            (vec![("sec-fetch-site", "cross-site"), ("origin", "https://granby.localhost")], false),
            (vec![("sec-fetch-site", "same-site")], false),
            (vec![("sec-fetch-site", "none")], false),
            (vec![("origin", "https://granby.localhost:8443")], true),
            (vec![("origin", "http://granby.localhost")], false),
            (vec![("origin", "https://evil.example")], false),
            (vec![("origin", "null")], false),
            (vec![], true),
        ];
        for (given, expected) in cases {
            let mut headers = HeaderMap::new();
            for (name, value) in &given {
                headers.insert(*name, value.parse().unwrap());
            }
            assert_eq!(is_from_us(&headers, "granby.localhost"), expected, "{given:?}");
        }
    }

    #[test]
    fn the_answer_to_a_head_keeps_its_length_and_loses_its_body() {
        let bare = without_body(plain(StatusCode::NOT_FOUND, "four"));
        assert_eq!(bare.headers()[CONTENT_LENGTH], "4");
        assert_eq!(bare.body().size_hint().exact(), Some(0));
    }

    #[test]
    fn the_host_is_found_in_either_protocol() {
        let one = Request::get("/x").header(HOST, "Granby.localhost:8443").body(()).unwrap();
        let two = Request::get("https://granby.localhost:8443/x").body(()).unwrap();
        assert_eq!(host_of(&one).as_deref(), Some("granby.localhost"));
        assert_eq!(host_of(&two).as_deref(), Some("granby.localhost"));
        assert_eq!(host_of(&Request::get("/x").body(()).unwrap()), None);
    }
}
