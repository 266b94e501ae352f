//! Neighbours: [`NeighEntry`].
//!
//! The kernel notifies when a neighbour becomes reachable, stale, probed, failed. It does not
//! notify of `NUD_INCOMPLETE` and `NUD_DELAY`: such a state, seen in a dump, does not replace one
//! that was notified. Nor does it notify of neighbours in `NUD_NOARP`, such as multicast addresses,
//! and of proxies: see [`NeighIndex::with_unnotified`].

use core::net::IpAddr;

use barelink_codec::rtnl::group::Group;
use barelink_codec::rtnl::ids::AddressFamily;
use barelink_codec::rtnl::link;
use barelink_codec::rtnl::neigh::{
    self, Neigh, NeighExtFlags, NeighFlags, NeighHeader, NeighState,
};
use barelink_codec::rtnl::route::{RouteProtocol, RouteType};
use barelink_codec::{Error, Message};

use crate::bits::halves;
use crate::bits::mask_of;
use crate::cache::Cache;
use crate::entry::{Diff, DumpRequest, Entry, Index, Update, UpdateOp};
use crate::filter::{ClassicFilter, Condition};
use crate::hash::Hasher;
use crate::kernel_rules::{Candidates, Effect, KernelRules, Plan};
use crate::lookup::Lookups;
use crate::short_bytes::ShortBytes;
use crate::trigger::Trigger;
use crate::view::CacheView;

/// Neighbour: the hardware address of an IP address on a link (`struct ndmsg`). Forwarding entries
/// of bridges are [`FdbEntry`](crate::objects::fdb::FdbEntry).
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct NeighEntry {
    /// Interface index of the link (`ndm_ifindex`).
    pub index: u32,
    /// Extended flags (`NDA_FLAGS_EXT`).
    pub ext_flags: NeighExtFlags,
    /// State of neighbour unreachability detection (`ndm_state`, `NUD_*`), as last notified.
    pub state: NeighState,
    /// IP address (`NDA_DST`).
    pub address: IpAddr,
    /// Hardware address (`NDA_LLADDR`); empty if not known, or no longer valid.
    pub lladdr: ShortBytes<32>,
    /// Flags (`ndm_flags`).
    pub flags: NeighFlags,
    /// Type of the address (`ndm_type`).
    pub ndm_type: RouteType,
    /// Protocol that added the neighbour (`NDA_PROTOCOL`).
    pub protocol: RouteProtocol,
}

barelink_codec::flags! {
    /// Fields in which two neighbours differ. The state of a neighbour in use changes about every
    /// 30 s; mask [`STATE`](NeighFields::STATE) out to see the other changes only.
    pub NeighFields "": u32 {
        /// State of neighbour unreachability detection (`ndm_state`).
        0x1 => STATE,
        /// Hardware address.
        0x2 => LLADDR,
        /// Flags (`ndm_flags`, `NDA_FLAGS_EXT`).
        0x4 => FLAGS,
        /// Type of the address.
        0x8 => TYPE,
        /// Protocol that added the neighbour (`NDA_PROTOCOL`).
        0x10 => PROTOCOL,
    }
}

impl Diff for NeighFields {
    fn is_empty(&self) -> bool {
        *self == NeighFields::EMPTY
    }
}

/// Key of a neighbour: link, IP address, and whether the entry is a proxy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct NeighKey {
    address: [u64; 2],
    index: u32,
    v6: bool,
    proxy: bool,
}

impl NeighKey {
    /// Creates the key of a neighbour on the link with this interface index.
    pub fn new(index: u32, address: IpAddr) -> Self {
        let (address, v6) = match address {
            IpAddr::V4(v4) => ([u32::from_ne_bytes(v4.octets()).into(), 0], false),
            IpAddr::V6(v6) => (halves(v6.octets()), true),
        };
        NeighKey { address, index, v6, proxy: false }
    }

    /// Creates the key of a proxy address on the link with this interface index.
    pub fn proxy(index: u32, address: IpAddr) -> Self {
        NeighKey { proxy: true, ..NeighKey::new(index, address) }
    }
}

impl NeighEntry {
    /// Returns whether the entry is a proxy (`NTF_PROXY`): an address that this machine answers
    /// for.
    pub const fn is_proxy(&self) -> bool {
        self.flags.contains(NeighFlags::PROXY)
    }

