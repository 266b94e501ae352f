//! What address families have to say of a link.

use core::net::{Ipv4Addr, Ipv6Addr};

use crate::nest::{IndexedArray, Nest};
use crate::rtnl::bridge::port::BridgePort;
use crate::rtnl::bridge::spec::BridgeSpec;
use crate::rtnl::ids::AddressFamily;
use crate::value::{Array, Bytes, Multi, Struct};

use crate::attr::Key;

sub_messages! {
    /// What [`Link::AF_SPEC`](crate::rtnl::link::Link::AF_SPEC) holds, by the header's family.
    pub AfSpec by family {
        AddressFamily::BRIDGE => Nest<BridgeSpec>,
        AddressFamily::IPMR | AddressFamily::IP6MR => Nest<MrouteTable>,
        _ => Nest<FamilySpec>,
    }
}

sub_messages! {
    /// What [`Link::PROTINFO`](crate::rtnl::link::Link::PROTINFO) holds, by the header's family.
    pub ProtInfo by family {
        AddressFamily::INET6 => Nest<Inet6>,
        AddressFamily::BRIDGE => Nest<BridgePort>,
    }
}

attributes! {
    /// What each family has to say of a link, by its number, `AF_*`.
    pub FamilySpec "AF_" {
        /// IPv4.
        2 => INET: Nest<Inet>,
        /// IPv6.
        10 => INET6: Nest<Inet6>,
        /// Management components on a board.
        45 => MCTP: Nest<Mctp>,
    }
}

attributes! {
    /// What IPv4 has to say of a link, `IFLA_INET_*`.
    pub Inet "IFLA_INET_" {
        /// The settings, as the kernel tells them: that of [`Ipv4Conf`](super::devconf::Ipv4Conf)
        /// number 1 first.
        1 => CONF: Array<i32>,
    }
}

impl Inet {
    /// The settings, as the kernel is told them: elements numbered by
    /// [`Ipv4Conf`](super::devconf::Ipv4Conf).
    pub const SET_CONF: Key<Inet, IndexedArray<i32>> = Inet::CONF.cast();
}

attributes! {
    /// What IPv6 has to say of a link, `IFLA_INET6_*`.
    pub Inet6 "IFLA_INET6_" {
        /// What state it is in.
        1 => FLAGS: Inet6Flags,
        /// The settings: that of [`Ipv6Conf`](super::devconf::Ipv6Conf) number 0 first.
        2 => CONF: Array<i32>,
        /// What has gone through it: the count of [`Inet6Stat`](super::devconf::Inet6Stat) number
        /// 0 first, or in older kernels of [`OldInet6Stat`](super::devconf::OldInet6Stat).
        3 => STATS: Array<u64>,
        /// Never used.
        4 => MCAST: Bytes,
        /// What it knows of its neighbours' timing.
        5 => CACHEINFO: Struct<Inet6Timing>,
        /// What has gone through it of ICMP: the count of
        /// [`Icmp6Stat`](super::devconf::Icmp6Stat) number 0 first.
        6 => ICMP6STATS: Array<u64>,
        /// The lower half of the addresses that it makes for itself.
        7 => TOKEN: Ipv6Addr,
        /// How it makes addresses for itself.
        8 => ADDR_GEN_MODE: AddrGenMode,
        /// The MTU that a router has announced, in bytes.
        9 => RA_MTU: u32,
    }
}

flags! {
    /// What state IPv6 is in on a link, `IF_*`.
    pub Inet6Flags "IF_": u32 {
        /// It has asked for routers.
        0x10 => RS_SENT,
        /// It has heard of a router.
        0x20 => RA_RCVD,
        /// A router says that addresses are to be asked for.
        0x40 => RA_MANAGED,
        /// A router says that other settings are to be asked for.
        0x80 => RA_OTHERCONF,
        /// It can be used.
        0x8000_0000 => READY,
    }
}

