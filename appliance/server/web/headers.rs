//! The headers of every answer.
//!
//! Set in one place, after the handler: a handler can add to them but never take one away. Pages may run our own script
//! and use our own style sheet and nothing else; downloads may run nothing at all.

use http::{
    HeaderMap, HeaderName, HeaderValue,
    header::{
        CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
        X_CONTENT_TYPE_OPTIONS,
    },
};

/// What a page may load and where its forms may lead.
const PAGE_POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; \
    font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// For files of people: nothing is loaded, nothing runs, and the origin is nobody's.
pub(super) const DOWNLOAD_POLICY: &str = "default-src 'none'; sandbox";

/// For what never changes under its address.
pub(super) const IMMUTABLE: &str = "public, max-age=31536000, immutable";

const FIXED: [(HeaderName, &str); 5] = [
    (STRICT_TRANSPORT_SECURITY, "max-age=31536000"),
    (REFERRER_POLICY, "same-origin"),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

const DEFAULTS: [(HeaderName, &str); 3] = [
    (CONTENT_SECURITY_POLICY, PAGE_POLICY),
    (CACHE_CONTROL, "no-store"),
    (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()"),
];

/// Completes the headers of an answer.
pub(super) fn complete(headers: &mut HeaderMap) {
    for (name, value) in FIXED {
        headers.insert(name, HeaderValue::from_static(value));
    }
    for (name, value) in DEFAULTS {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handler_can_tighten_but_not_loosen() {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(DOWNLOAD_POLICY));
        headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("sniff"));
        complete(&mut headers);
        assert_eq!(headers[CONTENT_SECURITY_POLICY], DOWNLOAD_POLICY);
        assert_eq!(headers[X_CONTENT_TYPE_OPTIONS], "nosniff");
        assert_eq!(headers[CACHE_CONTROL], "no-store");
        assert_eq!(headers[REFERRER_POLICY], "same-origin");
    }
}
