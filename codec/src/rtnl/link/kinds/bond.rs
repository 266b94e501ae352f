//! `bond`: link aggregation and failover.

use core::net::{Ipv4Addr, Ipv6Addr};

use crate::nest::{IndexedArray, Nest};
use crate::value::{Mac, StoredAs};

attributes! {
    /// Settings of a bond.
    pub Bond "IFLA_BOND_" {
        /// Bonding mode.
        1 => MODE: BondMode,
        /// Interface index of the active slave, in modes with one active slave.
        2 => ACTIVE_SLAVE: u32,
        /// MII monitoring interval, in ms; 0 disables it.
        3 => MIIMON: u32,
        /// Delay before a slave whose link came up is used, in ms.
        4 => UPDELAY: u32,
        /// Delay before a slave whose link went down is disabled, in ms.
        5 => DOWNDELAY: u32,
        /// 1 if MII monitoring uses the carrier state; newer kernels accept nothing else.
        6 => USE_CARRIER: u8,
        /// ARP monitoring interval, in ms; 0 disables it.
        7 => ARP_INTERVAL: u32,
        /// IPv4 targets of ARP monitoring.
        8 => ARP_IP_TARGET: IndexedArray<Ipv4Addr>,
        /// Validation of ARP probes and replies.
        9 => ARP_VALIDATE: ArpValidate,
        /// ARP targets that must be reachable.
        10 => ARP_ALL_TARGETS: ArpAllTargets,
        /// Interface index of the primary slave, which is preferred while up.
        11 => PRIMARY: u32,
        /// Condition for returning to the primary slave.
        12 => PRIMARY_RESELECT: PrimaryReselect,
        /// MAC address policy on failover.
        13 => FAIL_OVER_MAC: FailOverMac,
        /// Transmit hash policy, for modes balance-xor, 802.3ad and balance-tlb.
        14 => XMIT_HASH_POLICY: XmitHashPolicy,
        /// Number of IGMP membership reports sent after a failover, 0 to 255.
        15 => RESEND_IGMP: u32,
        /// Number of peer notifications (gratuitous ARP, unsolicited NA) sent after a failover.
        16 => NUM_PEER_NOTIF: u8,
        /// 1 if inactive slaves deliver received frames, 0 if they drop them.
        17 => ALL_SLAVES_ACTIVE: u8,
        /// Minimum number of active ports for the bond to have carrier, in 802.3ad.
        18 => MIN_LINKS: u32,
        /// Interval of learning packets sent to the switches, in s.
        19 => LP_INTERVAL: u32,
        /// Number of packets sent by a slave before the next one in balance-rr; 0 for random
        /// slaves.
        20 => PACKETS_PER_SLAVE: u32,
        /// Rate at which the partner is asked to transmit LACPDUs.
        21 => AD_LACP_RATE: LacpRate,
        /// Aggregation selection logic in 802.3ad.
        22 => AD_SELECT: AdSelect,
        /// Active aggregator in 802.3ad.
        23 => AD_INFO: Nest<BondAdInfo>,
        /// System priority of the actor in 802.3ad, 1 to 65535.
        24 => AD_ACTOR_SYS_PRIO: u16 where min(1),
        /// Upper 10 bits of the port key in 802.3ad.
        25 => AD_USER_PORT_KEY: u16 where max(1023),
        /// MAC address of the actor system in LACPDUs; all zeros for the bond's own.
        26 => AD_ACTOR_SYSTEM: Mac where len(6, 6),
        /// 1 if balance-tlb and balance-alb shift flows between slaves by load, 0 if by hash only.
        27 => TLB_DYNAMIC_LB: u8,
        /// Interval of peer notifications after a failover, in ms.
        28 => PEER_NOTIF_DELAY: u32,
        /// 1 for active LACP, 0 for passive: LACPDUs are sent only in reply.
        29 => AD_LACP_ACTIVE: u8,
        /// Number of missed ARP monitoring intervals after which a slave is down, 1 to 255.
        30 => MISSED_MAX: u8,
        /// IPv6 targets of neighbour solicitation monitoring.
        31 => NS_IP6_TARGET: IndexedArray<Ipv6Addr>,
        /// 1 if a port starts collecting and distributing together, 0 if collecting comes first.
        32 => COUPLED_CONTROL: u8,
        /// 1 if ARP and neighbour discovery are sent on all active slaves in 802.3ad.
        33 => BROADCAST_NEIGH: u8,
        /// 1 if the bond has no carrier without a LACP partner.
        34 => LACP_STRICT: u8,
    }
}

