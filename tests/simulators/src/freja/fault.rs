//! The API's refusals: a number and a sentence, as Freja words them.
//!
//! Which of them come with 400 and which with 422 is not published; nobody should lean on it.

use http::StatusCode;
use serde_json::json;

use crate::http::{Reply, json};

/// A refusal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    status: StatusCode,
    code: u64,
    message: String,
}

impl Fault {
    fn new(status: StatusCode, code: u64, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into() }
    }

    /// Any status and code, for troubles that tests choose.
    pub(crate) fn of(status: u16, code: u64) -> Self {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self::new(status, code, "Trouble")
    }

    /// 1000: the body is not a name and Base64.
    pub(crate) fn parameters(message: &str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, 1000, message)
    }

    /// 1010: what the Base64 holds is not the JSON that it should be.
    pub(crate) fn json(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, 1010, message)
    }

    /// A field of the request is wrong; each field has its code.
    pub(crate) fn field(code: u64, message: &str) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, message)
    }

    /// 1100: no such authentication, or none any more.
    pub(crate) fn reference() -> Self {
        Self::field(1100, "Invalid reference (for example, nonexistent or expired).")
    }

    /// The simulator itself failed.
    pub(crate) fn internal() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, 1, "Internal error")
    }

    pub(crate) fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, 0, "No such method")
    }

    pub(crate) fn reply(&self) -> Reply {
        json(self.status, &json!({ "code": self.code, "message": self.message }))
    }
}
