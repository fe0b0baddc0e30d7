//! Holds the fences of the house: who may know whom, how long a file may be, and that the documents are true.
//!
//! It reads the tree as text. What the compiler or clippy can say is left to them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Room → the rooms it may name in its manifest. A room that is missing here may know nothing of ours.
const MAY_KNOW: &[(&str, &[&str])] = &[
    ("appliance/domain", &[]),
    ("appliance/store", &["kuvert-domain"]),
    ("appliance/bundle", &["kuvert-domain"]),
    ("appliance/sandbox", &["kuvert-bundle", "kuvert-domain"]),
    ("appliance/service", &["kuvert-bundle", "kuvert-domain", "kuvert-sandbox", "kuvert-store"]),
    (".", &["kuvert-domain", "kuvert-service"]),
    ("packaging/xtask", &["kuvert-bundle"]),
    ("tests/simulators", &["kuvert-domain"]),
    ("tests/demo", &["kuvert", "kuvert-domain", "kuvert-service", "kuvert-simulators"]),
    ("tests/confinement", &["kuvert-bundle", "kuvert-sandbox"]),
    ("tests/plugin-runner", &["kuvert-bundle", "kuvert-domain", "kuvert-sandbox", "kuvert-simulators"]),
    ("tests/bench", &["kuvert", "kuvert-domain", "kuvert-sandbox", "kuvert-service", "kuvert-simulators"]),
];

/// Libraries that only one room may name, so that they can be exchanged there.
const ONE_HOME: &[(&str, &str)] = &[
    ("rawzip", "appliance/bundle"),
    ("redb", "appliance/store"),
    ("wasmtime", "appliance/sandbox"),
    ("warp", "."),
    ("lettre", "."),
    ("minijinja", "."),
];

const LONGEST_FILE: usize = 600;

#[test]
fn no_room_knows_more_than_it_may() {
    for (room, manifest) in manifests() {
        let (_, may) = MAY_KNOW.iter().find(|(name, _)| *name == room).unwrap_or(&("", &[]));
        for name in of_ours(&manifest, &["dependencies", "build-dependencies"]) {
            assert!(may.contains(&name.as_str()), "{room} must not know {name}");
        }
        for name in of_ours(&manifest, &["dev-dependencies"]) {
            let known = may.contains(&name.as_str()) || name == "kuvert-simulators";
            assert!(known, "the tests of {room} must not know {name}");
        }
    }
}

#[test]
fn a_guarded_library_has_one_home() {
    let measured_against = "tests/bench"; // compares with the bare library, so it names it
    for (library, home) in ONE_HOME {
        let rooms: Vec<String> = manifests()
            .into_iter()
            .filter(|(room, manifest)| {
                let everywhere = ["dependencies", "build-dependencies", "dev-dependencies"];
                room != measured_against && depends(manifest, &everywhere).contains(*library)
            })
            .map(|(room, _)| room)
            .collect();
        assert_eq!(rooms, [(*home).to_owned()], "{library} belongs to {home}");
    }
}

