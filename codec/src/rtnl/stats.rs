//! Extended statistics of links: counters of bridges, bonds, hardware offload and MPLS
//! (`RTM_NEWSTATS`, `RTM_GETSTATS`, `RTM_SETSTATS`).

use crate::nest::{IndexedArray, Nest};
use crate::rtnl::ids::AddressFamily;
use crate::rtnl::link::stats::LinkStats64;
use crate::value::{Bytes, FixedArray, Multi, Struct};

messages! {
    /// Link statistics messages.
    pub FAMILY "route/stats": StatsHeader, Stats {
        /// Statistics of a link.
        92 => NEW "RTM_NEWSTATS",
        /// Request for the statistics of a link, or as a dump for those of all.
        94 => GET "RTM_GETSTATS": StatsRequest,
        /// Request to enable or disable hardware statistics of a link.
        95 => SET "RTM_SETSTATS": StatsRequest,
    }
}

structure! {
    /// Header of link statistics messages.
    pub StatsHeader "struct if_stats_msg" "" (12) {
        /// Address family, usually [`AddressFamily::UNSPEC`].
        0 => family: AddressFamily,
        /// Interface index; 0 for all (dump request only).
        4 => index "ifindex": u32,
        /// Attributes requested, or present.
        8 => filter "filter_mask": StatsFilter,
    }
}

flags! {
    /// Filter mask of statistics: bit `n - 1` for attribute `n` of [`Stats`]
    /// (`IFLA_STATS_FILTER_BIT`).
    pub StatsFilter "": u32 {
        /// Interface counters, [`Stats::LINK_64`].
        0x1 => LINK_64,
        /// Statistics of the kind, [`Stats::LINK_XSTATS`].
        0x2 => LINK_XSTATS,
        /// Statistics as a port, [`Stats::LINK_XSTATS_SLAVE`].
        0x4 => LINK_XSTATS_SLAVE,
        /// Hardware offload statistics, [`Stats::LINK_OFFLOAD_XSTATS`].
        0x8 => LINK_OFFLOAD_XSTATS,
        /// Statistics by address family, [`Stats::AF_SPEC`].
        0x10 => AF_SPEC,
    }
}

attributes! {
    /// Statistics of a link.
    pub Stats "IFLA_STATS_" {
        /// Interface counters, the same as [`Link::STATS64`](crate::rtnl::link::Link::STATS64).
        1 => LINK_64: Struct<LinkStats64>,
        /// Statistics of the link's kind.
        2 => LINK_XSTATS: Nest<Xstats>,
        /// Statistics of the link as a port, by the kind of its controller.
        3 => LINK_XSTATS_SLAVE: Nest<Xstats>,
        /// Hardware offload statistics.
        4 => LINK_OFFLOAD_XSTATS: Nest<OffloadXstats>,
        /// Statistics by address family.
        5 => AF_SPEC: Nest<FamilyStats>,
    }
}

attributes! {
    /// Attributes of a request for statistics, or of one to set them.
    pub StatsRequest "IFLA_STATS_" {
        /// Filter masks for nested statistics ([`GET`]).
        1 => GET_FILTERS: Nest<StatsFilters>,
        /// Collection of L3 statistics in hardware ([`SET`]): 0 disable, 1 enable.
        2 => SET_OFFLOAD_XSTATS_L3_STATS: u8 where max(1),
    }
}

attributes! {
    /// Filter masks for nested statistics.
    pub StatsFilters "IFLA_STATS_" {
        /// Filter mask of offload statistics: bit `n - 1` for attribute `n` of [`OffloadXstats`].
        4 => LINK_OFFLOAD_XSTATS: u32 where mask(0x7),
    }
}

attributes! {
    /// Statistics by the kind of link.
    pub Xstats "LINK_XSTATS_TYPE_" {
        /// Statistics of a bridge or a bridge port.
        1 => BRIDGE: Nest<BridgeXstats>,
        /// Statistics of a bond or a bond port.
        2 => BOND: Nest<BondXstats>,
    }
}

