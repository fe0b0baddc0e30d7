//! What one version of a plugin asks for that another did not, and the other way round.
//!
//! Only what the manifests say; whether it is granted, and how it is put to an administrator, is for others.

use std::collections::{BTreeMap, BTreeSet};

use crate::{Auth, EndpointManifest, Manifest, Permission, SettingManifest};

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Another vendor than before.
    Vendor {
        /// The former one.
        from: String,
        /// The new one.
        to: String,
    },
    /// A permission that was not asked for.
    PermissionAdded(Permission),
    /// A permission that is no longer asked for.
    PermissionGone(Permission),
    /// An endpoint reaches further: to this host, by this method, to this path, with this proof.
    Wider {
        /// The endpoint.
        endpoint: String,
        /// How far.
        reach: Reach,
    },
    /// An endpoint no longer reaches there.
    Narrower {
        /// The endpoint.
        endpoint: String,
        /// How far it reached.
        reach: Reach,
    },
    /// A setting that was not there.
    SettingAdded(String),
    /// A setting with other choices or another default.
    SettingChanged(String),
    /// A setting that is no longer there: a configuration that names it must change.
    SettingGone(String),
    /// A limit that the plugin sets itself. `None`: what every plugin has.
    Limit {
        /// Its name in the manifest.
        name: &'static str,
        /// Before.
        from: Option<u32>,
        /// Now.
        to: Option<u32>,
    },
}

/// One step of an endpoint's reach.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// A host name, or `*`.
    Host(String),
    /// An HTTP method.
    Method(String),
    /// A path, perhaps with a final `*`.
    Path(String),
    /// The appliance shows its client certificate there.
    ClientCertificate,
}

impl Change {
    /// Whether the plugin may do more than before, or comes from somebody else. Worth a second look.
    #[must_use]
    pub fn grows(&self) -> bool {
        match self {
            Self::Vendor { .. } | Self::PermissionAdded(_) | Self::Wider { .. } => true,
            Self::Limit { from, to, .. } => from.is_some_and(|from| to.is_none_or(|to| to > from)),
            _ => false,
        }
    }
}

/// What is different about `new`. Without an old version everything is new.
#[must_use]
pub fn changes(old: Option<&Manifest>, new: &Manifest) -> Vec<Change> {
    let mut found = Vec::new();
    if let Some(old) = old.filter(|old| old.vendor != new.vendor) {
        found.push(Change::Vendor { from: old.vendor.clone(), to: new.vendor.clone() });
    }
    let permissions = |manifest: &Manifest| manifest.permissions.keys().cloned().collect::<BTreeSet<_>>();
    let (before, after) = (old.map(permissions).unwrap_or_default(), permissions(new));
    found.extend(after.difference(&before).cloned().map(Change::PermissionAdded));
    found.extend(before.difference(&after).cloned().map(Change::PermissionGone));
    let (before, after) = (old.map(reaches).unwrap_or_default(), reaches(new));
    let step = |(endpoint, reach): &(String, Reach)| (endpoint.clone(), reach.clone());
    let wider = after.difference(&before).map(step);
    found.extend(wider.map(|(endpoint, reach)| Change::Wider { endpoint, reach }));
    let narrower = before.difference(&after).map(step);
    found.extend(narrower.map(|(endpoint, reach)| Change::Narrower { endpoint, reach }));
    let none = BTreeMap::new();
    settings(old.map_or(&none, |old| &old.settings), &new.settings, &mut found);
    let before = old.map(|old| old.limits).unwrap_or_default().named();
    let pairs = before.into_iter().zip(new.limits.named());
    let changed = pairs.filter(|((_, from), (_, to))| from != to);
    found.extend(changed.map(|((name, from), (_, to))| Change::Limit { name, from, to }));
    found
}

/// Everything that the endpoints reach, one step each.
fn reaches(manifest: &Manifest) -> BTreeSet<(String, Reach)> {
    let steps = |(id, endpoint): (&String, &EndpointManifest)| {
        let proof = (endpoint.auth == Auth::ClientCertificate).then_some(Reach::ClientCertificate);
        let hosts = endpoint.hosts.iter().cloned().map(Reach::Host);
        let methods = endpoint.methods.iter().cloned().map(Reach::Method);
        let paths = endpoint.paths.iter().cloned().map(Reach::Path);
        let all: Vec<_> =
            hosts.chain(methods).chain(paths).chain(proof).map(|reach| (id.clone(), reach)).collect();
        all
    };
    manifest.endpoints.iter().flat_map(steps).collect()
}

