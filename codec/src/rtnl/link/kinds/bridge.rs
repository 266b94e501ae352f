//! `bridge`: Ethernet bridge, IEEE 802.1D and 802.1Q.

use crate::nest::Nest;
use crate::rtnl::ids::VlanProtocol;
pub use crate::rtnl::ids::{BridgeId, BridgeQuerier, RouterType};
use crate::value::{Bytes, Flag, Mac, Struct};

attributes! {
    /// Settings and state of a bridge.
    pub Bridge "IFLA_BR_" {
        /// STP forward delay: time in each of the states listening and learning, in 1/100 s.
        1 => FORWARD_DELAY: u32,
        /// STP hello interval, in 1/100 s.
        2 => HELLO_TIME: u32,
        /// STP maximum age of received BPDUs, in 1/100 s.
        3 => MAX_AGE: u32,
        /// Ageing time of learned forwarding entries, in 1/100 s.
        4 => AGEING_TIME: u32,
        /// Spanning tree protocol state.
        5 => STP_STATE: StpState,
        /// Bridge priority; the lowest becomes root.
        6 => PRIORITY: u16,
        /// 1 if VLAN filtering is enabled, otherwise 0.
        7 => VLAN_FILTERING: u8,
        /// EtherType of the VLAN tags that are filtered.
        8 => VLAN_PROTOCOL: VlanProtocol,
        /// Mask of link-local groups `01:80:c2:00:00:0X` that are forwarded, by the bit X.
        9 => GROUP_FWD_MASK: u16,
        /// Bridge identifier of the root.
        10 => ROOT_ID: Struct<BridgeId>,
        /// Bridge identifier of this bridge.
        11 => BRIDGE_ID: Struct<BridgeId>,
        /// Port number of the root port; 0 on the root.
        12 => ROOT_PORT: u16,
        /// Cost of the path to the root bridge; 0 on the root.
        13 => ROOT_PATH_COST: u32,
        /// 1 while a topology change is in progress.
        14 => TOPOLOGY_CHANGE: u8,
        /// 1 if the bridge detected the topology change itself.
        15 => TOPOLOGY_CHANGE_DETECTED: u8,
        /// Time until the next hello BPDU, in 1/100 s.
        16 => HELLO_TIMER: u64,
        /// Time until the next topology change notification, in 1/100 s.
        17 => TCN_TIMER: u64,
        /// Time until the topology change ends, in 1/100 s.
        18 => TOPOLOGY_CHANGE_TIMER: u64,
        /// Time until the next garbage collection of forwarding entries, in 1/100 s.
        19 => GC_TIMER: u64,
        /// Destination MAC address of BPDUs.
        20 => GROUP_ADDR: Mac,
        /// Flush of learned forwarding entries (request only).
        21 => FDB_FLUSH: Flag,
        /// Multicast router state of the bridge device.
        22 => MCAST_ROUTER: RouterType,
        /// 1 if multicast snooping is enabled, otherwise 0.
        23 => MCAST_SNOOPING: u8,
        /// 1 if queries use the bridge's IP address as source, 0 for 0.0.0.0.
        24 => MCAST_QUERY_USE_IFADDR: u8,
        /// 1 if the bridge sends multicast queries itself, otherwise 0.
        25 => MCAST_QUERIER: u8,
        /// Maximum hash chain length; ignored by newer kernels.
        26 => MCAST_HASH_ELASTICITY: u32,
        /// Maximum number of multicast groups.
        27 => MCAST_HASH_MAX: u32,
        /// Number of last-member queries before a group is removed.
        28 => MCAST_LAST_MEMBER_CNT: u32,
        /// Number of queries sent at startup.
        29 => MCAST_STARTUP_QUERY_CNT: u32,
        /// Interval of last-member queries, in 1/100 s.
        30 => MCAST_LAST_MEMBER_INTVL: u64,
        /// Time until a group without reports is removed, in 1/100 s.
        31 => MCAST_MEMBERSHIP_INTVL: u64,
        /// Time until an absent other querier is replaced by the bridge, in 1/100 s.
        32 => MCAST_QUERIER_INTVL: u64,
        /// Interval of general queries, in 1/100 s.
        33 => MCAST_QUERY_INTVL: u64,
        /// Maximum response time in queries, in 1/100 s.
        34 => MCAST_QUERY_RESPONSE_INTVL: u64,
        /// Interval of the queries sent at startup, in 1/100 s.
        35 => MCAST_STARTUP_QUERY_INTVL: u64,
        /// 1 if bridged IPv4 packets pass iptables, otherwise 0.
        36 => NF_CALL_IPTABLES: u8,
        /// 1 if bridged IPv6 packets pass ip6tables, otherwise 0.
        37 => NF_CALL_IP6TABLES: u8,
        /// 1 if bridged ARP packets pass arptables, otherwise 0.
        38 => NF_CALL_ARPTABLES: u8,
        /// Default port VLAN ID of new ports; 0 for none.
        39 => VLAN_DEFAULT_PVID: u16 where max(4094),
        /// Padding to align the 64-bit attribute that follows.
        40 => PAD: Bytes,
        /// 1 if statistics per VLAN are enabled, otherwise 0.
        41 => VLAN_STATS_ENABLED: u8,
        /// 1 if statistics of IGMP and MLD are enabled, otherwise 0.
        42 => MCAST_STATS_ENABLED: u8,
        /// IGMP version of queries, 2 or 3.
        43 => MCAST_IGMP_VERSION: u8,
        /// MLD version of queries, 1 or 2.
        44 => MCAST_MLD_VERSION: u8,
        /// 1 if statistics are per VLAN and port; can change only while no VLANs exist on ports.
        45 => VLAN_STATS_PER_PORT: u8,
        /// Boolean options.
        46 => MULTI_BOOLOPT: Struct<BoolOptMulti>,
        /// Multicast queriers selected, one for IPv4 and one for IPv6.
        47 => MCAST_QUERIER_STATE: Nest<BridgeQuerier>,
        /// Number of learned forwarding entries.
        48 => FDB_N_LEARNED: u32,
        /// Maximum number of learned forwarding entries; 0 for no limit.
        49 => FDB_MAX_LEARNED: u32,
        /// Implementation of the spanning tree protocol; changes only while STP is disabled.
        50 => STP_MODE: StpMode where max(2),
    }
}

