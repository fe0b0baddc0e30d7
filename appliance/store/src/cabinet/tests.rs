//! Every crash while the cabinet's file is replaced, and every way in which it can be wrong.

use std::{fs, io, sync::Arc};

use jiff::civil::date;
use kuvert_domain::{clock::Entropy, id::MunicipalityId, secret::Secret};
use tempfile::TempDir;

use crate::{
    cabinet::{
        Cabinet,
        file::{FileCabinet, Halt, Step},
    },
    epoch::{Epoch, Holder},
    error::StoreError,
};

struct Chance;

impl Entropy for Chance {
    fn fill(&self, buffer: &mut [u8]) {
        aws_lc_rs::rand::fill(buffer).unwrap();
    }
}

fn epoch(day: i8) -> Epoch {
    Epoch::on(date(2026, 12, day), MunicipalityId::from_bytes([1; 16]), Holder::Resident)
}

fn open(directory: &TempDir, halt: Halt) -> Result<FileCabinet, StoreError> {
    let root = Secret::new([7; 32]);
    FileCabinet::open_with(&directory.path().join("keys"), &root, Arc::new(Chance), halt)
}

fn crash() -> io::Result<()> {
    Err(io::Error::other("power cut"))
}

const NEVER: Halt = |_| Ok(());
const CRASHES: [(Halt, bool); 4] = [
    (|step| if step == Step::Written { crash() } else { Ok(()) }, false),
    (|step| if step == Step::Synced { crash() } else { Ok(()) }, false),
    (|step| if step == Step::Renamed { crash() } else { Ok(()) }, true),
    (|step| if step == Step::FolderSynced { crash() } else { Ok(()) }, true),
];

#[test]
fn keys_survive_and_are_destroyed_for_good() {
    let directory = TempDir::new().unwrap();
    let cabinet = open(&directory, NEVER).unwrap();
    cabinet.create(&[(epoch(1), Secret::new([1; 32])), (epoch(2), Secret::new([2; 32]))]).unwrap();
    drop(cabinet);
    let cabinet = open(&directory, NEVER).unwrap();
    assert!(cabinet.get(&epoch(1)).unwrap() == Some(Secret::new([1; 32])));
    cabinet.destroy(&[epoch(1), epoch(9)]).unwrap();
    drop(cabinet);
    let cabinet = open(&directory, NEVER).unwrap();
    assert_eq!(cabinet.epochs(), [epoch(2)]);
    assert!(cabinet.get(&epoch(1)).unwrap().is_none());
}

#[test]
fn a_crash_at_any_step_leaves_the_old_or_the_new() {
    for (halt, arrived) in CRASHES {
        let directory = TempDir::new().unwrap();
        open(&directory, NEVER).unwrap().create(&[(epoch(1), Secret::new([1; 32]))]).unwrap();

        let failed = open(&directory, halt).unwrap().create(&[(epoch(2), Secret::new([2; 32]))]);
        assert!(failed.is_err());
        let cabinet = open(&directory, NEVER).unwrap();
        assert!(!directory.path().join("keys.new").exists(), "a leftover is removed");
        let expected = if arrived { vec![epoch(1), epoch(2)] } else { vec![epoch(1)] };
        assert_eq!(cabinet.epochs(), expected);
        assert!(cabinet.get(&epoch(1)).unwrap() == Some(Secret::new([1; 32])));
        // Whatever was left half done does not disturb the next change.
        cabinet.destroy(&[epoch(1), epoch(2)]).unwrap();
        assert_eq!(open(&directory, NEVER).unwrap().epochs(), []);
    }
}

#[test]
fn the_old_file_is_overwritten_through_its_handle() {
    let directory = TempDir::new().unwrap();
    let cabinet = open(&directory, NEVER).unwrap();
    cabinet.create(&[(epoch(1), Secret::new([1; 32]))]).unwrap();
    let witness = directory.path().join("witness");
    fs::hard_link(directory.path().join("keys"), &witness).unwrap();
    cabinet.destroy(&[epoch(1)]).unwrap();
    assert!(fs::read(witness).unwrap().iter().all(|byte| *byte == 0));
}

#[test]
fn every_flipped_byte_is_found() {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("keys");
    open(&directory, NEVER).unwrap().create(&[(epoch(1), Secret::new([1; 32]))]).unwrap();
    let whole = fs::read(&path).unwrap();
    for at in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x10;
        fs::write(&path, bytes).unwrap();
        assert!(open(&directory, NEVER).is_err(), "byte {at}");
    }
    fs::write(&path, &whole[..whole.len() - 1]).unwrap();
    assert!(open(&directory, NEVER).is_err());
}

#[cfg(unix)]
#[test]
fn only_the_service_reads_the_file() {
    use std::os::unix::fs::PermissionsExt;
    let directory = TempDir::new().unwrap();
    open(&directory, NEVER).unwrap().create(&[(epoch(1), Secret::new([1; 32]))]).unwrap();
    let mode = fs::metadata(directory.path().join("keys")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}
