//! The themes' own files: under an address that changes with their content, so they may be kept for ever.

use http::{
    HeaderValue,
    header::{CACHE_CONTROL, CONTENT_TYPE},
};
use warp::{path::Tail, reply::Response};

use super::{
    fault::{Answer, Fault},
    headers::IMMUTABLE,
    visit::Visitor,
};

/// `GET /static/<hash>/<path>`
#[expect(clippy::unused_async, reason = "the table of routes takes every handler alike")]
pub(super) async fn file(who: Visitor, hash: String, path: Tail) -> Answer {
    let theme = who.app.themes().with_hash(&hash).ok_or(Fault::NotFound)?;
    let file = theme.file(path.as_str()).ok_or(Fault::NotFound)?;
    let mut response = Response::new(file.bytes.clone().into());
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(file.content_type));
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static(IMMUTABLE));
    Ok(response)
}
