//! `kuvert fault`: what a plugin's fault code means, and what to do next.
//!
//! The words are the built-in theme's, in the language asked for. It looks at no appliance.

use std::io;

use anyhow::Context as _;
use kuvert_domain::language::Language;
use kuvert_service::sandbox::FaultCode;

use super::say;
use crate::theme::Themes;

/// Which codes, in which language.
#[derive(Debug, clap::Args)]
pub(super) struct Question {
    /// The code, such as P-HTTP; every code when left out.
    code: Option<String>,
    /// The language: sv, da or en.
    #[arg(long, default_value = "en")]
    language: String,
}

pub(super) fn explain(question: &Question) -> anyhow::Result<()> {
    let language: Language = question.language.parse().ok().context("the languages are sv, da and en")?;
    let asked =
        |code: &FaultCode| question.code.as_ref().is_none_or(|asked| asked.eq_ignore_ascii_case(code.name()));
    let codes: Vec<FaultCode> = FaultCode::ALL.into_iter().filter(asked).collect();
    anyhow::ensure!(!codes.is_empty(), "there is no such code; without one, every code is explained");
    let themes = Themes::open(None)?;
    let mut out = io::stdout();
    for code in codes {
        let words = |kind: &str| themes.built_in().words(language, &format!("{kind}-{code}"), &[]);
        say(&mut out, &format!("{code}\n  {}\n  → {}", words("cause"), words("step")));
    }
    Ok(())
}