attributes! {
    /// Active aggregator of an 802.3ad bond.
    pub BondAdInfo "IFLA_BOND_AD_INFO_" {
        /// Aggregator ID.
        1 => AGGREGATOR: u16,
        /// Number of ports in the aggregator.
        2 => NUM_PORTS: u16,
        /// Operational key of the actor.
        3 => ACTOR_KEY: u16,
        /// Operational key of the partner.
        4 => PARTNER_KEY: u16,
        /// System MAC address of the partner.
        5 => PARTNER_MAC: Mac,
    }
}

attributes! {
    /// State of a bond's slave.
    pub BondSlave "IFLA_BOND_SLAVE_" {
        /// Active or backup.
        1 => STATE: BondSlaveState,
        /// Link state as monitored.
        2 => MII_STATUS: BondLinkState,
        /// Number of link failures.
        3 => LINK_FAILURE_COUNT: u32,
        /// Permanent MAC address, restored when the slave is released.
        4 => PERM_HWADDR: Mac,
        /// Queue ID; traffic of this queue uses this slave. 0 for none.
        5 => QUEUE_ID: u16,
        /// Aggregator ID in 802.3ad.
        6 => AD_AGGREGATOR_ID: u16,
        /// Operational port state of the actor in 802.3ad.
        7 => AD_ACTOR_OPER_PORT_STATE: StoredAs<LacpState, u8>,
        /// Operational port state of the partner in 802.3ad.
        8 => AD_PARTNER_OPER_PORT_STATE: LacpState,
        /// Priority for the selection of the active slave; the highest wins.
        9 => PRIO: i32,
        /// Port priority of the actor in 802.3ad; 255 by default.
        10 => ACTOR_PORT_PRIO: u16,
        /// Churn state of the actor in 802.3ad.
        11 => AD_CHURN_ACTOR_STATE: ChurnState,
        /// Churn state of the partner in 802.3ad.
        12 => AD_CHURN_PARTNER_STATE: ChurnState,
    }
}

values! {
    /// Distribution of traffic over the slaves of a bond.
    pub BondMode "BOND_MODE_": u8 {
        /// balance-rr: slaves in sequential order.
        0 => ROUNDROBIN,
        /// active-backup: one slave active, the others on standby.
        1 => ACTIVEBACKUP,
        /// balance-xor: slave selected by the transmit hash policy.
        2 => XOR,
        /// broadcast: all slaves transmit every packet.
        3 => BROADCAST,
        /// 802.3ad: dynamic link aggregation with LACP.
        4 => MODE_8023AD "BOND_MODE_8023AD",
        /// balance-tlb: adaptive transmit load balancing.
        5 => TLB,
        /// balance-alb: adaptive load balancing of transmission and reception.
        6 => ALB,
    }
}

values! {
    /// Slaves whose ARP monitoring traffic is validated.
    pub ArpValidate "BOND_ARP_VALIDATE_": u32 {
        /// No validation or filtering.
        0 => NONE,
        /// Validation on the active slave.
        1 => ACTIVE,
        /// Validation on backup slaves.
        2 => BACKUP,
        /// Validation on all slaves.
        3 => ALL,
        /// Only ARP packets count as received traffic.
        4 => FILTER "BOND_ARP_FILTER",
        /// As `FILTER`, with validation on the active slave.
        5 => FILTER_ACTIVE "BOND_ARP_FILTER_ACTIVE",
        /// As `FILTER`, with validation on backup slaves.
        6 => FILTER_BACKUP "BOND_ARP_FILTER_BACKUP",
    }
}

