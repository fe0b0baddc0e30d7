//! The resident's pages: the two checks, the folders, a message, the receipt.
//!
//! A resident sees the unit, never which official nor an e-mail address.

use serde::Serialize;

use super::{Day, Fault, File, Moment, Page};

/// The two checks when no message could be opened (P5). Two variants, and nothing else may tell cases apart.
///
/// Posts `code` to `/checks/code` (variant B) or to `/checks/not-mine` (variant A).
#[derive(Debug, Clone, Serialize)]
pub struct Checks {
    /// The name of the person who is logged in.
    pub own_name: String,
    /// Which of the two variants.
    pub outcome: ChecksOutcome,
    /// The help code as it is said on the telephone, e.g. `KX4 7TB`.
    pub help_code: String,
    /// How many days messages are shown.
    pub days: u16,
    /// What was wrong with the code that was typed, if one was.
    pub faults: Vec<Fault>,
    /// "Not meant for me" has been pressed (variant A): thanks instead of the button.
    pub told: bool,
}

impl Page for Checks {
    const TEMPLATE: &'static str = "checks.html";
}

/// How the two checks came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ChecksOutcome {
    /// A: a valid invitation, another person. "Yes", "no".
    AnotherPerson,
    /// B: no valid invitation, for whatever reason. "No", "not checked".
    NoInvitation,
}

/// The inbox.
#[derive(Debug, Clone, Serialize)]
pub struct Inbox {
    /// How many days messages are shown.
    pub days: u16,
    /// The messages, newest first.
    pub rows: Vec<InboxRow>,
}

impl Page for Inbox {
    const TEMPLATE: &'static str = "inbox.html";
}

/// One message in the inbox.
#[derive(Debug, Clone, Serialize)]
pub struct InboxRow {
    /// The message's id; the row leads to `/message/<id>`.
    pub id: String,
    /// Not opened yet.
    pub unread: bool,
    /// The unit that wrote.
    pub from: String,
    /// The subject.
    pub subject: String,
    /// The first words.
    pub excerpt: String,
    /// How many files.
    pub files: u32,
    /// When it came.
    pub at: Moment,
    /// Days left; shown when 7 or fewer.
    pub days_left: u16,
}

/// What has been sent.
#[derive(Debug, Clone, Serialize)]
pub struct Sent {
    /// How many days messages are shown.
    pub days: u16,
    /// The messages, newest first.
    pub rows: Vec<SentRow>,
}

impl Page for Sent {
    const TEMPLATE: &'static str = "sent.html";
}

/// One sent message.
#[derive(Debug, Clone, Serialize)]
pub struct SentRow {
    /// The message's id; the row leads to `/message/<id>`.
    pub id: String,
    /// The unit it went to.
    pub to: String,
    /// The subject.
    pub subject: String,
    /// How many files.
    pub files: u32,
    /// When it was sent.
    pub at: Moment,
    /// When the unit opened it, if it has.
    pub opened: Option<Moment>,
    /// Days left; shown when 7 or fewer.
    pub days_left: u16,
}

/// The drafts. "Delete" posts `action=delete` to `/draft/<id>`.
#[derive(Debug, Clone, Serialize)]
pub struct Drafts {
    /// The drafts, newest first.
    pub rows: Vec<DraftRow>,
}

impl Page for Drafts {
    const TEMPLATE: &'static str = "drafts.html";
}

/// One draft.
#[derive(Debug, Clone, Serialize)]
pub struct DraftRow {
    /// The draft's id; the row leads to `/draft/<id>`.
    pub id: String,
    /// The unit it will go to.
    pub to: String,
    /// The subject; may be empty.
    pub subject: String,
    /// The first words; may be empty.
    pub excerpt: String,
    /// How many files.
    pub files: u32,
    /// When it was saved last.
    pub saved: Moment,
}

/// A message with its earlier exchange. "Reply" posts to `/message/<id>/reply`.
#[derive(Debug, Clone, Serialize)]
pub struct Message {
    /// The message's id.
    pub id: String,
    /// The subject.
    pub subject: String,
    /// The unit that wrote, or that it went to when `mine`.
    pub unit: String,
    /// The resident wrote it; then the page belongs to Sent.
    pub mine: bool,
    /// When it was sent.
    pub at: Moment,
    /// When the unit opened it (only for `mine`).
    pub opened: Option<Moment>,
    /// The last day on which it can be read.
    pub last_day: Day,
    /// Days left, the last day included.
    pub days_left: u16,
    /// Days it was shown for from the start.
    pub days_total: u16,
    /// The text.
    pub text: String,
    /// Its files.
    pub files: Vec<File>,
    /// What was written before in the same conversation, newest first.
    pub earlier: Vec<Earlier>,
    /// Whether it can be answered.
    pub can_reply: bool,
}

impl Page for Message {
    const TEMPLATE: &'static str = "message.html";
}

/// A message that came before.
#[derive(Debug, Clone, Serialize)]
pub struct Earlier {
    /// The unit that wrote; the page says "you" when `mine`.
    pub unit: String,
    /// The resident wrote it.
    pub mine: bool,
    /// When it was sent.
    pub at: Moment,
    /// The text.
    pub text: String,
    /// Its files.
    pub files: Vec<File>,
    /// When the unit opened it (only for `mine`).
    pub opened: Option<Moment>,
}

/// The receipt after sending.
#[derive(Debug, Clone, Serialize)]
pub struct Receipt {
    /// The number to refer to.
    pub number: String,
    /// When the municipality received it; shown to the second.
    pub at: Moment,
    /// The unit.
    pub to: String,
    /// The names of the files.
    pub files: Vec<String>,
    /// The last day on which the resident can read it.
    pub last_day: Day,
}

impl Page for Receipt {
    const TEMPLATE: &'static str = "receipt.html";
}
