//! What residents' and staff's writing pages have in common: their buttons, and the answer to a single file.

use http::StatusCode;
use kuvert_domain::id::FileId;
use kuvert_service::{FieldFault, Problem};
use warp::reply::Response;

use super::fault::Fault;

/// The button that sent the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Button {
    Save,
    Attach,
    Detach(FileId),
    Check,
    Send,
    Close,
    Delete,
}

impl Button {
    /// The value of `action`; a form sent by the Enter key has none, and is saved.
    pub(super) fn read(text: &str) -> Result<Self, Fault> {
        match text {
            "" | "save" => Ok(Self::Save),
            "attach" => Ok(Self::Attach),
            "check" => Ok(Self::Check),
            "send" => Ok(Self::Send),
            "close" => Ok(Self::Close),
            "delete" => Ok(Self::Delete),
            other => {
                let file = other.strip_prefix("detach:").and_then(|id| id.parse().ok());
                file.map(Self::Detach).ok_or(Fault::Unreadable("no such button"))
            }
        }
    }
}

/// What the script that sends one file hears: a status is all it needs.
pub(super) fn file_answer(found: &[FieldFault]) -> Response {
    let mut response = Response::default();
    *response.status_mut() = match found.first().map(|fault| fault.problem) {
        None => StatusCode::NO_CONTENT,
        Some(Problem::TooLarge { .. }) => StatusCode::PAYLOAD_TOO_LARGE,
        Some(Problem::TooMany { .. }) => StatusCode::CONFLICT,
        Some(Problem::TypeNotAllowed) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buttons_are_read_and_others_refused() {
        let file = FileId::from_bytes([7; 16]);
        assert_eq!(Button::read("").unwrap(), Button::Save);
        assert_eq!(Button::read("send").unwrap(), Button::Send);
        assert_eq!(Button::read(&format!("detach:{file}")).unwrap(), Button::Detach(file));
        assert!(Button::read("detach:x").is_err());
        assert!(Button::read("recall").is_err());
    }
}
