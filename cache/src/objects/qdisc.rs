//! Queueing disciplines, as a cache keeps them.
//!
//! The kernel tells of those that somebody sets, and of nothing else. In silence it puts a default
//! one on a link that is first switched on, or that has lost its own; takes away those under a
//! discipline or a class that goes; and brings those that come with another, one for each queue of
//! a link. Those that it puts under classes, as nobody set one, are not kept: no dump has them.

use barelink_codec::rtnl::group::Group;
use barelink_codec::rtnl::link;
use barelink_codec::rtnl::tc::handle::Handle;
use barelink_codec::rtnl::tc::{Tc, TcHeader, class, qdisc};
use barelink_codec::{Error, Message};

use crate::bits::mask_of;
use crate::cache::Cache;
use crate::entry::{Diff, DumpRequest, Entry, Index, Update, UpdateOp};
use crate::filter::ClassicFilter;
use crate::hash::Hasher;
use crate::kernel_rules::{Candidates, Effect, KernelRules, Plan};
use crate::lookup::Lookups;
use crate::short_bytes::ShortBytes;
use crate::trigger::{TcId, Trigger};
use crate::view::CacheView;

/// A queueing discipline of a link, or of a part of one.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct QdiscEntry {
    /// The index of the link, `tcm_ifindex`.
    pub index: i32,
    /// Its number, `tcm_handle`; 0 for one that nobody set.
    pub handle: Handle,
    /// What it is under: the link's [`ROOT`](Handle::ROOT) or [`INGRESS`](Handle::INGRESS), or a
    /// class of another one, `tcm_parent`.
    pub parent: Handle,
    /// Which kind it is, `TCA_KIND`.
    pub kind: ShortBytes<15>,
    /// How many use it, `tcm_info`, as last told of; counts as no change.
    pub refcount: u32,
    /// The block of filters for packets that come in, `TCA_INGRESS_BLOCK`; 0 for none that is
    /// shared.
    pub ingress_block: u32,
    /// The block of filters for packets that go out, `TCA_EGRESS_BLOCK`; 0 for none that is shared.
    pub egress_block: u32,
    /// The link does it by itself, `TCA_HW_OFFLOAD`.
    pub offload: bool,
}

barelink_codec::flags! {
    /// Which fields of a queueing discipline differ.
    pub QdiscFields "": u32 {
        /// Its kind.
        0x1 => KIND,
        /// What it is under.
        0x2 => PARENT,
        /// Its blocks of filters.
        0x4 => BLOCKS,
        /// Whether the link does it by itself.
        0x8 => OFFLOAD,
    }
}

impl Diff for QdiscFields {
    fn is_empty(&self) -> bool {
        *self == QdiscFields::EMPTY
    }
}

/// What tells queueing disciplines apart: their numbers, and those that have none by what they are
/// under.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct QdiscKey {
    index: i32,
    handle: u32,
    parent: u32,
}

impl QdiscKey {
    /// The key of the one with this number on the link of this index; numbers are above 0.
    pub const fn new(index: i32, handle: Handle) -> Self {
        QdiscKey { index, handle: handle.0, parent: 0 }
    }

    /// The key of one that nobody set, and that has no number, under this parent.
    pub const fn unset(index: i32, parent: Handle) -> Self {
        QdiscKey { index, handle: 0, parent: parent.0 }
    }

    const fn of(index: i32, handle: Handle, parent: Handle) -> Self {
        if handle.0 == 0 { QdiscKey::unset(index, parent) } else { QdiscKey::new(index, handle) }
    }
}

/// How deep disciplines stand under each other; the kernel allows no more than 8 levels.
const DEPTH: usize = 16;

impl QdiscEntry {
    /// Whether the link's packets leave by it.
    pub fn is_root(&self) -> bool {
        self.parent == Handle::ROOT
    }

    /// Whether it is where the link's packets come in: of kind `"ingress"` or `"clsact"`.
    pub fn is_ingress(&self) -> bool {
        self.parent == Handle::INGRESS
    }

