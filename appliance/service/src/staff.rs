//! What a member of staff can do: read the mailboxes the role map gives, write, register, log out.
//!
//! Every verb is bound to the session's municipality and to those mailboxes, and through them to their authorities;
//! everything else answers exactly as nonsense does.

mod check;
mod mailboxes;
mod reading;
mod sending;
mod writing;

use std::sync::Arc;

use kuvert_domain::{
    directory::Municipality,
    id::{MailboxId, MunicipalityId, SessionId, StaffId, ThreadId},
    language::Language,
};
use kuvert_store::{
    Reading,
    records::{Author, Thread},
};

use crate::{Parting, ServiceError, SessionTimes, StaffSession, core::Core, own_session};

/// A member of staff's verbs. Cheap to clone.
#[derive(Clone)]
pub struct Staff {
    core: Arc<Core>,
    session: StaffSession,
}

impl Staff {
    pub(crate) const fn new(core: Arc<Core>, session: StaffSession) -> Self {
        Self { core, session }
    }

    /// Chooses the language of the pages.
    pub async fn set_language(&self, language: Language) -> Result<(), ServiceError> {
        let (desk, session) = (self.desk(), self.session_id());
        self.core
            .write(desk.id, move |tx| own_session::speak(tx, desk.municipality()?, session, language))
            .await
    }

    /// Stays signed in: counts as a request.
    pub async fn stay(&self) -> Result<SessionTimes, ServiceError> {
        own_session::stay(&self.core, self.municipality_id(), self.session_id()).await
    }

    /// Ends the session, here and now. What comes back is for [`Front::part`](crate::Front::part), where the provider has a
    /// session of its own.
    pub async fn log_out(&self) -> Result<Option<Parting>, ServiceError> {
        let staff = self.staff();
        own_session::log_out(&self.core, self.municipality_id(), self.session_id(), &staff).await
    }

    fn municipality(&self) -> Result<&Municipality, ServiceError> {
        self.core.municipality(self.municipality_id())
    }

    const fn municipality_id(&self) -> MunicipalityId {
        self.session.badge.municipality
    }

    const fn staff(&self) -> StaffId {
        self.session.staff
    }

    const fn author(&self) -> Author {
        Author::Staff(self.session.staff)
    }

    const fn session_id(&self) -> SessionId {
        self.session.badge.id
    }

    /// What closures need to find only what is this member's.
    fn desk(&self) -> Desk {
        Desk {
            core: Arc::clone(&self.core),
            id: self.municipality_id(),
            staff: self.staff(),
            mailboxes: self.session.mailboxes.clone(),
        }
    }
}

/// A member of staff inside a transaction.
#[derive(Clone)]
struct Desk {
    core: Arc<Core>,
    id: MunicipalityId,
    staff: StaffId,
    mailboxes: Vec<MailboxId>,
}

impl Desk {
    fn municipality(&self) -> Result<&Municipality, ServiceError> {
        self.core.municipality(self.id)
    }

    /// A mailbox of this member; any other does not exist.
    fn mailbox(&self, mailbox: MailboxId) -> Result<MailboxId, ServiceError> {
        self.mailboxes.iter().copied().find(|own| *own == mailbox).ok_or(ServiceError::NotFound)
    }

    /// A thread in one of this member's mailboxes; any other does not exist.
    fn thread(&self, view: &impl Reading, thread: ThreadId) -> Result<(MailboxId, Thread), ServiceError> {
        for mailbox in &self.mailboxes {
            if let Some(row) = view.get::<Thread>(&Thread::key(self.id, *mailbox, thread))? {
                return Ok((*mailbox, row));
            }
        }
        Err(ServiceError::NotFound)
    }
}
