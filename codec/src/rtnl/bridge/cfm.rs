//! Fault management on a bridge: end points that tell each other, again and again, that they are
//! there.

use crate::nest::Nest;
use crate::value::{Blob, Mac, Multi};

attributes! {
    /// Fault management, `IFLA_BRIDGE_CFM_*`: what is to be done, how each end point is set, and
    /// what it has found.
    pub Cfm "IFLA_BRIDGE_CFM_" {
        /// Adds an end point.
        1 => MEP_CREATE: Nest<CfmMepCreate>,
        /// Takes an end point away.
        2 => MEP_DELETE: Nest<CfmMepDelete>,
        /// Sets who an end point is.
        3 => MEP_CONFIG: Nest<CfmMepConfig>,
        /// Sets what an end point expects to hear.
        4 => CC_CONFIG: Nest<CfmCcConfig>,
        /// Adds another end point to listen for.
        5 => CC_PEER_MEP_ADD: Nest<CfmPeerMep>,
        /// Takes away another end point to listen for.
        6 => CC_PEER_MEP_REMOVE: Nest<CfmPeerMep>,
        /// Sets whether an end point tells of a fault.
        7 => CC_RDI: Nest<CfmRdi>,
        /// Sets what an end point tells, and for how long.
        8 => CC_CCM_TX: Nest<CfmCcmTx>,
        /// Where an end point is.
        9 => MEP_CREATE_INFO: Multi<Nest<CfmMepCreate>>,
        /// Who an end point is.
        10 => MEP_CONFIG_INFO: Multi<Nest<CfmMepConfig>>,
        /// What an end point expects to hear.
        11 => CC_CONFIG_INFO: Multi<Nest<CfmCcConfig>>,
        /// Whether an end point tells of a fault.
        12 => CC_RDI_INFO: Multi<Nest<CfmRdi>>,
        /// What an end point tells.
        13 => CC_CCM_TX_INFO: Multi<Nest<CfmCcmTx>>,
        /// Another end point that one listens for.
        14 => CC_PEER_MEP_INFO: Multi<Nest<CfmPeerMep>>,
        /// What an end point has seen; asking clears it.
        15 => MEP_STATUS_INFO: Multi<Nest<CfmMepStatus>>,
        /// What an end point has seen of another; asking clears it.
        16 => CC_PEER_STATUS_INFO: Multi<Nest<CfmPeerStatus>>,
    }
}

attributes! {
    /// Where an end point is, `IFLA_BRIDGE_CFM_MEP_CREATE_*`.
    pub CfmMepCreate "IFLA_BRIDGE_CFM_MEP_CREATE_" {
        /// The end point's number here.
        1 => INSTANCE: u32,
        /// What it watches over.
        2 => DOMAIN: CfmDomain,
        /// Which way it looks.
        3 => DIRECTION: CfmDirection,
        /// The index of its port.
        4 => IFINDEX: u32,
    }
}

attributes! {
    /// Which end point to take away, `IFLA_BRIDGE_CFM_MEP_DELETE_*`.
    pub CfmMepDelete "IFLA_BRIDGE_CFM_MEP_DELETE_" {
        /// The end point's number here.
        1 => INSTANCE: u32,
    }
}

attributes! {
    /// Who an end point is, `IFLA_BRIDGE_CFM_MEP_CONFIG_*`.
    pub CfmMepConfig "IFLA_BRIDGE_CFM_MEP_CONFIG_" {
        /// The end point's number here.
        1 => INSTANCE: u32,
        /// Its hardware address.
        2 => UNICAST_MAC: Mac where len(6, 6),
        /// The level of those that it talks to.
        3 => MDLEVEL: u32 where max(7),
        /// Its number to them.
        4 => MEPID: u32 where max(0x1fff),
    }
}

attributes! {
    /// What an end point expects to hear, `IFLA_BRIDGE_CFM_CC_CONFIG_*`.
    pub CfmCcConfig "IFLA_BRIDGE_CFM_CC_CONFIG_" {
        /// The end point's number here.
        1 => INSTANCE: u32,
        /// Whether it listens.
        2 => ENABLE: u32,
        /// How often the others tell that they are there.
        3 => EXP_INTERVAL: CfmInterval,
        /// The name of the group that they are of.
        4 => EXP_MAID: Blob<0, 48>,
    }
}

