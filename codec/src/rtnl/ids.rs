//! Identifiers that several objects share: address families, routing tables, protocols, scopes,
//! VLANs.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::nest::DefaultSubMessage;
use crate::value::{Array, Be, Bytes, Embedded};

values! {
    /// Address family of a socket or an object.
    pub AddressFamily "AF_": u8 {
        /// Unspecified: all families, or none in particular.
        0 => UNSPEC,
        /// Local (Unix domain) sockets.
        1 => UNIX,
        /// IPv4.
        2 => INET,
        /// AX.25, amateur radio.
        3 => AX25,
        /// Novell IPX.
        4 => IPX,
        /// AppleTalk datagram delivery protocol.
        5 => APPLETALK,
        /// NET/ROM, amateur radio.
        6 => NETROM,
        /// Bridge: ports and forwarding database.
        7 => BRIDGE,
        /// ATM permanent virtual circuits.
        8 => ATMPVC,
        /// X.25 packet layer.
        9 => X25,
        /// IPv6.
        10 => INET6,
        /// ROSE, amateur radio.
        11 => ROSE,
        /// DECnet; removed from the kernel.
        12 => DECNET,
        /// IPsec key management, PF_KEY (RFC 2367).
        15 => KEY,
        /// Netlink sockets.
        16 => NETLINK,
        /// Packet sockets, link-layer frames.
        17 => PACKET,
        /// ATM switched virtual circuits.
        20 => ATMSVC,
        /// Reliable Datagram Sockets.
        21 => RDS,
        /// PPP over Ethernet and other transports.
        24 => PPPOX,
        /// Logical Link Control, IEEE 802.2.
        26 => LLC,
        /// InfiniBand native addressing.
        27 => IB,
        /// MPLS labels.
        28 => MPLS,
        /// Controller Area Network.
        29 => CAN,
        /// TIPC, cluster communication.
        30 => TIPC,
        /// Bluetooth sockets.
        31 => BLUETOOTH,
        /// IUCV, between z/VM guests.
        32 => IUCV,
        /// RxRPC, as used by AFS.
        33 => RXRPC,
        /// Phonet, modems of phones.
        35 => PHONET,
        /// IEEE 802.15.4, low-rate wireless.
        36 => IEEE802154,
        /// CAIF, ST-Ericsson modems.
        37 => CAIF,
        /// Kernel crypto API.
        38 => ALG,
        /// Near-field communication.
        39 => NFC,
        /// Virtual machine sockets, between guest and host.
        40 => VSOCK,
        /// Kernel Connection Multiplexor, messages over TCP.
        41 => KCM,
        /// Qualcomm IPC router.
        42 => QIPCRTR,
        /// SMC, TCP over shared memory.
        43 => SMC,
        /// AF_XDP, frames directly from the driver.
        44 => XDP,
        /// Management Component Transport Protocol.
        45 => MCTP,
        /// IPv4 multicast routes.
        128 => IPMR "RTNL_FAMILY_IPMR",
        /// IPv6 multicast routes.
        129 => IP6MR "RTNL_FAMILY_IP6MR",
    }
}

sub_messages! {
    /// Type of an address, selected by the message's address family.
    pub AddressOf by family {
        AddressFamily::MPLS => Array<Embedded<Label>>,
        AddressFamily::PHONET | AddressFamily::MCTP => u8,
        _ => IpAddr,
    }
}

/// IP address; an MPLS label stack in messages of [`AddressFamily::MPLS`], a single byte in those
/// of [`AddressFamily::PHONET`] and [`AddressFamily::MCTP`].
pub type Address = DefaultSubMessage<IpAddr, AddressOf>;

values! {
    /// Routing table; any other number is a table of the user's.
    pub RouteTable "RT_TABLE_": u32 {
        /// Unspecified.
        0 => UNSPEC,
        /// Placeholder in a header for table numbers above 255; the attribute has the number.
        252 => COMPAT,
        /// Default table, looked up last; empty unless routes are added.
        253 => DEFAULT,
        /// Main table, for routes without another table.
        254 => MAIN,
        /// Local table, with the local and broadcast addresses that the kernel maintains.
        255 => LOCAL,
    }
}

