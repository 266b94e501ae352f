//! Queueing disciplines: [`QdiscEntry`].
//!
//! The kernel notifies only of qdiscs that were set by request. Without a notification it attaches
//! a default qdisc to a link that first goes up or has lost its own; deletes those below a deleted
//! qdisc or class; and creates those that come with another one, one per queue of a link. Default
//! qdiscs below classes are not cached: no dump shows them.

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

/// Queueing discipline of a link, or of a class (`struct tcmsg`).
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct QdiscEntry {
    /// Interface index of the link (`tcm_ifindex`).
    pub index: i32,
    /// Handle (`tcm_handle`); 0 for a default qdisc.
    pub handle: Handle,
    /// Handle of the parent (`tcm_parent`): [`ROOT`](Handle::ROOT) or [`INGRESS`](Handle::INGRESS)
    /// of the link, or a class of another qdisc.
    pub parent: Handle,
    /// Kind (`TCA_KIND`).
    pub kind: ShortBytes<15>,
    /// Reference count (`tcm_info`) as of the last message. Its change is not reported.
    pub refcount: u32,
    /// Index of the shared filter block for ingress (`TCA_INGRESS_BLOCK`); 0 for none.
    pub ingress_block: u32,
    /// Index of the shared filter block for egress (`TCA_EGRESS_BLOCK`); 0 for none.
    pub egress_block: u32,
    /// `true` if the qdisc is offloaded to hardware (`TCA_HW_OFFLOAD`).
    pub offload: bool,
}

barelink_codec::flags! {
    /// Fields in which two qdiscs differ.
    pub QdiscFields "": u32 {
        /// Kind of the qdisc (`TCA_KIND`), such as `fq_codel`.
        0x1 => KIND,
        /// Handle of the parent (`tcm_parent`).
        0x2 => PARENT,
        /// Shared filter blocks.
        0x4 => BLOCKS,
        /// Hardware offload.
        0x8 => OFFLOAD,
    }
}

impl Diff for QdiscFields {
    fn is_empty(&self) -> bool {
        *self == QdiscFields::EMPTY
    }
}

/// Key of a qdisc: its handle, or for a default qdisc its parent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct QdiscKey {
    index: i32,
    handle: u32,
    parent: u32,
}

impl QdiscKey {
    /// Creates the key of the qdisc with this handle, above 0, on the link with this interface
    /// index.
    pub const fn new(index: i32, handle: Handle) -> Self {
        QdiscKey { index, handle: handle.0, parent: 0 }
    }

    /// Creates the key of the default qdisc below a parent.
    pub const fn unset(index: i32, parent: Handle) -> Self {
        QdiscKey { index, handle: 0, parent: parent.0 }
    }

    const fn of(index: i32, handle: Handle, parent: Handle) -> Self {
        if handle.0 == 0 { QdiscKey::unset(index, parent) } else { QdiscKey::new(index, handle) }
    }
}

/// Maximum depth of nested qdiscs that is searched; the kernel allows 8 levels.
const DEPTH: usize = 16;

impl QdiscEntry {
    /// Returns whether it is the root qdisc, for egress.
    pub fn is_root(&self) -> bool {
        self.parent == Handle::ROOT
    }

    /// Returns whether it is the ingress qdisc, of kind `ingress` or `clsact`.
    pub fn is_ingress(&self) -> bool {
        self.parent == Handle::INGRESS
    }

    /// Returns the qdisc of the parent class.
    fn parent_qdisc<'c>(&self, view: &CacheView<'c, Self>) -> Option<&'c QdiscEntry> {
        let handle = Handle::new(self.parent.major(), 0);
        view.all(QdiscKey::of(self.index, handle, Handle::ROOT)).next()
    }

    /// Returns whether the qdisc is not below the root any more, after a class or another qdisc was
    /// deleted; `None` if the cache does not determine it.
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

/// Selection of the wanted qdiscs. Look-up: by link.
#[derive(Debug, Clone, Copy, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct QdiscIndex {
    /// Interface index of the link to restrict the selection to.
    pub link: Option<i32>,
}

impl QdiscIndex {
    /// Look-up by link.
    const BY_LINK: usize = 0;

    /// Selects the link with this interface index.
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
        let (qdisc, deleted) = match message.parse(qdisc::NEW) {
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
        Ok(Some(if deleted { Update::deleted(entry) } else { Update::full(entry) }))
    }

    fn dump_request(_: &QdiscIndex, step: usize, request: &mut DumpRequest<'_>) -> bool {
        // The kernel dumps the qdiscs of every link, whichever the header names.
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
        let stored = view.find(&update.entry).and_then(|slot| view.at(slot));
        match stored {
            // A qdisc that is attached to a second parent is notified there, but dumped at its
            // first.
            Some(stored) if stored.parent != update.entry.parent => Plan::Resync,
            _ => Plan::simple(update, view),
        }
    }

    fn invalidates_dump(update: Option<&Update<Self>>) -> bool {
        update.is_none_or(|update| update.op == UpdateOp::Delete)
    }

    fn candidates(trigger: &Trigger, nth: usize) -> Candidates {
        let index = match trigger {
            Trigger::LinkDeleted { index } => *index,
            Trigger::QdiscDeleted(deleted) | Trigger::ClassDeleted(deleted) => deleted.index,
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
            Trigger::QdiscDeleted(deleted) if deleted.index == self.index => {
                self.is_detached(None, view)
            }
            Trigger::ClassDeleted(deleted) if deleted.index == self.index => {
                self.is_detached(Some(deleted.handle), view)
            }
            _ => Some(false),
        };
        match lost {
            // Older kernels allow several parents: it may still have another one.
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
            // A link has a root qdisc from when it first goes up.
            Trigger::Link { index, up: true, .. } => {
                wanted(index) && view.is_complete() && !view.on(index).any(QdiscEntry::is_root)
            }
            // Others may be created with it, or deleted with the classes that it has no longer.
            Trigger::Qdisc(TcId { index, handle, parent }) => {
                let under = |entry: &QdiscEntry| {
                    entry.parent.major() == handle.major() && entry.parent.minor() != 0
                };
                wanted(index) && (parent == Handle::ROOT || view.on(index).any(under))
            }
            // The default qdisc replaces it, if the link is up.
            Trigger::QdiscDeleted(TcId { index, parent, .. }) => {
                wanted(index) && parent == Handle::ROOT
            }
            // A class that gets classes has no leaf qdisc any more.
            Trigger::Class(TcId { index, parent, .. }) => {
                let held = |entry: &QdiscEntry| entry.parent == parent;
                wanted(index) && parent != Handle::ROOT && view.on(index).any(held)
            }
            _ => false,
        }
    }
}

impl<const N: usize> Cache<QdiscEntry, N> {
    /// Returns the qdiscs of the link with this interface index.
    pub fn of_link(&self, index: i32) -> impl Iterator<Item = &QdiscEntry> {
        self.view().on(index)
    }

    /// Returns the root qdisc of the link with this interface index.
    pub fn root(&self, index: i32) -> Option<&QdiscEntry> {
        self.of_link(index).find(|entry| entry.is_root())
    }

    /// Returns the ingress qdisc of the link with this interface index.
    pub fn ingress(&self, index: i32) -> Option<&QdiscEntry> {
        self.of_link(index).find(|entry| entry.is_ingress())
    }
}