values! {
    /// How a link makes IPv6 addresses for itself, `IN6_ADDR_GEN_MODE_*`.
    pub AddrGenMode "IN6_ADDR_GEN_MODE_": u8 {
        /// From the hardware address.
        0 => EUI64,
        /// Not at all.
        1 => NONE,
        /// From a secret, the same each time in the same network.
        2 => STABLE_PRIVACY,
        /// From a secret that is made up for it.
        3 => RANDOM,
    }
}

structure! {
    /// `struct ifla_cacheinfo`.
    pub Inet6Timing "struct ifla_cacheinfo" "" (16) {
        /// The longest packet that can be put together from parts, in bytes.
        0 => max_reasm_len: u32,
        /// When it last changed, in hundredths of a second since the machine started.
        4 => tstamp: u32,
        /// How long a neighbour that was heard is thought to be there, in milliseconds.
        8 => reachable_time: u32,
        /// How long until a neighbour is asked again, in milliseconds.
        12 => retrans_time: u32,
    }
}

attributes! {
    /// What the management protocol has to say of a link, `IFLA_MCTP_*`.
    pub Mctp "IFLA_MCTP_" {
        /// The number of the network that it is in.
        1 => NET: u32,
        /// What the packets travel on: a bus's number in the standard.
        2 => PHYS_BINDING: u8,
    }
}

attributes! {
    /// A table of multicast routes, which is dumped as if it were a link, `IPMRA_TABLE_*`.
    pub MrouteTable "IPMRA_TABLE_" {
        /// The table's number.
        1 => ID: u32,
        /// How many packets wait for a route.
        2 => CACHE_RES_QUEUE_LEN: u32,
        /// The interface that packets for a rendezvous point go to; -1 for none.
        3 => MROUTE_REG_VIF_NUM: i32,
        /// A packet that comes in on the wrong interface is told of, 0 or 1.
        4 => MROUTE_DO_ASSERT: u8,
        /// The routes are those of PIM, 0 or 1.
        5 => MROUTE_DO_PIM: u8,
        /// The interfaces.
        6 => VIFS: Nest<MrouteVifs>,
        /// The whole of a packet that comes in on the wrong interface is passed up, 0 or 1.
        7 => MROUTE_DO_WRVIFWHOLE: u8,
    }
}

attributes! {
    /// The interfaces of multicast routing, `IPMRA_VIF`.
    pub MrouteVifs "" {
        /// One of them.
        1 => VIF: Multi<Nest<MrouteVif>>,
    }
}

attributes! {
    /// An interface of multicast routing, `IPMRA_VIFA_*`.
    pub MrouteVif "IPMRA_VIFA_" {
        /// The index of its link.
        1 => IFINDEX: u32,
        /// Its number.
        2 => VIF_ID: u32,
        /// What it is.
        3 => FLAGS: VifFlags,
        /// Bytes received.
        4 => BYTES_IN: u64,
        /// Bytes sent.
        5 => BYTES_OUT: u64,
        /// Packets received.
        6 => PACKETS_IN: u64,
        /// Packets sent.
        7 => PACKETS_OUT: u64,
        /// This end's address; with [`VifFlags::USE_IFINDEX`] the link's index instead, in the
        /// machine's byte order.
        8 => LOCAL_ADDR: Ipv4Addr,
        /// The other end's address, of a tunnel.
        9 => REMOTE_ADDR: Ipv4Addr,
        /// Fills up to 8 bytes.
        10 => PAD: Bytes,
    }
}

flags! {
    /// What an interface of multicast routing is, `VIFF_*`.
    pub VifFlags "VIFF_": u16 {
        /// A tunnel.
        0x1 => TUNNEL,
        /// One with the sender's route.
        0x2 => SRCRT,
        /// Where packets for a rendezvous point go.
        0x4 => REGISTER,
        /// Known by its link's index, not by its address.
        0x8 => USE_IFINDEX,
    }
}
