//! Types that several kinds of tunnels share.

use crate::value::Be;

values! {
    /// Additional encapsulation between the outer IP header and a tunnel's packets.
    pub TunnelEncap "TUNNEL_ENCAP_": u16 {
        /// No encapsulation.
        0 => NONE,
        /// Foo over UDP: UDP header only.
        1 => FOU,
        /// Generic UDP Encapsulation: UDP and GUE header.
        2 => GUE,
        /// MPLS label stack entry, without UDP.
        3 => MPLS,
    }
}

flags! {
    /// Options of a tunnel's UDP encapsulation.
    pub TunnelEncapFlags "TUNNEL_ENCAP_FLAG_": u16 {
        /// UDP checksum transmitted over IPv4.
        0x1 => CSUM,
        /// UDP checksum transmitted over IPv6.
        0x2 => CSUM6,
        /// Remote checksum offload (GUE): inner checksums are completed by the receiver.
        0x4 => REMCSUM,
    }
}

structure! {
    /// Range of UDP source ports; also `struct ifla_geneve_port_range`.
    pub UdpPortRange "struct ifla_vxlan_port_range" "" (4) {
        /// First port.
        0 => low: u16 as Be<u16>,
        /// Last port, included.
        2 => high: u16 as Be<u16>,
    }
}

values! {
    /// Don't Fragment bit of a tunnel's outer IPv4 header; `VXLAN_DF_*` has the same values.
    pub DontFragment "GENEVE_DF_": u8 {
        /// Bit cleared.
        0 => UNSET,
        /// Bit set.
        1 => SET,
        /// Copied from the inner header.
        2 => INHERIT,
    }
}

flags! {
    /// Flags of an IPv6 tunnel, in host byte order.
    pub Ip6TnlFlags "IP6_TNL_F_": u32 {
        /// No tunnel encapsulation limit option (RFC 2473) is added.
        0x1 => IGN_ENCAP_LIMIT,
        /// Traffic class copied from the inner packet.
        0x2 => USE_ORIG_TCLASS,
        /// Flow label copied from the inner packet.
        0x4 => USE_ORIG_FLOWLABEL,
        /// Tunnel of Mobile IPv6.
        0x8 => MIP6_DEV,
        /// DSCP copied to the inner packet on decapsulation.
        0x10 => RCV_DSCP_COPY,
        /// Firewall mark copied from the inner packet.
        0x20 => USE_ORIG_FWMARK,
        /// Remote endpoint may be a local address.
        0x40 => ALLOW_LOCAL_REMOTE,
        /// Able to transmit; set by the kernel.
        0x10000 => CAP_XMIT,
        /// Able to receive; set by the kernel.
        0x20000 => CAP_RCV,
        /// Endpoint addresses checked per packet; set by the kernel.
        0x40000 => CAP_PER_PACKET,
    }
}
