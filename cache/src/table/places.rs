//! Places for entries, and the chains that lead to them, in memory of a fixed size.
//!
//! ```text
//!   hash of the key ----> heads[h] --> place --next--> place --next--> nothing
//!   hash of a name -----> heads[h] --> place ...        one chain for each way to look things up
//! ```
//!
//! An entry stays in its place until it goes: places are a stable order. A free place is used
//! again. There are as many heads as places, so that chains are short, and any capacity will do.
//!
//! Only this file links and unlinks. What an entry means, and whether it is right, it does not know.

use core::fmt;

use heapless::Vec;
use heapless::vec::VecView;

use crate::entry::{Entry, Index};
use crate::hash::Hasher;

/// Where an entry is: the number of its place, from 1 up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Place(u32);

impl Place {
    /// The first of all places.
    pub(super) const FIRST: Place = Place(1);
    /// No place.
    const NONE: Place = Place(0);

    fn at(index: usize) -> Place {
        Place(u32::try_from(index.saturating_add(1)).unwrap_or(0))
    }
    const fn index(self) -> usize {
        (self.0 as usize).wrapping_sub(1)
    }
    /// The place after this one, if there are so many.
    pub(super) const fn following(self) -> Place {
        Place(self.0.saturating_add(1))
    }
    fn some(self) -> Option<Place> {
        (self != Place::NONE).then_some(self)
    }
}

/// The neighbours of an entry in a chain.
#[derive(Debug, Clone, Copy)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Link {
    next: Place,
    prev: Place,
}

impl Link {
    const NONE: Link = Link { next: Place::NONE, prev: Place::NONE };
}

/// So many ways to look entries up, besides that by key.
#[derive(Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Lookups<const K: usize>;

/// A number of ways to look entries up: [`Lookups`].
pub trait LookupCount {
    /// The neighbours of an entry in each chain but that of the keys.
    type Links: Copy + AsRef<[Link]> + AsMut<[Link]> + fmt::Debug;
    /// Where the chains start, of a cache with room for `N` entries.
    type Heads<const N: usize>: Heads + Clone + fmt::Debug;
    /// In no chain.
    const UNLINKED: Self::Links;
}

impl<const K: usize> LookupCount for Lookups<K> {
    type Links = [Link; K];
    type Heads<const N: usize> = [[Place; N]; K];
    const UNLINKED: [Link; K] = [Link::NONE; K];
}

/// Where chains start.
pub trait Heads {
    /// All of them empty.
    const EMPTY: Self;
    /// Every head, one look-up after the other.
    fn all(&self) -> &[Place];
    /// The same, to be changed.
    fn all_mut(&mut self) -> &mut [Place];
}

impl<const N: usize, const K: usize> Heads for [[Place; N]; K] {
    const EMPTY: Self = [[Place::NONE; N]; K];
    fn all(&self) -> &[Place] {
        self.as_flattened()
    }
    fn all_mut(&mut self) -> &mut [Place] {
        self.as_flattened_mut()
    }
}

type LookupsOf<E> = <<E as Entry>::Index as Index<E>>::Lookups;

/// How many ways there are to look such entries up, besides that by key.
#[inline(always)]
fn lookups<E: Entry>() -> usize {
    <LookupsOf<E> as LookupCount>::UNLINKED.as_ref().len()
}

/// What is known of a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mark(u32);

impl Mark {
    const FREE: u32 = 0;
    pub(super) const LIVE: u32 = 1;
    /// Its entry went while all were being read: kept, for what is read may not know that yet.
    pub(super) const GONE: u32 = 2;
    const STATE: u32 = 3;
    /// An event told of it, which counts more than what is being read.
    const TOLD: u32 = 4;
    const BITS: u32 = 3;

    pub(super) const fn new(state: u32, told: bool, generation: u32) -> Mark {
        let told = if told { Mark::TOLD } else { 0 };
        Mark(state | told | generation << Mark::BITS)
    }
    pub(super) const fn identical(self, state: u32) -> bool {
        self.0 & Mark::STATE == state
    }
    pub(super) const fn is_of(self, generation: u32) -> bool {
        self.0 >> Mark::BITS == generation & (u32::MAX >> Mark::BITS)
    }
    pub(super) const fn was_told(self) -> bool {
        self.0 & Mark::TOLD != 0
    }
}

