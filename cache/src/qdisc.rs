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

use crate::entry::{Candidates, Diff, DumpRequest, Effect, Entry, Index, Plan, Update, UpdateOp};
use crate::filter::ClassicFilter;
use crate::hash::Hasher;
use crate::link::bits;
use crate::short_bytes::ShortBytes;
use crate::table::{Cache, CacheView, Lookups};
use crate::trigger::{Queue, Trigger};

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
    pub users: u32,
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
    pub QdiscWhat "": u32 {
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

impl Diff for QdiscWhat {
    fn is_empty(&self) -> bool {
        *self == QdiscWhat::EMPTY
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
    fn above<'c>(&self, among: &CacheView<'c, Self>) -> Option<&'c QdiscEntry> {
        let handle = Handle::new(self.parent.major(), 0);
        among.all(QdiscKey::of(self.index, handle, Handle::ROOT)).next()
    }

    /// Whether it hangs in the air, now that a class is gone, or what was above it.
    fn lost(&self, class: Option<Handle>, among: &CacheView<'_, Self>) -> Option<bool> {
        let mut at = self;
        for _ in 0..DEPTH {
            if at.is_root() || at.is_ingress() {
                return Some(false);
            }
            if class == Some(at.parent) {
                return Some(true);
            }
            match at.above(among) {
                Some(above) => at = above,
                None if among.is_complete() => return Some(true),
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
        Some(hasher.of(&(entry.index as u32)))
    }
    fn wants(&self, entry: &QdiscEntry) -> bool {
        self.is_of(entry.index)
    }
}

impl<'c> CacheView<'c, QdiscEntry> {
    fn on(&self, index: i32) -> impl Iterator<Item = &'c QdiscEntry> + use<'c> {
        self.hashed(QdiscIndex::BY_LINK, move |hasher| hasher.of(&(index as u32)))
            .map(|(_, entry)| entry)
            .filter(move |entry| entry.index == index)
    }
}

impl Entry for QdiscEntry {
    type Key = QdiscKey;
    type Diff = QdiscWhat;
    type Index = QdiscIndex;
    const GROUPS: &'static [u32] = &[Group::TC.0, Group::LINK.0];

    fn key(&self) -> QdiscKey {
        QdiscKey::of(self.index, self.handle, self.parent)
    }

    fn diff(&self, new: &Self) -> QdiscWhat {
        let blocks = |entry: &Self| (entry.ingress_block, entry.egress_block);
        QdiscWhat(bits([
            (self.kind != new.kind, QdiscWhat::KIND.0),
            (self.parent != new.parent, QdiscWhat::PARENT.0),
            (blocks(self) != blocks(new), QdiscWhat::BLOCKS.0),
            (self.offload != new.offload, QdiscWhat::OFFLOAD.0),
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
            users: qdisc.header.info,
            ingress_block: ingress.get().ok().flatten().unwrap_or(0),
            egress_block: egress.get().ok().flatten().unwrap_or(0),
            offload: offload.get().ok().flatten().is_some_and(|offload| offload != 0),
        };
        Ok(Some(if gone { Update::deleted(entry) } else { Update::full(entry) }))
    }

    fn dump_request(_: &QdiscIndex, step: usize, asking: &mut DumpRequest<'_>) -> bool {
        // The kernel tells of those of all links, whichever the header names.
        step == 0 && asking.dump(qdisc::GET, TcHeader::default(), |_| {})
    }

    fn reconcile(update: Update<Self>, among: &CacheView<'_, Self>) -> Plan<Self> {
        let kept = among.find(&update.entry).and_then(|place| among.at(place));
        match kept {
            // One that is put in a second place is told of there, and read where it was first.
            Some(kept) if kept.parent != update.entry.parent => Plan::Resync,
            _ => Plan::simple(update, among),
        }
    }

    fn invalidates_dump(update: Option<&Update<Self>>) -> bool {
        update.is_none_or(|update| update.op == UpdateOp::Delete)
    }

    fn candidates(cause: &Trigger, nth: usize) -> Candidates {
        let index = match cause {
            Trigger::LinkGone { index } => *index,
            Trigger::QdiscGone(gone) | Trigger::ClassGone(gone) => gone.index,
            _ => return Candidates::None,
        };
        match nth {
            0 => Candidates::Found { lookup: QdiscIndex::BY_LINK, number: index as u32 },
            _ => Candidates::None,
        }
    }

    fn apply(&self, cause: &Trigger, among: &CacheView<'_, Self>) -> Effect<Self> {
        let lost = match *cause {
            Trigger::LinkGone { index } => Some(index == self.index),
            Trigger::QdiscGone(gone) if gone.index == self.index => self.lost(None, among),
            Trigger::ClassGone(gone) if gone.index == self.index => {
                self.lost(Some(gone.handle), among)
            }
            _ => Some(false),
        };
        match lost {
            // Older kernels let one be in several places: it may be in another one still.
            Some(true) if self.users > 1 && !matches!(cause, Trigger::LinkGone { .. }) => {
                Effect::Resync
            }
            Some(true) => Effect::Gone,
            Some(false) => Effect::None,
            None => Effect::Resync,
        }
    }

    fn needs_resync(cause: &Trigger, among: &CacheView<'_, Self>) -> bool {
        let wanted = |index| among.index().is_of(index);
        match *cause {
            // Where packets leave, there is always one, from when the link is first up.
            Trigger::Link { index, up: true, .. } => {
                wanted(index) && among.is_complete() && !among.on(index).any(QdiscEntry::is_root)
            }
            // Others may come with it; or those go that were in parts that it has no more.
            Trigger::Qdisc(Queue { index, handle, parent }) => {
                let under = |entry: &QdiscEntry| {
                    entry.parent.major() == handle.major() && entry.parent.minor() != 0
                };
                wanted(index) && (parent == Handle::ROOT || among.on(index).any(under))
            }
            // The default one takes its place, if the link is up.
            Trigger::QdiscGone(Queue { index, parent, .. }) => {
                wanted(index) && parent == Handle::ROOT
            }
            // A class with classes has no discipline any more.
            Trigger::Class(Queue { index, parent, .. }) => {
                let held = |entry: &QdiscEntry| entry.parent == parent;
                wanted(index) && parent != Handle::ROOT && among.on(index).any(held)
            }
            _ => false,
        }
    }

    fn socket_filter(_: &QdiscIndex, program: &mut ClassicFilter) {
        program.kinds(&[
            qdisc::NEW.number(),
            qdisc::DEL.number(),
            class::NEW.number(),
            class::DEL.number(),
            link::NEW.number(),
            link::DEL.number(),
        ]);
    }
}

impl<const N: usize> Cache<QdiscEntry, N> {
    /// Every queueing discipline of the link of this index.
    pub fn of_link(&self, index: i32) -> impl Iterator<Item = &QdiscEntry> {
        self.among().on(index)
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
