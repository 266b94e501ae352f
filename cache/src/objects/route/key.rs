//! Keys of routes, and the fields in which two routes differ.

use core::hash::Hash;
use core::net::IpAddr;

use barelink_codec::rtnl::route::RouteTable;

use super::hop::family_of;
use crate::bits::{halves, masked, octets};
use crate::entry::Diff;

/// Key of routes: prefix, table, metric, TOS; for IPv6 without a gateway, the link or the next hop
/// object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct RouteKey {
    pub(super) dst: [u64; 2],
    pub(super) src: [u64; 2],
    pub(super) table: u32,
    pub(super) priority: u32,
    /// Family, two prefix lengths and TOS, one byte each.
    pub(super) small: u32,
    /// IPv6 without a gateway: interface index of the link, or ID of the next hop object.
    pub(super) by: u32,
}

impl RouteKey {
    /// Creates the key of routes to a prefix, with TOS 0. For IPv6 routes without a gateway, add
    /// [`with_path`](RouteKey::with_path).
    pub fn new(table: RouteTable, dst: IpAddr, len: u8, priority: u32) -> Self {
        let small = [family_of(dst).0, len, 0, 0];
        RouteKey {
            dst: halves(masked(octets(dst), len)),
            src: [0; 2],
            table: table.0,
            priority,
            small: u32::from_ne_bytes(small),
            by: 0,
        }
    }

    /// Sets the TOS.
    pub const fn with_tos(self, tos: u8) -> Self {
        let [family, dst_len, src_len, _] = self.small.to_ne_bytes();
        RouteKey { small: u32::from_ne_bytes([family, dst_len, src_len, tos]), ..self }
    }

    /// Sets the link of an IPv6 route without a gateway (interface index), or its next hop object
    /// (ID).
    pub const fn with_path(self, number: u32) -> Self {
        RouteKey { by: number, ..self }
    }
}

impl Hash for RouteKey {
    #[inline(always)]
    fn hash<H: core::hash::Hasher>(&self, state: &mut H) {
        state.write_u64(self.dst[0] ^ u64::from(self.table) << 32 ^ u64::from(self.small));
        if self.dst[1] | self.src[0] | self.src[1] != 0 {
            state.write_u64(self.dst[1]);
            state.write_u64(self.src[0] ^ self.src[1].rotate_left(17));
        }
        state.write_u64(u64::from(self.priority) << 32 | u64::from(self.by));
    }
}

barelink_codec::flags! {
    /// Fields in which two routes differ.
    pub RouteFields "": u32 {
        /// Next hops: their number, weights, labels, or flags other than those of `DOWN`.
        0x1 => HOPS,
        /// Usability of a next hop (`RTNH_F_DEAD`, `RTNH_F_LINKDOWN`).
        0x2 => DOWN,
        /// Type of the route.
        0x4 => TYPE,
        /// Protocol that added the route (`rtm_protocol`).
        0x8 => PROTOCOL,
        /// Scope, or preferred source address.
        0x10 => SOURCE,
        /// Next hop object.
        0x20 => NEXTHOP_ID,
        /// Path MTU.
        0x40 => MTU,
        /// Hardware offload.
        0x80 => OFFLOAD,
        /// Metric, or another field of the key.
        0x100 => KEY,
    }
}

impl Diff for RouteFields {
    fn is_empty(&self) -> bool {
        *self == RouteFields::EMPTY
    }
}