/// A place: an entry, where it is in the chains, and what is known of it.
///
/// What a walk along a chain looks at stands in front, together.
#[repr(C)]
pub(super) struct Slot<E: Entry> {
    key: Link,
    /// The hash of the entry's key.
    pub(super) hash: u32,
    pub(super) mark: Mark,
    others: <LookupsOf<E> as LookupCount>::Links,
    pub(super) entry: E,
}

impl<E: Entry> Slot<E> {
    /// What comes next in a chain.
    #[inline(always)]
    pub(super) fn next(&self, chain: Chain) -> Option<Place> {
        self.link(chain).next.some()
    }
    /// Its neighbours in a chain: that of the keys, or that of a look-up.
    #[inline(always)]
    fn link(&self, chain: Chain) -> Link {
        match chain {
            None => self.key,
            Some(lookup) => self.others.as_ref().get(lookup).copied().unwrap_or(Link::NONE),
        }
    }
    #[inline(always)]
    fn link_mut(&mut self, chain: Chain) -> Option<&mut Link> {
        match chain {
            None => Some(&mut self.key),
            Some(lookup) => self.others.as_mut().get_mut(lookup),
        }
    }
}

/// The keys' chains, or those of a look-up.
pub(super) type Chain = Option<usize>;

/// The places of a cache that has room for `N` entries.
pub(super) struct Places<E: Entry, const N: usize> {
    slots: Vec<Slot<E>, N>,
    keys: [Place; N],
    others: <LookupsOf<E> as LookupCount>::Heads<N>,
    /// The first of the free ones that were used before; each is linked to the next.
    free: Place,
    /// What hashes start from.
    seed: u32,
}

impl<E: Entry, const N: usize> Places<E, N> {
    /// All of them free.
    pub(super) const fn new() -> Self {
        Places {
            slots: Vec::new(),
            keys: [Place::NONE; N],
            others: <<LookupsOf<E> as LookupCount>::Heads<N> as Heads>::EMPTY,
            free: Place::NONE,
            seed: 0,
        }
    }

    /// The same, to be looked at.
    #[inline(always)]
    pub(super) fn view(&self) -> PlacesRef<'_, E> {
        PlacesRef {
            slots: &self.slots,
            keys: &self.keys,
            others: self.others.all(),
            seed: self.seed,
        }
    }

    /// The same, to be changed.
    pub(super) fn view_mut(&mut self) -> PlacesMut<'_, E> {
        PlacesMut {
            slots: self.slots.as_mut_view(),
            keys: &mut self.keys,
            others: self.others.all_mut(),
            free: &mut self.free,
            seed: &mut self.seed,
        }
    }

    /// Frees them all.
    pub(super) fn clear(&mut self) {
        self.slots.clear();
        self.keys.fill(Place::NONE);
        self.others.all_mut().fill(Place::NONE);
        self.free = Place::NONE;
    }
}

/// Places to be looked at, however many there are.
pub(super) struct PlacesRef<'c, E: Entry> {
    slots: &'c [Slot<E>],
    keys: &'c [Place],
    others: &'c [Place],
    seed: u32,
}

impl<E: Entry> Clone for PlacesRef<'_, E> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<E: Entry> Copy for PlacesRef<'_, E> {}

impl<'c, E: Entry> PlacesRef<'c, E> {
    /// What turns keys into hashes.
    #[inline(always)]
    pub(super) const fn hasher(&self) -> Hasher {
        Hasher::new(self.seed)
    }

    /// What is in a place, free or not.
    #[inline]
    pub(super) fn get(self, place: Place) -> Option<&'c Slot<E>> {
        self.slots.get(place.index())
    }

    /// What is in each place, free or not.
    #[inline]
    pub(super) fn iter(self) -> core::slice::Iter<'c, Slot<E>> {
        self.slots.iter()
    }

    /// What is in a chain where this hash may be found; other hashes are there, too.
    #[inline(always)]
    pub(super) fn chain(self, chain: Chain, hash: u32) -> Walk<'c, E> {
        let at = match chain {
            None => self.keys.get(bucket(hash, self.keys.len())),
            Some(_) => self.others.get(other(chain, hash, self.keys.len())),
        };
        Walk { slots: self.slots, chain, at: at.copied().unwrap_or(Place::NONE) }
    }
}

