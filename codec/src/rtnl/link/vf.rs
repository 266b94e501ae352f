//! Virtual functions: parts of a network card that machines of their own can have.

use crate::nest::Nest;
use crate::rtnl::ids::VlanProtocol;
use crate::value::{Blob, Bytes, Mac, Multi, Struct, Text};

attributes! {
    /// A card's virtual functions, `IFLA_VF_*`.
    pub VfList "IFLA_VF_" {
        /// One of them.
        1 => INFO: Multi<Nest<Vf>>,
    }
}

attributes! {
    /// A virtual function, `IFLA_VF_*`.
    pub Vf "IFLA_VF_" {
        /// Its hardware address.
        1 => MAC: Struct<VfMac>,
        /// The VLAN that its packets are put in.
        2 => VLAN: Struct<VfVlan>,
        /// How fast it may send at most; `RATE` is newer.
        3 => TX_RATE: Struct<VfTxRate>,
        /// Whether packets from another address than its own are stopped.
        4 => SPOOFCHK: Struct<VfSetting>,
        /// Whether it believes to have a signal.
        5 => LINK_STATE: Struct<VfLinkState>,
        /// How fast it may send.
        6 => RATE: Struct<VfRate>,
        /// Whether it may see how packets are spread over queues.
        7 => RSS_QUERY_EN: Struct<VfSetting>,
        /// What has gone through it.
        8 => STATS: Nest<VfStats>,
        /// Whether it may do what could disturb others.
        9 => TRUST: Struct<VfSetting>,
        /// Its node's number on InfiniBand.
        10 => IB_NODE_GUID: Struct<VfGuid>,
        /// Its port's number on InfiniBand.
        11 => IB_PORT_GUID: Struct<VfGuid>,
        /// The VLANs that its packets are put in, the inner one first.
        12 => VLAN_LIST: Nest<VfVlans>,
        /// The hardware address that reaches all.
        13 => BROADCAST: Mac where len(0, 32),
    }
}

attributes! {
    /// The VLANs that a virtual function's packets are put in, `IFLA_VF_VLAN_*`.
    pub VfVlans "IFLA_VF_VLAN_" {
        /// One of them.
        1 => INFO: Multi<Struct<VfVlanInfo>>,
    }
}

attributes! {
    /// What has gone through a virtual function, `IFLA_VF_STATS_*`.
    pub VfStats "IFLA_VF_STATS_" {
        /// Packets received.
        0 => RX_PACKETS: u64,
        /// Packets sent.
        1 => TX_PACKETS: u64,
        /// Bytes received.
        2 => RX_BYTES: u64,
        /// Bytes sent.
        3 => TX_BYTES: u64,
        /// Packets received that were for all.
        4 => BROADCAST: u64,
        /// Packets received that were for a group.
        5 => MULTICAST: u64,
        /// Fills up to 8 bytes.
        6 => PAD: Bytes,
        /// Packets received, but thrown away.
        7 => RX_DROPPED: u64,
        /// Packets thrown away on their way out.
        8 => TX_DROPPED: u64,
    }
}

structure! {
    /// `struct ifla_vf_mac`.
    pub VfMac "struct ifla_vf_mac" "" (36) {
        /// Which virtual function.
        0 => vf: u32,
        /// Its hardware address, zeros behind it.
        4 => mac: [u8; 32],
    }
}

structure! {
    /// `struct ifla_vf_vlan`.
    pub VfVlan "struct ifla_vf_vlan" "" (12) {
        /// Which virtual function.
        0 => vf: u32,
        /// The number in the tag, up to 4095; 0 for no tag.
        4 => vlan: u32,
        /// The priority in the tag.
        8 => qos: u32,
    }
}

structure! {
    /// `struct ifla_vf_vlan_info`.
    pub VfVlanInfo "struct ifla_vf_vlan_info" "" (16) {
        /// Which virtual function.
        0 => vf: u32,
        /// The number in the tag, up to 4095; 0 for no tag.
        4 => vlan: u32,
        /// The priority in the tag.
        8 => qos: u32,
        /// Which of the two tags.
        12 => vlan_proto: VlanProtocol,
    }
}

structure! {
    /// `struct ifla_vf_tx_rate`.
    pub VfTxRate "struct ifla_vf_tx_rate" "" (8) {
        /// Which virtual function.
        0 => vf: u32,
        /// How much it may send, in megabits a second; 0 for no limit.
        4 => rate: u32,
    }
}