values! {
    /// Origin of a route. Programs may use numbers that are not listed.
    pub RouteProtocol "RTPROT_": u8 {
        /// Unspecified.
        0 => UNSPEC,
        /// ICMP redirect.
        1 => REDIRECT,
        /// Kernel, for addresses and links.
        2 => KERNEL,
        /// Boot scripts, or `ip` without a protocol.
        3 => BOOT,
        /// Administrator.
        4 => STATIC,
        /// GateD routing daemon.
        8 => GATED,
        /// IPv6 router advertisement.
        9 => RA,
        /// Merit MRT.
        10 => MRT,
        /// Zebra and FRRouting.
        11 => ZEBRA,
        /// BIRD routing daemon.
        12 => BIRD,
        /// DECnet routing daemon.
        13 => DNROUTED,
        /// XORP routing platform.
        14 => XORP,
        /// Netsukuku.
        15 => NTK,
        /// DHCP client.
        16 => DHCP,
        /// Multicast routing daemon.
        17 => MROUTED,
        /// Keepalived (VRRP).
        18 => KEEPALIVED,
        /// Babel daemon.
        42 => BABEL,
        /// Open Virtual Network.
        84 => OVN,
        /// Open/R routing platform.
        99 => OPENR,
        /// BGP routes.
        186 => BGP,
        /// IS-IS routes.
        187 => ISIS,
        /// OSPF routes.
        188 => OSPF,
        /// RIP routes.
        189 => RIP,
        /// EIGRP routes.
        192 => EIGRP,
    }
}

values! {
    /// Scope: distance of a destination. Numbers between those listed are the user's.
    pub RouteScope "RT_SCOPE_": u8 {
        /// Global.
        0 => UNIVERSE,
        /// Interior route within the site; IPv6 only.
        200 => SITE,
        /// Directly attached link.
        253 => LINK,
        /// Local host.
        254 => HOST,
        /// Destination that does not exist.
        255 => NOWHERE,
    }
}

values! {
    /// Type of a route: what happens to matching packets.
    pub RouteType "RTN_": u8 {
        /// Unspecified.
        0 => UNSPEC,
        /// Forwarded to a next hop.
        1 => UNICAST,
        /// Delivered locally.
        2 => LOCAL,
        /// Delivered locally as broadcast, sent as link-layer broadcast.
        3 => BROADCAST,
        /// Delivered locally as broadcast, sent as unicast; for IPv6, an anycast address.
        4 => ANYCAST,
        /// Multicast destination.
        5 => MULTICAST,
        /// Dropped silently.
        6 => BLACKHOLE,
        /// Rejected with ICMP "host unreachable".
        7 => UNREACHABLE,
        /// Rejected with ICMP "communication administratively prohibited".
        8 => PROHIBIT,
        /// Lookup continues with the next policy routing rule.
        9 => THROW,
        /// Network address translation; removed from the kernel.
        10 => NAT,
        /// Resolved by an external program; never implemented.
        11 => XRESOLVE,
    }
}

flags! {
    /// State and treatment of a route's next hop.
    pub NextHopFlags "RTNH_F_": u32 {
        /// Unusable, as its link is down or gone.
        0x1 => DEAD,
        /// Recursive gateway lookup.
        0x2 => PERVASIVE,
        /// Gateway on the link, even if no address of the link covers it.
        0x4 => ONLINK,
        /// Offloaded to hardware.
        0x8 => OFFLOAD,
        /// Link without carrier.
        0x10 => LINKDOWN,
        /// Unresolved multicast route.
        0x20 => UNRESOLVED,
        /// Packets that match in hardware are passed to the kernel.
        0x40 => TRAP,
    }
}

structure! {
    /// Entry of an MPLS label stack (RFC 3032).
    pub Label "struct mpls_label" "" (4) {
        /// From the most significant bit: label (20 bits), traffic class (3), bottom of stack (1),
        /// TTL (8).
        0 => entry: u32 as Be<u32>,
    }
}