    /// The one that it is under.
    fn parent_qdisc<'c>(&self, view: &CacheView<'c, Self>) -> Option<&'c QdiscEntry> {
        let handle = Handle::new(self.parent.major(), 0);
        view.all(QdiscKey::of(self.index, handle, Handle::ROOT)).next()
    }

    /// Whether it hangs in the air, now that a class is gone, or what was above it.
    fn is_detached(&self, class: Option<Handle>, view: &CacheView<'_, Self>) -> Option<bool> {
        let mut at = self;
        for _ in 0..DEPTH {
            if at.is_root() || at.is_ingress() {
                return Some(false);
            }
            if class == Some(at.parent) {
                return Some(true);
            }
            match at.parent_qdisc(view) {
                Some(parent) => at = parent,
                None if view.is_complete() => return Some(true),
                None => break,
            }
        }
        None
    }
}

/// Which queueing disciplines are wanted; finds them by their links.
#[derive(Debug, Clone, Copy, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct QdiscIndex {
    /// Only those of the link of this index.
    pub link: Option<i32>,
}

impl QdiscIndex {
    /// Looks up by link.
    const BY_LINK: usize = 0;

    /// Those of the link of this index.
    pub const fn of_link(index: i32) -> Self {
        QdiscIndex { link: Some(index) }
    }

    fn is_of(&self, index: i32) -> bool {
        self.link.is_none_or(|link| link == index)
    }
}

impl Index<QdiscEntry> for QdiscIndex {
    type Lookups = Lookups<1>;
    const NEW: Self = QdiscIndex { link: None };

    fn hash(entry: &QdiscEntry, _: usize, hasher: Hasher) -> Option<u32> {
        Some(hasher.hash_one(&(entry.index as u32)))
    }
    fn wants(&self, entry: &QdiscEntry) -> bool {
        self.is_of(entry.index)
    }
}

impl<'c> CacheView<'c, QdiscEntry> {
    fn on(&self, index: i32) -> impl Iterator<Item = &'c QdiscEntry> + use<'c> {
        self.lookup(QdiscIndex::BY_LINK, move |hasher| hasher.hash_one(&(index as u32)))
            .map(|(_, entry)| entry)
            .filter(move |entry| entry.index == index)
    }
}

impl Entry for QdiscEntry {
    type Key = QdiscKey;
    type Diff = QdiscFields;
    type Index = QdiscIndex;
    const GROUPS: &'static [u32] = &[Group::TC.0, Group::LINK.0];

    fn key(&self) -> QdiscKey {
        QdiscKey::of(self.index, self.handle, self.parent)
    }

    fn diff(&self, new: &Self) -> QdiscFields {
        let blocks = |entry: &Self| (entry.ingress_block, entry.egress_block);
        QdiscFields(mask_of([
            (self.kind != new.kind, QdiscFields::KIND.0),
            (self.parent != new.parent, QdiscFields::PARENT.0),
            (blocks(self) != blocks(new), QdiscFields::BLOCKS.0),
            (self.offload != new.offload, QdiscFields::OFFLOAD.0),
        ]))
    }

    fn read(message: &Message<'_>) -> Result<Option<Update<Self>>, Error> {
        let (qdisc, gone) = match message.parse(qdisc::NEW) {
            Some(qdisc) => (qdisc, false),
            None => match message.parse(qdisc::DEL) {
                Some(qdisc) => (qdisc, true),
                None => return Ok(None),
            },
        };
        let (kind, offload, ingress, egress) =
            qdisc.find((Tc::KIND, Tc::HW_OFFLOAD, Tc::INGRESS_BLOCK, Tc::EGRESS_BLOCK))?;
        let kind = kind.get().ok().flatten();
        let entry = QdiscEntry {
            index: qdisc.header.index,
            handle: qdisc.header.handle,
            parent: qdisc.header.parent,
            kind: kind.map(|kind| ShortBytes::new(kind.0)).unwrap_or_default(),
            refcount: qdisc.header.info,
            ingress_block: ingress.get().ok().flatten().unwrap_or(0),
            egress_block: egress.get().ok().flatten().unwrap_or(0),
            offload: offload.get().ok().flatten().is_some_and(|offload| offload != 0),
        };
        Ok(Some(if gone { Update::deleted(entry) } else { Update::full(entry) }))
    }

