//! Keys of routes, and the fields in which two routes differ.

use core::hash::Hash;
use core::net::IpAddr;

use barelink_codec::rtnl::route::RouteTable;

use super::hop::family_of;
use crate::bits::{halves, masked, octets};
use crate::entry::Diff;

/// What routes are looked up by: all but their next hops, and what they do with packets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct RouteKey {
    pub(super) dst: [u64; 2],
    pub(super) src: [u64; 2],
    pub(super) table: u32,
    pub(super) priority: u32,
    /// The family, the lengths, and the type of service, a byte each.
    pub(super) small: u32,
    /// What IPv6 routes without a gateway have in slot of it: a link, or a next hop object.
    pub(super) by: u32,
}

impl RouteKey {
    /// The key of routes to this prefix in this table, with this metric. Routes of IPv6 that go by no
    /// gateway have the [link](RouteKey::with_path) in it, too.
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

    /// For this type of service.
    pub const fn with_tos(self, tos: u8) -> Self {
        let [family, dst_len, src_len, _] = self.small.to_ne_bytes();
        RouteKey { small: u32::from_ne_bytes([family, dst_len, src_len, tos]), ..self }
    }

    /// Of IPv6: by this link and no gateway, or by this next hop object.
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
    /// Which fields of a route differ.
    pub RouteFields "": u32 {
        /// Its next hops: which there are, their weights, labels, or flags other than those below.
        0x1 => HOPS,
        /// Whether a next hop's link is down, or has no carrier.
        0x2 => DOWN,
        /// What happens to packets.
        0x4 => TYPE,
        /// Who set it.
        0x8 => PROTOCOL,
        /// Its scope, or the source address for packets that have none.
        0x10 => SOURCE,
        /// The next hop object that it goes by.
        0x20 => NEXTHOP_ID,
        /// Its MTU.
        0x40 => MTU,
        /// Whether hardware has it.
        0x80 => OFFLOAD,
        /// Its metric, or what else it is looked up by.
        0x100 => KEY,
    }
}

impl Diff for RouteFields {
    fn is_empty(&self) -> bool {
        *self == RouteFields::EMPTY
    }
}
