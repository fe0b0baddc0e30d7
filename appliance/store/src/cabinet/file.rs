//! The cabinet of the appliance: one small file beside the rows, each key wrapped by the root key.
//!
//! `magic (8) | per key: epoch (39), nonce (12), wrapped key (48) | keyed digest (32)`. The file is replaced whole: write
//! new, fsync, rename, fsync folder, overwrite the old one through a handle held from before. Overwriting does nothing on
//! copy-on-write file systems and SSDs, nor after a crash just before it; there only the root key's absence protects an
//! old copy.

use std::{
    collections::BTreeMap,
    fs::{self, File, OpenOptions},
    io::{self, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use aws_lc_rs::{constant_time::verify_slices_are_equal, hmac};
use kuvert_domain::{clock::Entropy, secret::Secret};
use zeroize::Zeroizing;

use crate::{
    cabinet::{Cabinet, KeyBytes},
    epoch::{EPOCH_BYTES, Epoch},
    error::StoreError,
    vault::cipher::Cipher,
};

const MAGIC: &[u8; 8] = b"kuvkeys1";
/// The extension of a replacement that has not taken its place yet.
const NEW: &str = "new";
const NONCE_BYTES: usize = 12;
const WRAPPED_BYTES: usize = 48;
const ENTRY_BYTES: usize = EPOCH_BYTES + NONCE_BYTES + WRAPPED_BYTES;
const DIGEST_BYTES: usize = 32;

/// A key as it lies in the file: nonce and wrapped key.
type Wrapped = [u8; NONCE_BYTES + WRAPPED_BYTES];

/// Keys in a file.
pub(crate) struct FileCabinet {
    path: PathBuf,
    wrapping: Cipher,
    mac: hmac::Key,
    entropy: Arc<dyn Entropy>,
    keys: Mutex<BTreeMap<Epoch, Wrapped>>,
    halt: Halt,
}

/// Where a replacement of the file can be interrupted, for tests of every crash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    Written,
    Synced,
    Renamed,
    FolderSynced,
}

/// Called after each step; an error stands for a crash there.
pub(crate) type Halt = fn(Step) -> io::Result<()>;

impl FileCabinet {
    /// Opens the file, or begins an empty cabinet when there is none.
    pub(crate) fn open(
        path: &Path,
        root_key: &Secret<[u8; 32]>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, StoreError> {
        Self::open_with(path, root_key, entropy, |_| Ok(()))
    }

    pub(super) fn open_with(
        path: &Path,
        root_key: &Secret<[u8; 32]>,
        entropy: Arc<dyn Entropy>,
        halt: Halt,
    ) -> Result<Self, StoreError> {
        discard(&path.with_extension(NEW)).map_err(|error| failed(&error))?;
        let root = hmac::Key::new(hmac::HMAC_SHA256, root_key.expose());
        let mut cabinet = Self {
            path: path.to_owned(),
            wrapping: Cipher::new(&derive(&root, b"kuvert cabinet wrapping 1"))?,
            mac: hmac::Key::new(hmac::HMAC_SHA256, &*derive(&root, b"kuvert cabinet digest 1")),
            entropy,
            keys: Mutex::default(),
            halt,
        };
        let keys = match fs::read(path) {
            Ok(bytes) => cabinet.parse(&bytes)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => BTreeMap::new(),
            Err(error) => return Err(failed(&error)),
        };
        cabinet.keys = Mutex::new(keys);
        Ok(cabinet)
    }

    fn keys(&self) -> MutexGuard<'_, BTreeMap<Epoch, Wrapped>> {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn parse(&self, bytes: &[u8]) -> Result<BTreeMap<Epoch, Wrapped>, StoreError> {
        let damaged = || StoreError::Cabinet("the file is damaged".into());
        let (body, digest) = bytes.split_last_chunk::<DIGEST_BYTES>().ok_or_else(damaged)?;
        let entries = body.strip_prefix(MAGIC).ok_or_else(damaged)?;
        // The digest is keyed: another root key and a changed byte look alike.
        verify_slices_are_equal(hmac::sign(&self.mac, body).as_ref(), digest)
            .map_err(|_| StoreError::RootKey)?;
        let (entries, rest) = entries.as_chunks::<ENTRY_BYTES>();
        if !rest.is_empty() {
            return Err(damaged());
        }
        let mut keys = BTreeMap::new();
        for entry in entries {
            let (epoch, wrapped) = entry.split_first_chunk().ok_or_else(damaged)?;
            let epoch = Epoch::from_bytes(epoch).ok_or_else(damaged)?;
            keys.insert(epoch, *wrapped.first_chunk().ok_or_else(damaged)?);
        }
        Ok(keys)
    }

    fn format(&self, keys: &BTreeMap<Epoch, Wrapped>) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(MAGIC.len() + keys.len() * ENTRY_BYTES + DIGEST_BYTES);
        bytes.extend_from_slice(MAGIC);
        for (epoch, wrapped) in keys {
            bytes.extend_from_slice(&epoch.to_bytes());
            bytes.extend_from_slice(wrapped);
        }
        let digest = hmac::sign(&self.mac, &bytes);
        bytes.extend_from_slice(digest.as_ref());
        bytes
    }

    fn wrap(&self, epoch: &Epoch, key: &KeyBytes) -> Result<Wrapped, StoreError> {
        let mut nonce = [0; NONCE_BYTES];
        self.entropy.fill(&mut nonce);
        let mut buffer = Vec::with_capacity(NONCE_BYTES + WRAPPED_BYTES);
        buffer.extend_from_slice(&nonce);
        buffer.extend_from_slice(key.expose());
        let unwrappable = || StoreError::Cabinet("a key cannot be wrapped".into());
        self.wrapping.seal(nonce, &epoch.to_bytes(), &mut buffer, NONCE_BYTES).map_err(|_| unwrappable())?;
        buffer.first_chunk().copied().ok_or_else(unwrappable)
    }

    fn unwrap(&self, epoch: &Epoch, wrapped: &Wrapped) -> Result<KeyBytes, StoreError> {
        let mut buffer = Zeroizing::new(*wrapped);
        let (nonce, sealed) = buffer.split_first_chunk_mut().ok_or(StoreError::RootKey)?;
        let key = self.wrapping.open(*nonce, &epoch.to_bytes(), sealed).map_err(|_| StoreError::RootKey)?;
        key.first_chunk().copied().map(Secret::new).ok_or(StoreError::RootKey)
    }

    /// Makes the file say `keys`, durably. On an error it says either the old or the new.
    fn replace(&self, keys: &BTreeMap<Epoch, Wrapped>) -> io::Result<()> {
        let folder = self.path.parent().unwrap_or(Path::new("."));
        let temporary = self.path.with_extension(NEW);
        let bytes = self.format(keys);
        let old = match OpenOptions::new().write(true).open(&self.path) {
            Ok(file) => Some(file),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        let mut new = private(&temporary)?;
        new.write_all(&bytes)?;
        (self.halt)(Step::Written)?;
        new.sync_all()?;
        (self.halt)(Step::Synced)?;
        fs::rename(&temporary, &self.path)?;
        (self.halt)(Step::Renamed)?;
        File::open(folder)?.sync_all()?;
        (self.halt)(Step::FolderSynced)?;
        old.map_or(Ok(()), overwrite)
    }
}

impl Cabinet for FileCabinet {
    fn create(&self, made: &[(Epoch, KeyBytes)]) -> Result<(), StoreError> {
        let mut keys = self.keys();
        let mut next = keys.clone();
        for (epoch, key) in made {
            next.insert(*epoch, self.wrap(epoch, key)?);
        }
        self.replace(&next).map_err(|error| failed(&error))?;
        *keys = next;
        Ok(())
    }

    fn get(&self, epoch: &Epoch) -> Result<Option<KeyBytes>, StoreError> {
        self.keys().get(epoch).map(|wrapped| self.unwrap(epoch, wrapped)).transpose()
    }

    fn destroy(&self, epochs: &[Epoch]) -> Result<(), StoreError> {
        let mut keys = self.keys();
        let mut next = keys.clone();
        next.retain(|epoch, _| !epochs.contains(epoch));
        self.replace(&next).map_err(|error| failed(&error))?;
        *keys = next;
        Ok(())
    }

    fn epochs(&self) -> Vec<Epoch> {
        self.keys().keys().copied().collect()
    }
}

fn derive(root: &hmac::Key, purpose: &[u8]) -> Zeroizing<[u8; 32]> {
    let mut key = Zeroizing::new([0; 32]);
    for (target, source) in key.iter_mut().zip(hmac::sign(root, purpose).as_ref()) {
        *target = *source;
    }
    key
}

/// A new or emptied file that only the service reads.
fn private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Overwrites and removes what a crash left of a replacement: it holds keys that may be destroyed later.
fn discard(leftover: &Path) -> io::Result<()> {
    match OpenOptions::new().write(true).open(leftover) {
        Ok(file) => {
            overwrite(file)?;
            fs::remove_file(leftover)
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

fn overwrite(mut old: File) -> io::Result<()> {
    let length = old.metadata()?.len();
    old.seek(SeekFrom::Start(0))?;
    io::copy(&mut io::Read::take(io::repeat(0), length), &mut old)?;
    old.sync_all()
}

fn failed(error: &io::Error) -> StoreError {
    StoreError::Cabinet(error.to_string().into())
}