attributes! {
    /// Another end point to listen for, `IFLA_BRIDGE_CFM_CC_PEER_MEP_*`.
    pub CfmPeerMep "IFLA_BRIDGE_CFM_CC_PEER_MEP_" {
        /// The number of the end point that listens.
        1 => INSTANCE: u32,
        /// The number that the other one tells.
        2 => PEER_MEPID: u32 where max(0x1fff),
    }
}

attributes! {
    /// Whether an end point tells of a fault, `IFLA_BRIDGE_CFM_CC_RDI_*`.
    pub CfmRdi "IFLA_BRIDGE_CFM_CC_RDI_" {
        /// The end point's number here.
        1 => INSTANCE: u32,
        /// Whether it tells so.
        2 => RDI: u32,
    }
}

attributes! {
    /// What an end point tells, `IFLA_BRIDGE_CFM_CC_CCM_TX_*`.
    pub CfmCcmTx "IFLA_BRIDGE_CFM_CC_CCM_TX_" {
        /// The end point's number here.
        1 => INSTANCE: u32,
        /// The hardware address that it tells it to.
        2 => DMAC: Mac where len(6, 6),
        /// Whether it counts what it tells.
        3 => SEQ_NO_UPDATE: u32,
        /// For how long, in seconds; 0 to stop.
        4 => PERIOD: u32,
        /// Whether it tells of its link.
        5 => IF_TLV: u32,
        /// What it tells of its link.
        6 => IF_TLV_VALUE: u8,
        /// Whether it tells of its port.
        7 => PORT_TLV: u32,
        /// What it tells of its port.
        8 => PORT_TLV_VALUE: u8,
    }
}

attributes! {
    /// What an end point has seen, `IFLA_BRIDGE_CFM_MEP_STATUS_*`.
    pub CfmMepStatus "IFLA_BRIDGE_CFM_MEP_STATUS_" {
        /// The end point's number here.
        1 => INSTANCE: u32,
        /// Whether it was told something that it does not know.
        2 => OPCODE_UNEXP_SEEN: u32,
        /// Whether it heard of a newer version.
        3 => VERSION_UNEXP_SEEN: u32,
        /// Whether it heard of a lower level.
        4 => RX_LEVEL_LOW_SEEN: u32,
    }
}

attributes! {
    /// What an end point has seen of another, `IFLA_BRIDGE_CFM_CC_PEER_STATUS_*`.
    pub CfmPeerStatus "IFLA_BRIDGE_CFM_CC_PEER_STATUS_" {
        /// The number of the end point that listens.
        1 => INSTANCE: u32,
        /// The number that the other one tells.
        2 => PEER_MEPID: u32,
        /// Whether it is not to be heard.
        3 => CCM_DEFECT: u32,
        /// Whether it tells of a fault.
        4 => RDI: u32,
        /// What it tells of its port.
        5 => PORT_TLV_VALUE: u8,
        /// What it tells of its link.
        6 => IF_TLV_VALUE: u8,
        /// Whether it was heard.
        7 => SEEN: u32,
        /// Whether it told of its port or link.
        8 => TLV_SEEN: u32,
        /// Whether its count was not what it should be.
        9 => SEQ_UNEXP_SEEN: u32,
    }
}

values! {
    /// What an end point watches over, `BR_CFM_*`.
    pub CfmDomain "BR_CFM_": u32 {
        /// A port.
        0 => PORT,
        /// A VLAN.
        1 => VLAN,
    }
}

values! {
    /// Which way an end point looks, `BR_CFM_MEP_DIRECTION_*`.
    pub CfmDirection "BR_CFM_MEP_DIRECTION_": u32 {
        /// Out of the port.
        0 => DOWN,
        /// Into the bridge.
        1 => UP,
    }
}

values! {
    /// How often an end point tells that it is there, `BR_CFM_CCM_INTERVAL_*`.
    pub CfmInterval "BR_CFM_CCM_INTERVAL_": u32 {
        /// Never.
        0 => NONE,
        /// 300 times a second.
        1 => MS_3_3,
        /// 100 times a second.
        2 => MS_10,
        /// 10 times a second.
        3 => MS_100,
        /// Once a second.
        4 => SEC_1,
        /// Each 10 seconds.
        5 => SEC_10,
        /// Once a minute.
        6 => MIN_1,
        /// Each 10 minutes.
        7 => MIN_10,
    }
}
