//! The frame around every page, and the bytes of a page as a response.

use http::{HeaderValue, header::CONTENT_TYPE};
use kuvert_domain::country::Country;
use warp::reply::Response;

use super::{
    fault::Fault,
    view::frame::{Frame, Municipality, SignedIn},
    visit::Visit,
};

/// Who runs the service, in which language, and who is signed in.
pub(super) fn frame(visit: &Visit, signed_in: Option<SignedIn>) -> Result<Frame, Fault> {
    let place = visit.place()?;
    Ok(Frame {
        language: visit.language,
        languages: place.languages.clone(),
        municipality: Municipality {
            name: place.name.clone(),
            country: match place.country {
                Country::Sweden => "se",
                Country::Denmark => "dk",
            },
            host: visit.app.authority(place.host()),
            web_site: visit.app.site(place.id).map_or_else(String::new, |site| site.web_site.clone()),
            get_eid_url: place.get_eid_url.clone(),
            contact_name: place.contact.name.clone(),
            contact_phone: place.contact.phone.clone(),
            contact_hours: place.contact.hours.clone(),
        },
        now: visit.app.now().into(),
        zone: place.time_zone.clone(),
        test_data: visit.app.service().is_test_data(),
        signed_in,
    })
}

/// A page of markup.
pub(super) fn html(markup: String) -> Response {
    let mut response = Response::new(markup.into());
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    response
}
