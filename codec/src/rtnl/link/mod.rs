//! Links: what sends and receives packets.

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
    /// Links.
    pub FAMILY "route/link": LinkHeader, Link {
        /// A link is new or has changed; or is to be made.
        16 => NEW,
        /// A link is gone; or is to be.
        17 => DEL,
        /// Asks for a link, or for all.
        18 => GET where dump puts Link::EXT_MASK = ExtMask::VF.0; not of AddressFamily::INET6,
        /// Changes a link.
        19 => SET,
        /// Gives a link more names, those in [`Link::PROP_LIST`].
        108 => NEWPROP,
        /// Takes names from a link.
        109 => DELPROP,
        /// Asks for a link's other names; no kernel answers it yet.
        110 => GETPROP,
    }
}

structure! {
    /// `struct ifinfomsg`.
    pub LinkHeader "struct ifinfomsg" "" (16) {
        /// Whose view of the link this is: most often nobody's, a bridge's for its ports.
        0 => family: AddressFamily,
        /// The kind of hardware.
        2 => hardware: Hardware,
        /// The link's index.
        4 => index: i32,
        /// Its flags.
        8 => flags: LinkFlags,
        /// Which of the flags to change, or have changed.
        12 => change: LinkFlags,
    }
}

flags! {
    /// What state a link is in and what it can do, `IFF_*`.
    pub LinkFlags "IFF_": u32 {
        /// It is switched on.
        0x1 => UP,
        /// It can send to all at once.
        0x2 => BROADCAST,
        /// Its driver is to tell more.
        0x4 => DEBUG,
        /// What it sends comes back to this machine.
        0x8 => LOOPBACK,
        /// There is just one other end.
        0x10 => POINTOPOINT,
        /// It sends no trailers; of no use any more.
        0x20 => NOTRAILERS,
        /// Packets can go through it right now.
        0x40 => RUNNING,
        /// It looks up no hardware addresses.
        0x80 => NOARP,
        /// It takes packets whoever they are for.
        0x100 => PROMISC,
        /// It takes every multicast packet.
        0x200 => ALLMULTI,
        /// It balances over other links.
        0x400 => MASTER,
        /// A balancer sends through it.
        0x800 => SLAVE,
        /// It can send to groups.
        0x1000 => MULTICAST,
        /// Its medium can be chosen.
        0x2000 => PORTSEL,
        /// It chooses its medium itself.
        0x4000 => AUTOMEDIA,
        /// Its addresses go when it goes down.
        0x8000 => DYNAMIC,
        /// There is a signal from the other end.
        0x10000 => LOWER_UP,
        /// It waits for something, such as a login.
        0x20000 => DORMANT,
        /// It hears what it sends itself, as CAN does.
        0x40000 => ECHO,
    }
}

