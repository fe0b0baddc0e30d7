//! Runs a test command, lets its lines through and counts the tests it reports.
//!
//! It reads the closing lines of cargo's and node's test runners, nothing else; a run that reports no count
//! counts as nothing, never as passed.

use std::io::{BufRead as _, BufReader};
use std::ops::AddAssign;
use std::process::{Command, Stdio};

use anyhow::Context as _;

use crate::workspace::written;

/// How many tests passed, failed and were passed over, and which commands did not end well.
#[derive(Default)]
pub(crate) struct Tally {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    /// Ignored by cargo; skipped or still to do by node. Whoever passes a test over has not passed it.
    pub(crate) skipped: u64,
    pub(crate) broken: Vec<String>,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
        self.broken.extend(other.broken);
    }
}

/// Runs the command to its end. A failing test is part of the answer; only a command that cannot be started
/// is an error.
pub(crate) fn count(command: &mut Command) -> anyhow::Result<Tally> {
    let line = written(command);
    eprintln!("xtask: {line}");
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start `{line}`"))?;
    let mut tally = Tally::default();
    let output = child.stdout.take().context("standard output was asked for")?;
    for line in BufReader::new(output).lines() {
        let line = line?;
        println!("{line}");
        tally.read(&line);
    }
    let status = child.wait()?;
    if !status.success() {
        tally.broken.push(format!("`{line}` ended with {status}"));
    }
    Ok(tally)
}

impl Tally {
    fn read(&mut self, line: &str) {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            ["test", "result:", _, passed, "passed;", failed, "failed;", ignored, "ignored;", ..] => {
                self.passed += number(passed);
                self.failed += number(failed);
                self.skipped += number(ignored);
            }
            ["#" | "ℹ", "pass", passed] => self.passed += number(passed),
            ["#" | "ℹ", "fail" | "cancelled", failed] => self.failed += number(failed),
            ["#" | "ℹ", "skipped" | "todo", skipped] => self.skipped += number(skipped),
            _ => {}
        }
    }
}

fn number(word: &str) -> u64 {
    word.parse().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::Tally;

    #[test]
    fn both_runners_are_counted_and_other_lines_are_not() {
        let mut tally = Tally::default();
        for line in [
            "test result: ok. 12 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.10s",
            "test result: FAILED. 3 passed; 2 failed; 4 ignored; 0 measured; 0 filtered out",
            "# pass 7",
            "# fail 1",
            "ℹ pass 2",
            "ℹ cancelled 1",
            "# skipped 2",
            "ℹ todo 1",
            "the word pass 100 in a text",
        ] {
            tally.read(line);
        }
        assert_eq!((tally.passed, tally.failed, tally.skipped), (24, 4, 7));
    }
}
