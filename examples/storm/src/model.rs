//! Replays the reported changes on a reference model, and compares caches with it.

use std::collections::HashMap;
use std::fmt::Debug;

use barelink_cache::{Cache, Change, Diff, Entry};

/// Entries according to the reported changes, starting empty.
#[derive(Debug)]
pub struct Model<E: Entry> {
    entries: HashMap<E::Key, Vec<E>>,
    /// Number of changes reported.
    pub reported: u64,
    /// Descriptions of reported changes that contradict the model.
    pub contradictions: Vec<String>,
}

impl<E: Entry> Default for Model<E> {
    fn default() -> Self {
        Model { entries: HashMap::new(), reported: 0, contradictions: vec![] }
    }
}

/// Descriptions of the differences between a cache and a model or another cache.
pub type Differences = Vec<String>;

impl<E: Entry<Diff: Debug> + Debug> Model<E> {
    /// Applies a reported change.
    pub fn apply(&mut self, change: Change<'_, E>) {
        self.reported += 1;
        match change {
            Change::New(new) => self.add(new, change),
            Change::Deleted(old) => self.remove(old, change),
            Change::Changed { old, new, .. } => {
                self.remove(old, change);
                self.add(new, change);
            }
            Change::Rejected(_) => {
                self.contradictions.push(format!("rejected below capacity: {change:?}"))
            }
        }
    }

    fn add(&mut self, new: &E, change: Change<'_, E>) {
        let same = self.entries.entry(new.key()).or_default();
        if same.iter().any(|ours| ours.identical(new)) {
            self.contradictions.push(format!("exists already: {change:?}"));
        } else {
            same.push(new.clone());
        }
    }

    fn remove(&mut self, old: &E, change: Change<'_, E>) {
        let same = self.entries.entry(old.key()).or_default();
        match same.iter().position(|ours| ours.identical(old) && ours.diff(old).is_empty()) {
            Some(at) => drop(same.swap_remove(at)),
            None => self.contradictions.push(format!("missing, or different: {change:?}")),
        }
        if same.is_empty() {
            self.entries.remove(&old.key());
        }
    }

    /// Compares a cache with the model; includes the contradictions since the last comparison.
    pub fn compare<const N: usize>(&mut self, cache: &Cache<E, N>) -> Differences {
        let mut differences = std::mem::take(&mut self.contradictions);
        for entry in cache {
            let same = self.entries.get(&entry.key());
            if !same.is_some_and(|same| same.iter().any(|ours| equal(ours, entry))) {
                differences.push(format!("not reported: {entry:?}"));
            }
        }
        let reported = self.entries.values().map(Vec::len).sum::<usize>();
        if reported != cache.len() {
            differences.push(format!("{reported} entries reported, {} cached", cache.len()));
        }
        differences
    }
}

fn equal<E: Entry>(one: &E, other: &E) -> bool {
    one.identical(other) && one.diff(other).is_empty()
}

/// Compares every field of a cache with those of a cache filled by a fresh dump.
pub fn compare<E: Entry + PartialEq + Debug, const N: usize>(
    ours: &Cache<E, N>,
    fresh: &Cache<E, N>,
) -> Differences {
    let mut differences = vec![];
    for entry in fresh {
        match ours.all(entry.key()).find(|ours| ours.identical(entry)) {
            None => differences.push(format!(
                "missing (elsewhere: {}): {entry:?}",
                ours.iter().any(|ours| ours == entry)
            )),
            Some(ours) if ours != entry => {
                differences.push(format!("cached: {ours:?}\n    dumped: {entry:?}"))
            }
            Some(_) => {}
        }
    }
    for entry in ours {
        if !fresh.all(entry.key()).any(|ours| ours.identical(entry)) {
            differences.push(format!("deleted by the kernel: {entry:?}"));
        }
    }
    differences
}
