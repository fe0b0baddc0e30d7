//! The template engine: every built-in template compiled once, escaping forced, nothing undefined let through.
//!
//! It knows no text and no date; those come in with the speech.

use std::fmt;

use minijinja::{
    AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior, Value, syntax::SyntaxConfig, value::Serde,
};
use serde::Serialize;

use super::{
    ThemeError,
    files::Folder,
    letter::{Inks, Letter},
    sight,
    speech::{Speech, escape},
};
use crate::web::view::{Page, frame::Frame, letter::Notice};

/// Steps that one page may take: a hundred times what the longest page needs, so that a mistake ends.
const FUEL: u64 = 5_000_000;

/// All templates, ready to draw.
pub(super) struct Engine {
    environment: Environment<'static>,
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine").finish_non_exhaustive()
    }
}

impl Engine {
    /// Compiles every template of the theme; a mistake in one of them is found here, not when its page is asked for.
    pub(super) fn compile(folder: &Folder) -> Result<Self, ThemeError> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_auto_escape_callback(|name| match name.rsplit('.').next() {
            Some("txt") => AutoEscape::None,
            _ => AutoEscape::Html,
        });
        environment.set_formatter(|out, state, value| {
            if value.is_none() {
                return Err(Error::new(
                    ErrorKind::InvalidOperation,
                    "a template shows something that is not there",
                ));
            }
            match state.auto_escape() {
                AutoEscape::Html if !value.is_safe() => out.write_str(&escape(&value.to_string())),
                _ => write!(out, "{value}"),
            }
            .map_err(Error::from)
        });
        environment.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?);
        environment.set_fuel(Some(FUEL));
        for kind in ["templates/", "mail/"] {
            for (name, _) in folder.below(kind).filter(|(name, _)| is_template(name)) {
                let source = folder.text(&format!("{kind}{name}")).unwrap_or_default();
                environment.add_template_owned(name.to_owned(), source.to_owned())?;
            }
        }
        Ok(Self { environment })
    }

    /// Draws a page within its frame.
    pub(super) fn page<P: Page>(
        &self,
        theme: &str,
        base: &str,
        speech: &Speech,
        frame: &Frame,
        page: &P,
    ) -> Result<String, ThemeError> {
        let context = sight::functions(base, speech)
            .into_iter()
            .chain([("theme", Value::from(theme)), ("base", Value::from(base))])
            .chain([("frame", Value::from(Serde(frame))), ("page", Value::from(Serde(page)))]);
        self.draw(P::TEMPLATE, context)
    }

    /// Writes the notice mail, as text and as HTML.
    pub(super) fn letter(&self, inks: &Inks, speech: &Speech, notice: &Notice) -> Result<Letter, ThemeError> {
        let subject = speech.text_plain("notice-subject", &[("municipality", &notice.municipality)])?;
        let text = self.draw("notice.txt", letter_context(inks, speech, &subject, notice))?;
        let html = self.draw("notice.html", letter_context(inks, speech, &subject, notice))?;
        Ok(Letter { subject, text, html })
    }

    fn draw(
        &self,
        template: &str,
        context: impl Iterator<Item = (&'static str, Value)>,
    ) -> Result<String, ThemeError> {
        Ok(self.environment.get_template(template)?.render(Value::from_pairs(context))?)
    }
}

fn letter_context(
    inks: &Inks,
    speech: &Speech,
    subject: &str,
    notice: &impl Serialize,
) -> impl Iterator<Item = (&'static str, Value)> {
    let inks = inks.clone();
    let style = Value::from_function(move |class: &str| inks.style(class));
    sight::functions("", speech).into_iter().chain([
        ("style", style),
        ("language", Value::from(speech.language().tag())),
        ("subject", Value::from(subject)),
        ("notice", Value::from(Serde(notice))),
    ])
}

fn is_template(name: &str) -> bool {
    matches!(name.rsplit('.').next(), Some("html" | "txt"))
}
