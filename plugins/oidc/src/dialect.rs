//! The makes of provider that this plugin knows: what each wants to be asked, and where in its answers each particular
//! of a person lies.
//!
//! Plain tables. Places are tried in order, in the id token first; what the host lets count is in its trust profile, so
//! a place that stands here and not there comes to nothing.

use kuvert_plugin_sdk::{json::Document, settings};

/// A make of provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// Signaturgruppen's broker (Nets eID Broker): residents, or people who act for an organisation.
    Signaturgruppen { business: bool },
    /// Idura Verify, formerly Criipto.
    Idura { business: bool },
    /// Freja's own provider.
    Freja,
    /// Microsoft Entra ID.
    Entra,
    /// Active Directory Federation Services.
    Adfs,
    /// Keycloak, whose roles lie under the client's own name.
    Keycloak,
    /// Any other directory.
    Directory,
}

/// Whom a login must name, or it is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Naming {
    /// A resident: by number, at a level.
    Resident,
    /// Somebody for an organisation: by its number, at a level.
    Organisation,
    /// Staff: by the directory's own name for them.
    Staff,
}

/// Where each particular lies, as JSON pointers.
pub(crate) struct Places {
    pub(crate) number: &'static [&'static str],
    pub(crate) name: &'static [&'static str],
    pub(crate) organisation: &'static [&'static str],
    pub(crate) level: &'static [&'static str],
    pub(crate) subject: &'static [&'static str],
    pub(crate) groups: &'static [&'static str],
}

/// A level in the provider's words.
pub(crate) type Said = (&'static str, &'static str);

const NOWHERE: Places =
    Places { number: &[], name: &[], organisation: &[], level: &[], subject: &["/sub"], groups: &[] };

const SIGNATURGRUPPEN: Places =
    Places { number: &["/dk.cpr"], name: &["/mitid.identity_name"], level: &["/loa"], ..NOWHERE };

const SIGNATURGRUPPEN_BUSINESS: Places = Places {
    number: &["/nemlogin.cpr"],
    name: &["/nemlogin.name"],
    organisation: &["/nemlogin.cvr"],
    level: &["/loa"],
    subject: &["/nemlogin.persistent_professional_id"],
    ..NOWHERE
};

const IDURA: Places = Places {
    number: &["/cprNumberIdentifier"],
    name: &["/name"],
    level: &["/authenticationtype"],
    ..NOWHERE
};

const FREJA: Places = Places {
    number: &["/https:~1~1frejaeid.com~1oidc~1claims~1personalIdentityNumber"],
    name: &["/name"],
    level: &[
        "/https:~1~1frejaeid.com~1oidc~1claims~1loaLevel",
        "/https:~1~1frejaeid.com~1oidc~1claims~1registrationLevel",
    ],
    ..NOWHERE
};

const ENTRA: Places = Places {
    name: &["/name", "/preferred_username"],
    subject: &["/oid"],
    groups: &["/roles", "/groups"],
    ..NOWHERE
};

const ADFS: Places = Places {
    name: &["/name", "/unique_name", "/upn"],
    groups: &["/roles", "/role", "/groups", "/group"],
    ..NOWHERE
};

const KEYCLOAK: Places = Places {
    name: &["/name", "/preferred_username"],
    groups: &["/realm_access/roles", "/roles", "/groups"],
    ..NOWHERE
};

const DIRECTORY: Places =
    Places { name: &["/name", "/preferred_username"], groups: &["/roles", "/groups"], ..NOWHERE };

/// NSIS (Denmark's national standard), lowest first.
const NSIS: &[Said] = &[
    ("https://data.gov.dk/concept/core/nsis/Low", "low"),
    ("https://data.gov.dk/concept/core/nsis/Substantial", "substantial"),
    ("https://data.gov.dk/concept/core/nsis/High", "high"),
];

const IDURA_LEVELS: &[Said] = &[
    ("urn:grn:authn:dk:mitid:business", "low"),
    ("urn:grn:authn:dk:mitid:low", "low"),
    ("urn:grn:authn:dk:mitid:substantial", "substantial"),
    ("urn:grn:authn:dk:mitid:high", "high"),
];