values! {
    /// ARP targets that must be reachable for a slave to be up.
    pub ArpAllTargets "BOND_ARP_TARGETS_": u32 {
        /// At least one target.
        0 => ANY,
        /// Every target.
        1 => ALL,
    }
}

values! {
    /// Condition for returning to the primary slave of a bond.
    pub PrimaryReselect "BOND_PRI_RESELECT_": u8 {
        /// As soon as the primary slave is up.
        0 => ALWAYS,
        /// If the primary slave is faster, or of equal speed with duplex better.
        1 => BETTER,
        /// Only when the active slave fails.
        2 => FAILURE,
    }
}

values! {
    /// MAC address policy of a bond on failover.
    pub FailOverMac "BOND_FOM_": u8 {
        /// All slaves have the bond's MAC address.
        0 => NONE,
        /// The bond takes the MAC address of the active slave.
        1 => ACTIVE,
        /// The active slave takes the MAC address of the bond.
        2 => FOLLOW,
    }
}

values! {
    /// Header fields that the transmit hash of a bond uses.
    pub XmitHashPolicy "BOND_XMIT_POLICY_": u8 {
        /// MAC addresses and EtherType.
        0 => LAYER2,
        /// IP addresses and ports (`layer3+4`).
        1 => LAYER34,
        /// MAC and IP addresses (`layer2+3`).
        2 => LAYER23,
        /// As `LAYER23`, of the inner packet of a tunnel.
        3 => ENCAP23,
        /// As `LAYER34`, of the inner packet of a tunnel.
        4 => ENCAP34,
        /// VLAN ID and source MAC address.
        5 => VLAN_SRCMAC,
    }
}

values! {
    /// Rate of LACPDUs requested from the partner.
    pub LacpRate "AD_LACP_": u8 {
        /// One LACPDU every 30 s.
        0 => SLOW,
        /// One LACPDU every second.
        1 => FAST,
    }
}

values! {
    /// Selection of the active aggregator in 802.3ad.
    pub AdSelect "BOND_AD_": u8 {
        /// Most bandwidth; reselected only when all of its slaves are down.
        0 => STABLE,
        /// Most bandwidth; reselected at every change.
        1 => BANDWIDTH,
        /// Most ports; reselected at every change.
        2 => COUNT,
        /// Highest sum of port priorities of the actor; reselected at every change.
        3 => PRIO,
    }
}

values! {
    /// Role of a slave.
    pub BondSlaveState "BOND_STATE_": u8 {
        /// Transmits and receives.
        0 => ACTIVE,
        /// On standby.
        1 => BACKUP,
    }
}

values! {
    /// Link state of a slave, as monitored.
    pub BondLinkState "BOND_LINK_": u8 {
        /// Link works.
        0 => UP,
        /// Link just went down, `DOWNDELAY` runs.
        1 => FAIL,
        /// Link does not work.
        2 => DOWN,
        /// Link just came up, `UPDELAY` runs.
        3 => BACK,
    }
}

flags! {
    /// Port state bits of LACP (IEEE 802.1AX).
    pub LacpState "LACP_STATE_": u16 {
        /// Active LACP: sends LACPDUs whether or not the partner does.
        0x1 => LACP_ACTIVITY,
        /// Short timeout.
        0x2 => LACP_TIMEOUT,
        /// Aggregatable; otherwise individual.
        0x4 => AGGREGATION,
        /// In sync: in the right aggregator.
        0x8 => SYNCHRONIZATION,
        /// Receives frames.
        0x10 => COLLECTING,
        /// Transmits frames.
        0x20 => DISTRIBUTING,
        /// Uses administratively configured partner information, as no LACPDU was received.
        0x40 => DEFAULTED,
        /// Receive machine in state expired.
        0x80 => EXPIRED,
    }
}

values! {
    /// Churn state: whether the port failed to reach sync (IEEE 802.1AX).
    pub ChurnState "AD_": u8 {
        /// Churn detection in progress.
        0 => CHURN_MONITOR,
        /// Churn detected.
        1 => CHURN,
        /// No churn detected.
        2 => NO_CHURN,
    }
}