structure! {
    /// Boolean options of a bridge and a mask of those to change.
    pub BoolOptMulti "struct br_boolopt_multi" "" (8) {
        /// Values of the options: bit set if the option is on.
        0 => optval: BoolOpts,
        /// Mask of the options to change; in replies, of the options that the kernel has.
        4 => optmask: BoolOpts,
    }
}

flags! {
    /// Boolean options of a bridge, as masks; the C names are bit numbers.
    pub BoolOpts "BR_BOOLOPT_": u32 {
        /// No learning from link-local frames.
        0x1 => NO_LL_LEARN,
        /// Multicast snooping per VLAN.
        0x2 => MCAST_VLAN_SNOOPING,
        /// Multiple spanning trees (MST).
        0x4 => MST_ENABLE,
        /// Notification when hardware offload of a multicast database entry fails.
        0x8 => MDB_OFFLOAD_FAIL_NOTIFICATION,
        /// Local forwarding entries kept for VLAN 0 only, instead of every VLAN.
        0x10 => FDB_LOCAL_VLAN_0,
    }
}

values! {
    /// Spanning tree protocol state of a bridge.
    pub StpState "": u32 {
        /// Spanning tree disabled.
        0 => NO_STP "BR_NO_STP",
        /// Spanning tree by the kernel.
        1 => KERNEL_STP "BR_KERNEL_STP",
        /// Spanning tree by a user-space daemon.
        2 => USER_STP "BR_USER_STP",
    }
}

values! {
    /// Implementation of the spanning tree protocol.
    pub StpMode "BR_STP_MODE_": u32 {
        /// User space if its helper starts, otherwise the kernel.
        0 => AUTO,
        /// User-space daemon.
        1 => USER,
        /// The kernel's own (STP only).
        2 => KERNEL,
    }
}
