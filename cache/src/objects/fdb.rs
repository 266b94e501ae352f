//! Forwarding database entries of bridges and VXLANs: [`FdbEntry`].
//!
//! A bridge has one entry per MAC address and VLAN: when a station moves, the entry changes its
//! port, and the kernel notifies only of the new port. A VXLAN entry likewise changes its
//! destination, except that a multicast address and the all-zeros address (the default destination)
//! can have several.
//!
//! The kernel does not notify when it deletes the VXLAN entries of a deleted next hop group; these
//! are removed with the next hop. Nor does it notify when the entry of a bridge's own address moves
//! from a port that leaves to another port with the same address, or to the bridge; the entries are
//! then dumped again.
//!
//! Not noticed: such an entry moves because its port gets another address while it remains a port.
//! Two ports with one address are rare.

use core::net::IpAddr;

use barelink_codec::rtnl::group::Group;
use barelink_codec::rtnl::ids::AddressFamily;
use barelink_codec::rtnl::link::{self, Link};
use barelink_codec::rtnl::neigh::{
    self, FdbActivity, FdbExt, Neigh, NeighExtFlags, NeighFlags, NeighHeader, NeighState,
};
use barelink_codec::rtnl::route::nexthop;
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

/// Forwarding database entry: where frames for a MAC address are sent (`struct ndmsg`).
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct FdbEntry {
    /// Interface index of the output link (`ndm_ifindex`): a port; the bridge itself, for local
    /// frames; or a VXLAN.
    pub index: u32,
    /// Interface index of the bridge (`NDA_MASTER`); 0 for entries of other links.
    pub master: u32,
    /// VXLAN: destination VNI (`NDA_VNI`); 0 for that of the VXLAN.
    pub vni: u32,
    /// VXLAN with several VNIs: source VNI (`NDA_SRC_VNI`).
    pub src_vni: u32,
    /// VXLAN: interface index of the underlying link (`NDA_IFINDEX`); 0 to choose by route.
    pub out: u32,
    /// VXLAN: ID of the next hop group (`NDA_NH_ID`); 0 for none.
    pub nexthop_id: u32,
    /// Extended flags (`NDA_FLAGS_EXT`).
    pub ext_flags: NeighExtFlags,
    /// VLAN ID (`NDA_VLAN`); 0 for none.
    pub vlan: u16,
    /// State (`ndm_state`): permanent, static or learned. The [`STALE`](NeighState::STALE) of a
    /// bridge's entry, which means that it ages, is stored as [`REACHABLE`](NeighState::REACHABLE).
    pub state: NeighState,
    /// VXLAN: destination UDP port (`NDA_PORT`); 0 for that of the VXLAN.
    pub port: u16,
    /// MAC address (`NDA_LLADDR`).
    pub mac: [u8; 6],
    /// VXLAN: address of the remote tunnel endpoint (`NDA_DST`).
    pub dst: Option<IpAddr>,
    /// Flags (`ndm_flags`).
    pub flags: NeighFlags,
    /// Activity notification settings (`NFEA_ACTIVITY_NOTIFY`).
    pub activity: FdbActivity,
    /// Forwarding database that the entry is in.
    pub table: FdbTable,
}

/// Forwarding database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum FdbTable {
    /// Database of a bridge.
    Bridge,
    /// Database of a VXLAN.
    Vxlan,
    /// Address filter of a device: addresses that the hardware accepts.
    Link,
}

barelink_codec::flags! {
    /// Fields in which two forwarding entries differ.
    pub FdbFields "": u32 {
        /// Port: the station moved.
        0x1 => LINK,
        /// Destination of a VXLAN entry.
        0x2 => DESTINATION,
        /// State (`ndm_state`): permanent, static or learned.
        0x4 => STATE,
        /// Flags (`ndm_flags`, `NDA_FLAGS_EXT`).
        0x8 => FLAGS,
        /// Activity, or its notification settings.
        0x10 => ACTIVITY,
    }
}

impl Diff for FdbFields {
    fn is_empty(&self) -> bool {
        *self == FdbFields::EMPTY
    }
}

/// Key of forwarding entries: link, MAC address, and VLAN or source VNI. Several VXLAN entries can
/// have one, for a multicast address and the all-zeros address.
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
    /// Creates the key of an entry of the bridge with this interface index; VLAN 0 is no VLAN.
    pub const fn bridge(index: u32, mac: [u8; 6], vlan: u16) -> Self {
        FdbKey { table: FdbTable::Bridge, owner: index, src_vni: 0, vlan, mac }
    }

    /// Creates the key of an entry of the VXLAN with this interface index; source VNI 0, unless the
    /// VXLAN has several.
    pub const fn vxlan(index: u32, mac: [u8; 6], src_vni: u32) -> Self {
        FdbKey { table: FdbTable::Vxlan, owner: index, src_vni, vlan: 0, mac }
    }
}

