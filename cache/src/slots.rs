//! Slots for entries, and the chains that lead to them, in memory of a fixed size.
//!
//! ```text
//!   hash of the key ----> heads[h] --> slot --next--> slot --next--> end
//!   hash of a name -----> heads[h] --> slot ...        one chain for each look-up
//! ```
//!
//! An entry stays in its slot until it is removed, so iteration order is stable. A freed slot is
//! reused. There are as many chain heads as slots: chains are short, at any capacity.
//!
//! Only this module links and unlinks. The meaning of an entry and its correctness are the concern
//! of [`table`](crate::table).

use heapless::Vec;
use heapless::vec::VecView;

use crate::entry::{Entry, Index};
use crate::hash::Hasher;
use crate::lookup::{ChainHeads, ChainLink, LookupCount, SlotId};

type LookupsOf<E> = <<E as Entry>::Index as Index<E>>::Lookups;

/// Returns the number of look-ups of such entries, besides the one by key.
#[inline(always)]
fn lookups<E: Entry>() -> usize {
    <LookupsOf<E> as LookupCount>::UNLINKED.as_ref().len()
}

/// State of a slot, where its content comes from, and the dump generation it was last seen in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mark(u32);

impl Mark {
    const FREE: u32 = 0;
    pub(crate) const LIVE: u32 = 1;
    /// The entry was removed during a dump. Its slot stays in use, since the dump may still report it.
    pub(crate) const TOMBSTONE: u32 = 2;
    const STATE: u32 = 3;
    /// Last written by an event, which takes precedence over the dump in progress.
    const FROM_EVENT: u32 = 4;
    const BITS: u32 = 3;

    pub(crate) const fn new(state: u32, from_event: bool, generation: u32) -> Mark {
        let event = if from_event { Mark::FROM_EVENT } else { 0 };
        Mark(state | event | generation << Mark::BITS)
    }
    pub(crate) const fn has_state(self, state: u32) -> bool {
        self.0 & Mark::STATE == state
    }
    pub(crate) const fn is_of_generation(self, generation: u32) -> bool {
        self.0 >> Mark::BITS == generation & (u32::MAX >> Mark::BITS)
    }
    pub(crate) const fn is_from_event(self) -> bool {
        self.0 & Mark::FROM_EVENT != 0
    }
}

/// Entry, its neighbours in the chains, and its mark.
///
/// What a walk along a chain reads comes first, to share a cache line.
#[repr(C)]
pub(crate) struct Slot<E: Entry> {
    key: ChainLink,
    /// Hash of the entry's key.
    pub(crate) hash: u32,
    pub(crate) mark: Mark,
    others: <LookupsOf<E> as LookupCount>::Links,
    pub(crate) entry: E,
}

impl<E: Entry> Slot<E> {
    /// Returns the next slot in a chain.
    #[inline(always)]
    pub(crate) fn next(&self, chain: Chain) -> Option<SlotId> {
        self.link(chain).next.some()
    }
    /// Returns the entry's neighbours in a chain.
    #[inline(always)]
    fn link(&self, chain: Chain) -> ChainLink {
        match chain {
            None => self.key,
            Some(lookup) => self.others.as_ref().get(lookup).copied().unwrap_or(ChainLink::NONE),
        }
    }
    #[inline(always)]
    fn link_mut(&mut self, chain: Chain) -> Option<&mut ChainLink> {
        match chain {
            None => Some(&mut self.key),
            Some(lookup) => self.others.as_mut().get_mut(lookup),
        }
    }
}

/// Chain of the keys (`None`), or of a look-up.
pub(crate) type Chain = Option<usize>;

/// Slots of a cache with a capacity of `N` entries.
pub(crate) struct Slots<E: Entry, const N: usize> {
    slots: Vec<Slot<E>, N>,
    keys: [SlotId; N],
    others: <LookupsOf<E> as LookupCount>::Heads<N>,
    /// First free slot that was used before; each free slot links to the next.
    free: SlotId,
    /// Seed of the hashes.
    seed: u32,
}

impl<E: Entry, const N: usize> Slots<E, N> {
    /// Creates free slots.
    pub(crate) const fn new() -> Self {
        Slots {
            slots: Vec::new(),
            keys: [SlotId::NONE; N],
            others: <<LookupsOf<E> as LookupCount>::Heads<N> as ChainHeads>::EMPTY,
            free: SlotId::NONE,
            seed: 0,
        }
    }

    /// Returns a read-only view.
    #[inline(always)]
    pub(crate) fn view(&self) -> SlotsRef<'_, E> {
        SlotsRef {
            slots: &self.slots,
            keys: &self.keys,
            others: self.others.all(),
            seed: self.seed,
        }
    }

    /// Returns a view for modification.
    pub(crate) fn view_mut(&mut self) -> SlotsMut<'_, E> {
        SlotsMut {
            slots: self.slots.as_mut_view(),
            keys: &mut self.keys,
            others: self.others.all_mut(),
            free: &mut self.free,
            seed: &mut self.seed,
        }
    }

    /// Frees every slot.
    pub(crate) fn clear(&mut self) {
        self.slots.clear();
        self.keys.fill(SlotId::NONE);
        self.others.all_mut().fill(SlotId::NONE);
        self.free = SlotId::NONE;
    }
}

