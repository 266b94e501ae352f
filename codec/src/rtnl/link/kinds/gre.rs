//! `gre`, `gretap`, `erspan` and their IPv6 forms `ip6gre`, `ip6gretap`, `ip6erspan`: Generic
//! Routing Encapsulation (RFC 2784).

use core::net::{Ipv4Addr, Ipv6Addr};

use crate::rtnl::link::tunnel::{Ip6TnlFlags, TunnelEncap, TunnelEncapFlags};
use crate::value::{Be, Flag};

attributes! {
    /// Settings of a GRE tunnel over IPv4.
    pub Gre "IFLA_GRE_" {
        /// Interface index of the underlying link.
        1 => LINK: u32,
        /// Header fields expected in received packets.
        2 => IFLAGS: GreFlags,
        /// Header fields in transmitted packets.
        3 => OFLAGS: GreFlags,
        /// Key of received packets.
        4 => IKEY: Be<u32>,
        /// Key of transmitted packets.
        5 => OKEY: Be<u32>,
        /// Local address; 0.0.0.0 for any.
        6 => LOCAL: Ipv4Addr,
        /// Remote address; 0.0.0.0 for any.
        7 => REMOTE: Ipv4Addr,
        /// TTL of the outer header; 0 to inherit it from the inner packet.
        8 => TTL: u8,
        /// TOS of the outer header; 1 to inherit it from the inner packet.
        9 => TOS: u8,
        /// 1 if path MTU discovery is enabled (Don't Fragment set), otherwise 0.
        10 => PMTUDISC: u8,
        /// Encapsulation limit (RFC 2473); IPv6 only.
        11 => ENCAP_LIMIT: u8,
        /// Traffic class and flow label; IPv6 only.
        12 => FLOWINFO: Be<u32>,
        /// Tunnel flags; IPv6 only.
        13 => FLAGS: Ip6TnlFlags,
        /// UDP encapsulation.
        14 => ENCAP_TYPE: TunnelEncap,
        /// Options of the UDP encapsulation.
        15 => ENCAP_FLAGS: TunnelEncapFlags,
        /// UDP source port; 0 to derive it from the flow.
        16 => ENCAP_SPORT: Be<u16>,
        /// UDP destination port.
        17 => ENCAP_DPORT: Be<u16>,
        /// Metadata collection (external control): endpoints are set per packet by routes or
        /// filters.
        18 => COLLECT_METADATA: Flag,
        /// 1 if the Don't Fragment bit of inner packets is ignored, otherwise 0.
        19 => IGNORE_DF: u8,
        /// Firewall mark for the route lookup of outer packets.
        20 => FWMARK: u32,
        /// ERSPAN index, version 1, 20 bits.
        21 => ERSPAN_INDEX: u32 where max(0xf_ffff),
        /// ERSPAN version: 0 (type I), 1 (type II) or 2 (type III).
        22 => ERSPAN_VER: u8 where max(2),
        /// Direction of the mirrored traffic, ERSPAN version 2.
        23 => ERSPAN_DIR: ErspanDir where max(1),
        /// ERSPAN engine hardware ID, version 2, 6 bits.
        24 => ERSPAN_HWID: u16 where max(0x3f),
    }
}

attributes! {
    /// Settings of a GRE tunnel over IPv6.
    pub Gre6 "IFLA_GRE_" {
        /// Interface index of the underlying link.
        1 => LINK: u32,
        /// Header fields expected in received packets.
        2 => IFLAGS: GreFlags,
        /// Header fields in transmitted packets.
        3 => OFLAGS: GreFlags,
        /// Key of received packets.
        4 => IKEY: Be<u32>,
        /// Key of transmitted packets.
        5 => OKEY: Be<u32>,
        /// Local address; `::` for any.
        6 => LOCAL: Ipv6Addr,
        /// Remote address; `::` for any.
        7 => REMOTE: Ipv6Addr,
        /// Hop limit of the outer header; 0 to inherit it from the inner packet.
        8 => TTL: u8,
        /// Encapsulation limit (RFC 2473).
        11 => ENCAP_LIMIT: u8,
        /// Traffic class and flow label, as in an IPv6 header.
        12 => FLOWINFO: Be<u32>,
        /// Tunnel flags.
        13 => FLAGS: Ip6TnlFlags,
        /// UDP encapsulation.
        14 => ENCAP_TYPE: TunnelEncap,
        /// Options of the UDP encapsulation.
        15 => ENCAP_FLAGS: TunnelEncapFlags,
        /// UDP source port; 0 to derive it from the flow.
        16 => ENCAP_SPORT: Be<u16>,
        /// UDP destination port.
        17 => ENCAP_DPORT: Be<u16>,
        /// Metadata collection (external control): endpoints are set per packet by routes or
        /// filters.
        18 => COLLECT_METADATA: Flag,
        /// Firewall mark for the route lookup of outer packets.
        20 => FWMARK: u32,
        /// ERSPAN index, version 1, 20 bits.
        21 => ERSPAN_INDEX: u32 where max(0xf_ffff),
        /// ERSPAN version: 0 (type I), 1 (type II) or 2 (type III).
        22 => ERSPAN_VER: u8 where max(2),
        /// Direction of the mirrored traffic, ERSPAN version 2.
        23 => ERSPAN_DIR: ErspanDir where max(1),
        /// ERSPAN engine hardware ID, version 2, 6 bits.
        24 => ERSPAN_HWID: u16 where max(0x3f),
    }
}

flags! {
    /// Flags of a GRE header, in network byte order.
    pub GreFlags "GRE_": Be<u16> {
        /// Checksum present.
        0x8000 => CSUM,
        /// Routing present.
        0x4000 => ROUTING,
        /// Key present.
        0x2000 => KEY,
        /// Sequence number present.
        0x1000 => SEQ,
        /// Strict source route.
        0x0800 => STRICT,
        /// Acknowledgement number present (PPTP).
        0x0080 => ACK,
    }
}

values! {
    /// Direction of traffic mirrored by ERSPAN.
    pub ErspanDir "": u8 {
        /// Received traffic.
        0 => INGRESS "",
        /// Transmitted traffic.
        1 => EGRESS "",
    }
}
