//! Looking up an IPv4 route, `NETLINK_FIB_LOOKUP`: a question and its answer are one structure,
//! without attributes. The kernel neither acknowledges it nor says when it is done.

use core::net::Ipv4Addr;

use crate::rtnl::ids::{RouteScope, RouteTable, RouteType};
use crate::value::StoredAs;

messages! {
    /// Looking up an IPv4 route.
    pub FAMILY "fib_lookup": FibLookup, () {
        /// A question, or its answer. The kernel looks at no number.
        0 => LOOKUP,
    }
}

structure! {
    /// `struct fib_result_nl`: what is asked, then what is answered.
    pub FibLookup "struct fib_result_nl" "" (20) {
        /// Asked: the destination.
        0 => addr: Ipv4Addr,
        /// Asked: the packet's mark.
        4 => mark: u32,
        /// Asked: its type of service.
        8 => tos: u8,
        /// Asked: how far away it may be.
        9 => max_scope: RouteScope,
        /// Asked: the table to look in; 0 for what the rules say.
        10 => table_in: RouteTable as StoredAs<RouteTable, u8>,
        /// Answered: the table that the route is in.
        11 => table: RouteTable as StoredAs<RouteTable, u8>,
        /// Answered: how many bits of the destination the route has.
        12 => prefix_len: u8,
        /// Answered: which of the route's next hops was chosen.
        13 => hop: u8,
        /// Answered: what happens to packets.
        14 => kind: RouteType,
        /// Answered: how far away the destination is.
        15 => scope: RouteScope,
        /// Answered: 0, or a negative errno.
        16 => error: i32,
    }
}
