//! Multicast groups of the routing family: whom to listen to.

values! {
    /// What a group tells of, `RTNLGRP_*`.
    pub Group "RTNLGRP_": u32 {
        /// Nothing.
        0 => NONE,
        /// Links that come, change and go.
        1 => LINK,
        /// Unused.
        2 => NOTIFY,
        /// Neighbours, forwarding entries of bridges, settings of neighbour tables.
        3 => NEIGH,
        /// Queueing disciplines, classes, filters, actions.
        4 => TC,
        /// IPv4 addresses.
        5 => IPV4_IFADDR,
        /// IPv4 multicast routes.
        6 => IPV4_MROUTE,
        /// IPv4 routes.
        7 => IPV4_ROUTE,
        /// IPv4 rules.
        8 => IPV4_RULE,
        /// IPv6 addresses.
        9 => IPV6_IFADDR,
        /// IPv6 multicast routes.
        10 => IPV6_MROUTE,
        /// IPv6 routes.
        11 => IPV6_ROUTE,
        /// What IPv6 thinks of a link, such as whether a router was heard there.
        12 => IPV6_IFINFO,
        /// Addresses of a protocol that is gone.
        13 => DECNET_IFADDR,
        /// Unused.
        14 => NOP2,
        /// Routes of a protocol that is gone.
        15 => DECNET_ROUTE,
        /// Rules of a protocol that is gone.
        16 => DECNET_RULE,
        /// Unused.
        17 => NOP4,
        /// Prefixes that routers announce.
        18 => IPV6_PREFIX,
        /// IPv6 rules.
        19 => IPV6_RULE,
        /// Options in router announcements that are not the kernel's business, such as name servers.
        20 => ND_USEROPT,
        /// Phonet addresses.
        21 => PHONET_IFADDR,
        /// Phonet routes.
        22 => PHONET_ROUTE,
        /// Data centre bridging.
        23 => DCB,
        /// IPv4 forwarding switches.
        24 => IPV4_NETCONF,
        /// IPv6 forwarding switches.
        25 => IPV6_NETCONF,
        /// Multicast groups of bridges.
        26 => MDB,
        /// Routes by label.
        27 => MPLS_ROUTE,
        /// Numbers of namespaces.
        28 => NSID,
        /// Switches of label forwarding.
        29 => MPLS_NETCONF,
        /// IPv4 packets without a multicast route, for those who may know one.
        30 => IPV4_MROUTE_R,
        /// IPv6 packets without a multicast route, for those who may know one.
        31 => IPV6_MROUTE_R,
        /// Next hops and their groups.
        32 => NEXTHOP,
        /// VLANs of bridge ports.
        33 => BRVLAN,
        /// MCTP addresses.
        34 => MCTP_IFADDR,
        /// VNIs that a tunnel filters by.
        35 => TUNNEL,
        /// Counters that are switched on or off.
        36 => STATS,
        /// IPv4 multicast addresses.
        37 => IPV4_MCADDR,
        /// IPv6 multicast addresses.
        38 => IPV6_MCADDR,
        /// IPv6 anycast addresses.
        39 => IPV6_ACADDR,
    }
}
