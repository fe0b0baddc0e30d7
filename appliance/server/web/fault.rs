//! What goes wrong in a handler, and the one way it becomes an answer.
//!
//! A handler returns a [`Fault`] and is done. The door draws the page for it in the visitor's language and logs the inner
//! text once, with the request's id; the visitor never sees it.

use std::time::Duration;

use http::StatusCode;
use kuvert_service::ServiceError;
use warp::reply::Response;

use super::view::problem;

/// When to come back to a place that is only busy.
const A_MOMENT: Duration = Duration::from_secs(5);

/// What a handler gives back.
pub(super) type Answer = Result<Response, Fault>;

/// Why there is no page.
#[derive(Debug, Clone, thiserror::Error)]
pub(super) enum Fault {
    /// No such thing, or not this visitor's: never told apart.
    #[error("not found")]
    NotFound,
    /// The request is not one that our pages make.
    #[error("not understood: {0}")]
    Unreadable(&'static str),
    /// The body is larger than this route takes.
    #[error("body too large")]
    TooLarge,
    /// The form's token does not fit, or what it changes was changed meanwhile.
    #[error("stale form")]
    Stale,
    /// Nobody is signed in, or not as somebody who may come here.
    #[error("not signed in")]
    SignedOut {
        /// The visitor knocked on the staff's door.
        staff: bool,
        /// There was a session, and it has ended.
        ended: bool,
    },
    /// Too many attempts from there.
    #[error("too many attempts")]
    Later(Duration),
    /// Too much to do at this moment.
    #[error("too busy")]
    Busy(Duration),
    /// Our own fault.
    #[error("{0}")]
    Broken(String),
}

/// What the visitor is shown.
pub(super) enum Shown {
    NotFound(problem::NotFound),
    Broken(problem::Broken),
    TooMany(problem::TooMany),
    Stale(problem::Stale),
}

impl Fault {
    pub(super) fn broken(error: &dyn std::error::Error) -> Self {
        Self::Broken(error.to_string())
    }

    pub(super) fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Unreadable(_) => StatusCode::BAD_REQUEST,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Stale => StatusCode::CONFLICT,
            Self::SignedOut { .. } => StatusCode::UNAUTHORIZED,
            Self::Later(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Busy(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Broken(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The page that says what happened and what to do. Not for [`Fault::SignedOut`], which leads to the start page.
    pub(super) fn shown(&self, reference: &str) -> Shown {
        match self {
            Self::NotFound => Shown::NotFound(problem::NotFound),
            Self::Unreadable(_) | Self::TooLarge | Self::Stale | Self::SignedOut { .. } => {
                Shown::Stale(problem::Stale { back: "/".to_owned() })
            }
            Self::Later(wait) | Self::Busy(wait) => {
                let wait_seconds = u32::try_from(wait.as_secs()).unwrap_or(u32::MAX).max(1);
                Shown::TooMany(problem::TooMany { wait_seconds })
            }
            Self::Broken(_) => Shown::Broken(problem::Broken { reference: reference.to_owned() }),
        }
    }
}

impl From<ServiceError> for Fault {
    fn from(error: ServiceError) -> Self {
        match error {
            ServiceError::NotFound => Self::NotFound,
            ServiceError::Invalid(_) => Self::Unreadable("a field that our form does not send"),
            ServiceError::Conflict(_) => Self::Stale,
            ServiceError::TryLater { after: Some(wait) } => Self::Later(wait),
            ServiceError::TryLater { after: None } => Self::Busy(A_MOMENT),
            ServiceError::Broken(inner) => Self::Broken(inner),
        }
    }
}

/// Turns what a handler gave back into a response; a fault travels as an extension until the door draws it.
pub(super) fn settle(answer: Answer) -> Response {
    answer.unwrap_or_else(|fault| {
        let mut response = Response::default();
        *response.status_mut() = fault.status();
        response.extensions_mut().insert(fault);
        response
    })
}
