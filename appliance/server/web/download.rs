//! A person's file on its way out: streamed, never shown inside our pages.

use std::{
    pin::Pin,
    sync::Mutex,
    task::{Context, Poll},
};

use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use http::{
    HeaderValue,
    header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE},
};
use kuvert_domain::text::FileName;
use kuvert_service::{Download, FileStream, ServiceError};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use warp::{Reply, reply::Response};

use super::headers::DOWNLOAD_POLICY;

/// What RFC 8187 lets stand unencoded, and no more.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The file as an attachment.
pub(super) fn attachment(download: Download) -> Response {
    let Download { name, bytes, stream } = download;
    let mut response = warp::reply::stream(Chunks(Mutex::new(stream))).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type(&name)));
    headers.insert(CONTENT_LENGTH, HeaderValue::from(bytes));
    headers.insert(CONTENT_DISPOSITION, disposition(&name));
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(DOWNLOAD_POLICY));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    response
}

/// File names after RFC 6266: plain ASCII for old programs, UTF-8 for all others.
/// <https://www.rfc-editor.org/rfc/rfc6266>
fn disposition(name: &FileName) -> HeaderValue {
    let plain: String = name
        .as_str()
        .chars()
        .map(|c| if c.is_ascii_graphic() && !matches!(c, '"' | '\\' | '%') || c == ' ' { c } else { '_' })
        .collect();
    let encoded = utf8_percent_encode(name.as_str(), ENCODED);
    let text = format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}");
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static("attachment"))
}

/// Types that a browser only ever saves or shows without running anything; all else is just bytes.
fn media_type(name: &FileName) -> &'static str {
    match name.extension().as_str() {
        "pdf" => "application/pdf",
        "jpg" | "jpeg" => "image/jpeg",
        "png" => "image/png",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// Warp wants a stream that may be shared between threads; a lock that nobody ever waits for makes it so.
struct Chunks(Mutex<FileStream>);

impl Stream for Chunks {
    type Item = Result<Bytes, ServiceError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        match self.0.get_mut() {
            Ok(stream) => stream.poll_next_unpin(cx),
            Err(_) => Poll::Ready(Some(Err(ServiceError::Broken("a download broke off".to_owned())))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_survive_old_and_new_programs() {
        for (name, expected) in [
            ("intyg.pdf", "attachment; filename=\"intyg.pdf\"; filename*=UTF-8''intyg.pdf"),
            (
                "Läkarintyg 2026.pdf",
                "attachment; filename=\"L_karintyg 2026.pdf\"; filename*=UTF-8''L%C3%A4karintyg%202026.pdf",
            ),
            ("a%b;c.txt", "attachment; filename=\"a_b;c.txt\"; filename*=UTF-8''a%25b%3Bc.txt"),
        ] {
            assert_eq!(disposition(&FileName::parse(name).unwrap()), expected);
        }
    }

    #[test]
    fn nothing_that_could_run_is_named_as_such() {
        for name in ["a.html", "a.svg", "a.js", "a.xml", "a"] {
            assert_eq!(media_type(&FileName::parse(name).unwrap()), "application/octet-stream");
        }
        assert_eq!(media_type(&FileName::parse("A.PDF").unwrap()), "application/pdf");
    }
}
