//! A message that staff are writing: recipient, what is known about them, text, files, one Send.

use http::StatusCode;
use kuvert_domain::{
    id::{DraftId, MailboxId},
    language::Language,
};
use kuvert_service::{
    Check, CheckLine as Found, Direction, FieldFault, Recipient, ServiceError, StaffDraftText,
    StaffDraftView, Weight,
};

use super::thread::person;
use crate::web::{
    fault::{Answer, Fault},
    form::Form,
    mending,
    upload::Parts,
    view::{
        draft::Quote,
        staff::{Band, Finding, StaffDraft},
    },
    visit::see_other,
    who::AsStaff,
    writing::{Button, file_answer},
};

/// `POST /staff/compose`
pub(in crate::web) async fn compose(who: AsStaff, form: Form) -> Answer {
    let mailbox: MailboxId = form.text("mailbox").parse().map_err(|_| Fault::NotFound)?;
    let draft = who.verbs.compose(mailbox).await?;
    Ok(see_other(&format!("/staff/draft/{draft}")))
}

/// `GET /staff/draft/<id>`
pub(in crate::web) async fn page(who: AsStaff, id: DraftId) -> Answer {
    shown(&who, id, &[], None).await
}

/// `POST /staff/draft/<id>`
pub(in crate::web) async fn act(who: AsStaff, id: DraftId, mut parts: Parts) -> Answer {
    let mut form = Form::default();
    let found = take_files(&who, id, &mut parts, &mut form).await?;
    let back = back(&who.verbs.draft(id).await?);
    let button = Button::read(form.text("action"))?;
    if button == Button::Delete {
        who.verbs.delete_draft(id).await?;
        return Ok(see_other(&back));
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
        Button::Close => return Ok(see_other(&back)),
        Button::Send => return send(&who, id).await,
        Button::Save | Button::Attach | Button::Check | Button::Delete => {}
    }
    Ok(see_other(&format!("/staff/draft/{id}")))
}

/// `POST /staff/draft/<id>/file`, from the script
pub(in crate::web) async fn file(who: AsStaff, id: DraftId, mut parts: Parts) -> Answer {
    let found = take_files(&who, id, &mut parts, &mut Form::default()).await?;
    Ok(file_answer(&found))
}

async fn take_files(
    who: &AsStaff,
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

/// What was typed. In a reply the recipient's fields are not sent; the service keeps those of the thread.
fn typed(form: &Form) -> Option<StaffDraftText> {
    let body = form.get("text")?.to_owned();
    Some(StaffDraftText {
        recipient: Recipient {
            number: form.text("number").to_owned(),
            address: form.text("address").to_owned(),
            language: form.text("language").parse().ok(),
        },
        subject: form.text("subject").to_owned(),
        body,
        case_number: form.text("case").to_owned(),
    })
}

async fn send(who: &AsStaff, id: DraftId) -> Answer {
    match who.verbs.send(id).await {
        Ok(receipt) => {
            who.visit.app.ring();
            Ok(see_other(&format!("/staff/thread/{}?sent=1", receipt.thread)))
        }
        Err(ServiceError::Invalid(found)) => shown(who, id, &found, None).await,
        Err(error) => Err(error.into()),
    }
}

/// The page; with what was just typed where that could not be saved.
async fn shown(who: &AsStaff, id: DraftId, found: &[FieldFault], typed: Option<StaffDraftText>) -> Answer {
    let mut draft = who.verbs.draft(id).await?;
    if let Some(typed) = typed {
        draft.text = typed;
    }
    let mut response = who.page(&view(draft, &who.visit.place()?.languages, found))?;
    if !found.is_empty() {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

fn view(draft: StaffDraftView, languages: &[Language], found: &[FieldFault]) -> StaffDraft {
    let quote = draft.earlier.first().map(|earlier| Quote {
        who: match (earlier.direction, &draft.thread) {
            (Direction::ToUnit, Some((_, card))) => {
                card.name.as_ref().map_or_else(|| card.number.clone(), |name| name.as_str().to_owned())
            }
            _ => draft.from.name.clone(),
        },
        at: earlier.sent.into(),
        text: earlier.body.as_str().to_owned(),
    });
    StaffDraft {
        id: draft.id.to_string(),
        back: back(&draft),
        band: band(&draft),
        checks: lines(&draft.check),
        person: draft.thread.as_ref().map(|(_, card)| person(card)),
        language: draft.text.recipient.language.or(languages.first().copied()).unwrap_or(Language::En),
        languages: languages.to_vec(),
        number: draft.text.recipient.number,
        address: draft.text.recipient.address,
        case: draft.text.case_number,
        from: draft.from.name,
        subject: draft.text.subject,
        text: draft.text.body,
        files: mending::draft_files(&draft.files),
        limits: mending::limits(),
        quote,
        saved: Some(draft.saved.into()),
        faults: mending::faults(found),
    }
}

/// How the recipient will be reached, or what stands in the way.
fn band(draft: &StaffDraftView) -> Band {
    let nobody_yet = draft.thread.is_none() && draft.check.lines.contains(&Found::NumberMissing);
    match &draft.check.reach {
        _ if nobody_yet => Band::NoRecipient,
        None => Band::Blocked,
        Some(_) if draft.check.blocks() => Band::Blocked,
        Some(address) => {
            let address = address.clone();
            let doubtful = draft.check.lines.iter().any(|line| is_doubtful(*line));
            if doubtful { Band::Doubtful { address } } else { Band::Ready { address } }
        }
    }
}

/// A pair that is not confirmed yet is how every first letter begins; it is said, but it is no reason to stop.
fn is_doubtful(line: Found) -> bool {
    line.weight() == Weight::Look && line != Found::PairNo
}

/// Nothing typed gives no line: there is nothing to check yet.
fn lines(check: &Check) -> Vec<Finding> {
    check.lines.iter().filter_map(|line| finding(*line)).collect()
}

const fn finding(line: Found) -> Option<Finding> {
    match line {
        Found::NumberOk => Some(Finding::NumberOk),
        Found::NumberBad => Some(Finding::NumberBad),
        Found::Minor => Some(Finding::Minor),
        Found::Guardians => Some(Finding::Guardians),
        Found::AddressOk => Some(Finding::EmailWritten),
        Found::AddressBad => Some(Finding::EmailBad),
        Found::PairYes => Some(Finding::PairYes),
        Found::PairNo => Some(Finding::PairNo),
        Found::PairDifferent => Some(Finding::PairDifferent),
        Found::AddressUsed => Some(Finding::AddressUsed),
        Found::NumberInSubject => Some(Finding::NumberInSubject),
        Found::NumberInFileName => Some(Finding::NumberInFileName),
        Found::NumberMissing | Found::AddressMissing => None,
    }
}

fn back(draft: &StaffDraftView) -> String {
    match &draft.thread {
        Some((thread, _)) => format!("/staff/thread/{thread}"),
        None => format!("/staff/mailbox/{}", draft.from.mailbox),
    }
}