values! {
    /// EtherType of a VLAN tag.
    pub VlanProtocol "ETH_P_": Be<u16> {
        /// IEEE 802.1Q, a customer's tag.
        0x8100 => P_8021Q "ETH_P_8021Q",
        /// IEEE 802.1ad, a provider's tag (QinQ).
        0x88a8 => P_8021AD "ETH_P_8021AD",
    }
}

structure! {
    /// Bridge identifier of the spanning tree protocol.
    pub BridgeId "struct ifla_bridge_id" "" (8) {
        /// Bridge priority; the lowest becomes root.
        0 => prio: u16 as Be<u16>,
        /// MAC address, which decides between equal priorities.
        2 => addr: [u8; 6],
    }
}

values! {
    /// Multicast router state of a bridge or port.
    pub RouterType "MDB_RTR_TYPE_": u8 {
        /// Multicast router disabled.
        0 => DISABLED,
        /// Detected by queries (automatic).
        1 => TEMP_QUERY,
        /// Permanent multicast router.
        2 => PERM,
        /// Temporary multicast router, until its timer expires.
        3 => TEMP,
    }
}

values! {
    /// Spanning tree state of a port.
    pub PortState "BR_STATE_": u8 {
        /// Excluded from the spanning tree; no frames are forwarded.
        0 => DISABLED,
        /// Listens to BPDUs only.
        1 => LISTENING,
        /// Learns addresses, does not forward.
        2 => LEARNING,
        /// Forwards frames.
        3 => FORWARDING,
        /// Blocked, as another path exists.
        4 => BLOCKING,
    }
}

structure! {
    /// VLAN of a bridge or port.
    pub VlanInfo "struct bridge_vlan_info" "" (4) {
        /// Flags of the VLAN.
        0 => flags: VlanInfoFlags,
        /// VLAN ID, 0 to 4095.
        2 => vid: u16,
    }
}

impl Label {
    /// Creates the entry of a label; `last` sets the bottom-of-stack bit.
    pub const fn new(number: u32, last: bool) -> Label {
        Label { entry: number << 12 | (last as u32) << 8 }
    }

    /// Returns the label, 20 bits.
    pub const fn number(self) -> u32 {
        self.entry >> 12
    }

    /// Returns whether the bottom-of-stack bit is set.
    pub const fn is_last(self) -> bool {
        self.entry & 0x100 != 0
    }
}

flags! {
    /// Flags of a VLAN on a bridge or port.
    pub VlanInfoFlags "BRIDGE_VLAN_INFO_": u16 {
        /// Applies to the bridge itself rather than the port.
        0x1 => MASTER,
        /// Port VLAN ID: untagged ingress frames belong to this VLAN.
        0x2 => PVID,
        /// Egress frames are sent untagged.
        0x4 => UNTAGGED,
        /// First VLAN of a range.
        0x8 => RANGE_BEGIN,
        /// Last VLAN of a range.
        0x10 => RANGE_END,
        /// Global entry: the bridge device itself is a member.
        0x20 => BRENTRY,
        /// Only options are changed; the VLAN is neither added nor removed.
        0x40 => ONLY_OPTS,
    }
}

attributes! {
    /// Multicast querier that a bridge has selected.
    pub BridgeQuerier "BRIDGE_QUERIER_" {
        /// Address of the IPv4 querier.
        1 => IP_ADDRESS: Ipv4Addr,
        /// Interface index of the port towards the IPv4 querier.
        2 => IP_PORT: u32,
        /// Time left until the IPv4 querier is considered gone, in 1/100 s.
        3 => IP_OTHER_TIMER: u64,
        /// Padding to align the 64-bit attribute that follows.
        4 => PAD: Bytes,
        /// Address of the IPv6 querier.
        5 => IPV6_ADDRESS: Ipv6Addr,
        /// Interface index of the port towards the IPv6 querier.
        6 => IPV6_PORT: u32,
        /// Time left until the IPv6 querier is considered gone, in 1/100 s.
        7 => IPV6_OTHER_TIMER: u64,
    }
}
