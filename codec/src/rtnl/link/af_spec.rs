//! Settings of a link by address family.

use core::net::{Ipv4Addr, Ipv6Addr};

use crate::nest::{IndexedArray, Nest};
use crate::rtnl::bridge::port::BridgePort;
use crate::rtnl::bridge::spec::BridgeSpec;
use crate::rtnl::ids::AddressFamily;
use crate::value::{Array, Bytes, Multi, Struct};

use crate::attr::Key;

sub_messages! {
    /// Content of [`Link::AF_SPEC`](crate::rtnl::link::Link::AF_SPEC), selected by the header's
    /// address family.
    pub AfSpec by family {
        AddressFamily::BRIDGE => Nest<BridgeSpec>,
        AddressFamily::IPMR | AddressFamily::IP6MR => Nest<MrouteTable>,
        _ => Nest<FamilySpec>,
    }
}

sub_messages! {
    /// Content of [`Link::PROTINFO`](crate::rtnl::link::Link::PROTINFO), selected by the header's
    /// address family.
    pub ProtInfo by family {
        AddressFamily::INET6 => Nest<Inet6>,
        AddressFamily::BRIDGE => Nest<BridgePort>,
    }
}

attributes! {
    /// Settings by address family, numbered by it.
    pub FamilySpec "AF_" {
        /// IPv4 settings.
        2 => INET: Nest<Inet>,
        /// IPv6 settings.
        10 => INET6: Nest<Inet6>,
        /// MCTP settings.
        45 => MCTP: Nest<Mctp>,
    }
}

attributes! {
    /// IPv4 settings of a link.
    pub Inet "IFLA_INET_" {
        /// Per-link configuration in replies: values of [`Ipv4Conf`](super::devconf::Ipv4Conf) in
        /// order, from number 1.
        1 => CONF: Array<i32>,
    }
}

impl Inet {
    /// Per-link configuration in requests: elements numbered by
    /// [`Ipv4Conf`](super::devconf::Ipv4Conf).
    pub const SET_CONF: Key<Inet, IndexedArray<i32>> = Inet::CONF.cast();
}

attributes! {
    /// IPv6 settings of a link.
    pub Inet6 "IFLA_INET6_" {
        /// IPv6 state flags.
        1 => FLAGS: Inet6Flags,
        /// Per-link configuration: values of [`Ipv6Conf`](super::devconf::Ipv6Conf) in order, from
        /// number 0.
        2 => CONF: Array<i32>,
        /// IPv6 statistics: counters of [`Inet6Stat`](super::devconf::Inet6Stat) in order, from
        /// number 0; of [`OldInet6Stat`](super::devconf::OldInet6Stat) before Linux 6.16.
        3 => STATS: Array<u64>,
        /// Unused.
        4 => MCAST: Bytes,
        /// Reassembly and neighbour discovery parameters.
        5 => CACHEINFO: Struct<Inet6Timing>,
        /// ICMPv6 statistics: counters of [`Icmp6Stat`](super::devconf::Icmp6Stat) in order, from
        /// number 0.
        6 => ICMP6STATS: Array<u64>,
        /// Interface identifier (lower 64 bits) for autoconfigured addresses, `ip token`.
        7 => TOKEN: Ipv6Addr,
        /// Generation mode of link-local and autoconfigured addresses.
        8 => ADDR_GEN_MODE: AddrGenMode,
        /// MTU of the latest router advertisement in bytes; 0 if none.
        9 => RA_MTU: u32,
    }
}

flags! {
    /// IPv6 state flags of a link.
    pub Inet6Flags "IF_": u32 {
        /// Router solicitation sent.
        0x10 => RS_SENT,
        /// Router advertisement received.
        0x20 => RA_RCVD,
        /// Managed flag of router advertisements: addresses by DHCPv6.
        0x40 => RA_MANAGED,
        /// Other-configuration flag of router advertisements: further settings by DHCPv6.
        0x80 => RA_OTHERCONF,
        /// Ready for use.
        0x8000_0000 => READY,
    }
}