    fn dump_request(_: &QdiscIndex, step: usize, request: &mut DumpRequest<'_>) -> bool {
        // The kernel tells of those of all links, whichever the header names.
        step == 0 && request.dump(qdisc::GET, TcHeader::default(), |_| {})
    }

    fn socket_filter(_: &QdiscIndex, filter: &mut ClassicFilter) {
        filter.accept_types(&[
            qdisc::NEW.number(),
            qdisc::DEL.number(),
            class::NEW.number(),
            class::DEL.number(),
            link::NEW.number(),
            link::DEL.number(),
        ]);
    }
}

impl KernelRules for QdiscEntry {
    fn reconcile(update: Update<Self>, view: &CacheView<'_, Self>) -> Plan<Self> {
        let kept = view.find(&update.entry).and_then(|slot| view.at(slot));
        match kept {
            // One that is put in a second slot is told of there, and read where it was first.
            Some(kept) if kept.parent != update.entry.parent => Plan::Resync,
            _ => Plan::simple(update, view),
        }
    }

    fn invalidates_dump(update: Option<&Update<Self>>) -> bool {
        update.is_none_or(|update| update.op == UpdateOp::Delete)
    }

    fn candidates(trigger: &Trigger, nth: usize) -> Candidates {
        let index = match trigger {
            Trigger::LinkDeleted { index } => *index,
            Trigger::QdiscDeleted(gone) | Trigger::ClassDeleted(gone) => gone.index,
            _ => return Candidates::None,
        };
        match nth {
            0 => Candidates::Lookup { lookup: QdiscIndex::BY_LINK, key: index as u32 },
            _ => Candidates::None,
        }
    }

    fn apply(&self, trigger: &Trigger, view: &CacheView<'_, Self>) -> Effect<Self> {
        let lost = match *trigger {
            Trigger::LinkDeleted { index } => Some(index == self.index),
            Trigger::QdiscDeleted(gone) if gone.index == self.index => self.is_detached(None, view),
            Trigger::ClassDeleted(gone) if gone.index == self.index => {
                self.is_detached(Some(gone.handle), view)
            }
            _ => Some(false),
        };
        match lost {
            // Older kernels let one be in several places: it may be in another one still.
            Some(true) if self.refcount > 1 && !matches!(trigger, Trigger::LinkDeleted { .. }) => {
                Effect::Resync
            }
            Some(true) => Effect::Removed,
            Some(false) => Effect::None,
            None => Effect::Resync,
        }
    }

    fn needs_resync(trigger: &Trigger, view: &CacheView<'_, Self>) -> bool {
        let wanted = |index| view.index().is_of(index);
        match *trigger {
            // Where packets leave, there is always one, from when the link is first up.
            Trigger::Link { index, up: true, .. } => {
                wanted(index) && view.is_complete() && !view.on(index).any(QdiscEntry::is_root)
            }
            // Others may come with it; or those go that were in parts that it has no more.
            Trigger::Qdisc(TcId { index, handle, parent }) => {
                let under = |entry: &QdiscEntry| {
                    entry.parent.major() == handle.major() && entry.parent.minor() != 0
                };
                wanted(index) && (parent == Handle::ROOT || view.on(index).any(under))
            }
            // The default one takes its slot, if the link is up.
            Trigger::QdiscDeleted(TcId { index, parent, .. }) => {
                wanted(index) && parent == Handle::ROOT
            }
            // A class with classes has no discipline any more.
            Trigger::Class(TcId { index, parent, .. }) => {
                let held = |entry: &QdiscEntry| entry.parent == parent;
                wanted(index) && parent != Handle::ROOT && view.on(index).any(held)
            }
            _ => false,
        }
    }
}

impl<const N: usize> Cache<QdiscEntry, N> {
    /// Every queueing discipline of the link of this index.
    pub fn of_link(&self, index: i32) -> impl Iterator<Item = &QdiscEntry> {
        self.view().on(index)
    }

    /// The one that packets leave the link of this index by.
    pub fn root(&self, index: i32) -> Option<&QdiscEntry> {
        self.of_link(index).find(|entry| entry.is_root())
    }

    /// The one where packets come in by the link of this index.
    pub fn ingress(&self, index: i32) -> Option<&QdiscEntry> {
        self.of_link(index).find(|entry| entry.is_ingress())
    }
}
