//! What a bridge sets its ports to.

pub use crate::rtnl::ids::PortState;
use crate::rtnl::ids::{BridgeId, RouterType};
use crate::value::{Bytes, Flag, Struct};

attributes! {
    /// A bridge port's attributes, `IFLA_BRPORT_*`; what is 0 or 1 says whether.
    pub BridgePort "IFLA_BRPORT_" {
        /// What the spanning tree has decided.
        1 => STATE: PortState,
        /// Which of two ports the spanning tree prefers: the lower, up to 63.
        2 => PRIORITY: u16,
        /// What the way through it costs the spanning tree.
        3 => COST: u32,
        /// Packets may go out where they came in, 0 or 1.
        4 => MODE: u8,
        /// A spanning tree packet that comes in shuts it, 0 or 1.
        5 => GUARD: u8,
        /// It may not lead to the root, 0 or 1.
        6 => PROTECT: u8,
        /// Who leaves a group gets no more of it at once, 0 or 1.
        7 => FAST_LEAVE: u8,
        /// The bridge remembers who is behind it, 0 or 1.
        8 => LEARNING: u8,
        /// It gets packets for those that the bridge does not know, 0 or 1.
        9 => UNICAST_FLOOD: u8,
        /// The bridge answers for those behind other ports, 0 or 1.
        10 => PROXYARP: u8,
        /// What the hardware learns goes to the bridge as well, 0 or 1.
        11 => LEARNING_SYNC: u8,
        /// `PROXYARP` as access points need it, 0 or 1.
        12 => PROXYARP_WIFI: u8,
        /// The bridge at the spanning tree's root.
        13 => ROOT_ID: Struct<BridgeId>,
        /// The bridge that leads to the root from here.
        14 => BRIDGE_ID: Struct<BridgeId>,
        /// That bridge's port.
        15 => DESIGNATED_PORT: u16,
        /// What the way from there to the root costs.
        16 => DESIGNATED_COST: u16,
        /// The port in the spanning tree: its priority, and its number.
        17 => ID: u16,
        /// The port's number in its bridge.
        18 => NO: u16,
        /// It is about to confirm a change of the tree, 0 or 1.
        19 => TOPOLOGY_CHANGE_ACK: u8,
        /// It is about to tell how it is set, 0 or 1.
        20 => CONFIG_PENDING: u8,
        /// How long what it has heard of the root is good for, in hundredths of a second.
        21 => MESSAGE_AGE_TIMER: u64,
        /// How long until its state changes, in hundredths of a second.
        22 => FORWARD_DELAY_TIMER: u64,
        /// How long until it may tell anew, in hundredths of a second.
        23 => HOLD_TIMER: u64,
        /// Forget who is behind it.
        24 => FLUSH: Flag,
        /// Whether a router for groups is behind it.
        25 => MULTICAST_ROUTER: RouterType,
        /// Fills up to 8 bytes.
        26 => PAD: Bytes,
        /// It gets packets for groups that nobody has joined, 0 or 1.
        27 => MCAST_FLOOD: u8,
        /// What is for a group goes to each member on its own, 0 or 1.
        28 => MCAST_TO_UCAST: u8,
        /// VLANs become tunnels behind it, 0 or 1.
        29 => VLAN_TUNNEL: u8,
        /// It gets packets for all, 0 or 1.
        30 => BCAST_FLOOD: u8,
        /// Which of the addresses 01:80:c2:00:00:0X it passes on, a bit for each.
        31 => GROUP_FWD_MASK: u16,
        /// Questions for those that the bridge knows stay in the bridge, 0 or 1.
        32 => NEIGH_SUPPRESS: u8,
        /// It does not talk to other such ports, 0 or 1.
        33 => ISOLATED: u8,
        /// The port that packets take while this one has no signal.
        34 => BACKUP_PORT: u32,
        /// Its redundant ring is open, 0 or 1.
        35 => MRP_RING_OPEN: u8,
        /// Its redundant connection of rings is open, 0 or 1.
        36 => MRP_IN_OPEN: u8,
        /// How many members of groups behind it the bridge follows.
        37 => MCAST_EHT_HOSTS_LIMIT: u32,
        /// How many members of groups there are behind it.
        38 => MCAST_EHT_HOSTS_CNT: u32,
        /// Only those that the bridge knows may send, 0 or 1.
        39 => LOCKED: u8,
        /// Those that may not send are remembered, 0 or 1.
        40 => MAB: u8,
        /// How many groups have members behind it.
        41 => MCAST_N_GROUPS: u32,
        /// How many groups may have members behind it; 0 for no limit.
        42 => MCAST_MAX_GROUPS: u32,
        /// `NEIGH_SUPPRESS` is set for each VLAN on its own, 0 or 1.
        43 => NEIGH_VLAN_SUPPRESS: u8,
        /// The next hop that packets take while this one has no signal.
        44 => BACKUP_NHID: u32,
        /// Announcements of who has which address go out all the same, 0 or 1.
        45 => NEIGH_FORWARD_GRAT: u8,
    }
}
