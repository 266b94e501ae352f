//! Turns a cache or a change into rows of columns and JSON, whatever its entries are.

use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};

use barelink_cache::{Cache, Change};
use serde_json::{Map, Value};

use crate::caches::WatchCaches;
use crate::show::Show;

/// Hash of an entry's key, which identifies a highlighted row.
pub type RowId = u64;

/// Row of a table.
#[derive(Debug, Clone)]
pub struct Row {
    /// Hash of the entry's key.
    pub id: RowId,
    /// Text of each column.
    pub cells: Vec<String>,
}

/// Cache whose entries are shown as rows.
pub trait EntryRows {
    /// Returns the headings of the columns.
    fn headings(&self) -> &'static [&'static str];
    /// Returns the number of entries.
    fn len(&self) -> usize;
    /// Returns whether the cache has no entries.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// Returns the maximum number of entries.
    fn capacity(&self) -> usize;
    /// Returns the number of entries rejected for lack of capacity.
    fn rejected(&self) -> u32;
    /// Returns at most `count` rows, starting with row `from`.
    fn rows(&self, caches: &WatchCaches, from: usize, count: usize) -> Vec<Row>;
    /// Returns at most `count` rows of those for which `matches` returns `true`.
    fn matching_rows(
        &self,
        caches: &WatchCaches,
        matches: &dyn Fn(RowId) -> bool,
        count: usize,
    ) -> Vec<Row>;
    /// Returns every entry as JSON.
    fn json(&self) -> Vec<Value>;
}

fn id<E: Show>(entry: &E) -> RowId {
    BuildHasherDefault::<DefaultHasher>::new().hash_one(entry.key())
}

impl<E: Show, const N: usize> EntryRows for Cache<E, N> {
    fn headings(&self) -> &'static [&'static str] {
        E::HEADINGS
    }
    fn len(&self) -> usize {
        self.len()
    }
    fn capacity(&self) -> usize {
        N
    }
    fn rejected(&self) -> u32 {
        self.rejected()
    }
    fn rows(&self, caches: &WatchCaches, from: usize, count: usize) -> Vec<Row> {
        let entries = self.iter().skip(from).take(count);
        entries.map(|entry| Row { id: id(entry), cells: entry.cells(caches) }).collect()
    }
    fn matching_rows(
        &self,
        caches: &WatchCaches,
        matches: &dyn Fn(RowId) -> bool,
        count: usize,
    ) -> Vec<Row> {
        let entries = self.iter().map(|entry| (id(entry), entry)).filter(|(id, _)| matches(*id));
        entries.take(count).map(|(id, entry)| Row { id, cells: entry.cells(caches) }).collect()
    }
    fn json(&self) -> Vec<Value> {
        self.iter().map(Show::json).collect()
    }
}

/// Effect of a change on its entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeType {
    /// An entry was added.
    New,
    /// Fields of an entry differ.
    Changed,
    /// An entry was removed.
    Deleted,
    /// An entry was rejected for lack of capacity.
    Rejected,
}

/// Change of an entry, shown as a row.
pub trait ChangeRow {
    /// Returns what the change did to the entry.
    fn change_type(&self) -> ChangeType;
    /// Returns the entry after the change, or before it if it was deleted.
    fn row(&self, caches: &WatchCaches) -> Row;
    /// Returns the change as JSON, with the old and the new entry.
    fn json(&self) -> Map<String, Value>;
}

impl<E: Show> ChangeRow for Change<'_, E> {
    fn change_type(&self) -> ChangeType {
        match self {
            Change::New(_) => ChangeType::New,
            Change::Changed { .. } => ChangeType::Changed,
            Change::Deleted(_) => ChangeType::Deleted,
            Change::Rejected(_) => ChangeType::Rejected,
        }
    }
    fn row(&self, caches: &WatchCaches) -> Row {
        let (Change::New(entry)
        | Change::Changed { new: entry, .. }
        | Change::Deleted(entry)
        | Change::Rejected(entry)) = self;
        Row { id: id(*entry), cells: entry.cells(caches) }
    }
    fn json(&self) -> Map<String, Value> {
        let (event, fields, old, new) = match *self {
            Change::New(new) => ("new", None, None, Some(new)),
            Change::Changed { old, new, diff } => {
                ("changed", Some(E::fields(diff)), Some(old), Some(new))
            }
            Change::Deleted(old) => ("deleted", None, Some(old), None),
            Change::Rejected(new) => ("rejected", None, None, Some(new)),
        };
        let mut line = Map::new();
        line.insert("event".into(), event.into());
        line.insert("object".into(), E::OBJECT.into());
        fields.map(|fields| line.insert("fields".into(), fields));
        old.map(|old| line.insert("old".into(), old.json()));
        new.map(|new| line.insert("new".into(), new.json()));
        line
    }
}
