//! Generic netlink families: [`FamilyEntry`]. Modules register and unregister them when they are
//! loaded and unloaded.

use barelink_codec::genl::ctrl::{self, Ctrl, McastGroup};
use barelink_codec::socket::Protocol;
use barelink_codec::{Attrs, Error, Message};

use crate::bits::mask_of;
use crate::cache::Cache;
use crate::entry::{Diff, DumpRequest, Entry, Index, Update, UpdateOp};
use crate::filter::ClassicFilter;
use crate::hash::Hasher;
use crate::kernel_rules::{KernelRules, Plan};
use crate::lookup::Lookups;
use crate::short_bytes::ShortBytes;
use crate::view::CacheView;

/// Generic netlink family.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct FamilyEntry {
    /// Message type of the family's messages (`CTRL_ATTR_FAMILY_ID`).
    pub id: u16,
    /// Name (`CTRL_ATTR_FAMILY_NAME`).
    pub name: ShortBytes<15>,
    /// Version (`CTRL_ATTR_VERSION`).
    pub version: u32,
    /// Length of the family's own header in bytes (`CTRL_ATTR_HDRSIZE`).
    pub header_len: u32,
    /// Highest attribute number (`CTRL_ATTR_MAXATTR`).
    pub max_attr: u32,
    groups: [FamilyGroup; GROUPS],
    count: u8,
    truncated: bool,
}

/// Maximum number of cached multicast groups of a family.
const GROUPS: usize = 8;

/// Multicast group of a family.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct FamilyGroup {
    /// Group ID, for `NETLINK_ADD_MEMBERSHIP` (`CTRL_ATTR_MCAST_GRP_ID`).
    pub id: u32,
    /// Name of the group (`CTRL_ATTR_MCAST_GRP_NAME`).
    pub name: ShortBytes<15>,
}

impl FamilyEntry {
    /// Creates a family without groups.
    fn with_id(id: u16) -> Self {
        FamilyEntry {
            id,
            name: ShortBytes::EMPTY,
            version: 0,
            header_len: 0,
            max_attr: 0,
            groups: [FamilyGroup::default(); GROUPS],
            count: 0,
            truncated: false,
        }
    }

    /// Returns the multicast groups, at most eight.
    pub fn groups(&self) -> &[FamilyGroup] {
        self.groups.get(..usize::from(self.count)).unwrap_or(&self.groups)
    }

    /// Returns the ID of the group with this name.
    pub fn group(&self, name: &(impl AsRef<[u8]> + ?Sized)) -> Option<u32> {
        let named = |group: &&FamilyGroup| group.name.as_bytes() == name.as_ref();
        self.groups().iter().find(named).map(|group| group.id)
    }

    /// Returns whether the family has more groups than are cached.
    pub const fn is_truncated(&self) -> bool {
        self.truncated
    }

    fn add(&mut self, group: FamilyGroup) {
        match self.groups.get_mut(usize::from(self.count)) {
            Some(slot) => {
                *slot = group;
                self.count = self.count.saturating_add(1);
            }
            None => self.truncated = true,
        }
    }

    /// Returns the family without a group.
    fn without(&self, id: u32) -> Self {
        let none = [FamilyGroup::default(); GROUPS];
        let mut left = FamilyEntry { groups: none, count: 0, ..self.clone() };
        self.groups().iter().filter(|group| group.id != id).for_each(|group| left.add(*group));
        left
    }

    /// Reads the attributes. One that cannot be read leaves its field unchanged.
    fn fill(&mut self, attrs: Attrs<'_, Ctrl>) -> Result<(), Error> {
        for attr in attrs {
            let attr = attr?;
            macro_rules! fields {
                ($($key:ident => |$value:ident| $set:expr,)*) => {
                    match attr.number() {
                        $( number if number == Ctrl::$key.number() => {
                            if let Ok(Some($value)) = attr.get(Ctrl::$key) { $set; }
                        } )*
                        _ => {}
                    }
                };
            }
            fields! {
                FAMILY_NAME => |name| self.name = ShortBytes::new(name.0),
                VERSION => |version| self.version = version,
                HDRSIZE => |len| self.header_len = len,
                MAXATTR => |max| self.max_attr = max,
                MCAST_GROUPS => |groups| for (_, group) in groups.flatten() {
                    if let Ok(group) = read_group(group) {
                        self.add(group);
                    }
                },
            }
        }
        Ok(())
    }
}

barelink_codec::flags! {
    /// Fields in which two families differ.
    pub FamilyFields "": u32 {
        /// Name of the family (`CTRL_ATTR_FAMILY_NAME`).
        0x1 => NAME,
        /// Version, header length, or highest attribute number.
        0x2 => VERSION,
        /// Multicast groups.
        0x4 => GROUPS,
    }
}