/// Read-only view of slots, of any capacity.
pub(crate) struct SlotsRef<'c, E: Entry> {
    slots: &'c [Slot<E>],
    keys: &'c [SlotId],
    others: &'c [SlotId],
    seed: u32,
}

impl<E: Entry> Clone for SlotsRef<'_, E> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<E: Entry> Copy for SlotsRef<'_, E> {}

impl<'c, E: Entry> SlotsRef<'c, E> {
    /// Returns the hasher of keys.
    #[inline(always)]
    pub(crate) const fn hasher(&self) -> Hasher {
        Hasher::new(self.seed)
    }

    /// Returns the slot, free or not.
    #[inline]
    pub(crate) fn get(self, id: SlotId) -> Option<&'c Slot<E>> {
        self.slots.get(id.position())
    }

    /// Returns an iterator over the slots, free ones included.
    #[inline]
    pub(crate) fn iter(self) -> core::slice::Iter<'c, Slot<E>> {
        self.slots.iter()
    }

    /// Returns the slots of the chain of this hash; slots of other hashes are among them.
    #[inline(always)]
    pub(crate) fn chain(self, chain: Chain, hash: u32) -> ChainIter<'c, E> {
        let at = match chain {
            None => self.keys.get(bucket(hash, self.keys.len())),
            Some(_) => self.others.get(other(chain, hash, self.keys.len())),
        };
        ChainIter { slots: self.slots, chain, at: at.copied().unwrap_or(SlotId::NONE) }
    }
}

/// Returns the chain head of a hash, out of `count`.
#[inline(always)]
fn bucket(hash: u32, count: usize) -> usize {
    (u64::from(hash).wrapping_mul(count as u64) >> 32) as usize
}

/// Returns the chain head of a hash among the heads of the look-ups.
#[inline(always)]
fn other(chain: Chain, hash: u32, count: usize) -> usize {
    let before = chain.unwrap_or(0).saturating_mul(count);
    before.saturating_add(bucket(hash, count))
}

/// Iterator over the slots of a chain.
pub(crate) struct ChainIter<'c, E: Entry> {
    slots: &'c [Slot<E>],
    chain: Chain,
    at: SlotId,
}

impl<'c, E: Entry> Iterator for ChainIter<'c, E> {
    type Item = (SlotId, &'c Slot<E>);

    #[inline(always)]
    fn next(&mut self) -> Option<Self::Item> {
        let id = self.at;
        let slot = self.slots.get(id.position())?;
        self.at = slot.link(self.chain).next;
        Some((id, slot))
    }
}

/// View of slots for modification, of any capacity.
pub(crate) struct SlotsMut<'c, E: Entry> {
    slots: &'c mut VecView<Slot<E>>,
    keys: &'c mut [SlotId],
    others: &'c mut [SlotId],
    free: &'c mut SlotId,
    seed: &'c mut u32,
}

