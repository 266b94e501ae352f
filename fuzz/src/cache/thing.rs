//! Things, an object of the fake kernel only: several may have one key.

use barelink_cache::entry::UpdateOp;
use barelink_cache::hash::Hasher;
use barelink_cache::kernel_rules::{Candidates, Effect, Plan};
use barelink_cache::lookup::Lookups;
use barelink_cache::view::CacheView;
use barelink_cache::{DumpRequest, Entry, Index, KernelRules, Trigger, Update};
use barelink_codec::message::MessageType;
use barelink_codec::structure;
use barelink_codec::{Error, Message};

structure! {
    /// Fixed header of a thing's message.
    pub ThingHeader "" "" (8) {
        /// Key; together with `twin`, the identity of the thing.
        0 => key: u8,
        /// Number of the thing among those of this key.
        1 => twin: u8,
        /// Value, whose change is reported.
        2 => value: u8,
        /// Not 0 if the message cannot be decoded.
        3 => odd: u8,
        /// Index of the link that the thing is bound to; 0 for none.
        4 => tag: u8,
        /// Operation: [`FULL`], [`PARTIAL`] or [`REPLACE`].
        5 => op: u8,
        /// In a request: 1 for the things of odd keys, 0 for those of even keys.
        6 => half: u8,
    }
}

barelink_codec::attributes! {
    /// Attributes of a thing.
    pub Things "" {
        /// Number of the thing's last change.
        1 => STAMP: u32,
    }
}

/// The message has the whole thing.
pub const FULL: u8 = 0;
/// The message has only the value.
pub const PARTIAL: u8 = 1;
/// The message has the whole thing, which may replace one that was wanted, or was not.
pub const REPLACE: u8 = 2;

/// Notification of a new or changed thing.
pub const NEW: MessageType<ThingHeader, Things> = MessageType::new(0x70);
/// Notification of a deleted thing.
pub const DEL: MessageType<ThingHeader, Things> = MessageType::new(0x71);
/// Request for the things of odd keys, or of even ones.
pub const GET: MessageType<ThingHeader, Things> = MessageType::new(0x72);

/// Cached thing.
#[derive(Debug, Clone, PartialEq)]
pub struct Thing {
    /// Key; several things may have the same one.
    pub key: u8,
    /// Number among the things of this key.
    pub twin: u8,
    /// Value, whose change is reported.
    pub value: u8,
    /// Index of the link, whose change is reported, too.
    pub tag: u8,
    /// Number of the last change, which is not compared.
    pub stamp: u32,
}

/// Selection of wanted things, and their count and sum.
#[derive(Debug, Clone, Copy, Default)]
pub struct ThingIndex {
    /// Value of the things that are not wanted.
    pub unwanted: Option<u8>,
    /// Number of things, by the calls of `added` and `removed`.
    pub count: usize,
    /// Sum of the things' values.
    pub sum: usize,
}

impl ThingIndex {
    /// Looks up by the tag.
    pub const BY_TAG: usize = 0;
    /// Looks up by the value, if it is not 0.
    pub const BY_VALUE: usize = 1;
}

impl Index<Thing> for ThingIndex {
    type Lookups = Lookups<2>;
    const NEW: Self = ThingIndex { unwanted: None, count: 0, sum: 0 };

    fn hash(thing: &Thing, lookup: usize, hasher: Hasher) -> Option<u32> {
        match lookup {
            Self::BY_TAG => Some(hasher.hash_one(&u32::from(thing.tag))),
            _ => (thing.value != 0).then(|| hasher.hash_one(&thing.value)),
        }
    }
    fn wants(&self, thing: &Thing) -> bool {
        self.unwanted != Some(thing.value)
    }
    fn added(&mut self, thing: &Thing) {
        self.count += 1;
        self.sum += usize::from(thing.value);
    }
    fn removed(&mut self, thing: &Thing) {
        self.count -= 1;
        self.sum -= usize::from(thing.value);
    }
}

impl Entry for Thing {
    type Key = u8;
    type Diff = bool;
    type Index = ThingIndex;
    const GROUPS: &'static [u32] = &[30];

    fn key(&self) -> u8 {
        self.key
    }
    fn identical(&self, other: &Self) -> bool {
        self.twin == other.twin
    }
    fn diff(&self, new: &Self) -> bool {
        (self.value, self.tag) != (new.value, new.tag)
    }
    fn read(message: &Message<'_>) -> Result<Option<Update<Self>>, Error> {
        let (parsed, gone) = match message.parse(NEW) {
            Some(parsed) => (parsed, false),
            None => match message.parse(DEL) {
                Some(parsed) => (parsed, true),
                None => return Ok(None),
            },
        };
        let ThingHeader { key, twin, value, odd, tag, op, .. } = parsed.header;
        if odd != 0 {
            return Err(Error::Missing { attr: "VALUE" });
        }
        let stamp = parsed.require(Things::STAMP)?;
        let entry = Thing { key, twin, value, tag, stamp };
        let op = match (gone, op) {
            (true, _) => UpdateOp::Delete,
            (false, PARTIAL) => UpdateOp::Partial,
            (false, REPLACE) => UpdateOp::Replace,
            (false, _) => UpdateOp::Full,
        };
        Ok(Some(Update { entry, op }))
    }
    fn dump_request(_: &ThingIndex, step: usize, request: &mut DumpRequest<'_>) -> bool {
        let header = ThingHeader { half: step as u8, ..ThingHeader::default() };
        step < 2 && request.dump(GET, header, |_| {})
    }
}

impl KernelRules for Thing {
    /// Keeps the things of one key in the order of `twin`.
    fn reconcile(update: Update<Self>, view: &CacheView<'_, Self>) -> Plan<Self> {
        let Update { entry: thing, op } = &update;
        let at = view.find(thing);
        match (op, at.and_then(|place| view.at(place))) {
            (UpdateOp::Partial, None) if view.is_dumping() => return Plan::Resync,
            (UpdateOp::Partial, None) => return Plan::Ignore,
            (UpdateOp::Partial, Some(kept)) => {
                let entry = Thing { value: thing.value, stamp: thing.stamp, ..kept.clone() };
                return Plan::Put { at, entry, before: None, resync: false };
            }
            (UpdateOp::Full | UpdateOp::Replace, _) => {}
            _ => return Plan::simple(update, view),
        }
        let mut behind = view.slots(thing.key).filter(|(_, other)| other.twin > thing.twin);
        let before = behind.next().map(|(place, _)| place);
        Plan::Put { at, entry: update.entry, before, resync: false }
    }
    fn invalidates_dump(update: Option<&Update<Self>>) -> bool {
        update.is_none_or(|update| update.op == UpdateOp::Delete)
    }
    fn candidates(trigger: &Trigger, nth: usize) -> Candidates {
        match (trigger, nth) {
            (Trigger::Link { index, up: false, .. }, 0) => {
                Candidates::Lookup { lookup: ThingIndex::BY_TAG, key: *index as u32 }
            }
            (Trigger::LinkDeleted { .. }, 0) => Candidates::All,
            _ => Candidates::None,
        }
    }
    /// Sets things to 0 when their link goes down, and deletes them with their link.
    fn apply(&self, trigger: &Trigger, _: &CacheView<'_, Self>) -> Effect<Self> {
        match *trigger {
            Trigger::LinkDeleted { index } if index == i32::from(self.tag) => Effect::Removed,
            Trigger::Link { index, up: false, .. }
                if index == i32::from(self.tag) && self.value != 0 =>
            {
                Effect::Changed(Thing { value: 0, ..self.clone() })
            }
            _ => Effect::None,
        }
    }
}
