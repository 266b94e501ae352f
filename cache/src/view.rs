//! Read-only view of a cache's entries and state, whatever the capacity.

use core::fmt;

use crate::entry::Entry;
use crate::hash::Hasher;
use crate::lookup::SlotId;
use crate::slots::{Mark, Slot, SlotsRef};

/// State of a cache besides its entries.
pub(crate) struct State<E: Entry> {
    pub(crate) index: E::Index,
    /// Number of entries.
    pub(crate) live: usize,
    /// Number of entries removed during the dump in progress, whose slots are still in use.
    pub(crate) tombstones: usize,
    /// Number of dumps started.
    pub(crate) generation: u32,
    /// Number of entries rejected for lack of capacity since the last dump started.
    pub(crate) rejected: u32,
    /// `true` during a dump.
    pub(crate) dumping: bool,
    /// `true` if another dump is needed, because the entries may be wrong.
    pub(crate) stale: bool,
    /// `true` if a slot became free after an entry was rejected.
    pub(crate) slot_freed: bool,
}

impl<E: Entry> State<E> {
    /// Creates the state of an empty cache.
    pub(crate) const fn new(index: E::Index) -> Self {
        State {
            index,
            live: 0,
            tombstones: 0,
            generation: 0,
            rejected: 0,
            dumping: false,
            stale: false,
            slot_freed: false,
        }
    }
}

/// Iterator over the entries of a cache, in the order of their slots.
pub struct CacheIter<'c, E: Entry> {
    slots: core::slice::Iter<'c, Slot<E>>,
}

impl<'c, E: Entry> CacheIter<'c, E> {
    pub(crate) fn new(slots: SlotsRef<'c, E>) -> Self {
        CacheIter { slots: slots.iter() }
    }
}

impl<E: Entry> fmt::Debug for CacheIter<'_, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at most {} entries", self.slots.len())
    }
}

impl<E: Entry> Clone for CacheIter<'_, E> {
    fn clone(&self) -> Self {
        CacheIter { slots: self.slots.clone() }
    }
}

impl<'c, E: Entry> Iterator for CacheIter<'c, E> {
    type Item = &'c E;

    fn next(&mut self) -> Option<&'c E> {
        self.slots.find(|slot| slot.mark.has_state(Mark::LIVE)).map(|slot| &slot.entry)
    }
}

/// Read-only view of a cache, of the same type for any capacity.
///
/// [`KernelRules`](crate::kernel_rules::KernelRules) get one to see the other entries.
pub struct CacheView<'c, E: Entry> {
    pub(crate) slots: SlotsRef<'c, E>,
    pub(crate) state: &'c State<E>,
    /// Hash of the key that is likely to be looked up next.
    pub(crate) hashed_key: Option<(E::Key, u32)>,
}

impl<E: Entry> Clone for CacheView<'_, E> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<E: Entry> Copy for CacheView<'_, E> {}

impl<E: Entry> fmt::Debug for CacheView<'_, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} entries", self.state.live)
    }
}

impl<'c, E: Entry> CacheView<'c, E> {
    /// Returns the slot of the entry that is [identical](Entry::identical), whatever its other
    /// fields.
    #[inline]
    pub fn find(&self, entry: &E) -> Option<SlotId> {
        self.find_in_state(entry, Mark::LIVE)
    }

    /// Returns the entries of a key with their slots, in the kernel's order.
    #[inline]
    pub fn slots(&self, key: E::Key) -> impl Iterator<Item = (SlotId, &'c E)> + use<'c, E> {
        let hash = self.hash(&key);
        self.slots
            .chain(None, hash)
            .filter(move |(_, slot)| {
                slot.hash == hash && slot.mark.has_state(Mark::LIVE) && slot.entry.key() == key
            })
            .map(|(id, slot)| (id, &slot.entry))
    }

    /// Returns the entries of a key, in the kernel's order.
    #[inline]
    pub fn all(&self, key: E::Key) -> impl Iterator<Item = &'c E> + use<'c, E> {
        self.slots(key).map(|(_, entry)| entry)
    }

    /// Returns the entry in a slot, `None` if the slot is free.
    #[inline]
    pub fn at(&self, id: SlotId) -> Option<&'c E> {
        let slot = self.slots.get(id)?;
        slot.mark.has_state(Mark::LIVE).then_some(&slot.entry)
    }

    /// Returns the entries in the chain of a hash in a look-up: those of the hash, and possibly
    /// others.
    #[inline]
    pub fn lookup<F: FnOnce(Hasher) -> u32>(
        &self,
        lookup: usize,
        hash: F,
    ) -> impl Iterator<Item = (SlotId, &'c E)> + use<'c, E, F> {
        self.chain(lookup, hash(self.slots.hasher()))
    }

    /// Returns the entries in the chain of a hash in a look-up.
    #[inline]
    pub(crate) fn chain(
        &self,
        lookup: usize,
        hash: u32,
    ) -> impl Iterator<Item = (SlotId, &'c E)> + use<'c, E> {
        self.slots
            .chain(Some(lookup), hash)
            .filter(|(_, slot)| slot.mark.has_state(Mark::LIVE))
            .map(|(id, slot)| (id, &slot.entry))
    }

    /// Returns an iterator over every entry.
    pub fn iter(&self) -> CacheIter<'c, E> {
        CacheIter::new(self.slots)
    }

    /// Returns whether every wanted entry fits; `false` after an entry was rejected for lack of
    /// capacity.
    pub const fn is_complete(&self) -> bool {
        self.state.rejected == 0
    }

    /// Returns whether a dump is in progress.
    pub const fn is_dumping(&self) -> bool {
        self.state.dumping
    }

    /// Returns whether another dump is needed: the entries may be wrong, or a slot became free
    /// after an entry was rejected.
    pub const fn needs_dump(&self) -> bool {
        !self.state.dumping && (self.state.stale || self.state.slot_freed)
    }

    /// Returns the index, which selects the wanted entries.
    pub const fn index(&self) -> &'c E::Index {
        &self.state.index
    }

    /// Returns the slot of the identical entry, if the slot is in this state.
    #[inline]
    pub(crate) fn find_in_state(&self, entry: &E, state: u32) -> Option<SlotId> {
        let key = entry.key();
        let hash = self.hash(&key);
        self.slots
            .chain(None, hash)
            .find(|(_, slot)| {
                slot.hash == hash
                    && slot.mark.has_state(state)
                    && slot.entry.key() == key
                    && slot.entry.identical(entry)
            })
            .map(|(id, _)| id)
    }

    #[inline(always)]
    fn hash(&self, key: &E::Key) -> u32 {
        match &self.hashed_key {
            Some((hashed, hash)) if hashed == key => *hash,
            _ => self.slots.hasher().hash_one(key),
        }
    }
}
