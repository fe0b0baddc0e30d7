//! Places for live stores: a share for each way to sign in, one for each plugin, and so many in all.
//!
//! Security: a provider that hangs holds up its own municipality's logins; a plugin that many use leaves room for others.

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

use super::Sandbox;
use crate::{Fault, FaultCode, ask::Ask, binding::Bound};

impl Sandbox {
    /// How many stores are alive.
    #[must_use]
    pub fn live_stores(&self) -> usize {
        let limits = &self.0.shared.limits;
        let free = |room: &Semaphore| room.available_permits();
        limits
            .stores
            .saturating_add(limits.frames)
            .saturating_sub(free(&self.0.places) + free(&self.0.frames))
    }

    /// A place for a live store, or "busy" within a second.
    pub(super) async fn place(&self, bound: &Bound, ask: &Ask) -> Result<Vec<OwnedSemaphorePermit>, Fault> {
        let rooms = if let Ask::Render(_) = ask {
            vec![self.0.frames.clone()]
        } else {
            let share = self.0.shelf.share(&bound.id);
            share.into_iter().chain([bound.plugin.places.clone(), self.0.places.clone()]).collect()
        };
        let places = async {
            let mut places = Vec::with_capacity(rooms.len());
            for room in rooms {
                places.push(room.acquire_owned().await.ok()?);
            }
            Some(places)
        };
        match timeout(self.0.shared.limits.busy_after, places).await {
            Ok(Some(places)) => Ok(places),
            _ => Err(Fault::passing(FaultCode::Busy, "all places are taken")),
        }
    }
}
