//! Connectivity fault management on a bridge (CFM, IEEE 802.1Q): maintenance end points (MEPs) that
//! exchange continuity check messages (CCMs); carried by [`BridgeSpec::CFM`].
//!
//! [`BridgeSpec::CFM`]: crate::rtnl::bridge::spec::BridgeSpec::CFM

use crate::nest::Nest;
use crate::value::{Blob, Mac, Multi};

attributes! {
    /// Connectivity fault management: operations on MEPs in a request, their configuration and
    /// status in a dump.
    pub Cfm "IFLA_BRIDGE_CFM_" {
        /// MEP to create (request only).
        1 => MEP_CREATE: Nest<CfmMepCreate>,
        /// MEP to delete (request only).
        2 => MEP_DELETE: Nest<CfmMepDelete>,
        /// Identity to set for a MEP (request only).
        3 => MEP_CONFIG: Nest<CfmMepConfig>,
        /// Continuity check configuration to set for a MEP (request only).
        4 => CC_CONFIG: Nest<CfmCcConfig>,
        /// Peer MEP to add (request only).
        5 => CC_PEER_MEP_ADD: Nest<CfmPeerMep>,
        /// Peer MEP to remove (request only).
        6 => CC_PEER_MEP_REMOVE: Nest<CfmPeerMep>,
        /// Remote defect indication to set in transmitted CCMs (request only).
        7 => CC_RDI: Nest<CfmRdi>,
        /// CCM transmission to start or stop (request only).
        8 => CC_CCM_TX: Nest<CfmCcmTx>,
        /// Creation parameters of a MEP (dump only).
        9 => MEP_CREATE_INFO: Multi<Nest<CfmMepCreate>>,
        /// Identity of a MEP (dump only).
        10 => MEP_CONFIG_INFO: Multi<Nest<CfmMepConfig>>,
        /// Continuity check configuration of a MEP (dump only).
        11 => CC_CONFIG_INFO: Multi<Nest<CfmCcConfig>>,
        /// Remote defect indication in transmitted CCMs (dump only).
        12 => CC_RDI_INFO: Multi<Nest<CfmRdi>>,
        /// CCM transmission of a MEP (dump only).
        13 => CC_CCM_TX_INFO: Multi<Nest<CfmCcmTx>>,
        /// Peer MEP that a MEP monitors (dump only).
        14 => CC_PEER_MEP_INFO: Multi<Nest<CfmPeerMep>>,
        /// Status of a MEP; a dump clears the events in it.
        15 => MEP_STATUS_INFO: Multi<Nest<CfmMepStatus>>,
        /// Status of a peer MEP; a dump clears the events in it.
        16 => CC_PEER_STATUS_INFO: Multi<Nest<CfmPeerStatus>>,
    }
}

attributes! {
    /// Creation parameters of a MEP.
    pub CfmMepCreate "IFLA_BRIDGE_CFM_MEP_CREATE_" {
        /// MEP instance number, unique on the bridge.
        1 => INSTANCE: u32,
        /// Domain that the MEP monitors.
        2 => DOMAIN: CfmDomain,
        /// Direction that the MEP faces.
        3 => DIRECTION: CfmDirection,
        /// Interface index of the MEP's bridge port.
        4 => IFINDEX: u32,
    }
}

attributes! {
    /// Maintenance end point to remove.
    pub CfmMepDelete "IFLA_BRIDGE_CFM_MEP_DELETE_" {
        /// MEP instance number.
        1 => INSTANCE: u32,
    }
}

attributes! {
    /// Identity of a MEP.
    pub CfmMepConfig "IFLA_BRIDGE_CFM_MEP_CONFIG_" {
        /// MEP instance number.
        1 => INSTANCE: u32,
        /// Unicast MAC address of the MEP, the source of its CCMs.
        2 => UNICAST_MAC: Mac where len(6, 6),
        /// Maintenance domain level (MD level), 0 to 7.
        3 => MDLEVEL: u32 where max(7),
        /// MEP identifier (MEPID) in its CCMs, at most 8191.
        4 => MEPID: u32 where max(0x1fff),
    }
}

attributes! {
    /// Continuity check configuration of a MEP.
    pub CfmCcConfig "IFLA_BRIDGE_CFM_CC_CONFIG_" {
        /// MEP instance number.
        1 => INSTANCE: u32,
        /// Reception of CCMs: 0 disabled, 1 enabled.
        2 => ENABLE: u32,
        /// Interval of the CCMs expected from peers, and of those transmitted.
        3 => EXP_INTERVAL: CfmInterval,
        /// Maintenance association identifier (MAID) of the CCMs, 48 bytes.
        4 => EXP_MAID: Blob<0, 48>,
    }
}

