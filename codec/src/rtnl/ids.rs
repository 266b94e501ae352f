//! Address families: which protocol an object belongs to.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::nest::DefaultSubMessage;
use crate::value::{Array, Be, Bytes, Embedded};

values! {
    /// An address family, `AF_*`: which protocol an object belongs to.
    pub AddressFamily "AF_": u8 {
        /// All of them, or none in particular.
        0 => UNSPEC,
        /// Sockets of one machine.
        1 => UNIX,
        /// IPv4.
        2 => INET,
        /// Amateur radio.
        3 => AX25,
        /// Novell's protocol.
        4 => IPX,
        /// Apple's protocol.
        5 => APPLETALK,
        /// Amateur radio's network layer.
        6 => NETROM,
        /// Ports of a bridge, and addresses that it has learned.
        7 => BRIDGE,
        /// Permanent ATM circuits.
        8 => ATMPVC,
        /// X.25, the packet layer.
        9 => X25,
        /// IPv6.
        10 => INET6,
        /// Amateur radio's X.25.
        11 => ROSE,
        /// Digital's protocol, gone from the kernel.
        12 => DECNET,
        /// IPsec's older interface.
        15 => KEY,
        /// Netlink itself.
        16 => NETLINK,
        /// Whole frames, addressed by hardware address.
        17 => PACKET,
        /// Switched ATM circuits.
        20 => ATMSVC,
        /// Reliable datagrams.
        21 => RDS,
        /// PPP over anything.
        24 => PPPOX,
        /// Logical link control.
        26 => LLC,
        /// InfiniBand, by its own addresses.
        27 => IB,
        /// Labels.
        28 => MPLS,
        /// Controller area networks, as in cars.
        29 => CAN,
        /// Messages within a cluster.
        30 => TIPC,
        /// Bluetooth.
        31 => BLUETOOTH,
        /// Between virtual machines on s390.
        32 => IUCV,
        /// Remote calls, as AFS makes them.
        33 => RXRPC,
        /// Modems in phones.
        35 => PHONET,
        /// Low-rate wireless.
        36 => IEEE802154,
        /// Modems by ST-Ericsson.
        37 => CAIF,
        /// The kernel's ciphers.
        38 => ALG,
        /// Near-field communication.
        39 => NFC,
        /// Between a virtual machine and its host.
        40 => VSOCK,
        /// Messages over TCP.
        41 => KCM,
        /// Between processors of a phone.
        42 => QIPCRTR,
        /// TCP over shared memory.
        43 => SMC,
        /// Packets straight from the driver.
        44 => XDP,
        /// Between parts of a server's board.
        45 => MCTP,
        /// Multicast routes of IPv4, `RTNL_FAMILY_IPMR`.
        128 => IPMR,
        /// Multicast routes of IPv6, `RTNL_FAMILY_IP6MR`.
        129 => IP6MR,
    }
}

sub_messages! {
    /// What an address is, by the message's address family.
    pub AddressOf by family {
        AddressFamily::MPLS => Array<Embedded<Label>>,
        AddressFamily::PHONET | AddressFamily::MCTP => u8,
        _ => IpAddr,
    }
}

/// An IP address; but a label in messages of [`AddressFamily::MPLS`], and a single byte in those of
/// [`AddressFamily::PHONET`] and [`AddressFamily::MCTP`].
pub type Address = DefaultSubMessage<IpAddr, AddressOf>;

values! {
    /// A routing table, `RT_TABLE_*`; any other number is one of the user's.
    pub RouteTable "RT_TABLE_": u32 {
        /// Not said.
        0 => UNSPEC,
        /// In a header: the number is too large for it.
        252 => COMPAT,
        /// Looked at last, and empty unless somebody fills it.
        253 => DEFAULT,
        /// Where routes are unless told otherwise.
        254 => MAIN,
        /// This machine's own addresses, kept by the kernel.
        255 => LOCAL,
    }
}

values! {
    /// Who set a route, `RTPROT_*`. Other programs may have other numbers.
    pub RouteProtocol "RTPROT_": u8 {
        /// Nobody said.
        0 => UNSPEC,
        /// A router that knows a better one.
        1 => REDIRECT,
        /// The kernel.
        2 => KERNEL,
        /// Scripts while the machine starts.
        3 => BOOT,
        /// The administrator.
        4 => STATIC,
        /// The program GateD.
        8 => GATED,
        /// A router's announcement.
        9 => RA,
        /// Merit's toolkit.
        10 => MRT,
        /// The program Zebra, or FRRouting.
        11 => ZEBRA,
        /// The program BIRD.
        12 => BIRD,
        /// DECnet's routing program.
        13 => DNROUTED,
        /// The program XORP.
        14 => XORP,
        /// Netsukuku.
        15 => NTK,
        /// A DHCP client.
        16 => DHCP,
        /// A multicast routing program.
        17 => MROUTED,
        /// The program keepalived.
        18 => KEEPALIVED,
        /// The Babel protocol.
        42 => BABEL,
        /// Open Virtual Network.
        84 => OVN,
        /// Open/R.
        99 => OPENR,
        /// The BGP protocol.
        186 => BGP,
        /// The IS-IS protocol.
        187 => ISIS,
        /// The OSPF protocol.
        188 => OSPF,
        /// The RIP protocol.
        189 => RIP,
        /// The EIGRP protocol.
        192 => EIGRP,
    }
}

values! {
    /// How far away something is, `RT_SCOPE_*`; numbers between are the user's.
    pub RouteScope "RT_SCOPE_": u8 {
        /// Anywhere.
        0 => UNIVERSE,
        /// Within the site; IPv6 only.
        200 => SITE,
        /// On the link.
        253 => LINK,
        /// On this machine.
        254 => HOST,
        /// Nowhere.
        255 => NOWHERE,
    }
}

