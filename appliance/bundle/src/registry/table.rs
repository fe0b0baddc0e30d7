//! The table of plugins as it stands in its file: what is installed, what is active, and a journal of every change.
//!
//! Journal and state are one file, so a change and the line that tells of it are there together or not at all. It is
//! written by the registry alone and read strictly.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use semver::Version;
use serde::{Deserialize, Serialize};

use crate::Digest;

/// Changes whenever an older appliance could misread the file.
const FORMAT: u32 = 1;
/// Earlier versions that are kept for going back.
const KEPT: usize = 3;
/// How long a version that was taken away still serves the logins that began with it: longer than any login lasts.
const LEAVING: SignedDuration = SignedDuration::from_mins(15);

/// Everything that the registry knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    format: u32,
    #[serde(default)]
    pub(super) plugin: BTreeMap<String, Entry>,
    /// Who approved which trust profile, by the digest of its text.
    #[serde(default)]
    pub(super) profile: BTreeMap<Digest, Vec<String>>,
    #[serde(default)]
    pub(super) journal: Vec<Line>,
}

/// One plugin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The version that new logins begin with.
    pub active: Option<Digest>,
    /// Since when.
    #[serde(with = "words")]
    pub since: Timestamp,
    /// The versions before it that can be gone back to, the latest first.
    pub previous: Vec<Digest>,
    /// The highest version ever installed here.
    #[serde(with = "words")]
    pub highest: Version,
    /// Every version ever installed here, and what it was.
    pub(super) seen: BTreeMap<String, Digest>,
    /// What is installed.
    pub(super) version: Vec<Installed>,
    /// What was taken away a moment ago.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) leaving: Vec<Leaving>,
}

/// One installed version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Installed {
    /// Its version.
    #[serde(with = "words")]
    pub version: Version,
    /// Its bundle.
    pub digest: Digest,
    /// When it was installed.
    #[serde(with = "words")]
    pub at: Timestamp,
    /// Why it is in quarantine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quarantined: Option<String>,
}

/// A version that was taken away: nobody begins with it, and the logins that did may end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Leaving {
    /// When it goes.
    #[serde(with = "words")]
    pub(super) until: Timestamp,
    pub(super) was: Installed,
}

/// Something that was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// Its number, from 1 without gaps.
    pub number: u64,
    /// When.
    #[serde(with = "words")]
    pub at: Timestamp,
    /// What: `install`, `activate`, `roll-back`, `remove`, `quarantine`, `approve-profile`, `test-mode-on`,
    /// `test-mode-off`.
    pub what: String,
    /// To which plugin or profile, or to the data folder.
    pub plugin: String,
    /// Its version; empty for what has none.
    pub version: String,
    /// Its digest.
    pub digest: Digest,
    /// Who did it: a user of the machine, or `kuvert` itself.
    pub who: String,
    /// Why, where there is something to say.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

impl Default for Table {
    fn default() -> Self {
        Self {
            format: FORMAT,
            plugin: BTreeMap::default(),
            profile: BTreeMap::default(),
            journal: Vec::default(),
        }
    }
}

impl Table {
    /// A plugin's entry.
    #[must_use]
    pub fn plugin(&self, id: &str) -> Option<&Entry> {
        self.plugin.get(id)
    }

    /// Every plugin.
    pub fn plugins(&self) -> impl Iterator<Item = (&str, &Entry)> {
        self.plugin.iter().map(|(id, entry)| (id.as_str(), entry))
    }

    /// What was done, the oldest first.
    #[must_use]
    pub fn journal(&self) -> &[Line] {
        &self.journal
    }

    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let table: Self = toml::from_str(text).map_err(|error| error.to_string())?;
        if table.format != FORMAT {
            return Err(format!("it has the format {}, not {FORMAT}", table.format));
        }
        Ok(table)
    }

    /// Whether some entry names this file.
    pub(super) fn names(&self, file: &str) -> bool {
        self.plugin.iter().any(|(id, entry)| entry.all().any(|one| one.file_name(id) == file))
    }

    /// Forgets what was taken away long enough ago. Whether there was anything.
    pub(super) fn let_go(&mut self, now: Timestamp) -> bool {
        let mut gone = false;
        for entry in self.plugin.values_mut() {
            let before = entry.leaving.len();
            entry.leaving.retain(|one| now < one.until);
            gone |= entry.leaving.len() != before;
        }
        gone
    }
}

impl Entry {
    pub(super) fn new(at: Timestamp) -> Self {
        Self {
            active: None,
            since: at,
            previous: Vec::new(),
            highest: Version::new(0, 0, 0),
            seen: BTreeMap::new(),
            version: Vec::new(),
            leaving: Vec::new(),
        }
    }

    /// Whether somebody sees to it: a version is in use, or waits to be.
    pub(super) fn is_in_hand(&self) -> bool {
        self.active.is_some() || !self.version.is_empty()
    }

    /// What is installed, the newest first.
    #[must_use]
    pub fn versions(&self) -> &[Installed] {
        &self.version
    }

    /// The installed version with this digest.
    #[must_use]
    pub fn version(&self, digest: &Digest) -> Option<&Installed> {
        self.version.iter().find(|one| one.digest == *digest)
    }

