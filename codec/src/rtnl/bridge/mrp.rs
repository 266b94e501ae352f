//! Media redundancy on a bridge: rings of switches that stay whole when one link breaks.

use crate::nest::Nest;
use crate::value::Multi;

attributes! {
    /// Media redundancy, `IFLA_BRIDGE_MRP_*`: what is to be done, or how each ring is.
    pub Mrp "IFLA_BRIDGE_MRP_" {
        /// Adds a ring, or takes it away.
        1 => INSTANCE: Nest<MrpInstance>,
        /// Sets what a port passes on.
        2 => PORT_STATE: Nest<MrpPortStateSet>,
        /// Sets what a port is to the ring.
        3 => PORT_ROLE: Nest<MrpPortRoleSet>,
        /// Sets whether a ring is open.
        4 => RING_STATE: Nest<MrpRingStateSet>,
        /// Sets what this bridge is to a ring.
        5 => RING_ROLE: Nest<MrpRingRoleSet>,
        /// Starts to test a ring.
        6 => START_TEST: Nest<MrpStartTest>,
        /// How a ring is.
        7 => INFO: Multi<Nest<MrpInfo>>,
        /// Sets what this bridge is to a connection of rings.
        8 => IN_ROLE: Nest<MrpInRoleSet>,
        /// Sets whether a connection of rings is open.
        9 => IN_STATE: Nest<MrpInStateSet>,
        /// Starts to test a connection of rings.
        10 => START_IN_TEST: Nest<MrpStartInTest>,
    }
}

attributes! {
    /// A ring to add or to take away, `IFLA_BRIDGE_MRP_INSTANCE_*`.
    pub MrpInstance "IFLA_BRIDGE_MRP_INSTANCE_" {
        /// The ring's number.
        1 => RING_ID: u32,
        /// The index of its first port.
        2 => P_IFINDEX: u32,
        /// The index of its second port.
        3 => S_IFINDEX: u32,
        /// Which of several managers wins: the lowest.
        4 => PRIO: u16,
    }
}

attributes! {
    /// What a port is to pass on, `IFLA_BRIDGE_MRP_PORT_STATE_*`.
    pub MrpPortStateSet "IFLA_BRIDGE_MRP_PORT_STATE_" {
        /// What it passes on.
        1 => STATE: MrpPortState,
    }
}

attributes! {
    /// What a port is to be to the ring, `IFLA_BRIDGE_MRP_PORT_ROLE_*`.
    pub MrpPortRoleSet "IFLA_BRIDGE_MRP_PORT_ROLE_" {
        /// What it is.
        1 => ROLE: MrpPortRole,
    }
}

attributes! {
    /// Whether a ring is to be open, `IFLA_BRIDGE_MRP_RING_STATE_*`.
    pub MrpRingStateSet "IFLA_BRIDGE_MRP_RING_STATE_" {
        /// The ring's number.
        1 => RING_ID: u32,
        /// Whether it is open.
        2 => STATE: MrpRingState,
    }
}

attributes! {
    /// What this bridge is to be to a ring, `IFLA_BRIDGE_MRP_RING_ROLE_*`.
    pub MrpRingRoleSet "IFLA_BRIDGE_MRP_RING_ROLE_" {
        /// The ring's number.
        1 => RING_ID: u32,
        /// What the bridge is.
        2 => ROLE: MrpRingRole,
    }
}

attributes! {
    /// How to test a ring, `IFLA_BRIDGE_MRP_START_TEST_*`.
    pub MrpStartTest "IFLA_BRIDGE_MRP_START_TEST_" {
        /// The ring's number.
        1 => RING_ID: u32,
        /// How long until the next test packet, in microseconds; 0 ends the test.
        2 => INTERVAL: u32,
        /// How many have to be missing for the ring to count as open.
        3 => MAX_MISS: u32,
        /// How long to test, in microseconds.
        4 => PERIOD: u32,
        /// Only listen, for another bridge tests.
        5 => MONITOR: u32,
    }
}

