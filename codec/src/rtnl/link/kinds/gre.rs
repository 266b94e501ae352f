//! `gre`, `gretap`, `erspan`, and `ip6gre`, `ip6gretap`, `ip6erspan` over IPv6: anything in GRE.

use core::net::{Ipv4Addr, Ipv6Addr};

use crate::rtnl::link::tunnel::{Ip6TnlFlags, TunnelEncap, TunnelEncapFlags};
use crate::value::{Be, Flag};

attributes! {
    /// The attributes of a GRE tunnel over IPv4, `IFLA_GRE_*`.
    pub Gre "IFLA_GRE_" {
        /// The link that its packets go through.
        1 => LINK: u32,
        /// What the header has in packets received.
        2 => IFLAGS: GreFlags,
        /// What the header has in packets sent.
        3 => OFLAGS: GreFlags,
        /// The key of packets received.
        4 => IKEY: Be<u32>,
        /// The key of packets sent.
        5 => OKEY: Be<u32>,
        /// The address on this side; 0.0.0.0 for any.
        6 => LOCAL: Ipv4Addr,
        /// The address on the other side; 0.0.0.0 for any.
        7 => REMOTE: Ipv4Addr,
        /// How many hops its packets may take; 0 as the packet within says.
        8 => TTL: u8,
        /// The traffic class of its packets; 1 as the packet within says.
        9 => TOS: u8,
        /// Whether routers are kept from splitting its packets.
        10 => PMTUDISC: u8,
        /// How often its packets may go into tunnels again; for IPv6 only.
        11 => ENCAP_LIMIT: u8,
        /// Traffic class and flow label; for IPv6 only.
        12 => FLOWINFO: Be<u32>,
        /// How it treats packets; for IPv6 only.
        13 => FLAGS: Ip6TnlFlags,
        /// What is put around its packets.
        14 => ENCAP_TYPE: TunnelEncap,
        /// How that is done.
        15 => ENCAP_FLAGS: TunnelEncapFlags,
        /// The UDP port that its packets come from; 0 for one by flow.
        16 => ENCAP_SPORT: Be<u16>,
        /// The UDP port that its packets go to.
        17 => ENCAP_DPORT: Be<u16>,
        /// Lets routes and filters say where each packet goes.
        18 => COLLECT_METADATA: Flag,
        /// Whether packets within may be split although they say otherwise.
        19 => IGNORE_DF: u8,
        /// The mark that its packets are routed by.
        20 => FWMARK: u32,
        /// The ERSPAN port's index, in version 1.
        21 => ERSPAN_INDEX: u32 where max(0xf_ffff),
        /// The version of ERSPAN.
        22 => ERSPAN_VER: u8 where max(2),
        /// Which way the mirrored traffic went, in ERSPAN version 2.
        23 => ERSPAN_DIR: ErspanDir where max(1),
        /// The ERSPAN engine's number, in version 2.
        24 => ERSPAN_HWID: u16 where max(0x3f),
    }
}

attributes! {
    /// The attributes of a GRE tunnel over IPv6, `IFLA_GRE_*`.
    pub Gre6 "IFLA_GRE_" {
        /// The link that its packets go through.
        1 => LINK: u32,
        /// What the header has in packets received.
        2 => IFLAGS: GreFlags,
        /// What the header has in packets sent.
        3 => OFLAGS: GreFlags,
        /// The key of packets received.
        4 => IKEY: Be<u32>,
        /// The key of packets sent.
        5 => OKEY: Be<u32>,
        /// The address on this side; `::` for any.
        6 => LOCAL: Ipv6Addr,
        /// The address on the other side; `::` for any.
        7 => REMOTE: Ipv6Addr,
        /// How many hops its packets may take; 0 as the system has it.
        8 => TTL: u8,
        /// How often its packets may go into tunnels again.
        11 => ENCAP_LIMIT: u8,
        /// Traffic class and flow label, as in an IPv6 header.
        12 => FLOWINFO: Be<u32>,
        /// How it treats packets.
        13 => FLAGS: Ip6TnlFlags,
        /// What is put around its packets.
        14 => ENCAP_TYPE: TunnelEncap,
        /// How that is done.
        15 => ENCAP_FLAGS: TunnelEncapFlags,
        /// The UDP port that its packets come from; 0 for one by flow.
        16 => ENCAP_SPORT: Be<u16>,
        /// The UDP port that its packets go to.
        17 => ENCAP_DPORT: Be<u16>,
        /// Lets routes and filters say where each packet goes.
        18 => COLLECT_METADATA: Flag,
        /// The mark that its packets are routed by.
        20 => FWMARK: u32,
        /// The ERSPAN port's index, in version 1.
        21 => ERSPAN_INDEX: u32 where max(0xf_ffff),
        /// The version of ERSPAN.
        22 => ERSPAN_VER: u8 where max(2),
        /// Which way the mirrored traffic went, in ERSPAN version 2.
        23 => ERSPAN_DIR: ErspanDir where max(1),
        /// The ERSPAN engine's number, in version 2.
        24 => ERSPAN_HWID: u16 where max(0x3f),
    }
}

flags! {
    /// What a GRE header has, `GRE_*`; in network byte order.
    pub GreFlags "GRE_": Be<u16> {
        /// A checksum.
        0x8000 => CSUM,
        /// A route of its own.
        0x4000 => ROUTING,
        /// A key.
        0x2000 => KEY,
        /// A sequence number.
        0x1000 => SEQ,
        /// A route that must be kept to.
        0x0800 => STRICT,
        /// An acknowledgement.
        0x0080 => ACK,
    }
}

values! {
    /// Which way traffic went that ERSPAN mirrors.
    pub ErspanDir "": u8 {
        /// In.
        0 => INGRESS,
        /// Out.
        1 => EGRESS,
    }
}
