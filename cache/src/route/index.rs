//! Which routes are wanted, and how they are found: by prefix, by link, by longest match.

use core::net::IpAddr;

use barelink_codec::rtnl::ids::AddressFamily;
use barelink_codec::rtnl::route::{RouteProtocol, RouteTable};

use super::{RouteEntry, RouteNextHop, family_of, masked, octets};
use crate::entry::Index;
use crate::hash::Hasher;
use crate::table::{Cache, Lookups};

/// Which routes are wanted; finds them by prefix and by link.
#[derive(Debug, Clone, Copy)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct RouteIndex {
    pub(super) family: Option<AddressFamily>,
    pub(super) table: Option<RouteTable>,
    pub(super) protocol: Option<RouteProtocol>,
    pub(super) link: Option<u32>,
    /// How many there are of each length.
    v4: [u32; 33],
    v6: [u32; 129],
}

impl RouteIndex {
    /// Looks up by prefix.
    pub(super) const BY_PREFIX: usize = 0;
    /// Looks up by the link of the only next hop.
    pub(super) const BY_LINK: usize = 1;
    /// In place of a link: several next hops, or none.
    pub(super) const SEVERAL: u32 = u32::MAX;

    /// All, of IPv4 and IPv6.
    pub const ALL: Self = RouteIndex {
        family: None,
        table: None,
        protocol: None,
        link: None,
        v4: [0; 33],
        v6: [0; 129],
    };

    /// Of these, those of this family.
    pub const fn of(self, family: AddressFamily) -> Self {
        RouteIndex { family: Some(family), ..self }
    }

    /// Of these, those in this table.
    pub const fn within(self, table: RouteTable) -> Self {
        RouteIndex { table: Some(table), ..self }
    }

    /// Of these, those that were set by this one.
    pub const fn set_by(self, protocol: RouteProtocol) -> Self {
        RouteIndex { protocol: Some(protocol), ..self }
    }

    /// Of these, those that go by the link of this index.
    pub const fn by_link(self, link: u32) -> Self {
        RouteIndex { link: Some(link), ..self }
    }

    pub(super) fn is_of(&self, family: AddressFamily) -> bool {
        match self.family {
            Some(wanted) => wanted == family,
            None => matches!(family, AddressFamily::INET | AddressFamily::INET6),
        }
    }

    fn count(&mut self, family: AddressFamily, len: u8) -> Option<&mut u32> {
        match family {
            AddressFamily::INET => self.v4.get_mut(usize::from(len)),
            AddressFamily::INET6 => self.v6.get_mut(usize::from(len)),
            _ => None,
        }
    }

    /// The lengths of prefixes that there are, the longest first.
    fn lengths(&self, family: AddressFamily) -> impl Iterator<Item = u8> + use<'_> {
        let (counts, longest): (&[u32], u8) = match family {
            AddressFamily::INET => (&self.v4, 32),
            _ => (&self.v6, 128),
        };
        (0..=longest)
            .rev()
            .zip(counts.iter().rev())
            .filter(|(_, count)| **count > 0)
            .map(|(len, _)| len)
    }
}

impl<const HOPS: usize, const LABELS: usize> Index<RouteEntry<HOPS, LABELS>> for RouteIndex {
    type Lookups = Lookups<2>;
    const NEW: Self = RouteIndex::ALL;

    #[inline]
    fn hash(route: &RouteEntry<HOPS, LABELS>, lookup: usize, hasher: Hasher) -> Option<u32> {
        if lookup == RouteIndex::BY_PREFIX {
            let RouteEntry { family, table, dst_len, dst, .. } = *route;
            let hash = RouteEntry::<HOPS, LABELS>::prefix_hash;
            return Some(hash(family.0, table.0, dst_len, dst, hasher));
        }
        let number = match route.hops() {
            [only] if route.count == 1 => only.index,
            _ => RouteIndex::SEVERAL,
        };
        Some(hasher.of(&number))
    }
    fn wants(&self, route: &RouteEntry<HOPS, LABELS>) -> bool {
        self.is_of(route.family)
            && self.table.is_none_or(|table| table == route.table)
            && self.protocol.is_none_or(|protocol| protocol == route.protocol)
            && self.link.is_none_or(|link| route.hops().iter().any(|hop| hop.index == link))
    }
    fn added(&mut self, route: &RouteEntry<HOPS, LABELS>) {
        if let Some(count) = self.count(route.family, route.dst_len) {
            *count = count.saturating_add(1);
        }
    }
    fn removed(&mut self, route: &RouteEntry<HOPS, LABELS>) {
        if let Some(count) = self.count(route.family, route.dst_len) {
            *count = count.saturating_sub(1);
        }
    }
}

impl<const H: usize, const L: usize, const N: usize> Cache<RouteEntry<H, L>, N> {
    /// Every route to just this prefix in this table.
    pub fn by_prefix(
        &self,
        table: RouteTable,
        prefix: IpAddr,
        len: u8,
    ) -> impl Iterator<Item = &RouteEntry<H, L>> {
        let (family, dst) = (family_of(prefix), octets(prefix));
        let dst = masked(dst, len);
        let hash =
            move |hasher| RouteEntry::<H, L>::prefix_hash(family.0, table.0, len, dst, hasher);
        self.among()
            .hashed(RouteIndex::BY_PREFIX, hash)
            .map(|(_, route)| route)
            .filter(move |route| route.has_prefix(family, table, dst, len))
    }

    /// The route in this table that a packet to this address takes, as far as its destination says:
    /// the one with the longest prefix, of those the one with the lowest metric. Routes for one type
    /// of service, or one source only, do not count, nor those whose links are down.
    pub fn longest_match(&self, table: RouteTable, to: IpAddr) -> Option<&RouteEntry<H, L>> {
        let down = |route: &RouteEntry<H, L>| {
            !route.hops().is_empty() && route.hops().iter().all(RouteNextHop::is_down)
        };
        self.index().lengths(family_of(to)).find_map(|len| {
            self.by_prefix(table, to, len)
                .filter(|route| route.tos == 0 && route.src_len == 0 && !down(route))
                .min_by_key(|route| route.priority)
        })
    }

    /// Every route whose only next hop goes by the link of this index.
    pub fn of_link(&self, index: u32) -> impl Iterator<Item = &RouteEntry<H, L>> {
        self.found(RouteIndex::BY_LINK, &index).filter(move |route| {
            route.count == 1 && route.hop().is_some_and(|hop| hop.index == index)
        })
    }
}
