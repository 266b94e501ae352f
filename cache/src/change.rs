//! Result of an update, and the change that is reported for it.

use crate::entry::Entry;
use crate::lookup::SlotId;
use crate::view::CacheView;

/// Result of an update, with the slots of the entries that it changed.
#[derive(Debug)]
pub enum Outcome<E: Entry> {
    /// No stored field differs.
    Unchanged,
    /// An entry was added.
    New(SlotId),
    /// An entry was changed.
    Changed {
        /// Entry before the change.
        old: E,
        /// Slot of the entry after the change.
        slot: SlotId,
        /// Fields that differ.
        diff: E::Diff,
    },
    /// An entry was removed.
    Deleted(E),
    /// An entry was rejected for lack of capacity, as the first since the last dump started.
    Rejected(E),
}

/// Change of a cache, as it is reported.
#[derive(Debug)]
pub enum Change<'c, E: Entry> {
    /// An entry was added.
    New(&'c E),
    /// An entry was changed. Its key is another if the kernel replaced the entry.
    Changed {
        /// Entry before the change.
        old: &'c E,
        /// Entry after the change.
        new: &'c E,
        /// Fields that differ.
        diff: E::Diff,
    },
    /// An entry was removed.
    Deleted(&'c E),
    /// An entry was rejected for lack of capacity. Reported for the first since the last dump
    /// started; [`Cache::rejected`](crate::cache::Cache::rejected) counts all.
    Rejected(&'c E),
}

#[cfg(feature = "defmt")]
impl<E: Entry<Diff: defmt::Format> + defmt::Format> defmt::Format for Change<'_, E> {
    fn format(&self, f: defmt::Formatter<'_>) {
        match self {
            Change::New(entry) => defmt::write!(f, "New({})", entry),
            Change::Changed { old, new, diff } => {
                defmt::write!(f, "Changed {{ old: {}, new: {}, diff: {} }}", old, new, diff);
            }
            Change::Deleted(entry) => defmt::write!(f, "Deleted({})", entry),
            Change::Rejected(entry) => defmt::write!(f, "Rejected({})", entry),
        }
    }
}

#[cfg(feature = "defmt")]
impl<E: Entry<Diff: defmt::Format> + defmt::Format> defmt::Format for Outcome<E> {
    fn format(&self, f: defmt::Formatter<'_>) {
        match self {
            Outcome::Unchanged => defmt::write!(f, "Unchanged"),
            Outcome::New(slot) => defmt::write!(f, "New({})", slot),
            Outcome::Changed { old, slot, diff } => {
                defmt::write!(f, "Changed {{ old: {}, slot: {}, diff: {} }}", old, slot, diff);
            }
            Outcome::Deleted(old) => defmt::write!(f, "Deleted({})", old),
            Outcome::Rejected(entry) => defmt::write!(f, "Rejected({})", entry),
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
    /// Returns the change to report; `None` if nothing changed. The view has to be of the updated
    /// cache.
    pub fn change<'c>(&'c self, view: CacheView<'c, E>) -> Option<Change<'c, E>> {
        Some(match self {
            Outcome::Unchanged => return None,
            Outcome::New(slot) => Change::New(view.at(*slot)?),
            Outcome::Changed { old, slot, diff } => {
                Change::Changed { old, new: view.at(*slot)?, diff: *diff }
            }
            Outcome::Deleted(old) => Change::Deleted(old),
            Outcome::Rejected(entry) => Change::Rejected(entry),
        })
    }
}
