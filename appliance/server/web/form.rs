//! Forms: bodies as streams, measured while they are read, parsed by us.
//!
//! Warp's own body filters reject and fall through to other routes, so they are not used. A form here is a few short
//! fields; files come through `upload`.

use std::{io, pin::Pin};

use bytes::{Buf, Bytes};
use futures_util::{Stream, StreamExt};
use http::{HeaderMap, header::CONTENT_TYPE};
use warp::{Filter, Rejection};

use super::fault::Fault;

/// More than any form of ours or any provider's return needs.
const FORM_BYTES: usize = 64 * 1024;

/// A body, not yet read.
pub(super) struct RawBody {
    pub(super) content_type: String,
    pub(super) stream: Pin<Box<dyn Stream<Item = io::Result<Bytes>> + Send>>,
}

/// The fields of a form, in the order in which they were sent.
#[derive(Default)]
pub(super) struct Form(Vec<(String, String)>);

impl Form {
    /// The first field of that name.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str())
    }

    /// The field, or nothing typed.
    pub(super) fn text(&self, name: &str) -> &str {
        self.get(name).unwrap_or_default()
    }

    pub(super) fn push(&mut self, name: String, value: String) {
        self.0.push((name, value));
    }

    /// Every field, for a provider's return.
    pub(super) fn into_pairs(self) -> Vec<(String, String)> {
        self.0
    }

    /// Reads `a=b&c=d`.
    pub(super) fn decode(text: &[u8]) -> Self {
        let pairs = url::form_urlencoded::parse(text);
        Self(pairs.map(|(name, value)| (name.into_owned(), value.into_owned())).collect())
    }
}

/// The body as it is.
pub(super) fn body() -> impl Filter<Extract = (RawBody,), Error = Rejection> + Clone {
    warp::header::headers_cloned().and(warp::body::stream()).map(|headers: HeaderMap, stream| {
        let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        RawBody {
            content_type: content_type.unwrap_or_default().to_owned(),
            stream: Box::pin(bytes_of(stream)),
        }
    })
}

/// A small form. The route does not depend on the body: what cannot be read is a fault, not a rejection.
pub(super) fn form() -> impl Filter<Extract = (Result<Form, Fault>,), Error = Rejection> + Clone {
    body().then(read)
}

async fn read(mut body: RawBody) -> Result<Form, Fault> {
    let kind = body.content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let mut bytes = Vec::new();
    while let Some(chunk) = body.stream.next().await {
        let chunk = chunk.map_err(|_| Fault::Unreadable("the body broke off"))?;
        if bytes.len() + chunk.len() > FORM_BYTES {
            return Err(Fault::TooLarge);
        }
        bytes.extend_from_slice(&chunk);
    }
    // A form without fields may come without a type.
    if bytes.is_empty() || kind == "application/x-www-form-urlencoded" {
        Ok(Form::decode(&bytes))
    } else {
        Err(Fault::Unreadable("not a form"))
    }
}

fn bytes_of(
    stream: impl Stream<Item = Result<impl Buf, warp::Error>>,
) -> impl Stream<Item = io::Result<Bytes>> {
    stream.map(|chunk| match chunk {
        Ok(mut chunk) => Ok(chunk.copy_to_bytes(chunk.remaining())),
        Err(error) => Err(io::Error::other(error)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn sent(kind: &str, body: impl AsRef<[u8]>) -> Result<Form, Fault> {
        let chunks: Vec<_> = body.as_ref().chunks(7).map(|chunk| Ok(Bytes::copy_from_slice(chunk))).collect();
        let stream = Box::pin(futures_util::stream::iter(chunks));
        read(RawBody { content_type: kind.to_owned(), stream }).await
    }

    #[tokio::test]
    async fn fields_come_through_decoded_and_in_order() {
        let form =
            sent("application/x-www-form-urlencoded; charset=utf-8", "code=H4K9+TR2M&x=%C3%A5&code=2").await;
        let form = form.unwrap();
        assert_eq!(form.get("code"), Some("H4K9 TR2M"));
        assert_eq!(form.text("x"), "å");
        assert_eq!(form.text("missing"), "");
        assert_eq!(form.into_pairs().len(), 3);
    }

    #[tokio::test]
    async fn an_empty_form_needs_no_type() {
        assert!(sent("", "").await.is_ok());
    }

    #[tokio::test]
    async fn what_is_too_large_or_no_form_is_a_fault() {
        let large = vec![b'a'; FORM_BYTES + 1];
        let kind = "application/x-www-form-urlencoded";
        assert!(matches!(sent(kind, large).await, Err(Fault::TooLarge)));
        assert!(matches!(sent("application/json", "{}").await, Err(Fault::Unreadable(_))));
    }
}
