//! Route entry: fields, accessors, list of next hops.

use core::fmt;
use core::hash::Hasher as _;
use core::net::IpAddr;

use barelink_codec::rtnl::ids::AddressFamily;
use barelink_codec::rtnl::route::{RouteProtocol, RouteScope, RouteTable, RouteType};

use super::hop::{RouteNextHop, address};
use crate::bits::halves;
use crate::hash::Hasher;

/// Route (`struct rtmsg`) with at most `HOPS` next hops, of at most `LABELS` MPLS labels each.
///
/// [`is_truncated`](RouteEntry::is_truncated) returns whether some did not fit.
#[derive(Clone, Copy, PartialEq)]
pub struct RouteEntry<const HOPS: usize = 1, const LABELS: usize = 0> {
    pub(super) dst: [u8; 16],
    pub(super) src: [u8; 16],
    pub(super) prefsrc: [u8; 16],
    pub(super) hops: [RouteNextHop<LABELS>; HOPS],
    /// Routing table (`RTA_TABLE`).
    pub table: RouteTable,
    /// Metric (`RTA_PRIORITY`); the lowest is preferred.
    pub priority: u32,
    /// ID of the next hop object (`RTA_NH_ID`); 0 for none.
    pub nexthop_id: u32,
    /// Path MTU in bytes (`RTAX_MTU`); 0 if not set.
    pub mtu: u16,
    /// Address family: IPv4, IPv6 or MPLS.
    pub family: AddressFamily,
    /// Prefix length of the destination in bits.
    pub dst_len: u8,
    /// Prefix length of the source in bits; 0 except for IPv6.
    pub src_len: u8,
    /// TOS of the packets that the route is for; 0 for any.
    pub tos: u8,
    /// Protocol that added the route (`rtm_protocol`).
    pub protocol: RouteProtocol,
    /// Scope (`rtm_scope`).
    pub scope: RouteScope,
    /// Type of the route (`rtm_type`).
    pub rtm_type: RouteType,
    /// Number of next hops, including those that did not fit.
    pub(super) count: u8,
    pub(super) marks: u8,
}

impl<const HOPS: usize, const LABELS: usize> fmt::Debug for RouteEntry<HOPS, LABELS> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RouteEntry")
            .field("family", &self.family)
            .field("dst", &(self.dst(), self.dst_len))
            .field("label", &self.label())
            .field("src", &(self.src(), self.src_len))
            .field("tos", &self.tos)
            .field("table", &self.table)
            .field("priority", &self.priority)
            .field("rtm_type", &self.rtm_type)
            .field("scope", &self.scope)
            .field("protocol", &self.protocol)
            .field("prefsrc", &self.prefsrc())
            .field("mtu", &self.mtu)
            .field("nexthop_id", &self.nexthop_id)
            .field("hops", &self.hops())
            .field("hop_count", &self.count)
            .field("is_truncated", &self.is_truncated())
            .finish()
    }
}

#[cfg(feature = "defmt")]
impl<const HOPS: usize, const LABELS: usize> defmt::Format for RouteEntry<HOPS, LABELS> {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(
            f,
            "RouteEntry {{ family: {}, dst: ({}, {})",
            self.family,
            self.dst(),
            self.dst_len
        );
        defmt::write!(f, ", label: {}, src: ({}, {})", self.label(), self.src(), self.src_len);
        defmt::write!(f, ", tos: {}, table: {}, priority: {}", self.tos, self.table, self.priority);
        defmt::write!(
            f,
            ", rtm_type: {}, scope: {}, protocol: {}",
            self.rtm_type,
            self.scope,
            self.protocol
        );
        defmt::write!(f, ", prefsrc: {}, mtu: {}", self.prefsrc(), self.mtu);
        defmt::write!(f, ", nexthop_id: {}, hops: {}", self.nexthop_id, self.hops());
        defmt::write!(f, ", hop_count: {}, is_truncated: {} }}", self.count, self.is_truncated());
    }
}

/// Some next hops or labels did not fit.
pub(super) const TRUNCATED: u8 = 0x1;
/// Offloaded to hardware, or failed to be.
pub(super) const OFFLOADED: u8 = 0x2;
pub(super) const OFFLOAD_FAILED: u8 = 0x4;
/// Learned from a router advertisement, with a lifetime: not joined to a multipath route.
pub(super) const EXPIRES: u8 = 0x8;
/// The kernel may have the route twice: it replaced another route of the key by this one.
pub(super) const DUPLICATE: u8 = 0x10;

impl<const HOPS: usize, const LABELS: usize> RouteEntry<HOPS, LABELS> {
    /// Returns the destination (`RTA_DST`), of [`dst_len`](RouteEntry::dst_len) bits; `None` for
    /// MPLS.
    pub fn dst(&self) -> Option<IpAddr> {
        address(self.family, self.dst)
    }