fn settings(
    old: &BTreeMap<String, SettingManifest>,
    new: &BTreeMap<String, SettingManifest>,
    found: &mut Vec<Change>,
) {
    for (name, setting) in new {
        match old.get(name) {
            None => found.push(Change::SettingAdded(name.clone())),
            Some(former) if former.default != setting.default || former.choices != setting.choices => {
                found.push(Change::SettingChanged(name.clone()));
            }
            Some(_) => {}
        }
    }
    found.extend(old.keys().filter(|name| !new.contains_key(*name)).cloned().map(Change::SettingGone));
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = r#"
        id = "x"
        version = "1.0.0"
        kind = "identity"
        world = "kuvert:identity/identity-provider@0.1.0"
        min-host = "0.1.0"
        vendor = "Us"
        licence = "EUPL-1.2"
        [permissions."http:api"]
        en = "Asks."
        [endpoints.api]
        hosts = ["a.example"]
        methods = ["GET"]
        paths = ["/a"]
        [settings.risk]
        choices = ["low"]
        en = "How much."
    "#;

    fn manifest(changed: &[(&str, &str)]) -> Manifest {
        let text = changed.iter().fold(ONE.to_owned(), |text, (from, to)| text.replace(from, to));
        Manifest::parse(&text).unwrap()
    }

    #[test]
    fn the_same_manifest_changes_nothing() {
        let one = manifest(&[]);
        assert_eq!(changes(Some(&one), &manifest(&[("1.0.0", "1.0.1"), ("Asks.", "Asks politely.")])), []);
    }

    #[test]
    fn every_step_further_is_named_and_grows() {
        let one = manifest(&[]);
        let wider = |reach| Change::Wider { endpoint: "api".to_owned(), reach };
        for (from, to, change) in [
            ("[\"a.example\"]", "[\"a.example\", \"*\"]", wider(Reach::Host("*".to_owned()))),
            ("[\"GET\"]", "[\"GET\", \"POST\"]", wider(Reach::Method("POST".to_owned()))),
            ("[\"/a\"]", "[\"/a\", \"/b\"]", wider(Reach::Path("/b".to_owned()))),
            ("[\"/a\"]", "[\"/a\"]\nauth = \"client-certificate\"", wider(Reach::ClientCertificate)),
            (
                "[endpoints.api]",
                "[permissions.\"identity.assert:SE:high\"]\nen = \"Says.\"\n[endpoints.api]",
                Change::PermissionAdded(Permission::parse("identity.assert:SE:high").unwrap()),
            ),
            ("\"Us\"", "\"Them\"", Change::Vendor { from: "Us".to_owned(), to: "Them".to_owned() }),
        ] {
            let found = changes(Some(&one), &manifest(&[(from, to)]));
            assert_eq!(found, std::slice::from_ref(&change), "{to}");
            assert!(change.grows(), "{to}");
            let back = changes(Some(&manifest(&[(from, to)])), &one);
            assert!(
                back.len() == 1 && (!back[0].grows() || matches!(back[0], Change::Vendor { .. })),
                "{to}"
            );
        }
    }

    #[test]
    fn settings_come_change_and_go() {
        let one = manifest(&[]);
        let name = || "risk".to_owned();
        let other = manifest(&[("[\"low\"]", "[\"low\", \"high\"]")]);
        let without = manifest(&[("risk", "danger")]);
        assert_eq!(changes(Some(&one), &other), [Change::SettingChanged(name())]);
        assert_eq!(
            changes(Some(&one), &without),
            [Change::SettingAdded("danger".to_owned()), Change::SettingGone(name())]
        );
    }

    #[test]
    fn a_limit_that_is_lifted_is_a_step_further() {
        let with =
            |line: &str| manifest(&[("[settings.risk]", &format!("[limits]\n{line}\n[settings.risk]"))]);
        let without = manifest(&[]);
        let (low, high) = (with("http-calls = 1"), with("http-calls = 3"));
        for (old, new, from, to, grows) in [
            (&without, &low, None, Some(1), false),
            (&low, &high, Some(1), Some(3), true),
            (&high, &low, Some(3), Some(1), false),
            (&low, &without, Some(1), None, true),
        ] {
            let change = Change::Limit { name: "http-calls", from, to };
            assert_eq!(change.grows(), grows, "{change:?}");
            assert_eq!(changes(Some(old), new), [change]);
        }
    }

    #[test]
    fn the_first_version_is_all_new() {
        let found = changes(None, &manifest(&[]));
        assert_eq!(found.iter().filter(|change| change.grows()).count(), 4);
        assert!(found.contains(&Change::SettingAdded("risk".to_owned())));
    }
}
