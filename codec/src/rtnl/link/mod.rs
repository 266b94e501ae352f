//! Links (network interfaces): `RTM_NEWLINK`, `RTM_DELLINK`, `RTM_GETLINK`, `RTM_SETLINK`.

use crate::nest::{Nest, SubMessage};
use crate::rtnl::ids::AddressFamily;
use crate::rtnl::link::af_spec::{AfSpec, ProtInfo};
use crate::rtnl::link::kinds::{LinkData, SlaveData, XstatsData};
use crate::rtnl::link::vf::{Port, VfList, VfPorts};
use crate::rtnl::link::xdp::Xdp;
use crate::value::{Blob, Bytes, Mac, Multi, Struct, Text, Uint};

pub mod af_spec;
pub mod devconf;
pub mod hardware;
pub mod kinds;
pub mod stats;
pub mod tunnel;
pub mod vf;
pub mod xdp;

pub use self::hardware::Hardware;
pub use self::kinds::vlan::Vlan;
pub use self::stats::{LinkStats, LinkStats64};

messages! {
    /// Links and their alternative names.
    pub FAMILY "route/link": LinkHeader, Link {
        /// New or changed link, or reply to a get; as a request, creates or changes one.
        16 => NEW "RTM_NEWLINK",
        /// Deleted link; as a request, deletes one.
        17 => DEL "RTM_DELLINK",
        /// Request for a link, or as a dump for all.
        18 => GET "RTM_GETLINK" where dump puts Link::EXT_MASK = ExtMask::VF.0; not of AddressFamily::INET6,
        /// Request to change a link; creates none.
        19 => SET "RTM_SETLINK",
        /// Request to add alternative names, [`Link::PROP_LIST`].
        108 => NEWPROP "RTM_NEWLINKPROP",
        /// Request to remove alternative names, [`Link::PROP_LIST`].
        109 => DELPROP "RTM_DELLINKPROP",
        /// Request for alternative names; not implemented by the kernel.
        110 => GETPROP "RTM_GETLINKPROP",
    }
}

structure! {
    /// Header of link messages.
    pub LinkHeader "struct ifinfomsg" "ifi_" (16) {
        /// Address family: mostly unspecified; `AF_BRIDGE` for a link's role as a bridge port.
        0 => family: AddressFamily,
        /// Hardware type.
        2 => hardware "ifi_type": Hardware,
        /// Interface index; 0 in a request selects the link by name, or has the kernel choose the
        /// index of a new link.
        4 => index: i32,
        /// Interface flags.
        8 => flags: LinkFlags,
        /// Mask of the flags to change, 0 for all of them unless `flags` is 0 too; in a
        /// notification, those that have changed.
        12 => change: LinkFlags,
    }
}

flags! {
    /// Interface flags, `netdevice(7)`.
    pub LinkFlags "IFF_": u32 {
        /// Administratively up.
        0x1 => UP,
        /// Broadcast address valid.
        0x2 => BROADCAST,
        /// Debugging of the driver enabled.
        0x4 => DEBUG,
        /// Loopback interface.
        0x8 => LOOPBACK,
        /// Point-to-point link.
        0x10 => POINTOPOINT,
        /// Trailers avoided; obsolete.
        0x20 => NOTRAILERS,
        /// Operational, RFC 2863 `OPER_UP`.
        0x40 => RUNNING,
        /// No ARP or neighbour discovery on the link.
        0x80 => NOARP,
        /// Promiscuous mode.
        0x100 => PROMISC,
        /// All multicast frames are received.
        0x200 => ALLMULTI,
        /// Master of a load-balancing bundle.
        0x400 => MASTER,
        /// Slave of a load-balancing bundle.
        0x800 => SLAVE,
        /// Multicast supported.
        0x1000 => MULTICAST,
        /// Media type selectable by `ifmap`.
        0x2000 => PORTSEL,
        /// Media type selected automatically.
        0x4000 => AUTOMEDIA,
        /// Addresses are lost when the interface goes down.
        0x8000 => DYNAMIC,
        /// Physical layer (carrier) up.
        0x10000 => LOWER_UP,
        /// Dormant: waits for an external event, such as 802.1X authentication.
        0x20000 => DORMANT,
        /// Sent frames are received locally, as on CAN.
        0x40000 => ECHO,
    }
}

