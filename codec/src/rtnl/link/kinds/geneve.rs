//! `geneve`: Ethernet over UDP, with options.

use core::net::{Ipv4Addr, Ipv6Addr};

use crate::rtnl::link::tunnel::{DontFragment, UdpPortRange};
use crate::value::{Be, Flag, Struct};

attributes! {
    /// A Geneve tunnel's attributes, `IFLA_GENEVE_*`.
    pub Geneve "IFLA_GENEVE_" {
        /// The network's number.
        1 => ID: u32 where max(0xff_ffff),
        /// The other end.
        2 => REMOTE: Ipv4Addr,
        /// How many hops its packets may take; 0 as the system has it.
        3 => TTL: u8,
        /// The traffic class of its packets; 1 as in the frame within.
        4 => TOS: u8,
        /// The port that its packets go to.
        5 => PORT: Be<u16>,
        /// Lets routes and filters say where each packet goes.
        6 => COLLECT_METADATA: Flag,
        /// The other end, over IPv6.
        7 => REMOTE6: Ipv6Addr,
        /// Whether its packets over IPv4 have a UDP checksum.
        8 => UDP_CSUM: u8,
        /// Whether its packets over IPv6 go without a UDP checksum.
        9 => UDP_ZERO_CSUM6_TX: u8,
        /// Whether packets over IPv6 may come without a UDP checksum.
        10 => UDP_ZERO_CSUM6_RX: u8,
        /// The flow label of its packets over IPv6.
        11 => LABEL: Be<u32>,
        /// Whether packets take over the hops left from the packet within.
        12 => TTL_INHERIT: u8,
        /// Whether routers may split its packets.
        13 => DF: DontFragment where max(2),
        /// Carries IP packets, announced by their own type.
        14 => INNER_PROTO_INHERIT: Flag,
        /// The ports that its packets come from.
        15 => PORT_RANGE: Struct<UdpPortRange> where len(4, 4),
        /// Tells the receiver how to merge packets again.
        16 => GRO_HINT: Flag,
        /// The address that its packets come from.
        17 => LOCAL: Ipv4Addr,
        /// The address that its packets come from, over IPv6.
        18 => LOCAL6: Ipv6Addr,
    }
}
