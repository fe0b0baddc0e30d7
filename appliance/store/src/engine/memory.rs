//! The engine of the tests: a `BTreeMap`, the model that the file engine is held against.
//!
//! It keeps nothing when it is dropped. The writer runs each closure twice on it, to prove that the closure is
//! re-runnable, as an engine that retries on serialization failures will need.

use std::{
    collections::BTreeMap,
    sync::{PoisonError, RwLock},
};

use crate::{
    engine::{Engine, EngineError, Group, RowIter, Rows, overlay::Overlay},
    key_space::Scan,
};

type Model = BTreeMap<Vec<u8>, Vec<u8>>;

/// Rows in memory.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    model: RwLock<Model>,
}

impl Rows for Model {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, EngineError> {
        Ok(Self::get(self, key).cloned())
    }

    fn range<'a>(&'a self, scan: &'a Scan) -> Result<RowIter<'a>, EngineError> {
        if scan.is_void() {
            return Ok(Box::new(std::iter::empty()));
        }
        let rows =
            Self::range::<[u8], _>(self, scan.bounds()).map(|(key, value)| Ok((key.clone(), value.clone())));
        Ok(if scan.reverse { Box::new(rows.rev()) } else { Box::new(rows) })
    }
}

struct Pending<'m> {
    model: &'m Model,
    overlay: Overlay,
}

impl Rows for Pending<'_> {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, EngineError> {
        self.overlay.get(self.model, key)
    }

    fn range<'a>(&'a self, scan: &'a Scan) -> Result<RowIter<'a>, EngineError> {
        self.overlay.range(self.model, scan)
    }
}

impl Group for Pending<'_> {
    fn insert(&mut self, key: &[u8], value: &[u8]) -> Result<(), EngineError> {
        self.overlay.insert(key.to_vec(), value.to_vec());
        Ok(())
    }

    fn remove(&mut self, key: &[u8]) -> Result<(), EngineError> {
        self.overlay.remove(key.to_vec());
        Ok(())
    }
}

impl Engine for Memory {
    fn read(&self, look: &mut dyn FnMut(&dyn Rows)) -> Result<(), EngineError> {
        look(&*self.model.read().unwrap_or_else(PoisonError::into_inner));
        Ok(())
    }

    fn commit(
        &self,
        fill: &mut dyn FnMut(&mut dyn Group) -> Result<bool, EngineError>,
    ) -> Result<(), EngineError> {
        let overlay = {
            let model = self.model.read().unwrap_or_else(PoisonError::into_inner);
            let mut pending = Pending { model: &model, overlay: Overlay::default() };
            if !fill(&mut pending)? {
                return Ok(());
            }
            pending.overlay
        };
        let mut model = self.model.write().unwrap_or_else(PoisonError::into_inner);
        for (key, change) in overlay.into_changes() {
            match change {
                Some(value) => drop(model.insert(key, value)),
                None => drop(model.remove(&key)),
            }
        }
        Ok(())
    }

    fn reopen(&self) -> Result<(), EngineError> {
        Ok(())
    }

    fn proves_reruns(&self) -> bool {
        true
    }
}
