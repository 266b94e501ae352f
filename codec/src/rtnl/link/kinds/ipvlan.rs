//! `ipvlan` and `ipvtap`: links with IP addresses of their own and the hardware address of one.

attributes! {
    /// An ipvlan's attributes, `IFLA_IPVLAN_*`.
    pub Ipvlan "IFLA_IPVLAN_" {
        /// Where packets are switched or routed.
        1 => MODE: IpvlanMode,
        /// Whom on the same link it talks to.
        2 => FLAGS: IpvlanFlags,
    }
}

values! {
    /// Where an ipvlan's packets are switched or routed, `IPVLAN_MODE_*`.
    pub IpvlanMode "IPVLAN_MODE_": u16 {
        /// In its own namespace.
        0 => L2,
        /// In the namespace of the link under it.
        1 => L3,
        /// There too, and past netfilter.
        2 => L3S,
    }
}

flags! {
    /// Whom on the same link an ipvlan talks to, `IPVLAN_F_*`; without any, to all.
    pub IpvlanFlags "IPVLAN_F_": u16 {
        /// Nobody.
        0x1 => PRIVATE,
        /// All, through a switch outside that sends packets back.
        0x2 => VEPA,
    }
}
