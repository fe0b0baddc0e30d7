//! The files of a theme: the built-in ones from the binary, a municipality's from its folder.
//!
//! Nothing here looks into a file.

use std::{
    collections::BTreeMap,
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    path::Path,
};

use bytes::Bytes;
use include_dir::{Dir, include_dir};

use super::ThemeError;

static BUILT_IN: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/themes/default");

/// How deep folders of a theme may lie in each other.
const MAX_DEPTH: u8 = 4;

/// A theme as files, by their path with `/` between folders.
#[derive(Debug, Default)]
pub(super) struct Folder {
    files: BTreeMap<String, Bytes>,
}

impl Folder {
    /// The theme in the binary.
    pub(super) fn built_in() -> Self {
        let mut files = BTreeMap::new();
        gather(&BUILT_IN, &mut files);
        Self { files }
    }

    fn read(root: &Path) -> Result<Self, ThemeError> {
        let mut files = BTreeMap::new();
        read_into(root, "", MAX_DEPTH, &mut files)?;
        Ok(Self { files })
    }

    /// One file as text, if it is there and is text.
    pub(super) fn text(&self, path: &str) -> Option<&str> {
        self.files.get(path).and_then(|bytes| std::str::from_utf8(bytes).ok())
    }

    /// Every file below `folder` (which ends with `/`), by the rest of its path.
    pub(super) fn below<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = (&'a str, &'a Bytes)> {
        self.files.iter().filter_map(move |(path, bytes)| Some((path.strip_prefix(folder)?, bytes)))
    }
}

/// A file that browsers fetch.
#[derive(Debug, Clone)]
pub struct StaticFile {
    /// Its content.
    pub bytes: Bytes,
    /// Its media type, for `Content-Type`.
    pub content_type: &'static str,
}

/// Every folder in `root` that is a theme, by name.
pub(super) fn themes_in(root: &Path) -> Result<Vec<(String, Folder)>, ThemeError> {
    let mut found = Vec::new();
    for entry in list(root)? {
        if entry.join("theme.toml").is_file()
            && let Some(name) = entry.file_name().and_then(|name| name.to_str())
        {
            found.push((name.to_owned(), Folder::read(&entry)?));
        }
    }
    Ok(found)
}

/// What browsers may fetch: the built-in files, each replaced by the theme's own where it has one.
pub(super) fn statics(base: &Folder, own: Option<&Folder>) -> BTreeMap<String, StaticFile> {
    let layers = std::iter::once(base).chain(own);
    layers
        .flat_map(|layer| layer.below("static/"))
        .filter_map(|(path, bytes)| {
            let content_type = content_type(path)?;
            Some((path.to_owned(), StaticFile { bytes: bytes.clone(), content_type }))
        })
        .collect()
}

/// A short name for exactly these files. Not a proof of anything: it only keeps browsers' caches apart.
pub(super) fn fingerprint(files: &BTreeMap<String, StaticFile>) -> String {
    let mut hasher = DefaultHasher::new();
    for (path, file) in files {
        path.hash(&mut hasher);
        file.bytes.hash(&mut hasher);
    }
    format!("{:016x}", hasher.finish())
}

fn content_type(path: &str) -> Option<&'static str> {
    match path.rsplit('.').next()? {
        "css" => Some("text/css; charset=utf-8"),
        "js" => Some("text/javascript; charset=utf-8"),
        "svg" => Some("image/svg+xml"),
        "png" => Some("image/png"),
        "woff2" => Some("font/woff2"),
        "txt" => Some("text/plain; charset=utf-8"),
        _ => None,
    }
}

fn gather(dir: &'static Dir<'static>, files: &mut BTreeMap<String, Bytes>) {
    for file in dir.files() {
        if let Some(path) = file.path().to_str() {
            files.insert(path.replace('\\', "/"), Bytes::from_static(file.contents()));
        }
    }
    for inner in dir.dirs() {
        gather(inner, files);
    }
}

fn read_into(
    folder: &Path,
    prefix: &str,
    depth: u8,
    files: &mut BTreeMap<String, Bytes>,
) -> Result<(), ThemeError> {
    for entry in list(folder)? {
        let Some(name) = entry.file_name().and_then(|name| name.to_str()) else { continue };
        let path = format!("{prefix}{name}");
        if entry.is_dir() {
            if let Some(depth) = depth.checked_sub(1) {
                read_into(&entry, &format!("{path}/"), depth, files)?;
            }
        } else {
            let bytes = fs::read(&entry).map_err(|source| ThemeError::Read { path: entry, source })?;
            files.insert(path, Bytes::from(bytes));
        }
    }
    Ok(())
}

fn list(folder: &Path) -> Result<Vec<std::path::PathBuf>, ThemeError> {
    let failed = |source| ThemeError::Read { path: folder.to_owned(), source };
    let mut paths = fs::read_dir(folder)
        .map_err(failed)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<Vec<_>, _>>()
        .map_err(failed)?;
    paths.sort();
    Ok(paths)
}