/// Which of `count` heads a hash belongs to.
#[inline(always)]
fn bucket(hash: u32, count: usize) -> usize {
    (u64::from(hash).wrapping_mul(count as u64) >> 32) as usize
}

/// Which of the heads of the look-ups a hash belongs to.
#[inline(always)]
fn other(chain: Chain, hash: u32, count: usize) -> usize {
    let before = chain.unwrap_or(0).saturating_mul(count);
    before.saturating_add(bucket(hash, count))
}

/// Goes along a chain.
pub(super) struct Walk<'c, E: Entry> {
    slots: &'c [Slot<E>],
    chain: Chain,
    at: Place,
}

impl<'c, E: Entry> Iterator for Walk<'c, E> {
    type Item = (Place, &'c Slot<E>);

    #[inline(always)]
    fn next(&mut self) -> Option<Self::Item> {
        let place = self.at;
        let slot = self.slots.get(place.index())?;
        self.at = slot.link(self.chain).next;
        Some((place, slot))
    }
}

/// Places to be changed, however many there are.
pub(super) struct PlacesMut<'c, E: Entry> {
    slots: &'c mut VecView<Slot<E>>,
    keys: &'c mut [Place],
    others: &'c mut [Place],
    free: &'c mut Place,
    seed: &'c mut u32,
}

