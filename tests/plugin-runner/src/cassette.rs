//! A cassette: one conversation between host, plugin and provider, as TOML.
//!
//! It is read strictly, so that a word that nobody understands is a mistake and never an expectation that is not looked
//! at. The format is described in `plugins/README.md`.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

use serde::Deserialize;

use crate::{expectation::Expectation, wanted::Wanted};

/// One file of `tests/`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Cassette {
    /// One sentence: what this shows.
    pub(crate) shows: String,
    /// A built-in trust profile; the folder's own `profile.toml` when left out.
    pub(crate) profile: Option<String>,
    #[serde(default = "resident")]
    pub(crate) audience: String,
    #[serde(default = "swedish")]
    pub(crate) language: String,
    #[serde(default = "substantial")]
    pub(crate) min_level: String,
    /// The person wants to use an app on this very device.
    #[serde(default)]
    pub(crate) same_device: bool,
    #[serde(default = "desktop")]
    pub(crate) user_agent: String,
    /// What the administrator set.
    #[serde(default)]
    pub(crate) settings: BTreeMap<String, String>,
    /// The calls, in order.
    pub(crate) step: Vec<Step>,
}

/// One call of the plugin.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Step {
    pub(crate) call: Call,
    /// How long after the step before; a poll comes two seconds later when nothing is said.
    pub(crate) after_ms: Option<u64>,
    /// What a callback brings.
    #[serde(default)]
    pub(crate) params: BTreeMap<String, String>,
    /// What the plugin asks the provider, in order, and what it is told.
    #[serde(default)]
    pub(crate) http: Vec<Exchange>,
    /// What comes of it.
    #[serde(default)]
    pub(crate) expect: Expectation,
}

/// The verbs of the contract that a host calls during a login, and `probe`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Call {
    Begin,
    Poll,
    Callback,
    Returned,
    Restart,
    Render,
    Cancel,
    Probe,
}

/// One request and its answer.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Exchange {
    /// The manifest's endpoint; its only one when left out.
    pub(crate) endpoint: Option<String>,
    pub(crate) request: Wanted,
    #[serde(default)]
    pub(crate) answer: Answer,
    /// Instead of an answer: the connection breaks.
    #[serde(default)]
    pub(crate) hangs_up: bool,
}

/// What the provider says.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: BTreeMap<String, String>,
    /// A JSON body, sent as `application/json` when nothing else is said.
    pub(crate) json: Option<serde_json::Value>,
    /// Any other body.
    pub(crate) body: Option<String>,
    pub(crate) content_type: Option<String>,
}

impl Default for Answer {
    fn default() -> Self {
        Self { status: 200, headers: BTreeMap::new(), json: None, body: None, content_type: None }
    }
}

impl Cassette {
    /// Every cassette of a folder by its name, in order; what is wrong with one that cannot be read.
    pub(crate) fn all(folder: &Path) -> io::Result<Vec<(String, Result<Self, String>)>> {
        let entries = match fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let mut files: Vec<PathBuf> =
            entries.map(|entry| entry.map(|entry| entry.path())).collect::<io::Result<_>>()?;
        files.retain(|file| file.extension().is_some_and(|end| end == "toml"));
        files.sort();
        let read = |file: PathBuf| {
            let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let text = fs::read_to_string(&file).map_err(|error| error.to_string());
            (name, text.and_then(|text| Self::parse(&text)))
        };
        Ok(files.into_iter().map(read).collect())
    }

    fn parse(text: &str) -> Result<Self, String> {
        let cassette: Self = toml::from_str(text).map_err(|error| error.to_string())?;
        if cassette.step.is_empty() {
            return Err("a cassette without a step shows nothing".to_owned());
        }
        Ok(cassette)
    }
}

fn resident() -> String {
    "resident".to_owned()
}

fn swedish() -> String {
    "sv".to_owned()
}

fn substantial() -> String {
    "substantial".to_owned()
}

fn desktop() -> String {
    "Mozilla/5.0 (X11; Linux x86_64) Chrome/130.0 Safari/537.36".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_that_nobody_understands_is_a_mistake() {
        let whole = "shows = \"x\"\n[[step]]\ncall = \"begin\"\nexpect = { wait = \"scan\" }\n";
        assert!(Cassette::parse(whole).is_ok());
        for text in [
            "shows = \"x\"\nstep = []".to_owned(),
            whole.replace("wait", "weight"),
            whole.replace("begin", "start"),
            whole.replace("shows", "show"),
            format!("{whole}[[step.http]]\nrequest = {{ path = \"/\", jsn = {{}} }}\n"),
        ] {
            assert!(Cassette::parse(&text).is_err(), "{text}");
        }
    }
}
