//! `ipip`, `sit`, and `ip6tnl`: IP in IP.

use core::net::{Ipv4Addr, Ipv6Addr};

pub use crate::rtnl::link::tunnel::Ip6TnlFlags;
use crate::rtnl::link::tunnel::{TunnelEncap, TunnelEncapFlags};
use crate::value::{Be, Flag};

attributes! {
    /// The attributes of a tunnel over IPv4, `IFLA_IPTUN_*`.
    pub Iptun "IFLA_IPTUN_" {
        /// The link that its packets go through.
        1 => LINK: u32,
        /// The address on this side; 0.0.0.0 for any.
        2 => LOCAL: Ipv4Addr,
        /// The address on the other side; 0.0.0.0 for any.
        3 => REMOTE: Ipv4Addr,
        /// How many hops its packets may take; 0 as the packet within says.
        4 => TTL: u8,
        /// The traffic class of its packets; 1 as the packet within says.
        5 => TOS: u8,
        /// How often its packets may go into tunnels again; for IPv6 only.
        6 => ENCAP_LIMIT: u8,
        /// Traffic class and flow label; for IPv6 only.
        7 => FLOWINFO: Be<u32>,
        /// How `sit` finds the other side.
        8 => FLAGS: SitFlags,
        /// Which protocol it carries, `IPPROTO_*`; 0 for any.
        9 => PROTO: u8,
        /// Whether routers are kept from splitting its packets.
        10 => PMTUDISC: u8,
        /// The prefix that IPv6 addresses are made from, in `sit`.
        11 => IPTUN_6RD_PREFIX: Ipv6Addr,
        /// The part of IPv4 addresses that is left out of those, in `sit`.
        12 => IPTUN_6RD_RELAY_PREFIX: Ipv4Addr,
        /// How many bits the IPv6 prefix has.
        13 => IPTUN_6RD_PREFIXLEN: u16,
        /// How many bits of IPv4 addresses are left out.
        14 => IPTUN_6RD_RELAY_PREFIXLEN: u16,
        /// What is put around its packets.
        15 => ENCAP_TYPE: TunnelEncap,
        /// How that is done.
        16 => ENCAP_FLAGS: TunnelEncapFlags,
        /// The UDP port that its packets come from; 0 for one by flow.
        17 => ENCAP_SPORT: Be<u16>,
        /// The UDP port that its packets go to.
        18 => ENCAP_DPORT: Be<u16>,
        /// Lets routes and filters say where each packet goes.
        19 => COLLECT_METADATA: Flag,
        /// The mark that its packets are routed by.
        20 => FWMARK: u32,
    }
}

attributes! {
    /// The attributes of a tunnel over IPv6, `IFLA_IPTUN_*`.
    pub Ip6tnl "IFLA_IPTUN_" {
        /// The link that its packets go through.
        1 => LINK: u32,
        /// The address on this side; `::` for any.
        2 => LOCAL: Ipv6Addr,
        /// The address on the other side; `::` for any.
        3 => REMOTE: Ipv6Addr,
        /// How many hops its packets may take; 0 as the system has it.
        4 => TTL: u8,
        /// How often its packets may go into tunnels again.
        6 => ENCAP_LIMIT: u8,
        /// Traffic class and flow label, as in an IPv6 header.
        7 => FLOWINFO: Be<u32>,
        /// How it treats packets.
        8 => FLAGS: Ip6TnlFlags,
        /// Which protocol it carries, `IPPROTO_*`; 0 for any.
        9 => PROTO: u8,
        /// What is put around its packets.
        15 => ENCAP_TYPE: TunnelEncap,
        /// How that is done.
        16 => ENCAP_FLAGS: TunnelEncapFlags,
        /// The UDP port that its packets come from; 0 for one by flow.
        17 => ENCAP_SPORT: Be<u16>,
        /// The UDP port that its packets go to.
        18 => ENCAP_DPORT: Be<u16>,
        /// Lets routes and filters say where each packet goes.
        19 => COLLECT_METADATA: Flag,
        /// The mark that its packets are routed by.
        20 => FWMARK: u32,
    }
}

flags! {
    /// How `sit` finds the other side, `SIT_*`; in the machine's byte order, in two bytes.
    pub SitFlags "SIT_": u16 {
        /// From the addresses within, as ISATAP does.
        0x1 => ISATAP,
    }
}
