//! A cache, and a change, whatever the entries are.

use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};

use barelink_cache::{Cache, Change};
use serde_json::{Map, Value};

use crate::known::Known;
use crate::show::Show;

/// An entry's key as a number, good enough to tell which rows are lit.
pub type Id = u64;

/// A row of a table.
#[derive(Debug, Clone)]
pub struct Row {
    /// Which entry it is.
    pub id: Id,
    /// What is in it.
    pub cells: Vec<String>,
}

/// A cache of entries that can be shown.
pub trait Shelf {
    /// What stands above the cells.
    fn heads(&self) -> &'static [&'static str];
    /// How many there are.
    fn len(&self) -> usize;
    /// Whether there are none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// For how many there is room.
    fn capacity(&self) -> usize;
    /// How many there was no room for.
    fn refused(&self) -> u32;
    /// So many rows, from this one on.
    fn rows(&self, known: &Known, from: usize, count: usize) -> Vec<Row>;
    /// So many rows, of those for which this holds.
    fn picked(&self, known: &Known, pick: &dyn Fn(Id) -> bool, count: usize) -> Vec<Row>;
    /// All that is kept of each.
    fn json(&self) -> Vec<Value>;
}

fn id<E: Show>(entry: &E) -> Id {
    BuildHasherDefault::<DefaultHasher>::new().hash_one(entry.key())
}

impl<E: Show, const N: usize> Shelf for Cache<E, N> {
    fn heads(&self) -> &'static [&'static str] {
        E::HEADS
    }
    fn len(&self) -> usize {
        self.len()
    }
    fn capacity(&self) -> usize {
        N
    }
    fn refused(&self) -> u32 {
        self.rejected()
    }
    fn rows(&self, known: &Known, from: usize, count: usize) -> Vec<Row> {
        let entries = self.iter().skip(from).take(count);
        entries.map(|entry| Row { id: id(entry), cells: entry.cells(known) }).collect()
    }
    fn picked(&self, known: &Known, pick: &dyn Fn(Id) -> bool, count: usize) -> Vec<Row> {
        let entries = self.iter().map(|entry| (id(entry), entry)).filter(|(id, _)| pick(*id));
        entries.take(count).map(|(id, entry)| Row { id, cells: entry.cells(known) }).collect()
    }
    fn json(&self) -> Vec<Value> {
        self.iter().map(Show::json).collect()
    }
}

/// What happened to an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum What {
    New,
    Changed,
    Deleted,
    Refused,
}

/// A change of something that can be shown.
pub trait Told {
    /// What happened.
    fn diff(&self) -> What;
    /// The entry as it is; or as it was, if it has gone.
    fn row(&self, known: &Known) -> Row;
    /// All of it.
    fn json(&self) -> Map<String, Value>;
}

impl<E: Show> Told for Change<'_, E> {
    fn diff(&self) -> What {
        match self {
            Change::New(_) => What::New,
            Change::Changed { .. } => What::Changed,
            Change::Deleted(_) => What::Deleted,
            Change::Rejected(_) => What::Refused,
        }
    }
    fn row(&self, known: &Known) -> Row {
        let (Change::New(entry)
        | Change::Changed { new: entry, .. }
        | Change::Deleted(entry)
        | Change::Rejected(entry)) = self;
        Row { id: id(*entry), cells: entry.cells(known) }
    }
    fn json(&self) -> Map<String, Value> {
        let (event, fields, old, new) = match *self {
            Change::New(new) => ("new", None, None, Some(new)),
            Change::Changed { old, new, diff } => {
                ("changed", Some(E::fields(diff)), Some(old), Some(new))
            }
            Change::Deleted(old) => ("deleted", None, Some(old), None),
            Change::Rejected(new) => ("refused", None, None, Some(new)),
        };
        let mut line = Map::new();
        line.insert("event".into(), event.into());
        line.insert("object".into(), E::OBJECT.into());
        fields.map(|fields| line.insert("what".into(), fields));
        old.map(|old| line.insert("old".into(), old.json()));
        new.map(|new| line.insert("new".into(), new.json()));
        line
    }
}
