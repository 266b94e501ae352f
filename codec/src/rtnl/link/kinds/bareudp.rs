//! `bareudp`: UDP encapsulation of L3 protocols without a header of its own.

use crate::value::{Be, Flag};

attributes! {
    /// Settings of a bareudp interface.
    pub Bareudp "IFLA_BAREUDP_" {
        /// UDP destination port.
        1 => PORT: Be<u16>,
        /// EtherType of the payload.
        2 => ETHERTYPE: Be<u16>,
        /// Minimum of the UDP source port, in host byte order.
        3 => SRCPORT_MIN: u16,
        /// Multiprotocol mode: IPv6 along with IPv4, or multicast MPLS along with unicast.
        4 => MULTIPROTO_MODE: Flag,
    }
}
