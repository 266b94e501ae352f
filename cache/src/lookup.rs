//! Slot numbers, and the number of look-ups that an entry type has.
//!
//! An entry is in one chain for its key, and in one for each look-up. Their number is part of the
//! entry's type, so that a cache reserves exactly the memory that they need.

use core::fmt;

/// Number of an entry's slot in its cache, counting from 1.
///
/// Stable until the entry is removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct SlotId(u32);

impl SlotId {
    /// First slot of a cache.
    pub(crate) const FIRST: SlotId = SlotId(1);
    /// No slot: the end of a chain.
    pub(crate) const NONE: SlotId = SlotId(0);

    /// Slot at this position, counting from 0; [`NONE`](SlotId::NONE) past `u32::MAX`.
    pub(crate) fn at(position: usize) -> SlotId {
        SlotId(u32::try_from(position.saturating_add(1)).unwrap_or(0))
    }
    /// Position of the slot, counting from 0.
    pub(crate) const fn position(self) -> usize {
        (self.0 as usize).wrapping_sub(1)
    }
    /// Slot after this one; may be past the last.
    pub(crate) const fn following(self) -> SlotId {
        SlotId(self.0.saturating_add(1))
    }
    /// The slot, `None` for [`NONE`](SlotId::NONE).
    pub(crate) fn some(self) -> Option<SlotId> {
        (self != SlotId::NONE).then_some(self)
    }
}

/// Neighbours of an entry in a doubly linked chain.
#[derive(Debug, Clone, Copy)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct ChainLink {
    pub(crate) next: SlotId,
    pub(crate) prev: SlotId,
}

impl ChainLink {
    pub(crate) const NONE: ChainLink = ChainLink { next: SlotId::NONE, prev: SlotId::NONE };
}

/// `K` look-ups besides the one by key.
#[derive(Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Lookups<const K: usize>;

/// Number of look-ups of an entry type, as a type.
///
/// # For implementers
///
/// [`Lookups`] is the only implementation that is needed: set
/// [`Index::Lookups`](crate::entry::Index::Lookups) to `Lookups<0>`, `Lookups<1>` and so on.
pub trait LookupCount {
    /// Neighbours of an entry in the chain of each look-up.
    type Links: Copy + AsRef<[ChainLink]> + AsMut<[ChainLink]> + fmt::Debug;
    /// Chain heads of a cache of `N` entries.
    type Heads<const N: usize>: ChainHeads + Clone + fmt::Debug;
    /// Entry that is in no chain.
    const UNLINKED: Self::Links;
}

impl<const K: usize> LookupCount for Lookups<K> {
    type Links = [ChainLink; K];
    type Heads<const N: usize> = [[SlotId; N]; K];
    const UNLINKED: [ChainLink; K] = [ChainLink::NONE; K];
}

/// First slots of the chains of all look-ups.
pub trait ChainHeads {
    /// Heads of empty chains.
    const EMPTY: Self;
    /// Returns the heads, one look-up after the other.
    fn all(&self) -> &[SlotId];
    /// Returns the heads for modification, one look-up after the other.
    fn all_mut(&mut self) -> &mut [SlotId];
}

impl<const N: usize, const K: usize> ChainHeads for [[SlotId; N]; K] {
    const EMPTY: Self = [[SlotId::NONE; N]; K];
    fn all(&self) -> &[SlotId] {
        self.as_flattened()
    }
    fn all_mut(&mut self) -> &mut [SlotId] {
        self.as_flattened_mut()
    }
}
