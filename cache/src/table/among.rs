//! What is kept and known, whatever the capacity, to be looked at without changing it.

use core::fmt;

use super::places::{Mark, Place, PlacesRef, Slot};
use crate::entry::Entry;
use crate::hash::Hasher;

/// What a cache knows besides its entries.
pub(super) struct State<E: Entry> {
    pub(super) index: E::Index,
    /// How many entries there are.
    pub(super) live: usize,
    /// Places of what went while all were being read.
    pub(super) gone: usize,
    /// How often all were read or begun to be.
    pub(super) generation: u32,
    /// How many there was no room for since all were last read.
    pub(super) refused: u32,
    /// All are being read.
    pub(super) reading: bool,
    /// What was read cannot be all there is, so that it has to be read anew.
    pub(super) again: bool,
    /// Something was refused, and then there was room.
    pub(super) room: bool,
}

impl<E: Entry> State<E> {
    /// Of an empty cache.
    pub(super) const fn new(index: E::Index) -> Self {
        State {
            index,
            live: 0,
            gone: 0,
            generation: 0,
            refused: 0,
            reading: false,
            again: false,
            room: false,
        }
    }
}

/// Goes through the entries of a cache.
pub struct CacheIter<'c, E: Entry> {
    slots: core::slice::Iter<'c, Slot<E>>,
}

impl<'c, E: Entry> CacheIter<'c, E> {
    pub(super) fn of(places: PlacesRef<'c, E>) -> Self {
        CacheIter { slots: places.iter() }
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
        self.slots.find(|slot| slot.mark.identical(Mark::LIVE)).map(|slot| &slot.entry)
    }
}

/// What is kept, whatever the cache's capacity.
pub struct CacheView<'c, E: Entry> {
    pub(super) places: PlacesRef<'c, E>,
    pub(super) state: &'c State<E>,
    /// The hash of a key that is likely to be looked for.
    pub(super) known: Option<(E::Key, u32)>,
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
    /// Where this entry is, whatever values it has.
    #[inline]
    pub fn find(&self, entry: &E) -> Option<Place> {
        self.same(entry, Mark::LIVE)
    }

    /// The entries of this key, and where they are, in the kernel's order.
    #[inline]
    pub fn places(&self, key: E::Key) -> impl Iterator<Item = (Place, &'c E)> + use<'c, E> {
        let hash = self.hash(&key);
        self.places
            .chain(None, hash)
            .filter(move |(_, slot)| {
                slot.hash == hash && slot.mark.identical(Mark::LIVE) && slot.entry.key() == key
            })
            .map(|(place, slot)| (place, &slot.entry))
    }

    /// The entries of this key, in the kernel's order.
    #[inline]
    pub fn all(&self, key: E::Key) -> impl Iterator<Item = &'c E> + use<'c, E> {
        self.places(key).map(|(_, entry)| entry)
    }

    /// The entry in this place.
    #[inline]
    pub fn at(&self, place: Place) -> Option<&'c E> {
        let slot = self.places.get(place)?;
        slot.mark.identical(Mark::LIVE).then_some(&slot.entry)
    }

    /// Every entry that this look-up finds by this hash, and maybe others.
    #[inline]
    pub fn hashed<F: FnOnce(Hasher) -> u32>(
        &self,
        lookup: usize,
        hash: F,
    ) -> impl Iterator<Item = (Place, &'c E)> + use<'c, E, F> {
        self.maybe(lookup, hash(self.places.hasher()))
    }

    /// The entries of this hash in a look-up, and maybe others.
    #[inline]
    pub(super) fn maybe(
        &self,
        lookup: usize,
        hash: u32,
    ) -> impl Iterator<Item = (Place, &'c E)> + use<'c, E> {
        self.places
            .chain(Some(lookup), hash)
            .filter(|(_, slot)| slot.mark.identical(Mark::LIVE))
            .map(|(place, slot)| (place, &slot.entry))
    }

    /// Every entry.
    pub fn iter(&self) -> CacheIter<'c, E> {
        CacheIter::of(self.places)
    }

    /// Whether nothing was refused for want of room.
    pub const fn is_complete(&self) -> bool {
        self.state.refused == 0
    }

    /// Whether all are being read.
    pub const fn is_being_read(&self) -> bool {
        self.state.reading
    }

    /// What is wanted.
    pub const fn index(&self) -> &'c E::Index {
        &self.state.index
    }

    /// Where this entry is, if its place is in this state.
    #[inline]
    pub(super) fn same(&self, entry: &E, state: u32) -> Option<Place> {
        let key = entry.key();
        let hash = self.hash(&key);
        self.places
            .chain(None, hash)
            .find(|(_, slot)| {
                slot.hash == hash
                    && slot.mark.identical(state)
                    && slot.entry.key() == key
                    && slot.entry.identical(entry)
            })
            .map(|(place, _)| place)
    }

    #[inline(always)]
    fn hash(&self, key: &E::Key) -> u32 {
        match &self.known {
            Some((known, hash)) if known == key => *hash,
            _ => self.places.hasher().of(key),
        }
    }
}
