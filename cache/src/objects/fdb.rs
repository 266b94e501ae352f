//! Forwarding entries of bridges and VXLANs, as a cache keeps them.
//!
//! A bridge has one entry for a hardware address and VLAN: when a machine moves, the entry goes to
//! another port, and only its new slot is told. A VXLAN's does likewise, but several machines may
//! have a multicast address, or that of all zeros, which stands for all that are not known.
//!
//! The kernel does not tell when entries go with the next hop group that they go by, nor when a
//! bridge's entry for an address of its own goes from a port that leaves to another one that has the
//! same address, or to the bridge itself. The one is known from the next hop's going, the other read
//! anew.
//! What is not seen is that such an entry goes elsewhere because its port gets another address
//! while it stays; two links of the same address on one bridge are rare.

use core::net::IpAddr;

use barelink_codec::rtnl::family::AddressFamily;
use barelink_codec::rtnl::group::Group;
use barelink_codec::rtnl::link::{self, Link};
use barelink_codec::rtnl::neigh::{
    self, FdbActivity, FdbExt, Neigh, NeighExtFlags, NeighFlags, NeighHeader, NeighState,
};
use barelink_codec::rtnl::nexthop;
use barelink_codec::{Error, Message};

use crate::bits::mask_of;
use crate::cache::Cache;
use crate::entry::{Diff, DumpRequest, Entry, Index, Update, UpdateOp};
use crate::filter::{ClassicFilter, Condition};
use crate::hash::Hasher;
use crate::kernel_rules::{Candidates, Effect, KernelRules, Plan};
use crate::lookup::Lookups;
use crate::trigger::Trigger;
use crate::view::CacheView;

/// A forwarding entry: where frames for a hardware address go.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct FdbEntry {
    /// The index of the link that frames go out by, `ndm_ifindex`: a port, a bridge for frames to
    /// this machine, or a VXLAN.
    pub index: u32,
    /// The index of the bridge, `NDA_MASTER`; 0 if it is not a bridge's.
    pub master: u32,
    /// The VNI to send to, `NDA_VNI`; 0 for the VXLAN's own.
    pub vni: u32,
    /// The VNI that it is for, of a VXLAN that has several, `NDA_SRC_VNI`.
    pub src_vni: u32,
    /// The index of the link to send by, of a VXLAN's, `NDA_IFINDEX`; 0 for whichever leads there.
    pub out: u32,
    /// The next hop group that it goes by, `NDA_NH_ID`; 0 for none.
    pub nexthop_id: u32,
    /// More of what it is like, `NDA_FLAGS_EXT`.
    pub ext_flags: NeighExtFlags,
    /// The VLAN that it is for, `NDA_VLAN`; 0 for none.
    pub vlan: u16,
    /// Whether it was set, and for good, or learned, `ndm_state`. That a bridge has not heard of one
    /// for long, and will drop it soon, counts as [`NeighState::REACHABLE`] here.
    pub state: NeighState,
    /// The other machine's UDP port, of a VXLAN's, `NDA_PORT`; 0 for the VXLAN's own.
    pub port: u16,
    /// The hardware address, `NDA_LLADDR`.
    pub mac: [u8; 6],
    /// The machine that has the address behind it, of a VXLAN's, `NDA_DST`.
    pub dst: Option<IpAddr>,
    /// What it is like, `ndm_flags`.
    pub flags: NeighFlags,
    /// Whether its use is told of, `NFEA_ACTIVITY_NOTIFY`.
    pub activity: FdbActivity,
    /// Whose it is.
    pub table: FdbTable,
}

/// Whose a forwarding entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum FdbTable {
    /// A bridge's.
    Bridge,
    /// A VXLAN's.
    Vxlan,
    /// A link's: an address that its hardware lets through.
    Link,
}

barelink_codec::flags! {
    /// Which fields of a forwarding entry differ.
    pub FdbFields "": u32 {
        /// The port: its machine has moved.
        0x1 => LINK,
        /// Where a VXLAN sends to.
        0x2 => DESTINATION,
        /// Whether it was set or learned.
        0x4 => STATE,
        /// Its flags.
        0x8 => FLAGS,
        /// Whether it is in use, or whether that is told of.
        0x10 => ACTIVITY,
    }
}

impl Diff for FdbFields {
    fn is_empty(&self) -> bool {
        *self == FdbFields::EMPTY
    }
}

