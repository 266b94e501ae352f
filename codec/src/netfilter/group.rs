//! Multicast groups of the packet filter: whom to listen to.

values! {
    /// What a group tells of, `NFNLGRP_*`.
    pub Group "NFNLGRP_": u32 {
        /// Nothing.
        0 => NONE,
        /// Connections that are new.
        1 => CONNTRACK_NEW,
        /// Connections that have changed.
        2 => CONNTRACK_UPDATE,
        /// Connections that are gone.
        3 => CONNTRACK_DESTROY,
        /// Connections that others let expect, when the expectation is new.
        4 => CONNTRACK_EXP_NEW,
        /// Expectations that have changed.
        5 => CONNTRACK_EXP_UPDATE,
        /// Expectations that are gone.
        6 => CONNTRACK_EXP_DESTROY,
        /// Tables of rules, and all that is in them.
        7 => NFTABLES,
        /// Counters that have reached their quota.
        8 => ACCT_QUOTA,
        /// Which rules a packet has gone through, where it is traced.
        9 => NFTRACE,
    }
}