values! {
    /// Generation mode of IPv6 interface identifiers.
    pub AddrGenMode "IN6_ADDR_GEN_MODE_": u8 {
        /// Modified EUI-64, from the link-layer address (RFC 4291).
        0 => EUI64,
        /// No automatic addresses.
        1 => NONE,
        /// Stable and opaque, from a secret (RFC 7217).
        2 => STABLE_PRIVACY,
        /// As `STABLE_PRIVACY`, from a secret generated for this link.
        3 => RANDOM,
    }
}

structure! {
    /// IPv6 reassembly and neighbour discovery parameters of a link.
    pub Inet6Timing "struct ifla_cacheinfo" "" (16) {
        /// Maximum size of a reassembled packet in bytes.
        0 => max_reasm_len: u32,
        /// Time of the last change, in 1/100 s since boot.
        4 => tstamp: u32,
        /// Reachable time of neighbours, in ms.
        8 => reachable_time: u32,
        /// Interval of neighbour solicitations, in ms.
        12 => retrans_time: u32,
    }
}

attributes! {
    /// MCTP settings of a link.
    pub Mctp "IFLA_MCTP_" {
        /// MCTP network ID.
        1 => NET: u32,
        /// Physical transport binding ID (DSP0239).
        2 => PHYS_BINDING: u8,
    }
}

attributes! {
    /// Multicast routing table, dumped as a link of the family `RTNL_FAMILY_IPMR`.
    pub MrouteTable "IPMRA_TABLE_" {
        /// Table ID.
        1 => ID: u32,
        /// Number of unresolved multicast cache entries.
        2 => CACHE_RES_QUEUE_LEN: u32,
        /// Index of the PIM register interface; -1 for none.
        3 => MROUTE_REG_VIF_NUM: i32,
        /// 1 if the routing daemon is notified of packets on the wrong interface, for PIM assert;
        /// otherwise 0.
        4 => MROUTE_DO_ASSERT: u8,
        /// 1 if PIM is enabled, otherwise 0.
        5 => MROUTE_DO_PIM: u8,
        /// Virtual interfaces.
        6 => VIFS: Nest<MrouteVifs>,
        /// 1 if the routing daemon receives packets on the wrong interface whole, otherwise 0.
        7 => MROUTE_DO_WRVIFWHOLE: u8,
    }
}

attributes! {
    /// Virtual interfaces of multicast routing.
    pub MrouteVifs "IPMRA_" {
        /// A virtual interface.
        1 => VIF: Multi<Nest<MrouteVif>>,
    }
}

attributes! {
    /// Virtual interface of multicast routing.
    pub MrouteVif "IPMRA_VIFA_" {
        /// Interface index of the link.
        1 => IFINDEX: u32,
        /// Index of the virtual interface.
        2 => VIF_ID: u32,
        /// Flags of the virtual interface.
        3 => FLAGS: VifFlags,
        /// Bytes received.
        4 => BYTES_IN: u64,
        /// Bytes transmitted.
        5 => BYTES_OUT: u64,
        /// Packets received.
        6 => PACKETS_IN: u64,
        /// Packets transmitted.
        7 => PACKETS_OUT: u64,
        /// Local address; with [`VifFlags::USE_IFINDEX`] the link's interface index in host byte
        /// order.
        8 => LOCAL_ADDR: Ipv4Addr,
        /// Remote address of a tunnel.
        9 => REMOTE_ADDR: Ipv4Addr,
        /// Padding to align the 64-bit attribute that follows.
        10 => PAD: Bytes,
    }
}

flags! {
    /// Flags of a virtual interface.
    pub VifFlags "VIFF_": u16 {
        /// IPIP tunnel.
        0x1 => TUNNEL,
        /// Source-routed tunnel; obsolete.
        0x2 => SRCRT,
        /// PIM register interface.
        0x4 => REGISTER,
        /// Identified by interface index instead of address.
        0x8 => USE_IFINDEX,
    }
}
