//! What a link has counted, more of it than a link's own attributes have.

use crate::nest::{IndexedArray, Nest};
use crate::rtnl::ids::AddressFamily;
use crate::rtnl::link::stats::LinkStats64;
use crate::value::{Bytes, FixedArray, Multi, Struct};

messages! {
    /// Counts of links.
    pub FAMILY "route/stats": StatsHeader, Stats {
        /// What a link has counted.
        92 => NEW,
        /// Asks for what a link has counted, or all have.
        94 => GET: StatsRequest,
        /// Sets what hardware counts.
        95 => SET: StatsRequest,
    }
}

structure! {
    /// `struct if_stats_msg`.
    pub StatsHeader "struct if_stats_msg" "" (12) {
        /// Most often none.
        0 => family: AddressFamily,
        /// The link's index; 0 for all.
        4 => index: u32,
        /// Which of the counts are wanted, or are there.
        8 => filter: StatsFilter,
    }
}

flags! {
    /// Which counts are wanted: bit `n - 1` for attribute `n` of [`Stats`],
    /// `IFLA_STATS_FILTER_BIT`.
    pub StatsFilter "": u32 {
        /// [`Stats::LINK_64`].
        0x1 => LINK_64,
        /// [`Stats::LINK_XSTATS`].
        0x2 => LINK_XSTATS,
        /// [`Stats::LINK_XSTATS_SLAVE`].
        0x4 => LINK_XSTATS_SLAVE,
        /// [`Stats::LINK_OFFLOAD_XSTATS`].
        0x8 => LINK_OFFLOAD_XSTATS,
        /// [`Stats::AF_SPEC`].
        0x10 => AF_SPEC,
    }
}

attributes! {
    /// What a link has counted, `IFLA_STATS_*`.
    pub Stats "IFLA_STATS_" {
        /// What has gone through it.
        1 => LINK_64: Struct<LinkStats64>,
        /// What its kind counts.
        2 => LINK_XSTATS: Nest<Xstats>,
        /// What the kind of the link that it is a port of counts.
        3 => LINK_XSTATS_SLAVE: Nest<Xstats>,
        /// What hardware counts.
        4 => LINK_OFFLOAD_XSTATS: Nest<OffloadXstats>,
        /// What each family counts.
        5 => AF_SPEC: Nest<FamilyStats>,
    }
}

attributes! {
    /// What is asked for, or set, `IFLA_STATS_GET_*` and `IFLA_STATS_SET_*`.
    pub StatsRequest "IFLA_STATS_GET_" {
        /// Which parts of the counts are wanted.
        1 => GET_FILTERS: Nest<StatsFilters>,
        /// Whether hardware is to count what it routes, 0 or 1.
        2 => SET_OFFLOAD_XSTATS_L3_STATS: u8 where max(1),
    }
}

attributes! {
    /// Which parts of the counts are wanted, `IFLA_STATS_*`.
    pub StatsFilters "IFLA_STATS_" {
        /// Of what hardware counts: bit `n - 1` for attribute `n` of [`OffloadXstats`].
        4 => LINK_OFFLOAD_XSTATS: u32 where mask(0x7),
    }
}

attributes! {
    /// What a kind of link counts, `LINK_XSTATS_TYPE_*`.
    pub Xstats "LINK_XSTATS_TYPE_" {
        /// A bridge.
        1 => BRIDGE: Nest<BridgeXstats>,
        /// A bond.
        2 => BOND: Nest<BondXstats>,
    }
}

attributes! {
    /// What a bridge counts, `BRIDGE_XSTATS_*`.
    pub BridgeXstats "BRIDGE_XSTATS_" {
        /// What has gone through a VLAN.
        1 => VLAN: Multi<Struct<VlanXstats>>,
        /// What was said about groups.
        2 => MCAST: Struct<MulticastStats>,
        /// Fills up to 8 bytes.
        3 => PAD: Bytes,
        /// What was said about the spanning tree.
        4 => STP: Struct<StpXstats>,
    }
}

structure! {
    /// `struct bridge_vlan_xstats`.
    pub VlanXstats "struct bridge_vlan_xstats" "" (40) {
        /// Bytes received.
        0 => rx_bytes: u64,
        /// Packets received.
        8 => rx_packets: u64,
        /// Bytes sent.
        16 => tx_bytes: u64,
        /// Packets sent.
        24 => tx_packets: u64,
        /// The VLAN.
        32 => vid: u16,
        /// What is special about the VLAN.
        34 => flags: crate::rtnl::ids::VlanInfoFlags,
    }
}

structure! {
    /// `struct br_mcast_stats`: what was said about groups, received and sent.
    pub MulticastStats "struct br_mcast_stats" "" (240) {
        /// Questions, IGMPv1.
        0 => igmp_v1queries: [u64; 2] as FixedArray<u64, 2>,
        /// Questions, IGMPv2.
        16 => igmp_v2queries: [u64; 2] as FixedArray<u64, 2>,
        /// Questions, IGMPv3.
        32 => igmp_v3queries: [u64; 2] as FixedArray<u64, 2>,
        /// Members that leave, IPv4.
        48 => igmp_leaves: [u64; 2] as FixedArray<u64, 2>,
        /// Members that are there, IGMPv1.
        64 => igmp_v1reports: [u64; 2] as FixedArray<u64, 2>,
        /// Members that are there, IGMPv2.
        80 => igmp_v2reports: [u64; 2] as FixedArray<u64, 2>,
        /// Members that are there, IGMPv3.
        96 => igmp_v3reports: [u64; 2] as FixedArray<u64, 2>,
        /// What made no sense, IPv4.
        112 => igmp_parse_errors: u64,
        /// Questions, MLDv1.
        120 => mld_v1queries: [u64; 2] as FixedArray<u64, 2>,
        /// Questions, MLDv2.
        136 => mld_v2queries: [u64; 2] as FixedArray<u64, 2>,
        /// Members that leave, IPv6.
        152 => mld_leaves: [u64; 2] as FixedArray<u64, 2>,
        /// Members that are there, MLDv1.
        168 => mld_v1reports: [u64; 2] as FixedArray<u64, 2>,
        /// Members that are there, MLDv2.
        184 => mld_v2reports: [u64; 2] as FixedArray<u64, 2>,
        /// What made no sense, IPv6.
        200 => mld_parse_errors: u64,
        /// Bytes for groups.
        208 => mcast_bytes: [u64; 2] as FixedArray<u64, 2>,
        /// Packets for groups.
        224 => mcast_packets: [u64; 2] as FixedArray<u64, 2>,
    }
}

