//! What a plugin can ask for: one word per power.
//!
//! The list is closed: files, environment, sockets, threads, other plugins and the database are not on it and cannot be
//! asked for. What everybody has (log, settings, texts, digests, chance) is not asked for either.

use std::fmt;

use kuvert_domain::{country::Country, level::Level};

/// Something that a plugin asks for and an administrator allows.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Permission {
    /// `http:<endpoint>`: send requests there.
    Http(String),
    /// `http.private-network:<endpoint>`: even where that is an address of the own network.
    PrivateNetwork(String),
    /// `credential:<endpoint>:<kind>`: let the host prove itself there with a credential of this kind.
    Credential {
        /// The endpoint.
        endpoint: String,
        /// The kind, for example `client-certificate`.
        kind: String,
    },
    /// `token.verify:<trust>`: have signed tokens checked against the profile's own trust.
    TokenVerify(String),
    /// `identity.assert:<country>:<level>`: say who somebody is, up to this level.
    Assert {
        /// Whose residents.
        country: Country,
        /// The highest level.
        level: Level,
    },
    /// `notify.send:<channel>`: send notices by a channel. For plugins that are channels; one that signs people in cannot
    /// ask for it.
    NotifySend(String),
}

impl Permission {
    /// Reads the word; `None` when it is none.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (power, rest) = text.split_once(':')?;
        let name = |text: &str| super::is_name(text).then(|| text.to_owned());
        let parsed = match power {
            "http" => Self::Http(name(rest)?),
            "http.private-network" => Self::PrivateNetwork(name(rest)?),
            "credential" => {
                let (endpoint, kind) = rest.split_once(':')?;
                Self::Credential { endpoint: name(endpoint)?, kind: name(kind)? }
            }
            "token.verify" => Self::TokenVerify(name(rest)?),
            "notify.send" => Self::NotifySend(name(rest)?),
            "identity.assert" => {
                let (country, level) = rest.split_once(':')?;
                Self::Assert { country: Country::from_code(country)?, level: Level::from_name(level)? }
            }
            _ => return None,
        };
        (parsed.to_string() == text).then_some(parsed)
    }

    /// The endpoint that it is about.
    #[must_use]
    pub fn endpoint(&self) -> Option<&str> {
        match self {
            Self::Http(endpoint) | Self::PrivateNetwork(endpoint) | Self::Credential { endpoint, .. } => {
                Some(endpoint)
            }
            Self::TokenVerify(_) | Self::Assert { .. } | Self::NotifySend(_) => None,
        }
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Http(endpoint) => write!(f, "http:{endpoint}"),
            Self::PrivateNetwork(endpoint) => write!(f, "http.private-network:{endpoint}"),
            Self::Credential { endpoint, kind } => write!(f, "credential:{endpoint}:{kind}"),
            Self::TokenVerify(trust) => write!(f, "token.verify:{trust}"),
            Self::NotifySend(channel) => write!(f, "notify.send:{channel}"),
            Self::Assert { country, level } => {
                write!(f, "identity.assert:{}:{}", country.code(), level.name())
            }
        }
    }
}
