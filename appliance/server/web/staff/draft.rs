//! A message that staff are writing: recipient, what is known about them, text, files, one Send.

use kuvert_domain::{
    id::{DraftId, FileId, MailboxId, SessionId},
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
    view::{
        draft::Quote,
        staff::{Band, Finding, StaffDraft},
    },
    visit::{Visit, see_other},
    who::AsStaff,
    writing::{Content, Writer},
};

/// `POST /staff/compose`
pub(in crate::web) async fn compose(who: AsStaff, form: Form) -> Answer {
    let mailbox: MailboxId = form.text("mailbox").parse().map_err(|_| Fault::NotFound)?;
    let draft = who.verbs.compose(mailbox).await?;
    Ok(see_other(&format!("/staff/draft/{draft}")))
}

impl Writer for AsStaff {
    type Text = StaffDraftText;
    const DRAFTS: &'static str = "/staff/draft";

    fn visit(&self) -> &Visit {
        &self.visit
    }

    fn session_id(&self) -> SessionId {
        self.session.id()
    }

    /// In a reply the recipient's fields are not sent; the service keeps those of the thread.
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

    async fn stay(&self) -> Result<(), ServiceError> {
        self.verbs.stay().await.map(|_| ())
    }

    async fn attach(&self, draft: DraftId, name: &str, content: Content<'_>) -> Result<(), ServiceError> {
        self.verbs.attach(draft, name, content).await.map(|_| ())
    }

    async fn detach(&self, draft: DraftId, file: FileId) -> Result<(), ServiceError> {
        self.verbs.detach(draft, file).await
    }

    async fn save(&self, draft: DraftId, text: StaffDraftText) -> Result<(), ServiceError> {
        self.verbs.save(draft, text).await.map(|_| ())
    }

    async fn delete(&self, draft: DraftId) -> Result<(), ServiceError> {
        self.verbs.delete_draft(draft).await
    }

    async fn send(&self, draft: DraftId) -> Result<String, ServiceError> {
        let receipt = self.verbs.send(draft).await?;
        self.visit.app.ring();
        Ok(format!("/staff/thread/{}?sent=1", receipt.thread))
    }

    async fn aside(&self, draft: DraftId) -> Result<String, ServiceError> {
        Ok(back(&self.verbs.draft(draft).await?))
    }

    async fn shown(&self, id: DraftId, found: &[FieldFault], typed: Option<StaffDraftText>) -> Answer {
        let mut draft = self.verbs.draft(id).await?;
        if let Some(typed) = typed {
            draft.text = typed;
        }
        self.page(&view(draft, &self.visit.place()?.languages, found))
    }
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
