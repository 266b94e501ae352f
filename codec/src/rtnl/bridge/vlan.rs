//! VLAN database: VLANs of bridges and ports with their options (`RTM_NEWVLAN`, `RTM_DELVLAN`,
//! `RTM_GETVLAN`).

use crate::nest::Nest;
use crate::rtnl::bridge::mdb::MdbRouter;
use crate::rtnl::ids::{AddressFamily, BridgeQuerier, PortState, RouterType, VlanInfo};
use crate::value::{Bytes, Multi, Struct};

messages! {
    /// Bridge VLAN messages.
    pub FAMILY "route/vlan": VlanHeader, VlanDb {
        /// New or changed VLANs; as a request, adds VLANs or sets their options.
        112 => NEW "RTM_NEWVLAN",
        /// Deleted VLANs; as a request, deletes them.
        113 => DEL "RTM_DELVLAN",
        /// Dump request for VLANs.
        114 => GET "RTM_GETVLAN": VlanDump,
    }
}

structure! {
    /// Header of bridge VLAN messages.
    pub VlanHeader "struct br_vlan_msg" "" (8) {
        /// Address family, [`AddressFamily::BRIDGE`].
        0 => family: AddressFamily,
        /// Interface index of the bridge or the port; 0 for all (dump request only).
        4 => index "ifindex": u32,
    }
}

attributes! {
    /// VLANs of a bridge or a port.
    pub VlanDb "BRIDGE_VLANDB_" {
        /// VLAN or VLAN range of the bridge or port.
        1 => ENTRY: Multi<Nest<VlanEntry>>,
        /// Global options of a VLAN or a VLAN range, which apply to the whole bridge.
        2 => GLOBAL_OPTIONS: Multi<Nest<VlanOptions>>,
    }
}

attributes! {
    /// Attributes of a VLAN dump request.
    pub VlanDump "BRIDGE_VLANDB_DUMP_" {
        /// Contents of the dump.
        1 => FLAGS: VlanDumpFlags,
    }
}

flags! {
    /// Contents of a VLAN dump.
    pub VlanDumpFlags "BRIDGE_VLANDB_DUMPF_": u32 {
        /// Traffic statistics along with each VLAN.
        0x1 => STATS,
        /// Global options only, in place of VLAN entries.
        0x2 => GLOBAL,
    }
}

attributes! {
    /// VLAN or VLAN range of a bridge or a port.
    pub VlanEntry "BRIDGE_VLANDB_ENTRY_" {
        /// VLAN ID and flags.
        1 => INFO: Struct<VlanInfo> where len(4, 4),
        /// Last VLAN ID of a range; absent for a single VLAN.
        2 => RANGE: u16,
        /// Spanning tree (STP) state of the VLAN.
        3 => STATE: PortState,
        /// Mapping to a tunnel ID.
        4 => TUNNEL_INFO: Nest<VlanTunnelInfo>,
        /// Traffic statistics.
        5 => STATS: Nest<VlanStats>,
        /// Multicast router in the VLAN.
        6 => MCAST_ROUTER: RouterType,
        /// Number of multicast database entries in the VLAN (read only).
        7 => MCAST_N_GROUPS: u32,
        /// Maximum number of multicast database entries in the VLAN; 0 for no limit.
        8 => MCAST_MAX_GROUPS: u32,
        /// Neighbour suppression, 0 or 1: ARP and neighbour discovery requests for known neighbours
        /// are answered by the bridge and not forwarded.
        9 => NEIGH_SUPPRESS: u8 where max(1),
        /// Forwarding of gratuitous ARP and unsolicited neighbour advertisements in spite of
        /// neighbour suppression, 0 or 1.
        10 => NEIGH_FORWARD_GRAT: u8 where max(1),
    }
}

attributes! {
    /// Mapping of a VLAN to a tunnel ID.
    pub VlanTunnelInfo "BRIDGE_VLANDB_TINFO_" {
        /// Tunnel ID (VNI of a VXLAN), of the first VLAN of a range.
        1 => ID: u32,
        /// Operation (request only): `RTM_SETLINK` (19) to set the mapping, `RTM_DELLINK` (17) to
        /// remove it.
        2 => CMD: u32,
    }
}

attributes! {
    /// Traffic statistics of a VLAN.
    pub VlanStats "BRIDGE_VLANDB_STATS_" {
        /// Number of bytes received.
        1 => RX_BYTES: u64,
        /// Number of packets received.
        2 => RX_PACKETS: u64,
        /// Number of bytes transmitted.
        3 => TX_BYTES: u64,
        /// Number of packets transmitted.
        4 => TX_PACKETS: u64,
        /// Padding to align the 64-bit attribute that follows.
        5 => PAD: Bytes,
    }
}

attributes! {
    /// Global options of a VLAN, which apply to the whole bridge.
    pub VlanOptions "BRIDGE_VLANDB_GOPTS_" {
        /// VLAN ID, the first one of a range.
        1 => ID: u16,
        /// Last VLAN ID of a range; absent for a single VLAN.
        2 => RANGE: u16,
        /// IGMP and MLD snooping in the VLAN, 0 or 1; the default is 1.
        3 => MCAST_SNOOPING: u8,
        /// IGMP version of the bridge's queries, 2 or 3; the default is 2.
        4 => MCAST_IGMP_VERSION: u8,
        /// MLD version of the bridge's queries, 1 or 2; the default is 1.
        5 => MCAST_MLD_VERSION: u8,
        /// Last member query count: number of queries sent after a leave message; the default is 2.
        6 => MCAST_LAST_MEMBER_CNT: u32,
        /// Startup query count: number of queries sent at startup; the default is 2.
        7 => MCAST_STARTUP_QUERY_CNT: u32,
        /// Last member query interval, between the queries sent after a leave message; the default
        /// is 100 (1/100 s).
        8 => MCAST_LAST_MEMBER_INTVL: u64,
        /// Padding to align the 64-bit attribute that follows.
        9 => PAD: Bytes,
        /// Membership interval: lifetime of a group membership without a new report; the default is
        /// 26000 (1/100 s).
        10 => MCAST_MEMBERSHIP_INTVL: u64,
        /// Other querier present interval: time without queries after which another querier is
        /// considered gone; the default is 25500 (1/100 s).
        11 => MCAST_QUERIER_INTVL: u64,
        /// Query interval, between the bridge's general queries; the default is 12500 (1/100 s).
        12 => MCAST_QUERY_INTVL: u64,
        /// Query response interval: maximum time for members to respond; the default is 1000 (1/100
        /// s).
        13 => MCAST_QUERY_RESPONSE_INTVL: u64,
        /// Startup query interval, between the queries sent at startup; the default is 3125 (1/100
        /// s).
        14 => MCAST_STARTUP_QUERY_INTVL: u64,
        /// Querier: the bridge sends IGMP and MLD queries, 0 or 1; the default is 0.
        15 => MCAST_QUERIER: u8,
        /// Multicast router ports (read only).
        16 => MCAST_ROUTER_PORTS: Nest<MdbRouter>,
        /// State of the elected querier (read only).
        17 => MCAST_QUERIER_STATE: Nest<BridgeQuerier>,
        /// Multiple spanning tree instance ID (MSTI) of the VLAN; the default is 0.
        18 => MSTI: u16,
    }
}
