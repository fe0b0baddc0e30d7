//! What a bundle says about itself and asks for.
//!
//! Unknown keys are refused: a word that this host does not understand may be a permission.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::{Fault, FaultCode};

const WORLD: &str = "kuvert:identity/identity-provider@0.1.0";

/// `manifest.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Manifest {
    pub(crate) id: String,
    pub(crate) version: String,
    kind: String,
    world: String,
    #[expect(dead_code, reason = "compared at install, which is not here yet; the key must be known")]
    min_host: String,
    #[expect(dead_code, reason = "shown to administrators at install; the key must be known")]
    vendor: String,
    #[expect(dead_code, reason = "shown to administrators at install; the key must be known")]
    licence: String,
    /// What it asks for, with a reason per language.
    #[serde(default)]
    pub(crate) permissions: BTreeMap<String, BTreeMap<String, String>>,
    #[serde(default)]
    pub(crate) endpoints: BTreeMap<String, EndpointManifest>,
    #[serde(default)]
    pub(crate) settings: BTreeMap<String, SettingManifest>,
}

/// An endpoint that it wants to talk to.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct EndpointManifest {
    /// Host names, or `*` where the administrator names it.
    pub(crate) hosts: Vec<String>,
    pub(crate) methods: Vec<String>,
    /// Exact, or with a final `*`.
    pub(crate) paths: Vec<String>,
    #[serde(default)]
    pub(crate) auth: Auth,
}

/// How the host proves itself at an endpoint.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Auth {
    #[default]
    None,
    ClientCertificate,
}

/// A setting that an administrator can make.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SettingManifest {
    default: Option<String>,
    #[serde(default)]
    choices: Vec<String>,
    #[expect(dead_code, reason = "shown to administrators; the key must be known")]
    en: String,
}

impl Manifest {
    pub(crate) fn parse(text: &str) -> Result<Self, Fault> {
        let manifest: Self = toml::from_str(text)
            .map_err(|error| Fault::new(FaultCode::Bundle, format!("manifest.toml: {error}")))?;
        if manifest.kind != "identity" || manifest.world != WORLD {
            return Err(Fault::new(
                FaultCode::Wit,
                format!("this host runs {WORLD}, not {}", manifest.world),
            ));
        }
        Ok(manifest)
    }

    /// The effective settings: what was set, else the defaults. A setting that nobody knows is a mistake.
    pub(crate) fn settings(
        &self,
        set: &BTreeMap<String, String>,
    ) -> Result<BTreeMap<String, String>, String> {
        if let Some(name) = set.keys().find(|name| !self.settings.contains_key(*name)) {
            return Err(format!("the plugin has no setting {name}"));
        }
        let mut settings = BTreeMap::new();
        for (name, manifest) in &self.settings {
            let Some(value) = set.get(name).or(manifest.default.as_ref()) else { continue };
            if !manifest.choices.is_empty() && !manifest.choices.contains(value) {
                return Err(format!("the setting {name} is one of {}", manifest.choices.join(", ")));
            }
            settings.insert(name.clone(), value.clone());
        }
        Ok(settings)
    }

    /// Whether a permission is asked for.
    pub(crate) fn asks_for(&self, permission: &str) -> bool {
        self.permissions.contains_key(permission)
    }
}
