//! Media Redundancy Protocol on a bridge (MRP, IEC 62439-2): rings of switches, and
//! interconnections of rings, that survive the loss of a link; carried by [`BridgeSpec::MRP`].
//!
//! [`BridgeSpec::MRP`]: crate::rtnl::bridge::spec::BridgeSpec::MRP

use crate::nest::Nest;
use crate::value::Multi;

attributes! {
    /// Media redundancy: operations in a request, the MRP instances in a dump.
    pub Mrp "IFLA_BRIDGE_MRP_" {
        /// MRP instance to add (`RTM_SETLINK`) or to delete (`RTM_DELLINK`).
        1 => INSTANCE: Nest<MrpInstance>,
        /// MRP port state to set (request only).
        2 => PORT_STATE: Nest<MrpPortStateSet>,
        /// MRP port role to set (request only).
        3 => PORT_ROLE: Nest<MrpPortRoleSet>,
        /// Ring state to set (request only).
        4 => RING_STATE: Nest<MrpRingStateSet>,
        /// Role in a ring to set (request only).
        5 => RING_ROLE: Nest<MrpRingRoleSet>,
        /// Test of a ring to start or stop (request only).
        6 => START_TEST: Nest<MrpStartTest>,
        /// MRP instance (dump only).
        7 => INFO: Multi<Nest<MrpInfo>>,
        /// Role in an interconnection to set (request only).
        8 => IN_ROLE: Nest<MrpInRoleSet>,
        /// Interconnection state to set (request only).
        9 => IN_STATE: Nest<MrpInStateSet>,
        /// Test of an interconnection to start or stop (request only).
        10 => START_IN_TEST: Nest<MrpStartInTest>,
    }
}

attributes! {
    /// MRP instance to add or to delete.
    pub MrpInstance "IFLA_BRIDGE_MRP_INSTANCE_" {
        /// ID of the ring, unique on the bridge.
        1 => RING_ID: u32,
        /// Interface index of the primary ring port.
        2 => P_IFINDEX: u32,
        /// Interface index of the secondary ring port.
        3 => S_IFINDEX: u32,
        /// Priority as ring manager; the lowest wins, the default is 0x8000.
        4 => PRIO: u16,
    }
}

attributes! {
    /// Request to change a port's state.
    pub MrpPortStateSet "IFLA_BRIDGE_MRP_PORT_STATE_" {
        /// MRP state of the port.
        1 => STATE: MrpPortState,
    }
}

attributes! {
    /// Request to change a port's role.
    pub MrpPortRoleSet "IFLA_BRIDGE_MRP_PORT_ROLE_" {
        /// MRP role of the port.
        1 => ROLE: MrpPortRole,
    }
}

attributes! {
    /// Request to open or close a ring.
    pub MrpRingStateSet "IFLA_BRIDGE_MRP_RING_STATE_" {
        /// ID of the ring, unique on the bridge.
        1 => RING_ID: u32,
        /// State of the ring, open or closed.
        2 => STATE: MrpRingState,
    }
}

attributes! {
    /// Role of the bridge in a ring to set.
    pub MrpRingRoleSet "IFLA_BRIDGE_MRP_RING_ROLE_" {
        /// ID of the ring, unique on the bridge.
        1 => RING_ID: u32,
        /// Role of the bridge in the ring.
        2 => ROLE: MrpRingRole,
    }
}

attributes! {
    /// Test of a ring by `MRP_Test` frames.
    pub MrpStartTest "IFLA_BRIDGE_MRP_START_TEST_" {
        /// ID of the ring, unique on the bridge.
        1 => RING_ID: u32,
        /// Interval between test frames, in microseconds; 0 stops the test.
        2 => INTERVAL: u32,
        /// Number of consecutive test frames missed after which the ring is open.
        3 => MAX_MISS: u32,
        /// Duration of the test, in microseconds.
        4 => PERIOD: u32,
        /// Monitor mode, 0 or 1: 1 sends no test frames and only watches those of the ring manager.
        5 => MONITOR: u32,
    }
}

