//! The VLANs of bridges and their ports, each with its own settings.

use crate::nest::Nest;
use crate::rtnl::bridge::mdb::MdbRouter;
use crate::rtnl::ids::{AddressFamily, BridgeQuerier, PortState, RouterType, VlanInfo};
use crate::value::{Bytes, Multi, Struct};

messages! {
    /// The VLANs of bridges and their ports.
    pub FAMILY "route/vlan": VlanHeader, VlanDb {
        /// A VLAN is new or has changed; or is to be made, or changed.
        112 => NEW,
        /// A VLAN is gone; or is to be.
        113 => DEL,
        /// Asks for all VLANs.
        114 => GET: VlanDump,
    }
}

structure! {
    /// `struct br_vlan_msg`.
    pub VlanHeader "struct br_vlan_msg" "" (8) {
        /// [`AddressFamily::BRIDGE`].
        0 => family: AddressFamily,
        /// The index of the bridge or the port; 0 for all.
        4 => index: u32,
    }
}

attributes! {
    /// The VLANs of a bridge or a port, `BRIDGE_VLANDB_*`.
    pub VlanDb "BRIDGE_VLANDB_" {
        /// A VLAN there, or a range.
        1 => ENTRY: Multi<Nest<VlanEntry>>,
        /// A VLAN of the whole bridge, or a range.
        2 => GLOBAL_OPTIONS: Multi<Nest<VlanOptions>>,
    }
}

attributes! {
    /// What is asked for, `BRIDGE_VLANDB_DUMP_*`.
    pub VlanDump "BRIDGE_VLANDB_DUMP_" {
        /// What the reply is to hold.
        1 => FLAGS: VlanDumpFlags,
    }
}

flags! {
    /// What the reply is to hold, `BRIDGE_VLANDB_DUMPF_*`.
    pub VlanDumpFlags "BRIDGE_VLANDB_DUMPF_": u32 {
        /// What has gone through each VLAN as well.
        0x1 => STATS,
        /// Only the settings for whole bridges.
        0x2 => GLOBAL,
    }
}

attributes! {
    /// A VLAN of a bridge or a port, `BRIDGE_VLANDB_ENTRY_*`.
    pub VlanEntry "BRIDGE_VLANDB_ENTRY_" {
        /// Its number, and what is special about it.
        1 => INFO: Struct<VlanInfo> where len(4, 4),
        /// The last number, if it is a range.
        2 => RANGE: u16,
        /// What the spanning tree has decided.
        3 => STATE: PortState,
        /// Which tunnel it becomes.
        4 => TUNNEL_INFO: Nest<VlanTunnelInfo>,
        /// What has gone through it.
        5 => STATS: Nest<VlanStats>,
        /// Whether a router for groups is behind it.
        6 => MCAST_ROUTER: RouterType,
        /// How many groups have members behind it.
        7 => MCAST_N_GROUPS: u32,
        /// How many groups may have members behind it; 0 for no limit.
        8 => MCAST_MAX_GROUPS: u32,
        /// Questions for those that the bridge knows stay in the bridge, 0 or 1.
        9 => NEIGH_SUPPRESS: u8 where max(1),
        /// Announcements of who has which address go out all the same, 0 or 1.
        10 => NEIGH_FORWARD_GRAT: u8 where max(1),
    }
}

attributes! {
    /// Which tunnel a VLAN becomes, `BRIDGE_VLANDB_TINFO_*`.
    pub VlanTunnelInfo "BRIDGE_VLANDB_TINFO_" {
        /// The tunnel's number; a range's first.
        1 => ID: u32,
        /// Whether to set it or to take it away: `RTM_SETLINK` or `RTM_DELLINK`.
        2 => CMD: u32,
    }
}

attributes! {
    /// What has gone through a VLAN, `BRIDGE_VLANDB_STATS_*`.
    pub VlanStats "BRIDGE_VLANDB_STATS_" {
        /// Bytes received.
        1 => RX_BYTES: u64,
        /// Packets received.
        2 => RX_PACKETS: u64,
        /// Bytes sent.
        3 => TX_BYTES: u64,
        /// Packets sent.
        4 => TX_PACKETS: u64,
        /// Fills up to 8 bytes.
        5 => PAD: Bytes,
    }
}

attributes! {
    /// What a VLAN is set to in a whole bridge, `BRIDGE_VLANDB_GOPTS_*`; times are in hundredths of a
    /// second.
    pub VlanOptions "BRIDGE_VLANDB_GOPTS_" {
        /// Its number.
        1 => ID: u16,
        /// The last number, if it is a range.
        2 => RANGE: u16,
        /// Packets for groups go to members only, 0 or 1.
        3 => MCAST_SNOOPING: u8,
        /// The version of IGMP that the bridge speaks.
        4 => MCAST_IGMP_VERSION: u8,
        /// The version of MLD that the bridge speaks.
        5 => MCAST_MLD_VERSION: u8,
        /// How often it asks for others when a member leaves.
        6 => MCAST_LAST_MEMBER_CNT: u32,
        /// How often it asks when it starts.
        7 => MCAST_STARTUP_QUERY_CNT: u32,
        /// How long until it asks for others again when a member leaves.
        8 => MCAST_LAST_MEMBER_INTVL: u64,
        /// Fills up to 8 bytes.
        9 => PAD: Bytes,
        /// How long a member is one without saying so again.
        10 => MCAST_MEMBERSHIP_INTVL: u64,
        /// How long another that asks is there without asking again.
        11 => MCAST_QUERIER_INTVL: u64,
        /// How long until it asks again.
        12 => MCAST_QUERY_INTVL: u64,
        /// How long members may take to answer.
        13 => MCAST_QUERY_RESPONSE_INTVL: u64,
        /// How long until it asks again when it starts.
        14 => MCAST_STARTUP_QUERY_INTVL: u64,
        /// The bridge asks for members itself, 0 or 1.
        15 => MCAST_QUERIER: u8,
        /// The ports that routers for groups are behind.
        16 => MCAST_ROUTER_PORTS: Nest<MdbRouter>,
        /// Who asks for members.
        17 => MCAST_QUERIER_STATE: Nest<BridgeQuerier>,
        /// The spanning tree instance that it is of.
        18 => MSTI: u16,
    }
}
