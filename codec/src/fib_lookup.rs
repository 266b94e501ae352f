//! IPv4 route lookup, `NETLINK_FIB_LOOKUP`. Request and reply are one structure without attributes;
//! the kernel sends no acknowledgement.

use core::net::Ipv4Addr;

use crate::rtnl::ids::{RouteScope, RouteTable, RouteType};
use crate::value::StoredAs;

messages! {
    /// IPv4 route lookup.
    pub FAMILY "fib_lookup": FibLookup, () {
        /// Request or reply; the kernel ignores the message type.
        0 => LOOKUP "",
    }
}

structure! {
    /// Lookup request and its result.
    pub FibLookup "struct fib_result_nl" "" (20) {
        /// Request: destination address, in network byte order.
        0 => addr "fl_addr": Ipv4Addr,
        /// Request: firewall mark of the packet.
        4 => mark "fl_mark": u32,
        /// Request: type of service of the packet.
        8 => tos "fl_tos": u8,
        /// Request: scope that the route must have at least.
        9 => max_scope "fl_scope": RouteScope,
        /// Request: routing table; 0 follows the policy rules.
        10 => table_in "tb_id_in": RouteTable as StoredAs<RouteTable, u8>,
        /// Reply: routing table of the route.
        11 => table "tb_id": RouteTable as StoredAs<RouteTable, u8>,
        /// Reply: prefix length of the route in bits.
        12 => prefix_len "prefixlen": u8,
        /// Reply: index of the selected next hop.
        13 => hop "nh_sel": u8,
        /// Reply: type of the route.
        14 => route_type "type": RouteType,
        /// Reply: scope of the route.
        15 => scope: RouteScope,
        /// Reply: 0, or a negative errno.
        16 => error "err": i32,
    }
}
