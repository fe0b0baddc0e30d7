//! What a request must be like.
//!
//! Whatever a cassette names must be in the request; what it does not name may be anything. Only the path is always
//! compared whole.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::request::Parts;
use serde::Deserialize;
use serde_json::Value;

/// A request as a cassette describes it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Wanted {
    #[serde(default = "post")]
    method: String,
    path: String,
    #[serde(default)]
    query: BTreeMap<String, String>,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    /// Fields of a form body.
    #[serde(default)]
    form: BTreeMap<String, String>,
    /// A JSON body, or a part of one.
    json: Option<Value>,
    /// The body, byte for byte.
    body: Option<String>,
}

impl Wanted {
    /// Method and path, for people.
    pub(crate) fn line(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// What is different about the request that came.
    pub(crate) fn differs(&self, head: &Parts, body: &Bytes) -> Option<String> {
        let came = format!("{} {}", head.method, head.uri.path());
        if came != self.line() {
            return Some(format!("the plugin sent {came}, the cassette holds {}", self.line()));
        }
        let query = pairs(head.uri.query().unwrap_or_default().as_bytes());
        let headers = |name: &str| {
            head.headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
        };
        missing("query parameter", &self.query, |name| query.get(name).cloned())
            .or_else(|| missing("header", &self.headers, headers))
            .or_else(|| {
                let form = pairs(body);
                missing("form field", &self.form, |name| form.get(name).cloned())
            })
            .or_else(|| self.body_differs(body))
            .map(|what| format!("{came}: {what}"))
    }

    fn body_differs(&self, body: &Bytes) -> Option<String> {
        let text = String::from_utf8_lossy(body);
        if self.body.as_ref().is_some_and(|wanted| *wanted != text) {
            return Some(format!("the body is {text}"));
        }
        let wanted = self.json.as_ref()?;
        match serde_json::from_slice::<Value>(body) {
            Ok(came) if holds(&came, wanted) => None,
            Ok(came) => Some(format!("the body {came} does not hold {wanted}")),
            Err(error) => Some(format!("the body is no JSON: {error}")),
        }
    }
}

/// Whether every field that is wanted is there, at any depth. Lists are compared whole.
pub(crate) fn holds(came: &Value, wanted: &Value) -> bool {
    match (came, wanted) {
        (Value::Object(came), Value::Object(wanted)) => {
            wanted.iter().all(|(name, wanted)| came.get(name).is_some_and(|came| holds(came, wanted)))
        }
        (came, wanted) => came == wanted,
    }
}

fn missing(
    what: &str,
    wanted: &BTreeMap<String, String>,
    came: impl Fn(&str) -> Option<String>,
) -> Option<String> {
    wanted.iter().find_map(|(name, wanted)| match came(name) {
        Some(value) if value == *wanted => None,
        Some(value) => Some(format!("the {what} {name} is {value:?} instead of {wanted:?}")),
        None => Some(format!("the {what} {name} is missing")),
    })
}

fn pairs(text: &[u8]) -> BTreeMap<String, String> {
    url::form_urlencoded::parse(text).into_owned().collect()
}

fn post() -> String {
    "POST".to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_named_field_is_looked_at() {
        let wanted = |text: &str| toml::from_str::<Wanted>(text).unwrap();
        let request =
            http::Request::builder().method("POST").uri("/a?x=1").header("accept", "y").body(()).unwrap();
        let head = request.into_parts().0;
        let body = Bytes::from_static(br#"{"a":{"b":1,"c":2}}"#);
        for text in [
            "path = \"/a\"",
            "path = \"/a\"\nquery = { x = \"1\" }\nheaders = { accept = \"y\" }\njson = { a = { b = 1 } }",
        ] {
            assert_eq!(wanted(text).differs(&head, &body), None, "{text}");
        }
        for text in [
            "path = \"/b\"",
            "path = \"/a\"\nmethod = \"GET\"",
            "path = \"/a\"\nquery = { x = \"2\" }",
            "path = \"/a\"\nheaders = { accept-language = \"sv\" }",
            "path = \"/a\"\nform = { a = \"b\" }",
            "path = \"/a\"\njson = { a = { b = 2 } }",
            "path = \"/a\"\nbody = \"{}\"",
        ] {
            assert!(wanted(text).differs(&head, &body).is_some(), "{text}");
        }
        assert!(!holds(&json!([1, 2]), &json!([1])), "lists are whole");
    }
}