attributes! {
    /// Statistics of a bridge or a bridge port.
    pub BridgeXstats "BRIDGE_XSTATS_" {
        /// Traffic of a VLAN.
        1 => VLAN: Multi<Struct<VlanXstats>>,
        /// IGMP and MLD messages.
        2 => MCAST: Struct<MulticastStats>,
        /// Padding to align the 64-bit attribute that follows.
        3 => PAD: Bytes,
        /// Spanning tree (STP) events and frames, of a port.
        4 => STP: Struct<StpXstats>,
    }
}

structure! {
    /// Traffic of a VLAN on a bridge.
    pub VlanXstats "struct bridge_vlan_xstats" "" (40) {
        /// Number of bytes received.
        0 => rx_bytes: u64,
        /// Number of packets received.
        8 => rx_packets: u64,
        /// Number of bytes transmitted.
        16 => tx_bytes: u64,
        /// Number of packets transmitted.
        24 => tx_packets: u64,
        /// VLAN ID.
        32 => vid: u16,
        /// Flags of the VLAN.
        34 => flags: crate::rtnl::ids::VlanInfoFlags,
    }
}

structure! {
    /// IGMP and MLD statistics of a bridge.
    pub MulticastStats "struct br_mcast_stats" "" (240) {
        /// Number of IGMPv1 queries: received, transmitted.
        0 => igmp_v1queries: [u64; 2] as FixedArray<u64, 2>,
        /// Number of IGMPv2 queries: received, transmitted.
        16 => igmp_v2queries: [u64; 2] as FixedArray<u64, 2>,
        /// Number of IGMPv3 queries: received, transmitted.
        32 => igmp_v3queries: [u64; 2] as FixedArray<u64, 2>,
        /// Number of IGMP leave messages: received, transmitted.
        48 => igmp_leaves: [u64; 2] as FixedArray<u64, 2>,
        /// Number of IGMPv1 membership reports: received, transmitted.
        64 => igmp_v1reports: [u64; 2] as FixedArray<u64, 2>,
        /// Number of IGMPv2 membership reports: received, transmitted.
        80 => igmp_v2reports: [u64; 2] as FixedArray<u64, 2>,
        /// Number of IGMPv3 membership reports: received, transmitted.
        96 => igmp_v3reports: [u64; 2] as FixedArray<u64, 2>,
        /// Number of malformed IGMP messages received.
        112 => igmp_parse_errors: u64,
        /// Number of MLDv1 queries: received, transmitted.
        120 => mld_v1queries: [u64; 2] as FixedArray<u64, 2>,
        /// Number of MLDv2 queries: received, transmitted.
        136 => mld_v2queries: [u64; 2] as FixedArray<u64, 2>,
        /// Number of MLD done messages: received, transmitted.
        152 => mld_leaves: [u64; 2] as FixedArray<u64, 2>,
        /// Number of MLDv1 reports: received, transmitted.
        168 => mld_v1reports: [u64; 2] as FixedArray<u64, 2>,
        /// Number of MLDv2 reports: received, transmitted.
        184 => mld_v2reports: [u64; 2] as FixedArray<u64, 2>,
        /// Number of malformed MLD messages received.
        200 => mld_parse_errors: u64,
        /// Number of multicast bytes: received, transmitted.
        208 => mcast_bytes: [u64; 2] as FixedArray<u64, 2>,
        /// Number of multicast packets: received, transmitted.
        224 => mcast_packets: [u64; 2] as FixedArray<u64, 2>,
    }
}

structure! {
    /// Spanning tree (STP) statistics of a bridge port.
    pub StpXstats "struct bridge_stp_xstats" "" (48) {
        /// Number of transitions to the blocking state.
        0 => transition_blk: u64,
        /// Number of transitions to the forwarding state.
        8 => transition_fwd: u64,
        /// Number of configuration BPDUs received.
        16 => rx_bpdu: u64,
        /// Number of configuration BPDUs transmitted.
        24 => tx_bpdu: u64,
        /// Number of topology change notifications (TCN) received.
        32 => rx_tcn: u64,
        /// Number of topology change notifications (TCN) transmitted.
        40 => tx_tcn: u64,
    }
}

attributes! {
    /// Statistics of a bond or a bond port.
    pub BondXstats "BOND_XSTATS_" {
        /// IEEE 802.3ad (LACP) statistics.
        1 => AD "BOND_XSTATS_3AD": Nest<BondAdStats>,
    }
}

