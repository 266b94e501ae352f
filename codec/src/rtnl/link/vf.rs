//! Virtual functions (SR-IOV) of a link, and port profiles.

use crate::nest::Nest;
use crate::rtnl::ids::VlanProtocol;
use crate::value::{Blob, Bytes, Mac, Multi, Struct, Text};

attributes! {
    /// Virtual functions of a link.
    pub VfList "IFLA_VF_" {
        /// Virtual function.
        1 => INFO: Multi<Nest<Vf>>,
    }
}

attributes! {
    /// Settings of a virtual function.
    pub Vf "IFLA_VF_" {
        /// MAC address.
        1 => MAC: Struct<VfMac>,
        /// VLAN of its traffic.
        2 => VLAN: Struct<VfVlan>,
        /// Maximum transmit rate; superseded by `RATE`.
        3 => TX_RATE: Struct<VfTxRate>,
        /// Spoof check: frames with another source address are dropped.
        4 => SPOOFCHK: Struct<VfSetting>,
        /// Link state presented to the virtual function.
        5 => LINK_STATE: Struct<VfLinkState>,
        /// Minimum and maximum transmit rate.
        6 => RATE: Struct<VfRate>,
        /// Permission to query the RSS configuration.
        7 => RSS_QUERY_EN: Struct<VfSetting>,
        /// Traffic statistics.
        8 => STATS: Nest<VfStats>,
        /// Trust: privileged settings are permitted.
        9 => TRUST: Struct<VfSetting>,
        /// Node GUID (InfiniBand).
        10 => IB_NODE_GUID: Struct<VfGuid>,
        /// Port GUID (InfiniBand).
        11 => IB_PORT_GUID: Struct<VfGuid>,
        /// VLAN of its traffic with the tag's protocol; the kernel takes one entry.
        12 => VLAN_LIST: Nest<VfVlans>,
        /// Link-layer broadcast address.
        13 => BROADCAST: Mac where len(0, 32),
    }
}

attributes! {
    /// VLANs of a virtual function.
    pub VfVlans "IFLA_VF_VLAN_" {
        /// A VLAN tag.
        1 => INFO: Multi<Struct<VfVlanInfo>>,
    }
}

attributes! {
    /// Traffic statistics of a virtual function.
    pub VfStats "IFLA_VF_STATS_" {
        /// Packets received.
        0 => RX_PACKETS: u64,
        /// Packets transmitted.
        1 => TX_PACKETS: u64,
        /// Bytes received.
        2 => RX_BYTES: u64,
        /// Bytes transmitted.
        3 => TX_BYTES: u64,
        /// Broadcast packets received.
        4 => BROADCAST: u64,
        /// Multicast packets received.
        5 => MULTICAST: u64,
        /// Padding to align the 64-bit attribute that follows.
        6 => PAD: Bytes,
        /// Received packets that were dropped.
        7 => RX_DROPPED: u64,
        /// Packets dropped on transmission.
        8 => TX_DROPPED: u64,
    }
}

structure! {
    /// MAC address of a virtual function.
    pub VfMac "struct ifla_vf_mac" "" (36) {
        /// Index of the virtual function, from 0.
        0 => vf: u32,
        /// MAC address, extended with zeros.
        4 => mac: [u8; 32],
    }
}

structure! {
    /// VLAN of a virtual function.
    pub VfVlan "struct ifla_vf_vlan" "" (12) {
        /// Index of the virtual function, from 0.
        0 => vf: u32,
        /// VLAN ID, 0 to 4095; 0 for none.
        4 => vlan: u32,
        /// Priority code point, 0 to 7.
        8 => qos: u32,
    }
}

structure! {
    /// VLAN of a virtual function, with its protocol.
    pub VfVlanInfo "struct ifla_vf_vlan_info" "" (16) {
        /// Index of the virtual function, from 0.
        0 => vf: u32,
        /// VLAN ID, 0 to 4095; 0 for none.
        4 => vlan: u32,
        /// Priority code point, 0 to 7.
        8 => qos: u32,
        /// EtherType of the tag: 802.1Q or 802.1ad.
        12 => vlan_proto: VlanProtocol,
    }
}

structure! {
    /// Maximum transmit rate of a virtual function.
    pub VfTxRate "struct ifla_vf_tx_rate" "" (8) {
        /// Index of the virtual function, from 0.
        0 => vf: u32,
        /// Rate in Mbit/s; 0 for no limit.
        4 => rate: u32,
    }
}

structure! {
    /// Transmit rates of a virtual function.
    pub VfRate "struct ifla_vf_rate" "" (12) {
        /// Index of the virtual function, from 0.
        0 => vf: u32,
        /// Guaranteed rate in Mbit/s; 0 for none.
        4 => min_tx_rate: u32,
        /// Maximum rate in Mbit/s; 0 for no limit.
        8 => max_tx_rate: u32,
    }
}

structure! {
    /// Setting of a virtual function; also `struct ifla_vf_rss_query_en` and `struct
    /// ifla_vf_trust`.
    pub VfSetting "struct ifla_vf_spoofchk" "" (8) {
        /// Index of the virtual function, from 0.
        0 => vf: u32,
        /// 0 off, 1 on; `u32::MAX` if the driver does not report it.
        4 => setting: u32,
    }
}

