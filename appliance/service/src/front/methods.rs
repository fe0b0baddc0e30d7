//! The ways to sign in, as a page shows them: the configuration's names and the bundles' icons.
//!
//! Which comes first is the page's business: it alone knows what the person used last and on what device.

use kuvert_domain::{directory::Audience, language::Language};

use super::Front;
use crate::ServiceError;

/// A way to sign in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MethodView {
    /// The method's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The bundle's icon: an SVG document that holds shapes and nothing else. Missing where the plugin does not load;
    /// the method is shown all the same, because its failure has a text of its own.
    pub icon_svg: Option<String>,
}

impl Front {
    /// The methods of this door, in the configuration's order.
    pub fn methods(&self, audience: Audience, language: Language) -> Result<Vec<MethodView>, ServiceError> {
        let shown = |method: &kuvert_domain::directory::Method| {
            let binding = self.binding(&method.id)?;
            let icon_svg = self.core.sandbox.plugin(&binding, language).ok().and_then(|info| info.icon_svg);
            Ok(MethodView { id: method.id.clone(), name: method.name.clone(), icon_svg })
        };
        self.municipality()?.methods_for(audience).map(shown).collect()
    }
}