attributes! {
    /// Attributes of a link.
    pub Link "IFLA_" {
        /// Link-layer (MAC) address.
        1 => ADDRESS: Mac where len(0, 32),
        /// Link-layer broadcast address; on a point-to-point tunnel, the peer's address.
        2 => BROADCAST: Mac where len(0, 32),
        /// Interface name.
        3 => IFNAME: Text<15>,
        /// Maximum transmission unit in bytes.
        4 => MTU: u32,
        /// Interface index of the underlying link, or of a pair's peer.
        5 => LINK: u32,
        /// Root queueing discipline.
        6 => QDISC: Text<15>,
        /// Traffic statistics in 32 bits, which wrap around.
        7 => STATS: Struct<LinkStats>,
        /// Unused.
        8 => COST: Bytes,
        /// Unused.
        9 => PRIORITY: Bytes,
        /// Interface index of the master: bridge, bond, VRF; 0 removes the link from it.
        10 => MASTER: u32,
        /// Event of the wireless extensions, in their own format.
        11 => WIRELESS: Bytes,
        /// Settings of the address family in the header: of a bridge port, or IPv6.
        12 => PROTINFO: SubMessage<ProtInfo>,
        /// Transmit queue length in packets.
        13 => TXQLEN: u32,
        /// Hardware resources.
        14 => MAP: Struct<LinkMap>,
        /// Unused.
        15 => WEIGHT: u32,
        /// Operational state (RFC 2863).
        16 => OPERSTATE: OperState,
        /// Operational state after the carrier comes up.
        17 => LINKMODE: LinkMode,
        /// Kind of the link and its settings.
        18 => LINKINFO: Nest<LinkInfo>,
        /// PID of a process whose network namespace the link is moved to (request only).
        19 => NET_NS_PID: u32,
        /// Interface alias, `ifAlias` of SNMP.
        20 => IFALIAS: Text<255>,
        /// Number of virtual functions (SR-IOV).
        21 => NUM_VF: u32,
        /// Virtual functions.
        22 => VFINFO_LIST: Nest<VfList>,
        /// Traffic statistics in 64 bits.
        23 => STATS64: Struct<LinkStats64>,
        /// Port profiles of the virtual functions (IEEE 802.1Qbg).
        24 => VF_PORTS: Nest<VfPorts>,
        /// Port profile of the link itself.
        25 => PORT_SELF: Nest<Port>,
        /// Settings by address family; those of one family where the header names it.
        26 => AF_SPEC: SubMessage<AfSpec>,
        /// Interface group, as in `ip link set group`; 0 is the default.
        27 => GROUP: u32,
        /// File descriptor of a network namespace that the link is moved to (request only).
        28 => NET_NS_FD: u32,
        /// Extra information wanted in replies (request only).
        29 => EXT_MASK: ExtMask,
        /// Promiscuous-mode reference count; positive while promiscuous mode is on.
        30 => PROMISCUITY: u32,
        /// Transmit queues of the device; in a request, number to create.
        31 => NUM_TX_QUEUES: u32,
        /// Receive queues of the device; in a request, number to create.
        32 => NUM_RX_QUEUES: u32,
        /// Carrier state: 0 down, 1 up.
        33 => CARRIER: u8,
        /// Identifier of the physical port; equal for links that share one.
        34 => PHYS_PORT_ID: Blob<0, 32>,
        /// Number of carrier changes.
        35 => CARRIER_CHANGES: u32,
        /// Identifier of the switch; equal for links of one switch.
        36 => PHYS_SWITCH_ID: Blob<0, 32>,
        /// Namespace ID of the namespace that `LINK` is in; -1 if it has none.
        37 => LINK_NETNSID: i32,
        /// Name of the physical port, as the driver gives it.
        38 => PHYS_PORT_NAME: Text<15>,
        /// 1 if a protocol keeps the link down (protodown), otherwise 0.
        39 => PROTO_DOWN: u8,
        /// Maximum number of segments of a packet passed to the device for segmentation (GSO).
        40 => GSO_MAX_SEGS: u32,
        /// Maximum size of a packet passed to the device for segmentation (GSO), in bytes.
        41 => GSO_MAX_SIZE: u32,
        /// Padding to align the 64-bit attribute that follows.
        42 => PAD: Bytes,
        /// XDP programs.
        43 => XDP: Nest<Xdp>,
        /// Event that caused the notification.
        44 => EVENT: LinkEvent,
        /// Namespace ID of the namespace that the link has moved to, seen from the old one.
        45 => NEW_NETNSID: i32,
        /// Namespace ID: of the namespace that a get or delete applies to, or that a new or changed
        /// link is put into.
        46 => TARGET_NETNSID: i32,
        /// Number of times that the carrier came up.
        47 => CARRIER_UP_COUNT: u32,
        /// Number of times that the carrier went down.
        48 => CARRIER_DOWN_COUNT: u32,
        /// Interface index in the new namespace.
        49 => NEW_IFINDEX: i32 where signed(1, i64::MAX),
        /// Minimum MTU in bytes.
        50 => MIN_MTU: u32,
        /// Maximum MTU in bytes; 0 for no limit.
        51 => MAX_MTU: u32,
        /// Alternative names.
        52 => PROP_LIST: Nest<PropList>,
        /// Alternative interface name, to select the link by (request only).
        53 => ALT_IFNAME: Text<127>,
        /// Permanent link-layer address of the hardware.
        54 => PERM_ADDRESS: Mac,
        /// Reasons that keep the link down (protodown).
        55 => PROTO_DOWN_REASON: Nest<ProtoDownReason>,
        /// Name of the parent device on its bus.
        56 => PARENT_DEV_NAME: Text<{ usize::MAX }>,
        /// Name of the parent device's bus.
        57 => PARENT_DEV_BUS_NAME: Text<{ usize::MAX }>,
        /// Maximum size of an aggregated received packet (GRO), in bytes.
        58 => GRO_MAX_SIZE: u32,
        /// Maximum size of a packet that the hardware can segment (TSO), in bytes.
        59 => TSO_MAX_SIZE: u32,
        /// Maximum number of segments that the hardware can split a packet into (TSO).
        60 => TSO_MAX_SEGS: u32,
        /// All-multicast reference count.
        61 => ALLMULTI: u32,
        /// Devlink port of the link.
        62 => DEVLINK_PORT: Nest<DevlinkPort>,
        /// Maximum size of an IPv4 packet passed to the device for segmentation (GSO), in bytes.
        63 => GSO_IPV4_MAX_SIZE: u32,
        /// Maximum size of an aggregated received IPv4 packet (GRO), in bytes.
        64 => GRO_IPV4_MAX_SIZE: u32,
        /// DPLL pin that carries the clock recovered from the link.
        65 => DPLL_PIN: Nest<DpllPin>,
        /// Maximum time that a packet may be passed to the device ahead of its transmission, in ns.
        66 => MAX_PACING_OFFLOAD_HORIZON: Uint,
        /// 1 if the link cannot change its network namespace, otherwise 0.
        67 => NETNS_IMMUTABLE: u8,
        /// Headroom that the device needs ahead of a packet, in bytes.
        68 => HEADROOM: u16,
        /// Tailroom that the device needs behind a packet, in bytes.
        69 => TAILROOM: u16,
    }
}