structure! {
    /// Link state of a virtual function.
    pub VfLinkState "struct ifla_vf_link_state" "" (8) {
        /// Index of the virtual function, from 0.
        0 => vf: u32,
        /// Link state presented to it.
        4 => link_state: VfSignal,
    }
}

values! {
    /// Link state presented to a virtual function.
    pub VfSignal "IFLA_VF_LINK_STATE_": u32 {
        /// State of the physical link.
        0 => AUTO,
        /// Always up.
        1 => ENABLE,
        /// Always down.
        2 => DISABLE,
    }
}

structure! {
    /// GUID of a virtual function, with the alignment of 64-bit machines and most others.
    pub VfGuid "struct ifla_vf_guid" "" (16) {
        /// Index of the virtual function, from 0.
        0 => vf: u32,
        /// 64-bit globally unique identifier.
        8 => guid: u64,
    }
}

attributes! {
    /// Port profiles of virtual functions.
    pub VfPorts "IFLA_VF_" {
        /// Port profile of one virtual function.
        1 => PORT: Multi<Nest<Port>>,
    }
}

attributes! {
    /// Port profile: association of a port with an adjacent switch (IEEE 802.1Qbg).
    pub Port "IFLA_PORT_" {
        /// Index of the virtual function; `PORT_SELF_VF` (`u32::MAX`) for the link itself.
        1 => VF: u32,
        /// Name of the port profile.
        2 => PROFILE: Text<40>,
        /// Virtual station interface type (802.1Qbg pre-standard).
        3 => VSI_TYPE: Struct<PortVsi>,
        /// UUID of the virtual machine.
        4 => INSTANCE_UUID: Blob<0, 16>,
        /// UUID of the machine that the virtual machine runs on.
        5 => HOST_UUID: Blob<0, 16>,
        /// Request to the switch.
        6 => REQUEST: PortRequest,
        /// Response of the switch.
        7 => RESPONSE: PortResponse,
    }
}

structure! {
    /// Virtual station interface type.
    pub PortVsi "struct ifla_port_vsi" "" (8) {
        /// ID of the VSI manager.
        0 => manager "vsi_mgr_id": u8,
        /// VSI type ID, 24 bits.
        1 => type_id "vsi_type_id": [u8; 3],
        /// Version of the VSI type.
        4 => type_version "vsi_type_version": u8,
    }
}

values! {
    /// Request to the switch.
    pub PortRequest "PORT_REQUEST_": u8 {
        /// Preassociation: prepares an association.
        0 => PREASSOCIATE,
        /// Preassociation with resource reservation.
        1 => PREASSOCIATE_RR,
        /// Association: connects the port.
        2 => ASSOCIATE,
        /// Disassociation: disconnects the port.
        3 => DISASSOCIATE,
    }
}

values! {
    /// Response of the switch.
    pub PortResponse "": u16 {
        /// VDP: successful.
        0 => VDP_SUCCESS "PORT_VDP_RESPONSE_SUCCESS",
        /// VDP: request with an invalid format.
        1 => VDP_INVALID_FORMAT "PORT_VDP_RESPONSE_INVALID_FORMAT",
        /// VDP: not enough resources in the switch.
        2 => VDP_INSUFFICIENT_RESOURCES "PORT_VDP_RESPONSE_INSUFFICIENT_RESOURCES",
        /// VDP: unused VSI type ID.
        3 => VDP_UNUSED_VTID "PORT_VDP_RESPONSE_UNUSED_VTID",
        /// VDP: VSI type ID not permitted.
        4 => VDP_VTID_VIOLATION "PORT_VDP_RESPONSE_VTID_VIOLATION",
        /// VDP: version of the VSI type not permitted.
        5 => VDP_VTID_VERSION_VIOALTION "PORT_VDP_RESPONSE_VTID_VERSION_VIOALTION",
        /// VDP: out of synchronization.
        6 => VDP_OUT_OF_SYNC "PORT_VDP_RESPONSE_OUT_OF_SYNC",
        /// Port profile: successful.
        0x100 => PROFILE_SUCCESS "PORT_PROFILE_RESPONSE_SUCCESS",
        /// Port profile: in progress.
        0x101 => PROFILE_INPROGRESS "PORT_PROFILE_RESPONSE_INPROGRESS",
        /// Port profile: invalid name.
        0x102 => PROFILE_INVALID "PORT_PROFILE_RESPONSE_INVALID",
        /// Port profile: not possible in this state.
        0x103 => PROFILE_BADSTATE "PORT_PROFILE_RESPONSE_BADSTATE",
        /// Port profile: insufficient resources.
        0x104 => PROFILE_INSUFFICIENT_RESOURCES "PORT_PROFILE_RESPONSE_INSUFFICIENT_RESOURCES",
        /// Port profile: other error.
        0x105 => PROFILE_ERROR "PORT_PROFILE_RESPONSE_ERROR",
    }
}
