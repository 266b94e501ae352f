//! Memory of a fixed size for entries, and look-ups in it: [`Cache`].

use core::fmt;
use core::hash::Hash;

use crate::entry::{Entry, Index};
use crate::kernel_rules::KernelRules;
use crate::lookup::SlotId;
use crate::slots::Slots;
use crate::table::Table;
use crate::view::{CacheIter, CacheView, State};

/// Cache of at most `N` entries: the wanted ones that the kernel has, as far as they fit.
///
/// A look-up by key takes constant time. Iteration is in slot order, which is the order of
/// insertion until entries are removed. An entry that does not fit is rejected and counted; the
/// cache is then [incomplete](Cache::is_complete) until a dump in which every entry fits.
///
/// The size is fixed by the type; nothing is allocated. A cache in a `static` is in `.bss`: it
/// takes neither stack nor bytes of the program file.
///
/// ```
/// use barelink_cache::{Cache, LinkEntry};
///
/// static LINKS: std::sync::Mutex<Cache<LinkEntry, 64>> = std::sync::Mutex::new(Cache::new());
/// assert!(LINKS.lock().unwrap().by_name("eth0").is_none());
/// ```
pub struct Cache<E: Entry, const N: usize> {
    slots: Slots<E, N>,
    state: State<E>,
}

impl<E: Entry, const N: usize> Default for Cache<E, N> {
    fn default() -> Self {
        Cache::new()
    }
}

impl<E: Entry + fmt::Debug, const N: usize> fmt::Debug for Cache<E, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl<E: Entry, const N: usize> Cache<E, N> {
    /// Creates an empty cache of every entry.
    pub const fn new() -> Self {
        Cache::with_index(E::Index::NEW)
    }

    /// Creates an empty cache of the entries that an index wants.
    pub const fn with_index(index: E::Index) -> Self {
        Cache { slots: Slots::new(), state: State::new(index) }
    }

    /// Returns the capacity, `N`.
    pub const fn capacity(&self) -> usize {
        N
    }

    /// Returns the number of entries.
    pub const fn len(&self) -> usize {
        self.state.live
    }

    /// Returns whether the cache has no entry.
    pub const fn is_empty(&self) -> bool {
        self.state.live == 0
    }

    /// Returns whether every wanted entry fits; `false` after an entry was rejected for lack of
    /// capacity since the last dump started.
    pub const fn is_complete(&self) -> bool {
        self.state.rejected == 0
    }

    /// Returns the number of entries rejected for lack of capacity since the last dump started.
    pub const fn rejected(&self) -> u32 {
        self.state.rejected
    }

    /// Returns the index, which selects the wanted entries.
    pub const fn index(&self) -> &E::Index {
        &self.state.index
    }

    /// Returns the entry of a key; the first in the kernel's order, if several have it.
    #[inline]
    pub fn get(&self, key: E::Key) -> Option<&E> {
        self.all(key).next()
    }

    /// Returns the entries of a key, in the kernel's order.
    #[inline]
    pub fn all(&self, key: E::Key) -> impl Iterator<Item = &E> + use<'_, E, N> {
        self.view().all(key)
    }

    /// Returns the entries that a look-up finds by a value: those of its hash, and possibly others,
    /// for the caller to compare.
    #[inline]
    pub fn lookup<K: Hash + ?Sized>(
        &self,
        lookup: usize,
        by: &K,
    ) -> impl Iterator<Item = &E> + use<'_, E, N, K> {
        let view = self.view();
        view.chain(lookup, view.slots.hasher().hash_one(by)).map(|(_, entry)| entry)
    }

    /// Returns an iterator over every entry, in slot order.
    pub fn iter(&self) -> CacheIter<'_, E> {
        CacheIter::new(self.slots.view())
    }

    /// Returns the entry in a slot, `None` if the slot is free.
    pub fn at(&self, slot: SlotId) -> Option<&E> {
        self.view().at(slot)
    }

    /// Returns a read-only view, of the same type for any capacity.
    #[inline(always)]
    pub fn view(&self) -> CacheView<'_, E> {
        CacheView { slots: self.slots.view(), state: &self.state, hashed_key: None }
    }

    /// Removes every entry and sets the index: for a cache in a `static` whose wanted entries are
    /// known only at run time. Call it before a manager is opened, which joins groups by the index.
    pub fn set_index(&mut self, index: E::Index) {
        self.clear();
        self.state.index = index;
    }

    /// Removes every entry.
    pub fn clear(&mut self) {
        for entry in CacheIter::new(self.slots.view()) {
            self.state.index.removed(entry);
        }
        self.slots.clear();
        let state = &mut self.state;
        (state.live, state.tombstones, state.rejected) = (0, 0, 0);
        (state.dumping, state.stale, state.slot_freed) = (false, false, false);
    }
}

impl<E: KernelRules, const N: usize> Cache<E, N> {
    /// Returns a view for modification, of the same type for any capacity.
    pub fn table(&mut self) -> Table<'_, E> {
        Table { slots: self.slots.view_mut(), state: &mut self.state }
    }
}

impl<'c, E: Entry, const N: usize> IntoIterator for &'c Cache<E, N> {
    type Item = &'c E;
    type IntoIter = CacheIter<'c, E>;

    fn into_iter(self) -> CacheIter<'c, E> {
        self.iter()
    }
}
