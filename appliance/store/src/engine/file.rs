//! The engine of the appliance: one redb file, with quick-repair on and a cache of settable size.
//!
//! It never copies a live file and never retries a failed commit: after one, redb refuses everything until the file is
//! opened anew.

use std::{
    io,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
};

use redb::{Database, ReadableTable, StorageError, Table, TableDefinition};

use crate::{
    engine::{Engine, EngineError, Group, Row, RowIter, Rows},
    key_space::Scan,
};

const ROWS: TableDefinition<'_, &[u8], &[u8]> = TableDefinition::new("rows");

/// Rows in a redb file.
pub(crate) struct File {
    path: PathBuf,
    cache_bytes: usize,
    database: RwLock<Option<Arc<Database>>>,
}

impl File {
    pub(crate) fn open(path: &Path, cache_bytes: usize) -> Result<Self, EngineError> {
        let file = Self { path: path.to_owned(), cache_bytes, database: RwLock::new(None) };
        file.reopen()?;
        Ok(file)
    }

    fn database(&self) -> Result<Arc<Database>, EngineError> {
        let open = self.database.read().unwrap_or_else(PoisonError::into_inner);
        open.clone().ok_or_else(|| EngineError { full: false, detail: "the file is not open".into() })
    }
}

struct Snapshot<T>(T);

impl<T: ReadableTable<&'static [u8], &'static [u8]>> Rows for Snapshot<T> {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, EngineError> {
        Ok(self.0.get(key).map_err(failed)?.map(|value| value.value().to_vec()))
    }

    fn range<'a>(&'a self, scan: &'a Scan) -> Result<RowIter<'a>, EngineError> {
        if scan.is_void() {
            return Ok(Box::new(std::iter::empty()));
        }
        let rows = self.0.range::<&[u8]>(scan.bounds()).map_err(failed)?;
        let owned = |row: Result<(redb::AccessGuard<'_, _>, redb::AccessGuard<'_, _>), StorageError>| {
            let (key, value) = row.map_err(failed)?;
            let row: Row = (<[u8]>::to_vec(key.value()), <[u8]>::to_vec(value.value()));
            Ok(row)
        };
        Ok(if scan.reverse { Box::new(rows.rev().map(owned)) } else { Box::new(rows.map(owned)) })
    }
}

impl Group for Snapshot<Table<'_, &'static [u8], &'static [u8]>> {
    fn insert(&mut self, key: &[u8], value: &[u8]) -> Result<(), EngineError> {
        self.0.insert(key, value).map(drop).map_err(failed)
    }

    fn remove(&mut self, key: &[u8]) -> Result<(), EngineError> {
        self.0.remove(key).map(drop).map_err(failed)
    }
}

impl Engine for File {
    fn read(&self, look: &mut dyn FnMut(&dyn Rows)) -> Result<(), EngineError> {
        use redb::ReadableDatabase;
        let transaction = self.database()?.begin_read().map_err(failed)?;
        let table = transaction.open_table(ROWS).map_err(failed)?;
        look(&Snapshot(table));
        Ok(())
    }

    fn commit(
        &self,
        fill: &mut dyn FnMut(&mut dyn Group) -> Result<bool, EngineError>,
    ) -> Result<(), EngineError> {
        let mut transaction = self.database()?.begin_write().map_err(failed)?;
        transaction.set_quick_repair(true);
        let wanted = {
            let table = transaction.open_table(ROWS).map_err(failed)?;
            fill(&mut Snapshot(table))?
        };
        if wanted { transaction.commit().map_err(failed) } else { transaction.abort().map_err(failed) }
    }

    fn reopen(&self) -> Result<(), EngineError> {
        let mut slot = self.database.write().unwrap_or_else(PoisonError::into_inner);
        drop(slot.take());
        let database =
            Database::builder().set_cache_size(self.cache_bytes).create(&self.path).map_err(failed)?;
        let mut transaction = database.begin_write().map_err(failed)?;
        transaction.set_quick_repair(true);
        drop(transaction.open_table(ROWS).map_err(failed)?);
        transaction.commit().map_err(failed)?;
        *slot = Some(Arc::new(database));
        Ok(())
    }

    fn proves_reruns(&self) -> bool {
        false
    }
}

fn failed(error: impl Into<redb::Error>) -> EngineError {
    let error = error.into();
    let full = matches!(&error, redb::Error::Io(io) if io.kind() == io::ErrorKind::StorageFull);
    EngineError { full, detail: error.to_string().into() }
}