attributes! {
    /// A link's attributes, `IFLA_*`.
    pub Link "IFLA_" {
        /// The hardware address.
        1 => ADDRESS: Mac where len(0, 32),
        /// The hardware address that reaches all; on a tunnel, the other end.
        2 => BROADCAST: Mac where len(0, 32),
        /// The name.
        3 => IFNAME: Text<15>,
        /// The longest packet that it sends, in bytes.
        4 => MTU: u32,
        /// The index of the link under it, or of a pair's other end.
        5 => LINK: u32,
        /// What decides the order that packets leave in.
        6 => QDISC: Text<15>,
        /// What has gone through it, in 32 bits that wrap around.
        7 => STATS: Struct<LinkStats>,
        /// Never used.
        8 => COST: Bytes,
        /// Never used.
        9 => PRIORITY: Bytes,
        /// The index of the link that it is a port of; 0 takes it out.
        10 => MASTER: u32,
        /// An event of the wireless extensions, in their own format.
        11 => WIRELESS: Bytes,
        /// What the header's family has to say of it.
        12 => PROTINFO: SubMessage<ProtInfo>,
        /// How many packets may wait to be sent.
        13 => TXQLEN: u32,
        /// Where on the machine's bus the hardware is.
        14 => MAP: Struct<LinkMap>,
        /// Never used.
        15 => WEIGHT: u32,
        /// Whether packets can go through it, and if not, why.
        16 => OPERSTATE: OperState,
        /// What it takes to be up.
        17 => LINKMODE: LinkMode,
        /// What kind of link it is.
        18 => LINKINFO: Nest<LinkInfo>,
        /// The process whose namespace it is to move to.
        19 => NET_NS_PID: u32,
        /// What an administrator says of it.
        20 => IFALIAS: Text<255>,
        /// How many virtual functions the hardware has.
        21 => NUM_VF: u32,
        /// The virtual functions.
        22 => VFINFO_LIST: Nest<VfList>,
        /// What has gone through it.
        23 => STATS64: Struct<LinkStats64>,
        /// How the virtual functions are connected to their switch.
        24 => VF_PORTS: Nest<VfPorts>,
        /// How the link itself is connected to its switch.
        25 => PORT_SELF: Nest<Port>,
        /// What each family has to say of it; flat where the header names a family.
        26 => AF_SPEC: SubMessage<AfSpec>,
        /// A number to address several links by.
        27 => GROUP: u32,
        /// The file descriptor of the namespace that it is to move to.
        28 => NET_NS_FD: u32,
        /// What more, or less, a reply is to hold.
        29 => EXT_MASK: ExtMask,
        /// How many ask it to take packets for anyone.
        30 => PROMISCUITY: u32,
        /// How many queues it sends from.
        31 => NUM_TX_QUEUES: u32,
        /// How many queues it receives into.
        32 => NUM_RX_QUEUES: u32,
        /// Whether there is a signal, 0 or 1.
        33 => CARRIER: u8,
        /// The same for all links of one plug.
        34 => PHYS_PORT_ID: Blob<0, 32>,
        /// How often the signal came or went.
        35 => CARRIER_CHANGES: u32,
        /// The same for all links of one switch.
        36 => PHYS_SWITCH_ID: Blob<0, 32>,
        /// Which namespace `LINK` is in, as this one numbers them; negative for none.
        37 => LINK_NETNSID: i32,
        /// What is written beside the plug.
        38 => PHYS_PORT_NAME: Text<15>,
        /// Whether a program keeps it down, 0 or 1.
        39 => PROTO_DOWN: u8,
        /// The most segments that one packet handed to the hardware may become.
        40 => GSO_MAX_SEGS: u32,
        /// The longest packet handed to the hardware to be cut up, in bytes.
        41 => GSO_MAX_SIZE: u32,
        /// Fills up to 8 bytes.
        42 => PAD: Bytes,
        /// The programs that see its packets first.
        43 => XDP: Nest<Xdp>,
        /// What happened to it, in a notification.
        44 => EVENT: LinkEvent,
        /// The namespace that it moved to, as the old one numbers it.
        45 => NEW_NETNSID: i32,
        /// The namespace to ask in, or to act in.
        46 => TARGET_NETNSID: i32,
        /// How often the signal came.
        47 => CARRIER_UP_COUNT: u32,
        /// How often the signal went.
        48 => CARRIER_DOWN_COUNT: u32,
        /// The index that it has in its new namespace, or is to have.
        49 => NEW_IFINDEX: i32 where signed(1, i64::MAX),
        /// The shortest MTU that it takes, in bytes.
        50 => MIN_MTU: u32,
        /// The longest MTU that it takes, in bytes; 0 for no limit.
        51 => MAX_MTU: u32,
        /// Its other names.
        52 => PROP_LIST: Nest<PropList>,
        /// Another name, to find it by.
        53 => ALT_IFNAME: Text<127>,
        /// The hardware address that it was made with.
        54 => PERM_ADDRESS: Mac,
        /// Why programs keep it down.
        55 => PROTO_DOWN_REASON: Nest<ProtoDownReason>,
        /// The device that it belongs to, as its bus calls it.
        56 => PARENT_DEV_NAME: Text<{ usize::MAX }>,
        /// The bus that the device is on.
        57 => PARENT_DEV_BUS_NAME: Text<{ usize::MAX }>,
        /// The longest packet that received ones are joined to, in bytes.
        58 => GRO_MAX_SIZE: u32,
        /// The longest packet that the hardware can cut up, in bytes.
        59 => TSO_MAX_SIZE: u32,
        /// The most segments that the hardware can cut a packet into.
        60 => TSO_MAX_SEGS: u32,
        /// How many ask it to take every multicast packet.
        61 => ALLMULTI: u32,
        /// Its port, as devlink knows it.
        62 => DEVLINK_PORT: Nest<DevlinkPort>,
        /// `GSO_MAX_SIZE`, for IPv4.
        63 => GSO_IPV4_MAX_SIZE: u32,
        /// `GRO_MAX_SIZE`, for IPv4.
        64 => GRO_IPV4_MAX_SIZE: u32,
        /// The pin that its clock is taken from.
        65 => DPLL_PIN: Nest<DpllPin>,
        /// How far ahead of time packets may be handed to the hardware, in nanoseconds.
        66 => MAX_PACING_OFFLOAD_HORIZON: Uint,
        /// Whether it has to stay in its namespace, 0 or 1.
        67 => NETNS_IMMUTABLE: u8,
        /// How many bytes it wants free before a packet.
        68 => HEADROOM: u16,
        /// How many bytes it wants free behind a packet.
        69 => TAILROOM: u16,
    }
}