impl FdbEntry {
    /// Returns whether the address can have several destinations.
    fn has_several_destinations(&self) -> bool {
        let [first, ..] = self.mac;
        self.table == FdbTable::Vxlan && (first & 1 != 0 || self.mac == [0; 6])
    }

    /// Returns the destination of a VXLAN entry.
    fn destination(&self) -> (Option<IpAddr>, u16, u32, u32, u32) {
        (self.dst, self.port, self.vni, self.out, self.nexthop_id)
    }

    /// Creates an entry that represents a link and its master, from a link's notification.
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

    /// Returns whether the entry is of a bridge, with this link as port.
    fn goes_by_port(&self, index: u32) -> bool {
        self.table == FdbTable::Bridge && self.index == index && self.master != index
    }
}

/// Selection of the wanted forwarding entries. Look-ups: by MAC address, by link, by bridge.
#[derive(Debug, Clone, Copy, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct FdbIndex {
    bridge: Option<u32>,
    link: Option<u32>,
    device_addresses: bool,
}

impl FdbIndex {
    /// Every entry of bridges and VXLANs.
    pub const ALL: Self = FdbIndex { bridge: None, link: None, device_addresses: false };

    /// Restricts the selection to the bridge with this interface index.
    pub const fn with_bridge(self, bridge: u32) -> Self {
        FdbIndex { bridge: Some(bridge), ..self }
    }

    /// Restricts the selection to the output link with this interface index.
    pub const fn with_link(self, link: u32) -> Self {
        FdbIndex { link: Some(link), ..self }
    }

    /// Adds the address filters of devices. The kernel does not notify of addresses that it adds
    /// and deletes there by itself: these are as of the last dump.
    pub const fn with_device_addresses(self) -> Self {
        FdbIndex { device_addresses: true, ..self }
    }

    /// Look-up by output link.
    const BY_LINK: usize = 0;
    /// Look-up by MAC address.
    const BY_MAC: usize = 1;
    /// Look-up by bridge, or by next hop group.
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
        let (neigh, deleted) = match message.parse(neigh::NEW) {
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
            // VXLAN entries have `NDA_CACHEINFO`; those of a device's address filter do not.
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
        Ok(Some(if deleted { Update::deleted(entry) } else { Update::full(entry) }))
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
        // Only VXLAN entries have next hop groups.
        Group(group) != Group::NEXTHOP || index.bridge.is_none()
    }

    fn socket_filter(_: &FdbIndex, filter: &mut ClassicFilter) {
        // Of any link: the notification of an entry that moves does not name the old port.
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
            // State and flags belong to the address, but are notified with one of its destinations.
            let same = |old: &Self| (old.state, old.flags) == (new.state, new.flags);
            let resync = !view.all(new.key()).all(|old| old.identical(new) || same(old));
            return Plan::Put { at: view.find(new), entry: update.entry, before: None, resync };
        }
        if update.op != UpdateOp::Partial {
            return Plan::simple(update, view);
        }
        // The link is a port of this bridge, or of none: by now every entry of another bridge has
        // been deleted.
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
            // The bridge has notified of every entry deleted with the port: this one moved
            // elsewhere.
            Trigger::LinkDeleted { index } if self.goes_by_port(*index as u32) => Effect::Resync,
            Trigger::LinkDeleted { index } if *index as u32 == self.index => Effect::Removed,
            Trigger::NextHopDeleted { id } if *id == self.nexthop_id => Effect::Removed,
            _ => Effect::None,
        }
    }
}

/// Reads the master of a link.
fn read_port(message: &Message<'_>) -> Result<Option<Update<FdbEntry>>, Error> {
    let Some(link) = message.parse(link::NEW) else { return Ok(None) };
    if link.header.family != AddressFamily::UNSPEC {
        return Ok(None);
    }
    let (master, mtu) = link.find((Link::MASTER, Link::MTU))?;
    if !mtu.is_some() {
        // A partial notification.
        return Ok(None);
    }
    let entry = FdbEntry::of_port(link.header.index as u32, master.get()?.unwrap_or(0));
    Ok(Some(Update { entry, op: UpdateOp::Partial }))
}

impl<const N: usize> Cache<FdbEntry, N> {
    /// Returns the entries of this MAC address, in any database.
    pub fn by_mac(&self, mac: [u8; 6]) -> impl Iterator<Item = &FdbEntry> {
        self.lookup(FdbIndex::BY_MAC, &mac).filter(move |entry| entry.mac == mac)
    }

    /// Returns the entries whose output link has this interface index.
    pub fn of_link(&self, index: u32) -> impl Iterator<Item = &FdbEntry> {
        self.lookup(FdbIndex::BY_LINK, &index).filter(move |entry| entry.index == index)
    }

    /// Returns the entries of the bridge with this interface index.
    pub fn of_bridge(&self, index: u32) -> impl Iterator<Item = &FdbEntry> {
        self.lookup(FdbIndex::BY_OWNER, &index).filter(move |entry| entry.master == index)
    }
}
