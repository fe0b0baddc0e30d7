//! What providers answered during one login, as far as a trust profile lets it count.
//!
//! The host keeps the bytes; a guest knows handles. Answers that no rule of the profile names get a handle too, which
//! then leads nowhere; so do those that a rule names and whose status, type or size lets them count for nothing.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::strict_json;

/// One answer or verified token.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Evidence {
    handle: u32,
    /// The name of the profile's rule that it satisfies.
    rule: String,
    body: Vec<u8>,
    /// The evidence whose token was sent along as bearer.
    bearer: Option<u32>,
}

impl Evidence {
    pub(crate) fn rule(&self) -> &str {
        &self.rule
    }

    pub(crate) fn handle(&self) -> u32 {
        self.handle
    }

    pub(crate) fn bearer(&self) -> Option<u32> {
        self.bearer
    }

    /// The document, read strictly.
    pub(crate) fn document(&self) -> Result<Value, String> {
        strict_json::parse(&self.body)
    }
}

/// All evidence of one login.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(crate) struct Dossier {
    next: u32,
    kept: Vec<Evidence>,
    /// Whether an answer came from the right door and was not fit to count.
    turned_away: bool,
}

impl Dossier {
    /// Gives a handle to an answer that counts for nothing.
    pub(crate) fn pass_over(&mut self) -> u32 {
        self.next = self.next.saturating_add(1);
        self.next
    }

    /// Gives a handle to an answer that would count if the provider had given it another form.
    pub(crate) fn turn_away(&mut self) -> u32 {
        self.turned_away = true;
        self.pass_over()
    }

    /// Whether some answer of this login would have counted in another form.
    pub(crate) fn turned_away(&self) -> bool {
        self.turned_away
    }

    /// Keeps an answer under a rule. It takes the place of an earlier one under that rule, whose handle is dead from
    /// then on. `None` when there is not so much room for all of them.
    pub(crate) fn keep(&mut self, rule: &str, body: &[u8], bearer: Option<u32>, room: usize) -> Option<u32> {
        self.kept.retain(|evidence| evidence.rule != rule);
        let held: usize = self.kept.iter().map(|evidence| evidence.body.len()).sum();
        if held.saturating_add(body.len()) > room {
            return None;
        }
        let handle = self.pass_over();
        self.kept.push(Evidence { handle, rule: rule.to_owned(), body: body.to_vec(), bearer });
        Some(handle)
    }

    pub(crate) fn get(&self, handle: u32) -> Option<&Evidence> {
        self.kept.iter().find(|evidence| evidence.handle == handle)
    }

    pub(crate) fn under(&self, rule: &str) -> Option<&Evidence> {
        self.kept.iter().find(|evidence| evidence.rule == rule)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dossier_has_a_size() {
        let mut dossier = Dossier::default();
        let half = [b' '; 50];
        assert!(dossier.keep("one", &half, None, 100).is_some());
        assert!(dossier.keep("two", &half, None, 100).is_some());
        assert!(dossier.keep("three", b" ", None, 100).is_none());
        assert!(
            dossier.keep("two", b" ", None, 100).is_some(),
            "what takes another's place needs no more room"
        );
    }
}
