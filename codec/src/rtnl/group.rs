//! Multicast groups of the routing protocol, `NETLINK_ROUTE`.

values! {
    /// Multicast group to join with `NETLINK_ADD_MEMBERSHIP`.
    pub Group "RTNLGRP_": u32 {
        /// No group.
        0 => NONE,
        /// Links: created, changed, deleted.
        1 => LINK,
        /// Unused by the kernel.
        2 => NOTIFY,
        /// Neighbours, forwarding database entries of bridges and VXLANs, neighbour table
        /// parameters.
        3 => NEIGH,
        /// Traffic control: qdiscs, classes, filters, chains, actions.
        4 => TC,
        /// IPv4 addresses.
        5 => IPV4_IFADDR,
        /// IPv4 multicast routes.
        6 => IPV4_MROUTE,
        /// IPv4 unicast routes: added, replaced, deleted.
        7 => IPV4_ROUTE,
        /// IPv4 policy routing rules.
        8 => IPV4_RULE,
        /// IPv6 addresses.
        9 => IPV6_IFADDR,
        /// IPv6 multicast routes.
        10 => IPV6_MROUTE,
        /// IPv6 unicast routes: added, replaced, deleted.
        11 => IPV6_ROUTE,
        /// IPv6 state of a link, such as whether a router advertisement was received.
        12 => IPV6_IFINFO,
        /// DECnet addresses; removed from the kernel.
        13 => DECNET_IFADDR,
        /// Unused by the kernel.
        14 => NOP2,
        /// DECnet routes; removed from the kernel.
        15 => DECNET_ROUTE,
        /// DECnet rules; removed from the kernel.
        16 => DECNET_RULE,
        /// Unused by the kernel.
        17 => NOP4,
        /// IPv6 prefixes of router advertisements.
        18 => IPV6_PREFIX,
        /// IPv6 policy routing rules.
        19 => IPV6_RULE,
        /// Neighbour discovery options for user space, such as RDNSS (name servers).
        20 => ND_USEROPT,
        /// Phonet addresses.
        21 => PHONET_IFADDR,
        /// Routes of Phonet, to modems.
        22 => PHONET_ROUTE,
        /// Data Center Bridging.
        23 => DCB,
        /// IPv4 per-link configuration: forwarding, reverse-path filter and such.
        24 => IPV4_NETCONF,
        /// IPv6 per-link configuration.
        25 => IPV6_NETCONF,
        /// Bridges' multicast database.
        26 => MDB,
        /// Label switching routes: added, replaced, deleted.
        27 => MPLS_ROUTE,
        /// Network namespace IDs.
        28 => NSID,
        /// MPLS per-link configuration.
        29 => MPLS_NETCONF,
        /// IPv4 packets without a multicast route, for a multicast routing daemon.
        30 => IPV4_MROUTE_R,
        /// IPv6 packets without a multicast route, for a multicast routing daemon.
        31 => IPV6_MROUTE_R,
        /// Next hop objects and groups.
        32 => NEXTHOP,
        /// VLANs of bridges and their ports.
        33 => BRVLAN,
        /// MCTP addresses.
        34 => MCTP_IFADDR,
        /// VNIs that a VXLAN in VNI filter mode accepts.
        35 => TUNNEL,
        /// Hardware statistics of a link: enabled, disabled.
        36 => STATS,
        /// IPv4 multicast addresses joined on links.
        37 => IPV4_MCADDR,
        /// IPv6 multicast addresses joined on links.
        38 => IPV6_MCADDR,
        /// IPv6 anycast addresses joined on links.
        39 => IPV6_ACADDR,
    }
}