    /// The installed version of this number.
    #[must_use]
    pub fn numbered(&self, version: &Version) -> Option<&Installed> {
        self.version.iter().find(|one| one.version == *version)
    }

    /// What a login may end with: what is installed, and what was taken away a moment ago.
    pub(super) fn serving(&self, digest: &Digest, now: Timestamp) -> Option<&Installed> {
        let leaving = self.leaving.iter().filter(|one| now < one.until).map(|one| &one.was);
        self.version.iter().chain(leaving).find(|one| one.digest == *digest)
    }

    /// The same, to be changed.
    pub(super) fn serving_mut(&mut self, digest: &Digest) -> Option<&mut Installed> {
        let leaving = self.leaving.iter_mut().map(|one| &mut one.was);
        self.version.iter_mut().chain(leaving).find(|one| one.digest == *digest)
    }

    fn all(&self) -> impl Iterator<Item = &Installed> {
        self.version.iter().chain(self.leaving.iter().map(|one| &one.was))
    }

    /// Whether this version, with this content or any, may be installed after what has been here.
    pub(super) fn admits(&self, version: &Version, digest: &Digest, test_data: bool) -> bool {
        match self.seen.get(&version.to_string()) {
            Some(seen) => seen == digest || test_data,
            None => *version > self.highest || test_data,
        }
    }

    /// Adds a version. One that is here already, and comes in other bytes, stays what it was: when it came, and a
    /// quarantine, belong to the content and not to the file. What was only a test bars nothing that comes later.
    pub(super) fn add(&mut self, fresh: Installed, test_data: bool) {
        let (version, digest) = (fresh.version.clone(), fresh.digest);
        let known = self.all().find(|one| one.digest == digest).cloned();
        if !test_data {
            self.seen.insert(version.to_string(), digest);
            self.highest = self.highest.clone().max(version);
        }
        self.version.retain(|one| one.digest != digest);
        self.leaving.retain(|one| one.was.digest != digest);
        self.version.push(known.unwrap_or(fresh));
        // Of two with one number, which only tests bring about, the later one counts.
        self.version.sort_by(|one, other| (&other.version, other.at).cmp(&(&one.version, one.at)));
    }

    /// Makes a version the active one. What was active can be gone back to, unless this *is* going back.
    pub(super) fn activate(&mut self, digest: Digest, at: Timestamp, going_back: bool) {
        self.previous.retain(|one| *one != digest);
        if let Some(was) = self.active.filter(|was| *was != digest && !going_back) {
            self.previous.insert(0, was);
        }
        self.previous.truncate(KEPT);
        (self.active, self.since) = (Some(digest), at);
        if let Some(one) = self.version.iter_mut().find(|one| one.digest == digest) {
            one.quarantined = None;
        }
        self.forget(at);
    }

    pub(super) fn remove(&mut self, digest: &Digest, now: Timestamp) {
        self.active = self.active.filter(|active| active != digest);
        self.previous.retain(|one| one != digest);
        self.part_with(now, |one| one.digest != *digest);
    }

    /// Drops what is older than the active one and not kept, and all but the newest of what waits to be activated.
    fn forget(&mut self, now: Timestamp) {
        let active = self.active.and_then(|digest| self.version(&digest)).map(|one| one.version.clone());
        let kept: Vec<Digest> = self.active.iter().chain(&self.previous).copied().collect();
        let mut waiting = 0;
        self.part_with(now, |one| {
            let waits = active.as_ref().is_none_or(|active| one.version > *active) && waiting < KEPT;
            let stays = kept.contains(&one.digest);
            waiting += usize::from(!stays && waits);
            stays || waits
        });
    }

    /// Takes away what does not stay; logins in progress may end with it.
    fn part_with(&mut self, now: Timestamp, mut stays: impl FnMut(&Installed) -> bool) {
        let (staying, going): (Vec<_>, Vec<_>) = self.version.drain(..).partition(|one| stays(one));
        self.version = staying;
        let until = now.saturating_add(LEAVING).unwrap_or(Timestamp::MAX);
        self.leaving.extend(going.into_iter().map(|was| Leaving { until, was }));
    }
}

impl Installed {
    /// What a line of the journal names that is about no bundle.
    pub(super) fn nothing(at: Timestamp) -> Self {
        Self { version: Version::new(0, 0, 0), digest: Digest::of(b""), at, quarantined: None }
    }

    /// Its version as the journal writes it.
    pub(super) fn number(&self) -> String {
        if self.version == Version::new(0, 0, 0) { String::new() } else { self.version.to_string() }
    }

    /// The name of its file.
    pub(super) fn file_name(&self, plugin: &str) -> String {
        format!("{plugin}-{}-{}.kplug", self.version, self.digest.short())
    }
}

/// Values that stand in the file as they are written by hand.
mod words {
    use std::{fmt::Display, str::FromStr};

    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    pub(super) fn serialize<T: Display, S: Serializer>(value: &T, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(value)
    }

    pub(super) fn deserialize<'de, T, D>(from: D) -> Result<T, D::Error>
    where
        T: FromStr<Err: Display>,
        D: Deserializer<'de>,
    {
        String::deserialize(from)?.parse().map_err(D::Error::custom)
    }
}
