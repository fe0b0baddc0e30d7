//! What a resident can do: land, read, reply, keep drafts, log out.
//!
//! Every verb is bound to the session's municipality and person by this type; ids of others' things answer exactly as
//! nonsense does.

mod folders;
pub(crate) mod landing;
mod reading;
mod writing;

use std::sync::Arc;

use kuvert_domain::{
    directory::Municipality,
    id::{MunicipalityId, PersonId, SessionId},
    language::Language,
};
use kuvert_store::records;

use crate::{Parting, ResidentSession, ServiceError, SessionTimes, core::Core, own_session, people};

pub use folders::FolderCounts;
pub use landing::{ChecksView, Landing, Proof};

/// A resident's verbs. Cheap to clone.
#[derive(Clone)]
pub struct Resident {
    core: Arc<Core>,
    session: ResidentSession,
}

impl Resident {
    pub(crate) const fn new(core: Arc<Core>, session: ResidentSession) -> Self {
        Self { core, session }
    }

    /// Chooses the language, here and for later notices.
    pub async fn set_language(&self, language: Language) -> Result<(), ServiceError> {
        let (id, person, session) = (self.municipality_id(), self.person(), self.session_id());
        let core = Arc::clone(&self.core);
        self.core
            .write(id, move |tx| {
                let municipality = core.municipality(id)?;
                own_session::speak(tx, municipality, session, language)?;
                people::change(tx, municipality, person, |row| row.language = Some(language))
            })
            .await
    }

    /// Stays signed in: counts as a request.
    pub async fn stay(&self) -> Result<SessionTimes, ServiceError> {
        own_session::stay(&self.core, self.municipality_id(), self.session_id()).await
    }

    /// Ends the session, here and now. What comes back is for [`Front::part`](crate::Front::part), where the provider has a
    /// session of its own.
    pub async fn log_out(&self) -> Result<Option<Parting>, ServiceError> {
        let person = self.person();
        own_session::log_out(&self.core, self.municipality_id(), self.session_id(), &person).await
    }

    fn municipality(&self) -> Result<&Municipality, ServiceError> {
        self.core.municipality(self.municipality_id())
    }

    fn municipality_id(&self) -> MunicipalityId {
        self.session.badge.municipality
    }

    const fn person(&self) -> PersonId {
        self.session.person
    }

    const fn author(&self) -> records::Author {
        records::Author::Resident(self.session.person)
    }

    const fn session_id(&self) -> SessionId {
        self.session.badge.id
    }

    fn language(&self) -> Result<Language, ServiceError> {
        Ok(self.session.badge.language.unwrap_or(self.municipality()?.language()))
    }
}
