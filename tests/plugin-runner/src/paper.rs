//! The parts of a bundle that are for people: texts in every language, reasons for every permission, the two pages.
//!
//! What the appliance itself refuses is found when the bundle is opened and the sandbox starts; here is what it would
//! take and people would miss.

use std::collections::BTreeSet;

use kuvert_bundle::{Bundle, Permission};
use kuvert_domain::language::Language;

/// What is missing, or how much is there.
pub(crate) fn check(bundle: &Bundle) -> Result<String, String> {
    let mut faults = Vec::new();
    let manifest = bundle.manifest();
    let keys: Vec<(Language, BTreeSet<&str>)> =
        Language::ALL.into_iter().map(|language| (language, message_keys(bundle, language))).collect();
    let all: BTreeSet<&str> = keys.iter().flat_map(|(_, keys)| keys.iter().copied()).collect();
    for (language, own) in &keys {
        let missing: Vec<&str> = all.difference(own).copied().collect();
        if !missing.is_empty() {
            faults.push(format!("locales/{}.ftl lacks {}", language.tag(), missing.join(", ")));
        }
    }
    if !all.contains("name") {
        faults.push("the locales lack the text `name`: what the way to sign in is called".to_owned());
    }
    for (permission, reasons) in &manifest.permissions {
        for language in Language::ALL.into_iter().filter(|language| !reasons.contains_key(language.tag())) {
            faults.push(format!("{permission} gives no reason in {}", language.tag()));
        }
    }
    for id in manifest.endpoints.keys() {
        if !manifest.asks_for(&Permission::Http(id.clone())) {
            faults.push(format!("the endpoint {id} needs the permission http:{id}"));
        }
    }
    if !manifest.permissions.keys().any(|permission| matches!(permission, Permission::Assert { .. })) {
        faults.push("nothing asks for identity.assert:<country>:<level>".to_owned());
    }
    if bundle.text("icon.svg").is_none() {
        faults.push("icon.svg is missing".to_owned());
    }
    if bundle.text("README.md").is_none_or(|page| page.trim().is_empty()) {
        faults.push("README.md is missing: what an administrator sets up".to_owned());
    }
    let entry = format!("\n## {}\n", manifest.version);
    if !bundle.text("CHANGES.md").is_some_and(|page| page.contains(&entry)) {
        faults.push(format!("CHANGES.md has no heading `## {}`", manifest.version));
    }
    if faults.is_empty() {
        Ok(format!("{} texts in {} languages", all.len(), keys.len()))
    } else {
        Err(faults.join("\n"))
    }
}

fn message_keys(bundle: &Bundle, language: Language) -> BTreeSet<&str> {
    let text = bundle.text(match language {
        Language::Sv => "locales/sv.ftl",
        Language::Da => "locales/da.ftl",
        Language::En => "locales/en.ftl",
    });
    let starts = |line: &&str| line.starts_with(|first: char| first.is_ascii_alphabetic());
    let lines = text.unwrap_or_default().lines().filter(starts);
    lines.filter_map(|line| Some(line.split_once('=')?.0.trim())).collect()
}
