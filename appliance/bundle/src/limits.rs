//! How large a bundle and its parts may be.
//!
//! None can be raised by configuration; each has a test that meets it.

/// Entries of the archive.
pub const ENTRIES: usize = 200;
/// The file as it comes, in bytes.
pub const PACKED_BYTES: usize = 8 * 1024 * 1024;
/// All its files, unpacked, in bytes.
pub const UNPACKED_BYTES: u64 = 32 * 1024 * 1024;
/// `plugin.wasm`.
pub const COMPONENT_BYTES: u64 = 4 * 1024 * 1024;
/// `manifest.toml`.
pub const MANIFEST_BYTES: u64 = 64 * 1024;
/// `icon.svg`.
pub const ICON_BYTES: u64 = 32 * 1024;
/// Any other file: a locale, a text for people, the digest list, a signature.
pub const TEXT_BYTES: u64 = 256 * 1024;
/// Permissions, endpoints and settings, each.
pub const NAMED_THINGS: usize = 64;
