//! `ipip`, `sit` and `ip6tnl`: IP-in-IP tunnels.

use core::net::{Ipv4Addr, Ipv6Addr};

pub use crate::rtnl::link::tunnel::Ip6TnlFlags;
use crate::rtnl::link::tunnel::{TunnelEncap, TunnelEncapFlags};
use crate::value::{Be, Flag};

attributes! {
    /// Settings of a tunnel over IPv4.
    pub Iptun "IFLA_IPTUN_" {
        /// Interface index of the underlying link.
        1 => LINK: u32,
        /// Local address; 0.0.0.0 for any.
        2 => LOCAL: Ipv4Addr,
        /// Remote address; 0.0.0.0 for any.
        3 => REMOTE: Ipv4Addr,
        /// TTL of the outer header; 0 to inherit it from the inner packet.
        4 => TTL: u8,
        /// TOS of the outer header; 1 to inherit it from the inner packet.
        5 => TOS: u8,
        /// Encapsulation limit (RFC 2473); IPv6 only.
        6 => ENCAP_LIMIT: u8,
        /// Traffic class and flow label; IPv6 only.
        7 => FLOWINFO: Be<u32>,
        /// Flags of `sit`.
        8 => FLAGS: SitFlags,
        /// Protocol of inner packets, `IPPROTO_*`; 0 for any.
        9 => PROTO: u8,
        /// 1 if path MTU discovery is enabled (Don't Fragment set), otherwise 0.
        10 => PMTUDISC: u8,
        /// IPv6 prefix of 6rd (RFC 5969), `sit` only.
        11 => IPTUN_6RD_PREFIX "IFLA_IPTUN_6RD_PREFIX": Ipv6Addr,
        /// IPv4 prefix that is common to all 6rd addresses, `sit` only.
        12 => IPTUN_6RD_RELAY_PREFIX "IFLA_IPTUN_6RD_RELAY_PREFIX": Ipv4Addr,
        /// Length of the IPv6 prefix of 6rd in bits.
        13 => IPTUN_6RD_PREFIXLEN "IFLA_IPTUN_6RD_PREFIXLEN": u16,
        /// Length of the IPv4 prefix of 6rd in bits.
        14 => IPTUN_6RD_RELAY_PREFIXLEN "IFLA_IPTUN_6RD_RELAY_PREFIXLEN": u16,
        /// UDP encapsulation.
        15 => ENCAP_TYPE: TunnelEncap,
        /// Options of the UDP encapsulation.
        16 => ENCAP_FLAGS: TunnelEncapFlags,
        /// UDP source port; 0 to derive it from the flow.
        17 => ENCAP_SPORT: Be<u16>,
        /// UDP destination port.
        18 => ENCAP_DPORT: Be<u16>,
        /// Metadata collection (external control): endpoints are set per packet by routes or
        /// filters.
        19 => COLLECT_METADATA: Flag,
        /// Firewall mark for the route lookup of outer packets.
        20 => FWMARK: u32,
    }
}

attributes! {
    /// Settings of a tunnel over IPv6.
    pub Ip6tnl "IFLA_IPTUN_" {
        /// Interface index of the underlying link.
        1 => LINK: u32,
        /// Local address; `::` for any.
        2 => LOCAL: Ipv6Addr,
        /// Remote address; `::` for any.
        3 => REMOTE: Ipv6Addr,
        /// Hop limit of the outer header; 0 to inherit it from the inner packet.
        4 => TTL: u8,
        /// Encapsulation limit (RFC 2473).
        6 => ENCAP_LIMIT: u8,
        /// Traffic class and flow label, as in an IPv6 header.
        7 => FLOWINFO: Be<u32>,
        /// Tunnel flags.
        8 => FLAGS: Ip6TnlFlags,
        /// Protocol of inner packets, `IPPROTO_*`; 0 for any.
        9 => PROTO: u8,
        /// UDP encapsulation.
        15 => ENCAP_TYPE: TunnelEncap,
        /// Options of the UDP encapsulation.
        16 => ENCAP_FLAGS: TunnelEncapFlags,
        /// UDP source port; 0 to derive it from the flow.
        17 => ENCAP_SPORT: Be<u16>,
        /// UDP destination port.
        18 => ENCAP_DPORT: Be<u16>,
        /// Metadata collection (external control): endpoints are set per packet by routes or
        /// filters.
        19 => COLLECT_METADATA: Flag,
        /// Firewall mark for the route lookup of outer packets.
        20 => FWMARK: u32,
    }
}

flags! {
    /// Flags of a `sit` tunnel, 16 bits in host byte order.
    pub SitFlags "SIT_": u16 {
        /// ISATAP (RFC 5214): remote address derived from the inner address.
        0x1 => ISATAP,
    }
}
