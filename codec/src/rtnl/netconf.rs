//! Network configuration of a link, of all links, or by default: part of the sysctls in
//! `/proc/sys/net/ipv4/conf`, `/proc/sys/net/ipv6/conf` and `/proc/sys/net/mpls/conf`
//! (`RTM_NEWNETCONF`, `RTM_DELNETCONF`, `RTM_GETNETCONF`).

use crate::rtnl::ids::AddressFamily;

messages! {
    /// Network configuration messages.
    pub FAMILY "route/netconf": NetconfHeader, Netconf {
        /// New or changed configuration.
        80 => NEW "RTM_NEWNETCONF",
        /// Configuration deleted along with its link.
        81 => DEL "RTM_DELNETCONF",
        /// Request for a configuration, or as a dump for all.
        82 => GET "RTM_GETNETCONF",
    }
}

structure! {
    /// Header of network configuration messages.
    pub NetconfHeader "struct netconfmsg" "ncm_" (1) {
        /// Address family: IPv4, IPv6 or MPLS.
        0 => family: AddressFamily,
    }
}

attributes! {
    /// Network configuration; settings are 0 (off) or 1 (on) unless stated otherwise.
    pub Netconf "NETCONFA_" {
        /// Interface index, all links, or the default of new links.
        1 => IFINDEX: NetconfLink,
        /// IP forwarding.
        2 => FORWARDING: i32,
        /// Reverse-path filter (RFC 3704, IPv4 only): 0 off, 1 strict, 2 loose.
        3 => RP_FILTER: i32,
        /// Multicast forwarding (read only: a multicast routing daemon sets it).
        4 => MC_FORWARDING: i32,
        /// Proxy ARP (IPv4) or proxy neighbour discovery (IPv6).
        5 => PROXY_NEIGH: i32,
        /// Route lookups ignore routes over links without a carrier.
        6 => IGNORE_ROUTES_WITH_LINKDOWN: i32,
        /// Reception of MPLS packets (MPLS only).
        7 => INPUT: i32,
        /// Directed broadcast forwarding (IPv4 only).
        8 => BC_FORWARDING: i32,
        /// Forwarding of packets received on the link even if forwarding is off for all links (IPv6
        /// only).
        9 => FORCE_FORWARDING: i32,
    }
}

values! {
    /// Interface index, or a set of links.
    pub NetconfLink "NETCONFA_IFINDEX_": i32 {
        /// Default of new links (`conf/default`).
        -2 => DEFAULT,
        /// All links (`conf/all`).
        -1 => ALL,
    }
}
