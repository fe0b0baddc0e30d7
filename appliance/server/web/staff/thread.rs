//! A thread: the conversation with one resident, its registration, its files.

use http::StatusCode;
use kuvert_domain::{
    id::{FileId, MessageId, ThreadId},
    registration::Registration,
    text::CaseNumber,
};
use kuvert_service::{Direction, NoticeState, PersonCard, StaffMessage, ThreadView};

use super::desk::registration;
use crate::web::{
    download,
    fault::{Answer, Fault as Refusal},
    form::Form,
    mending,
    view::{
        Fault, FaultKind,
        staff::{Delivery, Entry, Person, Thread},
    },
    visit::see_other,
    who::AsStaff,
};

/// `GET /staff/thread/<id>`: opens what the resident wrote and nobody had opened. `?sent=1` comes from Send.
pub(in crate::web) async fn page(who: AsStaff, id: ThreadId, query: String) -> Answer {
    let thread = who.verbs.thread(id).await?;
    let mut page = view(&thread, Vec::new());
    if Form::decode(query.as_bytes()).text("sent") == "1" {
        page.sent = page.entries.first().filter(|newest| !newest.incoming).map(|newest| newest.at);
    }
    who.page(&page)
}

/// `POST /staff/thread/<id>/registration`
pub(in crate::web) async fn register(who: AsStaff, id: ThreadId, form: Form) -> Answer {
    match decided(&form)? {
        Ok(registration) => {
            who.verbs.register(id, registration).await?;
            Ok(see_other(&format!("/staff/thread/{id}")))
        }
        Err(kind) => {
            let thread = who.verbs.thread(id).await?;
            let mut response = who.page(&view(&thread, vec![Fault::new("case", kind)]))?;
            *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(response)
        }
    }
}

/// `POST /staff/thread/<id>/reply`
pub(in crate::web) async fn reply(who: AsStaff, id: ThreadId) -> Answer {
    let draft = who.verbs.reply(id).await?;
    Ok(see_other(&format!("/staff/draft/{draft}")))
}

/// `GET /staff/thread/<id>/file/<message>/<file>`
pub(in crate::web) async fn file(who: AsStaff, id: ThreadId, message: MessageId, file: FileId) -> Answer {
    Ok(download::attachment(who.verbs.file(id, message, file).await?))
}

/// The resident as staff see them.
pub(super) fn person(card: &PersonCard) -> Person {
    Person {
        name: card.name.as_ref().map(|name| name.as_str().to_owned()),
        number: card.number.clone(),
        address: card.address.clone(),
        confirmed: card.confirmed,
    }
}

/// What the form decides, or what is wrong with its case number.
fn decided(form: &Form) -> Result<Result<Registration, FaultKind>, Refusal> {
    let case = || match form.text("case").trim() {
        "" => Err(FaultKind::CaseMissing),
        typed => CaseNumber::parse(typed).map_err(|_| FaultKind::CaseBad),
    };
    match form.text("state") {
        "undecided" => Ok(Ok(Registration::Undecided)),
        "minor" => Ok(Ok(Registration::MinorImportance)),
        "registered" => Ok(case().map(Registration::Registered)),
        "filed" => Ok(case().map(Registration::Filed)),
        _ => Err(Refusal::Unreadable("no such registration")),
    }
}

fn view(thread: &ThreadView, faults: Vec<Fault>) -> Thread {
    let newest = thread.messages.first();
    let ours = thread.messages.iter().find(|message| message.direction == Direction::ToResident);
    let first = thread.messages.last().map_or(&thread.subject, |message| &message.subject);
    Thread {
        id: thread.id.to_string(),
        mailbox_id: thread.unit.mailbox.to_string(),
        mailbox: thread.unit.name.clone(),
        subject: first.as_str().to_owned(),
        person: person(&thread.person),
        entries: thread.messages.iter().map(|message| entry(thread, message)).collect(),
        delivery: ours.map(delivery),
        registration: registration(newest.map_or(&Registration::Undecided, |message| &message.registration)),
        last_day: newest.filter(|message| !message.ended).map(|message| message.readable.last_day.into()),
        sent: None,
        faults,
    }
}

fn entry(thread: &ThreadView, message: &StaffMessage) -> Entry {
    let incoming = message.direction == Direction::ToUnit;
    let author = message.author.as_ref().map(|name| name.as_str().to_owned());
    let (who, official) = if incoming {
        (author.unwrap_or_else(|| thread.person.number.clone()), None)
    } else {
        (thread.unit.name.clone(), author)
    };
    Entry {
        incoming,
        who,
        official,
        subject: message.subject.as_str().to_owned(),
        at: message.sent.into(),
        text: message.body.as_str().to_owned(),
        files: mending::files(&message.files, &format!("/staff/thread/{}/file/{}", thread.id, message.id)),
        opened: message.opened.map(Into::into),
        ended: message.ended,
    }
}

fn delivery(message: &StaffMessage) -> Delivery {
    Delivery {
        queued: message.sent.into(),
        handed: match message.notice {
            Some(NoticeState::HandedOver { at }) => Some(at.into()),
            _ => None,
        },
        refused: match message.notice {
            Some(NoticeState::Refused { at }) => Some(at.into()),
            _ => None,
        },
        disowned: match message.notice {
            Some(NoticeState::NotTheirs { at }) => Some(at.into()),
            _ => None,
        },
        opened: message.opened.map(Into::into),
        ended: message.ended,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(text: &str) -> Form {
        Form::decode(text.as_bytes())
    }

    #[test]
    fn a_registration_needs_its_number_and_minor_importance_needs_none() {
        assert!(matches!(decided(&form("state=minor")), Ok(Ok(Registration::MinorImportance))));
        assert!(matches!(
            decided(&form("state=registered&case=2026-117")),
            Ok(Ok(Registration::Registered(_)))
        ));
        assert!(matches!(decided(&form("state=filed&case=+")), Ok(Err(FaultKind::CaseMissing))));
        assert!(decided(&form("state=lost")).is_err());
    }
}
