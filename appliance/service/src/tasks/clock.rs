//! Whether the clock can be believed: nothing is deleted after a jump until somebody has looked.
//!
//! The clock is noted every few minutes, so that a clock that goes evenly never looks like one that jumped. A machine that
//! was off for longer than a day cannot be told from one whose clock was set: that too must be confirmed.

use jiff::{SignedDuration, Timestamp};
use kuvert_domain::{directory::Municipality, id::MunicipalityId};
use kuvert_store::{Reading as _, records::ClockMark};

use super::Tasks;
use crate::{ClockJumps, ServiceError, epochs};

/// More than this between two looks is a jump.
const JUMP: SignedDuration = SignedDuration::from_hours(24);
/// A step back of more than this is a jump too.
const STEP_BACK: SignedDuration = SignedDuration::from_hours(2);
/// How stale the note may become.
const STALE: SignedDuration = SignedDuration::from_mins(5);

impl Tasks {
    /// Confirms that the clock is right after a jump; the next purge goes ahead.
    pub async fn confirm_clock(&self) -> Result<(), ServiceError> {
        for municipality in &self.core.directory.municipalities {
            self.mark_clock(municipality.id, self.core.now(), false).await?;
        }
        Ok(())
    }

    /// Whether the clock moved as clocks do since the last look. A jump is kept in mind until it is confirmed.
    pub(super) async fn trusts_clock(&self, municipality: &Municipality) -> Result<bool, ServiceError> {
        let (id, now) = (municipality.id, self.core.now());
        let mark = self.core.read(move |view| Ok(view.get::<ClockMark>(&ClockMark::key(id))?)).await?;
        let Some(mark) = mark else {
            self.mark_clock(id, now, false).await?;
            return Ok(true);
        };
        let passed = now.duration_since(mark.seen);
        let jumped = mark.held || passed > JUMP || passed < -STEP_BACK;
        if jumped && self.core.clock_jumps == ClockJumps::Hold {
            if !mark.held {
                self.mark_clock(id, mark.seen, true).await?;
            }
            return Ok(false);
        }
        if jumped || passed.abs() >= STALE {
            self.mark_clock(id, now, false).await?;
        }
        Ok(true)
    }

    async fn mark_clock(&self, id: MunicipalityId, seen: Timestamp, held: bool) -> Result<(), ServiceError> {
        self.core
            .write(id, move |tx| {
                Ok(tx.put(&ClockMark::key(id), &ClockMark { seen, held }, &epochs::standing(id))?)
            })
            .await
    }
}