attributes! {
    /// How a ring is, `IFLA_BRIDGE_MRP_INFO_*`.
    pub MrpInfo "IFLA_BRIDGE_MRP_INFO_" {
        /// The ring's number.
        1 => RING_ID: u32,
        /// The index of its first port.
        2 => P_IFINDEX: u32,
        /// The index of its second port.
        3 => S_IFINDEX: u32,
        /// Which of several managers wins: the lowest.
        4 => PRIO: u16,
        /// Whether it is open.
        5 => RING_STATE: MrpRingState,
        /// What this bridge is to it.
        6 => RING_ROLE: MrpRingRole,
        /// How long until the next test packet, in microseconds.
        7 => TEST_INTERVAL: u32,
        /// How many have to be missing for it to count as open.
        8 => TEST_MAX_MISS: u32,
        /// Whether this bridge only listens to tests.
        9 => TEST_MONITOR: u32,
        /// The index of the port to the other ring.
        10 => I_IFINDEX: u32,
        /// Whether the connection to the other ring is open.
        11 => IN_STATE: MrpRingState,
        /// What this bridge is to the connection to the other ring.
        12 => IN_ROLE: MrpInRole,
        /// How long until the next test packet to the other ring, in microseconds.
        13 => IN_TEST_INTERVAL: u32,
        /// How many have to be missing for the connection to count as open.
        14 => IN_TEST_MAX_MISS: u32,
    }
}

attributes! {
    /// Whether a connection of rings is to be open, `IFLA_BRIDGE_MRP_IN_STATE_*`.
    pub MrpInStateSet "IFLA_BRIDGE_MRP_IN_STATE_" {
        /// The connection's number.
        1 => IN_ID: u32,
        /// Whether it is open.
        2 => STATE: MrpRingState,
    }
}

attributes! {
    /// What this bridge is to be to a connection of rings, `IFLA_BRIDGE_MRP_IN_ROLE_*`.
    pub MrpInRoleSet "IFLA_BRIDGE_MRP_IN_ROLE_" {
        /// The number of the ring.
        1 => RING_ID: u32,
        /// The connection's number.
        2 => IN_ID: u16,
        /// What the bridge is.
        3 => ROLE: MrpInRole,
        /// The index of the port to the other ring.
        4 => I_IFINDEX: u32,
    }
}

attributes! {
    /// How to test a connection of rings, `IFLA_BRIDGE_MRP_START_IN_TEST_*`.
    pub MrpStartInTest "IFLA_BRIDGE_MRP_START_IN_TEST_" {
        /// The connection's number.
        1 => IN_ID: u32,
        /// How long until the next test packet, in microseconds; 0 ends the test.
        2 => INTERVAL: u32,
        /// How many have to be missing for the connection to count as open.
        3 => MAX_MISS: u32,
        /// How long to test, in microseconds.
        4 => PERIOD: u32,
    }
}

values! {
    /// What a port of a ring passes on, `BR_MRP_PORT_STATE_*`.
    pub MrpPortState "BR_MRP_PORT_STATE_": u32 {
        /// Nothing at all.
        0 => DISABLED,
        /// Only what keeps the ring.
        1 => BLOCKED,
        /// Everything.
        2 => FORWARDING,
        /// Nothing, for there is no signal.
        3 => NOT_CONNECTED,
    }
}

values! {
    /// What a port is to a ring, `BR_MRP_PORT_ROLE_*`.
    pub MrpPortRole "BR_MRP_PORT_ROLE_": u32 {
        /// The first.
        0 => PRIMARY,
        /// The second, which is shut while the ring is whole.
        1 => SECONDARY,
        /// The one to another ring.
        2 => INTER,
    }
}

values! {
    /// Whether a ring, or a connection of rings, is open, `BR_MRP_RING_STATE_*` and
    /// `BR_MRP_IN_STATE_*`.
    pub MrpRingState "BR_MRP_RING_STATE_": u32 {
        /// It is broken somewhere.
        0 => OPEN,
        /// It is whole.
        1 => CLOSED,
    }
}

values! {
    /// What a bridge is to a ring, `BR_MRP_RING_ROLE_*`.
    pub MrpRingRole "BR_MRP_RING_ROLE_": u32 {
        /// Nothing.
        0 => DISABLED,
        /// One of its members.
        1 => MRC,
        /// Its manager, which tests it.
        2 => MRM,
        /// Its manager, unless a better one is there.
        3 => MRA,
    }
}

values! {
    /// What a bridge is to a connection of rings, `BR_MRP_IN_ROLE_*`.
    pub MrpInRole "BR_MRP_IN_ROLE_": u32 {
        /// Nothing.
        0 => DISABLED,
        /// One of its members.
        1 => MIC,
        /// Its manager, which tests it.
        2 => MIM,
    }
}
