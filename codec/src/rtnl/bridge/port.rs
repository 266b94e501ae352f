//! Bridge port settings and state, in `IFLA_INFO_SLAVE_DATA`, or in `IFLA_PROTINFO` of link
//! messages of family `AF_BRIDGE`.

pub use crate::rtnl::ids::PortState;
use crate::rtnl::ids::{BridgeId, RouterType};
use crate::value::{Bytes, Flag, Struct};

attributes! {
    /// Bridge port attributes; those of type `u8` are 0 (off) or 1 (on).
    pub BridgePort "IFLA_BRPORT_" {
        /// Spanning tree (STP) port state.
        1 => STATE: PortState,
        /// STP port priority, 0 to 63; the lowest is preferred, the default is 32.
        2 => PRIORITY: u16,
        /// STP path cost, 1 to 65535; the default depends on the link's speed.
        3 => COST: u32,
        /// Hairpin mode: a frame may leave by the port that it was received on.
        4 => MODE: u8,
        /// BPDU guard: a received BPDU disables the port.
        5 => GUARD: u8,
        /// Root block (root port protection): the port cannot become the STP root port.
        6 => PROTECT: u8,
        /// Multicast fast leave: a leave message ends the port's group membership at once.
        7 => FAST_LEAVE: u8,
        /// MAC learning: the source addresses of received frames enter the forwarding database.
        8 => LEARNING: u8,
        /// Flooding of unicast frames to unknown destinations.
        9 => UNICAST_FLOOD: u8,
        /// Proxy ARP: the bridge answers ARP requests that the port receives for known neighbours.
        10 => PROXYARP: u8,
        /// MAC learning sync: addresses that the device learns enter the forwarding database.
        11 => LEARNING_SYNC: u8,
        /// Proxy ARP for Wi-Fi access points (Hotspot 2.0): the bridge answers ARP requests for
        /// hosts behind the port.
        12 => PROXYARP_WIFI: u8,
        /// Designated root: bridge ID of the spanning tree's root.
        13 => ROOT_ID: Struct<BridgeId>,
        /// Designated bridge: bridge ID of the next bridge on the path to the root.
        14 => BRIDGE_ID: Struct<BridgeId>,
        /// Designated port: port ID on the designated bridge.
        15 => DESIGNATED_PORT: u16,
        /// Designated cost: path cost from the designated bridge to the root.
        16 => DESIGNATED_COST: u16,
        /// STP port ID: the priority in the upper 6 bits, the port number in the lower 10.
        17 => ID: u16,
        /// Port number on the bridge.
        18 => NO: u16,
        /// Topology change acknowledgement to be sent in the next configuration BPDU.
        19 => TOPOLOGY_CHANGE_ACK: u8,
        /// Configuration BPDU pending until the hold timer expires.
        20 => CONFIG_PENDING: u8,
        /// Time left on the message age timer, in 1/100 s.
        21 => MESSAGE_AGE_TIMER: u64,
        /// Time left on the forward delay timer, in 1/100 s.
        22 => FORWARD_DELAY_TIMER: u64,
        /// Time left on the hold timer, which spaces out configuration BPDUs, in 1/100 s.
        23 => HOLD_TIMER: u64,
        /// Request to flush the port's dynamic forwarding database entries.
        24 => FLUSH: Flag,
        /// Multicast router behind the port.
        25 => MULTICAST_ROUTER: RouterType,
        /// Padding to align the 64-bit attribute that follows.
        26 => PAD: Bytes,
        /// Flooding of multicast frames to groups without an entry in the multicast database.
        27 => MCAST_FLOOD: u8,
        /// Multicast to unicast: each member gets a unicast copy of a group's frames.
        28 => MCAST_TO_UCAST: u8,
        /// Mapping between VLANs and tunnel IDs.
        29 => VLAN_TUNNEL: u8,
        /// Flooding of broadcast frames.
        30 => BCAST_FLOOD: u8,
        /// Group forward mask: bit X set forwards frames to the link-local group 01:80:c2:00:00:0X;
        /// the default is 0.
        31 => GROUP_FWD_MASK: u16,
        /// Neighbour suppression: ARP and neighbour discovery requests for known neighbours are
        /// answered by the bridge and not forwarded.
        32 => NEIGH_SUPPRESS: u8,
        /// Port isolation: no forwarding to other isolated ports.
        33 => ISOLATED: u8,
        /// Interface index of the backup port, which carries the traffic while this port has no
        /// carrier; 0 for none.
        34 => BACKUP_PORT: u32,
        /// MRP loss of continuity in the ring (read only).
        35 => MRP_RING_OPEN: u8,
        /// MRP loss of continuity in the interconnection (read only).
        36 => MRP_IN_OPEN: u8,
        /// Maximum number of hosts in multicast explicit host tracking (EHT); the default is 512.
        37 => MCAST_EHT_HOSTS_LIMIT: u32,
        /// Number of hosts in multicast explicit host tracking (read only).
        38 => MCAST_EHT_HOSTS_CNT: u32,
        /// Locked port: frames are accepted only from addresses in the port's forwarding database
        /// entries (as with IEEE 802.1X).
        39 => LOCKED: u8,
        /// MAC authentication bypass: the addresses of other hosts on a locked port are learned as
        /// locked entries; requires `LOCKED` and `LEARNING`.
        40 => MAB: u8,
        /// Number of the port's multicast database entries (read only).
        41 => MCAST_N_GROUPS: u32,
        /// Maximum number of the port's multicast database entries; 0 for no limit.
        42 => MCAST_MAX_GROUPS: u32,
        /// Neighbour suppression by VLAN (`BRIDGE_VLANDB_ENTRY_NEIGH_SUPPRESS`).
        43 => NEIGH_VLAN_SUPPRESS: u8,
        /// Next hop ID for frames redirected to the backup port (VXLAN); 0 for none.
        44 => BACKUP_NHID: u32,
        /// Forwarding of gratuitous ARP and unsolicited neighbour advertisements in spite of
        /// neighbour suppression.
        45 => NEIGH_FORWARD_GRAT: u8,
    }
}
