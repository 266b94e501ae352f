//! Traffic control classes of one link: [`ClassEntry`].
//!
//! The kernel notifies only of classes that were set by request. It creates the classes that a
//! qdisc has by default, and deletes those of a deleted qdisc, without a notification: the link's
//! classes are then dumped again. The qdiscs `fq_codel`, `sfq` and `cake` show their flows as
//! classes, which come and go with packets; they are not cached.

use barelink_codec::rtnl::group::Group;
use barelink_codec::rtnl::link;
use barelink_codec::rtnl::tc::handle::Handle;
use barelink_codec::rtnl::tc::{Tc, TcHeader, class, qdisc};
use barelink_codec::{Error, Message};

use crate::bits::mask_of;
use crate::entry::{Diff, DumpRequest, Entry, Index, Update, UpdateOp};
use crate::filter::ClassicFilter;
use crate::hash::Hasher;
use crate::kernel_rules::{Candidates, Effect, KernelRules};
use crate::short_bytes::ShortBytes;
use crate::trigger::{TcId, Trigger};
use crate::view::CacheView;

/// Traffic control class (`struct tcmsg`).
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct ClassEntry {
    /// Interface index of the link (`tcm_ifindex`).
    pub index: i32,
    /// Handle (`tcm_handle`); the major number is that of the qdisc.
    pub handle: Handle,
    /// Handle of the parent class or qdisc (`tcm_parent`); [`Handle::ROOT`] for a class directly
    /// below its qdisc.
    pub parent: Handle,
    /// Handle of the leaf qdisc (`tcm_info`) as of the last message; 0 for a default one. Its
    /// change is not reported.
    pub leaf: Handle,
    /// Kind of the class's qdisc (`TCA_KIND`).
    pub kind: ShortBytes<15>,
}

barelink_codec::flags! {
    /// Fields in which two classes differ.
    pub ClassFields "": u32 {
        /// Kind of the class's qdisc (`TCA_KIND`).
        0x1 => KIND,
        /// Handle of the parent class or qdisc (`tcm_parent`).
        0x2 => PARENT,
    }
}

impl Diff for ClassFields {
    fn is_empty(&self) -> bool {
        *self == ClassFields::EMPTY
    }
}

/// Key of a class: its link and its handle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct ClassKey {
    index: i32,
    handle: u32,
}

impl ClassKey {
    /// Creates the key of a class of the link with this interface index.
    pub const fn new(index: i32, handle: Handle) -> Self {
        ClassKey { index, handle: handle.0 }
    }
}

/// Selection of the link whose classes are cached. The kernel dumps the classes of one link at a
/// time; without a selected link, the cache stays empty.
///
/// ```
/// use barelink_cache::class::{ClassEntry, ClassIndex};
/// use barelink_cache::Cache;
///
/// static CLASSES: std::sync::Mutex<Cache<ClassEntry, 64>> =
///     std::sync::Mutex::new(Cache::with_index(ClassIndex::of_link(2)));
/// assert!(CLASSES.lock().unwrap().index().wants_any());
/// assert!(!Cache::<ClassEntry, 64>::new().index().wants_any());
/// ```
#[derive(Debug, Clone, Copy, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct ClassIndex {
    link: Option<i32>,
}

impl ClassIndex {
    /// Selects the link with this interface index.
    pub const fn of_link(index: i32) -> Self {
        ClassIndex { link: Some(index) }
    }

    /// Returns whether a link is selected.
    pub const fn wants_any(&self) -> bool {
        self.link.is_some()
    }
}

impl Index<ClassEntry> for ClassIndex {
    type Lookups = crate::lookup::Lookups<0>;
    const NEW: Self = ClassIndex { link: None };

    fn hash(_: &ClassEntry, _: usize, _: Hasher) -> Option<u32> {
        None
    }
    fn wants(&self, entry: &ClassEntry) -> bool {
        self.link == Some(entry.index)
    }
}

/// Qdiscs whose classes are flows.
const FLOW_QDISCS: [&str; 3] = ["fq_codel", "sfq", "cake"];

impl Entry for ClassEntry {
    type Key = ClassKey;
    type Diff = ClassFields;
    type Index = ClassIndex;
    const GROUPS: &'static [u32] = &[Group::TC.0, Group::LINK.0];

