//! Multicast groups of netfilter.

values! {
    /// Multicast group of `NETLINK_NETFILTER`.
    pub Group "NFNLGRP_": u32 {
        /// No group.
        0 => NONE,
        /// New connection tracking entries.
        1 => CONNTRACK_NEW,
        /// Changed connection tracking entries.
        2 => CONNTRACK_UPDATE,
        /// Deleted connection tracking entries.
        3 => CONNTRACK_DESTROY,
        /// New connection tracking expectations.
        4 => CONNTRACK_EXP_NEW,
        /// Changed connection tracking expectations.
        5 => CONNTRACK_EXP_UPDATE,
        /// Deleted connection tracking expectations.
        6 => CONNTRACK_EXP_DESTROY,
        /// Changes of the nftables ruleset.
        7 => NFTABLES,
        /// Accounting objects (nfacct) that have reached their quota.
        8 => ACCT_QUOTA,
        /// Packet traces of nftables.
        9 => NFTRACE,
    }
}
