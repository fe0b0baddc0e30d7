//! The archive around a bundle: a zip file, read with distrust and written the same way each time.
//!
//! The central directory alone says what is in it. Every entry is an ordinary file, stored or deflated, with a plain
//! name; entries do not overlap, nothing lies before the first or after the last. What the files mean is not known here.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{Read as _, Write as _},
};

use flate2::{Compression, bufread::DeflateDecoder, write::DeflateEncoder};
use rawzip::{CompressionMethod, ZipArchive, ZipArchiveWriter, ZipFileHeaderRecord, ZipSliceArchive};

use crate::{BundleError, limits};

/// The bits of a Unix mode that say what kind of thing an entry is, and those of an ordinary file.
const TYPE: u32 = 0o170_000;
const ORDINARY: u32 = 0o100_000;

/// Unpacks in memory. `most` gives the largest size of a file by its name, or refuses the name.
pub(crate) fn unpack(
    packed: &[u8],
    most: impl Fn(&str) -> Result<u64, BundleError>,
) -> Result<BTreeMap<String, Vec<u8>>, BundleError> {
    if packed.len() > limits::PACKED_BYTES {
        return Err(too_large("the bundle", limits::PACKED_BYTES as u64));
    }
    let archive = ZipArchive::from_slice(packed)?;
    if archive.end_offset() != packed.len() as u64 || !archive.comment().as_bytes().is_empty() {
        return Err(BundleError::Archive("something lies behind the archive".to_owned()));
    }
    let mut files = BTreeMap::new();
    let mut folded = BTreeSet::new();
    let mut places = Vec::new();
    let mut room = limits::UNPACKED_BYTES;
    let mut entries = archive.entries();
    while let Some(entry) = entries.next_entry()? {
        if files.len() == limits::ENTRIES {
            return Err(too_large("the number of files", limits::ENTRIES as u64));
        }
        let name = plain_name(&entry)?;
        ordinary(&entry, &name)?;
        if !folded.insert(name.to_ascii_lowercase()) {
            return Err(BundleError::Twice(name));
        }
        let bytes = read(&archive, &entry, &name, most(&name)?.min(room), &mut places)?;
        room = room.saturating_sub(bytes.len() as u64);
        files.insert(name, bytes);
    }
    if files.len() as u64 != archive.entries_hint() {
        return Err(BundleError::Archive("the directory counts other files than it lists".to_owned()));
    }
    without_gaps(places, archive.directory_offset())?;
    Ok(files)
}

/// Packs files in the order of their names, without times or owners: the same files are the same bytes.
pub(crate) fn pack(files: &BTreeMap<String, Vec<u8>>) -> Result<Vec<u8>, BundleError> {
    let mut archive = ZipArchiveWriter::new(Vec::new());
    for (name, bytes) in files {
        let (mut entry, config) = archive
            .new_file(name.as_str())
            .compression_method(CompressionMethod::DEFLATE)
            .unix_permissions(ORDINARY | 0o644)
            .start()?;
        let mut writer = config.wrap(DeflateEncoder::new(&mut entry, Compression::best()));
        let broken = |error: std::io::Error| BundleError::Archive(error.to_string());
        writer.write_all(bytes).map_err(broken)?;
        let (encoder, sizes) = writer.finish()?;
        encoder.finish().map_err(broken)?;
        entry.finish(sizes)?;
    }
    Ok(archive.finish()?)
}

/// A name that can be read in one way only: ASCII letters, digits, `-`, `_`, `.`, and `/` between parts that are neither
/// empty nor only dots.
fn plain_name(entry: &ZipFileHeaderRecord<'_>) -> Result<String, BundleError> {
    let path = entry.file_path();
    let written = String::from_utf8_lossy(path.as_bytes());
    let plain = |part: &str| {
        part.bytes().any(|byte| byte != b'.')
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
    };
    let folder = written.strip_suffix('/').filter(|rest| rest.split('/').all(plain));
    if let Some(folder) = folder {
        return Err(BundleError::NotAFile { name: folder.to_owned(), why: "a folder" });
    }
    if written.len() > 100 || !written.split('/').all(plain) {
        return Err(BundleError::Name(written.chars().take(100).collect()));
    }
    Ok(written.into_owned())
}

fn ordinary(entry: &ZipFileHeaderRecord<'_>, name: &str) -> Result<(), BundleError> {
    let mode = entry.mode();
    let kind = mode.value() & TYPE;
    let why = if mode.is_symlink() {
        "a link"
    } else if entry.is_dir() {
        "a folder"
    } else if kind != 0 && kind != ORDINARY {
        "a device or the like"
    } else if entry.flags().is_encrypted() {
        "encrypted"
    } else {
        return Ok(());
    };
    Err(BundleError::NotAFile { name: name.to_owned(), why })
}

/// Reads one file, at most `most` bytes of it, and holds it to its checksum.
fn read(
    archive: &ZipSliceArchive<&[u8]>,
    entry: &ZipFileHeaderRecord<'_>,
    name: &str,
    most: u64,
    places: &mut Vec<(u64, u64)>,
) -> Result<Vec<u8>, BundleError> {
    let found = archive.get_entry(entry.wayfinder())?;
    if found.local_header().file_path().as_bytes() != entry.file_path().as_bytes() {
        return Err(BundleError::Archive(format!("{name} has two names")));
    }
    places.push((entry.local_header_offset(), found.compressed_data_range().1));
    let mut bytes = Vec::new();
    let read = match entry.compression_method() {
        CompressionMethod::STORE => found.data().take(most.saturating_add(1)).read_to_end(&mut bytes),
        CompressionMethod::DEFLATE => {
            DeflateDecoder::new(found.data()).take(most.saturating_add(1)).read_to_end(&mut bytes)
        }
        _ => return Err(BundleError::Archive(format!("{name} is neither stored nor deflated"))),
    };
    read.map_err(|error| BundleError::content(name, error.to_string()))?;
    if bytes.len() as u64 > most {
        return Err(too_large(name, most));
    }
    let mut checked = found.verifying_reader(bytes.as_slice());
    std::io::copy(&mut checked, &mut std::io::sink())
        .map_err(|error| BundleError::content(name, error.to_string()))?;
    Ok(bytes)
}

/// Two entries over the same bytes are a bomb or a trick; bytes between entries hide something. After an entry there may
/// be its data descriptor, which is at most 24 bytes.
fn without_gaps(mut places: Vec<(u64, u64)>, directory: u64) -> Result<(), BundleError> {
    places.sort_unstable();
    places.push((directory, directory));
    let (mut end, mut between) = (0, 0);
    for (start, next) in places {
        if start < end || start.saturating_sub(end) > between {
            return Err(BundleError::Archive("its files overlap, or something lies between them".to_owned()));
        }
        (end, between) = (next, 24);
    }
    Ok(())
}

impl From<rawzip::Error> for BundleError {
    fn from(error: rawzip::Error) -> Self {
        Self::Archive(error.to_string())
    }
}

fn too_large(what: &str, limit: u64) -> BundleError {
    BundleError::TooLarge { what: what.to_owned(), limit }
}
