//! `bridge`: a switch made of links.

use crate::nest::Nest;
use crate::rtnl::ids::VlanProtocol;
pub use crate::rtnl::ids::{BridgeId, BridgeQuerier, RouterType};
use crate::value::{Bytes, Flag, Mac, Struct};

attributes! {
    /// A bridge's attributes, `IFLA_BR_*`. Times are in hundredths of a second.
    pub Bridge "IFLA_BR_" {
        /// How long a port listens, and then learns, before it forwards.
        1 => FORWARD_DELAY: u32,
        /// How often the root of the spanning tree says that it is there.
        2 => HELLO_TIME: u32,
        /// How long to believe in a root that falls silent.
        3 => MAX_AGE: u32,
        /// How long an address stays known without being seen.
        4 => AGEING_TIME: u32,
        /// Whether it takes part in a spanning tree, and who does the work.
        5 => STP_STATE: StpState,
        /// How little it wants to be the root; the lowest wins.
        6 => PRIORITY: u16,
        /// Whether it looks at VLAN tags.
        7 => VLAN_FILTERING: u8,
        /// The Ethernet type of the tags it looks at.
        8 => VLAN_PROTOCOL: VlanProtocol,
        /// Which link-local groups it forwards all the same, `01:80:c2:00:00:0X`, by the bit X.
        9 => GROUP_FWD_MASK: u16,
        /// Who is the root.
        10 => ROOT_ID: Struct<BridgeId>,
        /// Who it is itself.
        11 => BRIDGE_ID: Struct<BridgeId>,
        /// The number of the port towards the root; 0 where it is the root itself.
        12 => ROOT_PORT: u16,
        /// How far the root is.
        13 => ROOT_PATH_COST: u32,
        /// Whether the tree is being rearranged.
        14 => TOPOLOGY_CHANGE: u8,
        /// Whether it saw itself that the tree changes.
        15 => TOPOLOGY_CHANGE_DETECTED: u8,
        /// Time left until its next hello.
        16 => HELLO_TIMER: u64,
        /// Time left until it tells again that the tree has changed.
        17 => TCN_TIMER: u64,
        /// Time left until the change of the tree counts as over.
        18 => TOPOLOGY_CHANGE_TIMER: u64,
        /// Time left until it next forgets old addresses.
        19 => GC_TIMER: u64,
        /// The group that its spanning tree talks to.
        20 => GROUP_ADDR: Mac,
        /// Makes it forget the addresses it has learned.
        21 => FDB_FLUSH: Flag,
        /// Whether a multicast router is thought to be on the host's side.
        22 => MCAST_ROUTER: RouterType,
        /// Whether multicast goes only to the ports that asked for it.
        23 => MCAST_SNOOPING: u8,
        /// Whether its queries carry its own address for a source, not 0.0.0.0.
        24 => MCAST_QUERY_USE_IFADDR: u8,
        /// Whether it asks for group members itself.
        25 => MCAST_QUERIER: u8,
        /// How long a hash chain could get; has no effect in newer kernels.
        26 => MCAST_HASH_ELASTICITY: u32,
        /// How many groups it keeps.
        27 => MCAST_HASH_MAX: u32,
        /// How often it asks for a last member before it gives a group up.
        28 => MCAST_LAST_MEMBER_CNT: u32,
        /// How many queries it starts with.
        29 => MCAST_STARTUP_QUERY_CNT: u32,
        /// Time between the questions for a last member.
        30 => MCAST_LAST_MEMBER_INTVL: u64,
        /// How long a membership lasts without a new report.
        31 => MCAST_MEMBERSHIP_INTVL: u64,
        /// How long another querier may be silent before it takes over.
        32 => MCAST_QUERIER_INTVL: u64,
        /// Time between its queries.
        33 => MCAST_QUERY_INTVL: u64,
        /// How long members may take to answer a query.
        34 => MCAST_QUERY_RESPONSE_INTVL: u64,
        /// Time between the queries it starts with.
        35 => MCAST_STARTUP_QUERY_INTVL: u64,
        /// Whether IPv4 packets that it forwards pass through iptables.
        36 => NF_CALL_IPTABLES: u8,
        /// Whether IPv6 packets that it forwards pass through ip6tables.
        37 => NF_CALL_IP6TABLES: u8,
        /// Whether ARP packets that it forwards pass through arptables.
        38 => NF_CALL_ARPTABLES: u8,
        /// The VLAN of untagged frames on a new port; 0 for none.
        39 => VLAN_DEFAULT_PVID: u16 where max(4094),
        /// Fills up to 8 bytes.
        40 => PAD: Bytes,
        /// Whether it counts packets by VLAN.
        41 => VLAN_STATS_ENABLED: u8,
        /// Whether it counts IGMP and MLD packets.
        42 => MCAST_STATS_ENABLED: u8,
        /// The version of IGMP that it queries with, 2 or 3.
        43 => MCAST_IGMP_VERSION: u8,
        /// The version of MLD that it queries with, 1 or 2.
        44 => MCAST_MLD_VERSION: u8,
        /// Whether each port counts by VLAN on its own; changes only while it has no VLANs.
        45 => VLAN_STATS_PER_PORT: u8,
        /// Options that are on or off, several at once.
        46 => MULTI_BOOLOPT: Struct<BoolOptMulti>,
        /// Who asks for group members.
        47 => MCAST_QUERIER_STATE: Nest<BridgeQuerier>,
        /// How many addresses it has learned.
        48 => FDB_N_LEARNED: u32,
        /// How many addresses it may learn; 0 for any number.
        49 => FDB_MAX_LEARNED: u32,
        /// Who is to do the spanning tree's work when it is turned on.
        50 => STP_MODE: StpMode where max(2),
    }
}

structure! {
    /// `struct br_boolopt_multi`.
    pub BoolOptMulti "struct br_boolopt_multi" "" (8) {
        /// The options that are on.
        0 => optval: BoolOpts,
        /// Which options are meant.
        4 => optmask: BoolOpts,
    }
}

flags! {
    /// Options of a bridge that are on or off, `BR_BOOLOPT_*`.
    pub BoolOpts "BR_BOOLOPT_": u32 {
        /// Does not learn addresses from link-local frames.
        0x1 => NO_LL_LEARN,
        /// Keeps track of multicast groups for each VLAN.
        0x2 => MCAST_VLAN_SNOOPING,
        /// Has several spanning trees, each for some VLANs.
        0x4 => MST_ENABLE,
        /// Tells when hardware could not take a multicast group over.
        0x8 => MDB_OFFLOAD_FAIL_NOTIFICATION,
        /// Keeps its own addresses once, at VLAN 0, and not for each VLAN.
        0x10 => FDB_LOCAL_VLAN_0,
    }
}

values! {
    /// Who does a spanning tree's work, `BR_NO_STP`, `BR_KERNEL_STP`, `BR_USER_STP`.
    pub StpState "": u32 {
        /// Nobody: there is none.
        0 => NO_STP,
        /// The kernel.
        1 => KERNEL_STP,
        /// A daemon.
        2 => USER_STP,
    }
}

values! {
    /// Who is to do a spanning tree's work, `BR_STP_MODE_*`.
    pub StpMode "BR_STP_MODE_": u32 {
        /// A daemon where one can be started, else the kernel.
        0 => AUTO,
        /// A daemon.
        1 => USER,
        /// The kernel.
        2 => KERNEL,
    }
}
