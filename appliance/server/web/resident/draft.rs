//! A reply being written. One form with several buttons, so that everything works without a script.
//!
//! Files go into the store as they arrive; the text is saved whatever the button, so nothing typed is lost.

use http::StatusCode;
use kuvert_domain::id::DraftId;
use kuvert_service::{Direction, DraftText, DraftView, FieldFault, ServiceError};

use crate::web::{
    fault::{Answer, Fault},
    form::Form,
    mending,
    upload::Parts,
    view::draft::{Draft, Quote},
    visit::see_other,
    who::AsResident,
    writing::{Button, file_answer},
};

/// `GET /draft/<id>`
pub(in crate::web) async fn page(who: AsResident, id: DraftId) -> Answer {
    shown(&who, id, &[], None).await
}

/// `POST /draft/<id>`
pub(in crate::web) async fn act(who: AsResident, id: DraftId, mut parts: Parts) -> Answer {
    let mut form = Form::default();
    let found = take_files(&who, id, &mut parts, &mut form).await?;
    let button = Button::read(form.text("action"))?;
    if button == Button::Delete {
        who.verbs.delete_draft(id).await?;
        return Ok(see_other("/drafts"));
    }
    if let Some(typed) = typed(&form) {
        match who.verbs.save(id, typed.clone()).await {
            Ok(_) => {}
            Err(ServiceError::Invalid(faults)) => return shown(&who, id, &faults, Some(typed)).await,
            Err(error) => return Err(error.into()),
        }
    }
    if !found.is_empty() {
        return shown(&who, id, &found, None).await;
    }
    match button {
        Button::Detach(file) => who.verbs.detach(id, file).await?,
        Button::Close => return Ok(see_other("/drafts")),
        Button::Send => return send(&who, id).await,
        Button::Save | Button::Attach | Button::Check | Button::Delete => {}
    }
    Ok(see_other(&format!("/draft/{id}")))
}

/// `POST /draft/<id>/file`, from the script
pub(in crate::web) async fn file(who: AsResident, id: DraftId, mut parts: Parts) -> Answer {
    let found = take_files(&who, id, &mut parts, &mut Form::default()).await?;
    Ok(file_answer(&found))
}

async fn take_files(
    who: &AsResident,
    id: DraftId,
    parts: &mut Parts,
    form: &mut Form,
) -> Result<Vec<FieldFault>, Fault> {
    let mut found = Vec::new();
    while let Some(incoming) = parts.next_file(form).await? {
        let (name, stream) = incoming.into_stream();
        match who.verbs.attach(id, &name, stream).await {
            Ok(_) => {}
            Err(ServiceError::Invalid(faults)) => found.extend(faults),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(found)
}

/// What was typed. A form without a text field (a button in the list of drafts) leaves the text alone.
fn typed(form: &Form) -> Option<DraftText> {
    let body = form.get("text")?.to_owned();
    Some(DraftText { subject: form.text("subject").to_owned(), body })
}

async fn send(who: &AsResident, id: DraftId) -> Answer {
    match who.verbs.send(id).await {
        Ok(receipt) => Ok(see_other(&format!("/sent/{}", receipt.message))),
        Err(ServiceError::Invalid(found)) => shown(who, id, &found, None).await,
        Err(error) => Err(error.into()),
    }
}

/// The page; with what was just typed where that could not be saved.
async fn shown(who: &AsResident, id: DraftId, found: &[FieldFault], typed: Option<DraftText>) -> Answer {
    let mut draft = who.verbs.draft(id).await?;
    if let Some(typed) = typed {
        draft.text = typed;
    }
    let mut response = who.page(&view(who, draft, found)).await?;
    if !found.is_empty() {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

fn view(who: &AsResident, draft: DraftView, found: &[FieldFault]) -> Draft {
    let quote = draft.earlier.first().map(|earlier| Quote {
        who: match earlier.direction {
            Direction::ToResident => draft.to.name.clone(),
            Direction::ToUnit => who.session.name().as_str().to_owned(),
        },
        at: earlier.sent.into(),
        text: earlier.body.as_str().to_owned(),
    });
    Draft {
        id: draft.id.to_string(),
        to: draft.to.name,
        subject: draft.text.subject,
        text: draft.text.body,
        files: mending::draft_files(&draft.files),
        limits: mending::limits(),
        quote,
        saved: Some(draft.saved.into()),
        faults: mending::faults(found),
        back: format!("/message/{}", draft.answers),
    }
}
