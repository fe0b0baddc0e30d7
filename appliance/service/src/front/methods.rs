//! The ways to sign in, as a page shows them: names and icons from the bundles, unless the municipality has a name of its own.
//!
//! Which comes first is the page's business: it alone knows what the person used last and on what device.

use std::collections::BTreeSet;

use kuvert_bundle::AppOn;
use kuvert_domain::{
    directory::{Audience, Method, Municipality},
    language::Language,
};

use super::Front;
use crate::{ServiceError, core::Core};

/// A way to sign in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MethodView {
    /// The method's id.
    pub id: String,
    /// Its name in the language asked for.
    pub name: String,
    /// Whether its plugin loads. Where it does not the method is shown all the same: its failure has a text of its own.
    pub works: bool,
    /// The bundle's icon, if it has one: an SVG document that holds shapes and nothing else.
    pub icon_svg: Option<String>,
    /// Where its app can be; nowhere where the provider has a page of its own instead.
    pub app_on: BTreeSet<AppOn>,
    /// Whether its app may only be on another device than the page.
    pub elsewhere_only: bool,
}

impl MethodView {
    pub(crate) fn new(core: &Core, municipality: &Municipality, method: &Method, language: Language) -> Self {
        let binding = format!("{}/{}", municipality.slug, method.id);
        let info = core.sandbox.plugin(&binding, language).ok();
        let own = || info.as_ref().map(|info| info.name.clone());
        Self {
            id: method.id.clone(),
            // A plugin that does not load cannot say what it is called.
            name: method.name.clone().or_else(own).unwrap_or_else(|| method.id.clone()),
            works: info.is_some(),
            icon_svg: info.as_ref().and_then(|info| info.icon_svg.clone()),
            elsewhere_only: info.as_ref().is_some_and(|info| info.elsewhere_only),
            app_on: info.map(|info| info.app_on).unwrap_or_default(),
        }
    }
}

impl Front {
    /// The methods of this door, in the configuration's order.
    pub fn methods(&self, audience: Audience, language: Language) -> Result<Vec<MethodView>, ServiceError> {
        let place = self.municipality()?;
        let shown = |method: &Method| MethodView::new(&self.core, place, method, language);
        Ok(place.methods_for(audience).map(shown).collect())
    }

    /// One of them; `None` where there is no such method any longer.
    pub fn shown(
        &self,
        audience: Audience,
        id: &str,
        language: Language,
    ) -> Result<Option<MethodView>, ServiceError> {
        let place = self.municipality()?;
        let method = place.methods_for(audience).find(|method| method.id == id);
        Ok(method.map(|method| MethodView::new(&self.core, place, method, language)))
    }
}