/// What forwarding entries are looked up by. A VXLAN may have several of the same for a multicast
/// address, and for all zeros.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct FdbKey {
    table: FdbTable,
    owner: u32,
    src_vni: u32,
    vlan: u16,
    mac: [u8; 6],
}

impl FdbKey {
    /// The key of an entry of the bridge of this index, for an address in this VLAN, or in none, 0.
    pub const fn bridge(index: u32, mac: [u8; 6], vlan: u16) -> Self {
        FdbKey { table: FdbTable::Bridge, owner: index, src_vni: 0, vlan, mac }
    }

    /// The key of an entry of the VXLAN of this index; where it has several VNIs, for this one, else
    /// for 0.
    pub const fn vxlan(index: u32, mac: [u8; 6], src_vni: u32) -> Self {
        FdbKey { table: FdbTable::Vxlan, owner: index, src_vni, vlan: 0, mac }
    }
}

impl FdbEntry {
    /// Whether it may be one of several for the same address.
    fn has_several_destinations(&self) -> bool {
        let [first, ..] = self.mac;
        self.table == FdbTable::Vxlan && (first & 1 != 0 || self.mac == [0; 6])
    }

    /// Where a VXLAN sends to.
    fn destination(&self) -> (Option<IpAddr>, u16, u32, u32, u32) {
        (self.dst, self.port, self.vni, self.out, self.nexthop_id)
    }

    /// What tells of a link: its index, and the bridge that it is a port of.
    fn of_port(index: u32, master: u32) -> Self {
        FdbEntry {
            index,
            master,
            vni: 0,
            src_vni: 0,
            out: 0,
            nexthop_id: 0,
            ext_flags: NeighExtFlags::EMPTY,
            vlan: 0,
            state: NeighState::EMPTY,
            port: 0,
            mac: [0; 6],
            dst: None,
            flags: NeighFlags::EMPTY,
            activity: FdbActivity::EMPTY,
            table: FdbTable::Link,
        }
    }

    /// Whether it is for frames that go out by this link as by a port.
    fn goes_by_port(&self, index: u32) -> bool {
        self.table == FdbTable::Bridge && self.index == index && self.master != index
    }
}

/// Which forwarding entries are wanted; finds them by address, by link, and by bridge.
#[derive(Debug, Clone, Copy, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct FdbIndex {
    bridge: Option<u32>,
    link: Option<u32>,
    device_addresses: bool,
}

impl FdbIndex {
    /// All of bridges and VXLANs.
    pub const ALL: Self = FdbIndex { bridge: None, link: None, device_addresses: false };

    /// Of these, those of the bridge of this index.
    pub const fn with_bridge(self, bridge: u32) -> Self {
        FdbIndex { bridge: Some(bridge), ..self }
    }

    /// Of these, those that go out by the link of this index.
    pub const fn with_link(self, link: u32) -> Self {
        FdbIndex { link: Some(link), ..self }
    }

    /// These, and the addresses that the hardware of links lets through. The kernel does not tell
    /// which it adds and removes itself: they are there as of when all were last read.
    pub const fn with_device_addresses(self) -> Self {
        FdbIndex { device_addresses: true, ..self }
    }

    /// Looks up by link.
    const BY_LINK: usize = 0;
    /// Looks up by hardware address.
    const BY_MAC: usize = 1;
    /// Looks up by the bridge, or by the next hop group.
    const BY_OWNER: usize = 2;
}

impl Index<FdbEntry> for FdbIndex {
    type Lookups = Lookups<3>;
    const NEW: Self = FdbIndex::ALL;

    fn hash(entry: &FdbEntry, lookup: usize, hasher: Hasher) -> Option<u32> {
        match lookup {
            FdbIndex::BY_LINK => Some(hasher.hash_one(&entry.index)),
            FdbIndex::BY_MAC => Some(hasher.hash_one(&entry.mac)),
            _ => [entry.master, entry.nexthop_id]
                .iter()
                .find(|owner| **owner != 0)
                .map(|owner| hasher.hash_one(owner)),
        }
    }
    fn wants(&self, entry: &FdbEntry) -> bool {
        self.bridge.is_none_or(|bridge| bridge == entry.master)
            && self.link.is_none_or(|link| link == entry.index)
            && (self.device_addresses || entry.table != FdbTable::Link)
    }
}