impl<E: Entry> PlacesMut<'_, E> {
    /// The same, to be looked at.
    #[inline(always)]
    pub(super) fn view(&self) -> PlacesRef<'_, E> {
        PlacesRef { slots: self.slots, keys: self.keys, others: self.others, seed: *self.seed }
    }

    /// What is in a place, free or not.
    #[inline]
    pub(super) fn get(&self, place: Place) -> Option<&Slot<E>> {
        self.slots.get(place.index())
    }

    /// The same, to be changed.
    #[inline]
    pub(super) fn get_mut(&mut self, place: Place) -> Option<&mut Slot<E>> {
        self.slots.get_mut(place.index())
    }

    /// What turns keys into hashes.
    #[inline(always)]
    pub(super) const fn hasher(&self) -> Hasher {
        Hasher::new(*self.seed)
    }

    /// Has hashes start from this number; only while no place was used.
    pub(super) fn set_seed(&mut self, seed: u32) {
        if self.slots.is_empty() {
            *self.seed = seed;
        }
    }

    /// Puts an entry into a free place and into the chain of its key: at the end, or before another
    /// one. Only if it is [live](Mark::LIVE) do look-ups find it. Gives it back if there is no room.
    #[inline]
    pub(super) fn settle(
        &mut self,
        entry: E,
        before: Option<Place>,
        mark: Mark,
    ) -> Result<Place, E> {
        let hasher = self.hasher();
        let hash = hasher.of(&entry.key());
        let others = <LookupsOf<E> as LookupCount>::UNLINKED;
        let slot = Slot { key: Link::NONE, hash, mark, others, entry };
        let place = match self.slots.get_mut(self.free.index()) {
            Some(free) => {
                let place = core::mem::replace(self.free, free.key.next);
                *free = slot;
                place
            }
            None => {
                let place = Place::at(self.slots.len());
                if place == Place::NONE {
                    return Err(slot.entry);
                }
                self.slots.push(slot).map_err(|slot| slot.entry)?;
                place
            }
        };
        match before {
            Some(other) => self.link_before(place, other, hash),
            None => self.link_last(place, hash),
        }
        if mark.identical(Mark::LIVE) {
            for lookup in 0..lookups::<E>() {
                let Some(slot) = self.get(place) else { break };
                if let Some(hash) = E::Index::hash(&slot.entry, lookup, hasher) {
                    self.link(place, Some(lookup), hash);
                }
            }
        }
        Ok(place)
    }

    /// Puts another entry in the place of one, which it gives back.
    #[inline]
    pub(super) fn replace(&mut self, place: Place, new: E) -> Option<E> {
        let hasher = self.hasher();
        let slot = self.get_mut(place)?;
        let is = hasher.of(&new.key());
        let was = core::mem::replace(&mut slot.hash, is);
        if was != is {
            self.unlink(place, None, was);
            self.link_last(place, is);
        }
        for lookup in 0..lookups::<E>() {
            let slot = self.get(place)?;
            let was = E::Index::hash(&slot.entry, lookup, hasher);
            let is = E::Index::hash(&new, lookup, hasher);
            if was != is {
                was.inspect(|hash| self.unlink(place, Some(lookup), *hash));
                is.inspect(|hash| self.link(place, Some(lookup), *hash));
            }
        }
        Some(core::mem::replace(&mut self.get_mut(place)?.entry, new))
    }

    /// Has look-ups find an entry no more, but for that by key.
    #[inline]
    pub(super) fn hide(&mut self, place: Place) {
        let hasher = self.hasher();
        for lookup in 0..lookups::<E>() {
            let Some(slot) = self.get(place) else { return };
            if let Some(hash) = E::Index::hash(&slot.entry, lookup, hasher) {
                self.unlink(place, Some(lookup), hash);
            }
        }
    }

    /// Frees the place of an entry that is [hidden](PlacesMut::hide).
    pub(super) fn free(&mut self, place: Place) {
        let Some(slot) = self.get(place) else { return };
        self.unlink(place, None, slot.hash);
        if let Some(slot) = self.slots.get_mut(place.index()) {
            slot.mark = Mark(Mark::FREE);
            slot.key.next = core::mem::replace(self.free, place);
        }
    }

    #[inline(always)]
    fn head(&mut self, chain: Chain, hash: u32) -> Option<&mut Place> {
        let count = self.keys.len();
        match chain {
            None => self.keys.get_mut(bucket(hash, count)),
            Some(_) => self.others.get_mut(other(chain, hash, count)),
        }
    }

    #[inline(always)]
    fn link_of(&mut self, place: Place, chain: Chain) -> Option<&mut Link> {
        self.get_mut(place)?.link_mut(chain)
    }

    /// Puts a place at the beginning of a chain.
    #[inline]
    fn link(&mut self, place: Place, chain: Chain, hash: u32) {
        let Some(head) = self.head(chain, hash) else { return };
        let next = core::mem::replace(head, place);
        if let Some(link) = self.link_of(place, chain) {
            *link = Link { next, prev: Place::NONE };
        }
        if let Some(link) = self.link_of(next, chain) {
            link.prev = place;
        }
    }

    /// Puts a place at the end of the keys' chain.
    #[inline]
    fn link_last(&mut self, place: Place, hash: u32) {
        match self.view().chain(None, hash).last() {
            None => self.link(place, None, hash),
            Some((last, _)) => {
                if let Some(link) = self.link_of(last, None) {
                    link.next = place;
                }
                if let Some(link) = self.link_of(place, None) {
                    *link = Link { next: Place::NONE, prev: last };
                }
            }
        }
    }

    /// Puts a place before another one in the keys' chain.
    fn link_before(&mut self, place: Place, other: Place, hash: u32) {
        let Some(prev) = self.link_of(other, None).map(|link| link.prev) else { return };
        if prev == Place::NONE {
            return self.link(place, None, hash);
        }
        for (at, next) in [(prev, place), (place, other)] {
            if let Some(link) = self.link_of(at, None) {
                link.next = next;
            }
        }
        for (at, before) in [(place, prev), (other, place)] {
            if let Some(link) = self.link_of(at, None) {
                link.prev = before;
            }
        }
    }

    #[inline]
    fn unlink(&mut self, place: Place, chain: Chain, hash: u32) {
        let Some(link) = self.link_of(place, chain) else { return };
        let Link { next, prev } = core::mem::replace(link, Link::NONE);
        match self.link_of(prev, chain) {
            Some(link) => link.next = next,
            None => {
                if let Some(head) = self.head(chain, hash).filter(|head| **head == place) {
                    *head = next;
                }
            }
        }
        if let Some(link) = self.link_of(next, chain) {
            link.prev = prev;
        }
    }
}
