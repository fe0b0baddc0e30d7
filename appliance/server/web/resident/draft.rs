//! A resident's reply being written: what it holds and where its buttons lead.

use kuvert_domain::id::{DraftId, FileId, SessionId};
use kuvert_service::{Direction, DraftText, DraftView, FieldFault, ServiceError};

use crate::web::{
    fault::Answer,
    form::Form,
    mending,
    view::draft::{Draft, Quote},
    visit::Visit,
    who::AsResident,
    writing::{Content, Writer},
};

impl Writer for AsResident {
    type Text = DraftText;
    const DRAFTS: &'static str = "/draft";

    fn visit(&self) -> &Visit {
        &self.visit
    }

    fn session_id(&self) -> SessionId {
        self.session.id()
    }

    fn typed(form: &Form) -> Option<DraftText> {
        let body = form.get("text")?.to_owned();
        Some(DraftText { subject: form.text("subject").to_owned(), body })
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

    async fn save(&self, draft: DraftId, text: DraftText) -> Result<(), ServiceError> {
        self.verbs.save(draft, text).await.map(|_| ())
    }

    async fn delete(&self, draft: DraftId) -> Result<(), ServiceError> {
        self.verbs.delete_draft(draft).await
    }

    async fn send(&self, draft: DraftId) -> Result<String, ServiceError> {
        let receipt = self.verbs.send(draft).await?;
        Ok(format!("/sent/{}", receipt.message))
    }

    async fn aside(&self, _: DraftId) -> Result<String, ServiceError> {
        Ok("/drafts".to_owned())
    }

    async fn shown(&self, id: DraftId, found: &[FieldFault], typed: Option<DraftText>) -> Answer {
        let mut draft = self.verbs.draft(id).await?;
        if let Some(typed) = typed {
            draft.text = typed;
        }
        self.page(&view(self, draft, found)).await
    }
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
