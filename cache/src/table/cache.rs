//! The memory itself: places for so many entries, and what is known besides.

use core::fmt;
use core::hash::Hash;

use super::Table;
use super::among::{CacheIter, CacheView, State};
use super::places::{Place, Places};
use crate::entry::{Entry, Index};

/// At most `N` entries: those that the kernel has, as far as they are wanted and there is room.
///
/// Looking up by key takes the same time however many there are. Iteration is in the order of their
/// places, which is that of their coming until some go. Where there is no room for one, it is
/// refused, counted, and the cache [incomplete](Cache::is_complete) until all have been read anew.
///
/// It is as large as its type says, wherever it lives: in a `static` it takes no room on a stack, nor
/// in the program's file.
///
/// ```
/// use barelink_cache::{Cache, LinkEntry};
///
/// static LINKS: std::sync::Mutex<Cache<LinkEntry, 64>> = std::sync::Mutex::new(Cache::new());
/// assert!(LINKS.lock().unwrap().by_name("eth0").is_none());
/// ```
pub struct Cache<E: Entry, const N: usize> {
    places: Places<E, N>,
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
    /// An empty cache, of all that there are.
    pub const fn new() -> Self {
        Cache::of(E::Index::NEW)
    }

    /// An empty cache, of those that the index wants.
    pub const fn of(index: E::Index) -> Self {
        Cache { places: Places::new(), state: State::new(index) }
    }

    /// How many entries there is room for.
    pub const fn capacity(&self) -> usize {
        N
    }

    /// How many entries there are.
    pub const fn len(&self) -> usize {
        self.state.live
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.state.live == 0
    }

    /// Whether nothing was refused for want of room since all were last read.
    pub const fn is_complete(&self) -> bool {
        self.state.refused == 0
    }

    /// How many were refused for want of room since all were last read.
    pub const fn refused(&self) -> u32 {
        self.state.refused
    }

    /// What is wanted.
    pub const fn index(&self) -> &E::Index {
        &self.state.index
    }

    /// The entry of this key; the first of them, where several may have it.
    #[inline]
    pub fn get(&self, key: E::Key) -> Option<&E> {
        self.all(key).next()
    }

    /// Every entry of this key, in the kernel's order.
    #[inline]
    pub fn all(&self, key: E::Key) -> impl Iterator<Item = &E> + use<'_, E, N> {
        self.among().all(key)
    }

    /// Every entry that this look-up may find by this, and maybe others of the same hash.
    #[inline]
    pub fn found<K: Hash + ?Sized>(
        &self,
        lookup: usize,
        by: &K,
    ) -> impl Iterator<Item = &E> + use<'_, E, N, K> {
        let among = self.among();
        among.maybe(lookup, among.places.hasher().of(by)).map(|(_, entry)| entry)
    }

    /// Every entry.
    pub fn iter(&self) -> CacheIter<'_, E> {
        CacheIter::of(self.places.view())
    }

    /// The entry in this place.
    pub fn at(&self, place: Place) -> Option<&E> {
        self.among().at(place)
    }

    /// What is kept, as [`Entry::reconcile`] sees it.
    #[inline(always)]
    pub fn among(&self) -> CacheView<'_, E> {
        CacheView { places: self.places.view(), state: &self.state, known: None }
    }

    /// The cache, to be changed; whatever its capacity, it is the same type.
    pub fn table(&mut self) -> Table<'_, E> {
        Table { places: self.places.view_mut(), state: &mut self.state }
    }

    /// Forgets everything, and wants what this index wants from here on: for a cache in a `static`,
    /// where what is wanted is known only later. Before a manager is opened, which asks what to join.
    pub fn want(&mut self, index: E::Index) {
        self.clear();
        self.state.index = index;
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        for entry in CacheIter::of(self.places.view()) {
            self.state.index.removed(entry);
        }
        self.places.clear();
        let state = &mut self.state;
        (state.live, state.gone, state.refused) = (0, 0, 0);
        (state.reading, state.again, state.room) = (false, false, false);
    }
}

impl<'c, E: Entry, const N: usize> IntoIterator for &'c Cache<E, N> {
    type Item = &'c E;
    type IntoIter = CacheIter<'c, E>;

    fn into_iter(self) -> CacheIter<'c, E> {
        self.iter()
    }
}
