//! Paths and queries that mean the same to everybody.
//!
//! Nothing is normalised here: what would need it is refused, so that no two readers can differ.

use std::fmt::Write as _;

/// Whether a path is absolute, without percent escapes, empty or dot segments, or anything beyond RFC 3986's `pchar`.
pub(crate) fn is_clean(path: &str) -> bool {
    let Some(rest) = path.strip_prefix('/') else { return false };
    path.bytes().all(|byte| byte == b'/' || is_plain(byte) || b"!$&'()*+,;=:@".contains(&byte))
        && (rest.is_empty()
            || !rest.trim_end_matches('/').split('/').any(|part| matches!(part, "" | "." | "..")))
        && !path.contains("//")
}

/// Whether a clean path is the pattern, or begins with it up to its final `*`.
pub(crate) fn matches(pattern: &str, path: &str) -> bool {
    pattern.strip_suffix('*').map_or(pattern == path, |prefix| path.starts_with(prefix))
}

/// `a=b&c=d`, everything but unreserved characters escaped; empty without pairs.
pub(crate) fn query_string<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut query = String::new();
    for (name, value) in pairs {
        if !query.is_empty() {
            query.push('&');
        }
        escape(&mut query, name);
        query.push('=');
        escape(&mut query, value);
    }
    query
}

fn escape(out: &mut String, text: &str) {
    for byte in text.bytes() {
        if is_plain(byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
}

fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{prop_assert_eq, proptest};

    use super::*;

    proptest! {
        #[test]
        fn a_clean_path_is_read_alike_by_others(path in "/[ -~]{0,40}|[/.%a2fe\\\\]{0,12}|.{0,20}") {
            if is_clean(&path) {
                let url = url::Url::parse(&format!("https://x.example{path}")).unwrap();
                prop_assert_eq!((url.path(), url.query(), url.fragment()), (path.as_str(), None, None));
            }
        }

        #[test]
        fn a_query_says_what_was_put_in(name in ".{0,20}", value in ".{0,20}") {
            let query = query_string([(name.as_str(), value.as_str())]);
            let url = url::Url::parse(&format!("https://x.example/?{query}")).unwrap();
            let read: Vec<(String, String)> =
                url.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned())).collect();
            prop_assert_eq!(read, vec![(name, value)]);
        }
    }

    #[test]
    fn a_path_has_one_meaning() {
        for path in ["/", "/rp/v6.0/auth", "/a/", "/op/connect/userinfo", "/x:y@z"] {
            assert!(is_clean(path), "{path}");
        }
        for path in [
            "", "a", "//a", "/a//b", "/..", "/a/../b", "/./a", "/a/..", "/a%2fb", "/%2e%2e", "/a?b", "/a#b",
            "/a\\b", "/a b", "/ä", "/a\r\nb", "/a\0",
        ] {
            assert!(!is_clean(path), "{path}");
        }
    }

    #[test]
    fn a_query_cannot_break_out() {
        assert_eq!(query_string([("a&b", "c=d"), ("é", "x y\r\n")]), "a%26b=c%3Dd&%C3%A9=x%20y%0D%0A");
        assert_eq!(query_string([]), "");
    }

    #[test]
    fn patterns_are_exact_or_prefixes() {
        assert!(matches("/rp/v6.0/auth", "/rp/v6.0/auth") && !matches("/rp/v6.0/auth", "/rp/v6.0/auth2"));
        assert!(matches("/op/*", "/op/x/y") && !matches("/op/*", "/opx"));
    }
}
