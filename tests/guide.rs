//! Walks the ten minutes of `plugins/README.md`: what stands there is typed, so that the guide stays true.
//!
//! Commands, files and the one changed line are taken out of the page itself; nothing is repeated here. `..` in the
//! page is the folder beside the clone, and a temporary folder here.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// A fenced block of the page: its first line after the backticks, and what is in it.
struct Block<'a> {
    kind: &'a str,
    lines: Vec<&'a str>,
}

#[test]
fn the_ten_minutes_of_the_guide_are_true() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = fs::read_to_string(root.join("plugins/README.md")).unwrap();
    let blocks = blocks(&page, "## Ten minutes");
    assert!(blocks.len() >= 6, "the guide lost its blocks: {}", blocks.len());
    let beside = tempfile::tempdir().unwrap();
    let mut plugin = None;
    for block in blocks {
        let (kind, rest) = block.kind.split_once(' ').unwrap_or((block.kind, ""));
        match kind {
            "sh" => {
                for line in &block.lines {
                    plugin = plugin.or_else(|| made_by(line, beside.path()));
                    let (succeeded, said) = typed(line, root, beside.path());
                    assert_eq!(succeeded, rest != "fails", "{line}\n{said}");
                }
            }
            "toml" => fs::write(file(plugin.as_deref(), rest), block.lines.join("\n")).unwrap(),
            "diff" => change(&file(plugin.as_deref(), rest), &block.lines),
            other => panic!("the guide has a block that nobody can follow: {other}"),
        }
    }
}

/// The fenced blocks of one section.
fn blocks<'a>(page: &'a str, heading: &str) -> Vec<Block<'a>> {
    let (_, section) = page.split_once(&format!("\n{heading}\n")).expect("the section is there");
    let section = section.split("\n## ").next().unwrap_or_default();
    let fenced = section.split("\n```").skip(1).step_by(2);
    fenced
        .map(|text| {
            let mut lines = text.lines();
            Block { kind: lines.next().unwrap_or_default(), lines: lines.collect() }
        })
        .collect()
}

/// The folder that `plugin new` makes.
fn made_by(line: &str, beside: &Path) -> Option<PathBuf> {
    let folder = line.strip_prefix("cargo xtask plugin new ../")?.split(' ').next()?;
    Some(beside.join(folder))
}

fn file(plugin: Option<&Path>, name: &str) -> PathBuf {
    plugin.expect("the guide begins a plugin first").join(name)
}

/// Types a line: whether it succeeded, and what it said.
fn typed(line: &str, root: &Path, beside: &Path) -> (bool, String) {
    let mut words = words(line, beside).into_iter();
    let mut command = match words.next().as_deref() {
        Some("cargo") => Command::new(env!("CARGO")),
        Some("kuvert") => Command::new(env!("CARGO_BIN_EXE_kuvert")),
        other => panic!("the guide types {other:?}"),
    };
    let target = std::env::current_exe().unwrap().ancestors().nth(3).unwrap().to_path_buf();
    let output = command
        .args(words)
        .current_dir(root)
        .env("KUVERT_PLUGIN_RUNNER", target.join("debug/kuvert-plugin-runner"))
        .env("CARGO_TARGET_DIR", target)
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
    (output.status.success(), said.concat())
}

/// The words of a line; quotes hold words together, and `..` is the folder beside.
fn words(line: &str, beside: &Path) -> Vec<String> {
    let parts = line.split('"').enumerate();
    parts
        .flat_map(|(index, part)| match index % 2 {
            0 => part.split_whitespace().map(str::to_owned).collect(),
            _ => vec![part.to_owned()],
        })
        .map(|word| match word.strip_prefix("../") {
            Some(rest) => beside.join(rest).display().to_string(),
            None => word,
        })
        .collect()
}

/// Puts the lines with a plus below the line that begins with a space.
fn change(file: &Path, lines: &[&str]) {
    let text = fs::read_to_string(file).unwrap();
    let mut kept: Vec<&str> = text.lines().collect();
    let mut place = None;
    for line in lines {
        match line.split_at(1) {
            (" ", context) => {
                let found = kept.iter().position(|known| *known == context);
                place = Some(found.unwrap_or_else(|| panic!("{} lacks {context:?}", file.display())) + 1);
            }
            ("+", added) => {
                let at = place.as_mut().expect("a line to put it below");
                kept.insert(*at, added);
                *at += 1;
            }
            (other, _) => panic!("a change with {other:?}"),
        }
    }
    fs::write(file, kept.join("\n") + "\n").unwrap();
}
