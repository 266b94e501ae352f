//! Look-ups of routes: by prefix, by link, by longest match.

use core::net::IpAddr;

use barelink_codec::rtnl::route::RouteTable;

use super::entry::RouteEntry;
use super::hop::{RouteNextHop, family_of};
use super::index::RouteIndex;
use crate::bits::{masked, octets};
use crate::cache::Cache;
use crate::entry::Index;
use crate::hash::Hasher;
use crate::lookup::Lookups;

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
            _ => RouteIndex::NO_SINGLE_LINK,
        };
        Some(hasher.hash_one(&number))
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
    /// Returns the routes to exactly this prefix in a table.
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
        self.view()
            .lookup(RouteIndex::BY_PREFIX, hash)
            .map(|(_, route)| route)
            .filter(move |route| route.has_prefix(family, table, dst, len))
    }

    /// Returns the route of a table that a packet to this address takes, by destination alone: the
    /// longest prefix, and of these the lowest metric. Routes with a TOS or a source prefix, and
    /// those without a usable next hop, are ignored.
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

    /// Returns the routes whose only next hop is on the link with this interface index.
    pub fn of_link(&self, index: u32) -> impl Iterator<Item = &RouteEntry<H, L>> {
        self.lookup(RouteIndex::BY_LINK, &index).filter(move |route| {
            route.count == 1 && route.hop().is_some_and(|hop| hop.index == index)
        })
    }
}
