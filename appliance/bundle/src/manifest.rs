//! What a bundle says about itself and asks for.
//!
//! Unknown keys are refused: a word that this host does not understand may be a permission. Whether somebody grants what
//! is asked is not decided here.

mod own_limits;
mod permission;

pub use own_limits::OwnLimits;
pub use permission::Permission;

use std::{collections::BTreeMap, fmt};

use semver::Version;
use serde::Deserialize;

use crate::{BundleError, limits};

const NAME: &str = "manifest.toml";
/// The contract of `plugins/wit/identity` that this host runs.
const WORLD: &str = "kuvert:identity/identity-provider@0.1.0";
const HOST: &str = env!("CARGO_PKG_VERSION");

/// A text per language tag; `en` is always there.
pub type Reasons = BTreeMap<String, String>;

/// `manifest.toml`, read and checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    /// Its lasting name: 1 to 40 lower-case letters, digits and dashes, a letter first.
    pub id: String,
    /// Its version.
    pub version: Version,
    /// What kind of plugin it is.
    pub kind: Kind,
    /// Who made it.
    pub vendor: String,
    /// Its licence, by SPDX identifier.
    pub licence: String,
    /// What it asks for, and why.
    pub permissions: BTreeMap<Permission, Reasons>,
    /// Where it wants to talk to.
    pub endpoints: BTreeMap<String, EndpointManifest>,
    /// What an administrator can set.
    pub settings: BTreeMap<String, SettingManifest>,
    /// Where it keeps to less than it might use.
    pub limits: OwnLimits,
}

/// What can be signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A plugin that signs people in.
    Identity,
    /// A trust profile, which is not a bundle.
    Profile,
}

/// An endpoint that a plugin wants to talk to.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EndpointManifest {
    /// Host names, or `*` where the administrator names it.
    pub hosts: Vec<String>,
    /// HTTP methods.
    pub methods: Vec<String>,
    /// Exact, or with a final `*`.
    pub paths: Vec<String>,
    /// How the host proves itself there.
    #[serde(default)]
    pub auth: Auth,
}

/// How the host proves itself at an endpoint.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Auth {
    /// Not at all.
    #[default]
    None,
    /// By a client certificate, over TLS.
    ClientCertificate,
}

/// A setting that an administrator can make.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SettingManifest {
    /// What holds when nothing is set.
    pub default: Option<String>,
    /// What can be set; anything when empty.
    #[serde(default)]
    pub choices: Vec<String>,
    /// What it does, for administrators.
    pub en: String,
    /// The same in Swedish.
    pub sv: Option<String>,
    /// The same in Danish.
    pub da: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Written {
    id: String,
    version: String,
    kind: Kind,
    world: String,
    min_host: String,
    vendor: String,
    licence: String,
    #[serde(default)]
    permissions: BTreeMap<String, Reasons>,
    #[serde(default)]
    endpoints: BTreeMap<String, EndpointManifest>,
    #[serde(default)]
    settings: BTreeMap<String, SettingManifest>,
    #[serde(default)]
    limits: OwnLimits,
}

impl Kind {
    /// The name in manifests and in lists of keys.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Profile => "profile",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Manifest {
    /// Reads and checks the text of `manifest.toml`.
    pub fn parse(text: &str) -> Result<Self, BundleError> {
        let written: Written = toml::from_str(text).map_err(|error| wrong(error.message()))?;
        let version = version(&written.version, "version")?;
        let wanted = self::version(&written.min_host, "min-host")?;
        if written.kind != Kind::Identity || written.world != WORLD {
            return Err(BundleError::Misfit(format!("this host runs {WORLD}, not {}", written.world)));
        }
        if self::version(HOST, "host")? < wanted {
            return Err(BundleError::Misfit(format!("it needs Kuvert {wanted}; this is {HOST}")));
        }
        if !is_name(&written.id) {
            return Err(wrong("the id is 1 to 40 lower-case letters, digits and dashes, a letter first"));
        }
        check_words(&written)?;
        written.limits.check()?;
        let mut permissions = BTreeMap::new();
        for (text, reasons) in written.permissions {
            let permission =
                Permission::parse(&text).ok_or_else(|| wrong(format!("no permission {text}")))?;
            if let Some(endpoint) = permission.endpoint().filter(|id| !written.endpoints.contains_key(*id)) {
                return Err(wrong(format!("{text}: there is no endpoint {endpoint}")));
            }
            if matches!(permission, Permission::NotifySend(_)) {
                return Err(wrong(format!("{text}: a plugin that signs people in sends no notices")));
            }
            if !reasons.contains_key("en") {
                return Err(wrong(format!("{text}: the reason in English (en) is missing")));
            }
            permissions.insert(permission, reasons);
        }
        Ok(Self {
            id: written.id,
            version,
            kind: written.kind,
            vendor: written.vendor,
            licence: written.licence,
            permissions,
            endpoints: written.endpoints,
            settings: written.settings,
            limits: written.limits,
        })
    }

    /// The effective settings: what was set, else the defaults. A setting that nobody knows is a mistake.
    pub fn settings(&self, set: &BTreeMap<String, String>) -> Result<BTreeMap<String, String>, String> {
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
    #[must_use]
    pub fn asks_for(&self, permission: &Permission) -> bool {
        self.permissions.contains_key(permission)
    }
}

/// Names and texts that administrators will see are short and of one line.
fn check_words(written: &Written) -> Result<(), BundleError> {
    let counts = [written.permissions.len(), written.endpoints.len(), written.settings.len()];
    if counts.into_iter().any(|count| count > limits::NAMED_THINGS) {
        return Err(wrong(format!("more than {} of a kind", limits::NAMED_THINGS)));
    }
    if let Some(name) = written.endpoints.keys().chain(written.settings.keys()).find(|name| !is_name(name)) {
        return Err(wrong(format!("{name:?} is no name")));
    }
    let reasons = written.permissions.values().flat_map(BTreeMap::values);
    let meanings = written
        .settings
        .values()
        .flat_map(|setting| [Some(&setting.en), setting.sv.as_ref(), setting.da.as_ref()])
        .flatten();
    let texts = [&written.vendor, &written.licence].into_iter().chain(reasons).chain(meanings);
    for text in texts {
        if text.is_empty() || text.len() > 400 || text.chars().any(char::is_control) {
            return Err(wrong(
                "vendor, licence, reasons and settings are one line of at most 400 bytes each",
            ));
        }
    }
    Ok(())
}

fn is_name(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=40).contains(&text.len())
        && text.bytes().all(fits)
        && text.starts_with(|first: char| first.is_ascii_lowercase())
}

fn version(text: &str, key: &str) -> Result<Version, BundleError> {
    let parsed = Version::parse(text).map_err(|error| wrong(format!("{key}: {error}")))?;
    if !parsed.build.is_empty() || text.len() > 40 {
        return Err(wrong(format!("{key}: numbers and a pre-release are enough")));
    }
    Ok(parsed)
}

fn wrong(why: impl Into<String>) -> BundleError {
    BundleError::content(NAME, why)
}
