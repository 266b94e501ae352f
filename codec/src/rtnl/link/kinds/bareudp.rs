//! `bareudp`: packets in UDP, with nothing between.

use crate::value::{Be, Flag};

attributes! {
    /// The attributes of a tunnel of bare UDP, `IFLA_BAREUDP_*`.
    pub Bareudp "IFLA_BAREUDP_" {
        /// The port that its packets go to.
        1 => PORT: Be<u16>,
        /// The Ethernet type of what it carries.
        2 => ETHERTYPE: Be<u16>,
        /// The lowest port that its packets come from; in the machine's byte order.
        3 => SRCPORT_MIN: u16,
        /// Carries IPv6 with IPv4, or multicast MPLS with unicast.
        4 => MULTIPROTO_MODE: Flag,
    }
}