attributes! {
    /// IEEE 802.3ad (LACP) statistics of a bond.
    pub BondAdStats "BOND_3AD_STAT_" {
        /// Number of LACPDUs received.
        0 => LACPDU_RX: u64,
        /// Number of LACPDUs transmitted.
        1 => LACPDU_TX: u64,
        /// Number of slow protocol frames of unknown subtype received.
        2 => LACPDU_UNKNOWN_RX: u64,
        /// Number of malformed slow protocol frames received.
        3 => LACPDU_ILLEGAL_RX: u64,
        /// Number of marker PDUs received.
        4 => MARKER_RX: u64,
        /// Number of marker PDUs transmitted.
        5 => MARKER_TX: u64,
        /// Number of marker response PDUs received.
        6 => MARKER_RESP_RX: u64,
        /// Number of marker response PDUs transmitted.
        7 => MARKER_RESP_TX: u64,
        /// Number of marker PDUs of unknown type received.
        8 => MARKER_UNKNOWN_RX: u64,
        /// Padding to align the 64-bit attribute that follows.
        9 => PAD: Bytes,
    }
}

attributes! {
    /// Hardware offload statistics of a link.
    pub OffloadXstats "IFLA_OFFLOAD_XSTATS_" {
        /// Counters of the packets that took the slow path through the CPU.
        1 => CPU_HIT: Struct<LinkStats64>,
        /// State of the hardware statistics, by the number of their attribute: `L3_STATS`.
        2 => HW_S_INFO: IndexedArray<Nest<HwStatsInfo>>,
        /// Counters of the packets that the hardware routed.
        3 => L3_STATS: Struct<HwStats64>,
    }
}

attributes! {
    /// State of a kind of hardware statistics.
    pub HwStatsInfo "IFLA_OFFLOAD_XSTATS_HW_S_INFO_" {
        /// Collection requested, 0 or 1.
        1 => REQUEST: u8,
        /// Collection by a device in use, 0 or 1.
        2 => USED: u8,
    }
}

structure! {
    /// Hardware counters of a link.
    pub HwStats64 "struct rtnl_hw_stats64" "" (72) {
        /// Number of packets received.
        0 => rx_packets: u64,
        /// Number of packets transmitted.
        8 => tx_packets: u64,
        /// Number of bytes received.
        16 => rx_bytes: u64,
        /// Number of bytes transmitted.
        24 => tx_bytes: u64,
        /// Number of erroneous packets received.
        32 => rx_errors: u64,
        /// Number of packets that failed to be transmitted.
        40 => tx_errors: u64,
        /// Number of packets dropped on receive.
        48 => rx_dropped: u64,
        /// Number of packets dropped on transmit.
        56 => tx_dropped: u64,
        /// Number of multicast packets received.
        64 => multicast: u64,
    }
}

attributes! {
    /// Statistics by address family.
    pub FamilyStats "AF_" {
        /// MPLS statistics, of links with MPLS input enabled.
        28 => MPLS: Nest<MplsStats>,
    }
}

attributes! {
    /// MPLS statistics of a link.
    pub MplsStats "MPLS_STATS_" {
        /// Padding to align the 64-bit attribute that follows.
        0 => UNSPEC: Bytes,
        /// Counters of MPLS packets.
        1 => LINK: Struct<MplsLinkStats>,
    }
}

structure! {
    /// MPLS counters of a link.
    pub MplsLinkStats "struct mpls_link_stats" "" (72) {
        /// Number of packets received.
        0 => rx_packets: u64,
        /// Number of packets transmitted.
        8 => tx_packets: u64,
        /// Number of bytes received.
        16 => rx_bytes: u64,
        /// Number of bytes transmitted.
        24 => tx_bytes: u64,
        /// Number of erroneous packets received.
        32 => rx_errors: u64,
        /// Number of packets that failed to be transmitted.
        40 => tx_errors: u64,
        /// Number of packets dropped on receive.
        48 => rx_dropped: u64,
        /// Number of packets dropped on transmit.
        56 => tx_dropped: u64,
        /// Number of packets received with a label that has no route.
        64 => rx_noroute: u64,
    }
}