    fn key(&self) -> ClassKey {
        ClassKey::new(self.index, self.handle)
    }

    fn diff(&self, new: &Self) -> ClassFields {
        ClassFields(mask_of([
            (self.kind != new.kind, ClassFields::KIND.0),
            (self.parent != new.parent, ClassFields::PARENT.0),
        ]))
    }

    fn read(message: &Message<'_>) -> Result<Option<Update<Self>>, Error> {
        let (class, deleted) = match message.parse(class::NEW) {
            Some(class) => (class, false),
            None => match message.parse(class::DEL) {
                Some(class) => (class, true),
                None => return Ok(None),
            },
        };
        let TcHeader { index, handle, parent, info, .. } = class.header;
        let kind = class.get(Tc::KIND).ok().flatten();
        let kind = kind.map(|kind| ShortBytes::new(kind.0)).unwrap_or_default();
        if FLOW_QDISCS.iter().any(|qdisc| kind == **qdisc) {
            return Ok(None);
        }
        let entry = ClassEntry { index, handle, parent, leaf: Handle(info), kind };
        Ok(Some(if deleted { Update::deleted(entry) } else { Update::full(entry) }))
    }

    fn dump_request(index: &ClassIndex, step: usize, request: &mut DumpRequest<'_>) -> bool {
        let Some(index) = index.link.filter(|_| step == 0) else { return false };
        request.dump(class::GET, TcHeader { index, ..Default::default() }, |_| {})
    }

    fn socket_filter(_: &ClassIndex, filter: &mut ClassicFilter) {
        filter.accept_types(&[
            class::NEW.number(),
            class::DEL.number(),
            qdisc::NEW.number(),
            qdisc::DEL.number(),
            link::NEW.number(),
            link::DEL.number(),
        ]);
    }
}

impl KernelRules for ClassEntry {
    fn invalidates_dump(update: Option<&Update<Self>>) -> bool {
        update.is_none_or(|update| update.op == UpdateOp::Delete)
    }

    fn candidates(trigger: &Trigger, nth: usize) -> Candidates {
        match trigger {
            Trigger::LinkDeleted { .. } | Trigger::Qdisc(_) | Trigger::QdiscDeleted(_)
                if nth == 0 =>
            {
                Candidates::All
            }
            _ => Candidates::None,
        }
    }

    fn apply(&self, trigger: &Trigger, _: &CacheView<'_, Self>) -> Effect<Self> {
        match *trigger {
            Trigger::LinkDeleted { index } if index == self.index => Effect::Removed,
            Trigger::Qdisc(TcId { index, handle, parent })
                if index == self.index && parent == self.handle =>
            {
                Effect::Changed(ClassEntry { leaf: handle, ..self.clone() })
            }
            Trigger::QdiscDeleted(TcId { index, handle, parent }) if index == self.index => {
                if parent == Handle::ROOT || handle.major() == self.handle.major() {
                    Effect::Removed
                } else if parent == self.handle {
                    Effect::Changed(ClassEntry { leaf: Handle::UNSPEC, ..self.clone() })
                } else {
                    Effect::None
                }
            }
            _ => Effect::None,
        }
    }

    fn needs_resync(trigger: &Trigger, view: &CacheView<'_, Self>) -> bool {
        let wanted = |index| view.index().link == Some(index);
        match *trigger {
            // A default qdisc may have classes.
            Trigger::Link { index, up: true, up_changed: true, .. } => wanted(index),
            // Some qdiscs are created with classes, as many as their parameters say.
            Trigger::Qdisc(TcId { index, .. }) | Trigger::QdiscDeleted(TcId { index, .. }) => {
                wanted(index)
            }
            // Deleting a class deletes its leaf qdisc, and the classes of that.
            Trigger::ClassDeleted(TcId { index, handle, .. }) => {
                let other = |class: &ClassEntry| class.handle.major() != handle.major();
                wanted(index) && view.iter().any(other)
            }
            Trigger::Class(TcId { index, parent, .. }) => {
                let mut all = view.all(ClassKey::new(index, parent));
                wanted(index) && all.any(|class| class.leaf != Handle::UNSPEC)
            }
            _ => false,
        }
    }
}
