//! The notice mail's look: one small sheet, written into `style` attributes, because mail readers ignore sheets.
//!
//! A theme sets the inks (`[mail]` in its `theme.toml`). No image and no font is ever fetched by a mail.

use std::{collections::BTreeMap, sync::Arc};

use minijinja::{Error, ErrorKind, Value};
use serde::Deserialize;

use super::{ThemeError, files::Folder, speech::escape};

/// A mail, ready to be addressed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// The subject line.
    pub subject: String,
    /// The body as plain text.
    pub text: String,
    /// The body as HTML.
    pub html: String,
}

/// The sheet with a theme's colours filled in: declarations by class name.
#[derive(Debug, Clone)]
pub(super) struct Inks {
    classes: Arc<BTreeMap<String, String>>,
}

/// What a `theme.toml` may say.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Manifest {
    /// What the theme is called where themes are listed.
    #[expect(
        dead_code,
        reason = "required in the file; shown where themes are listed, which is a page to come"
    )]
    title: String,
    /// The inks of mails, by the names that `mail.css` uses.
    #[serde(default)]
    mail: BTreeMap<String, String>,
}

impl Inks {
    /// Reads the sheet and the inks, the theme's own over the built-in ones.
    pub(super) fn read(theme: &str, base: &Folder, own: Option<&Folder>) -> Result<Self, ThemeError> {
        let mut inks = BTreeMap::new();
        for layer in std::iter::once(base).chain(own) {
            inks.extend(manifest(theme, layer)?.mail);
        }
        if let Some((name, ink)) = inks.iter().find(|(_, ink)| !is_colour(ink)) {
            return Err(malformed(
                theme,
                "theme.toml",
                format!("mail.{name}: {ink:?} is not a colour like #1d5240"),
            ));
        }
        let sheet = base.text("mail/mail.css").unwrap_or_default();
        let mut classes = BTreeMap::new();
        for (class, declarations) in rules(sheet) {
            let mut filled = declarations.split_whitespace().collect::<Vec<_>>().join(" ");
            for (name, ink) in &inks {
                filled = filled.replace(&format!("var(--{name})"), ink);
            }
            if filled.contains("var(") {
                return Err(malformed(theme, "mail/mail.css", format!("{class}: an ink has no colour")));
            }
            classes.insert(class.to_owned(), filled);
        }
        Ok(Self { classes: Arc::new(classes) })
    }

    /// The `style` attribute of a class.
    pub(super) fn style(&self, class: &str) -> Result<Value, Error> {
        let declarations = self.classes.get(class).ok_or_else(|| {
            Error::new(ErrorKind::InvalidOperation, format!("mail.css has no class {class:?}"))
        })?;
        Ok(Value::from_safe_string(format!("style=\"{}\"", escape(declarations))))
    }
}

/// The rules `.class { declarations }` of a sheet; it has class selectors only.
fn rules(sheet: &str) -> impl Iterator<Item = (&str, &str)> {
    sheet.split('}').filter_map(|rule| {
        let (before, declarations) = rule.split_once('{')?;
        let class = before.rsplit('.').next()?.trim();
        Some((class, declarations.trim()))
    })
}

fn manifest(theme: &str, folder: &Folder) -> Result<Manifest, ThemeError> {
    let source = folder.text("theme.toml").unwrap_or_default();
    toml::from_str(source).map_err(|e| malformed(theme, "theme.toml", e.to_string()))
}

fn is_colour(ink: &str) -> bool {
    ink.strip_prefix('#').is_some_and(|hex| hex.len() == 6 && hex.bytes().all(|b| b.is_ascii_hexdigit()))
}

fn malformed(theme: &str, file: &str, why: String) -> ThemeError {
    ThemeError::Malformed { theme: theme.to_owned(), file: file.to_owned(), why }
}