    /// Returns the incoming label; `None` except for MPLS.
    pub fn label(&self) -> Option<u32> {
        let [a, b, c, d, ..] = self.dst;
        (self.family == AddressFamily::MPLS).then_some(u32::from_be_bytes([a, b, c, d]))
    }

    /// Returns the source prefix (`RTA_SRC`), of [`src_len`](RouteEntry::src_len) bits; `None` if
    /// the route is for any source.
    pub fn src(&self) -> Option<IpAddr> {
        address(self.family, self.src).filter(|_| self.src_len > 0)
    }

    /// Returns the preferred source address (`RTA_PREFSRC`).
    pub fn prefsrc(&self) -> Option<IpAddr> {
        address(self.family, self.prefsrc).filter(|_| self.prefsrc != [0; 16])
    }

    /// Returns the next hops that fit.
    pub fn hops(&self) -> &[RouteNextHop<LABELS>] {
        self.hops.get(..usize::from(self.count)).unwrap_or(&self.hops)
    }

    /// Returns the number of next hops, including those that did not fit.
    pub const fn hop_count(&self) -> usize {
        self.count as usize
    }

    /// Returns the first next hop.
    pub fn hop(&self) -> Option<&RouteNextHop<LABELS>> {
        self.hops().first()
    }

    /// Returns whether some next hops or labels did not fit.
    pub const fn is_truncated(&self) -> bool {
        self.marks & TRUNCATED != 0
    }

    /// Returns whether the route is in hardware (`RTM_F_OFFLOAD` or `RTM_F_TRAP`).
    pub const fn is_offloaded(&self) -> bool {
        self.marks & OFFLOADED != 0
    }

    /// Returns whether hardware rejected the route (`RTM_F_OFFLOAD_FAILED`).
    pub const fn is_offload_failed(&self) -> bool {
        self.marks & OFFLOAD_FAILED != 0
    }

    pub(super) fn hops_mut(&mut self) -> &mut [RouteNextHop<LABELS>] {
        let count = usize::from(self.count).min(HOPS);
        self.hops.get_mut(..count).unwrap_or_default()
    }

    /// Adds a next hop. Those of IPv6 are sorted, as the kernel reports them in any order.
    pub(super) fn add_hop(&mut self, hop: RouteNextHop<LABELS>) {
        let count = usize::from(self.count);
        self.count = self.count.saturating_add(1);
        if count >= HOPS {
            self.marks |= TRUNCATED;
        }
        let order = |hop: &RouteNextHop<LABELS>| (hop.index, hop.family, hop.gateway);
        let mut hop = hop;
        for (at, slot) in self.hops.iter_mut().enumerate() {
            if at >= count {
                *slot = hop;
                return;
            }
            if self.family == AddressFamily::INET6 && order(&hop) < order(slot) {
                core::mem::swap(&mut hop, slot);
            }
        }
    }

    /// Removes the next hops for which `keep` is `false`. Returns the number of removed next hops.
    pub(super) fn retain_hops(&mut self, keep: impl Fn(&RouteNextHop<LABELS>) -> bool) -> u8 {
        let before = self.count;
        let missing = before.saturating_sub(self.hops().len() as u8);
        let (mut hops, mut stored) = ([RouteNextHop::NONE; HOPS], 0u8);
        for (hop, slot) in self.hops().iter().filter(|hop| keep(hop)).zip(&mut hops) {
            *slot = *hop;
            stored = stored.saturating_add(1);
        }
        (self.hops, self.count) = (hops, stored.saturating_add(missing));
        if let ([only], 1) = (self.hops_mut(), stored) {
            // A route with one next hop has no weight.
            only.weight_less_one = 0;
        }
        before.saturating_sub(self.count)
    }

    /// Returns whether the route is one that IPv6 joins with others by gateways to a multipath
    /// route.
    pub(super) fn qualifies_for_ecmp(&self) -> bool {
        self.family == AddressFamily::INET6
            && self.nexthop_id == 0
            && self.marks & EXPIRES == 0
            && self.hop().is_some_and(|hop| hop.family != 0)
    }

    /// Returns the hash of family, table and prefix.
    pub(super) fn prefix_hash(
        family: u8,
        table: u32,
        len: u8,
        dst: [u8; 16],
        hasher: Hasher,
    ) -> u32 {
        let [low, high] = halves(dst);
        let mut hasher = hasher;
        hasher.write_u64(low ^ u64::from(table) << 32 ^ u64::from(len) << 8 ^ u64::from(family));
        if high != 0 {
            hasher.write_u64(high);
        }
        hasher.finish() as u32
    }

    pub(super) fn has_prefix(
        &self,
        family: AddressFamily,
        table: RouteTable,
        dst: [u8; 16],
        len: u8,
    ) -> bool {
        (self.family, self.table, self.dst_len) == (family, table, len) && self.dst == dst
    }
}
