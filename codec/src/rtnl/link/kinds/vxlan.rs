//! `vxlan`: Virtual eXtensible LAN (RFC 7348).

use core::net::{Ipv4Addr, Ipv6Addr};

use crate::rtnl::link::tunnel::{DontFragment, UdpPortRange};
use crate::value::{Be, Flag, Struct};

attributes! {
    /// Settings of a VXLAN interface.
    pub Vxlan "IFLA_VXLAN_" {
        /// VXLAN network identifier (VNI), 24 bits.
        1 => ID: u32 where max(0xff_ffff),
        /// IPv4 multicast group, or unicast remote, for unknown destinations.
        2 => GROUP: Ipv4Addr,
        /// Interface index of the underlying link.
        3 => LINK: u32,
        /// Local IPv4 address.
        4 => LOCAL: Ipv4Addr,
        /// TTL of the outer header; 0 for the system default.
        5 => TTL: u8,
        /// TOS of the outer header; 1 to inherit it from the inner packet.
        6 => TOS: u8,
        /// 1 if MAC addresses are learned from received packets, otherwise 0.
        7 => LEARNING: u8,
        /// Ageing time of learned addresses, in s.
        8 => AGEING: u32,
        /// Maximum number of forwarding entries; 0 for no limit.
        9 => LIMIT: u32,
        /// Range of UDP source ports.
        10 => PORT_RANGE: Struct<UdpPortRange> where len(4, 4),
        /// 1 if ARP and neighbour discovery are answered from the neighbour table (proxy),
        /// otherwise 0.
        11 => PROXY: u8,
        /// 1 if route short circuit is enabled, otherwise 0.
        12 => RSC: u8,
        /// 1 if misses of MAC addresses are notified, otherwise 0.
        13 => L2MISS: u8,
        /// 1 if misses of IP addresses are notified, otherwise 0.
        14 => L3MISS: u8,
        /// UDP destination port; 8472 by default (IANA: 4789).
        15 => PORT: Be<u16>,
        /// IPv6 multicast group, or unicast remote, for unknown destinations.
        16 => GROUP6: Ipv6Addr,
        /// Local IPv6 address.
        17 => LOCAL6: Ipv6Addr,
        /// 1 if the UDP checksum is transmitted over IPv4, otherwise 0.
        18 => UDP_CSUM: u8,
        /// 1 if the UDP checksum is omitted over IPv6, otherwise 0.
        19 => UDP_ZERO_CSUM6_TX: u8,
        /// 1 if packets without UDP checksum are accepted over IPv6, otherwise 0.
        20 => UDP_ZERO_CSUM6_RX: u8,
        /// 1 if remote checksum offload is used on transmission, otherwise 0.
        21 => REMCSUM_TX: u8,
        /// 1 if remote checksum offload is accepted on reception, otherwise 0.
        22 => REMCSUM_RX: u8,
        /// Group Based Policy extension, mapped to the packet mark.
        23 => GBP: Flag,
        /// Remote checksum offload without partial checksums.
        24 => REMCSUM_NOPARTIAL: Flag,
        /// 1 if metadata is collected (external control): endpoints are set per packet, otherwise
        /// 0.
        25 => COLLECT_METADATA: u8,
        /// Flow label of the outer IPv6 header.
        26 => LABEL: Be<u32>,
        /// Generic Protocol Extension: payloads other than Ethernet.
        27 => GPE: Flag,
        /// 1 if the TTL is inherited from the inner packet, otherwise 0.
        28 => TTL_INHERIT: u8,
        /// Don't Fragment bit of the outer IPv4 header.
        29 => DF: DontFragment where max(2),
        /// 1 if only VNIs of the VNI filter are accepted, otherwise 0.
        30 => VNIFILTER: u8,
        /// 1 if packets for a local VXLAN bypass the IP stack, otherwise 0.
        31 => LOCALBYPASS: u8 where max(1),
        /// Source of the flow label.
        32 => LABEL_POLICY: VxlanLabelPolicy where max(1),
        /// Header bits that are reserved and rejected if set in received packets.
        33 => RESERVED_BITS: Struct<VxlanHeader> where len(8, 8),
        /// 1 if encapsulated packets to a multicast group are subject to multicast routing,
        /// otherwise 0.
        34 => MC_ROUTE: u8 where max(1),
    }
}

structure! {
    /// Bits of the 8-byte header between UDP and the inner frame.
    pub VxlanHeader "struct vxlanhdr" "" (8) {
        /// Flags and reserved bits.
        0 => vx_flags: u32 as Be<u32>,
        /// VNI in the upper 24 bits, reserved bits in the lower 8.
        4 => vx_vni: u32 as Be<u32>,
    }
}

values! {
    /// Source of the outer flow label.
    pub VxlanLabelPolicy "VXLAN_LABEL_": u32 {
        /// Setting of the interface.
        0 => FIXED,
        /// Inherited from the inner packet.
        1 => INHERIT,
    }
}
