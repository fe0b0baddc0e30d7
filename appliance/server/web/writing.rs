//! Writing, as residents and staff do it alike: one form with several buttons, so that everything works without a script.
//!
//! Files go into the store as they arrive; the text is saved whatever the button, so nothing typed is lost. What is typed,
//! and where the buttons lead, each role says for itself.

use std::{io, pin::Pin, sync::Arc};

use bytes::Bytes;
use futures_util::{Stream, StreamExt, stream};
use http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use kuvert_domain::id::{DraftId, FileId, SessionId};
use kuvert_service::{FieldFault, Problem, ServiceError};
use warp::reply::Response;

use super::{
    fault::{Answer, Fault},
    form::Form,
    pace::{Deed, Whose},
    upload::Parts,
    visit::{Visit, see_other},
    who::Bearer,
};

/// How often a file on its way counts as activity of its sender.
const SIGN_OF_LIFE: SignedDuration = SignedDuration::from_secs(60);

/// A file's bytes as they come in.
pub(super) type Content<'a> = Pin<Box<dyn Stream<Item = io::Result<Bytes>> + Send + 'a>>;

/// Somebody who writes.
pub(super) trait Writer: Bearer + Send + Sync {
    /// What they type.
    type Text: Clone + Send;
    /// What a draft's own page stands below.
    const DRAFTS: &'static str;

    fn visit(&self) -> &Visit;
    fn session_id(&self) -> SessionId;
    /// What was typed; none where the form has no text field (a button in the list of drafts): the text is left alone.
    fn typed(form: &Form) -> Option<Self::Text>;
    fn stay(&self) -> impl Future<Output = Result<(), ServiceError>> + Send;
    fn attach(
        &self,
        draft: DraftId,
        name: &str,
        content: Content<'_>,
    ) -> impl Future<Output = Result<(), ServiceError>> + Send;
    fn detach(&self, draft: DraftId, file: FileId) -> impl Future<Output = Result<(), ServiceError>> + Send;
    fn save(&self, draft: DraftId, text: Self::Text)
    -> impl Future<Output = Result<(), ServiceError>> + Send;
    fn delete(&self, draft: DraftId) -> impl Future<Output = Result<(), ServiceError>> + Send;
    /// Sends it, and says where that leads.
    fn send(&self, draft: DraftId) -> impl Future<Output = Result<String, ServiceError>> + Send;
    /// Where closing and deleting lead.
    fn aside(&self, draft: DraftId) -> impl Future<Output = Result<String, ServiceError>> + Send;
    /// The page; with what was just typed where that could not be saved.
    fn shown(
        &self,
        draft: DraftId,
        found: &[FieldFault],
        typed: Option<Self::Text>,
    ) -> impl Future<Output = Answer> + Send;
}

/// `GET …/draft/<id>`
pub(super) async fn page<W: Writer>(who: W, id: DraftId) -> Answer {
    who.shown(id, &[], None).await
}

/// `POST …/draft/<id>`
pub(super) async fn act<W: Writer>(who: W, id: DraftId, mut parts: Parts) -> Answer {
    let mut form = Form::default();
    let found = take_files(&who, id, &mut parts, &mut form).await?;
    let button = Button::read(form.text("action"))?;
    if let Some(typed) = W::typed(&form).filter(|_| button != Button::Delete) {
        match who.save(id, typed.clone()).await {
            Err(ServiceError::Invalid(faults)) => return must_mend(&who, id, &faults, Some(typed)).await,
            other => other?,
        }
    }
    if found.is_empty() { press(&who, id, button).await } else { must_mend(&who, id, &found, None).await }
}

/// `POST …/draft/<id>/file`, from the script
pub(super) async fn file<W: Writer>(who: W, id: DraftId, mut parts: Parts) -> Answer {
    let found = take_files(&who, id, &mut parts, &mut Form::default()).await?;
    Ok(file_answer(&found))
}