const FREJA_LEVELS: &[Said] =
    &[("LOA2", "low"), ("EXTENDED", "low"), ("LOA3", "substantial"), ("PLUS", "substantial")];

impl Dialect {
    /// The dialect of a login's trust profile, or the one that the administrator names for a profile of their own.
    pub(crate) fn of_this_binding() -> Self {
        let chosen = settings::get("claims").or_else(|| settings::get("profile"));
        Self::from_name(chosen.as_deref().unwrap_or_default())
    }

    pub(crate) fn from_name(name: &str) -> Self {
        match name {
            "mitid-signaturgruppen" => Self::Signaturgruppen { business: false },
            "mitid-signaturgruppen-erhverv" => Self::Signaturgruppen { business: true },
            "mitid-idura" => Self::Idura { business: false },
            "mitid-idura-erhverv" => Self::Idura { business: true },
            "freja-oidc" => Self::Freja,
            "staff-entra" => Self::Entra,
            "staff-adfs" => Self::Adfs,
            "staff-keycloak" => Self::Keycloak,
            _ => Self::Directory,
        }
    }

    pub(crate) const fn naming(self) -> Naming {
        match self {
            Self::Signaturgruppen { business: true } | Self::Idura { business: true } => Naming::Organisation,
            Self::Signaturgruppen { .. } | Self::Idura { .. } | Self::Freja => Naming::Resident,
            Self::Entra | Self::Adfs | Self::Keycloak | Self::Directory => Naming::Staff,
        }
    }

    /// Whether userinfo says more than the id token: with Microsoft's directories it does not.
    pub(crate) const fn has_userinfo(self) -> bool {
        !matches!(self, Self::Entra | Self::Adfs)
    }

