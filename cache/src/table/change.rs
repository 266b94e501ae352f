//! What came of what a cache was told, and how it tells of it.

use super::cache::Cache;
use super::places::Place;
use crate::entry::Entry;

/// What came of something.
#[derive(Debug)]
pub enum Outcome<E: Entry> {
    /// Nothing is different.
    Nothing,
    /// An entry has come.
    New(Place),
    /// An entry is not as it was.
    Changed {
        /// As it was.
        old: E,
        /// Where it is now.
        place: Place,
        /// Which fields differ.
        what: E::Diff,
    },
    /// An entry has gone.
    Deleted(E),
    /// There was no room for an entry; the first since all were last read.
    Refused(E),
}

/// A change, as a cache tells of it; all borrowed.
#[derive(Debug)]
pub enum Change<'c, E: Entry> {
    /// An entry that was not there before.
    New(&'c E),
    /// An entry that is not as it was. Its key may be another, where the kernel replaced it.
    Changed {
        /// As it was.
        old: &'c E,
        /// As it is.
        new: &'c E,
        /// Which fields differ.
        what: E::Diff,
    },
    /// An entry that is no more.
    Deleted(&'c E),
    /// An entry that there is no room for; told of the first, others are counted:
    /// [`Cache::refused`].
    Refused(&'c E),
}

#[cfg(feature = "defmt")]
impl<E: Entry<Diff: defmt::Format> + defmt::Format> defmt::Format for Change<'_, E> {
    fn format(&self, f: defmt::Formatter<'_>) {
        match self {
            Change::New(entry) => defmt::write!(f, "New({})", entry),
            Change::Changed { old, new, what } => {
                defmt::write!(f, "Changed {{ old: {}, new: {}, what: {} }}", old, new, what);
            }
            Change::Deleted(entry) => defmt::write!(f, "Deleted({})", entry),
            Change::Refused(entry) => defmt::write!(f, "Refused({})", entry),
        }
    }
}

#[cfg(feature = "defmt")]
impl<E: Entry<Diff: defmt::Format> + defmt::Format> defmt::Format for Outcome<E> {
    fn format(&self, f: defmt::Formatter<'_>) {
        match self {
            Outcome::Nothing => defmt::write!(f, "Nothing"),
            Outcome::New(place) => defmt::write!(f, "New({})", place),
            Outcome::Changed { old, place, what } => {
                defmt::write!(f, "Changed {{ old: {}, place: {}, what: {} }}", old, place, what);
            }
            Outcome::Deleted(old) => defmt::write!(f, "Deleted({})", old),
            Outcome::Refused(entry) => defmt::write!(f, "Refused({})", entry),
        }
    }
}

impl<E: Entry> Clone for Change<'_, E> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<E: Entry> Copy for Change<'_, E> {}

impl<E: Entry> Outcome<E> {
    /// What to tell of it.
    pub fn change<'c, const N: usize>(&'c self, cache: &'c Cache<E, N>) -> Option<Change<'c, E>> {
        Some(match self {
            Outcome::Nothing => return None,
            Outcome::New(place) => Change::New(cache.at(*place)?),
            Outcome::Changed { old, place, what } => {
                Change::Changed { old, new: cache.at(*place)?, what: *what }
            }
            Outcome::Deleted(old) => Change::Deleted(old),
            Outcome::Refused(entry) => Change::Refused(entry),
        })
    }
}
