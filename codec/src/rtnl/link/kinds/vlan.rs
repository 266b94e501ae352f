//! `vlan`: the frames of one tag, as a link of their own.

use crate::nest::Nest;
pub use crate::rtnl::ids::VlanProtocol;
use crate::value::{Multi, Struct};

attributes! {
    /// A VLAN's attributes, `IFLA_VLAN_*`.
    pub Vlan "IFLA_VLAN_" {
        /// The number in the tag.
        1 => ID: u16 where range(0, 4094),
        /// How it treats the tag and the link under it.
        2 => FLAGS: Struct<VlanFlagsChange>,
        /// Which priority in the tag goes with which priority of a packet sent.
        3 => EGRESS_QOS: Nest<VlanQos>,
        /// Which priority of a packet goes with which priority in the tag received.
        4 => INGRESS_QOS: Nest<VlanQos>,
        /// The Ethernet type that announces the tag.
        5 => PROTOCOL: VlanProtocol,
    }
}

attributes! {
    /// A VLAN's map of priorities, `IFLA_VLAN_QOS_*`.
    pub VlanQos "IFLA_VLAN_QOS_" {
        /// One pair of the map.
        1 => MAPPING: Multi<Struct<VlanQosMapping>>,
    }
}

structure! {
    /// `struct ifla_vlan_flags`.
    pub VlanFlagsChange "struct ifla_vlan_flags" "" (8) {
        /// The flags, those that are set.
        0 => flags: VlanFlags,
        /// Which of them are meant; all of them where the kernel tells.
        4 => mask: VlanFlags,
    }
}

structure! {
    /// `struct ifla_vlan_qos_mapping`.
    pub VlanQosMapping "struct ifla_vlan_qos_mapping" "" (8) {
        /// The packet's priority going out, the tag's coming in.
        0 => from: u32,
        /// The tag's priority going out, the packet's coming in.
        4 => to: u32,
    }
}

flags! {
    /// How a VLAN treats the tag and the link under it, `VLAN_FLAG_*`.
    pub VlanFlags "VLAN_FLAG_": u32 {
        /// Received frames look as if they never had a tag.
        0x1 => REORDER_HDR,
        /// Announces the VLAN to switches by GVRP.
        0x2 => GVRP,
        /// Stays up when the link under it goes down.
        0x4 => LOOSE_BINDING,
        /// Announces the VLAN to switches by MVRP.
        0x8 => MVRP,
        /// On a bridge, is up only while a port of that VLAN is.
        0x10 => BRIDGE_BINDING,
    }
}
