//! `vxlan`: Ethernet over UDP, many networks in one.

use core::net::{Ipv4Addr, Ipv6Addr};

use crate::rtnl::link::tunnel::{DontFragment, UdpPortRange};
use crate::value::{Be, Flag, Struct};

attributes! {
    /// A VXLAN's attributes, `IFLA_VXLAN_*`.
    pub Vxlan "IFLA_VXLAN_" {
        /// The network's number.
        1 => ID: u32 where max(0xff_ffff),
        /// Where frames to unknown addresses go: a group, or one remote.
        2 => GROUP: Ipv4Addr,
        /// The link that its packets go through.
        3 => LINK: u32,
        /// The address that its packets come from.
        4 => LOCAL: Ipv4Addr,
        /// How many hops its packets may take; 0 as the system has it.
        5 => TTL: u8,
        /// The traffic class of its packets; 1 as in the frame within.
        6 => TOS: u8,
        /// Whether it learns addresses from what it receives.
        7 => LEARNING: u8,
        /// How long an address stays known, in seconds.
        8 => AGEING: u32,
        /// How many addresses it keeps; 0 for any number.
        9 => LIMIT: u32,
        /// The ports that its packets come from.
        10 => PORT_RANGE: Struct<UdpPortRange> where len(4, 4),
        /// Whether it answers ARP and neighbour discovery for those it knows.
        11 => PROXY: u8,
        /// Whether it sends straight to a host what would be routed there.
        12 => RSC: u8,
        /// Whether it tells of unknown hardware addresses.
        13 => L2MISS: u8,
        /// Whether it tells of unknown IP addresses.
        14 => L3MISS: u8,
        /// The port that its packets go to.
        15 => PORT: Be<u16>,
        /// Where frames to unknown addresses go, over IPv6.
        16 => GROUP6: Ipv6Addr,
        /// The address that its packets come from, over IPv6.
        17 => LOCAL6: Ipv6Addr,
        /// Whether its packets over IPv4 have a UDP checksum.
        18 => UDP_CSUM: u8,
        /// Whether its packets over IPv6 go without a UDP checksum.
        19 => UDP_ZERO_CSUM6_TX: u8,
        /// Whether packets over IPv6 may come without a UDP checksum.
        20 => UDP_ZERO_CSUM6_RX: u8,
        /// Whether it leaves checksums within to the receiver.
        21 => REMCSUM_TX: u8,
        /// Whether it completes checksums that the sender left to it.
        22 => REMCSUM_RX: u8,
        /// Whether it carries a group policy along, from and to the packet's mark.
        23 => GBP: Flag,
        /// Completes checksums at once, never in part.
        24 => REMCSUM_NOPARTIAL: Flag,
        /// Whether routes and filters say where each packet goes.
        25 => COLLECT_METADATA: u8,
        /// The flow label of its packets over IPv6.
        26 => LABEL: Be<u32>,
        /// Carries other things than Ethernet as well.
        27 => GPE: Flag,
        /// Whether packets take over the hops left from the packet within.
        28 => TTL_INHERIT: u8,
        /// Whether routers may split its packets.
        29 => DF: DontFragment where max(2),
        /// Whether it takes only network numbers that it was told of.
        30 => VNIFILTER: u8,
        /// Whether packets for a VXLAN on this machine skip the way out.
        31 => LOCALBYPASS: u8 where max(1),
        /// Where the flow label is taken from.
        32 => LABEL_POLICY: VxlanLabelPolicy where max(1),
        /// The bits of the header that have to be 0 in what it receives.
        33 => RESERVED_BITS: Struct<VxlanHeader> where len(8, 8),
        /// Whether its own multicast packets pass through multicast routing.
        34 => MC_ROUTE: u8 where max(1),
    }
}

structure! {
    /// `struct vxlanhdr`.
    pub VxlanHeader "struct vxlanhdr" "" (8) {
        /// What else the header holds.
        0 => vx_flags: u32 as Be<u32>,
        /// The network's number, in the upper 24 bits.
        4 => vx_vni: u32 as Be<u32>,
    }
}

values! {
    /// Where a flow label is taken from, `VXLAN_LABEL_*`.
    pub VxlanLabelPolicy "VXLAN_LABEL_": u32 {
        /// From the link's own setting.
        0 => FIXED,
        /// From the packet within.
        1 => INHERIT,
    }
}
