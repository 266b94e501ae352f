//! `vlan`: IEEE 802.1Q VLAN interface.

use crate::nest::Nest;
pub use crate::rtnl::ids::VlanProtocol;
use crate::value::{Multi, Struct};

attributes! {
    /// Settings of a VLAN interface.
    pub Vlan "IFLA_VLAN_" {
        /// VLAN ID, 0 to 4094.
        1 => ID: u16 where range(0, 4094),
        /// Treatment of the tag, registration protocols, operational state.
        2 => FLAGS: Struct<VlanFlagsChange>,
        /// Mapping of packet priority to the tag's priority code point, on transmission.
        3 => EGRESS_QOS: Nest<VlanQos>,
        /// Mapping of the tag's priority code point to packet priority, on reception.
        4 => INGRESS_QOS: Nest<VlanQos>,
        /// EtherType of the tag.
        5 => PROTOCOL: VlanProtocol,
    }
}

attributes! {
    /// Priority mapping of a VLAN interface.
    pub VlanQos "IFLA_VLAN_QOS_" {
        /// Pair of priorities.
        1 => MAPPING: Multi<Struct<VlanQosMapping>>,
    }
}

structure! {
    /// Flags of a VLAN interface and a mask of those to change.
    pub VlanFlagsChange "struct ifla_vlan_flags" "" (8) {
        /// Flags that are set.
        0 => flags: VlanFlags,
        /// Mask of flags; all ones in replies.
        4 => mask: VlanFlags,
    }
}

structure! {
    /// Pair of priorities.
    pub VlanQosMapping "struct ifla_vlan_qos_mapping" "" (8) {
        /// Packet priority on transmission, the tag's on reception.
        0 => from: u32,
        /// The tag's priority on transmission, packet priority on reception.
        4 => to: u32,
    }
}

flags! {
    /// Flags of a VLAN interface.
    pub VlanFlags "VLAN_FLAG_": u32 {
        /// Ethernet header reordered: received frames appear without a tag.
        0x1 => REORDER_HDR,
        /// GARP VLAN Registration Protocol.
        0x2 => GVRP,
        /// Operational state independent of the lower link.
        0x4 => LOOSE_BINDING,
        /// Multiple VLAN Registration Protocol.
        0x8 => MVRP,
        /// Operational state bound to the bridge ports in this VLAN.
        0x10 => BRIDGE_BINDING,
    }
}
