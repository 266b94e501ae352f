//! Neighbours of links, as a cache keeps them.
//!
//! The kernel tells when it has found a neighbour, when it is no longer sure of it, when it asks
//! it, and when it gives it up. It does not tell that it begins to look for one, nor that one which
//! it is not sure of has been used, `NUD_INCOMPLETE` and `NUD_DELAY`: a state that is not told does
//! not take the slot of one that was. Nor does it tell that there are neighbours which need no
//! looking for, `NUD_NOARP`, such as multicast addresses, or proxies: [`NeighIndex::with_silent`].

use core::net::IpAddr;

use barelink_codec::rtnl::family::AddressFamily;
use barelink_codec::rtnl::group::Group;
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

/// A neighbour: which hardware address an address has on a link. Forwarding entries of bridges are
/// kept by [`FdbEntry`](crate::FdbEntry).
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct NeighEntry {
    /// The index of the link, `ndm_ifindex`.
    pub index: u32,
    /// More of what it is like, `NDA_FLAGS_EXT`.
    pub ext_flags: NeighExtFlags,
    /// How sure it is, `ndm_state`, as last told.
    pub state: NeighState,
    /// The address, `NDA_DST`.
    pub address: IpAddr,
    /// The hardware address, `NDA_LLADDR`; empty where it is not known, or of no use any more.
    pub lladdr: ShortBytes<32>,
    /// What it is like, `ndm_flags`.
    pub flags: NeighFlags,
    /// What the address is, `ndm_type`.
    pub ndm_type: RouteType,
    /// Who set it, `NDA_PROTOCOL`.
    pub protocol: RouteProtocol,
}

barelink_codec::flags! {
    /// Which fields of a neighbour differ. A neighbour in use changes its state every half a minute
    /// or so; who does not care takes away [`STATE`](NeighFields::STATE), and is left with the rest.
    pub NeighFields "": u32 {
        /// How sure it is.
        0x1 => STATE,
        /// Its hardware address: another, or none any more.
        0x2 => LLADDR,
        /// Its flags.
        0x4 => FLAGS,
        /// What the address is.
        0x8 => TYPE,
        /// Who set it.
        0x10 => PROTOCOL,
    }
}

impl Diff for NeighFields {
    fn is_empty(&self) -> bool {
        *self == NeighFields::EMPTY
    }
}

/// What tells neighbours apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct NeighKey {
    address: [u64; 2],
    index: u32,
    v6: bool,
    proxy: bool,
}

impl NeighKey {
    /// The key of the neighbour of this address on the link of this index.
    pub fn new(index: u32, address: IpAddr) -> Self {
        let (address, v6) = match address {
            IpAddr::V4(v4) => ([u32::from_ne_bytes(v4.octets()).into(), 0], false),
            IpAddr::V6(v6) => (halves(v6.octets()), true),
        };
        NeighKey { address, index, v6, proxy: false }
    }

    /// The key of an address that this machine answers for, on the link of this index.
    pub fn proxy(index: u32, address: IpAddr) -> Self {
        NeighKey { proxy: true, ..NeighKey::new(index, address) }
    }
}

impl NeighEntry {
    /// Whether it is no neighbour, but an address that this machine answers for, `NTF_PROXY`.
    pub const fn is_proxy(&self) -> bool {
        self.flags.contains(NeighFlags::PROXY)
    }

    /// Whether the kernel tells nobody that there is such a one.
    fn is_unnotified(&self) -> bool {
        self.is_proxy() || self.is_incomplete() || self.state.contains(NeighState::NOARP)
    }

    /// Whether nothing is known of it yet, or again.
    fn is_incomplete(&self) -> bool {
        self.state == NeighState::EMPTY || self.state.contains(NeighState::INCOMPLETE)
    }
}

/// Which neighbours are wanted; finds them by their links, and by their addresses.
#[derive(Debug, Clone, Copy, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct NeighIndex {
    family: Option<AddressFamily>,
    link: Option<u32>,
    unnotified: bool,
}

impl NeighIndex {
    /// All that the kernel tells of.
    pub const ALL: Self = NeighIndex { family: None, link: None, unnotified: false };

    /// Of these, those of this family, IPv4 or IPv6.
    pub const fn with_family(self, family: AddressFamily) -> Self {
        NeighIndex { family: Some(family), ..self }
    }

    /// Of these, those on the link of this index.
    pub const fn with_link(self, link: u32) -> Self {
        NeighIndex { link: Some(link), ..self }
    }

    /// These, and those of which the kernel does not tell that there are such: proxies, neighbours
    /// that need no looking for, and those that it has not found yet. They are there as of when all
    /// were last read.
    pub const fn with_unnotified(self) -> Self {
        NeighIndex { unnotified: true, ..self }
    }

    /// Looks up by link.
    const BY_LINK: usize = 0;
    /// Looks up by address.
    const BY_ADDRESS: usize = 1;

    /// The families that are wanted.
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
        let (neigh, gone) = match message.parse(neigh::NEW) {
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
        // What has no address is no neighbour.
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
        Ok(Some(if gone { Update::deleted(entry) } else { Update::full(entry) }))
    }

    fn dump_request(index: &NeighIndex, step: usize, request: &mut DumpRequest<'_>) -> bool {
        // The kernel has a table for neighbours of each version, and another one for proxies.
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
        // `struct ndmsg`: the family comes first, the link's index after three bytes of nothing.
        let link = index.link.map(|link| Condition::word(4, link));
        for family in index.families() {
            let family = Condition::byte(0, family.0);
            filter.accept_if(neigh::NEW.number(), [Some(family), link]);
            // One that goes from another link, too, disturbs what is being read.
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
        // What is read has a state that nobody is told of.
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
    /// Every neighbour on the link of this index.
    pub fn of_link(&self, index: u32) -> impl Iterator<Item = &NeighEntry> {
        self.lookup(NeighIndex::BY_LINK, &index).filter(move |entry| entry.index == index)
    }

    /// The neighbours of this address: of IPv6, several links may have one of the same.
    pub fn by_address(&self, address: IpAddr) -> impl Iterator<Item = &NeighEntry> {
        self.lookup(NeighIndex::BY_ADDRESS, &address).filter(move |entry| entry.address == address)
    }
}
