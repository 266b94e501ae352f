//! `geneve`: Generic Network Virtualization Encapsulation (RFC 8926).

use core::net::{Ipv4Addr, Ipv6Addr};

use crate::rtnl::link::tunnel::{DontFragment, UdpPortRange};
use crate::value::{Be, Flag, Struct};

attributes! {
    /// Settings of a Geneve interface.
    pub Geneve "IFLA_GENEVE_" {
        /// Virtual network identifier (VNI), 24 bits.
        1 => ID: u32 where max(0xff_ffff),
        /// IPv4 address of the remote endpoint.
        2 => REMOTE: Ipv4Addr,
        /// TTL of the outer header; 0 for the system default.
        3 => TTL: u8,
        /// TOS of the outer header; 1 to inherit it from the inner packet.
        4 => TOS: u8,
        /// UDP destination port; 6081 by default.
        5 => PORT: Be<u16>,
        /// Metadata collection (external control): endpoints are set per packet by routes or
        /// filters.
        6 => COLLECT_METADATA: Flag,
        /// IPv6 address of the remote endpoint.
        7 => REMOTE6: Ipv6Addr,
        /// 1 if the UDP checksum is transmitted over IPv4, otherwise 0.
        8 => UDP_CSUM: u8,
        /// 1 if the UDP checksum is omitted over IPv6, otherwise 0.
        9 => UDP_ZERO_CSUM6_TX: u8,
        /// 1 if packets without UDP checksum are accepted over IPv6, otherwise 0.
        10 => UDP_ZERO_CSUM6_RX: u8,
        /// Flow label of the outer IPv6 header.
        11 => LABEL: Be<u32>,
        /// 1 if the TTL is inherited from the inner packet, otherwise 0.
        12 => TTL_INHERIT: u8,
        /// Don't Fragment bit of the outer IPv4 header.
        13 => DF: DontFragment where max(2),
        /// Inner protocol inherited: IP packets are carried with their own EtherType.
        14 => INNER_PROTO_INHERIT: Flag,
        /// Range of UDP source ports.
        15 => PORT_RANGE: Struct<UdpPortRange> where len(4, 4),
        /// GRO hint option sent, for aggregation by the receiver.
        16 => GRO_HINT: Flag,
        /// Local IPv4 address.
        17 => LOCAL: Ipv4Addr,
        /// Local IPv6 address.
        18 => LOCAL6: Ipv6Addr,
    }
}
