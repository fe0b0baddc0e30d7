//! The API's refusals, as BankID words them.
//!
//! It does not cover the faults of the phone, which BankID shows to the person and not to the relying party.

use http::StatusCode;
use serde_json::json;

use crate::http::{Reply, json};

/// A refusal with its HTTP status, its code, and a sentence for the developer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    status: StatusCode,
    code: &'static str,
    details: String,
}

impl Fault {
    pub(crate) fn new(status: StatusCode, code: &'static str, details: impl Into<String>) -> Self {
        Self { status, code, details: details.into() }
    }

    /// The request was understood and is wrong.
    pub(crate) fn invalid(details: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalidParameters", details)
    }

    /// The person has an order under way; both are ended.
    pub(crate) fn already_in_progress() -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "alreadyInProgress",
            "Order already in progress for this personal number",
        )
    }

    /// The simulator itself failed.
    pub(crate) fn internal() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internalError", "Internal error")
    }

    pub(crate) fn reply(&self) -> Reply {
        json(self.status, &json!({ "errorCode": self.code, "details": self.details }))
    }
}
