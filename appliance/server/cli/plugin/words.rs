//! What `kuvert plugin` says, for somebody who has other things to do.
//!
//! Plain sentences, the next command to type, and an exclamation mark where a second look is worth it. It only writes;
//! nothing here decides.

use std::fmt::Write as _;

use jiff::Timestamp;
use kuvert_service::bundle::{
    Approved, Bundle, Change, Entry, Line, Manifest, Reach, RegistryError, SettingManifest, Signer, Version,
    changes,
};
use kuvert_service::sandbox::{Binding, Grants, Verdict, unasked};

/// Said first where it holds.
pub(super) const TEST_DATA: &str =
    "! This data folder is marked as test: plugins that nobody signed run, and every page says so.";

/// What people do with a plugin.
pub(super) struct Uses {
    /// The ways to sign in that name it, each `municipality/method`.
    pub(super) all: Vec<String>,
    /// Those of them that are out of order, and why.
    pub(super) misfits: Vec<(String, String)>,
    /// The versions that can be gone back to.
    pub(super) back: Vec<String>,
}

/// Who vouches for a bundle.
pub(super) fn signer(signer: &Signer) -> String {
    match signer {
        Signer::Key(key) => format!("signed by {key}"),
        Signer::Nobody => "signed by nobody".to_owned(),
    }
}

/// One plugin in the list. `judged` is what becomes of the active version: who vouches for it, or why it does not run.
pub(super) fn row(
    id: &str,
    entry: Option<&Entry>,
    judged: Option<&Result<String, RegistryError>>,
    shipped: Option<&Manifest>,
    uses: &Uses,
) -> String {
    let mut text = String::new();
    let active = entry.and_then(|entry| entry.version(&entry.active?).map(|version| (entry, version)));
    match (active, judged) {
        (Some((entry, installed)), Some(Ok(vouched))) => {
            line(
                &mut text,
                "",
                &format!("{id} {}, in use since {}, {vouched}", installed.version, day(entry.since)),
            );
        }
        (Some((_, installed)), judged) => {
            line(&mut text, "", &format!("{id} {}", installed.version));
            let why =
                judged.and_then(|judged| judged.as_ref().err()).map(ToString::to_string).unwrap_or_default();
            line(&mut text, "  ! ", &format!("out of order, nobody signs in with it: {why}"));
        }
        (None, _) => line(&mut text, "", &format!("{id}, not in use")),
    }
    let in_order = |id: &&String| !uses.misfits.iter().any(|(misfit, _)| misfit == *id);
    let served: Vec<&str> = uses.all.iter().filter(in_order).map(String::as_str).collect();
    if !served.is_empty() {
        let what = if matches!(judged, Some(Ok(_))) { "signs people in for" } else { "named by" };
        line(&mut text, "    ", &format!("{what} {}", served.join(", ")));
    }
    told_misfits(&mut text, &uses.misfits);
    if let Some(entry) = entry {
        others(&mut text, id, entry, &uses.back);
    }
    came_along(&mut text, shipped, entry, !uses.all.is_empty());
    text
}

/// The versions besides the active one, each with the command that leads there.
fn others(text: &mut String, id: &str, entry: &Entry, back: &[String]) {
    if !back.is_empty() {
        let back = format!("`kuvert plugin roll-back {id}` goes back to {}", back.join(", then "));
        line(text, "    ", &back);
    }
    for waiting in entry.versions().iter().filter(|one| is_waiting(entry, &one.version)) {
        let version = &waiting.version;
        let next = format!("{version} is installed: `kuvert plugin activate {id} {version}`");
        line(text, "    ", &next);
    }
}

/// What came with the appliance, where that is news.
fn came_along(text: &mut String, shipped: Option<&Manifest>, entry: Option<&Entry>, is_named: bool) {
    match (shipped.map(|shipped| &shipped.version), entry) {
        (Some(version), None) => {
            let when = if is_named { "at the next start" } else { "when a way to sign in names it" };
            let what = format!("{version} came with the appliance, and is installed {when}");
            line(text, "    ", &what);
        }
        (Some(version), Some(entry)) if *version > entry.highest => {
            let what =
                format!("newer: {version} came with the appliance; `kuvert plugin install` takes it in");
            line(text, "    ", &what);
        }
        (None, None) => line(text, "  ! ", "neither installed nor among those that came with the appliance"),
        _ => {}
    }
}

