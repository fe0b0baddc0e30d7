//! What every handler may reach: the service, the themes, the clock. One cheap handle, made in `boot`.
//!
//! It holds no state that a second node would miss: the paces are a courtesy to the provider, not a truth.

use std::{collections::BTreeMap, sync::Arc};

use jiff::Timestamp;
use kuvert_domain::{
    clock::{Clock, Entropy},
    directory::Municipality,
    id::MunicipalityId,
};
use kuvert_service::Service;
use tokio::sync::Notify;

use super::pace::Paces;
use crate::theme::{Theme, Themes};

/// What the web is given.
pub struct Equipment {
    /// The use cases.
    pub service: Service,
    /// Every theme.
    pub themes: Arc<Themes>,
    /// What only the server knows about a municipality.
    pub sites: BTreeMap<MunicipalityId, Site>,
    /// The port that stands in links; none for 443.
    pub port: Option<u16>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// For request ids.
    pub entropy: Arc<dyn Entropy>,
    /// Rung when a notice has been queued.
    pub bell: Arc<Notify>,
}

/// What only the server knows about a municipality.
#[derive(Debug, Clone)]
pub struct Site {
    /// The name of its theme.
    pub theme: String,
    /// Its own web site.
    pub web_site: String,
}

/// The handle itself.
#[derive(Clone)]
pub struct App(Arc<Inner>);

struct Inner {
    equipment: Equipment,
    paces: Paces,
}

impl App {
    /// Makes the handle.
    #[must_use]
    pub fn new(equipment: Equipment) -> Self {
        Self(Arc::new(Inner { equipment, paces: Paces::default() }))
    }

    pub(super) fn service(&self) -> &Service {
        &self.0.equipment.service
    }

    pub(super) fn themes(&self) -> &Themes {
        &self.0.equipment.themes
    }

    pub(super) fn paces(&self) -> &Paces {
        &self.0.paces
    }

    pub(super) fn entropy(&self) -> &dyn Entropy {
        &*self.0.equipment.entropy
    }

    pub(super) fn now(&self) -> Timestamp {
        self.0.equipment.clock.now()
    }

    /// Wakes whoever hands notices to the mail server.
    pub(super) fn ring(&self) {
        self.0.equipment.bell.notify_one();
    }

    pub(super) fn municipality(&self, id: MunicipalityId) -> Option<&Municipality> {
        self.service().directory().by_id(id)
    }

    pub(super) fn site(&self, id: MunicipalityId) -> Option<&Site> {
        self.0.equipment.sites.get(&id)
    }

    pub(super) fn theme(&self, id: MunicipalityId) -> &Theme {
        let named = self.site(id).and_then(|site| self.themes().named(&site.theme));
        named.unwrap_or_else(|| self.themes().built_in())
    }

    /// A host as people type it: with the port where it is not the usual one.
    pub(super) fn authority(&self, host: &str) -> String {
        match self.0.equipment.port {
            None => host.to_owned(),
            Some(port) => format!("{host}:{port}"),
        }
    }
}
