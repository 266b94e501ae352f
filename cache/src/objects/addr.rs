//! Addresses of links: [`AddrEntry`].
//!
//! The kernel notifies of a new IPv6 address after duplicate address detection, a second or two
//! after a dump shows it as tentative.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use barelink_codec::rtnl::addr::{self, Addr, AddrFlags, AddrHeader, AddrProto};
use barelink_codec::rtnl::group::Group;
use barelink_codec::rtnl::ids::AddressFamily;
use barelink_codec::rtnl::route::RouteScope;
use barelink_codec::{Error, Message, Writer};

use crate::bits::{halves, mask_of};
use crate::cache::Cache;
use crate::entry::{Diff, DumpRequest, Entry, Index, Update};
use crate::filter::{ClassicFilter, Condition};
use crate::hash::Hasher;
use crate::kernel_rules::{Candidates, Effect, KernelRules};
use crate::lookup::Lookups;
use crate::short_bytes::ShortBytes;
use crate::trigger::Trigger;
use crate::view::CacheView;

/// Address of a link (`struct ifaddrmsg`).
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct AddrEntry {
    /// Interface index of the link (`ifa_index`).
    pub index: u32,
    /// Flags (`IFA_FLAGS`).
    pub flags: AddrFlags,
    /// Valid lifetime in seconds from when the message was received (`ifa_valid`); `u32::MAX` is
    /// infinite. Its passing is not a change.
    pub valid: u32,
    /// Preferred lifetime in seconds (`ifa_prefered`); `u32::MAX` is infinite. Its passing is not a
    /// change.
    pub preferred: u32,
    /// Metric of the address's prefix route (`IFA_RT_PRIORITY`).
    pub priority: u32,
    /// Prefix length in bits (`ifa_prefixlen`).
    pub prefix_len: u8,
    /// Scope (`ifa_scope`).
    pub scope: RouteScope,
    /// Address protocol (`IFA_PROTO`): what added the address.
    pub origin: AddrProto,
    addresses: Addresses,
}

/// Fields that only one of the two IP versions has.
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
enum Addresses {
    V4 { local: [u8; 4], peer: [u8; 4], broadcast: Option<[u8; 4]>, label: ShortBytes<15> },
    V6 { local: [u8; 16], peer: [u8; 16] },
}

impl AddrEntry {
    /// Returns the address: `IFA_LOCAL`, or without it `IFA_ADDRESS`.
    pub fn address(&self) -> IpAddr {
        match self.addresses {
            Addresses::V4 { local, .. } => Ipv4Addr::from(local).into(),
            Addresses::V6 { local, .. } => Ipv6Addr::from(local).into(),
        }
    }

    /// Returns the peer's address on a point-to-point link (`IFA_ADDRESS`), otherwise the address
    /// itself.
    pub fn peer(&self) -> IpAddr {
        match self.addresses {
            Addresses::V4 { peer, .. } => Ipv4Addr::from(peer).into(),
            Addresses::V6 { peer, .. } => Ipv6Addr::from(peer).into(),
        }
    }

    /// Returns the broadcast address (`IFA_BROADCAST`); `None` for IPv6.
    pub fn broadcast(&self) -> Option<Ipv4Addr> {
        match self.addresses {
            Addresses::V4 { broadcast, .. } => broadcast.map(Ipv4Addr::from),
            Addresses::V6 { .. } => None,
        }
    }

    /// Returns the address label, as shown by `ifconfig` (`IFA_LABEL`); `None` for IPv6.
    pub fn label(&self) -> Option<&ShortBytes<15>> {
        match &self.addresses {
            Addresses::V4 { label, .. } => Some(label),
            Addresses::V6 { .. } => None,
        }
    }
}

barelink_codec::flags! {
    /// Fields in which two addresses differ.
    pub AddrFields "": u32 {
        /// Address flags (`IFA_FLAGS`).
        0x1 => FLAGS,
        /// Scope, prefix length, broadcast address, label, or metric of the prefix route.
        0x2 => SETTINGS,
        /// Address protocol (`IFA_PROTO`).
        0x4 => ORIGIN,
        /// Lifetimes: infinite or not.
        0x8 => LIFETIME,
    }
}

impl Diff for AddrFields {
    fn is_empty(&self) -> bool {
        *self == AddrFields::EMPTY
    }
}

