//! JSON as plugins need it: read a field by pointer, write a small object.
//!
//! Nothing here is trusted by the host, which reads the values that matter for itself.

pub use serde_json::{Map, Value, json};

/// A parsed document.
#[derive(Debug, Clone, PartialEq)]
pub struct Document(Value);

impl Document {
    /// Parses; `None` when it is not JSON.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes).ok().map(Self)
    }

    /// The string at a JSON pointer.
    #[must_use]
    pub fn text(&self, pointer: &str) -> Option<&str> {
        self.0.pointer(pointer).and_then(Value::as_str)
    }

    /// The unsigned number at a JSON pointer.
    #[must_use]
    pub fn number(&self, pointer: &str) -> Option<u64> {
        self.0.pointer(pointer).and_then(Value::as_u64)
    }

    /// The strings of the list at a JSON pointer; a string by itself is a list of one. `None` when it holds anything else.
    #[must_use]
    pub fn list(&self, pointer: &str) -> Option<Vec<&str>> {
        match self.0.pointer(pointer)? {
            Value::Array(items) => items.iter().map(Value::as_str).collect(),
            Value::String(one) => Some(vec![one]),
            _ => None,
        }
    }

    /// Whether there is anything but null at a JSON pointer.
    #[must_use]
    pub fn has(&self, pointer: &str) -> bool {
        self.0.pointer(pointer).is_some_and(|value| !value.is_null())
    }
}

/// A field's name as a step of a JSON pointer (RFC 6901): claim names may hold slashes.
#[must_use]
pub fn step(name: &str) -> String {
    format!("/{}", name.replace('~', "~0").replace('/', "~1"))
}

/// The bytes of a value.
#[must_use]
pub fn bytes(value: &Value) -> Vec<u8> {
    value.to_string().into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_pointers() {
        let document = Document::parse(br#"{"https://a/b":"x","m~n":{"c":7},"gone":null}"#).unwrap();
        assert_eq!(document.text(&step("https://a/b")), Some("x"));
        assert_eq!(document.number(&(step("m~n") + "/c")), Some(7));
        let lists = Document::parse(br#"{"many":["a","b"],"one":"a","mixed":["a",1]}"#).unwrap();
        assert_eq!(lists.list("/many"), Some(vec!["a", "b"]));
        assert_eq!(lists.list("/one"), Some(vec!["a"]));
        assert_eq!(lists.list("/mixed"), None);
        assert!(!document.has("/gone") && !document.has("/never"));
        assert_eq!(Document::parse(b"{"), None);
    }
}
