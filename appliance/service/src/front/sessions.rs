//! From a browser's token to a session.
//!
//! The last request is noted at most once a minute, so that a page view costs no write.

use jiff::SignedDuration;
use kuvert_store::{Reading as _, records};

use super::Front;
use crate::{ServiceError, Session, SessionToken, core::today, epochs, session::times, token::equal};

/// How stale the note of the last request may become.
const FLUSH: SignedDuration = SignedDuration::from_mins(1);

impl Front {
    /// The session of a token, if it is still alive. Counts as a request of the person.
    pub async fn session(&self, token: &SessionToken) -> Result<Option<Session>, ServiceError> {
        let Some(mut row) = self.row(token).await? else {
            return Ok(None);
        };
        let now = self.core.now();
        if !row.used || now.duration_since(row.last_seen) >= FLUSH {
            let key = records::Session::key(self.municipality, token.id());
            let epoch = epochs::sessions(self.municipality, today(self.municipality()?, now));
            let seen = self.core.write(self.municipality, move |tx| {
                let Some(mut row): Option<records::Session> = tx.get(&key)? else {
                    return Ok(None);
                };
                row.used = true;
                row.last_seen = row.last_seen.max(tx.now());
                tx.put(&key, &row, &epoch)?;
                Ok(Some(row))
            });
            match seen.await? {
                Some(seen) => row = seen,
                None => return Ok(None),
            }
        }
        Ok(Some(Session::new(token, self.municipality, &row)))
    }

    async fn row(&self, token: &SessionToken) -> Result<Option<records::Session>, ServiceError> {
        let key = records::Session::key(self.municipality, token.id());
        let hash = token.hash();
        self.core
            .read(move |view| {
                let row: Option<records::Session> = view.get(&key)?;
                let now = view.now();
                Ok(row.filter(|row| equal(&row.token_hash, &hash) && now < times(row).idle_ends))
            })
            .await
    }
}