/// Key of an address. For IPv4 it includes the prefix length and the peer, as several addresses can
/// differ only in these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct AddrKey {
    address: [u64; 2],
    index: u32,
    peer: u32,
    prefix_len: u8,
    v6: bool,
}

impl AddrKey {
    /// Creates the key of an address without a peer on a link. The prefix length counts for IPv4
    /// only.
    pub fn new(index: u32, address: IpAddr, prefix_len: u8) -> Self {
        match address {
            IpAddr::V4(v4) => AddrKey::v4(index, v4.octets(), v4.octets(), prefix_len),
            IpAddr::V6(v6) => {
                AddrKey { address: halves(v6.octets()), index, peer: 0, prefix_len: 0, v6: true }
            }
        }
    }

    fn v4(index: u32, local: [u8; 4], peer: [u8; 4], prefix_len: u8) -> Self {
        let (local, peer) = (u32::from_ne_bytes(local), u32::from_ne_bytes(peer));
        AddrKey { address: [local.into(), 0], index, peer, prefix_len, v6: false }
    }
}

/// Selection of the wanted addresses. Look-ups: by link, by address.
#[derive(Debug, Clone, Copy, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct AddrIndex {
    family: Option<AddressFamily>,
    link: Option<u32>,
}

impl AddrIndex {
    /// Look-up by link.
    pub(crate) const BY_LINK: usize = 0;
    /// Look-up by address.
    pub(crate) const BY_ADDRESS: usize = 1;

    /// Every address of IPv4 and IPv6.
    pub const ALL: Self = AddrIndex { family: None, link: None };

    /// Restricts the selection to a family.
    pub const fn with_family(self, family: AddressFamily) -> Self {
        AddrIndex { family: Some(family), ..self }
    }

    /// Restricts the selection to the link with this interface index.
    pub const fn with_link(self, link: u32) -> Self {
        AddrIndex { link: Some(link), ..self }
    }

    pub(crate) fn dump_request(
        &self,
        step: usize,
        request: &mut DumpRequest<'_>,
        fill: impl FnOnce(&mut Writer<'_, Addr>),
    ) -> bool {
        // One dump per family, as a kernel without IPv6 answers its dump with an error.
        let mut steps = [AddressFamily::INET, AddressFamily::INET6]
            .into_iter()
            .filter(|family| self.family.is_none_or(|wanted| wanted == *family));
        let Some(family) = steps.nth(step) else { return false };
        let header = AddrHeader { family, index: self.link.unwrap_or(0), ..Default::default() };
        request.dump(addr::GET, header, fill)
    }

    fn is_of(&self, v6: bool) -> bool {
        let family = if v6 { AddressFamily::INET6 } else { AddressFamily::INET };
        self.family.is_none_or(|wanted| wanted == family)
    }
}

impl Index<AddrEntry> for AddrIndex {
    type Lookups = Lookups<2>;
    const NEW: Self = AddrIndex::ALL;

    fn hash(entry: &AddrEntry, lookup: usize, hasher: Hasher) -> Option<u32> {
        match lookup {
            AddrIndex::BY_LINK => Some(hasher.hash_one(&entry.index)),
            _ => Some(hasher.hash_one(&entry.address())),
        }
    }
    fn wants(&self, entry: &AddrEntry) -> bool {
        self.is_of(entry.address().is_ipv6()) && self.link.is_none_or(|link| link == entry.index)
    }
}

impl Entry for AddrEntry {
    type Key = AddrKey;
    type Diff = AddrFields;
    type Index = AddrIndex;
    const GROUPS: &'static [u32] = &[Group::IPV4_IFADDR.0, Group::IPV6_IFADDR.0, Group::LINK.0];

    fn key(&self) -> AddrKey {
        match self.addresses {
            Addresses::V4 { local, peer, .. } => {
                AddrKey::v4(self.index, local, peer, self.prefix_len)
            }
            Addresses::V6 { local, .. } => AddrKey {
                address: halves(local),
                index: self.index,
                peer: 0,
                prefix_len: 0,
                v6: true,
            },
        }
    }

    fn diff(&self, new: &Self) -> AddrFields {
        let infinite = |entry: &Self| (entry.valid == u32::MAX, entry.preferred == u32::MAX);
        AddrFields(mask_of([
            (self.flags != new.flags, AddrFields::FLAGS.0),
            (
                self.addresses != new.addresses
                    || (self.scope, self.prefix_len, self.priority)
                        != (new.scope, new.prefix_len, new.priority),
                AddrFields::SETTINGS.0,
            ),
            (self.origin != new.origin, AddrFields::ORIGIN.0),
            (infinite(self) != infinite(new), AddrFields::LIFETIME.0),
        ]))
    }

