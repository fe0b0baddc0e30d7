//! Limits on everything a person can make grow. The web tells them before someone runs into them.

/// The largest attachment, in bytes of content (99.5 MB).
pub const MAX_FILE_BYTES: u64 = 99_500_000;
/// The most attachments of one message.
pub const MAX_FILES: usize = 10;
/// The longest subject, in characters.
pub const MAX_SUBJECT_CHARS: usize = 200;
/// The longest message text, in characters.
pub const MAX_BODY_CHARS: usize = 50_000;
/// The longest file name, in bytes of UTF-8: what common file systems take.
pub const MAX_FILE_NAME_BYTES: usize = 200;
/// The longest name of a person, in characters.
pub const MAX_NAME_CHARS: usize = 150;
/// The longest case number, in characters.
pub const MAX_CASE_NUMBER_CHARS: usize = 60;
/// The most drafts that one person keeps at a time.
pub const MAX_DRAFTS: usize = 50;