    /// Returns whether the kernel does not notify of such an entry.
    fn is_unnotified(&self) -> bool {
        self.is_proxy() || self.is_incomplete() || self.state.contains(NeighState::NOARP)
    }

    /// Returns whether the hardware address is not known yet.
    fn is_incomplete(&self) -> bool {
        self.state == NeighState::EMPTY || self.state.contains(NeighState::INCOMPLETE)
    }
}

/// Selection of the wanted neighbours. Look-ups: by link, by address.
#[derive(Debug, Clone, Copy, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct NeighIndex {
    family: Option<AddressFamily>,
    link: Option<u32>,
    unnotified: bool,
}

impl NeighIndex {
    /// Every neighbour that the kernel notifies of.
    pub const ALL: Self = NeighIndex { family: None, link: None, unnotified: false };

    /// Restricts the selection to a family, IPv4 or IPv6.
    pub const fn with_family(self, family: AddressFamily) -> Self {
        NeighIndex { family: Some(family), ..self }
    }

    /// Restricts the selection to the link with this interface index.
    pub const fn with_link(self, link: u32) -> Self {
        NeighIndex { link: Some(link), ..self }
    }

    /// Adds the entries that the kernel does not notify of: proxies, `NUD_NOARP` and
    /// `NUD_INCOMPLETE` neighbours. These are as of the last dump.
    pub const fn with_unnotified(self) -> Self {
        NeighIndex { unnotified: true, ..self }
    }

    /// Look-up by link.
    const BY_LINK: usize = 0;
    /// Look-up by address.
    const BY_ADDRESS: usize = 1;

    /// Returns the wanted families.
    fn families(&self) -> impl Iterator<Item = AddressFamily> + Clone {
        let wanted = self.family;
        [AddressFamily::INET, AddressFamily::INET6]
            .into_iter()
            .filter(move |family| wanted.is_none_or(|wanted| wanted == *family))
    }
}

impl Index<NeighEntry> for NeighIndex {
    type Lookups = Lookups<2>;
    const NEW: Self = NeighIndex::ALL;

    fn hash(entry: &NeighEntry, lookup: usize, hasher: Hasher) -> Option<u32> {
        match lookup {
            NeighIndex::BY_LINK => Some(hasher.hash_one(&entry.index)),
            _ => Some(hasher.hash_one(&entry.address)),
        }
    }
    fn wants(&self, entry: &NeighEntry) -> bool {
        let v6 = entry.address.is_ipv6();
        self.families().any(|family| v6 == (family == AddressFamily::INET6))
            && self.link.is_none_or(|link| link == entry.index)
            && (self.unnotified || !entry.is_unnotified())
    }
}

impl Entry for NeighEntry {
    type Key = NeighKey;
    type Diff = NeighFields;
    type Index = NeighIndex;
    const GROUPS: &'static [u32] = &[Group::NEIGH.0, Group::LINK.0];

    fn key(&self) -> NeighKey {
        NeighKey { proxy: self.is_proxy(), ..NeighKey::new(self.index, self.address) }
    }

    fn diff(&self, new: &Self) -> NeighFields {
        let flags = |entry: &Self| (entry.flags, entry.ext_flags);
        NeighFields(mask_of([
            (self.state != new.state, NeighFields::STATE.0),
            (self.lladdr != new.lladdr, NeighFields::LLADDR.0),
            (flags(self) != flags(new), NeighFields::FLAGS.0),
            (self.ndm_type != new.ndm_type, NeighFields::TYPE.0),
            (self.protocol != new.protocol, NeighFields::PROTOCOL.0),
        ]))
    }