#[test]
fn every_file_says_what_it_is_and_stays_readable() {
    let mut faults = Vec::new();
    for (path, text) in rust_files() {
        if !text.starts_with("//!") {
            faults.push(format!("{path}: does not open with `//!`"));
        }
        let lines = text.lines().count();
        if lines > LONGEST_FILE {
            faults.push(format!("{path}: {lines} lines, {LONGEST_FILE} is the limit"));
        }
        if path.ends_with("/mod.rs") {
            faults.push(format!("{path}: write `foo.rs` beside `foo/`"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn nothing_is_switched_off_or_left_open() {
    let attribute = |word: &str| format!("#[{word}");
    let banned =
        [attribute("ignore"), attribute("allow"), format!("{}!(", "todo"), format!("{}!(", "unimplemented")];
    let mut faults = Vec::new();
    for (path, text) in rust_files() {
        for (index, line) in text.lines().enumerate() {
            if banned.iter().any(|word| line.trim_start().starts_with(word.as_str())) {
                faults.push(format!("{path}:{}: {}", index + 1, line.trim()));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_path_that_a_document_names_exists() {
    let mut faults = Vec::new();
    for document in ["ARCHITECTURE.md", "README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"] {
        let text = read(document);
        for path in named_paths(&text) {
            if !root().join(&path).exists() {
                faults.push(format!("{document} names {path}"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// The table of attacks names tests that exist, where it says.
#[test]
fn every_attack_has_the_tests_that_its_line_names() {
    let room = "appliance/sandbox/tests";
    let table = read(&format!("{room}/README.md"));
    let numbered =
        |line: &&str| line.strip_prefix("| ").is_some_and(|line| line.starts_with(char::is_numeric));
    let lines: Vec<&str> = table.lines().filter(numbered).collect();
    assert!(lines.len() > 20, "no table found: this test looks in the wrong place");
    for line in lines {
        let shown_by = line.trim_end_matches([' ', '|']).rsplit(" | ").next().unwrap();
        let (mut source, mut named) = (String::new(), 0);
        for word in shown_by.split('`').skip(1).step_by(2) {
            if word.contains('.') {
                let inside = format!("{room}/sandbox/{word}");
                source = read(if word.contains('/') { word } else { &inside });
            } else {
                assert!(source.contains(&format!("fn {word}(")), "nothing is called {word}: {line}");
                named += 1;
            }
        }
        assert!(named > 0, "no test is named: {line}");
    }
}

#[test]
fn every_locale_of_a_theme_or_plugin_says_the_same_things() {
    let mut folders = 0;
    for folder in walk(&root(), &|path| path.ends_with("locales") && path.is_dir()) {
        folders += 1;
        let mut keys: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for file in walk(&folder, &|path| path.extension().is_some_and(|end| end == "ftl")) {
            let relative = file.strip_prefix(&folder).unwrap();
            let language = relative.iter().next().unwrap().to_string_lossy().replace(".ftl", "");
            let found = message_keys(&fs::read_to_string(&file).unwrap());
            keys.entry(language).or_default().extend(found);
        }
        let languages: Vec<&str> = keys.keys().map(String::as_str).collect();
        assert_eq!(languages, ["da", "en", "sv"], "{}", folder.display());
        let all: BTreeSet<&String> = keys.values().flatten().collect();
        for (language, known) in &keys {
            let missing: Vec<_> = all.iter().filter(|key| !known.contains(**key)).collect();
            assert!(missing.is_empty(), "{}: {language} lacks {missing:?}", folder.display());
        }
    }
    assert!(folders > 0, "no locales found: this test looks in the wrong place");
}

#[test]
fn every_setting_stands_in_the_example_where_it_belongs() {
    let example = read("packaging/config/kuvert.example.toml");
    let uncommented = |line: &str| match line.strip_prefix('#') {
        Some(setting) if !setting.is_empty() && !setting.starts_with([' ', '#']) => format!("{setting}\n"),
        _ => format!("{line}\n"),
    };
    let whole: String = example.lines().map(uncommented).collect();
    let whole: toml::Table =
        whole.parse().unwrap_or_else(|fault| panic!("the example, uncommented: {fault}"));
    let mut shown = BTreeSet::new();
    gather("", &whole, &mut shown);
    let mut section = String::new();
    let mut wanted = Vec::new();
    for line in read("appliance/server/config/written.rs").lines().map(str::trim) {
        if let Some(name) = line.strip_prefix("pub(super) struct ") {
            section = name.trim_end_matches([' ', '{']).to_ascii_lowercase();
        } else if let Some((name, _)) = line.strip_prefix("pub(super) ").and_then(|line| line.split_once(':'))
        {
            wanted.push((section.clone(), name.to_owned()));
        }
    }
    wanted.retain(|(section, _)| section != "written");
    assert!(wanted.len() > 30, "this test no longer finds the settings");
    let missing: Vec<_> = wanted.iter().filter(|setting| !shown.contains(*setting)).collect();
    assert!(missing.is_empty(), "packaging/config/kuvert.example.toml does not show {missing:?}");
}

/// Section and key of every setting; a section is named as the structs of `config/written.rs` are.
fn gather(section: &str, table: &toml::Table, shown: &mut BTreeSet<(String, String)>) {
    for (key, value) in table {
        shown.insert((section.to_owned(), key.clone()));
        let inner = if section == "endpoints" { "endpoint".to_owned() } else { key.replace('_', "") };
        match value {
            toml::Value::Table(table) => gather(&inner, table, shown),
            toml::Value::Array(list) => {
                list.iter().filter_map(toml::Value::as_table).for_each(|table| gather(&inner, table, shown));
            }
            _ => {}
        }
    }
}

/// Every manifest of the workspace, with its folder.
fn manifests() -> Vec<(String, toml::Table)> {
    let workspace = parse("Cargo.toml");
    let members = workspace["workspace"]["members"].as_array().unwrap();
    let mut rooms: Vec<String> = members.iter().map(|member| member.as_str().unwrap().to_owned()).collect();
    rooms.push(".".to_owned());
    rooms.into_iter().map(|room| (room.clone(), parse(&format!("{room}/Cargo.toml")))).collect()
}

fn depends(manifest: &toml::Table, tables: &[&str]) -> BTreeSet<String> {
    let tables = tables.iter().filter_map(|table| manifest.get(*table)?.as_table());
    tables.flat_map(|table| table.keys().cloned()).collect()
}

fn of_ours(manifest: &toml::Table, tables: &[&str]) -> BTreeSet<String> {
    depends(manifest, tables).into_iter().filter(|name| name.starts_with("kuvert")).collect()
}

fn rust_files() -> Vec<(String, String)> {
    let files = walk(&root(), &|path| path.extension().is_some_and(|end| end == "rs"));
    assert!(files.len() > 20, "no sources found: this test looks in the wrong place");
    files
        .into_iter()
        .map(|path| {
            let name = path.strip_prefix(root()).unwrap().to_string_lossy().into_owned();
            (name, fs::read_to_string(&path).unwrap())
        })
        .collect()
}

/// Paths between backticks, which hold a slash and nothing that a path of ours would not, and what links lead to.
fn named_paths(text: &str) -> Vec<String> {
    let outside_fences: Vec<&str> = text.split("```").step_by(2).collect();
    let quoted = outside_fences.iter().flat_map(|part| part.split('`').skip(1).step_by(2));
    let linked = outside_fences
        .iter()
        .flat_map(|part| part.split("](").skip(1))
        .filter_map(|rest| rest.split(')').next());
    let of_ours =
        |word: &&str| word.chars().all(|letter| letter.is_ascii_alphanumeric() || "/._-".contains(letter));
    quoted
        .filter(|word| word.contains('/') && !word.starts_with('/') && !word.ends_with('/'))
        .chain(linked)
        .filter(of_ours)
        .map(str::to_owned)
        .collect()
}

fn message_keys(text: &str) -> BTreeSet<String> {
    let starts = |line: &&str| line.starts_with(|first: char| first.is_ascii_alphabetic() || first == '-');
    text.lines().filter(starts).filter_map(|line| Some(line.split_once('=')?.0.trim().to_owned())).collect()
}

fn walk(folder: &Path, wanted: &dyn Fn(&Path) -> bool) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let hidden = name.starts_with('.') || name == "target" || name == "node_modules";
        if hidden || path.is_symlink() {
            continue;
        }
        if wanted(&path) {
            found.push(path.clone());
        }
        if path.is_dir() {
            found.extend(walk(&path, wanted));
        }
    }
    found
}

fn parse(path: &str) -> toml::Table {
    read(path).parse().unwrap_or_else(|fault| panic!("{path}: {fault}"))
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|fault| panic!("{path}: {fault}"))
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}