attributes! {
    /// Kind of a link and its settings.
    pub LinkInfo "IFLA_INFO_" {
        /// Kind, as in `ip link add type`.
        1 => KIND: Text<63>,
        /// Settings of the kind.
        2 => DATA: SubMessage<LinkData>,
        /// Statistics of the kind.
        3 => XSTATS: SubMessage<XstatsData>,
        /// Kind of the master that the link is a port of.
        4 => SLAVE_KIND: Text<63>,
        /// Settings of the port, of the master's kind.
        5 => SLAVE_DATA: SubMessage<SlaveData>,
    }
}

attributes! {
    /// Properties of a link.
    pub PropList "IFLA_" {
        /// Alternative interface name, up to 127 bytes.
        53 => ALT_IFNAME: Multi<Text<127>>,
    }
}

attributes! {
    /// Reasons that keep a link down (protodown).
    pub ProtoDownReason "IFLA_PROTO_DOWN_REASON_" {
        /// Mask of the reasons to change.
        1 => MASK: u32,
        /// Reasons as bits, which `protodown_reasons.d` of iproute2 names.
        2 => VALUE: u32,
    }
}

attributes! {
    /// Port of a devlink instance that a link belongs to.
    pub DevlinkPort "DEVLINK_ATTR_" {
        /// Bus of the device, such as `pci`.
        1 => BUS_NAME: Text<{ usize::MAX }>,
        /// Name of the device on the bus.
        2 => DEV_NAME: Text<{ usize::MAX }>,
        /// Index of the port on the device.
        3 => PORT_INDEX: u32,
        /// Index of the devlink instance.
        184 => INDEX: Uint,
    }
}

