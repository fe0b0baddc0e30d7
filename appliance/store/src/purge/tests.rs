//! Epochs between two of their steps.

use aws_lc_rs::rand;
use jiff::civil::date;

use super::*;
use crate::{
    cabinet::memory::MemoryCabinet,
    engine::memory::Memory,
    epoch::Holder,
    vault::{DataKey, fresh_seed},
    writer::{look, run_now},
};

const TOWN: MunicipalityId = MunicipalityId::from_bytes([1; 16]);

struct Chance;

impl Entropy for Chance {
    fn fill(&self, buffer: &mut [u8]) {
        rand::fill(buffer).unwrap();
    }
}

fn epoch(day: i8) -> Epoch {
    Epoch::on(date(2026, 12, day), TOWN, Holder::Drafts)
}

/// Two closing epochs with a row each, whose keys have just been destroyed.
fn interrupted() -> (Arc<dyn Engine>, Vault) {
    let engine: Arc<dyn Engine> = Arc::new(Memory::default());
    let vault = Vault::open(Box::new(MemoryCabinet::default()), Arc::new(Chance)).unwrap();
    let epochs = [epoch(1), epoch(2)];
    vault.create(&epochs).unwrap();
    run_now(engine.as_ref(), &vault, Timestamp::UNIX_EPOCH, fresh_seed(&Chance), |tx| {
        epochs.iter().try_for_each(|epoch| {
            tx.put(&Key::new(Kind::Draft).epoch(epoch), &DataKey::from_bytes([1; 32]), epoch)?;
            tx.close_epoch(epoch)
        })
    })
    .unwrap();
    vault.destroy(&epochs).unwrap();
    (engine, vault)
}

#[test]
fn rows_are_absent_from_the_moment_the_key_is_gone() {
    let (engine, vault) = interrupted();
    let read = |view: &View<'_>| -> Result<_, StoreError> {
        let listed = view.list::<DataKey>(&Scan::prefix(&Key::new(Kind::Draft)))?;
        Ok((view.get::<DataKey>(&Key::new(Kind::Draft).epoch(&epoch(1)))?, listed.len()))
    };
    assert_eq!(look(engine.as_ref(), &vault, Timestamp::UNIX_EPOCH, read), Ok((None, 0)));
}

#[test]
fn no_two_deletion_records_share_a_nonce() {
    let (engine, vault) = interrupted();
    let start = settle(&engine, &vault, Timestamp::UNIX_EPOCH, &Chance).unwrap();
    assert_eq!(start.finished, 2);
    let nonce = |view: &View<'_>, day| -> Result<Vec<u8>, StoreError> {
        let value = view.rows.get(Closed::key(&epoch(day)).as_bytes())?.unwrap();
        Ok(value[41..53].to_vec())
    };
    let (one, two) = look(engine.as_ref(), &vault, Timestamp::UNIX_EPOCH, |view| {
        Ok::<_, StoreError>((nonce(view, 1)?, nonce(view, 2)?))
    })
    .unwrap();
    assert_ne!(one, two);
}
