//! What a plugin is granted for one municipality: what its manifest asks for and the administrator allows.
//!
//! The sandbox obeys this judgement and the command line prints it, so that what an administrator reads is what holds.
//! Every refusal knows what would have to be written for it to become a grant. It looks at no file and asks nobody.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt, iter,
};

use kuvert_bundle::{Auth, Manifest, Permission};
use kuvert_domain::{country::Country, level::Level};

use crate::{Binding, EndpointBinding};

/// The kind of credential that the host can show at an endpoint.
pub(crate) const CLIENT_CERTIFICATE: &str = "client-certificate";

/// One verdict for each permission that the manifest asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Grants(BTreeMap<Permission, Verdict>);

/// What became of one permission that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The plugin has it.
    Granted,
    /// It may say who somebody is, but less surely than it asked for.
    UpTo {
        /// The highest level.
        level: Level,
        /// What to write for the whole of it.
        add: Addition,
    },
    /// It has not.
    Refused {
        /// What stands in the way.
        why: &'static str,
        /// What to write for it to be granted; empty where nothing would help.
        add: Vec<Addition>,
    },
}

/// A line that is missing in the configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addition {
    /// The line, as it stands in the file.
    pub line: String,
    /// The table that it belongs under, such as `[municipality.method.endpoints.api]`.
    pub table: String,
}

impl Grants {
    /// Judges what a manifest asks for against a binding.
    #[must_use]
    pub fn of(manifest: &Manifest, binding: &Binding) -> Self {
        let judged =
            manifest.permissions.keys().map(|asked| (asked.clone(), judge(asked, manifest, binding)));
        Self(judged.collect())
    }

    /// Every permission that was asked for, with its verdict.
    pub fn iter(&self) -> impl Iterator<Item = (&Permission, &Verdict)> {
        self.0.iter()
    }

    /// Whether the plugin has it.
    pub(crate) fn has(&self, permission: &Permission) -> bool {
        matches!(self.0.get(permission), Some(Verdict::Granted))
    }

    /// Whether it may say who somebody of this country is, this surely.
    pub(crate) fn may_assert(&self, country: Country, level: Level) -> bool {
        self.0.iter().any(|(asked, verdict)| match (asked, verdict) {
            (Permission::Assert { country: whose, level: most }, Verdict::Granted)
            | (Permission::Assert { country: whose, .. }, Verdict::UpTo { level: most, .. }) => {
                *whose == country && level <= *most
            }
            _ => false,
        })
    }

    /// Why the plugin has not got it, and what would give it to it: a sentence for the log and the administrator.
    pub(crate) fn refusal(&self, permission: &Permission) -> String {
        match self.0.iter().find(|(asked, _)| covers(asked, permission)) {
            None => format!("the plugin does not ask for {permission}; only its author can change that"),
            Some((_, verdict)) => format!("{permission} is not granted: {verdict}"),
        }
    }
}

/// What the administrator allows and the plugin does not ask for: a slip of the pen, or a version that needs less.
#[must_use]
pub fn unasked(manifest: &Manifest, binding: &Binding) -> Vec<Permission> {
    let is_asked = |allowed: &Permission| {
        manifest.permissions.keys().any(|asked| covers(asked, allowed) || covers(allowed, asked))
    };
    binding.allow.iter().flatten().filter(|allowed| !is_asked(allowed)).cloned().collect()
}

/// Whether the administrator's list, where there is one, names a permission.
pub(crate) fn is_allowed(permission: &Permission, binding: &Binding) -> bool {
    binding.allow.as_ref().is_none_or(|allow| allow.contains(permission))
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Granted => f.write_str("granted"),
            Self::UpTo { level, add } => write!(f, "only up to {}; for all of it, write {add}", level.name()),
            Self::Refused { why, add } => {
                f.write_str(why)?;
                for (at, addition) in add.iter().enumerate() {
                    write!(f, "{}{addition}", if at == 0 { "; to grant it, write " } else { " and " })?;
                }
                Ok(())
            }
        }
    }
}

impl fmt::Display for Addition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} under {}", self.line, self.table)
    }
}

/// Whether having the first means having the second.
fn covers(one: &Permission, other: &Permission) -> bool {
    match (one, other) {
        (Permission::Assert { country: whose, level: most }, Permission::Assert { country, level }) => {
            whose == country && level <= most
        }
        (one, other) => one == other,
    }
}