attributes! {
    /// MRP instance in a dump.
    pub MrpInfo "IFLA_BRIDGE_MRP_INFO_" {
        /// ID of the ring, unique on the bridge.
        1 => RING_ID: u32,
        /// Interface index of the primary ring port.
        2 => P_IFINDEX: u32,
        /// Interface index of the secondary ring port.
        3 => S_IFINDEX: u32,
        /// Priority as ring manager; the lowest wins.
        4 => PRIO: u16,
        /// State of the ring, open or closed.
        5 => RING_STATE: MrpRingState,
        /// Role of the bridge in the ring.
        6 => RING_ROLE: MrpRingRole,
        /// Interval between `MRP_Test` frames, in microseconds.
        7 => TEST_INTERVAL: u32,
        /// Number of consecutive `MRP_Test` frames missed after which the ring is open.
        8 => TEST_MAX_MISS: u32,
        /// Monitor mode, 0 or 1: 1 sends no test frames.
        9 => TEST_MONITOR: u32,
        /// Interface index of the interconnection port.
        10 => I_IFINDEX: u32,
        /// Interconnection state.
        11 => IN_STATE: MrpRingState,
        /// Role of the bridge in the interconnection.
        12 => IN_ROLE: MrpInRole,
        /// Interval between `MRP_InTest` frames, in microseconds.
        13 => IN_TEST_INTERVAL: u32,
        /// Number of consecutive `MRP_InTest` frames missed after which the interconnection is
        /// open.
        14 => IN_TEST_MAX_MISS: u32,
    }
}

attributes! {
    /// State of an interconnection to set.
    pub MrpInStateSet "IFLA_BRIDGE_MRP_IN_STATE_" {
        /// Interconnection ID.
        1 => IN_ID: u32,
        /// Interconnection state.
        2 => STATE: MrpRingState,
    }
}

attributes! {
    /// Role of the bridge in an interconnection to set.
    pub MrpInRoleSet "IFLA_BRIDGE_MRP_IN_ROLE_" {
        /// ID of the ring, unique on the bridge.
        1 => RING_ID: u32,
        /// Interconnection ID.
        2 => IN_ID: u16,
        /// Interconnection role.
        3 => ROLE: MrpInRole,
        /// Interface index of the interconnection port.
        4 => I_IFINDEX: u32,
    }
}

attributes! {
    /// Test of an interconnection by `MRP_InTest` frames.
    pub MrpStartInTest "IFLA_BRIDGE_MRP_START_IN_TEST_" {
        /// Interconnection ID.
        1 => IN_ID: u32,
        /// Interval between test frames, in microseconds; 0 stops the test.
        2 => INTERVAL: u32,
        /// Number of consecutive test frames missed after which the interconnection is open.
        3 => MAX_MISS: u32,
        /// Duration of the test, in microseconds.
        4 => PERIOD: u32,
    }
}

values! {
    /// Forwarding state of a ring port (IEC 62439-2).
    pub MrpPortState "BR_MRP_PORT_STATE_": u32 {
        /// Disabled: drops all frames.
        0 => DISABLED,
        /// Blocked: drops all frames but those of MRP.
        1 => BLOCKED,
        /// Forwarding: forwards all frames.
        2 => FORWARDING,
        /// Not connected: no carrier.
        3 => NOT_CONNECTED,
    }
}

values! {
    /// Role of a port in a ring (IEC 62439-2).
    pub MrpPortRole "BR_MRP_PORT_ROLE_": u32 {
        /// Primary ring port.
        0 => PRIMARY,
        /// Secondary ring port, which the ring manager blocks while the ring is closed.
        1 => SECONDARY,
        /// Interconnection port.
        2 => INTER,
    }
}

values! {
    /// State of a ring, or of an interconnection (`BR_MRP_IN_STATE_*`).
    pub MrpRingState "BR_MRP_RING_STATE_": u32 {
        /// Open: interrupted somewhere.
        0 => OPEN,
        /// Closed: uninterrupted.
        1 => CLOSED,
    }
}

values! {
    /// Role of a bridge in a ring.
    pub MrpRingRole "BR_MRP_RING_ROLE_": u32 {
        /// No role: MRP is disabled.
        0 => DISABLED,
        /// Media redundancy client.
        1 => MRC,
        /// Media redundancy manager, which tests the ring.
        2 => MRM,
        /// Media redundancy automanager: manager, or client of a manager with better priority.
        3 => MRA,
    }
}

values! {
    /// Role of a bridge in an interconnection.
    pub MrpInRole "BR_MRP_IN_ROLE_": u32 {
        /// No role: the interconnection is disabled.
        0 => DISABLED,
        /// Media redundancy interconnection client.
        1 => MIC,
        /// Media redundancy interconnection manager, which tests the interconnection.
        2 => MIM,
    }
}