async fn press<W: Writer>(who: &W, id: DraftId, button: Button) -> Answer {
    match button {
        Button::Save | Button::Attach | Button::Check => {}
        Button::Detach(file) => who.detach(id, file).await?,
        Button::Close => return Ok(see_other(&who.aside(id).await?)),
        Button::Delete => {
            let aside = who.aside(id).await?;
            who.delete(id).await?;
            return Ok(see_other(&aside));
        }
        Button::Send => {
            return match who.send(id).await {
                Ok(onward) => Ok(see_other(&onward)),
                Err(ServiceError::Invalid(found)) => must_mend(who, id, &found, None).await,
                Err(error) => Err(error.into()),
            };
        }
    }
    Ok(see_other(&format!("{}/{id}", W::DRAFTS)))
}

async fn must_mend<W: Writer>(who: &W, id: DraftId, found: &[FieldFault], typed: Option<W::Text>) -> Answer {
    let mut page = who.shown(id, found, typed).await?;
    *page.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(page)
}

/// Hands every file on as it arrives; says what is wrong with those that were not taken.
async fn take_files<W: Writer>(
    who: &W,
    id: DraftId,
    parts: &mut Parts,
    form: &mut Form,
) -> Result<Vec<FieldFault>, Fault> {
    let mut found = Vec::new();
    while let Some(incoming) = parts.next_file(form).await? {
        who.visit().pace(Deed::Upload, Whose::Session(who.session_id()))?;
        let (name, stream) = incoming.into_stream();
        let content = alive(stream, || who.visit().app.now(), || who.stay());
        match who.attach(id, &name, content).await {
            Ok(()) => {}
            Err(ServiceError::Invalid(faults)) => found.extend(faults),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(found)
}

/// The same bytes; while they come, their sender is not idle, however slow the line is.
fn alive<'a, S, N, K, F>(stream: S, now: N, stay: K) -> Content<'a>
where
    S: Stream<Item = io::Result<Bytes>> + Send + Unpin + 'a,
    N: Fn() -> Timestamp + Send + Sync + 'a,
    K: Fn() -> F + Send + Sync + 'a,
    F: Future<Output = Result<(), ServiceError>> + Send,
{
    let (last, clocks) = (now(), Arc::new((now, stay)));
    let kept = stream::unfold((stream, last, clocks), |(mut stream, last, clocks)| async move {
        let chunk = stream.next().await?;
        let (now, stay) = &*clocks;
        let moment = now();
        if moment.duration_since(last) < SIGN_OF_LIFE {
            return Some((chunk, (stream, last, clocks)));
        }
        if let Err(error) = stay().await {
            tracing::debug!(%error, "a session could not be kept while a file came in");
        }
        Some((chunk, (stream, moment, clocks)))
    });
    Box::pin(kept.fuse()) // a reader may ask once more after the end
}

/// The button that sent the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Button {
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
    fn read(text: &str) -> Result<Self, Fault> {
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
fn file_answer(found: &[FieldFault]) -> Response {
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
    use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};

    use super::*;

    #[tokio::test]
    async fn a_file_that_takes_sixteen_minutes_keeps_its_sender_signed_in() {
        let (minutes, stays) = (AtomicI64::new(0), AtomicUsize::new(0));
        let chunks = stream::iter((0..16).map(|_| Ok(Bytes::from_static(b"slow"))));
        let now =
            || Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minutes.fetch_add(1, Ordering::Relaxed));
        let stay = || {
            stays.fetch_add(1, Ordering::Relaxed);
            async { Ok(()) }
        };
        let mut content = alive(chunks, now, stay);
        let mut bytes = 0;
        while let Some(chunk) = content.next().await {
            bytes += chunk.unwrap().len();
        }
        assert!(content.next().await.is_none(), "asking once more after the end is no fault");
        drop(content);
        assert_eq!((bytes, stays.into_inner()), (64, 16));
    }

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
