//! `cargo xtask test` and `cargo xtask ci`: everything that must hold before a change is taken.
//!
//! Every part runs even when an earlier one failed, so that one run shows all there is to mend.

use anyhow::bail;
use clap::ValueEnum;

use crate::tally::{self, Tally};
use crate::workspace::{self, Workspace};
use crate::{demo, peers, plugins, tools};

const BROWSER: &str = "tests/browser";

/// Which tests to run.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Only this part; all of them when left out
    part: Option<Part>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// `cargo test` over the whole workspace
    Rust,
    /// The plugins' own tests, on this machine's processor
    Plugins,
    /// The journeys in Chromium
    Browser,
}

/// Runs the tests and ends with one line that counts them.
pub(crate) fn test(workspace: &Workspace, options: &Options) -> anyhow::Result<()> {
    let wanted = |part| options.part.is_none_or(|only| only == part);
    // The whole workspace at once, as `cargo test` will ask for it: another choice of packages would choose other
    // features of the libraries and compile the largest of them twice.
    demo::prepare(workspace, &["--workspace", "--all-targets"])?;
    let mut tally = Tally::default();
    if wanted(Part::Rust) {
        peers::fetch(workspace)?;
        tally += tally::count(
            workspace.cargo(["test", "--workspace", "--locked", "--no-fail-fast"]).env("INSTA_UPDATE", "no"),
        )?;
    }
    if wanted(Part::Plugins) {
        tally += tally::count(&mut plugins::tests(workspace))?;
    }
    if wanted(Part::Browser) {
        tally += browser(workspace)?;
    }
    println!("{} passed, {} failed, {} skipped", tally.passed, tally.failed, tally.skipped);
    if !tally.broken.is_empty() {
        bail!("{}", tally.broken.join("\n"));
    }
    if tally.failed > 0 || tally.skipped > 0 || tally.passed == 0 {
        bail!("not every test ran and passed");
    }
    Ok(())
}

/// What CI asks for. The order puts first what most likely tells something new.
pub(crate) fn ci(workspace: &Workspace) -> anyhow::Result<()> {
    let mut faults = Vec::new();
    let mut note = |outcome: anyhow::Result<()>| faults.extend(outcome.err());
    note(test(workspace, &Options { part: None }));
    note(workspace::run(&mut workspace.cargo(["fmt", "--all", "--check"])));
    note(workspace::run(&mut plugins::cargo(workspace, &["fmt", "--all", "--check"])));
    let clippy = ["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"];
    note(workspace::run(&mut workspace.cargo(clippy)));
    note(workspace::run(&mut plugins::cargo(workspace, &clippy)));
    let doc = ["doc", "--workspace", "--no-deps", "--document-private-items", "--locked"];
    note(workspace::run(workspace.cargo(doc).env("RUSTDOCFLAGS", "-D warnings")));
    match faults.as_slice() {
        [] => Ok(()),
        _ => bail!("{}", faults.iter().map(|fault| format!("{fault:#}")).collect::<Vec<_>>().join("\n")),
    }
}

fn browser(workspace: &Workspace) -> anyhow::Result<Tally> {
    tools::ensure(&[tools::BROWSER])?;
    tools::npm_ci(workspace, BROWSER)?;
    let mut node = workspace.command("node", BROWSER);
    node.args(["--test", "--test-concurrency=1", "--test-reporter=spec"])
        .env("KUVERT_DEMO", workspace.programs().join("kuvert-demo"))
        .env("KUVERT_SCREENSHOTS", workspace.target.join("screenshots"));
    tally::count(&mut node)
}
