//! The mails that arrived: kept in order, found by address, awaited by tests.
//!
//! It reads a mail with `mail-parser` when asked and never changes the bytes that came.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use data_encoding::BASE64;
use mail_parser::{Message, MessageParser, MimeHeaders};
use tokio::sync::Notify;

use super::mood::Mood;
use crate::clock::SimClock;

/// One mail as it came in, after the dots were unstuffed.
#[derive(Debug, Clone)]
pub struct Mail {
    /// Its number on this server, from 1.
    pub id: u64,
    /// The envelope's sender.
    pub from: String,
    /// The envelope's recipients.
    pub to: Vec<String>,
    /// When it came, in milliseconds since 1970.
    pub received_ms: u64,
    /// Whether it came over TLS.
    pub secured: bool,
    /// The message itself.
    pub raw: Vec<u8>,
}

/// All mails of one server. Cheap to clone.
#[derive(Clone)]
pub struct Mails(Arc<Shared>);

struct Shared {
    clock: SimClock,
    arrived: Notify,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    mails: Vec<Mail>,
    taken: BTreeSet<(u64, String)>,
    mood: Mood,
    connections: u64,
}

impl Mails {
    pub(crate) fn new(clock: SimClock) -> Self {
        Self(Arc::new(Shared { clock, arrived: Notify::new(), state: Mutex::default() }))
    }

    /// Waits for the first mail to that address which was not taken before, and takes it.
    pub async fn next_for(&self, address: &str) -> Mail {
        loop {
            let arrived = self.0.arrived.notified();
            if let Some(mail) = self.take(address) {
                return mail;
            }
            arrived.await;
        }
    }

    /// The first mail to that address which was not taken before, if it is there already.
    #[must_use]
    pub fn take(&self, address: &str) -> Option<Mail> {
        let address = address.to_lowercase();
        let mut state = self.state();
        let State { mails, taken, .. } = &mut *state;
        let is_for = |mail: &Mail| mail.to.iter().any(|to| to.to_lowercase() == address);
        let mail = mails.iter().find(|mail| is_for(mail) && !taken.contains(&(mail.id, address.clone())))?;
        taken.insert((mail.id, address));
        Some(mail.clone())
    }

    /// Every mail so far, oldest first.
    #[must_use]
    pub fn all(&self) -> Vec<Mail> {
        self.state().mails.clone()
    }

    /// The mail with that number.
    #[must_use]
    pub fn get(&self, id: u64) -> Option<Mail> {
        self.state().mails.iter().find(|mail| mail.id == id).cloned()
    }

    /// From now on the server is in this mood.
    pub fn set(&self, mood: Mood) {
        self.state().mood = mood;
    }

    /// How many connections were made, also those that were hung up on.
    #[must_use]
    pub fn connections(&self) -> u64 {
        self.state().connections
    }

    /// Counts a connection and tells how to treat it.
    pub(crate) fn connected(&self) -> Mood {
        let mut state = self.state();
        state.connections += 1;
        state.mood
    }

    pub(crate) fn mood(&self) -> Mood {
        self.state().mood
    }

    /// Keeps a mail and wakes whoever waits. Gives its number.
    pub(crate) fn deliver(&self, from: String, to: Vec<String>, secured: bool, raw: Vec<u8>) -> u64 {
        let id = {
            let mut state = self.state();
            let id = u64::try_from(state.mails.len()).unwrap_or(u64::MAX).saturating_add(1);
            state.mails.push(Mail { id, from, to, received_ms: self.0.clock.now_ms(), secured, raw });
            id
        };
        self.0.arrived.notify_waiters();
        id
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Mail {
    /// The subject, decoded; empty when there is none.
    #[must_use]
    pub fn subject(&self) -> String {
        self.read(|message| message.subject().map(ToOwned::to_owned)).unwrap_or_default()
    }

    /// The text part; empty when there is none.
    #[must_use]
    pub fn text(&self) -> String {
        self.read(|message| {
            let part = message.text_body.first().and_then(|part| message.part(*part))?;
            part.is_text().then(|| message.body_text(0).map(Cow::into_owned))?
        })
        .unwrap_or_default()
    }

    /// The HTML part, as it was sent; none when the mail has only text.
    #[must_use]
    pub fn html(&self) -> Option<String> {
        self.read(|message| {
            let part = message.html_body.first().and_then(|part| message.part(*part))?;
            part.is_text_html().then(|| message.body_html(0).map(Cow::into_owned))?
        })
    }

    /// The HTML part with the pictures that the mail carries put in, so that it can be shown without another request.
    #[must_use]
    pub(crate) fn html_with_pictures(&self) -> Option<String> {
        let html = self.html()?;
        self.read(|message| {
            Some(message.parts.iter().fold(html.clone(), |html, part| {
                let (Some(id), Some(kind)) = (part.content_id(), part.content_type()) else { return html };
                let subtype = kind.subtype().unwrap_or("octet-stream");
                let data =
                    format!("data:{}/{subtype};base64,{}", kind.ctype(), BASE64.encode(part.contents()));
                html.replace(&format!("cid:{}", id.trim_matches(['<', '>'])), &data)
            }))
        })
    }

    /// A header's value as it stands in the mail, unfolded.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<String> {
        self.read(|message| {
            let value = message.header_raw(name.to_owned())?;
            Some(value.split_whitespace().collect::<Vec<_>>().join(" "))
        })
    }

    /// Every web address in the text part, in order.
    #[must_use]
    pub fn links(&self) -> Vec<String> {
        addresses(&self.text())
            .into_iter()
            .map(|range| self.text().get(range).unwrap_or_default().to_owned())
            .collect()
    }

    fn read<T>(&self, read: impl FnOnce(&Message<'_>) -> Option<T>) -> Option<T> {
        read(&MessageParser::default().parse(&self.raw)?)
    }
}

/// Where web addresses stand in a text. A full stop, comma or bracket at the end belongs to the sentence.
pub(crate) fn addresses(text: &str) -> Vec<std::ops::Range<usize>> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = text.get(from..).and_then(|rest| rest.find("http")).map(|at| from + at) {
        let rest = text.get(at..).unwrap_or_default();
        let end = rest.find(|c: char| c.is_whitespace() || "<>\"'".contains(c)).unwrap_or(rest.len());
        let address =
            rest.get(..end).unwrap_or_default().trim_end_matches(['.', ',', ')', ']', '!', '?', ';']);
        if address.starts_with("http://") || address.starts_with("https://") {
            found.push(at..at + address.len());
        }
        from = at + address.len().max(4);
    }
    found
}