impl Entry for FdbEntry {
    type Key = FdbKey;
    type Diff = FdbFields;
    type Index = FdbIndex;
    const GROUPS: &'static [u32] = &[Group::NEIGH.0, Group::LINK.0, Group::NEXTHOP.0];

    fn key(&self) -> FdbKey {
        let owner = if self.table == FdbTable::Bridge { self.master } else { self.index };
        let FdbEntry { table, src_vni, vlan, mac, .. } = *self;
        FdbKey { table, owner, src_vni, vlan, mac }
    }

    fn identical(&self, other: &Self) -> bool {
        !self.has_several_destinations() || self.destination() == other.destination()
    }

    fn diff(&self, new: &Self) -> FdbFields {
        let flags = |entry: &Self| (entry.flags, entry.ext_flags);
        FdbFields(mask_of([
            (self.index != new.index, FdbFields::LINK.0),
            (self.destination() != new.destination(), FdbFields::DESTINATION.0),
            (self.state != new.state, FdbFields::STATE.0),
            (flags(self) != flags(new), FdbFields::FLAGS.0),
            (self.activity != new.activity, FdbFields::ACTIVITY.0),
        ]))
    }

    fn read(message: &Message<'_>) -> Result<Option<Update<Self>>, Error> {
        let (neigh, gone) = match message.parse(neigh::NEW) {
            Some(neigh) => (neigh, false),
            None => match message.parse(neigh::DEL) {
                Some(neigh) => (neigh, true),
                None => return read_port(message),
            },
        };
        if neigh.header.family != AddressFamily::BRIDGE {
            return Ok(None);
        }
        let (mac, vlan, master, age, flags, ext) = neigh.find((
            Neigh::LLADDR,
            Neigh::VLAN,
            Neigh::MASTER,
            Neigh::CACHEINFO,
            Neigh::FLAGS_EXT,
            Neigh::FDB_EXT_ATTRS,
        ))?;
        let (dst, port, vni, src_vni, out, nexthop) = neigh.find((
            Neigh::DST,
            Neigh::PORT,
            Neigh::VNI,
            Neigh::SRC_VNI,
            Neigh::IFINDEX,
            Neigh::NH_ID,
        ))?;
        let Some(mac) = mac.get()?.and_then(|mac| mac.0.try_into().ok()) else { return Ok(None) };
        let master = master.get()?.unwrap_or(0);
        let table = match (master, age.is_some()) {
            (1.., _) => FdbTable::Bridge,
            // A VXLAN knows how old its entries are; a link does not.
            (0, true) => FdbTable::Vxlan,
            (0, false) => FdbTable::Link,
        };
        let state = match (table, neigh.header.state) {
            (FdbTable::Bridge, NeighState::STALE) => NeighState::REACHABLE,
            (_, state) => state,
        };
        let activity = ext
            .get()
            .ok()
            .flatten()
            .and_then(|ext| ext.get(FdbExt::ACTIVITY_NOTIFY).ok().flatten());
        let entry = FdbEntry {
            index: neigh.header.index as u32,
            master,
            vni: vni.get()?.unwrap_or(0),
            src_vni: src_vni.get()?.unwrap_or(0),
            out: out.get()?.unwrap_or(0),
            nexthop_id: nexthop.get()?.unwrap_or(0),
            ext_flags: flags.get().ok().flatten().unwrap_or(NeighExtFlags::EMPTY),
            vlan: vlan.get()?.unwrap_or(0),
            state,
            port: port.get()?.unwrap_or(0),
            mac,
            dst: dst.get()?,
            flags: neigh.header.flags,
            activity: activity.unwrap_or(FdbActivity::EMPTY),
            table,
        };
        Ok(Some(if gone { Update::deleted(entry) } else { Update::full(entry) }))
    }

    fn dump_request(index: &FdbIndex, step: usize, request: &mut DumpRequest<'_>) -> bool {
        let header = NeighHeader { family: AddressFamily::BRIDGE, ..Default::default() };
        step == 0
            && request.dump(neigh::GET, header, |neigh| {
                for (key, link) in [(Neigh::IFINDEX, index.link), (Neigh::MASTER, index.bridge)] {
                    if let Some(link) = link {
                        neigh.put(key, link);
                    }
                }
            })
    }

    fn wants_group(index: &FdbIndex, group: u32) -> bool {
        // Only a VXLAN's go by next hops.
        Group(group) != Group::NEXTHOP || index.bridge.is_none()
    }