values! {
    /// What happens to packets, `RTN_*`.
    pub RouteType "RTN_": u8 {
        /// Not said.
        0 => UNSPEC,
        /// They go to the next hop.
        1 => UNICAST,
        /// They are for this machine.
        2 => LOCAL,
        /// They are for everyone on the link.
        3 => BROADCAST,
        /// They are for the nearest of several machines, and this is one.
        4 => ANYCAST,
        /// They are for a group.
        5 => MULTICAST,
        /// They are dropped in silence.
        6 => BLACKHOLE,
        /// They are refused: no way there.
        7 => UNREACHABLE,
        /// They are refused: not allowed.
        8 => PROHIBIT,
        /// The next rule decides.
        9 => THROW,
        /// Gone from the kernel: their address is changed.
        10 => NAT,
        /// Unused: a program decides.
        11 => XRESOLVE,
    }
}

flags! {
    /// What a next hop is like, `RTNH_F_*`.
    pub NextHopFlags "RTNH_F_": u32 {
        /// It is dead.
        0x1 => DEAD,
        /// Its own route is looked up.
        0x2 => PERVASIVE,
        /// The gateway is on the link, whatever the addresses say.
        0x4 => ONLINK,
        /// It is in hardware.
        0x8 => OFFLOAD,
        /// Its link has no carrier.
        0x10 => LINKDOWN,
        /// It is not known yet.
        0x20 => UNRESOLVED,
        /// The hardware hands its packets to the kernel.
        0x40 => TRAP,
    }
}

structure! {
    /// An entry of a stack of labels, `struct mpls_label`.
    pub Label "struct mpls_label" "" (4) {
        /// From the top: the label (20 bits), traffic class (3), whether it is the last one (1),
        /// how many hops are left (8).
        0 => entry: u32 as Be<u32>,
    }
}

values! {
    /// The Ethernet type that announces a VLAN's tag, `ETH_P_*`.
    pub VlanProtocol "ETH_P_": Be<u16> {
        /// A customer's tag, which is the usual one.
        0x8100 => P_8021Q,
        /// A provider's tag, outside of a customer's.
        0x88a8 => P_8021AD,
    }
}

structure! {
    /// `struct ifla_bridge_id`.
    pub BridgeId "struct ifla_bridge_id" "" (8) {
        /// How little it wants to be the root.
        0 => prio: u16 as Be<u16>,
        /// Its hardware address, which decides between equals.
        2 => addr: [u8; 6],
    }
}

values! {
    /// Whether a multicast router is thought to be there, `MDB_RTR_TYPE_*`.
    pub RouterType "MDB_RTR_TYPE_": u8 {
        /// Never.
        0 => DISABLED,
        /// While queries are seen.
        1 => TEMP_QUERY,
        /// Always.
        2 => PERM,
        /// For a while, from when this is set.
        3 => TEMP,
    }
}

values! {
    /// What the spanning tree has decided about a port, `BR_STATE_*`.
    pub PortState "BR_STATE_": u8 {
        /// It takes no part.
        0 => DISABLED,
        /// It listens to the tree only.
        1 => LISTENING,
        /// It learns who is behind it, and passes nothing on.
        2 => LEARNING,
        /// It passes packets on.
        3 => FORWARDING,
        /// It passes nothing on, for there is another way.
        4 => BLOCKING,
    }
}

structure! {
    /// `struct bridge_vlan_info`.
    pub VlanInfo "struct bridge_vlan_info" "" (4) {
        /// What is special about the VLAN.
        0 => flags: VlanInfoFlags,
        /// The number in the tag.
        2 => vid: u16,
    }
}

impl Label {
    /// The label of this number; the `last` one of a stack says so.
    pub const fn new(number: u32, last: bool) -> Label {
        Label { entry: number << 12 | (last as u32) << 8 }
    }

    /// The label's number.
    pub const fn number(self) -> u32 {
        self.entry >> 12
    }

    /// Whether it is the last one of its stack.
    pub const fn is_last(self) -> bool {
        self.entry & 0x100 != 0
    }
}

flags! {
    /// What is special about a VLAN on a bridge or a port, `BRIDGE_VLAN_INFO_*`.
    pub VlanInfoFlags "BRIDGE_VLAN_INFO_": u16 {
        /// The bridge itself is meant, not its ports.
        0x1 => MASTER,
        /// Packets that come in without a tag are of this one.
        0x2 => PVID,
        /// Its packets go out without a tag.
        0x4 => UNTAGGED,
        /// It is the first of a range.
        0x8 => RANGE_BEGIN,
        /// It is the last of a range.
        0x10 => RANGE_END,
        /// The bridge itself takes part in it.
        0x20 => BRENTRY,
        /// Only its options are meant; it is neither added nor changed.
        0x40 => ONLY_OPTS,
    }
}

attributes! {
    /// Who asks for group members on a bridge, `BRIDGE_QUERIER_*`.
    pub BridgeQuerier "BRIDGE_QUERIER_" {
        /// The one for IPv4.
        1 => IP_ADDRESS: Ipv4Addr,
        /// The index of the port that it is behind.
        2 => IP_PORT: u32,
        /// How long it may still be silent, in hundredths of a second.
        3 => IP_OTHER_TIMER: u64,
        /// Fills up to 8 bytes.
        4 => PAD: Bytes,
        /// The one for IPv6.
        5 => IPV6_ADDRESS: Ipv6Addr,
        /// The index of the port that the one for IPv6 is behind.
        6 => IPV6_PORT: u32,
        /// How long the one for IPv6 may still be silent, in hundredths of a second.
        7 => IPV6_OTHER_TIMER: u64,
    }
}