structure! {
    /// `struct ifla_vf_rate`.
    pub VfRate "struct ifla_vf_rate" "" (12) {
        /// Which virtual function.
        0 => vf: u32,
        /// What it is sure of when it sends, in megabits a second.
        4 => min_tx_rate: u32,
        /// How much it may send, in megabits a second; 0 for no limit.
        8 => max_tx_rate: u32,
    }
}

structure! {
    /// `struct ifla_vf_spoofchk`, `struct ifla_vf_rss_query_en` and `struct ifla_vf_trust`.
    pub VfSetting "struct ifla_vf_spoofchk" "" (8) {
        /// Which virtual function.
        0 => vf: u32,
        /// 1 for on, 0 for off; all ones if the driver does not say.
        4 => setting: u32,
    }
}

structure! {
    /// `struct ifla_vf_link_state`.
    pub VfLinkState "struct ifla_vf_link_state" "" (8) {
        /// Which virtual function.
        0 => vf: u32,
        /// Whether it believes to have a signal.
        4 => link_state: VfSignal,
    }
}

values! {
    /// Whether a virtual function believes to have a signal, `IFLA_VF_LINK_STATE_*`.
    pub VfSignal "IFLA_VF_LINK_STATE_": u32 {
        /// As the card has.
        0 => AUTO,
        /// Always.
        1 => ENABLE,
        /// Never.
        2 => DISABLE,
    }
}

structure! {
    /// `struct ifla_vf_guid`, as 64-bit machines and most others lay it out.
    pub VfGuid "struct ifla_vf_guid" "" (16) {
        /// Which virtual function.
        0 => vf: u32,
        /// The number.
        8 => guid: u64,
    }
}

attributes! {
    /// How virtual functions are connected to their switch, `IFLA_VF_PORT_*`.
    pub VfPorts "IFLA_VF_PORT_" {
        /// One of them.
        1 => PORT: Multi<Nest<Port>>,
    }
}

attributes! {
    /// How a link is connected to its switch, `IFLA_PORT_*`.
    pub Port "IFLA_PORT_" {
        /// Which virtual function; all ones for the link itself.
        1 => VF: u32,
        /// The name of what the switch is to set.
        2 => PROFILE: Text<40>,
        /// What the switch is to set, in the older protocol.
        3 => VSI_TYPE: Struct<PortVsi>,
        /// Which machine this is.
        4 => INSTANCE_UUID: Blob<0, 16>,
        /// Which machine that runs on.
        5 => HOST_UUID: Blob<0, 16>,
        /// What is asked of the switch.
        6 => REQUEST: PortRequest,
        /// What the switch said.
        7 => RESPONSE: PortResponse,
    }
}

structure! {
    /// `struct ifla_port_vsi`.
    pub PortVsi "struct ifla_port_vsi" "" (8) {
        /// Who knows the type.
        0 => manager: u8,
        /// The type's number, 24 bits.
        1 => type_id: [u8; 3],
        /// The type's version.
        4 => type_version: u8,
    }
}

values! {
    /// What is asked of a switch, `PORT_REQUEST_*`.
    pub PortRequest "PORT_REQUEST_": u8 {
        /// To be ready.
        0 => PREASSOCIATE,
        /// To be ready, with room set aside.
        1 => PREASSOCIATE_RR,
        /// To connect.
        2 => ASSOCIATE,
        /// To disconnect.
        3 => DISASSOCIATE,
    }
}

values! {
    /// What a switch said, `PORT_VDP_RESPONSE_*` and `PORT_PROFILE_RESPONSE_*`.
    pub PortResponse "PORT_VDP_RESPONSE_": u16 {
        /// Done.
        0 => VDP_SUCCESS,
        /// It did not understand.
        1 => VDP_INVALID_FORMAT,
        /// It has no room.
        2 => VDP_INSUFFICIENT_RESOURCES,
        /// It does not know the number.
        3 => VDP_UNUSED_VTID,
        /// The number is not for this one.
        4 => VDP_VTID_VIOLATION,
        /// The type's version is not the one it knows.
        5 => VDP_VTID_VERSION_VIOALTION,
        /// It knows nothing of it any more.
        6 => VDP_OUT_OF_SYNC,
        /// Done, by profile.
        0x100 => PROFILE_SUCCESS,
        /// Not done yet.
        0x101 => PROFILE_INPROGRESS,
        /// The profile's name is wrong.
        0x102 => PROFILE_INVALID,
        /// Not in this state.
        0x103 => PROFILE_BADSTATE,
        /// It has no room, for the profile.
        0x104 => PROFILE_INSUFFICIENT_RESOURCES,
        /// Something else went wrong.
        0x105 => PROFILE_ERROR,
    }
}