    fn socket_filter(_: &FdbIndex, filter: &mut ClassicFilter) {
        // Of any link: an entry that goes to another one does not say where it came from.
        let bridge = Condition::byte(0, AddressFamily::BRIDGE.0);
        for message_type in [neigh::NEW.number(), neigh::DEL.number()] {
            filter.accept(message_type, &[bridge]);
        }
        filter.accept_types(&[link::NEW.number(), link::DEL.number(), nexthop::DEL.number()]);
    }
}

impl KernelRules for FdbEntry {
    fn reconcile(update: Update<Self>, view: &CacheView<'_, Self>) -> Plan<Self> {
        let new = &update.entry;
        if update.op == UpdateOp::Full && new.has_several_destinations() {
            // It is the address that has a state and flags; they are told with one destination.
            let same = |old: &Self| (old.state, old.flags) == (new.state, new.flags);
            let resync = !view.all(new.key()).all(|old| old.identical(new) || same(old));
            return Plan::Put { at: view.find(new), entry: update.entry, before: None, resync };
        }
        if update.op != UpdateOp::Partial {
            return Plan::simple(update, view);
        }
        // A link is a port of this bridge, or of none: all entries that had to go have gone by now.
        let port = update.entry;
        let mut by_port = view
            .lookup(FdbIndex::BY_LINK, |hasher| hasher.hash_one(&port.index))
            .filter(|(_, entry)| entry.goes_by_port(port.index));
        match by_port.any(|(_, entry)| entry.master != port.master) {
            true => Plan::Resync,
            false => Plan::Ignore,
        }
    }

    fn invalidates_dump(update: Option<&Update<Self>>) -> bool {
        update.is_none_or(|update| update.op == UpdateOp::Delete)
    }

    fn candidates(trigger: &Trigger, nth: usize) -> Candidates {
        let (lookup, number) = match trigger {
            Trigger::LinkDeleted { index } => (FdbIndex::BY_LINK, *index as u32),
            Trigger::NextHopDeleted { id } => (FdbIndex::BY_OWNER, *id),
            _ => return Candidates::None,
        };
        if nth == 0 { Candidates::Lookup { lookup, key: number } } else { Candidates::None }
    }

    fn apply(&self, trigger: &Trigger, _: &CacheView<'_, Self>) -> Effect<Self> {
        match trigger {
            // The bridge has told of all entries that went with a port: this one went elsewhere.
            Trigger::LinkDeleted { index } if self.goes_by_port(*index as u32) => Effect::Resync,
            Trigger::LinkDeleted { index } if *index as u32 == self.index => Effect::Removed,
            Trigger::NextHopDeleted { id } if *id == self.nexthop_id => Effect::Removed,
            _ => Effect::None,
        }
    }
}

/// Which bridge a link is a port of.
fn read_port(message: &Message<'_>) -> Result<Option<Update<FdbEntry>>, Error> {
    let Some(link) = message.parse(link::NEW) else { return Ok(None) };
    if link.header.family != AddressFamily::UNSPEC {
        return Ok(None);
    }
    let (master, mtu) = link.find((Link::MASTER, Link::MTU))?;
    if !mtu.is_some() {
        // Only a part of the link is told.
        return Ok(None);
    }
    let entry = FdbEntry::of_port(link.header.index as u32, master.get()?.unwrap_or(0));
    Ok(Some(Update { entry, op: UpdateOp::Partial }))
}

impl<const N: usize> Cache<FdbEntry, N> {
    /// Every entry for this hardware address, whosever it is.
    pub fn by_mac(&self, mac: [u8; 6]) -> impl Iterator<Item = &FdbEntry> {
        self.lookup(FdbIndex::BY_MAC, &mac).filter(move |entry| entry.mac == mac)
    }

    /// Every entry for frames that go out by the link of this index.
    pub fn of_link(&self, index: u32) -> impl Iterator<Item = &FdbEntry> {
        self.lookup(FdbIndex::BY_LINK, &index).filter(move |entry| entry.index == index)
    }

    /// Every entry of the bridge of this index.
    pub fn of_bridge(&self, index: u32) -> impl Iterator<Item = &FdbEntry> {
        self.lookup(FdbIndex::BY_OWNER, &index).filter(move |entry| entry.master == index)
    }
}
