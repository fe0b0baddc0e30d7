//! Ten thousand tamperings with a chain, each found and placed.

use std::sync::Arc;

use kuvert_domain::clock::Entropy;
use rand_chacha::{
    ChaCha20Rng,
    rand_core::{Rng, SeedableRng},
};

use super::*;
use crate::{
    cabinet::memory::MemoryCabinet,
    engine::{Engine, memory::Memory},
    vault::Vault,
    writer::look,
};

const TOWN: MunicipalityId = MunicipalityId::from_bytes([1; 16]);
/// How many entries each group of the chain has.
const GROUPS: [u64; 12] = [1, 3, 2, 5, 1, 1, 4, 2, 6, 1, 2, 2];

struct Chance;

impl Entropy for Chance {
    fn fill(&self, buffer: &mut [u8]) {
        aws_lc_rs::rand::fill(buffer).unwrap();
    }
}

/// A chain of thirty entries, as rows.
struct Log {
    vault: Vault,
    rows: Vec<Row>,
    head: AuditHead,
}

impl Log {
    fn new() -> Self {
        let vault = Vault::open(Box::new(MemoryCabinet::default()), Arc::new(Chance)).unwrap();
        vault.create(&[chain_epoch(TOWN)]).unwrap();
        let (engine, mut chains, mut rows) = (Memory::default(), Chains::default(), Vec::new());
        for (group, count) in GROUPS.into_iter().enumerate() {
            let emitted = (0..count).map(|place| emitted(&format!("done.{group}.{place}"))).collect();
            let view = |view: &View<'_>| chains.extend(view, emitted);
            rows.extend(look(&engine, &vault, Timestamp::UNIX_EPOCH, view).unwrap());
        }
        let head = chains.0[&TOWN];
        Self { vault, rows, head }
    }

    fn verify(&self, rows: &[Row], known: Option<AuditHead>) -> Result<AuditReport, AuditFault> {
        let engine = Memory::default();
        engine
            .commit(&mut |group| {
                rows.iter().try_for_each(|(key, value)| group.insert(key, value))?;
                Ok(true)
            })
            .unwrap();
        look(&engine, &self.vault, Timestamp::UNIX_EPOCH, |view| view.verify_audit(TOWN, known))
    }
}

fn emitted(action: &str) -> Emitted {
    let entry = Entry {
        at_ms: 0,
        authority: None,
        action: action.to_owned(),
        actor: Some([2; 16]),
        object: None,
        details: Some(vec![1, 2, 3]),
    };
    Emitted { municipality: TOWN, entry }
}

/// The place of the first entry of a group.
fn first_of(group: usize) -> u64 {
    GROUPS[..group].iter().sum()
}

#[test]
fn every_tampering_is_found_and_placed() {
    let log = Log::new();
    assert_eq!(log.verify(&log.rows, Some(log.head)), Ok(AuditReport { head: log.head }));
    let mut chance = ChaCha20Rng::from_seed([9; 32]);
    let mut below =
        |bound: usize| usize::try_from(chance.next_u64() % u64::try_from(bound).unwrap()).unwrap();
    for turn in 0..10_000 {
        let mut rows = log.rows.clone();
        let (one, other) = (below(rows.len()), below(rows.len()));
        let broken = |group| Err(AuditFault::Broken { sequence: first_of(group) });
        let expected = match turn % 4 {
            0 => {
                let (at, bit) = (below(rows[one].1.len()), below(8));
                rows[one].1[at] ^= 1 << bit;
                // A changed epoch reference names a key that never was.
                if (2..41).contains(&at) {
                    assert!(log.verify(&rows, Some(log.head)).is_err(), "turn {turn}");
                    continue;
                }
                broken(one)
            }
            1 if one + 1 == rows.len() => {
                rows.pop();
                Err(AuditFault::Cut { has: first_of(one), had: log.head.entries })
            }
            1 => {
                rows.remove(one);
                broken(one)
            }
            2 if one == other => continue,
            2 => {
                let moved = rows[one].1.clone();
                rows[one].1 = std::mem::replace(&mut rows[other].1, moved);
                broken(one.min(other))
            }
            _ => {
                rows.truncate(one);
                Err(AuditFault::Cut { has: first_of(one), had: log.head.entries })
            }
        };
        assert_eq!(log.verify(&rows, Some(log.head)), expected, "turn {turn}, group {one}");
    }
}

#[test]
fn a_chain_written_anew_with_the_key_shows_against_a_known_head() {
    let log = Log::new();
    let mut forged = Chains::default();
    let engine = Memory::default();
    let entries = (0..30).map(|place| emitted(&format!("forged.{place}"))).collect();
    let rows = look(&engine, &log.vault, Timestamp::UNIX_EPOCH, |view| forged.extend(view, entries)).unwrap();
    assert!(log.verify(&rows, None).is_ok());
    assert_eq!(log.verify(&rows, Some(log.head)), Err(AuditFault::Broken { sequence: 29 }));
}