impl Diff for FamilyFields {
    fn is_empty(&self) -> bool {
        *self == FamilyFields::EMPTY
    }
}

/// Look-up of families by name.
#[derive(Debug, Clone, Copy, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct FamilyIndex;

impl FamilyIndex {
    /// Look-up by name.
    const BY_NAME: usize = 0;
}

impl Index<FamilyEntry> for FamilyIndex {
    type Lookups = Lookups<1>;
    const NEW: Self = FamilyIndex;

    fn hash(entry: &FamilyEntry, _: usize, hasher: Hasher) -> Option<u32> {
        Some(hasher.hash_one(entry.name.as_bytes()))
    }
}

impl Entry for FamilyEntry {
    type Key = u16;
    type Diff = FamilyFields;
    type Index = FamilyIndex;
    const PROTOCOL: Protocol = Protocol::GENERIC;
    const GROUPS: &'static [u32] = &[ctrl::NOTIFY_ID];

    fn key(&self) -> u16 {
        self.id
    }

    fn diff(&self, new: &Self) -> FamilyFields {
        let version = |entry: &Self| (entry.version, entry.header_len, entry.max_attr);
        let groups = self.groups() != new.groups() || self.truncated != new.truncated;
        FamilyFields(mask_of([
            (self.name != new.name, FamilyFields::NAME.0),
            (version(self) != version(new), FamilyFields::VERSION.0),
            (groups, FamilyFields::GROUPS.0),
        ]))
    }

    fn read(message: &Message<'_>) -> Result<Option<Update<Self>>, Error> {
        let kinds = [
            (ctrl::NEW_FAMILY, UpdateOp::Full),
            (ctrl::DEL_FAMILY, UpdateOp::Delete),
            (ctrl::NEW_MCAST_GRP, UpdateOp::Partial),
            (ctrl::DEL_MCAST_GRP, UpdateOp::Partial),
        ];
        let Some(family) = message.parse(ctrl::NEW_FAMILY.message_type(ctrl::ID)) else {
            return Ok(None);
        };
        let command = family.header.command;
        let Some((_, how)) = kinds.iter().find(|(kind, _)| kind.number() == command) else {
            return Ok(None);
        };
        let mut entry = FamilyEntry::with_id(family.require(Ctrl::FAMILY_ID)?);
        entry.fill(family.attrs)?;
        if command == ctrl::DEL_MCAST_GRP.number() {
            entry.groups.iter_mut().for_each(|group| group.name = ShortBytes::EMPTY);
        }
        Ok(Some(Update { entry, op: *how }))
    }

    fn dump_request(_: &FamilyIndex, step: usize, request: &mut DumpRequest<'_>) -> bool {
        let get = ctrl::GET_FAMILY;
        step == 0 && request.dump(get.message_type(ctrl::ID), get.header(()), |_| {})
    }

    fn socket_filter(_: &FamilyIndex, filter: &mut ClassicFilter) {
        filter.accept_types(&[ctrl::ID]);
    }
}

impl KernelRules for FamilyEntry {
    fn reconcile(update: Update<Self>, view: &CacheView<'_, Self>) -> Plan<Self> {
        if update.op != UpdateOp::Partial {
            return Plan::simple(update, view);
        }
        // A group was added, or deleted: then it has no name here.
        let part = update.entry;
        let Some((slot, family)) = view.slots(part.id).next() else { return Plan::Resync };
        let mut entry = family.clone();
        for group in part.groups() {
            let deleted = group.name.is_empty();
            if deleted && family.is_truncated() {
                return Plan::Resync;
            }
            if deleted {
                entry = entry.without(group.id);
            } else if !entry.groups().contains(group) {
                entry.add(*group);
            }
        }
        Plan::Put { at: Some(slot), entry, before: None, resync: false }
    }

    fn invalidates_dump(update: Option<&Update<Self>>) -> bool {
        update.is_none_or(|update| update.op == UpdateOp::Delete)
    }
}

fn read_group(group: Attrs<'_, McastGroup>) -> Result<FamilyGroup, Error> {
    let name = group.require(McastGroup::NAME)?;
    Ok(FamilyGroup { id: group.require(McastGroup::ID)?, name: ShortBytes::new(name.0) })
}

impl<const N: usize> Cache<FamilyEntry, N> {
    /// Returns the family with this name.
    pub fn by_name(&self, name: &(impl AsRef<[u8]> + ?Sized)) -> Option<&FamilyEntry> {
        let name = name.as_ref();
        self.lookup(FamilyIndex::BY_NAME, name).find(|family| family.name.as_bytes() == name)
    }
}
