//! Both engines and the overlay, held against a `BTreeMap`.

use std::{collections::BTreeMap, ops::Bound};

use proptest::{collection::vec, prelude::*};
use tempfile::TempDir;

use super::{Engine, EngineError, Group, Row, Rows, file::File, memory::Memory, overlay::Overlay};
use crate::key_space::Scan;

type Model = BTreeMap<Vec<u8>, Vec<u8>>;

/// One change; short keys, so that they meet.
#[derive(Debug, Clone)]
enum Change {
    Insert(Vec<u8>, Vec<u8>),
    Remove(Vec<u8>),
}

fn key() -> impl Strategy<Value = Vec<u8>> {
    vec(0_u8..4, 1..4)
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        3 => (key(), vec(any::<u8>(), 0..6)).prop_map(|(key, value)| Change::Insert(key, value)),
        1 => key().prop_map(Change::Remove),
    ]
}

fn bound() -> impl Strategy<Value = Bound<Vec<u8>>> {
    prop_oneof![Just(Bound::Unbounded), key().prop_map(Bound::Included), key().prop_map(Bound::Excluded)]
}

fn scan() -> impl Strategy<Value = Scan> {
    (bound(), bound(), any::<bool>()).prop_map(|(from, to, reverse)| Scan {
        from,
        to,
        reverse,
        limit: usize::MAX,
    })
}

fn apply(model: &mut Model, change: &Change) {
    match change {
        Change::Insert(key, value) => drop(model.insert(key.clone(), value.clone())),
        Change::Remove(key) => drop(model.remove(key)),
    }
}

fn expected(model: &Model, scan: &Scan) -> Vec<Row> {
    let inside = |key: &Vec<u8>| {
        let above = match &scan.from {
            Bound::Included(from) => key >= from,
            Bound::Excluded(from) => key > from,
            Bound::Unbounded => true,
        };
        let below = match &scan.to {
            Bound::Included(to) => key <= to,
            Bound::Excluded(to) => key < to,
            Bound::Unbounded => true,
        };
        above && below
    };
    let mut rows: Vec<Row> = model
        .iter()
        .filter(|(key, _)| inside(key))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    if scan.reverse {
        rows.reverse();
    }
    rows
}

fn found(rows: &dyn Rows, scan: &Scan) -> Vec<Row> {
    rows.range(scan).unwrap().collect::<Result<_, EngineError>>().unwrap()
}

struct Layered<'a>(&'a dyn Rows, &'a Overlay);

impl Rows for Layered<'_> {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, EngineError> {
        self.1.get(self.0, key)
    }

    fn range<'a>(&'a self, scan: &'a Scan) -> Result<super::RowIter<'a>, EngineError> {
        self.1.range(self.0, scan)
    }
}

fn overlay_of(changes: &[Change]) -> Overlay {
    let mut overlay = Overlay::default();
    for change in changes.iter().cloned() {
        match change {
            Change::Insert(key, value) => overlay.insert(key, value),
            Change::Remove(key) => overlay.remove(key),
        }
    }
    overlay
}

/// Commits groups of changes, looking at every moment: over the overlay, inside the group, and after the commit.
fn follow(engine: &dyn Engine, groups: &[Vec<Vec<Change>>], scans: &[Scan], keys: &[Vec<u8>]) {
    let mut model = Model::new();
    let check = |rows: &dyn Rows, model: &Model| {
        for scan in scans {
            assert_eq!(found(rows, scan), expected(model, scan), "{scan:?}");
        }
        for key in keys {
            assert_eq!(rows.get(key).unwrap(), model.get(key).cloned());
        }
    };
    for (number, cases) in groups.iter().enumerate() {
        let kept = number % 3 != 2;
        let mut attempt = model.clone();
        let fill = &mut |group: &mut dyn Group| {
            attempt.clone_from(&model);
            for changes in cases {
                let overlay = overlay_of(changes);
                for change in changes {
                    apply(&mut attempt, change);
                }
                check(&Layered(&*group, &overlay), &attempt);
                overlay.apply(group)?;
                check(&*group, &attempt);
            }
            Ok(kept)
        };
        engine.commit(fill).unwrap();
        if kept {
            model = attempt;
        }
        engine.read(&mut |rows| check(rows, &model)).unwrap();
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn both_engines_do_as_the_model(
        groups in vec(vec(vec(change(), 0..6), 1..4), 1..5),
        scans in vec(scan(), 1..6),
        keys in vec(key(), 1..6),
    ) {
        follow(&Memory::default(), &groups, &scans, &keys);
        let directory = TempDir::new().unwrap();
        let file = File::open(&directory.path().join("rows"), 1 << 20).unwrap();
        follow(&file, &groups, &scans, &keys);
    }
}

#[test]
fn an_error_while_filling_keeps_nothing() {
    let directory = TempDir::new().unwrap();
    let file = File::open(&directory.path().join("rows"), 1 << 20).unwrap();
    for engine in [&Memory::default() as &dyn Engine, &file] {
        let failed = engine.commit(&mut |group| {
            group.insert(b"a", b"1")?;
            Err(EngineError { full: false, detail: "on purpose".into() })
        });
        assert!(failed.is_err());
        engine.read(&mut |rows| assert_eq!(rows.get(b"a").unwrap(), None)).unwrap();
        engine.commit(&mut |group| group.insert(b"a", b"2").map(|()| true)).unwrap();
        engine.reopen().unwrap();
        engine.read(&mut |rows| assert_eq!(rows.get(b"a").unwrap(), Some(b"2".to_vec()))).unwrap();
    }
}