    pub(crate) const fn places(self) -> &'static Places {
        match self {
            Self::Signaturgruppen { business: false } => &SIGNATURGRUPPEN,
            Self::Signaturgruppen { business: true } => &SIGNATURGRUPPEN_BUSINESS,
            Self::Idura { business: false } => &IDURA,
            Self::Idura { business: true } => &Places { organisation: &["/cvrNumberIdentifier"], ..IDURA },
            Self::Freja => &FREJA,
            Self::Entra => &ENTRA,
            Self::Adfs => &ADFS,
            Self::Keycloak => &KEYCLOAK,
            Self::Directory => &DIRECTORY,
        }
    }

    /// What tells a login of this kind from the provider's others: values that the id token must hold.
    const fn holds(self) -> &'static [(&'static str, &'static [&'static str])] {
        match self {
            Self::Signaturgruppen { business: false } => {
                &[("/idp", &["mitid"]), ("/identity_type", &["private"])]
            }
            Self::Signaturgruppen { business: true } => {
                &[("/idp", &["mitid_erhverv"]), ("/identity_type", &["professional"])]
            }
            Self::Idura { .. } => &[("/identityscheme", &["dkmitid"])],
            Self::Freja | Self::Entra | Self::Adfs | Self::Keycloak | Self::Directory => &[],
        }
    }

    /// And what would make it a login of another kind.
    const fn lacks(self) -> &'static [&'static str] {
        match self {
            Self::Idura { business: false } => &["/employee", "/companySignatory", "/cvrNumberIdentifier"],
            _ => &[],
        }
    }

    /// Whether a document is about this kind of login. The host judges for itself; this is for telling people.
    pub(crate) fn is_about(self, document: &Document) -> bool {
        let holds =
            |(path, words): &(&str, &[&str])| document.text(path).is_some_and(|said| words.contains(&said));
        self.holds().iter().all(holds) && !self.is_spoilt_by(document)
    }

    /// Whether a document holds what only a login of another kind does.
    pub(crate) fn is_spoilt_by(self, document: &Document) -> bool {
        self.lacks().iter().any(|path| document.has(path))
    }

    /// What the provider calls a level, in Kuvert's word. `None`: nothing that counts.
    pub(crate) fn level(self, said: &str) -> Option<&'static str> {
        let known = match self {
            Self::Signaturgruppen { .. } => NSIS,
            Self::Idura { .. } => IDURA_LEVELS,
            Self::Freja => FREJA_LEVELS,
            Self::Entra | Self::Adfs | Self::Keycloak | Self::Directory => &[],
        };
        known.iter().find(|(word, _)| *word == said).map(|(_, level)| *level)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_profile_has_its_dialect_and_others_are_plain_directories() {
        for (name, naming) in [
            ("mitid-signaturgruppen", Naming::Resident),
            ("mitid-signaturgruppen-erhverv", Naming::Organisation),
            ("mitid-idura", Naming::Resident),
            ("mitid-idura-erhverv", Naming::Organisation),
            ("freja-oidc", Naming::Resident),
            ("staff-entra", Naming::Staff),
            ("staff-adfs", Naming::Staff),
            ("staff-keycloak", Naming::Staff),
            ("staff-oidc", Naming::Staff),
            ("granby-own", Naming::Staff),
        ] {
            let dialect = Dialect::from_name(name);
            assert_eq!(dialect.naming(), naming, "{name}");
            let places = dialect.places();
            assert_eq!(places.organisation.is_empty(), naming != Naming::Organisation, "{name}");
            assert_eq!(places.number.is_empty(), naming == Naming::Staff, "{name}");
            assert_eq!(places.groups.is_empty(), naming != Naming::Staff, "{name}");
            assert!(!places.subject.is_empty() && !places.name.is_empty(), "{name}");
        }
    }

    /// What is pointed at and may not be cited would be a false claim, so both sides must say the same.
    #[test]
    fn the_trust_profiles_let_every_place_be_cited() {
        for (name, profile) in [
            (
                "mitid-signaturgruppen",
                include_str!("../../../appliance/sandbox/profiles/mitid-signaturgruppen.toml"),
            ),
            (
                "mitid-signaturgruppen-erhverv",
                include_str!("../../../appliance/sandbox/profiles/mitid-signaturgruppen-erhverv.toml"),
            ),
            ("mitid-idura", include_str!("../../../appliance/sandbox/profiles/mitid-idura.toml")),
            (
                "mitid-idura-erhverv",
                include_str!("../../../appliance/sandbox/profiles/mitid-idura-erhverv.toml"),
            ),
            ("freja-oidc", include_str!("../../../appliance/sandbox/profiles/freja-oidc.toml")),
            ("staff-entra", include_str!("../../../appliance/sandbox/profiles/staff-entra.toml")),
            ("staff-adfs", include_str!("../../../appliance/sandbox/profiles/staff-adfs.toml")),
            ("staff-keycloak", include_str!("../../../appliance/sandbox/profiles/staff-keycloak.toml")),
            ("staff-oidc", include_str!("../../../appliance/sandbox/profiles/staff-oidc.toml")),
        ] {
            let dialect = Dialect::from_name(name);
            let places = dialect.places();
            let citable = |field: &str, answer: &str, path: &str| {
                let start = profile.find(&format!("\n{field} = [")).expect(field);
                let list = &profile[start..];
                let list = &list[..list.find("}]").into_iter().chain(list.find(",\n]")).min().expect(field)];
                assert!(
                    list.contains(&format!("answer = \"{answer}\", path = \"{path}\"")),
                    "{name}: {field} at {path} of {answer}"
                );
            };
            for (field, paths) in [
                ("number", places.number),
                ("name", places.name),
                ("organisation", places.organisation),
                ("level", places.level),
                ("subject", places.subject),
                ("groups", places.groups),
            ] {
                for path in paths {
                    citable(field, "id-token", path);
                    // A subject that every id token has, and a level, are never looked for elsewhere.
                    let elsewhere = !(field == "level" || *path == "/sub") || dialect == Dialect::Freja;
                    if dialect.has_userinfo() && elsewhere {
                        citable(field, "userinfo", path);
                    }
                }
            }
        }
    }

    #[test]
    fn only_known_words_are_levels() {
        let idura = Dialect::Idura { business: false };
        assert_eq!(idura.level("urn:grn:authn:dk:mitid:high"), Some("high"));
        assert_eq!(idura.level("urn:grn:authn:se:bankid"), None);
        assert_eq!(Dialect::Freja.level("BASIC"), None);
        assert_eq!(Dialect::Freja.level("LOA3_NR"), None);
        assert_eq!(Dialect::Entra.level("high"), None);
    }
}
