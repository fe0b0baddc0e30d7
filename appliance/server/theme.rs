//! How the pages and mails look and what they say: a theme's templates, texts, style sheets and drawings, compiled once.
//!
//! The built-in theme holds everything. A theme of a municipality is a folder that replaces files of it: colours and type
//! (`static/tokens.css`), shield, landscape, single texts. It cannot replace page templates, so no theme can turn off
//! escaping, add a script or let out what a view does not hold.
//!
//! This module deliberately knows no request and no session, and fetches nothing.

mod engine;
mod files;
mod letter;
mod sight;
mod speech;
#[cfg(test)]
mod tests;
mod texts;

use std::{
    collections::BTreeMap,
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use kuvert_domain::language::Language;
use thiserror::Error;

use self::{engine::Engine, files::Folder, letter::Inks, speech::Speech, texts::Library};
pub use self::{files::StaticFile, letter::Letter};
use crate::web::view::{Page, frame::Frame, letter::Notice};

/// The name of the built-in theme.
pub const BUILT_IN: &str = "default";

/// Why a theme cannot be loaded or a page not drawn. Seen only by administrators, in the log.
#[derive(Debug, Error)]
pub enum ThemeError {
    /// A file of a theme cannot be read.
    #[error("cannot read {path}: {source}")]
    Read {
        /// Which file or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file of a theme is not what its name says.
    #[error("theme {theme}: {file}: {why}")]
    Malformed {
        /// Whose file.
        theme: String,
        /// Which file.
        file: String,
        /// What is wrong with it.
        why: String,
    },
    /// A template is wrong or was given something that it does not expect.
    #[error("template: {0:#}")]
    Template(#[from] minijinja::Error),
}

/// Every theme of this appliance, ready to draw.
#[derive(Debug)]
pub struct Themes {
    by_name: BTreeMap<String, Theme>,
    built_in: Theme,
}

impl Themes {
    /// Compiles the built-in theme and, where `folder` is given, each folder in it that has a `theme.toml`.
    pub fn open(folder: Option<&Path>) -> Result<Self, ThemeError> {
        let base = Folder::built_in();
        let engine = Arc::new(Engine::compile(&base)?);
        let built_in = Theme::assemble(BUILT_IN, &base, None, &engine)?;
        let mut by_name = BTreeMap::new();
        for (name, own) in folder.map(files::themes_in).transpose()?.unwrap_or_default() {
            if name != BUILT_IN {
                by_name.insert(name.clone(), Theme::assemble(&name, &base, Some(&own), &engine)?);
            }
        }
        Ok(Self { by_name, built_in })
    }

    /// The theme of that name.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<&Theme> {
        if name == BUILT_IN { Some(&self.built_in) } else { self.by_name.get(name) }
    }

    /// The theme that is always there.
    #[must_use]
    pub fn built_in(&self) -> &Theme {
        &self.built_in
    }

    /// The theme whose files have that fingerprint, for `/static/<hash>/<path>`.
    #[must_use]
    pub fn with_hash(&self, hash: &str) -> Option<&Theme> {
        std::iter::once(&self.built_in).chain(self.by_name.values()).find(|theme| theme.hash == hash)
    }
}

/// One municipality's look and words.
#[derive(Debug)]
pub struct Theme {
    name: String,
    hash: String,
    files: BTreeMap<String, StaticFile>,
    library: Arc<Library>,
    engine: Arc<Engine>,
    inks: Inks,
}

impl Theme {
    fn assemble(
        name: &str,
        base: &Folder,
        own: Option<&Folder>,
        engine: &Arc<Engine>,
    ) -> Result<Self, ThemeError> {
        let library = Library::read(name, base, own)?;
        let inks = Inks::read(name, base, own)?;
        let files = files::statics(base, own);
        let hash = files::fingerprint(&files);
        Ok(Self {
            name: name.to_owned(),
            hash,
            files,
            library: Arc::new(library),
            engine: Arc::clone(engine),
            inks,
        })
    }

    /// The theme's name, as in the configuration.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The fingerprint of its files; part of their address, so that they can be kept for ever.
    #[must_use]
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// A file of `/static/<hash>/<path>`.
    #[must_use]
    pub fn file(&self, path: &str) -> Option<&StaticFile> {
        self.files.get(path)
    }

    /// Draws a page.
    ///
    /// # Errors
    /// Only when template and view do not fit each other, which the tests rule out for the built-in templates.
    pub fn page<P: Page>(&self, frame: &Frame, page: &P) -> Result<String, ThemeError> {
        let speech = Speech::for_page(&self.library, frame);
        self.engine.page(&self.name, &self.base_path(), &speech, frame, page)
    }

    /// Writes the notice mail.
    ///
    /// # Errors
    /// As for [`Theme::page`].
    pub fn notice(&self, language: Language, notice: &Notice) -> Result<Letter, ThemeError> {
        let speech = Speech::for_letter(&self.library, language);
        self.engine.letter(&self.inks, &speech, notice)
    }

    /// One text in plain words, for answers that are not pages; the key itself where there is no such text.
    #[must_use]
    pub fn words(&self, language: Language, key: &str, args: &[(&str, &str)]) -> String {
        self.library.say(language, key, args)
    }

    fn base_path(&self) -> String {
        format!("/static/{}", self.hash)
    }
}
