//! Replays what was told on a model that cannot go wrong, and compares.

use std::collections::HashMap;
use std::fmt::Debug;

use barelink_cache::{Cache, Change, Diff, Entry};

/// Diff there is according to what was told, beginning with nothing.
#[derive(Debug)]
pub struct Model<E: Entry> {
    entries: HashMap<E::Key, Vec<E>>,
    /// How many changes were told.
    pub told: u64,
    /// Diff was told that cannot have happened.
    pub odd: Vec<String>,
}

impl<E: Entry> Default for Model<E> {
    fn default() -> Self {
        Model { entries: HashMap::new(), told: 0, odd: vec![] }
    }
}

/// Diff a model has other than a cache, or one cache other than another.
pub type Wrong = Vec<String>;

impl<E: Entry<Diff: Debug> + Debug> Model<E> {
    /// Takes in what was told.
    pub fn tell(&mut self, change: Change<'_, E>) {
        self.told += 1;
        match change {
            Change::New(new) => self.add(new, change),
            Change::Deleted(old) => self.take(old, change),
            Change::Changed { old, new, .. } => {
                self.take(old, change);
                self.add(new, change);
            }
            Change::Rejected(_) => self.odd.push(format!("there is room, but: {change:?}")),
        }
    }

    fn add(&mut self, new: &E, change: Change<'_, E>) {
        let same = self.entries.entry(new.key()).or_default();
        if same.iter().any(|it| it.identical(new)) {
            self.odd.push(format!("was there already: {change:?}"));
        } else {
            same.push(new.clone());
        }
    }

    fn take(&mut self, old: &E, change: Change<'_, E>) {
        let same = self.entries.entry(old.key()).or_default();
        match same.iter().position(|it| it.identical(old) && it.diff(old).is_empty()) {
            Some(at) => drop(same.swap_remove(at)),
            None => self.odd.push(format!("was not there, or not so: {change:?}")),
        }
        if same.is_empty() {
            self.entries.remove(&old.key());
        }
    }

    /// Diff is kept otherwise than was told.
    pub fn compare<const N: usize>(&mut self, cache: &Cache<E, N>) -> Wrong {
        let mut wrong = std::mem::take(&mut self.odd);
        for entry in cache {
            let same = self.entries.get(&entry.key());
            if !same.is_some_and(|same| same.iter().any(|it| is_so(it, entry))) {
                wrong.push(format!("never told: {entry:?}"));
            }
        }
        let told = self.entries.values().map(Vec::len).sum::<usize>();
        if told != cache.len() {
            wrong.push(format!("told of {told}, {} are kept", cache.len()));
        }
        wrong
    }
}

fn is_so<E: Entry>(one: &E, other: &E) -> bool {
    one.identical(other) && one.diff(other).is_empty()
}

/// Diff is kept otherwise than in a cache that has just been read, down to the last field.
pub fn compare<E: Entry + PartialEq + Debug, const N: usize>(
    ours: &Cache<E, N>,
    fresh: &Cache<E, N>,
) -> Wrong {
    let mut wrong = vec![];
    for entry in fresh {
        match ours.all(entry.key()).find(|it| it.identical(entry)) {
            None => wrong
                .push(format!("missing (there {}): {entry:?}", ours.iter().any(|it| it == entry))),
            Some(it) if it != entry => wrong.push(format!("kept: {it:?}\n    it is: {entry:?}")),
            Some(_) => {}
        }
    }
    for entry in ours {
        if !fresh.all(entry.key()).any(|it| it.identical(entry)) {
            wrong.push(format!("is no more: {entry:?}"));
        }
    }
    wrong
}