impl<E: Entry> SlotsMut<'_, E> {
    /// Returns a read-only view.
    #[inline(always)]
    pub(crate) fn view(&self) -> SlotsRef<'_, E> {
        SlotsRef { slots: self.slots, keys: self.keys, others: self.others, seed: *self.seed }
    }

    /// Returns the slot, free or not.
    #[inline]
    pub(crate) fn get(&self, id: SlotId) -> Option<&Slot<E>> {
        self.slots.get(id.position())
    }

    /// Returns the slot for modification, free or not.
    #[inline]
    pub(crate) fn get_mut(&mut self, id: SlotId) -> Option<&mut Slot<E>> {
        self.slots.get_mut(id.position())
    }

    /// Returns the hasher of keys.
    #[inline(always)]
    pub(crate) const fn hasher(&self) -> Hasher {
        Hasher::new(*self.seed)
    }

    /// Sets the seed of the hashes, if no slot has been used yet.
    pub(crate) fn set_seed(&mut self, seed: u32) {
        if self.slots.is_empty() {
            *self.seed = seed;
        }
    }

    /// Stores an entry in a free slot and links it into the chain of its key: at the end, or before
    /// another entry. Look-ups find it only if it is [live](Mark::LIVE). Returns the entry if no
    /// slot is free.
    #[inline]
    pub(crate) fn insert(
        &mut self,
        entry: E,
        before: Option<SlotId>,
        mark: Mark,
    ) -> Result<SlotId, E> {
        let hasher = self.hasher();
        let hash = hasher.hash_one(&entry.key());
        let others = <LookupsOf<E> as LookupCount>::UNLINKED;
        let slot = Slot { key: ChainLink::NONE, hash, mark, others, entry };
        let id = match self.slots.get_mut(self.free.position()) {
            Some(free) => {
                let id = core::mem::replace(self.free, free.key.next);
                *free = slot;
                id
            }
            None => {
                let id = SlotId::at(self.slots.len());
                if id == SlotId::NONE {
                    return Err(slot.entry);
                }
                self.slots.push(slot).map_err(|slot| slot.entry)?;
                id
            }
        };
        match before {
            Some(other) => self.link_before(id, other, hash),
            None => self.link_last(id, hash),
        }
        if mark.has_state(Mark::LIVE) {
            for lookup in 0..lookups::<E>() {
                let Some(slot) = self.get(id) else { break };
                if let Some(hash) = E::Index::hash(&slot.entry, lookup, hasher) {
                    self.link_first(id, Some(lookup), hash);
                }
            }
        }
        Ok(id)
    }

    /// Replaces the entry of a slot, and returns the old one.
    #[inline]
    pub(crate) fn replace(&mut self, id: SlotId, new: E) -> Option<E> {
        let hasher = self.hasher();
        let slot = self.get_mut(id)?;
        let is = hasher.hash_one(&new.key());
        let was = core::mem::replace(&mut slot.hash, is);
        if was != is {
            self.unlink(id, None, was);
            self.link_last(id, is);
        }
        for lookup in 0..lookups::<E>() {
            let slot = self.get(id)?;
            let was = E::Index::hash(&slot.entry, lookup, hasher);
            let is = E::Index::hash(&new, lookup, hasher);
            if was != is {
                was.inspect(|hash| self.unlink(id, Some(lookup), *hash));
                is.inspect(|hash| self.link_first(id, Some(lookup), *hash));
            }
        }
        Some(core::mem::replace(&mut self.get_mut(id)?.entry, new))
    }

    /// Unlinks an entry from the chains of all look-ups, but not from that of its key.
    #[inline]
    pub(crate) fn unlink_lookups(&mut self, id: SlotId) {
        let hasher = self.hasher();
        for lookup in 0..lookups::<E>() {
            let Some(slot) = self.get(id) else { return };
            if let Some(hash) = E::Index::hash(&slot.entry, lookup, hasher) {
                self.unlink(id, Some(lookup), hash);
            }
        }
    }

    /// Frees the slot of an entry that [no look-up finds](SlotsMut::unlink_lookups).
    pub(crate) fn free(&mut self, id: SlotId) {
        let Some(slot) = self.get(id) else { return };
        self.unlink(id, None, slot.hash);
        if let Some(slot) = self.slots.get_mut(id.position()) {
            slot.mark = Mark(Mark::FREE);
            slot.key.next = core::mem::replace(self.free, id);
        }
    }

    #[inline(always)]
    fn head(&mut self, chain: Chain, hash: u32) -> Option<&mut SlotId> {
        let count = self.keys.len();
        match chain {
            None => self.keys.get_mut(bucket(hash, count)),
            Some(_) => self.others.get_mut(other(chain, hash, count)),
        }
    }

    #[inline(always)]
    fn link_of(&mut self, id: SlotId, chain: Chain) -> Option<&mut ChainLink> {
        self.get_mut(id)?.link_mut(chain)
    }

    /// Links a slot at the beginning of a chain.
    #[inline]
    fn link_first(&mut self, id: SlotId, chain: Chain, hash: u32) {
        let Some(head) = self.head(chain, hash) else { return };
        let next = core::mem::replace(head, id);
        if let Some(link) = self.link_of(id, chain) {
            *link = ChainLink { next, prev: SlotId::NONE };
        }
        if let Some(link) = self.link_of(next, chain) {
            link.prev = id;
        }
    }

    /// Links a slot at the end of the chain of its key.
    #[inline]
    fn link_last(&mut self, id: SlotId, hash: u32) {
        match self.view().chain(None, hash).last() {
            None => self.link_first(id, None, hash),
            Some((last, _)) => {
                if let Some(link) = self.link_of(last, None) {
                    link.next = id;
                }
                if let Some(link) = self.link_of(id, None) {
                    *link = ChainLink { next: SlotId::NONE, prev: last };
                }
            }
        }
    }

    /// Links a slot before another one in the chain of its key.
    fn link_before(&mut self, id: SlotId, other: SlotId, hash: u32) {
        let Some(prev) = self.link_of(other, None).map(|link| link.prev) else { return };
        if prev == SlotId::NONE {
            return self.link_first(id, None, hash);
        }
        for (at, next) in [(prev, id), (id, other)] {
            if let Some(link) = self.link_of(at, None) {
                link.next = next;
            }
        }
        for (at, before) in [(id, prev), (other, id)] {
            if let Some(link) = self.link_of(at, None) {
                link.prev = before;
            }
        }
    }

    #[inline]
    fn unlink(&mut self, id: SlotId, chain: Chain, hash: u32) {
        let Some(link) = self.link_of(id, chain) else { return };
        let ChainLink { next, prev } = core::mem::replace(link, ChainLink::NONE);
        match self.link_of(prev, chain) {
            Some(link) => link.next = next,
            None => {
                if let Some(head) = self.head(chain, hash).filter(|head| **head == id) {
                    *head = next;
                }
            }
        }
        if let Some(link) = self.link_of(next, chain) {
            link.prev = prev;
        }
    }
}