    fn read(message: &Message<'_>) -> Result<Option<Update<Self>>, Error> {
        let (neigh, deleted) = match message.parse(neigh::NEW) {
            Some(neigh) => (neigh, false),
            None => match message.parse(neigh::DEL) {
                Some(neigh) => (neigh, true),
                None => return Ok(None),
            },
        };
        if !matches!(neigh.header.family, AddressFamily::INET | AddressFamily::INET6) {
            return Ok(None);
        }
        let (address, lladdr, protocol, ext_flags) =
            neigh.find((Neigh::DST, Neigh::LLADDR, Neigh::PROTOCOL, Neigh::FLAGS_EXT))?;
        // Entries without an address are not neighbours.
        let Some(address) = address.get()? else { return Ok(None) };
        let lladdr = lladdr.get().ok().flatten();
        let entry = NeighEntry {
            index: neigh.header.index as u32,
            ext_flags: ext_flags.get().ok().flatten().unwrap_or(NeighExtFlags::EMPTY),
            state: neigh.header.state,
            address,
            lladdr: lladdr.map(|address| ShortBytes::new(address.0)).unwrap_or_default(),
            flags: neigh.header.flags,
            ndm_type: neigh.header.ndm_type,
            protocol: protocol.get().ok().flatten().unwrap_or(RouteProtocol::UNSPEC),
        };
        Ok(Some(if deleted { Update::deleted(entry) } else { Update::full(entry) }))
    }

    fn dump_request(index: &NeighIndex, step: usize, request: &mut DumpRequest<'_>) -> bool {
        // The kernel has a neighbour table per family, and a proxy table per family.
        let mut tables = index.families().map(|family| (family, NeighFlags::EMPTY)).chain(
            index.families().filter(|_| index.unnotified).map(|family| (family, NeighFlags::PROXY)),
        );
        let Some((family, flags)) = tables.nth(step) else { return false };
        let header = NeighHeader { family, flags, ..Default::default() };
        request.dump(neigh::GET, header, |neigh| {
            if let Some(link) = index.link {
                neigh.put(Neigh::IFINDEX, link);
            }
        })
    }

    fn socket_filter(index: &NeighIndex, filter: &mut ClassicFilter) {
        // `struct ndmsg`: the family is at offset 0, the interface index at offset 4.
        let link = index.link.map(|link| Condition::word(4, link));
        for family in index.families() {
            let family = Condition::byte(0, family.0);
            filter.accept_if(neigh::NEW.number(), [Some(family), link]);
            // Deletions on other links count as well: they shift a dump in progress.
            filter.accept(neigh::DEL.number(), &[family]);
        }
        filter.accept_types(&[link::DEL.number()]);
    }
}

impl KernelRules for NeighEntry {
    fn reconcile(update: Update<Self>, view: &CacheView<'_, Self>) -> Plan<Self> {
        let new = &update.entry;
        let unnotified = new.is_incomplete() || new.state.contains(NeighState::DELAY);
        if update.op == UpdateOp::Delete || new.is_proxy() || !unnotified {
            return Plan::simple(update, view);
        }
        // The dumped state is one that the kernel does not notify of.
        let Some((slot, old)) = view.slots(new.key()).next() else {
            return Plan::simple(update, view);
        };
        let entry = NeighEntry { state: old.state, ..update.entry };
        Plan::Put { at: Some(slot), entry, before: None, resync: false }
    }

    fn invalidates_dump(update: Option<&Update<Self>>) -> bool {
        update.is_none_or(|update| update.op == UpdateOp::Delete)
    }

    fn candidates(trigger: &Trigger, nth: usize) -> Candidates {
        match trigger {
            Trigger::LinkDeleted { index } if nth == 0 => {
                Candidates::Lookup { lookup: NeighIndex::BY_LINK, key: *index as u32 }
            }
            _ => Candidates::None,
        }
    }

    fn apply(&self, trigger: &Trigger, _: &CacheView<'_, Self>) -> Effect<Self> {
        match trigger {
            Trigger::LinkDeleted { index } if *index as u32 == self.index => Effect::Removed,
            _ => Effect::None,
        }
    }
}

impl<const N: usize> Cache<NeighEntry, N> {
    /// Returns the neighbours on the link with this interface index.
    pub fn of_link(&self, index: u32) -> impl Iterator<Item = &NeighEntry> {
        self.lookup(NeighIndex::BY_LINK, &index).filter(move |entry| entry.index == index)
    }

    /// Returns the neighbours with this address; several links can have the same IPv6 address.
    pub fn by_address(&self, address: IpAddr) -> impl Iterator<Item = &NeighEntry> {
        self.lookup(NeighIndex::BY_ADDRESS, &address).filter(move |entry| entry.address == address)
    }
}
