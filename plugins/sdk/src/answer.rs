//! Short ways to write the contract's records.

use crate::{Failure, Fault, MessageRef, Pair, Pointer, Step};

/// A message of the bundle's locales without arguments.
#[must_use]
pub fn message(key: &str) -> MessageRef {
    MessageRef { key: key.to_owned(), args: Vec::new() }
}

/// A name and its value.
#[must_use]
pub fn pair(name: &str, value: &str) -> Pair {
    Pair { name: name.to_owned(), value: value.to_owned() }
}

/// A place in a document that the host holds.
#[must_use]
pub fn pointer(evidence: u32, path: &str) -> Pointer {
    Pointer { evidence, path: path.to_owned() }
}

/// An ordinary unhappy end.
#[must_use]
pub fn failed(class: &str, key: &str, code: &str, retryable: bool) -> Step {
    Step::Failed(Failure { class: class.to_owned(), message: message(key), code: code.to_owned(), retryable })
}

/// A fault of the provider: it said something that makes no sense.
#[must_use]
pub fn nonsense(detail: &str) -> Fault {
    Fault { code: "provider".to_owned(), retryable: false, detail: detail.to_owned() }
}
