//! Trust profiles that a municipality adds itself: they count only when a trusted key signed them or two administrators
//! approved them.
//!
//! Invariant: an approval is of a text, by its digest. A changed profile is a new one.

use std::{collections::BTreeMap, fs, path::Path};

use super::{Installed, Registry, RegistryError};
use crate::{Digest, KeyId, Signer};

/// Approvals that make a profile count.
const APPROVALS: usize = 2;

/// How far a profile has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approved {
    /// Who has approved it so far.
    pub by: Vec<String>,
    /// Whether it counts.
    pub counts: bool,
}

impl Registry {
    /// Notes that an administrator approves the text of a profile. The second one must be another. `typed_by` is the user
    /// of the machine, for those who read the journal later.
    pub fn approve_profile(
        &self,
        name: &str,
        text: &str,
        who: &str,
        typed_by: &str,
    ) -> Result<Approved, RegistryError> {
        let who = who.split_whitespace().collect::<Vec<_>>().join(" ");
        let digest = Digest::of(text.as_bytes());
        let mut by = Vec::new();
        self.change(|table, _| {
            let approvals = table.profile.entry(digest).or_default();
            if who.is_empty() || approvals.iter().any(|known| known.to_lowercase() == who.to_lowercase()) {
                return Err(RegistryError::SameApprover);
            }
            approvals.push(who.clone());
            by.clone_from(approvals);
            let installed = Installed { digest, ..Installed::nothing(self.now()) };
            self.note(table, "approve-profile", name, &installed, &who, &format!("typed by {typed_by}"));
            Ok(true)
        })?;
        Ok(Approved { counts: by.len() >= APPROVALS, by })
    }

    /// The profiles that count, by name. `<name>.toml` is the text, `<name>.toml.<key>.sig` a signature. One that does not
    /// count is left out; the log names each, and why.
    pub fn profiles(&self) -> Result<BTreeMap<String, String>, RegistryError> {
        let folder = self.settings.profiles.as_path();
        let table = self.table()?;
        let keys = self.keys()?;
        let mut counting = BTreeMap::new();
        for file in fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = file.path();
            let file_name = file.file_name().to_string_lossy().into_owned();
            let Some(name) = file_name.strip_suffix(".toml") else { continue };
            let text = match fs::read_to_string(&path) {
                Ok(text) => text,
                Err(error) => {
                    tracing::error!(profile = name, %error, "this trust profile cannot be read");
                    continue;
                }
            };
            let approvals = table.profile.get(&Digest::of(text.as_bytes())).map_or(0, Vec::len);
            let signatures = signatures(folder, &file_name);
            let signed = keys.judge_profile(&text, &signatures, self.now(), self.is_test_data());
            let vouched = match signed {
                Ok(Signer::Key(key)) => format!("signed by {key}"),
                Ok(Signer::Nobody) => continue,
                Err(_) if approvals >= APPROVALS => format!("approved by {approvals}"),
                Err(error) => {
                    tracing::warn!(profile = name, approvals, %error, "this trust profile does not count yet");
                    continue;
                }
            };
            tracing::info!(profile = name, vouched, "this trust profile counts");
            counting.insert(name.to_owned(), text);
        }
        Ok(counting)
    }
}

/// The signatures that lie beside a profile.
fn signatures(folder: &Path, profile: &str) -> BTreeMap<KeyId, Vec<u8>> {
    let mut found = BTreeMap::new();
    for file in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = file.file_name().to_string_lossy().into_owned();
        let key = name.strip_prefix(profile).and_then(|rest| rest.strip_prefix('.')?.strip_suffix(".sig"));
        if let Some(key) = key.and_then(|key| KeyId::parse(key).ok())
            && let Ok(signature) = fs::read(file.path())
        {
            found.insert(key, signature);
        }
    }
    found
}
