//! Changes of entries by the kernel beyond what each notification reports: [`KernelRules`].

use crate::entry::{Entry, Update, UpdateOp};
use crate::lookup::SlotId;
use crate::trigger::{LinkState, Trigger};
use crate::view::CacheView;

/// Rules by which the kernel changes entries, beyond what each notification reports.
///
/// The kernel removes the IPv4 routes of a link that goes down and notifies only of the link; it
/// leaves entries out of a dump when others are deleted meanwhile; it sends parts of an object.
/// Such behaviour is described here, per type of entry, and called with static dispatch.
///
/// # For implementers
///
/// Required: nothing. `impl KernelRules for Mtu {}` is right for entries that change only as
/// notifications report.
///
/// Optional, for an entry that depends on another object: [`candidates`](KernelRules::candidates)
/// selects the entries that a [`Trigger`] may change, [`apply`](KernelRules::apply) derives the
/// change of each, [`needs_resync`](KernelRules::needs_resync) asks for a dump if the change cannot
/// be derived. For an entry whose messages need the stored entries to be understood:
/// [`reconcile`](KernelRules::reconcile). For an entry whose dump the kernel continues by counting:
/// [`invalidates_dump`](KernelRules::invalidates_dump). For entries of links:
/// [`link_state`](KernelRules::link_state).
///
/// Invariants: the methods depend on their arguments alone. `candidates` names a look-up that the
/// entry's [`Index`](crate::entry::Index) has, and returns [`Candidates::None`] for some number of
/// `nth`, as it is called with 0, 1, 2 and so on until then. The work of a trigger should not grow
/// with the number of entries: prefer [`Candidates::Lookup`] to [`Candidates::All`].
pub trait KernelRules: Entry {
    /// Returns what an update means, given the stored entries. Default: [`Plan::simple`].
    fn reconcile(update: Update<Self>, view: &CacheView<'_, Self>) -> Plan<Self> {
        Plan::simple(update, view)
    }
    /// Returns whether a dump in progress may lack entries because of an update, or with `None`
    /// because of lost messages. Default: `false`.
    ///
    /// Right for dumps that the kernel continues by counting entries: a deletion shifts the count,
    /// so that another entry is left out, without `NLM_F_DUMP_INTR`.
    fn invalidates_dump(_: Option<&Update<Self>>) -> bool {
        false
    }
    /// Returns the `nth` group of entries that a trigger may change. Default: none.
    fn candidates(_: &Trigger, nth: usize) -> Candidates {
        let _ = nth;
        Candidates::None
    }
    /// Returns the state of the link with this index, if the entries are links. Default: `None`.
    fn link_state(_: &CacheView<'_, Self>, _: i32) -> Option<LinkState> {
        None
    }
    /// Returns the effect of a trigger on the entry. Default: none.
    fn apply(&self, _: &Trigger, _: &CacheView<'_, Self>) -> Effect<Self> {
        Effect::None
    }
    /// Returns whether a trigger adds or removes entries that no message reports, so that another
    /// dump is needed. Default: `false`.
    fn needs_resync(_: &Trigger, _: &CacheView<'_, Self>) -> bool {
        false
    }
}

/// Change of a cache that an update means.
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Plan<E> {
    /// Stores an entry.
    Put {
        /// Slot of the entry that it replaces; `None` if it is new.
        at: Option<SlotId>,
        /// Entry to store.
        entry: E,
        /// Slot of the entry that a new one goes before; `None` for the end.
        before: Option<SlotId>,
        /// `true` if the update may have changed other entries: after a notification, another dump
        /// is needed.
        resync: bool,
    },
    /// Removes an entry.
    Remove {
        /// Slot of the entry; `None` if it is not stored.
        at: Option<SlotId>,
        /// Entry as the message has it.
        entry: E,
    },
    /// Leaves the cache as it is.
    Ignore,
    /// The message does not determine the change: another dump is needed.
    Resync,
}

impl<E: Entry> Plan<E> {
    /// Returns the plan of an update that means what it reports: deletions remove, others store.
    #[inline]
    pub fn simple(update: Update<E>, view: &CacheView<'_, E>) -> Self {
        let at = view.find(&update.entry);
        match update.op {
            UpdateOp::Delete => Plan::Remove { at, entry: update.entry },
            _ => Plan::Put { at, entry: update.entry, before: None, resync: false },
        }
    }
}

/// Entries that a trigger may change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Candidates {
    /// No more entries.
    None,
    /// Every entry.
    All,
    /// Entries that a look-up finds by a number.
    Lookup {
        /// Number of the look-up.
        lookup: usize,
        /// Number whose hash is looked up.
        key: u32,
    },
}

/// Effect of a trigger on an entry.
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Effect<E> {
    /// No effect.
    None,
    /// The entry changes to this one.
    Changed(E),
    /// The entry is removed.
    Removed,
    /// The effect cannot be derived: another dump is needed.
    Resync,
}