attributes! {
    /// Peer MEP that a MEP monitors.
    pub CfmPeerMep "IFLA_BRIDGE_CFM_CC_PEER_MEP_" {
        /// Instance number of the local MEP.
        1 => INSTANCE: u32,
        /// MEP identifier of the peer, at most 8191.
        2 => PEER_MEPID "IFLA_BRIDGE_CFM_CC_PEER_MEPID": u32 where max(0x1fff),
    }
}

attributes! {
    /// Remote defect indication (RDI) of a MEP.
    pub CfmRdi "IFLA_BRIDGE_CFM_CC_RDI_" {
        /// MEP instance number.
        1 => INSTANCE: u32,
        /// RDI bit in transmitted CCMs, 0 or 1.
        2 => RDI: u32,
    }
}

attributes! {
    /// CCM transmission of a MEP.
    pub CfmCcmTx "IFLA_BRIDGE_CFM_CC_CCM_TX_" {
        /// MEP instance number.
        1 => INSTANCE: u32,
        /// Destination MAC address of the CCMs.
        2 => DMAC: Mac where len(6, 6),
        /// Sequence number of the CCMs: 1 counts them, 0 leaves it at 0.
        3 => SEQ_NO_UPDATE: u32,
        /// Duration of the transmission, in seconds, unless a request renews it; 0 stops it.
        4 => PERIOD: u32,
        /// Interface Status TLV in the CCMs: 0 absent, 1 present.
        5 => IF_TLV: u32,
        /// Value of the Interface Status TLV.
        6 => IF_TLV_VALUE: u8,
        /// Port Status TLV in the CCMs: 0 absent, 1 present.
        7 => PORT_TLV: u32,
        /// Value of the Port Status TLV.
        8 => PORT_TLV_VALUE: u8,
    }
}

attributes! {
    /// Status of a MEP: events since the last dump, 0 or 1 each.
    pub CfmMepStatus "IFLA_BRIDGE_CFM_MEP_STATUS_" {
        /// MEP instance number.
        1 => INSTANCE: u32,
        /// CFM frame received with an unexpected OpCode.
        2 => OPCODE_UNEXP_SEEN: u32,
        /// CFM frame received with an unexpected version.
        3 => VERSION_UNEXP_SEEN: u32,
        /// CFM frame received with an MD level lower than the MEP's.
        4 => RX_LEVEL_LOW_SEEN: u32,
    }
}

attributes! {
    /// Status of a peer MEP; those named `SEEN` are events since the last dump, 0 or 1 each.
    pub CfmPeerStatus "IFLA_BRIDGE_CFM_CC_PEER_STATUS_" {
        /// Instance number of the local MEP.
        1 => INSTANCE: u32,
        /// MEP identifier of the peer.
        2 => PEER_MEPID: u32,
        /// Loss of continuity, 0 or 1: no CCM from the peer for 3.25 intervals.
        3 => CCM_DEFECT: u32,
        /// RDI bit of the last CCM received, 0 or 1.
        4 => RDI: u32,
        /// Port Status TLV value of the last CCM received.
        5 => PORT_TLV_VALUE: u8,
        /// Interface Status TLV value of the last CCM received.
        6 => IF_TLV_VALUE: u8,
        /// CCM received.
        7 => SEEN: u32,
        /// CCM received with a TLV.
        8 => TLV_SEEN: u32,
        /// CCM received with an unexpected sequence number.
        9 => SEQ_UNEXP_SEEN: u32,
    }
}

values! {
    /// MEP domain.
    pub CfmDomain "BR_CFM_": u32 {
        /// MEP of a port.
        0 => PORT,
        /// MEP of a VLAN; the kernel does not support it.
        1 => VLAN,
    }
}

values! {
    /// MEP direction.
    pub CfmDirection "BR_CFM_MEP_DIRECTION_": u32 {
        /// Down MEP: faces the network behind the port.
        0 => DOWN,
        /// Up MEP: faces the bridge's relay; the kernel does not support it.
        1 => UP,
    }
}

values! {
    /// CCM interval.
    pub CfmInterval "BR_CFM_CCM_INTERVAL_": u32 {
        /// No CCMs.
        0 => NONE,
        /// 3.33 ms.
        1 => MS_3_3 "BR_CFM_CCM_INTERVAL_3_3_MS",
        /// 10 ms, 100 CCMs per second.
        2 => MS_10 "BR_CFM_CCM_INTERVAL_10_MS",
        /// 100 ms, 10 CCMs per second.
        3 => MS_100 "BR_CFM_CCM_INTERVAL_100_MS",
        /// 1 s.
        4 => SEC_1 "BR_CFM_CCM_INTERVAL_1_SEC",
        /// 10 s.
        5 => SEC_10 "BR_CFM_CCM_INTERVAL_10_SEC",
        /// 1 minute.
        6 => MIN_1 "BR_CFM_CCM_INTERVAL_1_MIN",
        /// 10 minutes.
        7 => MIN_10 "BR_CFM_CCM_INTERVAL_10_MIN",
    }
}