/// What a bundle is and asks for, before it is installed.
pub(super) fn offer(bundle: &Bundle, vouched: &str, former: Option<&Bundle>) -> String {
    let manifest = bundle.manifest();
    let mut text = String::new();
    line(&mut text, "", &format!("{} {} by {}, {vouched}", manifest.id, manifest.version, manifest.vendor));
    let found = changes(former.map(Bundle::manifest), manifest);
    match former {
        Some(former) if found.is_empty() => {
            let _ = writeln!(text, "It asks for nothing that {} did not ask for.", former.manifest().version);
        }
        Some(former) => {
            let _ = writeln!(
                text,
                "Compared with {}, which is in use (! = it may do more):",
                former.manifest().version
            );
        }
        None => {
            let _ = writeln!(text, "There is no version in use to compare it with. What it asks for (!):");
        }
    }
    for change in &found {
        line(&mut text, if change.grows() { "  ! " } else { "    " }, &told(change, manifest));
    }
    if let Some(news) = bundle.text("CHANGES.md").and_then(|page| news(page, &manifest.version)) {
        let _ = writeln!(text, "What its author says about it:");
        news.lines().for_each(|news| line(&mut text, "    ", news));
    }
    text
}

/// After an install.
pub(super) fn installed(id: &str, version: &Version) -> String {
    format!(
        "It is tried out and kept. Nothing has changed for anybody yet.\n  \
         to let people sign in with it:  kuvert plugin activate {id} {version}\n  \
         to take it away again:          kuvert plugin remove {id} {version}\n"
    )
}

/// After an activation.
pub(super) fn activated(id: &str, version: &Version, uses: &[String]) -> String {
    let mut text =
        format!("{id}: new logins begin with {version}. Logins in progress finish where they began.\n");
    if uses.is_empty() {
        line(
            &mut text,
            "  ! ",
            "no way to sign in names this plugin yet; see [[municipality.method]] in the configuration",
        );
    } else {
        let _ = writeln!(text, "  to see whether all is well:  kuvert plugin probe {id}");
        let _ = writeln!(text, "  if it is not:                kuvert plugin roll-back {id}");
    }
    text
}

/// Instead of an activation after which somebody could not sign in.
pub(super) fn misfit(plugin: &str, version: &Version, misfits: &[(String, String)]) -> String {
    let mut text = format!("{plugin} {version} does not fit what the configuration says:\n");
    told_misfits(&mut text, misfits);
    text.push_str(
        "        Nothing has changed. Mend the configuration, restart the appliance where it still runs with the old one, \
         and activate again.",
    );
    text
}

/// Beside a change: which ways to sign in do not work with the version that it led to.
pub(super) fn warned(misfits: &[(String, String)]) -> String {
    let mut text = String::new();
    if !misfits.is_empty() {
        text.push_str("These ways to sign in do not fit it, and are out of order:\n");
        told_misfits(&mut text, misfits);
    }
    text
}

fn told_misfits(text: &mut String, misfits: &[(String, String)]) {
    for (id, why) in misfits {
        line(text, "  ! ", &format!("{id}: {why}"));
    }
}

/// Why a version does not run, and what an administrator can do.
pub(super) fn shut_away(reason: &str) -> String {
    let mut text = String::new();
    line(&mut text, "  ! ", &format!("in quarantine, nobody signs in with it: {reason}"));
    text
}

/// After an approval.
pub(super) fn approved(profile: &str, approved: &Approved) -> String {
    let by = approved.by.join(" and ");
    if approved.counts {
        format!(
            "The trust profile {profile} counts: approved by {by}. A running appliance takes it up within seconds.\n"
        )
    } else {
        format!(
            "Approved by {by}. The trust profile {profile} counts as soon as another person approves the same text.\n"
        )
    }
}

/// Everything about one version.
pub(super) fn whole(bundle: &Bundle, vouched: &str, entry: Option<&Entry>) -> String {
    let manifest = bundle.manifest();
    let mut text = String::new();
    line(&mut text, "", &format!("{} {} by {}, {vouched}", manifest.id, manifest.version, manifest.vendor));
    line(&mut text, "    ", &format!("licence {}, digest {}", manifest.licence, bundle.digest()));
    if entry.is_none() {
        line(&mut text, "    ", "it came with the appliance and is not installed");
    }
    let _ = writeln!(text, "It asks for:");
    for change in changes(None, manifest).iter().filter(|change| change.grows()) {
        line(&mut text, "    ", &told(change, manifest));
    }
    let kept = changes(None, manifest).into_iter().filter(|change| matches!(change, Change::Limit { .. }));
    for (at, change) in kept.enumerate() {
        if at == 0 {
            let _ = writeln!(text, "It keeps to lower limits than it must:");
        }
        line(&mut text, "    ", &told(&change, manifest));
    }
    if !manifest.settings.is_empty() {
        let _ = writeln!(text, "You can set:");
        for (name, setting) in &manifest.settings {
            line(&mut text, "    ", &set(name, setting));
        }
    }
    text
}

