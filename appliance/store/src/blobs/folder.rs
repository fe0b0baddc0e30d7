//! Where files lie: 256 folders by the id's first byte, and one for uploads under way.
//!
//! Names are ids made by us; nothing a sender wrote ever becomes a path.

use std::{
    collections::HashSet,
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use kuvert_domain::{clock::Entropy, id::FileId};

use crate::blobs::BlobError;

const INCOMING: &str = "incoming";

/// Makes the folders that are missing and removes leftovers of interrupted uploads.
pub(super) fn prepare(root: &Path) -> io::Result<()> {
    let incoming = root.join(INCOMING);
    fs::create_dir_all(&incoming)?;
    for leftover in fs::read_dir(&incoming)? {
        fs::remove_file(leftover?.path())?;
    }
    Ok(())
}

/// Where an upload is written until it is whole.
pub(super) fn incoming(root: &Path, name: u128) -> PathBuf {
    root.join(INCOMING).join(format!("{name:032x}"))
}

/// Where a whole file lies.
pub(super) fn path(root: &Path, file: &FileId) -> PathBuf {
    let [first, ..] = file.as_bytes();
    root.join(format!("{first:02x}")).join(file.to_string())
}

/// Moves a whole and synced upload to its place, durably. A file is written once: an existing one is refused.
pub(super) fn admit(root: &Path, upload: &Path, file: &FileId) -> io::Result<()> {
    let target = path(root, file);
    let folder = target.parent().unwrap_or(root);
    if !folder.exists() {
        fs::create_dir_all(folder)?;
        sync(root)?;
    }
    if target.exists() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    fs::rename(upload, &target)?;
    sync(folder)
}

/// Removes a file, if it is there.
pub(super) fn remove(root: &Path, file: &FileId) -> Result<(), BlobError> {
    match fs::remove_file(path(root, file)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

/// Every whole file.
pub(super) fn list(root: &Path) -> Result<HashSet<FileId>, BlobError> {
    let mut files = HashSet::new();
    for folder in fs::read_dir(root)? {
        let folder = folder?;
        if folder.file_name() == INCOMING || !folder.file_type()?.is_dir() {
            continue;
        }
        for entry in fs::read_dir(folder.path())? {
            if let Some(file) = entry?.file_name().to_str().and_then(|name| name.parse().ok()) {
                files.insert(file);
            }
        }
    }
    Ok(files)
}

fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// A directory that goes with its value.
pub(super) struct Temporary(PathBuf);

impl Temporary {
    pub(super) fn new(entropy: &dyn Entropy) -> Self {
        let mut name = [0; 16];
        entropy.fill(&mut name);
        let name = format!("kuvert-{}-{:032x}", std::process::id(), u128::from_be_bytes(name));
        Self(std::env::temp_dir().join(name))
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        // Nothing depends on it, and a drop has nobody to tell.
        let _left_behind = fs::remove_dir_all(&self.0);
    }
}