    fn read(message: &Message<'_>) -> Result<Option<Update<Self>>, Error> {
        let (addr, deleted) = match message.parse(addr::NEW) {
            Some(addr) => (addr, false),
            None => match message.parse(addr::DEL) {
                Some(addr) => (addr, true),
                None => return Ok(None),
            },
        };
        let v6 = match addr.header.family {
            AddressFamily::INET => false,
            AddressFamily::INET6 => true,
            _ => return Ok(None),
        };
        let (address, local, label, broadcast, life, flags, priority, origin) = addr.find((
            Addr::ADDRESS,
            Addr::LOCAL,
            Addr::LABEL,
            Addr::BROADCAST,
            Addr::CACHEINFO,
            Addr::FLAGS,
            Addr::RT_PRIORITY,
            Addr::PROTO,
        ))?;
        let local = match local.get()? {
            Some(local) => local,
            None => address.require()?,
        };
        let peer = address.get()?.unwrap_or(local);
        let odd = Error::Payload { attr: Addr::LOCAL.name(), len: 0 };
        let addresses = match (local, peer) {
            (IpAddr::V4(local), IpAddr::V4(peer)) if !v6 => Addresses::V4 {
                local: local.octets(),
                peer: peer.octets(),
                broadcast: broadcast.get().ok().flatten().map(|address| address.octets()),
                label: label
                    .get()
                    .ok()
                    .flatten()
                    .map(|label| ShortBytes::new(label.0))
                    .unwrap_or_default(),
            },
            (IpAddr::V6(local), IpAddr::V6(peer)) if v6 => {
                Addresses::V6 { local: local.octets(), peer: peer.octets() }
            }
            _ => return Err(odd),
        };
        let life = life.get().ok().flatten();
        let entry = AddrEntry {
            index: addr.header.index,
            flags: flags.get().ok().flatten().unwrap_or(addr.header.flags),
            valid: life.map_or(u32::MAX, |life| life.valid),
            preferred: life.map_or(u32::MAX, |life| life.preferred),
            priority: priority.get().ok().flatten().unwrap_or(0),
            prefix_len: addr.header.prefix_len,
            scope: addr.header.scope,
            origin: origin.get().ok().flatten().unwrap_or(AddrProto::UNSPEC),
            addresses,
        };
        Ok(Some(if deleted { Update::deleted(entry) } else { Update::full(entry) }))
    }

    fn dump_request(index: &AddrIndex, step: usize, request: &mut DumpRequest<'_>) -> bool {
        index.dump_request(step, request, |_| {})
    }

    fn wants_group(index: &AddrIndex, group: u32) -> bool {
        match Group(group) {
            Group::IPV4_IFADDR => index.is_of(false),
            Group::IPV6_IFADDR => index.is_of(true),
            _ => true,
        }
    }

    fn socket_filter(index: &AddrIndex, filter: &mut ClassicFilter) {
        // `struct ifaddrmsg`: the family is at offset 0, the interface index at offset 4.
        let family = index.family.map(|family| Condition::byte(0, family.0));
        let link = index.link.map(|link| Condition::word(4, link));
        for message_type in [addr::NEW.number(), addr::DEL.number()] {
            filter.accept_if(message_type, [family, link]);
        }
        filter.accept_types(&[barelink_codec::rtnl::link::DEL.number()]);
    }
}

impl KernelRules for AddrEntry {
    fn candidates(trigger: &Trigger, nth: usize) -> Candidates {
        match trigger {
            Trigger::LinkDeleted { index } if nth == 0 => {
                Candidates::Lookup { lookup: AddrIndex::BY_LINK, key: *index as u32 }
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

impl<const N: usize> Cache<AddrEntry, N> {
    /// Returns the addresses of the link with this interface index.
    pub fn of_link(&self, index: u32) -> impl Iterator<Item = &AddrEntry> {
        self.lookup(AddrIndex::BY_LINK, &index).filter(move |entry| entry.index == index)
    }

    /// Returns the entries with this address; several links can have the same.
    pub fn by_address(&self, address: IpAddr) -> impl Iterator<Item = &AddrEntry> {
        self.lookup(AddrIndex::BY_ADDRESS, &address).filter(move |entry| entry.address() == address)
    }
}
