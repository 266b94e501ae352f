//! A table of entries, and what changes in it.

use core::fmt;

use barelink_codec::{Error, Message};
use heapless::Vec;

/// Something that a cache can keep.
pub trait Entry: Sized + PartialEq {
    /// What tells entries apart.
    type Key: Ord + Copy;

    /// The entry's key.
    fn key(&self) -> Self::Key;
    /// What a message says about an entry of this type; nothing if it is about something else.
    fn read(message: &Message<'_>) -> Result<Option<Update<Self>>, Error>;
}

/// What a message says about an entry.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Update<E: Entry> {
    /// It is like this.
    Is(E),
    /// It is no more.
    Gone(E::Key),
}

/// What changed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Change<'c, E> {
    /// An entry that was not there before.
    New(&'c E),
    /// An entry that is not as it was.
    Changed {
        /// As it was.
        old: E,
        /// As it is.
        new: &'c E,
    },
    /// An entry that is no more.
    Deleted(E),
}

/// The table has no room for another entry: it is incomplete from now on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Full {
    /// How many entries it has room for.
    pub capacity: usize,
}

impl fmt::Display for Full {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no room for more than {} entries", self.capacity)
    }
}

impl core::error::Error for Full {}

/// At most `N` entries, in the order of their keys.
///
/// Finding one is a binary search. One that is refused for want of room is counted, and the cache
/// says so until it is cleared.
#[derive(Debug, Clone)]
pub struct Cache<E, const N: usize> {
    entries: Vec<E, N>,
    refused: usize,
}

impl<E, const N: usize> Default for Cache<E, N> {
    fn default() -> Self {
        Cache::new()
    }
}

impl<E, const N: usize> Cache<E, N> {
    /// An empty cache; in a `static`, it takes no room on the stack.
    pub const fn new() -> Self {
        Cache { entries: Vec::new(), refused: 0 }
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Whether nothing was refused for want of room.
    pub const fn is_complete(&self) -> bool {
        self.refused == 0
    }

    /// Every entry, in the order of the keys.
    pub fn iter(&self) -> core::slice::Iter<'_, E> {
        self.entries.iter()
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.entries.clear();
        self.refused = 0;
    }
}

impl<'c, E, const N: usize> IntoIterator for &'c Cache<E, N> {
    type Item = &'c E;
    type IntoIter = core::slice::Iter<'c, E>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<E: Entry, const N: usize> Cache<E, N> {
    /// The entry of this key.
    pub fn get(&self, key: E::Key) -> Option<&E> {
        self.place(key).ok().and_then(|at| self.entries.get(at))
    }

    /// Takes in what a message says, and tells what that changed: nothing where it said what was
    /// known.
    pub fn update(&mut self, update: Update<E>) -> Result<Option<Change<'_, E>>, Full> {
        match update {
            Update::Gone(key) => match self.place(key) {
                Ok(at) if at < self.entries.len() => {
                    Ok(Some(Change::Deleted(self.entries.remove(at))))
                }
                _ => Ok(None),
            },
            Update::Is(new) => match self.place(new.key()) {
                Ok(at) => Ok(self.replace(at, new)),
                Err(at) => {
                    if self.entries.insert(at, new).is_err() {
                        self.refused = self.refused.saturating_add(1);
                        return Err(Full { capacity: N });
                    }
                    Ok(self.entries.get(at).map(Change::New))
                }
            },
        }
    }

    fn replace(&mut self, at: usize, new: E) -> Option<Change<'_, E>> {
        let entry = self.entries.get_mut(at).filter(|entry| **entry != new)?;
        let old = core::mem::replace(entry, new);
        Some(Change::Changed { old, new: entry })
    }

    fn place(&self, key: E::Key) -> Result<usize, usize> {
        self.entries.binary_search_by_key(&key, E::key)
    }
}
