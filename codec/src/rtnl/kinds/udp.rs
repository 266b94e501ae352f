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
