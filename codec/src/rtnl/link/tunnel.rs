//! What tunnels through UDP have in common.

use crate::value::Be;

values! {
    /// What is put around a tunnel's packets, `TUNNEL_ENCAP_*`.
    pub TunnelEncap "TUNNEL_ENCAP_": u16 {
        /// Nothing.
        0 => NONE,
        /// UDP, foo over UDP.
        1 => FOU,
        /// UDP and a header, generic UDP encapsulation.
        2 => GUE,
        /// MPLS labels.
        3 => MPLS,
    }
}

flags! {
    /// How UDP is put around a tunnel's packets, `TUNNEL_ENCAP_FLAG_*`.
    pub TunnelEncapFlags "TUNNEL_ENCAP_FLAG_": u16 {
        /// With a checksum over IPv4.
        0x1 => CSUM,
        /// With a checksum over IPv6.
        0x2 => CSUM6,
        /// Leaves checksums within to the receiver.
        0x4 => REMCSUM,
    }
}

structure! {
    /// `struct ifla_vxlan_port_range`, `struct ifla_geneve_port_range`.
    pub UdpPortRange "struct ifla_vxlan_port_range" "" (4) {
        /// The first.
        0 => low: u16 as Be<u16>,
        /// The last.
        2 => high: u16 as Be<u16>,
    }
}

values! {
    /// Whether routers may split a tunnel's packets, `GENEVE_DF_*`, `VXLAN_DF_*`.
    pub DontFragment "GENEVE_DF_": u8 {
        /// They may.
        0 => UNSET,
        /// They may not.
        1 => SET,
        /// As the packet within says.
        2 => INHERIT,
    }
}

flags! {
    /// How a tunnel over IPv6 treats packets, `IP6_TNL_F_*`; in the machine's byte order.
    pub Ip6TnlFlags "IP6_TNL_F_": u32 {
        /// Says nothing about how often packets may go into tunnels again.
        0x1 => IGN_ENCAP_LIMIT,
        /// Takes the traffic class over from the packet within.
        0x2 => USE_ORIG_TCLASS,
        /// Takes the flow label over from the packet within.
        0x4 => USE_ORIG_FLOWLABEL,
        /// Serves Mobile IPv6.
        0x8 => MIP6_DEV,
        /// Copies the traffic class to the packet within when it comes out.
        0x10 => RCV_DSCP_COPY,
        /// Takes the mark over from the packet within.
        0x20 => USE_ORIG_FWMARK,
        /// Lets the other side be an address of this machine.
        0x40 => ALLOW_LOCAL_REMOTE,
        /// Can send; the kernel sets it.
        0x10000 => CAP_XMIT,
        /// Can receive; the kernel sets it.
        0x20000 => CAP_RCV,
        /// Has to look at each packet's addresses; the kernel sets it.
        0x40000 => CAP_PER_PACKET,
    }
}