/// One permission. What is refused for several reasons names everything that is missing, so that nobody has to try twice.
fn judge(asked: &Permission, manifest: &Manifest, binding: &Binding) -> Verdict {
    let implied = lacking(asked, manifest, binding);
    let Some(allow) = &binding.allow else {
        return implied.map_or(Verdict::Granted, |(why, add)| Verdict::Refused { why, add });
    };
    let listed = || Addition { line: line(allow, asked), table: "[[municipality.method]]".to_owned() };
    match (allowed(asked, allow), implied) {
        (Allowed::Whole, None) => Verdict::Granted,
        (Allowed::UpTo(level), _) => Verdict::UpTo { level, add: listed() },
        (Allowed::Whole, Some((why, add))) => Verdict::Refused { why, add },
        (Allowed::Not, implied) => {
            let more = implied.into_iter().flat_map(|(_, add)| add);
            Verdict::Refused {
                why: "`allow` does not name it",
                add: iter::once(listed()).chain(more).collect(),
            }
        }
    }
}

/// How far a list goes towards what is asked.
enum Allowed {
    Whole,
    UpTo(Level),
    Not,
}

fn allowed(asked: &Permission, allow: &BTreeSet<Permission>) -> Allowed {
    if allow.iter().any(|allowed| covers(allowed, asked)) {
        return Allowed::Whole;
    }
    let level = |allowed: &Permission| match allowed {
        Permission::Assert { level, .. } if covers(asked, allowed) => Some(*level),
        _ => None,
    };
    allow.iter().filter_map(level).max().map_or(Allowed::Not, Allowed::UpTo)
}

/// The list as it would have to be. What it says already of the same country gives way.
fn line(allow: &BTreeSet<Permission>, asked: &Permission) -> String {
    let kept = allow.iter().filter(|allowed| !covers(asked, allowed)).chain(iter::once(asked));
    let words: BTreeSet<String> = kept.map(|permission| format!("\"{permission}\"")).collect();
    format!("allow = [{}]", words.into_iter().collect::<Vec<_>>().join(", "))
}

/// What the rest of the binding lacks.
type Lacking = Option<(&'static str, Vec<Addition>)>;

fn lacking(asked: &Permission, manifest: &Manifest, binding: &Binding) -> Lacking {
    let bound = asked.endpoint().and_then(|id| binding.endpoints.get(id));
    match asked {
        Permission::Http(id) => lacking_address(id, manifest, bound),
        Permission::PrivateNetwork(id) => lacking_confirmation(id, binding, bound),
        Permission::Credential { endpoint, kind } => lacking_credential((endpoint, kind), manifest, bound),
        Permission::TokenVerify(trust) => (!binding.trusts.contains_key(trust)).then(|| {
            let line = format!("{trust} = \"FILE OR FOLDER\"");
            written("the certificates of those who may sign are not named", line, "trusts")
        }),
        Permission::Assert { .. } => None,
        Permission::NotifySend(_) => Some(("a plugin that signs people in sends no notices", Vec::new())),
    }
}

fn lacking_address(id: &str, manifest: &Manifest, bound: Option<&EndpointBinding>) -> Lacking {
    let named = manifest.endpoints.get(id).and_then(|asked| asked.hosts.first());
    let host = named.filter(|host| *host != "*").map_or("HOST", String::as_str);
    let line = format!("url = \"https://{host}\"");
    bound.is_none().then(|| written("the endpoint is not bound", line, &format!("endpoints.{id}")))
}

/// Security: a municipality's own network is confirmed endpoint by endpoint, and never implied by an address.
fn lacking_confirmation(id: &str, binding: &Binding, bound: Option<&EndpointBinding>) -> Lacking {
    let confirmed = bound.is_some_and(|bound| bound.private_network);
    let is_provider = binding.oidc.as_ref().is_some_and(|oidc| oidc.endpoint == id);
    let table = if is_provider { "oidc".to_owned() } else { format!("endpoints.{id}") };
    let why = "reaching into the municipality's own network is not confirmed";
    (!confirmed).then(|| written(why, "private_network = true".to_owned(), &table))
}

fn lacking_credential(
    (id, kind): (&str, &str),
    manifest: &Manifest,
    bound: Option<&EndpointBinding>,
) -> Lacking {
    let shows_one = manifest.endpoints.get(id).is_some_and(|asked| asked.auth == Auth::ClientCertificate);
    if kind != CLIENT_CERTIFICATE || !shows_one {
        return Some(("the plugin's own manifest shows no such credential at this endpoint", Vec::new()));
    }
    let line = "certificate_file = \"FILE\", key_file = \"FILE\"".to_owned();
    let table = format!("endpoints.{id}");
    bound
        .is_none_or(|bound| bound.client_identity.is_none())
        .then(|| written("the client certificate is not named", line, &table))
}

fn written(why: &'static str, line: String, table: &str) -> (&'static str, Vec<Addition>) {
    (why, vec![Addition { line, table: format!("[municipality.method.{table}]") }])
}

#[cfg(test)]
mod tests;
