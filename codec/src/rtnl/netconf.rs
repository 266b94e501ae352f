//! Forwarding switches, of a link or of all: what `/proc/sys/net/ipv4/conf` has.

use crate::rtnl::ids::AddressFamily;

messages! {
    /// Forwarding switches.
    pub FAMILY "route/netconf": NetconfHeader, Netconf {
        /// Switches have changed, or are new with their link.
        80 => NEW,
        /// Switches are gone with their link.
        81 => DEL,
        /// Asks for a link's switches, or for those of all.
        82 => GET,
    }
}

structure! {
    /// `struct netconfmsg`.
    pub NetconfHeader "struct netconfmsg" "" (1) {
        /// IPv4, IPv6 or MPLS.
        0 => family: AddressFamily,
    }
}

attributes! {
    /// Forwarding switches, `NETCONFA_*`: 0 for off, 1 for on, unless it says otherwise.
    pub Netconf "NETCONFA_" {
        /// The index of the link; or all of them, or those to come.
        1 => IFINDEX: NetconfLink,
        /// Packets for others are forwarded.
        2 => FORWARDING: i32,
        /// Whether packets with a source that would be answered by another link are dropped: 1 yes,
        /// 2 if it would not be answered at all.
        3 => RP_FILTER: i32,
        /// Multicast packets are forwarded.
        4 => MC_FORWARDING: i32,
        /// Questions for machines elsewhere are answered.
        5 => PROXY_NEIGH: i32,
        /// Routes over links without a carrier do not count.
        6 => IGNORE_ROUTES_WITH_LINKDOWN: i32,
        /// Packets with labels are taken.
        7 => INPUT: i32,
        /// Packets for everyone on another link are forwarded.
        8 => BC_FORWARDING: i32,
        /// Packets are forwarded whatever the switch for all says; IPv6 only.
        9 => FORCE_FORWARDING: i32,
    }
}

values! {
    /// The index of a link, or which links, `NETCONFA_IFINDEX_*`.
    pub NetconfLink "NETCONFA_IFINDEX_": i32 {
        /// Those that are still to come.
        -2 => DEFAULT,
        /// All.
        -1 => ALL,
    }
}