/// What one municipality grants, of what is asked for, and what to write for the rest. `misfit`: why nobody can sign in by
/// it as it is.
pub(super) fn granted(manifest: &Manifest, binding: &Binding, misfit: Option<String>) -> String {
    let mut text = format!("For {}:\n", binding.id);
    if let Some(misfit) = misfit {
        line(&mut text, "  ! ", &format!("out of order: {misfit}"));
    }
    for (permission, verdict) in Grants::of(manifest, binding).iter() {
        match verdict {
            Verdict::Granted => line(&mut text, "    ", &format!("granted  {permission}")),
            Verdict::UpTo { level, add } => {
                line(&mut text, "    ", &format!("granted  {permission}, but only up to {}", level.name()));
                line(&mut text, "             for all of it, write ", &add.to_string());
            }
            Verdict::Refused { why, add } => {
                line(&mut text, "    ", &format!("refused  {permission}: {why}"));
                for addition in add {
                    line(&mut text, "             to grant it, write ", &addition.to_string());
                }
            }
        }
    }
    for permission in unasked(manifest, binding) {
        line(
            &mut text,
            "    ",
            &format!("no use   {permission}: allowed, and the plugin does not ask for it"),
        );
    }
    text
}

/// What was done with a plugin, the latest last.
pub(super) fn history(plugin: &str, journal: &[Line]) -> String {
    let mut text = String::new();
    for entry in journal.iter().filter(|entry| entry.plugin == plugin) {
        if text.is_empty() {
            text.push_str("What was done:\n");
        }
        let done = format!("{} {}", entry.what, entry.version);
        let note = if entry.note.is_empty() { String::new() } else { format!(" ({})", entry.note) };
        line(&mut text, "    ", &format!("{}  {}, by {}{note}", day(entry.at), done.trim_end(), entry.who));
    }
    text
}

/// A difference in a sentence.
fn told(change: &Change, manifest: &Manifest) -> String {
    match change {
        Change::Vendor { from, to } => format!("it comes from {to}; the one in use comes from {from}"),
        Change::PermissionAdded(permission) => {
            let reason = manifest.permissions.get(permission).and_then(|reasons| reasons.get("en"));
            format!("permission {permission}: {}", reason.map_or("", String::as_str))
        }
        Change::PermissionGone(permission) => format!("no longer: permission {permission}"),
        Change::Wider { endpoint, reach } => format!("{endpoint}: {}", reached(reach)),
        Change::Narrower { endpoint, reach } => format!("no longer: {endpoint}: {}", reached(reach)),
        Change::SettingAdded(name) => format!("new setting {}", described(name, manifest)),
        Change::SettingChanged(name) => format!("changed setting {}", described(name, manifest)),
        Change::SettingGone(name) => {
            format!("gone: the setting {name}; take it out of the configuration first")
        }
        Change::Limit { name, from, to } => limited(name, *from, *to),
    }
}

fn limited(name: &str, from: Option<u32>, to: Option<u32>) -> String {
    let before = from.map(|from| format!(" (before: {from})")).unwrap_or_default();
    match to {
        Some(to) => format!("{name} = {to}{before}"),
        None => format!("{name} as every plugin has it{before}"),
    }
}

fn reached(reach: &Reach) -> String {
    match reach {
        Reach::Host(host) if host == "*" => "talks to the host that you name".to_owned(),
        Reach::Host(host) => format!("talks to {host}"),
        Reach::Method(method) => format!("sends {method}"),
        Reach::Path(path) => format!("asks {path}"),
        Reach::ClientCertificate => "shows the municipality's client certificate".to_owned(),
    }
}

fn described(name: &str, manifest: &Manifest) -> String {
    manifest.settings.get(name).map_or_else(|| name.to_owned(), |setting| set(name, setting))
}

fn set(name: &str, setting: &SettingManifest) -> String {
    let choices = if setting.choices.is_empty() {
        String::new()
    } else {
        format!(" = {}", setting.choices.join(" | "))
    };
    let default = setting.default.as_ref().map_or_else(String::new, |default| format!(" (else {default})"));
    format!("{name}{choices}{default}: {}", setting.en)
}

/// The section of a version in its CHANGES.md.
fn news<'a>(page: &'a str, version: &Version) -> Option<&'a str> {
    let (_, rest) = page.split_once(&format!("\n## {version}\n"))?;
    Some(rest.split("\n## ").next().unwrap_or_default().trim()).filter(|news| !news.is_empty())
}

/// Installed, newer than anything that was in use, and not in use.
fn is_waiting(entry: &Entry, version: &Version) -> bool {
    let Some(one) = entry.numbered(version) else { return false };
    entry.active != Some(one.digest) && !entry.previous.contains(&one.digest)
}

fn day(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M UTC").to_string()
}

/// Control characters of a bundle's texts never reach a terminal.
fn line(text: &mut String, before: &str, what: &str) {
    text.push_str(before);
    text.extend(what.chars().filter(|character| !character.is_control()));
    text.push('\n');
}