structure! {
    /// `struct bridge_stp_xstats`.
    pub StpXstats "struct bridge_stp_xstats" "" (48) {
        /// How often the port was shut.
        0 => transition_blk: u64,
        /// How often the port was opened.
        8 => transition_fwd: u64,
        /// Packets of the spanning tree received.
        16 => rx_bpdu: u64,
        /// Packets of the spanning tree sent.
        24 => tx_bpdu: u64,
        /// Words of a change received.
        32 => rx_tcn: u64,
        /// Words of a change sent.
        40 => tx_tcn: u64,
    }
}

attributes! {
    /// What a bond counts, `BOND_XSTATS_*`.
    pub BondXstats "BOND_XSTATS_" {
        /// What was said about 802.3ad.
        1 => AD: Nest<BondAdStats>,
    }
}

attributes! {
    /// What was said about 802.3ad, `BOND_3AD_STAT_*`.
    pub BondAdStats "BOND_3AD_STAT_" {
        /// Words of how links are joined, received.
        0 => LACPDU_RX: u64,
        /// Words of how links are joined, sent.
        1 => LACPDU_TX: u64,
        /// Words that are not known, received.
        2 => LACPDU_UNKNOWN_RX: u64,
        /// Words that made no sense, received.
        3 => LACPDU_ILLEGAL_RX: u64,
        /// Markers received.
        4 => MARKER_RX: u64,
        /// Markers sent.
        5 => MARKER_TX: u64,
        /// Replies to markers received.
        6 => MARKER_RESP_RX: u64,
        /// Replies to markers sent.
        7 => MARKER_RESP_TX: u64,
        /// Markers that are not known, received.
        8 => MARKER_UNKNOWN_RX: u64,
        /// Fills up to 8 bytes.
        9 => PAD: Bytes,
    }
}

attributes! {
    /// What hardware counts, `IFLA_OFFLOAD_XSTATS_*`.
    pub OffloadXstats "IFLA_OFFLOAD_XSTATS_" {
        /// What went through it by way of the processor.
        1 => CPU_HIT: Struct<LinkStats64>,
        /// Whether it counts, by the number of what it counts: `L3_STATS`.
        2 => HW_S_INFO: IndexedArray<Nest<HwStatsInfo>>,
        /// What it has routed by itself.
        3 => L3_STATS: Struct<HwStats64>,
    }
}

attributes! {
    /// Whether hardware counts, `IFLA_OFFLOAD_XSTATS_HW_S_INFO_*`.
    pub HwStatsInfo "IFLA_OFFLOAD_XSTATS_HW_S_INFO_" {
        /// Whether it was asked to, 0 or 1.
        1 => REQUEST: u8,
        /// Whether it does, 0 or 1.
        2 => USED: u8,
    }
}

structure! {
    /// `struct rtnl_hw_stats64`.
    pub HwStats64 "struct rtnl_hw_stats64" "" (72) {
        /// Packets received.
        0 => rx_packets: u64,
        /// Packets sent.
        8 => tx_packets: u64,
        /// Bytes received.
        16 => rx_bytes: u64,
        /// Bytes sent.
        24 => tx_bytes: u64,
        /// Bad packets received.
        32 => rx_errors: u64,
        /// Packets that could not be sent.
        40 => tx_errors: u64,
        /// Packets received, but thrown away.
        48 => rx_dropped: u64,
        /// Packets thrown away on their way out.
        56 => tx_dropped: u64,
        /// Packets received that were for a group.
        64 => multicast: u64,
    }
}

attributes! {
    /// What each family counts, by its number, `AF_*`.
    pub FamilyStats "AF_" {
        /// Label switching.
        28 => MPLS: Nest<MplsStats>,
    }
}

attributes! {
    /// What label switching counts, `MPLS_STATS_*`.
    pub MplsStats "MPLS_STATS_" {
        /// Fills up to 8 bytes.
        0 => UNSPEC: Bytes,
        /// What has gone through the link with a label.
        1 => LINK: Struct<MplsLinkStats>,
    }
}

structure! {
    /// `struct mpls_link_stats`.
    pub MplsLinkStats "struct mpls_link_stats" "" (72) {
        /// Packets received.
        0 => rx_packets: u64,
        /// Packets sent.
        8 => tx_packets: u64,
        /// Bytes received.
        16 => rx_bytes: u64,
        /// Bytes sent.
        24 => tx_bytes: u64,
        /// Bad packets received.
        32 => rx_errors: u64,
        /// Packets that could not be sent.
        40 => tx_errors: u64,
        /// Packets received, but thrown away.
        48 => rx_dropped: u64,
        /// Packets thrown away on their way out.
        56 => tx_dropped: u64,
        /// Packets with a label that there is no route for.
        64 => rx_noroute: u64,
    }
}
