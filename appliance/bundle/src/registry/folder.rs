//! The registry's folder: the lock, the table's exchange, the bundles' files.
//!
//! A file is written beside its place, made durable, moved into place, and the move made durable. Looking makes nothing;
//! the first change makes the folders. Nothing here knows what a change means.
//!
//! Security: it works by path, so only the folder's own user may work on it. The command line sees to that: typed by
//! root, it goes on as that user.

use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, Read as _, Write as _},
    os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
};

use super::{Installed, RegistryError, Table};
use crate::limits;

const BUNDLES: &str = "bundles";
const TABLE: &str = "table.toml";
const LOCK: &str = "lock";
/// What a file is called until it is whole.
const UNFINISHED: &str = "unfinished";

#[derive(Clone)]
pub(super) struct Folder {
    path: PathBuf,
    before_step: fn(&'static str),
}

impl Folder {
    /// What stands in its place must be a folder.
    pub(super) fn open(path: PathBuf, before_step: fn(&'static str)) -> Result<Self, RegistryError> {
        if fs::metadata(&path).is_ok_and(|found| !found.is_dir()) {
            let source = io::ErrorKind::NotADirectory.into();
            return Err(RegistryError::File { path, source });
        }
        Ok(Self { path, before_step })
    }

    /// The table's file.
    pub(super) fn table(&self) -> PathBuf {
        self.path.join(TABLE)
    }

    /// The table; an empty one where nothing was ever installed.
    pub(super) fn read(&self) -> Result<Table, RegistryError> {
        let path = self.table();
        match fs::read_to_string(&path) {
            Ok(text) => Table::parse(&text).map_err(RegistryError::Table),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Table::default()),
            Err(source) => Err(RegistryError::File { path, source }),
        }
    }

    /// Changes the table under the lock; `change` says whether there is anything to write. Afterwards, files that the
    /// table does not name are gone.
    pub(super) fn change(
        &self,
        change: impl FnOnce(&mut Table, &Self) -> Result<bool, RegistryError>,
    ) -> Result<(), RegistryError> {
        let bundles = self.path.join(BUNDLES);
        let made = DirBuilder::new().recursive(true).mode(0o700).create(&bundles);
        made.map_err(|source| RegistryError::File { path: bundles, source })?;
        let lock = self.path.join(LOCK);
        let file = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(&lock);
        let held = file.and_then(|file| file.lock().map(|()| file));
        let _held = held.map_err(|source| RegistryError::File { path: lock, source })?;
        let mut table = self.read()?;
        if change(&mut table, self)? {
            let text = toml::to_string(&table).map_err(|error| RegistryError::Table(error.to_string()))?;
            self.replace(&self.table(), text.as_bytes())?;
        }
        self.sweep(&table)
    }

    /// Keeps a bundle's bytes.
    pub(super) fn keep(
        &self,
        plugin: &str,
        installed: &Installed,
        packed: &[u8],
    ) -> Result<(), RegistryError> {
        self.replace(&self.path.join(BUNDLES).join(installed.file_name(plugin)), packed)
    }

    /// Whether exactly these bytes are kept.
    pub(super) fn holds(&self, plugin: &str, installed: &Installed, packed: &[u8]) -> bool {
        self.bundle(plugin, installed).is_ok_and(|bytes| bytes == packed)
    }

    /// A bundle's bytes.
    pub(super) fn bundle(&self, plugin: &str, installed: &Installed) -> Result<Vec<u8>, RegistryError> {
        read(&self.path.join(BUNDLES).join(installed.file_name(plugin)))
    }

    /// Puts a whole file in the place of another, or of none.
    fn replace(&self, path: &Path, bytes: &[u8]) -> Result<(), RegistryError> {
        let failed = |source| RegistryError::File { path: path.to_owned(), source };
        let parent = path.parent().unwrap_or(&self.path);
        let unfinished = parent.join(UNFINISHED);
        (self.before_step)("write");
        // Always a fresh file: what lies there is the rest of a change that was cut off, or was never ours.
        match fs::remove_file(&unfinished) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(error)),
            _ => {}
        }
        let made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&unfinished);
        let mut file = made.map_err(failed)?;
        file.write_all(bytes).map_err(failed)?;
        (self.before_step)("sync");
        file.sync_all().map_err(failed)?;
        (self.before_step)("rename");
        fs::rename(&unfinished, path).map_err(failed)?;
        (self.before_step)("sync folder");
        File::open(parent).and_then(|folder| folder.sync_all()).map_err(failed)
    }

    /// Removes what a crash, or this very change, left without a name.
    fn sweep(&self, table: &Table) -> Result<(), RegistryError> {
        let folder = self.path.join(BUNDLES);
        let failed = |source| RegistryError::File { path: folder.clone(), source };
        for file in fs::read_dir(&folder).map_err(failed)? {
            let file = file.map_err(failed)?;
            if !table.names(&file.file_name().to_string_lossy()) {
                (self.before_step)("sweep");
                fs::remove_file(file.path()).map_err(failed)?;
            }
        }
        Ok(())
    }
}

/// Place and bytes of every bundle in a folder that came with the appliance; none when there is no such folder.
pub(super) fn shipped(folder: &Path) -> Vec<(PathBuf, Result<Vec<u8>, RegistryError>)> {
    let mut paths: Vec<PathBuf> =
        fs::read_dir(folder).into_iter().flatten().flatten().map(|file| file.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|end| end == "kplug"));
    paths.sort();
    paths.into_iter().map(|path| (path.clone(), read(&path))).collect()
}

/// A file's place, age and size in a few words.
pub(super) fn stamp(path: &Path) -> String {
    fs::metadata(path).map_or_else(
        |_| "-".to_owned(),
        |file| format!("{}:{}.{}:{}", file.ino(), file.mtime(), file.mtime_nsec(), file.len()),
    )
}

/// The same for every file of a folder, in the order of their names.
pub(super) fn stamp_of_all(folder: &Path) -> String {
    let files = fs::read_dir(folder).into_iter().flatten().flatten().map(|file| file.path());
    let mut stamps: Vec<String> = files.map(|path| format!("{}={}", path.display(), stamp(&path))).collect();
    stamps.sort();
    stamps.join(" ")
}

fn read(path: &Path) -> Result<Vec<u8>, RegistryError> {
    let failed = |source| RegistryError::File { path: path.to_owned(), source };
    let mut bytes = Vec::new();
    let most = u64::try_from(limits::PACKED_BYTES).unwrap_or(u64::MAX).saturating_add(1);
    File::open(path).map_err(failed)?.take(most).read_to_end(&mut bytes).map_err(failed)?;
    Ok(bytes)
}