attributes! {
    /// Pin of a digital phase-locked loop (synchronous Ethernet).
    pub DpllPin "DPLL_A_PIN_" {
        /// Pin ID, for the generic family `dpll`.
        1 => ID: u32,
    }
}

flags! {
    /// Extra information wanted in replies.
    pub ExtMask "RTEXT_FILTER_": u32 {
        /// Virtual functions.
        0x1 => VF,
        /// VLANs of bridges and ports, one by one.
        0x2 => BRVLAN,
        /// VLANs of bridges and ports, as ranges.
        0x4 => BRVLAN_COMPRESSED,
        /// Statistics omitted.
        0x8 => SKIP_STATS,
        /// Media redundancy (MRP) of bridges.
        0x10 => MRP,
        /// Configuration of fault management (CFM) of bridges.
        0x20 => CFM_CONFIG,
        /// Status of fault management (CFM) of bridges.
        0x40 => CFM_STATUS,
        /// Multiple spanning tree states of bridges.
        0x80 => MST,
        /// Header and names only.
        0x100 => NAME_ONLY,
    }
}

values! {
    /// Operational state, RFC 2863.
    pub OperState "IF_OPER_": u8 {
        /// Not determined by the driver.
        0 => UNKNOWN,
        /// Component missing, such as a hotplug module.
        1 => NOTPRESENT,
        /// Not able to pass packets.
        2 => DOWN,
        /// Down, as a lower link is down.
        3 => LOWERLAYERDOWN,
        /// In test mode.
        4 => TESTING,
        /// Waits for an external event, such as 802.1X authentication.
        5 => DORMANT,
        /// Up, packets can pass.
        6 => UP,
    }
}

values! {
    /// Operational state that a link enters when its carrier comes up.
    pub LinkMode "IF_LINK_MODE_": u8 {
        /// Up.
        0 => DEFAULT,
        /// Dormant, until user space sets it up.
        1 => DORMANT,
        /// Testing, until user space sets it up.
        2 => TESTING,
    }
}

values! {
    /// Event that caused a notification.
    pub LinkEvent "IFLA_EVENT_": u32 {
        /// Event that has no value of its own; the kernel then omits the attribute.
        0 => NONE,
        /// Link reset internally.
        1 => REBOOT,
        /// Offload features changed.
        2 => FEATURES,
        /// Bond switched its active slave.
        3 => BONDING_FAILOVER,
        /// Peer notification (gratuitous ARP, unsolicited NA) sent.
        4 => NOTIFY_PEERS,
        /// IGMP memberships reported again.
        5 => IGMP_RESEND,
        /// Options of a bond changed.
        6 => BONDING_OPTIONS,
    }
}

structure! {
    /// Hardware resources of a link.
    pub LinkMap "struct rtnl_link_ifmap" "" (32) {
        /// Start of the shared memory.
        0 => mem_start: u64,
        /// End of the shared memory.
        8 => mem_end: u64,
        /// I/O base address.
        16 => base_addr: u64,
        /// Interrupt number.
        24 => irq: u16,
        /// DMA channel.
        26 => dma: u8,
        /// Media port (`IF_PORT_*`).
        27 => port: u8,
    }
}