attributes! {
    /// What kind of link it is, `IFLA_INFO_*`.
    pub LinkInfo "IFLA_INFO_" {
        /// The kind's name.
        1 => KIND: Text<63>,
        /// The kind's own attributes.
        2 => DATA: SubMessage<LinkData>,
        /// What the kind counts.
        3 => XSTATS: SubMessage<XstatsData>,
        /// The kind of the link that it is a port of.
        4 => SLAVE_KIND: Text<63>,
        /// What it is set to as a port.
        5 => SLAVE_DATA: SubMessage<SlaveData>,
    }
}

attributes! {
    /// A link's properties, which are names, `IFLA_*`.
    pub PropList "IFLA_" {
        /// Another name, to find it by.
        53 => ALT_IFNAME: Multi<Text<127>>,
    }
}

attributes! {
    /// Why programs keep a link down, `IFLA_PROTO_DOWN_REASON_*`.
    pub ProtoDownReason "IFLA_PROTO_DOWN_REASON_" {
        /// Which of the reasons to change.
        1 => MASK: u32,
        /// The reasons, a bit for each; `protodown_reasons.d` names them.
        2 => VALUE: u32,
    }
}

attributes! {
    /// A port as devlink knows it, `DEVLINK_ATTR_*`.
    pub DevlinkPort "DEVLINK_ATTR_" {
        /// The bus that the device is on.
        1 => BUS_NAME: Text<{ usize::MAX }>,
        /// The device, as its bus calls it.
        2 => DEV_NAME: Text<{ usize::MAX }>,
        /// The port's number on the device.
        3 => PORT_INDEX: u32,
        /// The device's number, as devlink counts them.
        184 => INDEX: Uint,
    }
}

attributes! {
    /// A clock's pin, `DPLL_A_PIN_*`.
    pub DpllPin "DPLL_A_PIN_" {
        /// The pin's number, to ask the `dpll` family of.
        1 => ID: u32,
    }
}

flags! {
    /// What more, or less, a reply is to hold, `RTEXT_FILTER_*`.
    pub ExtMask "RTEXT_FILTER_": u32 {
        /// Virtual functions, too.
        0x1 => VF,
        /// The VLANs of bridges and their ports, too, one by one.
        0x2 => BRVLAN,
        /// The VLANs of bridges and their ports, too, as ranges.
        0x4 => BRVLAN_COMPRESSED,
        /// No counters.
        0x8 => SKIP_STATS,
        /// Media redundancy, too.
        0x10 => MRP,
        /// What fault management is set to, too.
        0x20 => CFM_CONFIG,
        /// What fault management has found, too.
        0x40 => CFM_STATUS,
        /// The states of spanning tree instances, too.
        0x80 => MST,
        /// Names and nothing else.
        0x100 => NAME_ONLY,
    }
}

values! {
    /// Whether packets can go through a link, and if not, why, `IF_OPER_*`.
    pub OperState "IF_OPER_": u8 {
        /// Its driver does not say.
        0 => UNKNOWN,
        /// Part of it is not there.
        1 => NOTPRESENT,
        /// It cannot.
        2 => DOWN,
        /// A link under it cannot.
        3 => LOWERLAYERDOWN,
        /// It is being tested.
        4 => TESTING,
        /// It waits for something, such as a login.
        5 => DORMANT,
        /// It can.
        6 => UP,
    }
}

values! {
    /// What it takes for a link to be up, `IF_LINK_MODE_*`.
    pub LinkMode "IF_LINK_MODE_": u8 {
        /// A signal.
        0 => DEFAULT,
        /// A program that says so: until then the link is dormant.
        1 => DORMANT,
        /// A program that says so: until then the link is being tested.
        2 => TESTING,
    }
}

values! {
    /// What happened to a link, `IFLA_EVENT_*`.
    pub LinkEvent "IFLA_EVENT_": u32 {
        /// Nothing of these.
        0 => NONE,
        /// It was reset.
        1 => REBOOT,
        /// What it can take off the processor has changed.
        2 => FEATURES,
        /// A bond sends through another port now.
        3 => BONDING_FAILOVER,
        /// It has told its neighbours anew where it is.
        4 => NOTIFY_PEERS,
        /// It has joined its groups anew.
        5 => IGMP_RESEND,
        /// A bond's settings have changed.
        6 => BONDING_OPTIONS,
    }
}

structure! {
    /// `struct rtnl_link_ifmap`: where on the machine's bus the hardware is.
    pub LinkMap "struct rtnl_link_ifmap" "" (32) {
        /// Where its memory starts.
        0 => mem_start: u64,
        /// Where its memory ends.
        8 => mem_end: u64,
        /// Where its registers are.
        16 => base_addr: u64,
        /// Its interrupt.
        24 => irq: u16,
        /// Its DMA channel.
        26 => dma: u8,
        /// Which plug it uses, where it has several.
        27 => port: u8,
    }
}
