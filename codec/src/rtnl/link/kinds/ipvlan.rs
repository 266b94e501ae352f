//! `ipvlan` and `ipvtap`: interfaces that share the MAC address of the lower link.

attributes! {
    /// Settings of an ipvlan interface.
    pub Ipvlan "IFLA_IPVLAN_" {
        /// Mode of operation.
        1 => MODE: IpvlanMode,
        /// Isolation from other ipvlan interfaces of the lower link.
        2 => FLAGS: IpvlanFlags,
    }
}

values! {
    /// Mode of an ipvlan interface.
    pub IpvlanMode "IPVLAN_MODE_": u16 {
        /// Layer 2: switched in the interface's own network namespace.
        0 => L2,
        /// Layer 3: routed in the network namespace of the lower link.
        1 => L3,
        /// Layer 3 symmetric: as `L3`, with netfilter hooks (iptables, conntrack).
        2 => L3S,
    }
}

flags! {
    /// Isolation of an ipvlan interface; none by default (bridge).
    pub IpvlanFlags "IPVLAN_F_": u16 {
        /// No communication with other interfaces of the lower link.
        0x1 => PRIVATE,
        /// Communication through an external switch (802.1Qbg).
        0x2 => VEPA,
    }
}
